"""Typed missing codes, and the one friendly prompt before a skip."""

import pytest

from app.questionnaire.accept import Accepted, Fault, Rejected, Unanswered
from app.questionnaire.model import Missing
from tests.unit.questionnaire.visits import Visit


def faults(outcome) -> list[tuple[str, str]]:
    assert isinstance(outcome, Rejected), outcome
    return [(fault.variable, fault.rule) for fault in outcome.faults]


@pytest.mark.parametrize("code", ["dk", "ref"])
def test_missing_code_is_kept_as_such_when_it_is_offered(code):
    visit = Visit("missing_codes")

    visit.post("both_visible", {"both_visible": code})

    assert visit.answers == {"both_visible": Missing(code)}
    assert visit.at == "dk_on_skip"


def test_empty_page_is_asked_once_more_and_saves_nothing():
    visit = Visit("missing_codes")

    outcome = visit.post("both_visible", {"both_visible": ["", "  "]})

    assert outcome == Unanswered(("both_visible",))
    assert visit.at == "both_visible"


def test_empty_page_after_the_prompt_is_a_skip():
    visit = Visit("missing_codes")

    visit.post("both_visible", prompted=True)

    assert visit.answers == {"both_visible": Missing.SKIP}
    assert visit.at == "dk_on_skip"


def test_missing_code_that_shows_on_skip_is_taken_at_any_time():
    visit = Visit("missing_codes")

    visit.answer(both_visible="little")
    outcome = visit.post("dk_on_skip", {"dk_on_skip": ["", "dk"]}, prompted=True)

    assert outcome == Accepted({"dk_on_skip": Missing.DK})


@pytest.mark.parametrize("code", ["dk", "ref", "skip", "na_route", "break_off"])
def test_missing_code_that_is_not_offered_is_no_option(code):
    visit = Visit("missing_codes")
    visit.answer(both_visible="little", dk_on_skip="3")

    assert faults(visit.post("none_offered", {"none_offered": code})) == [
        ("none_offered", "option")
    ]


def test_missing_code_beside_an_answer_is_a_contradiction():
    visit = Visit("missing_codes")

    both = visit.post("both_visible", {"both_visible": ["little", "dk"]})
    two_reasons = visit.post("both_visible", {"both_visible": ["ref", "dk"]})

    assert faults(both) == faults(two_reasons) == [("both_visible", "exclusive")]


def test_number_beside_do_not_know_is_a_contradiction():
    visit = Visit("missing_codes")
    visit.answer(both_visible="little")

    assert faults(visit.post("dk_on_skip", {"dk_on_skip": ["4", "dk"]})) == [
        ("dk_on_skip", "exclusive")
    ]


@pytest.mark.parametrize("word", ["dk", "ref", "skip", "na_route"])
def test_word_that_looks_like_a_missing_code_is_a_word_where_none_is_offered(word):
    """Somebody who types "ref" in a text box says "ref"."""
    visit = Visit("missing_codes")
    visit.answer(both_visible="little", dk_on_skip="3", none_offered="yes")

    outcome = visit.post("words", {"words": word})

    assert outcome == Accepted({"words": word})
    assert not isinstance(outcome.answers["words"], Missing)


def test_fault_names_the_input_and_the_rule():
    visit = Visit("missing_codes")

    outcome = visit.post("both_visible", {"both_visible": "a lot"})

    assert outcome == Rejected((Fault("both_visible", "option", {}),))
