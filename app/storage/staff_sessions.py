"""Sessions of staff as a list, ended from elsewhere, and the proof that a person is still there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, select, update

from app.storage import models
from app.storage.models.staff import SignInStage
from app.storage.rows import columns_for
from app.storage.staff import Session, session_id
from app.storage.types import table_of

_session = table_of(models.StaffSession)
_SESSION = columns_for(Session, _session)


def list_open(connection: Connection, staff_id: UUID, *, at: datetime) -> list[Session]:
    """Return the full sessions of an account that were not ended, the latest used first."""
    rows = connection.execute(
        select(*_SESSION)
        .where(
            _session.c.staff_id == staff_id,
            _session.c.stage == SignInStage.FULL,
            _session.c.revoked_at.is_(None),
            _session.c.expires_at > at,
        )
        .order_by(_session.c.last_seen_at.desc(), _session.c.id)
    )
    return [Session(*row) for row in rows]


def last_seen(connection: Connection) -> dict[UUID, datetime]:
    """Return by account when a full session of it was last used; nothing for who never was."""
    rows = connection.execute(
        select(_session.c.staff_id, func.max(_session.c.last_seen_at))
        .where(_session.c.stage == SignInStage.FULL)
        .group_by(_session.c.staff_id)
    )
    return {row[0]: row[1] for row in rows}


def end_session(connection: Connection, staff_id: UUID, key: str, *, at: datetime) -> bool:
    """End one session of an account by its form key; false when there is none to end."""
    ended = connection.execute(
        update(_session)
        .where(
            _session.c.staff_id == staff_id,
            _session.c.form_key == key,
            _session.c.revoked_at.is_(None),
        )
        .values(revoked_at=at)
    )
    return ended.rowcount == 1


def end_sessions(
    connection: Connection, staff_id: UUID, *, at: datetime, but: str | None = None
) -> int:
    """End all sessions of an account but that with a form key; return how many."""
    ended = update(_session).where(_session.c.staff_id == staff_id, _session.c.revoked_at.is_(None))
    if but is not None:
        ended = ended.where(_session.c.form_key != but)
    return connection.execute(ended.values(revoked_at=at)).rowcount


def renew_session(
    connection: Connection, token: str, *, fresh: str, proof: str, at: datetime
) -> bool:
    """Give a session another token and a proof of confirmation; false when it ended meanwhile."""
    renewed = connection.execute(
        update(_session)
        .where(_session.c.id == session_id(token), _session.c.revoked_at.is_(None))
        .values(
            id=session_id(fresh),
            last_seen_at=at,
            confirmed_hash=session_id(proof),
            confirmed_at=at,
        )
    )
    return renewed.rowcount == 1
