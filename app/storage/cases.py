"""People and their cases: drawn, asked, counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, Table, func, insert, select, update

from app.panel.states import CaseStatus, Eligibility, Entry, Mode, PersonStatus
from app.storage import models
from app.storage.rows import DataclassInstance, as_row, columns_for
from app.storage.types import new_id, table_of

_person = table_of(models.Person)
_assignment = table_of(models.PersonAssignment)
_case = table_of(models.SurveyCase)
_case_event = table_of(models.CaseEvent)

_BATCH = 5_000
"""Rows sent at a time: bounds memory, and costs nothing in speed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A panel member under a pseudonym."""

    id: UUID = field(default_factory=new_id)
    created_at: datetime
    status: PersonStatus = PersonStatus.ACTIVE
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Assignment:
    """A random assignment of a person, kept over waves."""

    person_id: UUID
    variable: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One person in one wave. A sampled case has a stratum, its sizes and a base weight."""

    id: UUID = field(default_factory=new_id)
    person_id: UUID
    wave: int
    stratum: str | None = None
    stratum_population: int | None = None
    stratum_sample: int | None = None
    base_weight: float | None = None
    frame: Mapping[str, Any] = field(default_factory=dict)
    language: str
    entry: Entry = Entry.PERSONAL
    mode: Mode = Mode.WEB
    status: CaseStatus = CaseStatus.OPEN
    disposition: str | None = None
    eligible: Eligibility = Eligibility.UNKNOWN
    created_at: datetime
    synthetic: bool


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """Something that happened to a case."""

    kind: str
    at: datetime
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CaseCount:
    """How many cases of a wave share these marks."""

    codes: tuple[str | None, ...]
    """Values of the frame variables that were counted by; ``None`` where the frame lacks one."""
    language: str
    entry: Entry
    status: CaseStatus
    eligible: Eligibility
    cases: int


def add_people(connection: Connection, people: Iterable[Person]) -> None:
    """Store panel members."""
    _add(connection, _person, people)


def add_assignments(connection: Connection, assignments: Iterable[Assignment]) -> None:
    """Store random assignments."""
    _add(connection, _assignment, assignments)


def add_cases(connection: Connection, cases: Iterable[Case]) -> None:
    """Store cases."""
    _add(connection, _case, cases)


def add_case_event(connection: Connection, case_id: UUID, event: CaseEvent) -> None:
    """Record something that happened to a case."""
    connection.execute(insert(_case_event), as_row(event) | {"id": new_id(), "case_id": case_id})


def load_case(connection: Connection, case_id: UUID) -> Case | None:
    """Return a case, or ``None`` when there is no such case."""
    row = connection.execute(_cases().where(_case.c.id == case_id)).one_or_none()
    return None if row is None else Case(**row._mapping)


def list_cases(connection: Connection, wave: int) -> list[Case]:
    """Return the cases of a wave, by id."""
    rows = connection.execute(_cases().where(_case.c.wave == wave).order_by(_case.c.id))
    return [Case(**row._mapping) for row in rows]


def cases_of_person(connection: Connection, person_id: UUID) -> list[Case]:
    """Return the cases of a person, the earliest wave first."""
    rows = connection.execute(_cases().where(_case.c.person_id == person_id).order_by(_case.c.wave))
    return [Case(**row._mapping) for row in rows]


def people_of_cases(connection: Connection) -> dict[UUID, UUID]:
    """Return whose case each case is."""
    rows = connection.execute(select(_case.c.id, _case.c.person_id))
    return {row.id: row.person_id for row in rows}


def set_case_status(connection: Connection, case_id: UUID, status: CaseStatus) -> None:
    """Set what came of a case without an interview saying so: a refusal by phone."""
    connection.execute(update(_case).where(_case.c.id == case_id).values(status=status))


def set_case_mode(connection: Connection, case_id: UUID, mode: Mode) -> None:
    """Set who held the pen; it stays when the person goes on alone."""
    connection.execute(update(_case).where(_case.c.id == case_id).values(mode=mode))


def case_events(connection: Connection, case_id: UUID) -> list[CaseEvent]:
    """Return what happened to a case, the earliest first."""
    rows = connection.execute(
        select(*columns_for(CaseEvent, _case_event))
        .where(_case_event.c.case_id == case_id)
        .order_by(_case_event.c.at)
    )
    return [CaseEvent(*row) for row in rows]


def settle_case(
    connection: Connection, case_id: UUID, *, disposition: str | None, eligible: Eligibility
) -> None:
    """Set what is known about the outcome of a case."""
    connection.execute(
        update(_case)
        .where(_case.c.id == case_id)
        .values(disposition=disposition, eligible=eligible)
    )


def count_cases(connection: Connection, wave: int, *, by: Sequence[str]) -> list[CaseCount]:
    """Count the cases of a wave by frame variables, language, entry, status and eligibility."""
    codes = [_case.c.frame[name].as_string().label(name) for name in by]
    marks = [*codes, _case.c.language, _case.c.entry, _case.c.status, _case.c.eligible]
    rows = connection.execute(
        select(*marks, func.count()).where(_case.c.wave == wave).group_by(*marks)
    )
    return [CaseCount(tuple(row[: len(by)]), *row[len(by) :]) for row in rows]


def _cases() -> Select[Any]:
    return select(*columns_for(Case, _case))


def _add(connection: Connection, table: Table, values: Iterable[DataclassInstance]) -> None:
    batch: list[dict[str, Any]] = []
    for value in values:
        batch.append(as_row(value))
        if len(batch) == _BATCH:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)
