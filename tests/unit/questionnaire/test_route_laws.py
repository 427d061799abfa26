"""Laws of every route, walked by people who answer at random; a failure names feature and seed."""

import random
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from app.questionnaire.answers import decode_all, encode
from app.questionnaire.canonical import from_json, to_json
from app.questionnaire.compile import compile_wave
from app.questionnaire.model import Instrument, Kind, Missing, Policy
from app.questionnaire.progress import position
from app.questionnaire.routing import Earlier, Known, Page, Preload, Route, route
from app.questionnaire.source import load_bank
from app.questionnaire.walk import as_preload, random_known, typical_shares, walk
from tests.unit.questionnaire.forms import answer_everything, random_form, shown_again
from tests.unit.questionnaire.visits import Visit, every_instrument, instrument_of

REAL = "the real study"
CASES = [*every_instrument(), (REAL, 2024), (REAL, 2025), (REAL, 2027)]
WALKS = {REAL: 3}
"""Walks of the tiny studies: eight each."""


@cache
def the_instrument(feature: str, wave: int) -> Instrument:
    if feature != REAL:
        return instrument_of(feature, wave)
    bank, _ = load_bank(Path("surveys/perspectief"))
    return compile_wave(bank, wave)


def finished(feature: str, wave: int):
    """Yield finished interviews, half of them of people who took part before, with their seed."""
    instrument = the_instrument(feature, wave)
    for seed in range(WALKS.get(feature, 8)):
        rng = random.Random(f"{feature} {wave} {seed}")
        known = random_known(instrument, rng)
        if seed % 2:
            before = as_preload(instrument, walk(instrument, known, rng), f"{wave - 1}-11")
            known = Known(known.frame, known.assigned, before, known.interview_month)
        visit = Visit(instrument, known)
        answer_everything(visit, rng)
        yield seed, visit, rng


laws = pytest.mark.parametrize(("feature", "wave"), CASES)


def same(found: Route, expected: Route) -> bool:
    return (
        [page.id for page in found.pages] == [page.id for page in expected.pages]
        and found.values == expected.values
        and found.carried == expected.carried
        and found.answered == expected.answered
        and found.termination == expected.termination
    )


@laws
def test_every_route_ends_with_an_answer_to_all_its_pages(feature, wave):
    for seed, visit, _ in finished(feature, wave):
        assert visit.route.complete, seed
        asked = [name for page in visit.route.pages for name in page.variables]
        assert len(asked) == len(set(asked)), seed
        assert set(asked) <= visit.answers.keys(), seed


@laws
def test_route_depends_on_the_answers_and_not_on_their_order(feature, wave):
    for seed, visit, rng in finished(feature, wave):
        shuffled = list(visit.answers.items())
        rng.shuffle(shuffled)

        assert same(route(visit.instrument, visit.known, dict(shuffled)), visit.route), seed


@laws
def test_posting_what_a_page_shows_again_changes_nothing(feature, wave):
    for seed, visit, _ in finished(feature, wave):
        before, expected = dict(visit.answers), visit.route
        for page in expected.pages:
            visit.post(page.id, shown_again(visit, page), prompted=True)
            assert visit.answers == before, (seed, page.id)
        assert same(visit.route, expected), seed


@laws
def test_stored_answers_give_the_same_route(feature, wave):
    for seed, visit, _ in finished(feature, wave):
        stored = {var: encode(value) for var, value in visit.answers.items()}

        read = decode_all(visit.instrument.item_of, stored)

        assert read == visit.answers, seed
        assert same(route(visit.instrument, visit.known, read), visit.route), seed


@laws
def test_pages_before_a_page_depend_on_nothing_after_it(feature, wave):
    """Back always works: what was walked stays walked."""
    for seed, visit, rng in finished(feature, wave):
        pages = visit.route.pages
        stop = rng.randrange(len(pages))
        told = {name: visit.answers[name] for page in pages[:stop] for name in page.variables}

        earlier = route(visit.instrument, visit.known, told)

        assert [page.id for page in earlier.pages[: stop + 1]] == [
            page.id for page in pages[: stop + 1]
        ], seed
        assert earlier.first_open.id == pages[stop].id, seed
        assert earlier.reachable(pages[stop].id), seed


@laws
def test_change_of_one_answer_and_back_restores_everything(feature, wave):
    for seed, visit, rng in finished(feature, wave):
        expected, kept = visit.route, dict(visit.answers)
        page = rng.choice(expected.pages)
        # When a page is answered otherwise, and nothing else is touched
        visit.post(page.id, random_form(visit, page, rng), prompted=True)
        changed = visit.route
        # Then nothing but what is asked, carried, derived or known before has a value
        assert changed.values.keys() <= may_have_values(visit, changed), seed
        # And when that page is answered as before, everything is as before
        visit.answers |= {name: kept[name] for name in kept if name in page_names(page)}
        assert same(visit.route, expected), seed


