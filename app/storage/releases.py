"""What a release is made of: all cases and all current answers of some waves."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, exists, select, true

from app.panel.states import CaseStatus, Eligibility, Entry, Mode
from app.storage import models
from app.storage.expressions import json_map
from app.storage.types import table_of

_case = table_of(models.SurveyCase)
_interview = table_of(models.Interview)
_preload = table_of(models.Preload)
_preload_version = table_of(models.PreloadVersion)
_assignment = table_of(models.PersonAssignment)
_answer = table_of(models.Answer)
_entry = table_of(models.OpenEntry)

# What came by an open link and may be somebody's second waits outside until staff has decided.
_counts = ~exists().where(_entry.c.case_id == _case.c.id, ~_entry.c.counts)
_FETCHED_AT_A_TIME = 5_000


@dataclass(frozen=True, slots=True)
class ReleasedCase:
    """A case with its design, its outcome and, once begun, its interview."""

    case_id: UUID
    person_id: UUID
    wave: int
    stratum: str | None
    stratum_population: int | None
    stratum_sample: int | None
    base_weight: float | None
    frame: Mapping[str, Any]
    entry: Entry
    status: CaseStatus
    disposition: str | None
    eligible: Eligibility
    synthetic: bool
    language: str
    """Of the case as it was drawn; ``interview_language`` is that of the last answer."""
    interview_id: UUID | None
    version_id: str | None
    interview_language: str | None
    interview_mode: Mode | None
    interview_month: str | None
    submitted_at: datetime | None
    has_contact_answers: bool | None
    earlier: Mapping[str, Any] | None
    contact_known: bool | None
    assignments: Mapping[str, str] | None
    preload_number: int | None
    """Which version of the preload of its wave the interview builds on."""


class ReleasedAnswer(NamedTuple):
    """A current answer, on the route or off it."""

    case_id: UUID
    variable: str
    value: str
    revision: int
    op_id: str
    saved_at: datetime


def released_cases(
    connection: Connection, waves: Sequence[int], *, only: Collection[UUID] | None = None
) -> Iterator[ReleasedCase]:
    """Yield all cases of some waves, or ``only`` some, by wave and case id.

    Use inside one snapshot.
    """
    assignments = (
        select(json_map(_assignment.c.variable, _assignment.c.value))
        .where(_assignment.c.person_id == _case.c.person_id)
        .scalar_subquery()
    )
    query: Select[Any] = (
        select(
            _case.c.id,
            _case.c.person_id,
            _case.c.wave,
            _case.c.stratum,
            _case.c.stratum_population,
            _case.c.stratum_sample,
            _case.c.base_weight,
            _case.c.frame,
            _case.c.entry,
            _case.c.status,
            _case.c.disposition,
            _case.c.eligible,
            _case.c.synthetic,
            _case.c.language,
            _interview.c.id,
            _interview.c.version_id,
            _interview.c.language,
            _interview.c.mode,
            _interview.c.interview_month,
            _interview.c.submitted_at,
            _interview.c.has_contact_answers,
            _preload.c.earlier,
            _preload.c.contact,
            assignments,
            _preload_version.c.number,
        )
        .outerjoin_from(_case, _interview, _interview.c.case_id == _case.c.id)
        .outerjoin(_preload, _preload.c.case_id == _case.c.id)
        .outerjoin(_preload_version, _preload_version.c.id == _preload.c.version_id)
        .where(_case.c.wave.in_(waves), _among(only), _counts)
        .order_by(_case.c.wave, _case.c.id)
        .execution_options(yield_per=_FETCHED_AT_A_TIME)
    )
    with connection.execute(query) as rows:
        for row in rows:
            yield ReleasedCase(*row)


def released_answers(
    connection: Connection, waves: Sequence[int], *, only: Collection[UUID] | None = None
) -> Iterator[ReleasedAnswer]:
    """Yield all current answers of some waves, or of ``only`` some cases of them.

    They come by wave, case id and variable.
    """
    query: Select[Any] = (
        select(
            _case.c.id,
            _answer.c.variable,
            _answer.c.value,
            _answer.c.revision,
            _answer.c.op_id,
            _answer.c.saved_at,
        )
        .join_from(_case, _interview, _interview.c.case_id == _case.c.id)
        .join(_answer, _answer.c.interview_id == _interview.c.id)
        .where(_case.c.wave.in_(waves), _among(only), _counts)
        .order_by(_case.c.wave, _case.c.id, _answer.c.variable)
        .execution_options(yield_per=_FETCHED_AT_A_TIME)
    )
    with connection.execute(query) as rows:
        for row in rows:
            yield ReleasedAnswer(*row)


def _among(only: Collection[UUID] | None) -> ColumnElement[bool]:
    return true() if only is None else _case.c.id.in_(only)
