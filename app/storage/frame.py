"""The sampling frame and the draws from it, in the research database: units without names."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, insert, select, text, update

from app.panel.states import DrawKind, Entry
from app.storage import models
from app.storage.rows import as_row, columns_for
from app.storage.types import table_of
from app.storage.unit_of_work import Database

_import = table_of(models.FrameImport)
_unit = table_of(models.FrameUnit)
_draw = table_of(models.SampleDraw)
_drawn = table_of(models.SampleDrawUnit)
_case = table_of(models.SurveyCase)

_BATCH = 5_000
_LOCK = 0x4672_616D  # "Fram": any number will do, as long as nothing else locks it


class ImportRunningError(Exception):
    """Somebody else changes the frame at this moment."""


@dataclass(frozen=True, slots=True)
class FrameImport:
    """A register file that was taken in."""

    id: UUID
    name: str
    sha256: str
    rows: int
    mapping: Mapping[str, Any]
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class FrameUnit:
    """One person of the frame, under a pseudonym."""

    id: UUID
    import_id: UUID
    stratum: str
    frame: Mapping[str, str] = field(repr=False)
    language: str
    discarded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SampleDraw:
    """One draw, with all that is needed to make it again."""

    id: UUID
    wave: int
    number: int
    kind: DrawKind
    imports: list[str]
    seed: int
    allocation: Mapping[str, int]
    sizes: Mapping[str, int]
    fingerprint: str
    at: datetime
    by: str


@contextmanager
def one_at_a_time(database: Database) -> Iterator[None]:
    """Let nobody else change the frame meanwhile; the lock ends with the process that holds it.

    Raises
    ------
    ImportRunningError
        If somebody else holds it.
    """
    if database.engine.dialect.name == "sqlite":
        path = f"{database.engine.url.database}-frame"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError as error:
            raise ImportRunningError("somebody else changes the frame now; try again") from error
        finally:
            os.close(descriptor)
        return
    with database.read() as connection:
        if not connection.execute(
            text("SELECT pg_try_advisory_lock(:key)"), {"key": _LOCK}
        ).scalar_one():
            raise ImportRunningError("somebody else changes the frame now; try again")
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})


def add_import(connection: Connection, one: FrameImport, units: Iterable[FrameUnit]) -> None:
    """Store an import and its units."""
    connection.execute(insert(_import), as_row(one))
    _insert(connection, _unit, map(as_row, units))


def list_imports(connection: Connection) -> list[FrameImport]:
    """Return all imports, the earliest first."""
    query = select(*columns_for(FrameImport, _import)).order_by(_import.c.at, _import.c.name)
    return [FrameImport(*row) for row in connection.execute(query)]


def load_units(connection: Connection, imports: Sequence[UUID]) -> list[FrameUnit]:
    """Return the units of some imports, by id."""
    query = (
        select(*columns_for(FrameUnit, _unit))
        .where(_unit.c.import_id.in_(imports))
        .order_by(_unit.c.id)
    )
    return [FrameUnit(*row) for row in connection.execute(query)]


def strata_of(connection: Connection, imports: Sequence[UUID]) -> dict[str, list[str]]:
    """Return the ids of the units of some imports as 32 hexadecimal digits, by stratum."""
    strata: dict[str, list[str]] = {}
    query = select(_unit.c.stratum, _unit.c.id).where(_unit.c.import_id.in_(imports))
    for stratum, unit in connection.execute(query):
        strata.setdefault(stratum, []).append(unit.hex)
    return strata


def units_by_id(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, FrameUnit]:
    """Return units by id; those that are not there are left out."""
    found: dict[UUID, FrameUnit] = {}
    for start in range(0, len(ids), 500):
        query = select(*columns_for(FrameUnit, _unit)).where(
            _unit.c.id.in_(ids[start : start + 500])
        )
        found |= {row.id: FrameUnit(*row) for row in connection.execute(query)}
    return found


def undrawn_units(connection: Connection, imports: Sequence[UUID]) -> list[UUID]:
    """Return the units of some imports that are in no draw and whose contact is still kept."""
    query = select(_unit.c.id).where(
        _unit.c.import_id.in_(imports),
        _unit.c.discarded_at.is_(None),
        _unit.c.id.not_in(select(_drawn.c.unit_id)),
    )
    return list(connection.execute(query).scalars())


def mark_discarded(connection: Connection, ids: Iterable[UUID], *, at: datetime) -> None:
    """Remember that the contacts of units were destroyed."""
    statement = update(_unit).where(_unit.c.id == bindparam("one")).values(discarded_at=at)
    _execute_many(connection, statement, ({"one": one} for one in ids))


def add_draw(connection: Connection, draw: SampleDraw, batches: Sequence[Sequence[UUID]]) -> None:
    """Store a draw: the first batch is in the sample, the others are reserves in order."""
    connection.execute(insert(_draw), as_row(draw))
    _insert(
        connection,
        _drawn,
        (
            {"draw_id": draw.id, "unit_id": unit, "batch": number}
            for number, batch in enumerate(batches)
            for unit in batch
        ),
    )


def list_draws(connection: Connection) -> list[SampleDraw]:
    """Return all draws, in the order they were made."""
    query = select(*columns_for(SampleDraw, _draw)).order_by(
        _draw.c.at, _draw.c.wave, _draw.c.number
    )
    return [SampleDraw(*row) for row in connection.execute(query)]


def drawn_units(connection: Connection, draw_id: UUID) -> list[list[UUID]]:
    """Return the units of a draw by batch; their order inside a batch says nothing."""
    batches: dict[int, list[UUID]] = {}
    query = select(_drawn.c.batch, _drawn.c.unit_id).where(_drawn.c.draw_id == draw_id)
    for batch, unit in connection.execute(query.order_by(_drawn.c.batch, _drawn.c.unit_id)):
        batches.setdefault(batch, []).append(unit)
    return [batches.get(number, []) for number in range(max(batches, default=-1) + 1)]


def batch_counts(connection: Connection) -> dict[UUID, list[int]]:
    """Return the number of units of each batch, by draw."""
    query = (
        select(_drawn.c.draw_id, _drawn.c.batch, func.count())
        .group_by(_drawn.c.draw_id, _drawn.c.batch)
        .order_by(_drawn.c.draw_id, _drawn.c.batch)
    )
    counts: dict[UUID, list[int]] = {}
    for draw_id, _, count in connection.execute(query):
        counts.setdefault(draw_id, []).append(count)
    return counts


def sampled_ids(connection: Connection) -> dict[UUID, str]:
    """Return the stratum of every unit that is in the sample, of whatever wave."""
    query = (
        select(_unit.c.id, _unit.c.stratum)
        .join(_drawn, _drawn.c.unit_id == _unit.c.id)
        .where(_drawn.c.batch == 0)
    )
    return {row.id: row.stratum for row in connection.execute(query)}


def reweigh_cases(connection: Connection, wave: int, samples: Mapping[str, int]) -> int:
    """Set how many were drawn from each stratum in the cases of a wave; weights follow from it.

    Returns how many cases were changed.
    """
    changed = 0
    for stratum, size in samples.items():
        changed += connection.execute(
            update(_case)
            .where(
                _case.c.wave == wave,
                _case.c.entry == Entry.PERSONAL,
                _case.c.stratum == stratum,
                _case.c.stratum_sample != size,
            )
            .values(stratum_sample=size, base_weight=_case.c.stratum_population * 1.0 / size)
        ).rowcount
    return changed


def _insert(connection: Connection, table: Any, rows: Iterable[Mapping[str, Any]]) -> None:  # noqa: ANN401
    _execute_many(connection, insert(table), rows)


def _execute_many(connection: Connection, statement: Any, rows: Iterable[Any]) -> None:  # noqa: ANN401
    waiting = iter(rows)
    while batch := list(islice(waiting, _BATCH)):
        connection.execute(statement, batch)
