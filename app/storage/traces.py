"""What in the research database points at one person: gathered before the person is erased."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, select

from app.storage import models
from app.storage.types import table_of

_case = table_of(models.SurveyCase)
_interview = table_of(models.Interview)
_event = table_of(models.AnswerEvent)
_operation = table_of(models.Operation)
_code = table_of(models.AccessCode)
_open = table_of(models.OpenAnswer)
_open_event = table_of(models.OpenAnswerEvent)
_message = table_of(models.Message)
_entry = table_of(models.OpenEntry)
_batch = table_of(models.PrintBatch)
_version = table_of(models.InstrumentVersion)


@dataclass(frozen=True, slots=True)
class RowTraces:
    """Ids and values of a person's rows; those of programs that answer may be shared."""

    cases: tuple[UUID, ...] = ()
    marks: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """By kind: ids of interviews, of saved pages, of messages at their providers; sealed codes."""
    words: tuple[tuple[str, str, str], ...] = field(default=(), repr=False)
    """Answers as they were saved, every revision: version of the instrument, variable, value."""
    staff_words: tuple[str, ...] = field(default=(), repr=False)
    """What staff made of the person's own words."""


def row_traces(connection: Connection, person_id: UUID) -> RowTraces:
    """Return what points at a person; empty for one who is erased or unknown."""
    cases = tuple(
        connection.execute(select(_case.c.id).where(_case.c.person_id == person_id)).scalars()
    )
    mine = select(_interview.c.id).where(_interview.c.case_id.in_(cases))
    interviews = list(connection.execute(mine).scalars())
    opened = select(_open.c.id).where(_open.c.interview_id.in_(interviews))
    written = select(_open_event.c.text).where(
        _open_event.c.open_answer_id.in_(opened), _open_event.c.text.is_not(None)
    )
    answers = (
        select(_event.c.version_id, _event.c.variable, _event.c.value)
        .where(_event.c.interview_id.in_(interviews))
        .distinct()
    )
    marks = {
        "interview": tuple(one.hex for one in interviews),
        "saved page": _texts(
            connection,
            select(_operation.c.op_id).where(_operation.c.interview_id.in_(interviews)),
        ),
        "open answer": tuple(one.hex for one in connection.execute(opened).scalars()),
        "sealed code": _texts(connection, select(_code.c.hash).where(_code.c.case_id.in_(cases))),
        "reference at a provider": _texts(
            connection,
            select(_message.c.provider_reference).where(
                _message.c.case_id.in_(cases), _message.c.provider_reference.is_not(None)
            ),
        ),
        "mark of a device": _texts(
            connection,
            select(_entry.c.source_hash).where(
                _entry.c.case_id.in_(cases), _entry.c.source_hash != ""
            ),
        ),
    }
    words = tuple((row[0], row[1], row[2]) for row in connection.execute(answers))
    return RowTraces(
        cases,
        {name: values for name, values in marks.items() if values},
        words,
        _texts(connection, written),
    )


def written_by_others(
    connection: Connection, cases: Sequence[UUID], values: Sequence[str]
) -> set[str]:
    """Return which of some words stand with other people's answers too, theirs or staff's."""
    if not values:
        return set()
    mine = select(_interview.c.id).where(_interview.c.case_id.in_(cases))
    query = select(_event.c.value).where(
        _event.c.value.in_(values), _event.c.interview_id.not_in(mine)
    )
    of_staff = (
        select(_open_event.c.text)
        .join(_open, _open.c.id == _open_event.c.open_answer_id)
        .where(_open_event.c.text.in_(values), _open.c.interview_id.not_in(mine))
    )
    found = set(connection.execute(query.distinct()).scalars())
    return found | set(connection.execute(of_staff.distinct()).scalars())


def version_ids(connection: Connection) -> list[str]:
    """Return all published versions."""
    return list(connection.execute(select(_version.c.id)).scalars())


def _texts(connection: Connection, query: Select[Any]) -> tuple[str, ...]:
    return tuple(connection.execute(query).scalars())


def print_batches_with(connection: Connection, person_id: UUID) -> list[UUID]:
    """Return the print batches that hold a letter to a person and are not destroyed."""
    query = (
        select(_batch.c.id)
        .join(_message, _message.c.print_batch_id == _batch.c.id)
        .join(_case, _case.c.id == _message.c.case_id)
        .where(_case.c.person_id == person_id, _batch.c.destroyed_at.is_(None))
        .distinct()
    )
    return list(connection.execute(query).scalars())


def being_printed(connection: Connection, batches: list[UUID]) -> list[UUID]:
    """Return which of some batches are unfinished: somebody is printing them, or stopped half."""
    query = select(_batch.c.id, _batch.c.manifest).where(_batch.c.id.in_(batches))
    return [row.id for row in connection.execute(query) if not row.manifest]


def message_on_its_way(connection: Connection, person_id: UUID) -> bool:
    """Tell whether a worker is handing a message to a provider for a person, at this moment."""
    query = (
        select(_message.c.id)
        .join(_case, _case.c.id == _message.c.case_id)
        .where(_case.c.person_id == person_id, _message.c.lease_until.is_not(None))
        .limit(1)
    )
    return connection.execute(query).first() is not None
