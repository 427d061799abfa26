"""What was sent to a person, and what staff did with the person's data: for the person's copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, select

from app.messages.channels import Channel
from app.messages.statuses import MessageStatus
from app.panel.states import Role
from app.storage import models
from app.storage.types import table_of

_message = table_of(models.Message)
_case = table_of(models.SurveyCase)
_audit = table_of(models.AuditEvent)
_staff = table_of(models.Staff)


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message as its person may know it."""

    at: datetime
    channel: Channel
    status: MessageStatus
    language: str


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done with a person's data."""

    at: datetime
    action: str
    role: Role | None
    """Of the member of staff; ``None`` at the command line and for what goes by itself."""
    by_person: bool


def messages_of(connection: Connection, person_id: UUID) -> list[SentMessage]:
    """Return the messages to a person over all waves, the earliest first."""
    at = func.coalesce(
        _message.c.settled_at, _message.c.not_before, type_=_message.c.not_before.type
    )
    query = (
        select(at, _message.c.channel, _message.c.status, _message.c.language)
        .join(_case, _case.c.id == _message.c.case_id)
        .where(_case.c.person_id == person_id)
        .order_by(at, _message.c.id)
    )
    return [SentMessage(*row) for row in connection.execute(query)]


def deeds_about(connection: Connection, person_id: UUID, case_ids: Sequence[UUID]) -> list[Deed]:
    """Return what the log says was done about a person alone, the earliest first."""
    subjects = [f"person {person_id.hex}", *(f"case {one.hex}" for one in case_ids)]
    query = (
        select(_audit.c.at, _audit.c.action, _audit.c.detail, _staff.c.role)
        .outerjoin(_staff, _staff.c.id == _audit.c.staff_id)
        .where(_audit.c.subject.in_(subjects))
        .order_by(_audit.c.seq)
    )
    return [
        Deed(row.at, row.action, row.role, row.detail.get("by") == "self")
        for row in connection.execute(query)
    ]
