"""A client that knows nothing of the study, and runs no script, gets through every wave."""

from __future__ import annotations

import gzip
import random
from dataclasses import replace

import pytest
from flask import Response
from lxml.html import document_fromstring

from app.clock import FixedClock
from app.panel.states import CaseStatus
from app.questionnaire.compile import compile_wave
from app.robots.choices import at_random
from app.robots.page import Page
from app.robots.plain_client import NO_QUESTION, Choose, PlainClient, Walk, answers_to
from app.services.context import ServiceContext
from tests.journeys.conftest import MakeStudy
from tests.journeys.fielding import LANGUAGES, Invited, bank, field_panel
from tests.journeys.page_kinds import kind_of
from tests.journeys.rows import interview_of
from tests.journeys.serving import served
from tests.web.respond.language_checks import LanguageCheck

WAVES = (2024, 2025, 2027)
MANY_STEPS = 1_000
NONE_OF_THESE = "none_of_these"


class WordsOfOthers:
    """Looks for words of another language on every page that is sent."""

    def __init__(self) -> None:
        self.pages = 0
        self.found: dict[tuple[str, str], list[str]] = {}
        self._check = LanguageCheck(bank())

    def watch(self, response: Response) -> None:
        if not (response.content_type or "").startswith("text/html"):
            return
        body = response.get_data()
        if not body:
            return
        page = document_fromstring(gunzipped(body).decode())
        self.pages += 1
        language = page.get("lang") or ""
        (main,) = page.iter("main")
        if foreign := self._check.foreign(page):
            self.found[language, main.get("data-page") or ""] = foreign


def gunzipped(body: bytes) -> bytes:
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


def in_the_field(ctx: ServiceContext, year: int) -> ServiceContext:
    """The same study a month after a wave has opened."""
    month = {2024: "2023-12-10", 2025: "2025-02-10", 2027: "2027-02-10"}[year]
    return replace(ctx, clock=FixedClock(ctx.clock.now().fromisoformat(f"{month}T12:00:00+00:00")))


def walk_to_the_end(client: PlainClient, page: Page, choose: Choose) -> Walk:
    """Answer until the interview is complete; a refusal or screen-out by chance is taken back."""
    walk = client.walk(page, choose)
    for _ in range(30):
        if walk.ending == "complete":
            return walk
        assert walk.page.links, walk.page.words
        walk = client.walk(client.get(walk.page.links[0]), choose)
    raise AssertionError(f"never complete, the last ending was {walk.ending}")


def one_of_each(invited: list[Invited]) -> list[Invited]:
    """One case for every group, language, and panel member or first-timer."""
    return list({(one.person.stratum, one.language, one.panel): one for one in invited}.values())


@pytest.mark.parametrize("year", WAVES)
def test_random_answers_complete_the_wave(make_study: MakeStudy, year: int) -> None:
    ctx = in_the_field(make_study("study"), year)
    invited = one_of_each(field_panel(ctx, year, each=2))
    assert len(invited) == (12 if year == 2024 else 24)

    assert {one.language for one in invited} == {*LANGUAGES}
    watched = WordsOfOthers()

    with served(ctx, watched.watch) as url:
        for one in invited:
            client = PlainClient(url, rng=random.Random(one.code))
            choose = at_random(random.Random(one.code))
            walk = walk_to_the_end(client, client.enter(one.code), choose)
            client.close()

            assert walk.page.language == one.language
            with ctx.databases.research.read() as connection:
                row = interview_of(connection, one.case_id)
            assert (row["status"], row["case_status"]) == (CaseStatus.COMPLETE,) * 2
    assert watched.pages > 500
    assert watched.found == {}


def test_an_ending_by_choice_is_named_and_stored(make_study: MakeStudy) -> None:
    ctx = in_the_field(make_study("study"), 2024)
    invited = field_panel(ctx, 2024, each=6)
    endings: set[str | None] = set()

    with served(ctx) as url:
        for one in invited:
            client = PlainClient(url, rng=random.Random(one.code))
            walk = client.walk(client.enter(one.code), at_random(random.Random(one.code)))
            client.close()
            endings.add(walk.ending)
            with ctx.databases.research.read() as connection:
                assert str(interview_of(connection, one.case_id)["status"]) == walk.ending

    assert endings == {"complete", "refused", "screened_out"}


