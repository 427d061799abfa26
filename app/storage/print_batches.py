"""Print batches: letters that go to the printer together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, delete, insert, select, update

from app.messages.channels import Channel
from app.messages.statuses import MessageStatus
from app.storage import incentive_letters, models
from app.storage.rows import as_row, columns_for
from app.storage.types import new_id, table_of

_batch = table_of(models.PrintBatch)
_message = table_of(models.Message)
_case = table_of(models.SurveyCase)

_AT_A_TIME = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintBatch:
    """A batch, and how far it is."""

    id: UUID = field(default_factory=new_id)
    wave: int
    step: str
    letters: int = 0
    test_letters: int = 0
    manifest: Mapping[str, Any] = field(default_factory=dict)
    """Empty until the files are there."""
    made_at: datetime
    made_by: str
    handed_over_at: datetime | None = None
    destroyed_at: datetime | None = None


def add_batch(connection: Connection, batch: PrintBatch) -> None:
    """Store a batch."""
    connection.execute(insert(_batch), [as_row(batch)])


def load_batch(connection: Connection, batch_id: UUID) -> PrintBatch | None:
    """Return a batch, or `None` when there is none; locked where it will be changed."""
    row = connection.execute(
        _batches().where(_batch.c.id == batch_id).with_for_update()
    ).one_or_none()
    return None if row is None else PrintBatch(**row._mapping)


def list_batches(connection: Connection, wave: int | None = None) -> list[PrintBatch]:
    """Return the batches, the earliest first."""
    query = _batches().order_by(_batch.c.made_at, _batch.c.id)
    if wave is not None:
        query = query.where(_batch.c.wave == wave)
    return [PrintBatch(**row._mapping) for row in connection.execute(query)]


def due_steps(connection: Connection, steps: Sequence[str], now: datetime) -> list[tuple[int, str]]:
    """Return wave and step of the letters that are due and in no batch yet."""
    rows = connection.execute(
        select(_message.c.wave, _message.c.step)
        .where(
            _message.c.step.in_(steps),
            _message.c.status == MessageStatus.DUE,
            _message.c.not_before <= now,
            _message.c.print_batch_id.is_(None),
        )
        .distinct()
        .order_by(_message.c.wave, _message.c.step)
    )
    return [(row.wave, row.step) for row in rows]


def set_batch(connection: Connection, batch_id: UUID, **values: Any) -> None:  # noqa: ANN401
    """Set what became of a batch."""
    connection.execute(update(_batch).where(_batch.c.id == batch_id).values(values))


def drop_batch(connection: Connection, batch_id: UUID) -> None:
    """Take out a batch that holds no letters."""
    connection.execute(delete(_batch).where(_batch.c.id == batch_id))


def take_out(connection: Connection, batch_id: UUID, message_ids: Sequence[UUID]) -> None:
    """Take letters that cannot be printed out of a batch: they are due again."""
    for start in range(0, len(message_ids), _AT_A_TIME):
        some = message_ids[start : start + _AT_A_TIME]
        connection.execute(
            update(_message)
            .where(
                _message.c.id.in_(some),
                _message.c.print_batch_id == batch_id,
                _message.c.status == MessageStatus.DUE,
            )
            .values(print_batch_id=None)
        )
    incentive_letters.taken_out(connection, batch_id, message_ids)


def letters_by_reference(connection: Connection, reference: str) -> list[tuple[UUID, UUID, int]]:
    """Return message, person and wave of the letters whose id begins with hexadecimal digits."""
    first, last = UUID(reference.ljust(32, "0")), UUID(reference.ljust(32, "f"))
    rows = connection.execute(
        select(_message.c.id, _case.c.person_id, _message.c.wave)
        .join(_case, _case.c.id == _message.c.case_id)
        .where(
            _message.c.id >= first,
            _message.c.id <= last,
            _message.c.channel == Channel.LETTER,
        )
    )
    return [(one.id, one.person_id, one.wave) for one in rows]


def _batches() -> Select[Any]:
    return select(*columns_for(PrintBatch, _batch))
