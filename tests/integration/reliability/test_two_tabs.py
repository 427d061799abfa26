"""Two windows on one interview, at the same moment, against the real server."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from app.i18n.catalogs import Catalogs
from app.questionnaire.compile import compile_wave
from app.robots.page import Page, read_page
from app.robots.plain_client import PlainClient
from app.robots.robot import SyntheticChoice, otherwise
from app.services.content.instruments import TRANSLATIONS
from tests.integration.reliability.agreement import operations_of
from tests.integration.reliability.conftest import WAVE, Fielded, FieldMany
from tests.integration.reliability.gunicorn_server import RunningServer, running
from tests.journeys.fielding import Invited, bank, respondent_of
from tests.journeys.rows import current_answers, events_of, interview_of

ROUNDS = 12
OVERTAKEN = (
    "You answered this question in another window too. Saved is: %(answer)s. Below is what"
    " you chose here. Press Next to save that instead."
)


@dataclass(frozen=True)
class Site:
    study: Fielded
    server: RunningServer

    def client(self, one: Invited) -> PlainClient:
        return PlainClient(self.server.url, rng=random.Random(one.code))

    def choose(self, one: Invited) -> SyntheticChoice:
        month = self.study.ctx.month(self.study.ctx.clock.now())
        known = {**one.person.frame(), "interview_month": month}
        return SyntheticChoice(respondent_of(one), compile_wave(bank(), WAVE), known)


@pytest.fixture
def site(field_many: FieldMany) -> Iterator[Site]:
    study = field_many(ROUNDS)
    with running(study.folder, study.urls) as server:
        yield Site(study, server)


def test_different_pages_posted_at_the_same_moment_are_both_kept(site: Site) -> None:
    for one in site.study.invited:
        client, choose = site.client(one), site.choose(one)
        walk = client.walk(client.enter(one.code), choose, stop_after=12)
        first, second = two_pages_of_radios(client, walk.screens)
        rng = random.Random(one.code)
        answers = [otherwise(page, rng) for page in (first, second)]

        replies = client.post_at_once(
            [
                client.request(page, given or {})
                for page, given in zip((first, second), answers, strict=True)
            ]
        )
        client.close()

        assert [reply and reply.status for reply in replies] == [303, 303]
        with site.study.ctx.databases.research.read() as connection:
            stored = current_answers(connection, one.case_id)
        for given in answers:
            assert given
            assert {name: [stored[name]] for name in given} == given


def two_pages_of_radios(client: PlainClient, screens: tuple[str, ...]) -> tuple[Page, Page]:
    """The last two answered pages that could have been answered otherwise, shown anew."""
    shown = [client.get(f"/q/{screen}") for screen in screens[2:]]
    found = [page for page in shown if otherwise(page, random.Random(1))]
    return found[-2], found[-1]


def test_the_same_page_posted_twice_keeps_the_first_and_tells_the_second(site: Site) -> None:
    for one in site.study.invited:
        client, choose = site.client(one), site.choose(one)
        tabs = two_tabs(client, one, choose)
        values = [control.value for control in tabs[0].form.controls][:2]
        name = tabs[0].form.names[0]
        events_before = events(site, one)

        replies = client.post_at_once(
            [client.request(tab, {name: [value]}) for tab, value in zip(tabs, values, strict=True)]
        )
        client.close()

        statuses = [reply.status for reply in replies if reply]
        assert sorted(statuses) == [303, 409]
        kept, told = values[statuses.index(303)], values[statuses.index(409)]
        with site.study.ctx.databases.research.read() as connection:
            assert current_answers(connection, one.case_id)[name] == kept
        assert len(events(site, one)) == len(events_before) + 1
        page = read_page("", 409, replies[statuses.index(409)].body)
        assert told_in(page.language) in page.words
        assert page.form.as_shown()[name] == [told]


def told_in(language: str) -> str:
    """How the notice about another window begins."""
    said = Catalogs.load(TRANSLATIONS).gettext(language, OVERTAKEN)
    assert language == "en" or said != OVERTAKEN
    return said.partition(".")[0].partition("።")[0]


def two_tabs(client: PlainClient, one: Invited, choose: SyntheticChoice) -> tuple[Page, Page]:
    """The first page of radios after the consent, still open, in two windows."""
    page = client.submit(client.enter(one.code), {})
    page = client.submit(page, choose(page))
    while {control.kind for control in page.form.controls} != {"radio"}:
        page = client.submit(page, choose(page))
    return page, client.get(page.path)


def events(site: Site, one: Invited) -> list[tuple[str, str, str, str, str]]:
    with site.study.ctx.databases.research.read() as connection:
        return events_of(connection, one.case_id)


def test_a_told_person_may_save_the_second_answer_after_all(site: Site) -> None:
    one = site.study.invited[0]
    client = site.client(one)
    tabs = two_tabs(client, one, site.choose(one))
    name = tabs[0].form.names[0]
    first, second = [control.value for control in tabs[0].form.controls][:2]

    client.submit(tabs[0], {name: [first]})
    told = client.submit(tabs[1], {name: [second]})
    following = client.submit(told, told.form.as_shown())
    client.close()

    assert told.status == 409
    assert following.id != told.id
    with site.study.ctx.databases.research.read() as connection:
        assert current_answers(connection, one.case_id)[name] == second


def test_two_final_submits_at_once_make_one_submission(site: Site) -> None:
    for one in site.study.invited[:6]:
        client, choose = site.client(one), site.choose(one)
        page = client.enter(one.code)
        while page.id != "review":
            page = client.submit(page, choose(page))
        tabs = [page, client.get("/review")]

        replies = client.post_at_once([client.request(tab, {}) for tab in tabs])
        client.close()

        assert [(reply.status, reply.location) for reply in replies if reply] == [
            (303, "/done")
        ] * 2
        with site.study.ctx.databases.research.read() as connection:
            row = interview_of(connection, one.case_id)
            pages = list(operations_of(connection, one).values())
        assert row["status"] == "complete"
        assert pages.count("review") == 1
        assert row["revision"] == len(pages)
