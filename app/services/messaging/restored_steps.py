"""Steps that may have gone out in days a restore lost: not let go before somebody says what became.

Who printed letters or approved a step after the backup knows; what came back does not. Sending the
step again would be sending it twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from app.messages.plan import LAST_DAY
from app.services.context import STUDY_ZONE
from app.storage import audit
from app.storage.waves import Wave

RESTORED = "backup.restored"
HELD = "outbox.hold"
NONE_WENT_OUT = "mailing.none_went_out"
_PRINTED_AHEAD = timedelta(days=60)
"""Letters are printed so long before they are due at most."""
_AFTER = timedelta(days=LAST_DAY)
"""Steps between waves go out so long after the close."""


class LostDays(NamedTuple):
    """From a backup to its restore."""

    since: datetime
    until: datetime


def in_doubt(connection: Connection, wave: Wave, step: str) -> LostDays | None:
    """Return the lost days in which a step may have gone out; ``None`` when that is settled.

    It is by `outbox hold`, which `restore` does itself for what workers sent, and by the word of
    who lets the step go that none of it went out.
    """
    lost: LostDays | None = None
    for event in audit.events_of(connection, (RESTORED, HELD, NONE_WENT_OUT)):
        if event.action == RESTORED:
            since = datetime.fromisoformat(str(event.detail["made_at"]))
            lost = LostDays(min(since, lost.since) if lost else since, event.at)
        elif event.subject == subject_of(wave.year, step):
            lost = None
    if lost is None:
        return None
    first, last = (one.astimezone(STUDY_ZONE).date() for one in lost)
    over = wave.closes_on + _AFTER < first or wave.opens_on - _PRINTED_AHEAD > last
    return None if over else lost


def refusal_of(year: int, step: str, lost: LostDays) -> str:
    """Return what to tell whoever lets such a step go."""
    first, last = (f"{one.astimezone(STUDY_ZONE):%Y-%m-%d %H:%M}" for one in lost)
    return (
        f"{step} may have gone out from {first} to {last} (Amsterdam), days that a restore lost."
        f" If it did: outbox hold --wave {year} --step {step} --since {lost.since.isoformat()}."
        " If nothing of it was sent, handed over or printed then: --none-went-out"
    )


def subject_of(year: int, step: str) -> str:
    """Return what the audit log calls a step of a wave."""
    return f"wave {year} {step}"
