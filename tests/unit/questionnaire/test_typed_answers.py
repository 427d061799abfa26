"""Answers that are typed: numbers, years, months, dates, texts."""

import pytest

from app.questionnaire.accept import Accepted, Fault, Rejected, Unanswered
from app.questionnaire.model import Missing
from tests.unit.questionnaire.visits import Visit, known


def visit_at(feature: str, page_id: str, month: str = "2024-02") -> Visit:
    """Somebody who skipped everything before a page."""
    visit = Visit(feature, known(interview_month=month))
    while visit.at != page_id:
        visit.post(visit.at, prompted=True)
    return visit


def typed(feature: str, name: str, value: str, month: str = "2024-02"):
    return visit_at(feature, name, month).post(name, {name: value})


# --- numbers and years --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("7", "7"),
        (" 07 ", "7"),
        ("٣٦", "36"),
        ("۳۶", "36"),
        ("３６", "36"),
        ("1", "1"),
        ("60", "60"),
        ("3 6", "36"),
    ],
)
def test_number_is_understood_in_the_digits_people_type(value, kept):
    assert typed("numbers", "hours", value) == Accepted({"hours": kept})


@pytest.mark.parametrize(
    "value", ["seven", "7,5", "7.0", "-7", "+7", "1e1", "0x1F", "1_0", "²", "½", "9" * 10, "٧a"]
)
def test_what_is_no_whole_number_is_refused(value):
    assert typed("numbers", "hours", value) == Rejected((Fault("hours", "not_a_number", {}),))


@pytest.mark.parametrize("value", ["0", "61", "999999999"])
def test_number_out_of_range_is_refused_with_the_range(value):
    assert typed("numbers", "hours", value) == Rejected(
        (Fault("hours", "range", {"low": 1, "high": 60}),)
    )


def test_number_without_range_may_be_any_whole_number():
    assert typed("numbers", "children", "0") == Accepted({"children": "0"})
    assert typed("numbers", "children", "999999999") == Accepted({"children": "999999999"})


@pytest.mark.parametrize(("value", "kept"), [("1988", "1988"), ("١٩٨٨", "1988"), ("2008", "2008")])
def test_year_within_its_range_is_kept(value, kept):
    assert typed("numbers", "born", value) == Accepted({"born": kept})


def test_year_that_is_no_number_asks_for_a_year():
    assert typed("numbers", "born", "eighty-eight") == Rejected((Fault("born", "year", {}),))


@pytest.mark.parametrize("value", ["88", "2009", "1929"])
def test_year_out_of_range_is_refused_with_the_range(value):
    assert typed("numbers", "born", value) == Rejected(
        (Fault("born", "range", {"low": 1930, "high": 2008}),)
    )


def test_year_may_not_lie_after_the_interview():
    assert typed("numbers", "last_exam", "2024") == Accepted({"last_exam": "2024"})
    assert typed("numbers", "last_exam", "2025") == Rejected(
        (Fault("last_exam", "range", {"high": 2024}),)
    )


@pytest.mark.parametrize("value", ["7", "999", "10000"])
def test_year_without_bounds_still_has_four_digits(value):
    assert typed("numbers", "any_year", value) == Rejected((Fault("any_year", "year", {}),))


# --- months and dates ---------------------------------------------------------------------------


def dated(name: str, *, day: str = "", month: str = "", year: str = "", at: str = "2024-02"):
    form = {f"{name}.day": day, f"{name}.month": month, f"{name}.year": year}
    return visit_at("partial_dates", name, at).post(name, form)


def test_month_is_kept_with_two_digits():
    assert dated("arrived", month="3", year="2019") == Accepted({"arrived": "2019-03"})
    assert dated("arrived", month="٠٣", year="۲۰۱۹") == Accepted({"arrived": "2019-03"})


def test_year_alone_is_kept_where_that_is_allowed():
    assert dated("arrived", year="2019") == Accepted({"arrived": "2019"})


def test_year_alone_is_refused_where_the_month_matters():
    assert dated("moved", year="2019") == Rejected((Fault("moved", "month_needed", {}),))


@pytest.mark.parametrize(
    ("parts", "rule"),
    [
        ({"month": "5"}, "year_needed"),
        ({"month": "13", "year": "2019"}, "month"),
        ({"month": "0", "year": "2019"}, "month"),
        ({"month": "May", "year": "2019"}, "month"),
        ({"month": "5", "year": "19"}, "year"),
        ({"month": "5", "year": "soon"}, "year"),
        ({"year": "99999"}, "year"),
    ],
)
def test_month_that_cannot_be_is_refused_by_name(parts, rule):
    assert dated("arrived", **parts) == Rejected((Fault("arrived", rule, {}),))


