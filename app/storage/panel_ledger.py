"""What the ledger of the panel needs beside the histories of cases: draws, consents, wave moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, and_, func, select

from app.panel.privacy import Purpose, Through
from app.panel.states import CaseStatus, DrawKind, Entry, WaveStatus
from app.storage import models
from app.storage.types import table_of

_wave_event = table_of(models.WaveEvent)
_draw = table_of(models.SampleDraw)
_drawn = table_of(models.SampleDrawUnit)
_unit = table_of(models.FrameUnit)
_case = table_of(models.SurveyCase)
_interview = table_of(models.Interview)
_answer = table_of(models.Answer)
_consent = table_of(models.ConsentEvent)
_erasure = table_of(models.Erasure)

_BY_HAND = (Through.PAGE, Through.STAFF)


class WaveMove(NamedTuple):
    """A wave went into a status."""

    wave: int
    at: datetime
    status: WaveStatus


@dataclass(frozen=True, slots=True)
class DrawnUnit:
    """One unit in one draw."""

    unit_id: UUID
    wave: int
    number: int
    kind: DrawKind
    at: datetime
    batch: int
    frame: Mapping[str, Any] = field(repr=False)


class ConsentAnswer(NamedTuple):
    """The current answer of a person in a wave to one question."""

    person_id: UUID
    wave: int
    at: datetime
    answer: str


class ConsentWord(NamedTuple):
    """A word on being asked again."""

    person_id: UUID
    at: datetime
    given: bool
    by_hand: bool


def wave_moves(connection: Connection) -> list[WaveMove]:
    """Return the changes of status of all waves, the earliest first."""
    query = select(_wave_event.c.wave, _wave_event.c.at, _wave_event.c.to_status)
    return [WaveMove(*row) for row in connection.execute(query.order_by(_wave_event.c.at))]


def units_drawn(connection: Connection) -> Iterator[DrawnUnit]:
    """Yield every unit of every draw, in the order of the draws."""
    query = (
        select(
            _drawn.c.unit_id,
            _draw.c.wave,
            _draw.c.number,
            _draw.c.kind,
            _draw.c.at,
            _drawn.c.batch,
            _unit.c.frame,
        )
        .join(_draw, _draw.c.id == _drawn.c.draw_id)
        .join(_unit, _unit.c.id == _drawn.c.unit_id)
        .order_by(_draw.c.at, _draw.c.wave, _draw.c.number)
    )
    for row in connection.execute(query):
        yield DrawnUnit(*row)


def units_counted(connection: Connection) -> int:
    """Return how many units there are in all draws together."""
    return connection.execute(select(func.count()).select_from(_drawn)).scalar_one()


def consent_answers(
    connection: Connection, waves: Sequence[int], variable: str
) -> Iterator[ConsentAnswer]:
    """Yield the answers of the sample to a question about consent."""
    query = (
        select(_case.c.person_id, _case.c.wave, _answer.c.saved_at, _answer.c.value)
        .join(_interview, _interview.c.case_id == _case.c.id)
        .join(
            _answer,
            and_(_answer.c.interview_id == _interview.c.id, _answer.c.variable == variable),
        )
        .where(_case.c.wave.in_(waves), _case.c.entry == Entry.PERSONAL)
    )
    for row in connection.execute(query):
        yield ConsentAnswer(*row)


def recontact_words(connection: Connection) -> Iterator[ConsentWord]:
    """Yield what everybody said about being asked again, in the order it was put on record."""
    query = (
        select(_consent.c.person_id, _consent.c.at, _consent.c.given, _consent.c.through)
        .where(_consent.c.purpose == Purpose.RECONTACT)
        .order_by(_consent.c.id)
    )
    for person_id, at, given, through in connection.execute(query):
        yield ConsentWord(person_id, at, given, through in _BY_HAND)


def erasures(connection: Connection) -> dict[UUID, datetime]:
    """Return who was erased, and when."""
    return {
        row[0]: row[1]
        for row in connection.execute(select(_erasure.c.person_id, _erasure.c.erased_at))
    }


def cases_counted(connection: Connection, when: datetime) -> dict[int, int]:
    """Return how many cases of the sample each wave had at a moment."""
    query = (
        select(_case.c.wave, func.count())
        .where(_case.c.entry == Entry.PERSONAL, _case.c.created_at <= when)
        .group_by(_case.c.wave)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def finished_counted(connection: Connection, when: datetime) -> dict[int, int]:
    """Return how many interviews of the sample were finished at a moment, by wave."""
    query = (
        select(_case.c.wave, func.count())
        .join(_interview, _interview.c.case_id == _case.c.id)
        .where(
            _case.c.entry == Entry.PERSONAL,
            _interview.c.ended_as == CaseStatus.COMPLETE,
            _interview.c.submitted_at <= when,
        )
        .group_by(_case.c.wave)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def first_waves(connection: Connection, when: datetime) -> dict[UUID, int]:
    """Return the first wave that each person was sampled for until a moment: drawn or with a case.

    Reserves that were not needed are not in it.
    """
    drawn = (
        select(_drawn.c.unit_id, func.min(_draw.c.wave))
        .join(_draw, _draw.c.id == _drawn.c.draw_id)
        .where(_drawn.c.batch == 0, _draw.c.at <= when)
        .group_by(_drawn.c.unit_id)
    )
    cased = (
        select(_case.c.person_id, func.min(_case.c.wave))
        .where(_case.c.entry == Entry.PERSONAL, _case.c.created_at <= when)
        .group_by(_case.c.person_id)
    )
    found: dict[UUID, int] = {}
    for query in (drawn, cased):
        for person_id, wave in connection.execute(query):
            found[person_id] = min(wave, found.get(person_id, wave))
    return found
