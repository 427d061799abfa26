"""Batteries over several screens, pages that ask nothing, consent and early endings."""

import pytest

from app.questionnaire.accept import Accepted, Fault, Rejected, Unanswered
from app.questionnaire.model import Missing
from app.questionnaire.routing import PageKind, page_of
from tests.unit.questionnaire.visits import Visit, instrument_of


def in_class(teacher: str = "yes", wave: int = 2024) -> Visit:
    visit = Visit("batteries", wave=wave)
    visit.answer(has_teacher=teacher)
    return visit


def screens(visit: Visit) -> dict[str, tuple[str, ...]]:
    return {page.id: page.variables for page in visit.route.pages if page.item.var == "lessons"}


def test_battery_is_cut_into_screens_of_its_own_size():
    assert screens(in_class()) == {
        "lessons": ("s_pace", "s_teacher", "s_class"),
        "lessons-2": ("s_level", "s_home", "s_work"),
        "lessons-3": ("s_end",),
    }


def test_statement_whose_condition_fails_leaves_no_hole():
    assert screens(in_class(teacher="no")) == {
        "lessons": ("s_pace", "s_class", "s_level"),
        "lessons-2": ("s_home", "s_work", "s_end"),
    }


def test_statement_of_a_later_wave_is_asked_in_that_wave():
    assert screens(in_class(wave=2025))["lessons-2"] == ("s_level", "s_new", "s_home")


def test_page_of_a_battery_knows_its_statements():
    page = in_class().page("lessons-3")

    assert [one.text["en"] for one in page.statements] == ["I will pass."]


def test_screen_is_done_when_each_statement_has_an_answer():
    visit = in_class()

    outcome = visit.post("lessons", {"s_pace": "yes", "s_teacher": "no", "s_class": "ref"})

    assert outcome == Accepted({"s_pace": "yes", "s_teacher": "no", "s_class": Missing.REF})
    assert visit.at == "lessons-2"


def test_statements_left_open_are_named_once_and_then_skipped():
    visit = in_class()

    first = visit.post("lessons", {"s_teacher": "no"})
    second = visit.post("lessons", {"s_teacher": "no"}, prompted=True)

    assert first == Unanswered(("s_pace", "s_class"))
    assert second == Accepted({"s_teacher": "no", "s_pace": Missing.SKIP, "s_class": Missing.SKIP})


def test_every_faulty_statement_is_named_at_once():
    outcome = in_class().post("lessons", {"s_pace": ["yes", "no"], "s_teacher": "maybe"})

    assert outcome == Rejected((Fault("s_pace", "one_only", {}), Fault("s_teacher", "option", {})))


def test_statement_of_another_screen_is_not_taken_along():
    outcome = in_class().post(
        "lessons", {"s_pace": "yes", "s_teacher": "no", "s_class": "no", "s_end": "yes"}
    )

    assert isinstance(outcome, Accepted)
    assert "s_end" not in outcome.answers


@pytest.mark.parametrize("page_id", ["lessons", "lessons-2", "lessons-3"])
def test_screen_is_found_by_its_address(page_id):
    item, kind = page_of(instrument_of("batteries"), page_id)

    assert (item.var, kind) == ("lessons", PageKind.QUESTION)


@pytest.mark.parametrize(
    "page_id",
    [
        "lessons-1",
        "lessons-4",
        "lessons-0",
        "lessons-02",
        "lessons-٢",
        "lessons-²",
        "lessons--2",
        "lessons-2-2",
        "lessons-confirm",
        "has_teacher-2",
        "has_teacher-confirm",
        "s_pace",
        "",
        "-",
        "-2",
        "nothing",
        "lessons-" + "9" * 5000,
    ],
)
def test_address_of_no_page_is_unknown(page_id):
    assert page_of(instrument_of("batteries"), page_id) is None


# --- pages that ask nothing ---------------------------------------------------------------------


def test_information_page_is_seen_by_going_on():
    visit = Visit("info")

    outcome = visit.post("welcome")

    assert outcome == Accepted({"welcome": "seen"})
    assert visit.at == "glad"


def test_information_page_takes_no_answer():
    assert Visit("info").post("welcome", {"welcome": "<b>hi</b>"}) == Accepted({"welcome": "seen"})


# --- consent and endings ------------------------------------------------------------------------


@pytest.mark.parametrize("form", [{}, {"take_part": ""}])
@pytest.mark.parametrize("prompted", [False, True])
def test_consent_to_take_part_cannot_be_skipped(form, prompted):
    outcome = Visit("consent").post("take_part", form, prompted=prompted)

    assert outcome == Rejected((Fault("take_part", "required", {}),))


@pytest.mark.parametrize("value", ["dk", "ref", "skip", "maybe", "YES"])
def test_consent_is_one_of_its_options_and_nothing_else(value):
    visit = Visit("consent")

    assert isinstance(visit.post("take_part", {"take_part": value}), Rejected)
    assert visit.at == "take_part"


def test_refusal_ends_the_interview_there():
    visit = Visit("consent")

    visit.answer(take_part="no")

    assert visit.pages == ["take_part"]
    assert visit.route.termination.status == "refused"
    assert visit.route.termination.text == {"en": "Goodbye."}


def test_screen_out_ends_the_interview_after_its_question():
    visit = Visit("consent")

    visit.answer(take_part="yes", lives_here="no")

    assert visit.pages == ["take_part", "lives_here"]
    assert visit.route.termination.status == "screened_out"


def test_refusal_that_is_taken_back_opens_the_questions_again():
    visit = Visit("consent")
    visit.answer(take_part="yes", lives_here="yes", glad="yes")

    visit.answer(take_part="no")
    visit.answer(take_part="yes")

    assert visit.route.termination is None
    assert visit.route.complete


def test_skipped_question_screens_nobody_out():
    visit = Visit("consent")
    visit.answer(take_part="yes")

    visit.post("lives_here", prompted=True)

    assert visit.at == "glad"
