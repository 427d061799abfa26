"""The route told question by question is the route itself, at every page of every walk."""

from pathlib import Path

import pytest

from app.questionnaire.compile import compile_wave
from app.questionnaire.model import Missing
from app.questionnaire.paths import skipped_to_the_end, with_pages_seen, worked_respondents
from app.questionnaire.routing import route
from app.questionnaire.source import load_bank
from app.questionnaire.tracing import Standing, trace
from tests.unit.questionnaire.test_route_laws import finished, laws, the_instrument
from tests.unit.questionnaire.visits import Visit, known

STUDY = Path("surveys/perspectief")
ON_ROUTE = (Standing.ANSWERED, Standing.HERE, Standing.AHEAD)


def prefixes(visit: Visit, step: int):
    """The answers after every so many pages of a finished interview, and all of them."""
    pages = visit.route.pages
    for upto in (*range(0, len(pages), step), len(pages)):
        names = [var for page in pages[:upto] for var in page.variables]
        yield {
            var: value
            for var, value in visit.answers.items()
            if var in names or var.removesuffix("_other") in names
        }


@laws
def test_every_page_of_the_route_is_told_and_no_other(feature: str, wave: int) -> None:
    instrument = the_instrument(feature, wave)
    for seed, visit, _ in finished(feature, wave):
        for answers in prefixes(visit, 7):
            walked = route(instrument, visit.known, answers)
            told = trace(instrument, visit.known, answers)
            assert [one.item for one in told] == list(instrument.items)
            pages = tuple(page for one in told for page in one.pages)
            assert pages == walked.pages, (feature, wave, seed)
            for one in told:
                assert (one.standing in ON_ROUTE) is bool(one.pages), one.item.var
            here = [one for one in told if one.standing is Standing.HERE]
            assert len(here) == (0 if walked.complete or walked.termination else 1)


@laws
def test_what_is_told_not_to_be_asked_is_not_asked_later(feature: str, wave: int) -> None:
    instrument = the_instrument(feature, wave)
    for seed, visit, _ in finished(feature, wave):
        asked = {page.item.var for page in visit.route.pages}
        for answers in prefixes(visit, 5):
            for one in trace(instrument, visit.known, answers):
                if one.standing in (Standing.NOT_ASKED, Standing.CARRIED):
                    assert one.item.var not in asked, (feature, wave, seed, one.item.var)


def test_each_question_says_why_it_is_where_it_is() -> None:
    visit = Visit("conditions")
    told = {one.item.var: one.standing for one in trace(visit.instrument, visit.known, {})}

    first, *rest = visit.instrument.items
    assert told[first.var] is Standing.HERE
    assert Standing.NOT_ASKED not in [told[one.var] for one in rest if one.when.reads & {first.var}]


def test_answer_of_an_earlier_wave_is_told_as_known_already() -> None:
    visit = Visit("repeats", known(earlier={"birth": "1990"}, wave=2024), wave=2025)
    item = next((one for one in visit.instrument.items if one.repeat.policy == "once"), None)
    assert item is not None
    visit = Visit("repeats", known(earlier={item.var: "1990"}, wave=2024), wave=2025)

    told = {one.item.var: one.standing for one in trace(visit.instrument, visit.known, {})}

    assert told[item.var] is Standing.CARRIED


@pytest.mark.parametrize("wave", [2024, 2025, 2027])
def test_worked_respondents_can_be_walked_to_the_route_their_authors_gave(wave: int) -> None:
    bank, _ = load_bank(STUDY)
    assert bank is not None
    instrument = compile_wave(bank, wave)
    people = worked_respondents(STUDY, wave)
    assert len(people) >= 4
    for one in people:
        walked, answers = skipped_to_the_end(instrument, one.known, one.answers)
        if one.pages is not None:
            assert tuple(page.id for page in walked.pages) == one.pages, one.id
        assert with_pages_seen(instrument, one.answers).items() <= answers.items()
        assert Missing.SKIP in answers.values() or walked.termination is not None
