"""Numbers as text: what is printed reads back as what was published."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from babel.numbers import parse_decimal
from hypothesis import given
from hypothesis import strategies as st

from analysis.book import Base, Cell
from analysis.printed import (
    SUPPRESSED,
    base_text,
    bounds_text,
    count_text,
    error_text,
    interval_text,
    letters_text,
    marks_used,
    mean_text,
    points_text,
    share_text,
    value_text,
    wave_text,
)
from tests.unit.analysis.books import example_book

LANGUAGES = st.sampled_from(["nl", "en", "fr", "ar"])


def rounded(low: int, high: int, decimals: int) -> st.SearchStrategy[float]:
    """Numbers as rounding leaves them."""
    return st.integers(low * 10**decimals, high * 10**decimals).map(lambda k: k / 10**decimals)


def read(text: str, language: str) -> Decimal:
    return parse_decimal(text.lstrip("+").replace("\N{MINUS SIGN}", "-"), locale=language)


@given(rounded(0, 1, 3), LANGUAGES)
def test_share_reads_back_from_its_percentage(share, language):
    text = share_text(share, language)

    assert text.endswith("%")
    assert float(read(text.removesuffix("%").rstrip("\xa0"), language) / 100) == share


@given(rounded(-1, 1, 3), LANGUAGES)
def test_change_reads_back_and_bears_its_sign(points, language):
    text = points_text(points, language, signed=True)

    assert float(read(text, language) / 100) == points
    assert text.startswith("+") == (points > 0)


@given(rounded(-1000, 100_000, 2), LANGUAGES)
def test_mean_reads_back(mean, language):
    assert float(read(mean_text(mean, language), language)) == mean


@given(st.integers(0, 20_000_000), LANGUAGES)
def test_count_reads_back(count, language):
    assert int(read(count_text(count, language), language)) == count


@given(st.floats(0, 1, allow_nan=False), LANGUAGES)
def test_number_that_nobody_rounded_is_printed_whole_rather_than_rounded_here(share, language):
    text = share_text(share, language).removesuffix("%").rstrip("\xa0")

    assert float(read(text, language) / 100) == share


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_is_never_printed(value):
    with pytest.raises(TypeError):
        share_text(value, "nl")


def test_dutch_and_english_print_as_their_readers_expect():
    assert [share_text(0.414, language) for language in ("nl", "en")] == ["41,4%", "41.4%"]
    assert [count_text(12340, language) for language in ("nl", "en")] == ["12.340", "12,340"]
    assert [mean_text(3.5, language) for language in ("nl", "en")] == ["3,50", "3.50"]
    # Half a per cent and a whole number keep the decimal of all others.
    assert [share_text(share, "nl") for share in (0.005, 0.4, 1.0)] == ["0,5%", "40,0%", "100,0%"]


def test_halves_stay_as_published():
    assert [points_text(0.125, "en"), points_text(-0.0005, "en")] == ["12.5", "−0.05"]


def test_no_change_has_no_sign():
    assert points_text(-0.0, "nl", signed=True) == "0,0"


def test_interval_of_a_change_says_to_so_that_dash_and_minus_are_not_mixed_up():
    assert interval_text("39.1", "43.7", "en") == "39.1–43.7"
    assert interval_text("−1.2", "+3.4", "en") == "−1.2 to +3.4"


def test_marks_have_words_for_those_who_hear_them():
    weak = value_text(Cell(0.414, 0.02, 0.37, 0.45, "bracketed"), "share", "2024", "en")
    small = value_text(Cell(0.414, 0.02, 0.37, 0.45, "small"), "share", "2024", "en")

    assert (weak.text, weak.spoken) == ("(41.4%)", "41.4%, weak base")
    assert (small.text, small.spoken) == ("41.4%†", "41.4%, small base")
    assert weak.needs_words


def test_masked_cell_prints_the_mark_in_every_place():
    masked = Cell(None, None, None, None, "suppressed")
    base = Base(None, None, None, "suppressed")

    printed = [
        value_text(masked, "share", "2024", "en"),
        error_text(masked, "share", "en"),
        bounds_text(masked, "share", "2024", "en"),
        base_text(base, "n", "en"),
    ]

    assert {one.text for one in printed} == {SUPPRESSED}
    assert {one.spoken for one in printed} == {"suppressed"}


def test_letters_print_as_they_are_unless_disclosure_control_took_them():
    shown = letters_text(Cell(0.4, 0.02, 0.37, 0.45, "", "aC+"), "en")
    taken = letters_text(Cell(0.4, 0.02, 0.37, 0.45, "", "suppressed"), "en")

    assert (shown.text, taken.text, taken.spoken) == ("aC+", SUPPRESSED, "suppressed")
    assert letters_text(None, "en").text == ""


def test_column_without_anybody_has_a_dash_and_not_a_zero():
    printed = value_text(None, "share", "2024", "en")

    assert (printed.text, printed.spoken) == ("–", "nobody was asked")


def test_numbers_of_a_line_come_in_its_unit():
    cell = Cell(3.25, 0.12, 3.01, 3.49, "")

    assert value_text(cell, "median", "2024", "nl").text == "3,25"
    assert error_text(cell, "mean", "nl").text == "0,12"
    assert bounds_text(cell, "mean", "2024", "nl").text == "3,01–3,49"
    assert value_text(Cell(0.015, 0.01, -0.005, 0.035, ""), "net", "2024-2025", "nl").text == "+1,5"


def test_change_is_named_with_both_waves():
    assert wave_text("2024", "en") == "2024"
    assert wave_text("2024-2025", "en") == "Change 2024–2025"


def test_legend_explains_only_marks_that_stand_in_the_table():
    shares, _, transition, _ = example_book("en").tables

    assert len(marks_used(shares, "en")) == 3
    assert marks_used(transition, "en") == ()