@pytest.mark.parametrize(
    "parts",
    [
        {"month": "2", "year": "2010"},
        {"month": "3", "year": "2024"},
        {"year": "2009"},
        {"year": "2025"},
    ],
)
def test_month_out_of_range_is_refused_with_the_range(parts):
    assert dated("arrived", **parts) == Rejected(
        (Fault("arrived", "range", {"low": "2010-03", "high": "2024-02"}),)
    )


@pytest.mark.parametrize(
    ("parts", "kept"),
    [
        ({"month": "3", "year": "2010"}, "2010-03"),
        ({"month": "2", "year": "2024"}, "2024-02"),
        # Any month of these years may be meant.
        ({"year": "2010"}, "2010"),
        ({"year": "2024"}, "2024"),
    ],
)
def test_month_at_the_edge_of_its_range_is_kept(parts, kept):
    assert dated("arrived", **parts) == Accepted({"arrived": kept})


def test_month_beside_do_not_know_is_a_contradiction():
    visit = visit_at("partial_dates", "moved")

    outcome = visit.post("moved", {"moved": "dk", "moved.year": "2019"})

    assert outcome == Rejected((Fault("moved", "exclusive", {}),))


def test_month_may_be_unknown():
    visit = visit_at("partial_dates", "moved")

    outcome = visit.post("moved", {"moved": "dk", "moved.year": " ", "moved.month": ""})

    assert outcome == Accepted({"moved": Missing.DK})


def test_date_is_kept_by_its_parts():
    assert dated("exam", day="29", month="2", year="2024") == Accepted({"exam": "2024-02-29"})


@pytest.mark.parametrize(
    ("parts", "rule"),
    [
        ({"day": "30", "month": "2", "year": "2024"}, "date"),
        ({"day": "0", "month": "2", "year": "2024"}, "date"),
        ({"day": "x", "month": "2", "year": "2024"}, "date"),
        ({"month": "2", "year": "2024"}, "date"),
        ({"day": "3", "year": "2024"}, "month_needed"),
        ({"day": "3", "month": "2"}, "year_needed"),
    ],
)
def test_date_that_is_not_in_the_calendar_is_refused(parts, rule):
    assert dated("exam", **parts) == Rejected((Fault("exam", rule, {}),))


@pytest.mark.parametrize(
    ("day", "month", "year", "within"),
    [
        ("14", "1", "2024", False),
        ("15", "1", "2024", True),
        ("31", "12", "2024", True),
        ("1", "1", "2025", False),
    ],
)
def test_date_has_a_first_and_a_last_day(day, month, year, within):
    outcome = dated("exam", day=day, month=month, year=year)

    assert isinstance(outcome, Accepted if within else Rejected)


def test_empty_boxes_are_no_answer():
    assert dated("exam") == Unanswered(("exam",))


# --- texts --------------------------------------------------------------------------------------


def test_text_is_kept_without_blanks_around_it():
    assert typed("texts", "street", "  Lange  Poten ") == Accepted({"street": "Lange  Poten"})


def test_line_ends_of_any_system_are_one():
    outcome = typed("texts", "story", "one\r\ntwo\rthree\nfour")

    assert outcome == Accepted({"story": "one\ntwo\nthree\nfour"})


def test_text_that_is_too_long_is_refused_with_its_length():
    assert typed("texts", "street", "x" * 21) == Rejected(
        (Fault("street", "too_long", {"most": 20, "found": 21}),)
    )
    assert typed("texts", "street", "x" * 20) == Accepted({"street": "x" * 20})


def test_open_answer_has_room_for_four_thousand_characters():
    assert typed("texts", "story", "x" * 4000) == Accepted({"story": "x" * 4000})
    assert typed("texts", "story", "x" * 4001) == Rejected(
        (Fault("story", "too_long", {"most": 4000, "found": 4001}),)
    )


def test_text_beside_prefer_not_to_say_is_a_contradiction():
    visit = visit_at("texts", "story")

    outcome = visit.post("story", {"story": ["something", "ref"]})

    assert outcome == Rejected((Fault("story", "exclusive", {}),))
