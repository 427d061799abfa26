"""Interviews as they begin: opened once a case, in a language, by who holds the pen."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, select, update

from app.panel.arrivals import Arrival
from app.panel.states import CaseStatus, Mode
from app.storage import models
from app.storage.types import new_id, table_of
from app.storage.upsert import keeping

_interview = table_of(models.Interview)

_open = keeping(_interview)

_of_case = select(_interview.c.id).where(_interview.c.case_id == bindparam("case_id"))


def find_interview(connection: Connection, case_id: UUID) -> UUID | None:
    """Return the interview of a case, or ``None`` when it has not begun."""
    found: UUID | None = connection.execute(_of_case, {"case_id": case_id}).scalar_one_or_none()
    return found


def open_interview(
    connection: Connection,
    case_id: UUID,
    *,
    version_id: str,
    language: str,
    mode: Mode,
    at: datetime,
    arrival: Arrival | None = None,
) -> UUID:
    """Return the interview of a case, begun now unless it was before.

    ``arrival`` tells how it was entered; of one that was begun before, the first stays.
    """
    came = arrival or Arrival()
    connection.execute(
        _open.on(connection),
        {
            "id": new_id(),
            "case_id": case_id,
            "version_id": version_id,
            "language": language,
            "mode": mode,
            "revision": 0,
            "status": CaseStatus.OPEN,
            "started_at": at,
            "has_contact_answers": False,
            "device": came.device,
            "door": came.door,
        },
    )
    opened: UUID = connection.execute(_of_case, {"case_id": case_id}).scalar_one()
    return opened


def set_language(connection: Connection, interview_id: UUID, language: str) -> None:
    """Remember the language in which an interview goes on; saves nothing else."""
    connection.execute(
        update(_interview).where(_interview.c.id == interview_id).values(language=language)
    )


def set_mode(connection: Connection, interview_id: UUID, mode: Mode) -> None:
    """Set who holds the pen from now on; an interview that has ended keeps what it had."""
    connection.execute(
        update(_interview)
        .where(_interview.c.id == interview_id, _interview.c.ended_as.is_(None))
        .values(mode=mode)
    )
