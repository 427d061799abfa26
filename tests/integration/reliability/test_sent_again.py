"""The same body posted again: the same answer and no second event, also much later."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.clock import FixedClock
from app.robots.choices import at_random
from app.robots.page import Page
from app.robots.plain_client import PlainClient
from app.services.bootstrap import make_context
from app.services.context import ServiceContext
from tests.journeys.fielding import Invited, open_wave, settings_of, some_of_each_group
from tests.journeys.rows import current_answers, events_of, interview_of
from tests.journeys.serving import served
from tests.journeys.test_plain_client import steps, walk_to_the_end


@dataclass(frozen=True)
class Study:
    ctx: ServiceContext
    clock: FixedClock
    url: str
    one: Invited

    def events(self) -> int:
        with self.ctx.databases.research.read() as connection:
            return len(events_of(connection, self.one.case_id))

    def answer_to(self, variable: str) -> str:
        with self.ctx.databases.research.read() as connection:
            return current_answers(connection, self.one.case_id)[variable]


@pytest.fixture
def study(database_urls: tuple[str, str], tmp_path: Path) -> Iterator[Study]:
    clock = FixedClock(datetime(2023, 12, 1, 12, 0, tzinfo=UTC))
    folder = tmp_path / "data"
    folder.mkdir()
    ctx = make_context(settings_of(folder, database_urls), clock)
    invited = open_wave(ctx, 2024, some_of_each_group(1))
    with served(ctx) as url:
        yield Study(ctx, clock, url, invited[0])
    ctx.databases.close()


def post(client: PlainClient, page: Page, answers: dict[str, list[str]]) -> tuple[int, str | None]:
    reply = client.post_at_once([client.request(page, answers)])[0]
    assert reply is not None
    return reply.status, reply.location


def at_a_question(client: PlainClient, one: Invited) -> Page:
    """The first question after the consent to take part."""
    page = client.submit(client.enter(one.code), {})
    return client.submit(page, {page.form.names[0]: ["ja"]})


def test_again_at_once_and_after_an_hour_gives_the_same_answer_and_one_event(study: Study) -> None:
    client = PlainClient(study.url, rng=random.Random(1))
    page = at_a_question(client, study.one)
    answers = {page.form.names[0]: [page.form.controls[0].value]}
    first = post(client, page, answers)
    events = study.events()

    again = post(client, page, answers)
    study.clock.advance(timedelta(hours=1))
    later = post(client, page, answers)
    client.close()

    assert first[0] == 303
    assert first == again == later
    assert study.events() == events


def test_again_after_other_pages_changes_nothing(study: Study) -> None:
    client = PlainClient(study.url, rng=random.Random(1))
    page = at_a_question(client, study.one)
    name, first, second = page.form.names[0], *(one.value for one in page.form.controls[:2])
    reply = post(client, page, {name: [first]})
    client.walk(client.get(str(reply[1])), at_random(random.Random(3)), stop_after=5)
    changed = client.get(page.path)
    assert post(client, changed, {name: [second]})[0] == 303
    events = study.events()

    assert post(client, page, {name: [first]}) == reply
    client.close()

    assert study.answer_to(name) == second
    assert study.events() == events


def test_again_after_submission_gives_the_same_answer_and_no_event(study: Study) -> None:
    client = PlainClient(study.url, rng=random.Random(1))
    page = at_a_question(client, study.one)
    answers = {page.form.names[0]: [page.form.controls[0].value]}
    first = post(client, page, answers)
    walk = walk_to_the_end(client, client.get(page.path), at_random(random.Random(5)))
    assert walk.ending == "complete"
    events = study.events()

    again = post(client, page, answers)
    client.close()

    assert first == again
    assert study.events() == events


def test_submission_again_stays_one(study: Study) -> None:
    client = PlainClient(study.url, rng=random.Random(1))
    steps(client, study.one.code, at_random(random.Random(5)))
    review = client.get("/review")
    first = post(client, review, {})
    with study.ctx.databases.research.read() as connection:
        submitted = interview_of(connection, study.one.case_id)
    study.clock.advance(timedelta(hours=1))

    again = post(client, review, {})
    client.close()

    assert first == again == (303, "/done")
    assert submitted["status"] == "complete"
    with study.ctx.databases.research.read() as connection:
        assert interview_of(connection, study.one.case_id) == submitted
