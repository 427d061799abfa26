"""A small panel of which one wave is over and the next is being prepared, on each engine."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from app.clock import FixedClock
from app.panel.states import CaseStatus, Mode, WaveStatus
from app.questionnaire.routing import Route
from app.services.content.fielding import publish_wave
from app.services.content.instruments import load_study
from app.services.content.study_calendar import read_wave_plan
from app.services.context import ServiceContext
from app.services.fieldwork import enrolment, waves
from app.services.fieldwork.enrolment import SampledPerson
from app.services.interviewing import interviews
from app.services.members import contacting
from app.storage import interviews as rows
from app.storage import openings
from app.storage.cases import load_case
from app.storage.interviews import PageSave
from app.storage.waves import load_wave
from tests.builders import context

STUDY = Path(__file__).parent / "study"
F = "f@example.org"
R = "r@example.org"
LIVES_IN_EDE = {"w_stad": "ede", "w_geboren": "1988"}


@dataclass
class Panel:
    """What tests do to the panel, in few words."""

    ctx: ServiceContext
    people: list[UUID] = field(default_factory=list)

    def at(self, moment: str) -> ServiceContext:
        """Move the clock."""
        clock = FixedClock(datetime.fromisoformat(moment).replace(tzinfo=UTC))
        self.ctx = replace(self.ctx, clock=clock)
        return self.ctx

    def publish(self, year: int) -> None:
        plan = read_wave_plan(STUDY, year)
        publish_wave(self.ctx, load_study(STUDY), plan, by="test")

    def move(self, year: int, *statuses: WaveStatus) -> None:
        for status in statuses:
            waves.move_wave(self.ctx, year, status, by="test")

    def open(self, year: int) -> None:
        self.move(year, WaveStatus.CHECKED, WaveStatus.REHEARSED, WaveStatus.OPEN)

    def enrol(self, year: int, people: int = 1, person_id: UUID | None = None) -> list[UUID]:
        """Give people a case in a wave, a known one or new ones; return their cases."""
        sampled = [
            SampledPerson(
                person_id=person_id,
                stratum="all",
                stratum_population=100,
                stratum_sample=10,
                frame={"fr_group": "asiel"},
                language="nl",
            )
            for _ in range(people)
        ]
        made = enrolment.enrol(self.ctx, year, sampled, assigned=(), rng=random.Random(1))
        return [one.id for one in made]

    def answer(
        self, year: int, case_id: UUID, given: Mapping[str, str], contact: str | None = None
    ) -> None:
        """Save a whole interview, as posted pages leave it."""
        now = self.ctx.clock.now()
        with self.ctx.databases.research.write() as connection:
            wave = load_wave(connection, year)
            assert wave is not None
            assert wave.version_id is not None
            interview = openings.open_interview(
                connection, case_id, version_id=wave.version_id, language="nl", mode=Mode.WEB,
                at=now,
            )  # fmt: skip
            state = rows.lock_interview(connection, interview)
            assert state is not None
            if contact is not None:
                contacting.save_answers(
                    self.ctx, state.person_id, year, {"w_adres": contact}, 1, "c", now
                )
            page = PageSave(
                "op",
                "0" * 64,
                "w_stad",
                "done",
                "nl",
                now,
                f"{year}-02",
                given,
                contact is not None,
            )
            rows.save_pages(connection, state, [page], ended_as=CaseStatus.COMPLETE)

    def route(self, year: int, case_id: UUID) -> Route:
        """Begin the interview of a case and return its route."""
        with self.ctx.databases.research.write() as connection:
            wave = load_wave(connection, year)
            assert wave is not None
            assert wave.version_id is not None
            interview = openings.open_interview(
                connection, case_id, version_id=wave.version_id, language="nl", mode=Mode.WEB,
                at=self.ctx.clock.now(),
            )  # fmt: skip
        return interviews.load(self.ctx, interview).route

    def pages(self, year: int, case_id: UUID) -> list[str]:
        return [page.id for page in self.route(year, case_id).pages]


def first_wave(panel: Panel, answers: list[Mapping[str, str]]) -> None:
    """Field 2024 with a person for each set of answers, close it, and enrol them in 2025."""
    panel.publish(2024)
    made = panel.enrol(2024, len(answers))
    panel.open(2024)
    panel.at("2024-02-10 12:00")
    for at, (case_id, given) in enumerate(zip(made, answers, strict=True)):
        panel.answer(2024, case_id, given, f"person{at}@example.org" if at % 2 else None)
    panel.move(2024, WaveStatus.CLOSED)
    panel.at("2024-12-01 12:00")
    panel.publish(2025)
    panel.people = [_person_of(panel, case_id) for case_id in made]


def _person_of(panel: Panel, case_id: UUID) -> UUID:
    with panel.ctx.databases.research.read() as connection:
        case = load_case(connection, case_id)
    assert case is not None
    return case.person_id


@pytest.fixture
def panel(database_urls: tuple[str, str]) -> Iterator[Panel]:
    """A panel of three in 2024, who are in the wave of 2025 that is not open yet."""
    clock = FixedClock(datetime(2024, 1, 1, 12, 0, tzinfo=UTC))
    panel = Panel(context(database_urls, clock, STUDY))
    first_wave(
        panel,
        [
            {**LIVES_IN_EDE, "w_school": "De Brug", "w_doet": "werk"},
            {**LIVES_IN_EDE, "w_stad": "epe", "w_doet": "leren"},
            {"w_stad": "skip", "w_geboren": "1990"},
        ],
    )
    for person_id in panel.people:
        panel.enrol(2025, person_id=person_id)
    yield panel
    panel.ctx.databases.close()