def steps(
    client: PlainClient, code: str, choose: Choose
) -> list[tuple[Page, dict[str, list[str]]]]:
    """Walk to the review; the question pages as they were saved, with what was posted."""
    page, walked = client.enter(code), []
    for _ in range(MANY_STEPS):
        if page.id == "done" and page.ending != "complete":
            page = client.get(page.links[0])
            walked = [one for one in walked if one[0].id != page.id]
        if page.id in NO_QUESTION:
            return walked
        answers = {name: list(values) for name, values in answers_to(page, choose).items()}
        following = client.submit(page, answers)
        if following.id != page.id:
            walked.append((page, answers))
        page = following
    raise AssertionError("no end of pages")


@pytest.mark.parametrize("year", WAVES)
def test_back_leads_through_every_page_with_its_answers(make_study: MakeStudy, year: int) -> None:
    ctx = in_the_field(make_study("study"), year)
    one = field_panel(ctx, year, each=1)[0]

    with served(ctx) as url:
        client = PlainClient(url, rng=random.Random(1))
        walked = steps(client, one.code, at_random(random.Random(year)))
        page = client.get("/review")
        assert page.id == "review"
        for before, answers in reversed(walked):
            assert page.form is not None
            page = client.submit(page, page.form.as_shown(), page.form.button("back"))

            assert page.id == before.id
            for name, values in answers.items():
                assert_shows(page, name, values)
        assert "back" not in {one.name for one in page.form.buttons if page.form is not None}
        client.close()


def assert_shows(page: Page, name: str, posted: list[str]) -> None:
    """See to it that a page shows what was answered there."""
    assert page.form is not None
    shown = page.form.as_shown().get(name, [])
    controls = {one.kind for one in page.form.controls if one.name == name}
    if NONE_OF_THESE in posted:
        assert not shown, name
    elif controls <= {"radio", "checkbox"}:
        assert sorted(shown) == sorted(posted), name
    else:
        # A place is typed in some way and shown by its name.
        assert len(shown) == 1, name


@pytest.mark.parametrize("year", WAVES)
def test_half_typed_input_survives_a_switch_of_language(make_study: MakeStudy, year: int) -> None:
    ctx = in_the_field(make_study("study"), year)
    lacking = ("fr_birth_year", "fr_country")
    invited = one_of_each(field_panel(ctx, year, each=1, unknown=lacking))
    instrument = compile_wave(bank(), year)
    kinds: set[str] = set()

    with served(ctx) as url:
        for at, one in enumerate(invited):
            client = PlainClient(url, rng=random.Random(at))
            choose = at_random(random.Random(f"{year}:{at}"))
            entry = client.get("/")
            assert_switch_keeps(client, entry, {"code": ["1234 5"]})
            page = client.enter(one.code)
            for _ in range(MANY_STEPS):
                if page.id == "done" and page.ending == "complete":
                    break
                if page.id == "done":
                    page = client.get(page.links[0])
                answers = answers_to(page, choose)
                kinds.add(kind_of(page, instrument))
                page = assert_switch_keeps(client, page, answers)
                page = client.submit(page, answers)
            client.close()

    asked = {item.kind for item in instrument.items}
    assert {f"question-{kind}" for kind in asked} <= kinds
    assert {"review", "prompted", "candidates", "refused"} <= kinds
    assert year == 2024 or any(kind.startswith("confirm-") for kind in kinds)


def assert_switch_keeps(client: PlainClient, page: Page, answers: dict[str, list[str]]) -> Page:
    """Press the button of the other language; the page comes back with all that was typed."""
    assert page.form is not None
    other = "en" if page.language == "nl" else "nl"

    switched = client.submit(page, answers, page.form.button("language", other))

    assert (switched.id, switched.status, switched.language) == (page.id, 200, other)
    assert switched.form is not None
    shown = switched.form.as_shown()
    for name, values in answers.items():
        assert sorted(shown.get(name, [])) == sorted(values), (page.id, name)
    return switched
