"""What returned mail and reports need to know of messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, select

from app.messages.channels import Channel
from app.messages.statuses import MessageStatus, PersonEventKind
from app.storage import models
from app.storage.types import table_of

_message = table_of(models.Message)
_case = table_of(models.SurveyCase)
_person_event = table_of(models.PersonEvent)

_ENDS = (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.RETURNED)
_OPENED_AGAIN = (PersonEventKind.CONTACT_CHANGED, PersonEventKind.TRACED)
MOST_ASKED = 1_000


@dataclass(frozen=True, slots=True)
class About:
    """Whom a message went to."""

    person_id: UUID
    wave: int
    channel: Channel
    language: str


def about(connection: Connection, message_id: UUID) -> About | None:
    """Return whom a message went to; ``None`` when there is none."""
    row = connection.execute(
        select(_case.c.person_id, _message.c.wave, _message.c.channel, _message.c.language)
        .join(_case, _case.c.id == _message.c.case_id)
        .where(_message.c.id == message_id)
    ).one_or_none()
    return None if row is None else About(*row)


def last_endings(connection: Connection, person_id: UUID, number: int) -> list[str | None]:
    """Return what became of the last e-mails to a person, the last first: why each came back.

    An e-mail that did not come back ends a row of those that did; new contact details too.
    """
    changed = connection.execute(
        select(func.max(_person_event.c.at)).where(
            _person_event.c.person_id == person_id, _person_event.c.kind.in_(_OPENED_AGAIN)
        )
    ).scalar_one()
    query = (
        select(_message.c.reason)
        .join(_case, _case.c.id == _message.c.case_id)
        .where(
            _case.c.person_id == person_id,
            _message.c.channel == Channel.EMAIL,
            _message.c.status.in_(_ENDS),
        )
        .order_by(_message.c.settled_at.desc(), _message.c.id)
        .limit(number)
    )
    if changed is not None:
        query = query.where(_message.c.settled_at > changed)
    return list(connection.execute(query).scalars())


def without_end(
    connection: Connection, provider: str, *, since: datetime
) -> list[tuple[UUID, str]]:
    """Return the messages a provider took since a moment and never reported on, with its names."""
    rows = connection.execute(
        select(_message.c.id, _message.c.provider_reference)
        .where(
            _message.c.provider == provider,
            _message.c.provider_reference.is_not(None),
            _message.c.status.in_((MessageStatus.SENT, MessageStatus.UNKNOWN)),
            _message.c.settled_at >= since,
        )
        .order_by(_message.c.settled_at)
        .limit(MOST_ASKED)
    )
    return [(row.id, str(row.provider_reference)) for row in rows]
