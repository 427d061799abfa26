"""What is there of things that are kept for a time only, and its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, func, select, update

from app.messages.statuses import PersonEventKind
from app.panel.states import PersonStatus, WaveStatus
from app.storage import models
from app.storage.migrate import METADATA, Schema
from app.storage.types import table_of

_case = table_of(models.SurveyCase)
_person = table_of(models.Person)
_person_event = table_of(models.PersonEvent)
_wave = table_of(models.Wave)
_code = table_of(models.AccessCode)
_message = table_of(models.Message)
_message_event = table_of(models.MessageEvent)
_batch = table_of(models.PrintBatch)
_session = table_of(models.StaffSession)
_entry = table_of(models.OpenEntry)
_MISSES = tuple(METADATA[Schema.RESEARCH].tables[name] for name in ("code_miss", "sign_in_miss"))
_OVER = (WaveStatus.CLOSED, WaveStatus.FROZEN)
_AT_A_TIME = 5_000


def closed_waves(connection: Connection) -> dict[int, datetime]:
    """Return the waves that are over, with the moment they closed."""
    query = select(_wave.c.year, _wave.c.closed_at).where(
        _wave.c.status.in_(_OVER), _wave.c.closed_at.is_not(None)
    )
    return {row.year: row.closed_at for row in connection.execute(query)}


def everybody(connection: Connection) -> list[UUID]:
    """Return all people but those who were erased."""
    query = select(_person.c.id).where(_person.c.status != PersonStatus.ERASED)
    return list(connection.execute(query).scalars())


def withdrawn_before(connection: Connection, moment: datetime) -> list[UUID]:
    """Return who takes part no longer since before a moment."""
    last = (
        select(func.max(_person_event.c.at))
        .where(
            _person_event.c.person_id == _person.c.id,
            _person_event.c.kind == PersonEventKind.STATUS,
        )
        .scalar_subquery()
    )
    query = select(_person.c.id).where(_person.c.status == PersonStatus.WITHDRAWN, last < moment)
    return list(connection.execute(query).scalars())


def count_codes(connection: Connection) -> int:
    """Return how many sealed codes there are."""
    return int(connection.execute(select(func.count()).select_from(_code)).scalar_one())


def forget_codes(connection: Connection) -> int:
    """Destroy all sealed codes; return how many there were."""
    return connection.execute(delete(_code)).rowcount


def count_source_marks(connection: Connection, waves: Sequence[int]) -> int:
    """Return how many cases of some waves still say where they came from."""
    query = (
        select(func.count())
        .select_from(_entry)
        .join(_case, _case.c.id == _entry.c.case_id)
        .where(_case.c.wave.in_(waves), _entry.c.source_hash != "")
    )
    return int(connection.execute(query).scalar_one())


def batches_handed_over_before(connection: Connection, moment: datetime) -> list[UUID]:
    """Return the print batches whose files are still there since before a moment."""
    query = select(_batch.c.id).where(
        _batch.c.handed_over_at < moment, _batch.c.destroyed_at.is_(None)
    )
    return list(connection.execute(query).scalars())


def count_message_details(connection: Connection, waves: Sequence[int]) -> int:
    """Return how many messages of some waves still have what their provider called them."""
    query = (
        select(func.count())
        .select_from(_message)
        .where(_message.c.wave.in_(waves), _message.c.provider_reference.is_not(None))
    )
    return int(connection.execute(query).scalar_one())


def forget_message_details(connection: Connection, waves: Sequence[int]) -> int:
    """Forget what providers called the messages of some waves, and said; return how many."""
    mine = select(_message.c.id).where(_message.c.wave.in_(waves))
    connection.execute(delete(_message_event).where(_message_event.c.message_id.in_(mine)))
    return connection.execute(
        update(_message)
        .where(_message.c.wave.in_(waves), _message.c.provider_reference.is_not(None))
        .values(provider_reference=None, worker=None)
    ).rowcount


def count_sessions(connection: Connection, before: datetime) -> int:
    """Return how many sessions of staff ended before a moment."""
    query = select(func.count()).select_from(_session).where(_session.c.expires_at < before)
    return int(connection.execute(query).scalar_one())


def forget_sessions(connection: Connection, before: datetime) -> int:
    """Destroy the sessions of staff that ended before a moment; return how many."""
    return connection.execute(delete(_session).where(_session.c.expires_at < before)).rowcount


def count_misses(connection: Connection, before: datetime) -> int:
    """Return how many counts of wrong codes and passwords began before a moment."""
    return sum(
        int(
            connection.execute(
                select(func.count()).select_from(table).where(table.c.window_start < before)
            ).scalar_one()
        )
        for table in _MISSES
    )


def forget_misses(connection: Connection, before: datetime) -> int:
    """Destroy those counts; return how many there were."""
    return sum(
        connection.execute(delete(table).where(table.c.window_start < before)).rowcount
        for table in _MISSES
    )
