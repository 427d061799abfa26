"""What waves know of earlier ones: the preloads of cases, their versions, what was left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update

from app.storage import models
from app.storage.rows import as_row, columns_for
from app.storage.types import new_id, table_of

_preload = table_of(models.Preload)
_version = table_of(models.PreloadVersion)
_correction = table_of(models.PreloadCorrection)
_case = table_of(models.SurveyCase)
_interview = table_of(models.Interview)
_wave = table_of(models.Wave)
_assignment = table_of(models.PersonAssignment)

_BATCH = 5_000
"""Rows sent at a time: bounds memory, and costs nothing in speed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreloadVersion:
    """One freezing of what a wave knows of earlier ones."""

    id: UUID = field(default_factory=new_id)
    wave: int
    number: int
    """Counts from 1 within the wave."""
    built_on: Sequence[int]
    """The earlier waves whose answers are in it."""
    frozen_at: datetime
    frozen_by: str
    hash: str
    """SHA-256 over the cases and hashes of its preloads."""
    cases: int
    counts: Mapping[str, int]
    """Cases by variable."""
    left_out: int = 0
    """Answers that corrections kept out of it."""
    shown_at: datetime | None = None
    reviewed_at: datetime | None = None
    reviewed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Preload:
    """What a case may be asked about from earlier waves, frozen."""

    case_id: UUID
    version_id: UUID
    frozen_at: datetime
    earlier: Mapping[str, Any]
    """As `app.services.fieldwork.preloads.preload_to_json` writes it."""
    contact: bool
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreloadCorrection:
    """An answer that a wave does not build on: of one case, or of all (``None``)."""

    id: UUID = field(default_factory=new_id)
    wave: int
    variable: str
    case_id: UUID | None = None
    reason: str
    at: datetime
    by: str
    ended_at: datetime | None = None
    ended_by: str | None = None


@dataclass(frozen=True, slots=True)
class FrozenCase:
    """A case of a wave with what was frozen for it."""

    case_id: UUID
    person_id: UUID
    frame: Mapping[str, Any]
    earlier: Mapping[str, Any]
    contact: bool
    assigned: Mapping[str, str]


def hold_wave(connection: Connection, wave: int) -> None:
    """Keep others from freezing, reviewing or moving a wave until the unit ends."""
    connection.execute(select(_wave.c.year).where(_wave.c.year == wave).with_for_update())


# --- versions -------------------------------------------------------------------------------------


def add_version(connection: Connection, version: PreloadVersion) -> None:
    """Store a version; its number is free in its wave."""
    row = as_row(version) | {"built_on": list(version.built_on), "counts": dict(version.counts)}
    connection.execute(insert(_version), row)


def list_versions(connection: Connection, wave: int) -> list[PreloadVersion]:
    """Return the versions of a wave, the first one first."""
    rows = connection.execute(
        select(*columns_for(PreloadVersion, _version))
        .where(_version.c.wave == wave)
        .order_by(_version.c.number)
    )
    return [PreloadVersion(**row._mapping) for row in rows]


def unreviewed(connection: Connection, wave: int) -> list[PreloadVersion]:
    """Return the versions that cases of a wave have and nobody approved, the first one first."""
    used = set(
        connection.execute(
            select(_preload.c.version_id)
            .join(_case, _case.c.id == _preload.c.case_id)
            .where(_case.c.wave == wave)
            .distinct()
        ).scalars()
    )
    listed = list_versions(connection, wave)
    return [one for one in listed if one.id in used and one.reviewed_at is None]


def mark_shown(connection: Connection, version_id: UUID, *, at: datetime) -> None:
    """Set when a version was written out for somebody to look at."""
    connection.execute(update(_version).where(_version.c.id == version_id).values(shown_at=at))


def mark_reviewed(connection: Connection, version_id: UUID, *, at: datetime, by: str) -> None:
    """Set who looked at a version and found it right."""
    connection.execute(
        update(_version).where(_version.c.id == version_id).values(reviewed_at=at, reviewed_by=by)
    )


# --- preloads -------------------------------------------------------------------------------------


def add_preloads(connection: Connection, preloads: Iterable[Preload]) -> None:
    """Store frozen preloads; a case has one."""
    batch: list[dict[str, Any]] = []
    for one in preloads:
        batch.append(as_row(one))
        if len(batch) == _BATCH:
            connection.execute(insert(_preload), batch)
            batch = []
    if batch:
        connection.execute(insert(_preload), batch)


def drop_preloads(connection: Connection, wave: int) -> None:
    """Take out the preloads of all cases of a wave, to be frozen again."""
    in_wave = select(_case.c.id).where(_case.c.wave == wave)
    connection.execute(delete(_preload).where(_preload.c.case_id.in_(in_wave)))


