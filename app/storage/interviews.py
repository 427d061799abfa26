"""Interviews: what each page turn reads and writes.

A page turn is `lock_interview`, `find_operation`, `load_current` and `save_pages` in one write
unit, then `load_interview` and `load_current` in one read unit. The statements are built once
and run on a connection: no unit-of-work bookkeeping stands between a person and the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Select, bindparam, exists, insert, select, update

from app.panel.states import CaseStatus, Entry, Mode, PersonStatus, WaveStatus
from app.storage import models
from app.storage.expressions import json_map
from app.storage.types import table_of
from app.storage.upsert import replacing

_interview = table_of(models.Interview)
_case = table_of(models.SurveyCase)
_person = table_of(models.Person)
_wave = table_of(models.Wave)
_preload = table_of(models.Preload)
_code = table_of(models.AccessCode)
_assignment = table_of(models.PersonAssignment)
_event = table_of(models.AnswerEvent)
_answer = table_of(models.Answer)
_operation = table_of(models.Operation)

_ANSWER_COLUMNS = tuple(column.name for column in _answer.columns)


class StaleRevisionError(Exception):
    """Somebody else saved in this interview since it was read; nothing was written."""


class InterviewEndedError(Exception):
    """The interview was submitted, refused or screened out; nothing was written."""


@dataclass(frozen=True, slots=True)
class InterviewState:
    """An interview with all that its questions depend on."""

    interview_id: UUID
    case_id: UUID
    version_id: str
    language: str
    mode: Mode
    revision: int
    status: CaseStatus
    started_at: datetime
    last_saved_at: datetime | None
    submitted_at: datetime | None
    ended_as: CaseStatus | None
    interview_month: str | None
    has_contact_answers: bool
    person_id: UUID
    person_status: PersonStatus
    wave: int
    entry: Entry
    frame: Mapping[str, Any]
    synthetic: bool
    wave_status: WaveStatus
    code_revoked: bool
    """Whether the code that opened this session is no longer good; false without a code."""
    earlier: Mapping[str, Any] | None
    """The frozen preload; ``None`` when the case has none."""
    contact_known: bool
    assignments: Mapping[str, str]


class CurrentAnswer(NamedTuple):
    """The latest answer to one question."""

    variable: str
    value: str
    revision: int
    op_id: str


class PastOperation(NamedTuple):
    """A page that was saved before."""

    digest: str
    page: str
    location: str
    revision: int


@dataclass(frozen=True, slots=True)
class PageSave:
    """One posted page: who sent it how, what it answered and where it leads."""

    op_id: str
    digest: str
    page: str
    location: str
    language: str
    saved_at: datetime
    month: str
    """``YYYY-MM`` of ``saved_at`` in the time zone of the study."""
    values: Mapping[str, str] = field(default_factory=dict)
    has_contact_answers: bool = False


_assignments_of_person = (
    select(json_map(_assignment.c.variable, _assignment.c.value))
    .where(_assignment.c.person_id == _case.c.person_id)
    .scalar_subquery()
)

_code_is_good = exists().where(
    _code.c.id == bindparam("code_id"),
    _code.c.case_id == _case.c.id,
    _code.c.revoked_at.is_(None),
)

_load = (
    select(
        _interview.c.id.label("interview_id"),
        _interview.c.case_id,
        _interview.c.version_id,
        _interview.c.language,
        _interview.c.mode,
        _interview.c.revision,
        _interview.c.status,
        _interview.c.started_at,
        _interview.c.last_saved_at,
        _interview.c.submitted_at,
        _interview.c.ended_as,
        _interview.c.interview_month,
        _interview.c.has_contact_answers,
        _case.c.person_id,
        _person.c.status.label("person_status"),
        _case.c.wave,
        _case.c.entry,
        _case.c.frame,
        _case.c.synthetic,
        _wave.c.status.label("wave_status"),
        _code_is_good.label("code_is_good"),
        _preload.c.earlier,
        _preload.c.contact.label("contact_known"),
        _assignments_of_person.label("assignments"),
    )
    .join_from(_interview, _case, _interview.c.case_id == _case.c.id)
    .join(_wave, _case.c.wave == _wave.c.year)
    .join(_person, _person.c.id == _case.c.person_id)
    .outerjoin(_preload, _preload.c.case_id == _case.c.id)
    .where(_interview.c.id == bindparam("interview_id"))
)

# NO KEY UPDATE: the foreign keys of the answers we insert may be checked meanwhile.
_lock = _load.with_for_update(of=_interview, key_share=True)

_current = select(_answer.c.variable, _answer.c.value, _answer.c.revision, _answer.c.op_id).where(
    _answer.c.interview_id == bindparam("interview_id")
)

_find = select(
    _operation.c.digest, _operation.c.page, _operation.c.location, _operation.c.revision
).where(
    _operation.c.interview_id == bindparam("interview_id"),
    _operation.c.op_id == bindparam("op_id"),
)

_add_events = insert(_event)
_put_answers = replacing(_answer)
_add_operations = insert(_operation)

_advance = (
    update(_interview)
    .where(_interview.c.id == bindparam("of_id"), _interview.c.revision == bindparam("of_revision"))
    .values(
        revision=bindparam("new_revision"),
        language=bindparam("new_language"),
        status=bindparam("new_status"),
        last_saved_at=bindparam("new_saved_at"),
        interview_month=bindparam("new_month"),
        has_contact_answers=bindparam("new_contact"),
        submitted_at=bindparam("new_submitted_at"),
        ended_as=bindparam("new_ended_as"),
    )
)

_reopen = (
    update(_interview)
    .where(_interview.c.id == bindparam("of_id"), _interview.c.revision == bindparam("of_revision"))
    .values(submitted_at=None, ended_as=None, status=CaseStatus.PARTIAL)
)

_set_case_status = (
    update(_case).where(_case.c.id == bindparam("of_id")).values(status=bindparam("new_status"))
)


def load_interview(
    connection: Connection, interview_id: UUID, *, code_id: UUID | None = None
) -> InterviewState | None:
    """Return an interview, or ``None`` when there is no such interview.

    ``code_id`` is the access code that opened the session, if one did.
    """
    return _state(connection, _load, interview_id, code_id)


def lock_interview(
    connection: Connection, interview_id: UUID, *, code_id: UUID | None = None
) -> InterviewState | None:
    """Return an interview and keep others from saving in it until the unit ends.

    What the row of the interview says is up to date after a wait for the lock; on PostgreSQL the
    rest may be as it was when the wait began. Read operations and answers after this, not before.
    """
    return _state(connection, _lock, interview_id, code_id)


def _state(
    connection: Connection, statement: Select[Any], interview_id: UUID, code_id: UUID | None
) -> InterviewState | None:
    row = connection.execute(
        statement, {"interview_id": interview_id, "code_id": code_id}
    ).one_or_none()
    if row is None:
        return None
    values = dict(row._mapping)
    code_is_good = values.pop("code_is_good")
    values["code_revoked"] = code_id is not None and not code_is_good
    values["contact_known"] = bool(values["contact_known"])
    values["assignments"] = values["assignments"] or {}
    return InterviewState(**values)


def load_current(connection: Connection, interview_id: UUID) -> list[CurrentAnswer]:
    """Return the latest answer to each question answered so far, in no particular order."""
    rows = connection.execute(_current, {"interview_id": interview_id})
    return [CurrentAnswer(*row) for row in rows.all()]


def find_operation(connection: Connection, interview_id: UUID, op_id: str) -> PastOperation | None:
    """Return what an operation id did before, or ``None`` when it is new."""
    row = connection.execute(_find, {"interview_id": interview_id, "op_id": op_id}).one_or_none()
    return None if row is None else PastOperation(*row)


def save_pages(
    connection: Connection,
    state: InterviewState,
    pages: Sequence[PageSave],
    *,
    ended_as: CaseStatus | None = None,
) -> int:
    """Write posted pages in order, each one revision further, and return the last revision.

    Answers become events and the current answers; the operations become repeatable; with
    ``ended_as`` the last page ends the interview, and the case follows. ``state`` is what
    `lock_interview` gave in the same unit. Raises `InterviewEndedError` when the interview had
    ended, `StaleRevisionError` when ``state`` is not the latest; nothing is written then.
    """
    if state.ended_as is not None:
        raise InterviewEndedError(state.ended_as)
    revision = state.revision + len(pages)
    status = ended_as or (CaseStatus.PARTIAL if _answers_anything(pages) else state.status)
    _advance_to(connection, state, pages, revision, status, ended_as)
    if status is not state.status:
        connection.execute(_set_case_status, {"of_id": state.case_id, "new_status": status})
    if events := _event_rows(state, pages):
        connection.execute(_add_events, events)
        connection.execute(_put_answers.on(connection), _latest(events))
    connection.execute(_add_operations, _operation_rows(state, pages))
    return revision


def reopen_interview(connection: Connection, state: InterviewState) -> InterviewState:
    """Take back a refusal or a screen-out, and return the interview as it is then.

    ``state`` is what `lock_interview` gave in the same unit. Raises `StaleRevisionError` when it
    is not the latest.
    """
    values = {"of_id": state.interview_id, "of_revision": state.revision}
    if connection.execute(_reopen, values).rowcount != 1:
        raise StaleRevisionError(state.revision)
    connection.execute(_set_case_status, {"of_id": state.case_id, "new_status": CaseStatus.PARTIAL})
    return replace(state, submitted_at=None, ended_as=None, status=CaseStatus.PARTIAL)


def _answers_anything(pages: Sequence[PageSave]) -> bool:
    return any(page.values or page.has_contact_answers for page in pages)


def _advance_to(
    connection: Connection,
    state: InterviewState,
    pages: Sequence[PageSave],
    revision: int,
    status: CaseStatus,
    ended_as: CaseStatus | None,
) -> None:
    last = pages[-1]
    answered = (page.month for page in pages if _answers_anything([page]))
    advanced = connection.execute(
        _advance,
        {
            "of_id": state.interview_id,
            "of_revision": state.revision,
            "new_revision": revision,
            "new_language": last.language,
            "new_status": status,
            "new_saved_at": last.saved_at,
            "new_month": state.interview_month or next(answered, None),
            "new_contact": state.has_contact_answers
            or any(page.has_contact_answers for page in pages),
            "new_submitted_at": last.saved_at if ended_as else None,
            "new_ended_as": ended_as,
        },
    )
    if advanced.rowcount != 1:
        raise StaleRevisionError(state.revision)


def _event_rows(state: InterviewState, pages: Sequence[PageSave]) -> list[dict[str, Any]]:
    return [
        {
            "interview_id": state.interview_id,
            "variable": variable,
            "value": value,
            "language": page.language,
            "mode": state.mode,
            "version_id": state.version_id,
            "op_id": page.op_id,
            "revision": revision,
            "saved_at": page.saved_at,
        }
        for revision, page in enumerate(pages, state.revision + 1)
        for variable, value in page.values.items()
    ]


def _latest(events: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    # One row a variable: PostgreSQL refuses to settle two conflicts on one row in one statement.
    latest = {event["variable"]: event for event in events}
    return [{name: event[name] for name in _ANSWER_COLUMNS} for event in latest.values()]


def _operation_rows(state: InterviewState, pages: Sequence[PageSave]) -> list[dict[str, Any]]:
    return [
        {
            "interview_id": state.interview_id,
            "op_id": page.op_id,
            "digest": page.digest,
            "page": page.page,
            "location": page.location,
            "revision": revision,
            "saved_at": page.saved_at,
        }
        for revision, page in enumerate(pages, state.revision + 1)
    ]
