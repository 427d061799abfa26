"""What people did in earlier waves, as far as it decides whether they are asked again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, and_, select

from app.panel.states import CaseStatus, Eligibility, Entry
from app.storage import models
from app.storage.types import table_of

_case = table_of(models.SurveyCase)
_interview = table_of(models.Interview)
_answer = table_of(models.Answer)


@dataclass(frozen=True, slots=True)
class PastCase:
    """A case of an earlier wave, with one answer of its interview."""

    person_id: UUID
    wave: int
    status: CaseStatus
    entry: Entry
    eligible: Eligibility
    stratum: str | None
    stratum_population: int | None
    stratum_sample: int | None
    frame: Mapping[str, str] = field(repr=False)
    language: str
    answered_in: str | None
    consent: str | None


def past_cases(connection: Connection, waves: Sequence[int], variable: str) -> Iterator[PastCase]:
    """Yield the cases of some waves with their answer to a question, by wave."""
    query: Select[Any] = (
        select(
            _case.c.person_id,
            _case.c.wave,
            _case.c.status,
            _case.c.entry,
            _case.c.eligible,
            _case.c.stratum,
            _case.c.stratum_population,
            _case.c.stratum_sample,
            _case.c.frame,
            _case.c.language,
            _interview.c.language,
            _answer.c.value,
        )
        .outerjoin_from(_case, _interview, _interview.c.case_id == _case.c.id)
        .outerjoin(
            _answer,
            and_(_answer.c.interview_id == _interview.c.id, _answer.c.variable == variable),
        )
        .where(_case.c.wave.in_(waves))
        .order_by(_case.c.wave)
    )
    for row in connection.execute(query):
        yield PastCase(*row)


def people_in(connection: Connection, wave: int) -> set[UUID]:
    """Return the people who have a case in a wave."""
    query = select(_case.c.person_id).where(_case.c.wave == wave)
    return set(connection.execute(query).scalars())