def preload_hashes(connection: Connection, wave: int) -> dict[UUID, str]:
    """Return the hash of each preload of a wave, by case."""
    rows = connection.execute(
        select(_preload.c.case_id, _preload.c.hash)
        .join(_case, _case.c.id == _preload.c.case_id)
        .where(_case.c.wave == wave)
    )
    return {row.case_id: row.hash for row in rows}


def begun_cases(connection: Connection, wave: int) -> set[UUID]:
    """Return the cases of a wave whose interview was begun."""
    query = select(_case.c.id).join(_interview, _interview.c.case_id == _case.c.id)
    return set(connection.execute(query.where(_case.c.wave == wave)).scalars())


def frozen_cases(connection: Connection, version_id: UUID) -> Iterator[FrozenCase]:
    """Yield the cases of a version by id, with what was drawn for the people; in one snapshot."""
    drawn: dict[UUID, dict[str, str]] = {}
    of_version = _preload.c.version_id == version_id
    people = (
        select(_case.c.person_id).join(_preload, _preload.c.case_id == _case.c.id).where(of_version)
    )
    for row in connection.execute(select(_assignment).where(_assignment.c.person_id.in_(people))):
        drawn.setdefault(row.person_id, {})[row.variable] = row.value
    rows = connection.execute(
        select(_case.c.id, _case.c.person_id, _case.c.frame, _preload.c.earlier, _preload.c.contact)
        .join(_preload, _preload.c.case_id == _case.c.id)
        .where(of_version)
        .order_by(_case.c.id)
    )
    for row in rows:
        yield FrozenCase(
            row.id,
            row.person_id,
            row.frame,
            row.earlier,
            row.contact,
            drawn.get(row.person_id, {}),
        )


def count_by_version(connection: Connection, wave: int) -> dict[UUID, int]:
    """Return how many cases of a wave have a preload of each version."""
    rows = connection.execute(
        select(_preload.c.version_id, func.count().label("cases"))
        .join(_case, _case.c.id == _preload.c.case_id)
        .where(_case.c.wave == wave)
        .group_by(_preload.c.version_id)
    )
    return {row.version_id: row.cases for row in rows}


def people_without(
    connection: Connection, wave: int, variable: str, *, with_preload: bool = False
) -> dict[UUID, UUID]:
    """Return cases and people of a wave for whom a variable was never drawn.

    ``with_preload`` looks only at those of whom something is known.
    """
    drawn = select(_assignment.c.person_id).where(_assignment.c.variable == variable)
    query = select(_case.c.id, _case.c.person_id).where(
        _case.c.wave == wave, _case.c.person_id.not_in(drawn)
    )
    if with_preload:
        query = query.where(_case.c.id.in_(select(_preload.c.case_id)))
    return {row.id: row.person_id for row in connection.execute(query)}


# --- corrections ----------------------------------------------------------------------------------


def add_corrections(connection: Connection, corrections: Iterable[PreloadCorrection]) -> None:
    """Store what is to be left out."""
    rows = [as_row(one) for one in corrections]
    if rows:
        connection.execute(insert(_correction), rows)


def list_corrections(connection: Connection, wave: int) -> list[PreloadCorrection]:
    """Return the corrections that stand of a wave, by variable and case."""
    return [one for one, _ in corrections_up_to(connection, wave) if one.wave == wave]


def corrections_up_to(
    connection: Connection, wave: int
) -> list[tuple[PreloadCorrection, UUID | None]]:
    """Return the corrections that stand of a wave and those before it, with whom each is about.

    By wave, variable and case; ``None`` for everybody.
    """
    rows = connection.execute(
        select(*columns_for(PreloadCorrection, _correction), _case.c.person_id)
        .outerjoin_from(_correction, _case, _case.c.id == _correction.c.case_id)
        .where(_correction.c.wave <= wave, _correction.c.ended_at.is_(None))
    )
    found = []
    for row in rows:
        of_row = dict(row._mapping)
        person_id = of_row.pop("person_id")
        found.append((PreloadCorrection(**of_row), person_id))
    return sorted(
        found,
        key=lambda one: (
            one[0].wave, one[0].variable, one[0].case_id.hex if one[0].case_id else "",
        ),
    )  # fmt: skip


def end_corrections(
    connection: Connection, wave: int, variable: str, *, at: datetime, by: str
) -> int:
    """Let a variable back in, for all cases and each one; return how many corrections ended."""
    ended = connection.execute(
        update(_correction)
        .where(
            _correction.c.wave == wave,
            _correction.c.variable == variable,
            _correction.c.ended_at.is_(None),
        )
        .values(ended_at=at, ended_by=by)
    )
    return ended.rowcount
