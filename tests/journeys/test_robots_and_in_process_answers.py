"""The demo answers in process; robots come over HTTP. Both leave the same rows."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from pathlib import Path
from uuid import UUID

from app.clock import FixedClock
from app.questionnaire.compile import compile_wave
from app.robots.plain_client import PlainClient
from app.robots.robot import Robot, SyntheticChoice
from app.services.content.study_calendar import read_wave_plan
from app.services.context import ServiceContext
from app.services.publication.exports import export_release
from app.synthetic.population import Person
from app.synthetic.respondent import Will
from tests.journeys.conftest import MakeStudy
from tests.journeys.fielding import (
    Invited,
    answer_in_process,
    bank,
    close_wave,
    open_wave,
    respondent_of,
    some_of_each_group,
)
from tests.journeys.rows import contact_answers, events_of, interview_of
from tests.journeys.serving import served

AnswerAll = Callable[[ServiceContext, list[Invited], datetime], None]

WILLS = {3: Will.REFUSE, 8: Will.NEVER_OBLIGED}
"""What some of the people in the list intend instead of taking part."""
STOPS = {5: 12}
"""Screens after which some of them stop."""
STATES = ("language", "mode", "status", "ended_as", "interview_month", "revision")


def plan_of(at: int, invited: Invited) -> tuple[Will, int | None]:
    # Who has a life on record from an earlier wave takes part in full.
    if invited.panel:
        return Will.TAKE_PART, None
    return WILLS.get(at, Will.TAKE_PART), STOPS.get(at)


def answer_all_in_process(ctx: ServiceContext, invited: list[Invited], at: datetime) -> None:
    for place, one in enumerate(invited):
        will, stop_after = plan_of(place, one)
        answer_in_process(ctx, one, respondent_of(one, will), at=at, stop_after=stop_after)


def answer_all_over_http(ctx: ServiceContext, invited: list[Invited], at: datetime) -> None:
    month = ctx.month(at)
    with served(replace(ctx, clock=FixedClock(at))) as url:
        for place, one in enumerate(invited):
            will, stop_after = plan_of(place, one)
            choose = SyntheticChoice(
                respondent_of(one, will),
                compile_wave(bank(), one.wave),
                {**one.person.frame(), "interview_month": month},
            )
            client = PlainClient(url, rng=random.Random(place))
            Robot(client, choose).answer(one.code, stop_after=stop_after)
            client.close()


def field_two_waves(ctx: ServiceContext, answer_all: AnswerAll) -> list[Invited]:
    """Wave 2024 with twelve people; 2025 with the same ones and twelve new."""
    invited: list[Invited] = []
    people: list[Person] = []
    for at, year in enumerate((2024, 2025)):
        people += some_of_each_group(2, after=2 * at)
        earlier = [one for one in invited if one.wave == 2024]
        asked = open_wave(ctx, year, people, before=earlier)
        opens_on = read_wave_plan(ctx.study, year).opens_on
        answer_all(ctx, asked, datetime.combine(opens_on, time(12), tzinfo=UTC))
        close_wave(ctx, year)
        invited += asked
    return invited


@dataclass(frozen=True)
class Left:
    """All that the two ways of answering have to agree on, for one person in one wave."""

    answers: dict[str, tuple[str, str, str, str]]
    """Value, language, mode and whether it is on the route, by variable."""
    events: int
    contacts: dict[str, str]
    interview: dict[str, object]


def rows_by_person(
    ctx: ServiceContext, invited: list[Invited], folder: Path
) -> dict[tuple[str, int], Left]:
    export_release(ctx, [2024, 2025], folder, with_answers=True)
    with (folder / "answers.csv").open(encoding="utf-8", newline="") as file:
        on_route = {
            (UUID(row["case_id"]), row["variable"]): row["on_route"] for row in csv.DictReader(file)
        }
    found: dict[tuple[str, int], Left] = {}
    with ctx.databases.research.read() as connection:
        for one in invited:
            events = events_of(connection, one.case_id)
            interview = interview_of(connection, one.case_id)
            found[one.person.id, one.wave] = Left(
                answers={
                    variable: (value, language, str(mode), on_route[one.case_id, variable])
                    for variable, value, language, mode, _ in events
                },
                events=len(events),
                contacts=contact_answers(ctx, one.person_id, one.wave),
                interview={name: interview[name] for name in (*STATES, "case_status")},
            )
    return found


def test_robots_over_http_leave_the_rows_of_answers_in_process(
    make_study: MakeStudy, tmp_path: Path
) -> None:
    left = []
    for name, answer_all in (("process", answer_all_in_process), ("http", answer_all_over_http)):
        ctx = make_study(name)
        invited = field_two_waves(ctx, answer_all)
        left.append(rows_by_person(ctx, invited, tmp_path / f"release-{name}"))
    in_process, over_http = left

    for who, rows in in_process.items():
        assert over_http[who] == rows, who

    endings = {str(rows.interview["status"]) for rows in in_process.values()}
    assert endings == {"complete", "partial", "refused", "screened_out"}
    assert any(rows.contacts for rows in in_process.values())
    assert sum(wave == 2025 for _, wave in in_process) == 24
