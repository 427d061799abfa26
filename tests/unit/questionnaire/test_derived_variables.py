"""Derived variables: cases, years and months between, union over waves, and what is unknown."""

import pytest

from app.questionnaire.model import Missing
from tests.unit.questionnaire.visits import Visit, known


def visit(*, wave: int = 2024, month: str = "2024-02", frame=None, earlier=None, **answers):
    """Somebody with the given answers, also to questions that may not be asked."""
    found = Visit("derived", known(frame=frame, earlier=earlier, interview_month=month), wave=wave)
    found.answers |= answers
    return found


def derived(name: str, **given):
    return visit(**given).route.values.get(name)


# --- cases --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "reason", "expected"),
    [
        ("asylum", "family", "asylum"),
        ("family", "asylum", "family"),
        ("unknown", "asylum", "asylum"),
        ("unknown", "family", "unknown"),
        ("unknown", Missing.REF, "unknown"),
    ],
)
def test_first_case_that_holds_counts_and_the_default_if_none(group, reason, expected):
    assert derived("grp", frame={"fr_group": group}, reason=reason) == expected


def test_variable_is_derived_only_once_its_item_was_passed():
    fresh = Visit("derived", known(frame={"fr_group": "asylum"}))

    # Asked and not answered yet: passed all the same, the frame knows enough.
    assert fresh.route.values["grp"] == "asylum"


# --- years_between ------------------------------------------------------------------------------


def test_age_is_the_difference_of_the_years():
    assert derived("age", born="1990") == 34


def test_first_known_source_counts_and_spares_the_question():
    person = visit(frame={"fr_birth_year": "2010"}, born="1990")

    assert person.route.values["age"] == 14
    assert "born" not in person.pages


def test_derived_age_decides_on_later_questions():
    assert "adult" in visit(born="1990").pages
    assert "adult" not in visit(born="2010").pages
    assert "adult" not in visit(born=Missing.DK).pages


@pytest.mark.parametrize("year", ["", "unknown", "88", "19889", "x1988"])
def test_year_in_the_frame_that_is_none_gives_no_age_and_no_failure(year):
    assert derived("age", frame={"fr_birth_year": year}) is None


# --- months_between -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moved", "course", "months"),
    [("2023-01", "2023-01", 0), ("2022-11", "2023-02", 3), ("2023-02", "2022-11", -3)],
)
def test_wait_is_counted_in_whole_months_and_may_be_negative(moved, course, months):
    assert derived("wait_months", moved=moved, started="yes", course=course) == months


def test_wait_of_somebody_still_waiting_runs_to_the_interview():
    assert derived("wait_months", moved="2023-12", started="no", month="2024-02") == 2


@pytest.mark.parametrize(
    "given",
    [
        {"moved": "2023", "started": "yes", "course": "2023-05"},
        {"moved": "2023-01", "started": "yes", "course": Missing.SKIP},
        {"moved": Missing.DK, "started": "no"},
        {"moved": "2023-01", "started": Missing.SKIP},
    ],
)
def test_wait_is_unknown_when_a_month_is(given):
    assert derived("wait_months", **given) is None


# --- union_over_waves ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("earlier", "now", "ever"),
    [
        (None, ("work",), ("work",)),
        (("school",), ("work",), ("work", "school")),
        (("school",), ("none",), ("school",)),
        (("none",), ("work",), ("work",)),
        (("none",), ("none",), ("none",)),
        (("school",), Missing.SKIP, ("school",)),
        (None, Missing.SKIP, Missing.SKIP),
        (None, ("none",), ("none",)),
        (("sport",), ("work",), ("work", "sport")),
    ],
)
def test_union_has_every_code_of_any_wave_in_bank_order(earlier, now, ever):
    before = {"ever": earlier} if earlier else None

    assert derived("ever", wave=2025, earlier=before, activities=now) == ever


def test_union_stands_before_the_question_of_this_wave_is_answered():
    assert derived("ever", wave=2025, earlier={"ever": ("school",)}) == ("school",)
