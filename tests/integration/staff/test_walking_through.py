"""Trying a questionnaire: the same route as an interview, and not a row is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

import pytest

from app.questionnaire import canonical
from app.questionnaire.accept import Rejected, Unanswered
from app.questionnaire.compile import compile_wave
from app.questionnaire.model import Kind, Missing, Value
from app.questionnaire.paths import WorkedRespondent, skipped_to_the_end, worked_respondents
from app.questionnaire.routing import PageKind, route
from app.services.bootstrap import STUDY
from app.services.content import walking_through as walking
from app.services.content.questionnaires import DRAFT, Edition, edition_of
from app.services.content.walking_through import Person, Walk
from app.services.context import ServiceContext
from app.services.interviewing.interviews import DONE, REVIEW
from app.synthetic.typing import typed
from tests.builders import field_wave, fingerprint, kinds_bank, real_bank

PEOPLE = [
    pytest.param(one, id=one.id)
    for wave in (2024, 2025, 2027)
    for one in worked_respondents(STUDY, wave)
]
"""Every person that the authors of the study worked out."""


@cache
def draft(wave: int) -> Edition:
    instrument = compile_wave(real_bank(), wave)
    version = canonical.version_of(canonical.to_json(instrument))
    return Edition(wave, version, instrument, None)


@pytest.fixture
def ctx(small_ctx: ServiceContext) -> ServiceContext:
    field_wave(small_ctx, kinds_bank())
    return small_ctx


def nobody(edition: Edition, **frame: str) -> Walk:
    return walking.begin(edition, Person(frame, {}), "nl")


def form_of(walk: Walk, answers: dict) -> dict[str, list[str]]:
    """What somebody with these answers types on the page they are at."""
    page = walk.route.page_by_id[walk.page]
    form: dict[str, list[str]] = {}
    for var in page.variables:
        value = answers.get(var)
        if page.kind is PageKind.CONFIRM:
            form |= {} if value is Missing.SKIP else {var: [str(value)]}
        elif page.item.kind is not Kind.INFO:
            form |= typed(page.item, var, value)
    return form


def in_bank_order(values: Mapping[str, Value]) -> dict[str, object]:
    """An author may name the codes of one answer in any order; a page has one."""
    return {var: set(value) if isinstance(value, tuple) else value for var, value in values.items()}


@pytest.mark.parametrize("worked", PEOPLE)
def test_page_by_page_the_walk_takes_the_route_of_the_engine(worked: WorkedRespondent) -> None:
    edition = draft(worked.wave)
    expected, answers = skipped_to_the_end(edition.instrument, worked.known, worked.answers)
    walk = Walk(edition, worked.known, {}, "", "nl")
    walk = walking.jumped(walk, walk.route.pages[0].id)
    seen = []
    while walk.page not in (REVIEW, DONE):
        seen.append(walk.page)
        walk, outcome = walking.answered(walk, walk.page, form_of(walk, answers), prompted=True)
        assert outcome is None, walk.page
        # As a page carries it: what is posted next comes back from there.
        walk = walking.from_json(edition, json.loads(json.dumps(walking.to_json(walk)))) or walk

    assert seen == [page.id for page in expected.pages]
    assert in_bank_order(walk.route.values) == in_bank_order(expected.values)
    assert walk.route.termination == expected.termination
    if worked.pages is not None:
        assert tuple(seen) == worked.pages


@pytest.mark.parametrize("worked", PEOPLE)
def test_worked_respondent_is_loaded_as_the_authors_wrote_it(worked: WorkedRespondent) -> None:
    edition = draft(worked.wave)
    walk = walking.begin_worked(edition, worked, "ar", "nl")

    again = route(edition.instrument, worked.known, walk.answers)
    assert walk.route.pages == again.pages
    assert walk.page in (REVIEW, DONE)
    carried = walking.from_json(edition, walking.to_json(walk))
    assert carried is not None
    assert (carried.answers, carried.page, carried.beside) == (walk.answers, walk.page, "nl")
    assert carried.route == walk.route


def test_empty_page_is_asked_once_more_and_a_faulty_one_is_refused(ctx: ServiceContext) -> None:
    edition = edition_of(ctx, 2024)
    assert edition is not None
    walk = walking.jumped(nobody(edition, fr_group="asiel"), "k_geboren")

    same, empty = walking.answered(walk, "k_geboren", {}, prompted=False)
    assert isinstance(empty, Unanswered)
    assert same.page == "k_geboren"
    _, wrong = walking.answered(walk, "k_geboren", {"k_geboren": ["3000"]}, prompted=False)
    assert isinstance(wrong, Rejected)
    after, nothing = walking.answered(walk, "k_geboren", {}, prompted=True)
    assert nothing is None
    assert after.answers == {"k_geboren": "skip"}


def test_refusal_ends_the_walk_and_going_back_leads_to_it_again(ctx: ServiceContext) -> None:
    edition = edition_of(ctx, 2024)
    assert edition is not None
    walk = walking.filled_up_to(nobody(edition), "c_mee")
    assert walk.page == "c_mee"

    ended, _ = walking.answered(walk, "c_mee", {"c_mee": ["nee"]}, prompted=False)

    assert ended.page == DONE
    assert ended.route.termination is not None
    assert walking.jumped(ended, "c_mee").page == "c_mee"
    assert walking.gone_back(walk, "c_mee").page == "x_hallo"
    assert walking.jumped(walk, "no_such_page").page == "c_mee"


def test_everything_before_a_page_can_be_answered_at_once(ctx: ServiceContext) -> None:
    edition = edition_of(ctx, 2024)
    assert edition is not None

    walk = walking.filled_up_to(nobody(edition), "k_wens")

    assert walk.page == "k_wens"
    assert walk.route.first_open is not None
    assert walk.route.first_open.id == "k_wens"
    assert walking.filled_up_to(nobody(edition), "k_wens") == walk


def test_who_took_part_before_is_asked_whether_it_is_still_true() -> None:
    edition, before = draft(2025), draft(2024)
    frame = {"fr_group": "asiel", "fr_act": "wi2021"}
    again = walking.begin(edition, Person(frame, {"x_split": "a"}, before), "nl")
    first = walking.begin(edition, Person(frame, {"x_split": "a"}), "nl")

    assert (again.known.frame["fr_panel"], first.known.frame["fr_panel"]) == ("yes", "no")
    assert any(page.kind is PageKind.CONFIRM for page in again.route.pages)
    assert not any(page.kind is PageKind.CONFIRM for page in first.route.pages)
    assert again == walking.begin(edition, Person(frame, {"x_split": "a"}, before), "nl")


def test_walk_through_another_questionnaire_is_not_taken_up(ctx: ServiceContext) -> None:
    carried = walking.to_json(nobody(draft(2025)))
    edition = edition_of(ctx, 2024)
    assert edition is not None

    assert walking.from_json(edition, carried) is None


def test_nothing_of_a_walk_is_stored(ctx: ServiceContext) -> None:
    before = fingerprint(ctx.databases)
    for key in ("", DRAFT, "1"):
        edition = edition_of(ctx, 2024, key)
        assert edition is not None
        walk = walking.filled_up_to(nobody(edition), "")
        walk, _ = walking.answered(walk, walk.page, {}, prompted=True)
        walking.typical_of(ctx, walk)

    assert fingerprint(ctx.databases) == before
