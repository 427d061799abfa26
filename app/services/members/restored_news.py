"""News about people that a restore lost: nothing is let go until somebody brought it in again.

Who refused, died, moved or asked for nothing more since the backup is as before in what comes
back, and would be written to. Nobody but the desk knows what was told in those days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from app.services.context import STUDY_ZONE, ServiceContext
from app.services.messaging.outbox import MAY_STEER
from app.services.open_ended.open_answers import member_who
from app.storage import audit

_RESTORED = "backup.restored"
_BROUGHT_IN = "backup.news_brought_in"


class NothingRestoredError(Exception):
    """There is no restore whose news waits to be brought in again."""


@dataclass(frozen=True, slots=True)
class Gap:
    """The days of which the news is lost."""

    since: datetime
    """When the backup was made."""
    until: datetime
    """When it was restored."""

    def __str__(self) -> str:
        both = (self.since, self.until)
        first, last = (f"{one.astimezone(STUDY_ZONE):%Y-%m-%d %H:%M}" for one in both)
        return f"news about people from {first} to {last} (Amsterdam) was lost by a restore"


def note_restore(connection: Connection, made_at: datetime, *, now: datetime) -> None:
    """Put on record that a backup was restored; its news waits from here on."""
    audit.append_audit(
        connection,
        at=now,
        staff_id=None,
        action=_RESTORED,
        subject="everything",
        detail={"made_at": made_at.isoformat()},
    )


def open_gap(connection: Connection) -> Gap | None:
    """Return the lost days whose news nobody brought in again; ``None`` when there are none.

    Of several restores since, the days begin at the earliest backup.
    """
    gaps: list[Gap] = []
    for event in audit.events_of(connection, (_RESTORED, _BROUGHT_IN)):
        if event.action == _BROUGHT_IN:
            gaps = []
        else:
            gaps.append(Gap(datetime.fromisoformat(str(event.detail["made_at"])), event.at))
    if not gaps:
        return None
    return Gap(min(one.since for one in gaps), gaps[-1].until)


def lost_news(ctx: ServiceContext) -> Gap | None:
    """Return the lost days whose news nobody brought in again; ``None`` when there are none."""
    with ctx.databases.research.read() as connection:
        return open_gap(connection)


def brought_in(ctx: ServiceContext, *, email: str) -> Gap:
    """Say that the news of lost days was brought in again: steps can be let go from here on.

    Raises
    ------
    NothingRestoredError
        If no news waits.
    NotAllowedError
        If the member may not.
    """
    member = member_who(ctx, email, MAY_STEER)
    with ctx.databases.research.write() as connection:
        gap = open_gap(connection)
        if gap is None:
            raise NothingRestoredError("no news of a restore waits to be brought in again")
        audit.append_audit(
            connection,
            at=ctx.clock.now(),
            staff_id=member.id,
            action=_BROUGHT_IN,
            subject="everything",
            detail={"by": member.email, "since": gap.since.isoformat()},
        )
    return gap
