"""Open answers and the steps of staff on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Select, insert, select

from app.panel.open_answers import Done
from app.storage import models
from app.storage.types import new_id, table_of
from app.storage.upsert import keeping

_case = table_of(models.SurveyCase)
_interview = table_of(models.Interview)
_answer = table_of(models.Answer)
_answer_event = table_of(models.AnswerEvent)
_entry = table_of(models.OpenAnswer)
_event = table_of(models.OpenAnswerEvent)
_add_entries = keeping(_entry)

_AT_A_TIME = 500
"""Ids in one statement: both engines take more, no plan gets better by it."""


class EntryKey(NamedTuple):
    """One revision of one answer."""

    interview_id: UUID
    variable: str
    revision: int


class Entry(NamedTuple):
    """An answer that staff have begun on, and its interview's case."""

    id: UUID
    case_id: UUID
    wave: int
    key: EntryKey


class OwnWords(NamedTuple):
    """A current answer with the language of the page on which it was given."""

    case_id: UUID
    wave: int
    key: EntryKey
    value: str
    language: str


def versions_in_use(connection: Connection, waves: Sequence[int]) -> list[str]:
    """Return the questionnaires that the interviews of some waves were shown."""
    query = (
        select(_interview.c.version_id)
        .distinct()
        .join_from(_interview, _case, _case.c.id == _interview.c.case_id)
        .where(_case.c.wave.in_(waves))
        .order_by(_interview.c.version_id)
    )
    return list(connection.execute(query).scalars())


def load_words(
    connection: Connection, waves: Sequence[int], variables: Collection[str]
) -> list[OwnWords]:
    """Return the current answers to some variables, on the route or off it, missing ones too."""
    query = (
        select(
            _case.c.id,
            _case.c.wave,
            _answer.c.interview_id,
            _answer.c.variable,
            _answer.c.revision,
            _answer.c.value,
            _answer_event.c.language,
        )
        .join_from(_case, _interview, _interview.c.case_id == _case.c.id)
        .join(_answer, _answer.c.interview_id == _interview.c.id)
        .join(
            _answer_event,
            (_answer_event.c.interview_id == _answer.c.interview_id)
            & (_answer_event.c.variable == _answer.c.variable)
            & (_answer_event.c.revision == _answer.c.revision),
        )
        .where(_case.c.wave.in_(waves), _answer.c.variable.in_(sorted(variables)))
    )
    return [
        OwnWords(case_id, wave, EntryKey(*key), value, language)
        for case_id, wave, *key, value, language in connection.execute(query)
    ]


def add_entries(connection: Connection, keys: Iterable[EntryKey]) -> None:
    """Give answers an id of their own, unless they have one."""
    rows = [{"id": new_id(), **key._asdict()} for key in keys]
    if rows:
        connection.execute(_add_entries.on(connection), rows)


def entries_of_waves(connection: Connection, waves: Sequence[int]) -> list[Entry]:
    """Return all entries of some waves, current or not, in no particular order."""
    return _entries(connection, _entry_query().where(_case.c.wave.in_(waves)))


def entries_of_person(connection: Connection, person_id: UUID) -> list[Entry]:
    """Return the entries of a person over all waves, in the order in which they were answered."""
    query = _entry_query().where(_case.c.person_id == person_id)
    return _entries(connection, query.order_by(_case.c.wave, _entry.c.revision, _entry.c.id))


def find_entries(connection: Connection, ids: Collection[UUID]) -> dict[UUID, Entry]:
    """Return the entries with some ids; unknown ids are left out."""
    found: dict[UUID, Entry] = {}
    for part in _parts(ids):
        for entry in _entries(connection, _entry_query().where(_entry.c.id.in_(part))):
            found[entry.id] = entry
    return found


def lock_entries(connection: Connection, ids: Collection[UUID]) -> None:
    """Keep others from working on entries until the unit ends; read their steps after this."""
    for part in _parts(ids):
        # In one order, so that two who take the same entries never wait for each other.
        query = select(_entry.c.id).where(_entry.c.id.in_(part)).order_by(_entry.c.id)
        connection.execute(query.with_for_update()).all()


def steps_of_waves(connection: Connection, waves: Sequence[int]) -> dict[UUID, list[Done]]:
    """Return what was done with the entries of some waves, in order."""
    return _steps(
        connection,
        _step_query()
        .join(_interview, _interview.c.id == _entry.c.interview_id)
        .join(_case, _case.c.id == _interview.c.case_id)
        .where(_case.c.wave.in_(waves)),
    )


def steps_of(connection: Connection, ids: Collection[UUID]) -> dict[UUID, list[Done]]:
    """Return what was done with some entries, in order."""
    found: dict[UUID, list[Done]] = {}
    for part in _parts(ids):
        found |= _steps(connection, _step_query().where(_entry.c.id.in_(part)))
    return found


def current_keys(connection: Connection, keys: Collection[EntryKey]) -> set[EntryKey]:
    """Return those answers that are still the latest of their interview."""
    found: set[EntryKey] = set()
    variables = sorted({key.variable for key in keys})
    for part in _parts({key.interview_id for key in keys}):
        query = select(_answer.c.interview_id, _answer.c.variable, _answer.c.revision).where(
            _answer.c.interview_id.in_(part), _answer.c.variable.in_(variables)
        )
        found |= {EntryKey(*row) for row in connection.execute(query)}
    return found & set(keys)


def add_steps(connection: Connection, steps: Sequence[tuple[UUID, Done]], *, at: datetime) -> None:
    """Add steps on entries; the database numbers them, whatever their ``id`` says."""
    rows = [
        {
            "open_answer_id": entry_id,
            "step": one.step,
            "staff_id": one.staff_id,
            "at": at,
            "text": one.text,
            "language": one.language,
            "codes": ",".join(one.codes) if one.codes else None,
            "frame_version": one.frame_version,
        }
        for entry_id, one in steps
    ]
    if rows:
        connection.execute(insert(_event), rows)


def _entry_query() -> Select[Any]:
    return (
        select(
            _entry.c.id,
            _case.c.id,
            _case.c.wave,
            _entry.c.interview_id,
            _entry.c.variable,
            _entry.c.revision,
        )
        .join_from(_entry, _interview, _interview.c.id == _entry.c.interview_id)
        .join(_case, _case.c.id == _interview.c.case_id)
    )


def _entries(connection: Connection, query: Select[Any]) -> list[Entry]:
    return [
        Entry(entry_id, case_id, wave, EntryKey(*key))
        for entry_id, case_id, wave, *key in connection.execute(query)
    ]


def _step_query() -> Select[Any]:
    return (
        select(
            _event.c.open_answer_id,
            _event.c.id,
            _event.c.step,
            _event.c.staff_id,
            _event.c.text,
            _event.c.language,
            _event.c.codes,
            _event.c.frame_version,
        )
        .join_from(_event, _entry, _entry.c.id == _event.c.open_answer_id)
        .order_by(_event.c.id)
    )


def _steps(connection: Connection, query: Select[Any]) -> dict[UUID, list[Done]]:
    found: dict[UUID, list[Done]] = {}
    for entry_id, number, step, staff_id, text, language, codes, version in connection.execute(
        query
    ):
        given = tuple(codes.split(",")) if codes else ()
        done = Done(number, step, staff_id, text, language, given, version)
        found.setdefault(entry_id, []).append(done)
    return found


def _parts(ids: Collection[Any]) -> Iterable[list[Any]]:
    ordered = sorted(ids)
    return (ordered[at : at + _AT_A_TIME] for at in range(0, len(ordered), _AT_A_TIME))
