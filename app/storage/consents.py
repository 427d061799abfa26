"""What people said yes and no to, one purpose at a time; rows are added and never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert, select

from app.panel.privacy import Purpose, Through
from app.storage import models
from app.storage.rows import as_row, columns_for
from app.storage.types import table_of

_event = table_of(models.ConsentEvent)

_add = insert(_event)


@dataclass(frozen=True, slots=True)
class ConsentEvent:
    """One yes or no, with the words it was given to."""

    person_id: UUID
    case_id: UUID | None
    purpose: Purpose
    given: bool
    at: datetime
    through: Through
    by: str
    """``self``, or the account of a member of staff."""
    language: str
    version_id: str | None
    """Instrument version that showed the words; ``None`` where no questionnaire did."""
    text_hash: str
    """SHA-256, 64 hexadecimal digits: see `app.panel.privacy.shown_hash`."""


def add_consents(connection: Connection, events: Sequence[ConsentEvent]) -> None:
    """Put what was said on record, in its order."""
    if events:
        connection.execute(_add, [as_row(event) for event in events])


def consent_events(connection: Connection, person_id: UUID) -> list[ConsentEvent]:
    """Return all that a person said about consent, the earliest first."""
    query = select(*columns_for(ConsentEvent, _event)).where(_event.c.person_id == person_id)
    return [ConsentEvent(*row) for row in connection.execute(query.order_by(_event.c.id))]


def current_consents(connection: Connection, person_id: UUID) -> dict[Purpose, ConsentEvent]:
    """Return the last word of a person on each purpose; one that was never asked is not in it."""
    return {event.purpose: event for event in consent_events(connection, person_id)}


def people_allowing(connection: Connection, purpose: Purpose) -> set[UUID]:
    """Return the people whose last word on a purpose is yes."""
    query = select(_event.c.person_id, _event.c.given).where(_event.c.purpose == purpose)
    last = {row.person_id: row.given for row in connection.execute(query.order_by(_event.c.id))}
    return {person_id for person_id, given in last.items() if given}


def last_words(connection: Connection, purpose: Purpose) -> dict[UUID, bool]:
    """Return the last word, yes or no, of everybody who ever said anything to a purpose."""
    query = (
        select(_event.c.person_id, _event.c.given)
        .where(_event.c.purpose == purpose)
        .order_by(_event.c.id)
    )
    return {row.person_id: row.given for row in connection.execute(query)}