def page_names(page: Page) -> set[str]:
    return {*page.variables, *(f"{name}_other" for name in page.variables)}


def may_have_values(visit: Visit, walked: Route) -> set[str]:
    asked = {name for page in walked.pages for name in page_names(page)}
    derived = {one.var for one in visit.instrument.derived}
    before = {*visit.known.frame, *visit.known.assigned, "wave", "interview_month"}
    return asked | derived | before | walked.carried.keys()


@laws
def test_answers_to_questions_nobody_asked_change_nothing(feature, wave):
    for seed, visit, _ in finished(feature, wave):
        asked = {name for page in visit.route.pages for name in page.variables}
        absent = [var for var in visit.instrument.item_of if var not in asked]

        with_more = visit.answers | dict.fromkeys(absent, Missing.DK) | {"no_such": "x"}

        assert same(route(visit.instrument, visit.known, with_more), visit.route), seed


@laws
def test_carried_answers_are_those_of_the_preload(feature, wave):
    for seed, visit, _ in finished(feature, wave):
        preload = visit.known.preload.answers
        asked = {name for page in visit.route.pages for name in page.variables}
        for var, value in visit.route.carried.items():
            policy = visit.instrument.item_of[var].repeat.policy

            assert value == preload[var].value, (seed, var)
            assert policy is not Policy.EVERY_WAVE, (seed, var)
            assert var not in asked, (seed, var)


@laws
def test_published_version_gives_the_same_route(feature, wave):
    published = from_json(to_json(the_instrument(feature, wave)))
    for seed, visit, _ in finished(feature, wave):
        found = route(published, visit.known, visit.answers)

        assert [page.id for page in found.pages] == visit.pages, seed
        assert found.values == visit.route.values, seed


@laws
def test_position_counts_up_by_one_and_ends_exact(feature, wave):
    instrument = the_instrument(feature, wave)
    typical = typical_shares(instrument, panel=False, walks=5, seed=1)
    for seed, visit, _ in finished(feature, wave):
        pages = visit.route.pages
        told = {}
        for number, page in enumerate(pages, start=1):
            now = route(instrument, visit.known, told)
            at = position(instrument, now, page, typical)

            assert at.number == number, (seed, page.id)
            assert at.total >= number, (seed, page.id)
            if at.exact and visit.route.termination is None:
                assert at.total == len(pages), (seed, page.id)
            told |= {name: visit.answers[name] for name in page.variables}
        if visit.route.termination is None:
            last = position(instrument, visit.route, pages[-1], typical)
            assert (last.number, last.total, last.exact) == (len(pages), len(pages), True), seed


@laws
def test_total_is_known_exactly_once_everything_is_answered(feature, wave):
    """Also on the pages one walks back to."""
    instrument = the_instrument(feature, wave)
    typical = typical_shares(instrument, panel=False, walks=5, seed=1)
    for seed, visit, _ in finished(feature, wave):
        done = visit.route
        if done.termination is None:
            shown = {position(instrument, done, page, typical) for page in done.pages}

            assert {(at.total, at.exact) for at in shown} == {(len(done.pages), True)}, seed


# --- the walker that estimates what is typical --------------------------------------------------


def test_typical_shares_are_the_same_for_the_same_seed():
    instrument = the_instrument(REAL, 2025)

    one, other = (typical_shares(instrument, panel=True, walks=2, seed=7) for _ in range(2))

    assert one == other
    assert all(0 < share <= 3 for share in one.values())


def test_walker_does_not_fail_in_a_year_before_the_dates_it_likes():
    """A study may be as old as it wants."""
    instrument = instrument_of("partial_dates")
    old = replace(instrument, wave=1999)

    done = walk(old, Known(interview_month="1999-02"), random.Random(3))

    assert done.complete


def test_preload_of_a_walk_has_only_answers_of_substance():
    instrument = instrument_of("missing_codes")
    visit = Visit("missing_codes")
    visit.answer(both_visible="little")
    visit.post("dk_on_skip", prompted=True)

    preload = as_preload(instrument, visit.route, "2024-02")

    assert preload == Preload({"both_visible": Earlier("little", 2024)}, {2024: "2024-02"})


def test_every_kind_of_question_is_met_by_these_laws():
    met = {
        item.kind
        for feature, wave in every_instrument()
        for item in instrument_of(feature, wave).items
    }

    assert met == set(Kind)
