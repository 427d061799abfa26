"""Which cases of a wave have earned a thank-you: sampled, done or far enough, and not gone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, exists, func, select

from app.panel.states import CaseStatus, Entry
from app.questionnaire.model import Missing
from app.storage import models
from app.storage.incentives import GONE
from app.storage.types import table_of

_case = table_of(models.SurveyCase)
_person = table_of(models.Person)
_interview = table_of(models.Interview)
_answer = table_of(models.Answer)
_incentive = table_of(models.Incentive)
_assignment = table_of(models.PersonAssignment)
_AT_A_TIME = 1_000


class Earned(NamedTuple):
    """A case whose interview was sent, or has some answers."""

    case_id: UUID
    person_id: UUID
    language: str
    at: datetime


def earned(connection: Connection, wave: int, rule: str, *, enough: int | None) -> list[Earned]:
    """Return the sampled cases of a wave that were completed, and have nothing by a rule yet.

    ``enough`` answers count too, where the interview goes on or was left; a skipped question is no
    answer. The open link earns nothing: anybody could fill it in for the codes.
    """
    done = _interview.c.ended_as == CaseStatus.COMPLETE
    has_it = exists().where(_incentive.c.case_id == _case.c.id, _incentive.c.rule == rule)
    found = _cases(connection, wave, _interview.c.submitted_at, done & ~has_it)
    if enough is not None:
        answers = (
            select(func.count())
            .select_from(_answer)
            .where(
                _answer.c.interview_id == _interview.c.id,
                _answer.c.value != Missing.SKIP,
            )
            .scalar_subquery()
        )
        far = (_interview.c.status == CaseStatus.PARTIAL) & (answers >= enough)
        found += _cases(connection, wave, _interview.c.last_saved_at, far & ~has_it)
    return found


def assignments_of(
    connection: Connection, people: Sequence[UUID], variables: Collection[str]
) -> Mapping[UUID, dict[str, str]]:
    """Return random assignments of people, by person."""
    found: dict[UUID, dict[str, str]] = {}
    for start in range(0, len(people) if variables else 0, _AT_A_TIME):
        rows = connection.execute(
            select(_assignment.c.person_id, _assignment.c.variable, _assignment.c.value).where(
                _assignment.c.person_id.in_(people[start : start + _AT_A_TIME]),
                _assignment.c.variable.in_(variables),
            )
        )
        for person_id, variable, value in rows:
            found.setdefault(person_id, {})[variable] = value
    return found


def _cases(
    connection: Connection, wave: int, at: Column[Any], condition: ColumnElement[bool]
) -> list[Earned]:
    rows = connection.execute(
        select(_case.c.id, _case.c.person_id, _interview.c.language, at)
        .join(_interview, _interview.c.case_id == _case.c.id)
        .join(_person, _person.c.id == _case.c.person_id)
        .where(
            _case.c.wave == wave,
            _case.c.entry == Entry.PERSONAL,
            _person.c.status.not_in(GONE),
            condition,
        )
    )
    return [Earned(*row) for row in rows]
