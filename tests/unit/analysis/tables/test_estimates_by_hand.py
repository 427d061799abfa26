"""Estimates of a table where the textbook formula gives the number: simple random samples."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.arrays import IntArray
from analysis.blocks import blocks_of
from analysis.design import survey_design
from analysis.tables.column_quantiles import column_quantiles
from analysis.tables.estimates import Columns, change_errors, section
from analysis.tables.letters import change_marks, column_letters, marks
from analysis.tables.questions import MEAN, Part, Statistic

YES = (Statistic("share", "no"), Statistic("share", "yes"))


def sample(n, population=None):
    """A simple random sample of n, each standing for the same number of people."""
    frame = pd.DataFrame({"w": np.full(n, (population or n) / n)})
    if population is None:
        return blocks_of(survey_design(frame, weights="w"))
    frame["N"] = population
    return blocks_of(survey_design(frame, weights="w", population="N"))


def yes_no(answers) -> Part:
    return Part(YES, np.asarray(answers, dtype=np.int64), np.eye(2))


def everybody(n) -> Columns:
    return Columns("total", ("total",), np.zeros(n, dtype=np.int64))


def groups(column, codes=("a", "b")) -> Columns:
    return Columns("g", codes, np.asarray(column, dtype=np.int64))


def repeated(*pairs) -> IntArray:
    return np.concatenate([np.full(times, value) for value, times in pairs]).astype(np.int64)


def test_share_of_a_simple_random_sample():
    """Cochran (1977, 3.8): p = 30 / 120, variance (1 - f) p q / (n - 1)."""
    found = section(sample(120, 1200), yes_no(repeated((1, 30), (0, 90))), everybody(120))

    assert found.value[0, 1] == 0.25
    assert found.se[0, 1] == pytest.approx(np.sqrt(0.9 * 0.25 * 0.75 / 119), rel=1e-12)
    assert (found.n[0], found.weighted_n[0], found.n_eff[0]) == (120, 1200, 120)
    assert found.counts.tolist() == [[90, 30]]


def test_share_of_a_domain_counts_the_chance_of_its_size():
    """A domain of 40 of 100, half yes: n / (n - 1) times sum (y - p)^2 / 40^2 = 10 / 1600."""
    columns = groups(repeated((0, 40), (-1, 60)), ("a",))
    answers = repeated((1, 20), (0, 20), (1, 30), (0, 30))

    found = section(sample(100), yes_no(answers), columns)

    assert found.value[0, 1] == 0.5
    assert found.se[0, 1] ** 2 == pytest.approx(100 / 99 * 10 / 1600, rel=1e-12)


def test_people_without_an_answer_are_in_no_base_but_in_the_design():
    found = section(sample(100), yes_no(repeated((1, 30), (0, 30), (-1, 40))), everybody(100))

    assert found.n[0] == 60
    assert found.value[0, 1] == 0.5
    assert found.se[0, 1] ** 2 == pytest.approx(100 / 99 * 15 / 3600, rel=1e-12)


def test_change_of_the_same_people_is_the_paired_difference():
    """McNemar: 20 turned to yes, 8 to no, of 100; variance of a mean of +1, -1 and 0."""
    blocks = sample(100)
    before = yes_no(repeated((1, 30), (0, 70)))
    after = yes_no(repeated((0, 8), (1, 22), (1, 20), (0, 50)))
    first, second = (section(blocks, part, everybody(100)) for part in (before, after))

    change = (second.value - first.value)[0, 1]

    assert change == pytest.approx(0.12)
    variance = (20 + 8 - 100 * 0.12**2) / (100 * 99)
    assert change_errors(blocks, first, second)[0, 1] == pytest.approx(np.sqrt(variance), rel=1e-12)


def test_change_of_people_who_answered_once_each_adds_up_the_variances():
    """60 answered before, 40 others after: independent but for the common sample size."""
    blocks = sample(100)
    before = yes_no(repeated((1, 30), (0, 30), (-1, 40)))
    after = yes_no(repeated((-1, 60), (1, 10), (0, 30)))
    first, second = (section(blocks, part, everybody(100)) for part in (before, after))

    apart = np.hypot(first.se, second.se)

    np.testing.assert_allclose(change_errors(blocks, first, second), apart, rtol=1e-12)


def test_people_who_moved_between_columns_are_in_the_change_of_both():
    """Ten people went from column a to b; a is compared with whoever was in it then."""
    blocks = sample(40)
    before = section(blocks, yes_no(repeated((1, 20), (0, 20))), groups(repeated((0, 20), (1, 20))))
    moved = groups(repeated((1, 10), (0, 10), (1, 20)))
    after = section(blocks, yes_no(repeated((1, 20), (0, 20))), moved)

    change = after.value - before.value

    assert change[:, 1].tolist() == pytest.approx([0.0, 1 / 3])
    # Everybody in a said yes both times: no variance. In b, 10 of 30 did now and none of 20 then:
    # influence 1 - 1/3 and -1/3 over 30, with n / (n - 1) for the sample.
    expected = 40 / 39 * (10 * (2 / 90) ** 2 + 20 * (1 / 90) ** 2)
    found = change_errors(blocks, before, after)
    assert found[0, 1] == pytest.approx(0, abs=1e-12)
    assert found[1, 1] ** 2 == pytest.approx(expected, rel=1e-12)


def two_groups(first_yes, second_yes, size=100):
    column = repeated((0, size), (1, size))
    answers = repeated(
        (1, first_yes), (0, size - first_yes), (1, second_yes), (0, size - second_yes)
    )
    return section(sample(2 * size), yes_no(answers), groups(column))


def test_letter_of_the_lower_column_is_small_at_5_and_capital_at_1_percent():
    """Shares .5 and .35 of 100 each: z = 2.16, p about 3 %; .5 and .3: z = 2.93, p < 1 %."""
    small = marks(two_groups(50, 35), "ab", 198, stepwise=False)
    capital = marks(two_groups(50, 30), "ab", 198, stepwise=False)
    none = marks(two_groups(50, 40), "ab", 198, stepwise=False)

    assert small.tolist() == [["-", "b+"], ["a+", "-"]]
    assert capital.tolist() == [["--", "B++"], ["A++", "--"]]
    assert none.tolist() == [["", ""], ["", ""]]


def test_columns_under_30_have_a_letter_but_no_test():
    column = repeated((0, 100), (1, 29), (2, 100))
    answers = repeated((1, 90), (0, 10), (0, 29), (1, 20), (0, 80))
    found = section(sample(229), yes_no(answers), groups(column, ("a", "b", "c")))

    text = marks(found, "abc", 226, stepwise=False)

    assert text[1].tolist() == ["", ""]
    assert [mark.strip("+-") for mark in text[:, 1]] == ["C", "", ""]


def test_holm_asks_more_of_each_pair_when_there_are_more_pairs():
    """Three columns, .50, .35 and .42: p of the first pair is 3 %, times three pairs 9 %."""
    column = repeated((0, 100), (1, 100), (2, 100))
    answers = repeated((1, 50), (0, 50), (1, 35), (0, 65), (1, 42), (0, 58))
    found = section(sample(300), yes_no(answers), groups(column, ("a", "b", "c")))

    raw = marks(found, "abc", 297, stepwise=False)
    adjusted = marks(found, "abc", 297, stepwise=True)

    assert raw[0, 1].startswith("b")
    assert "b" not in adjusted[0, 1]


def test_part_against_rest_marks_even_where_no_pair_does():
    """One group of .55 and four of .42: no pair differs at 5 %, the one and the rest do."""
    column = np.repeat(np.arange(5), 100)
    answers = np.concatenate([repeated((1, yes), (0, 100 - yes)) for yes in (55, 42, 42, 42, 42)])
    found = section(sample(500), yes_no(answers), groups(column, tuple("abcde")))

    text = marks(found, "abcde", 495, stepwise=False)[:, 1]

    assert text.tolist() == ["+", "", "", "", ""]


def test_change_marks_are_stars():
    difference, se = np.array([[0.05, 0.05, 0.05, 0.05]]), np.array([[0.05, 0.024, 0.015, 0.015]])
    tested = np.array([[True, True, True, False]])

    assert change_marks(difference, se, tested, 1000).tolist() == [["", "*", "**", ""]]


def test_shares_that_differ_by_rounding_only_are_not_marked():
    nothing = np.array([[1e-16]])

    assert change_marks(nothing, nothing / 10, np.array([[True]]), 100).tolist() == [[""]]


def test_more_columns_than_letters_have_none():
    assert column_letters(3) == "abc"
    assert column_letters(26)[-1] == "z"
    assert column_letters(27) == ""


def test_first_quartile_of_the_first_hundred_numbers():
    """Woodruff (1952): 0.25 of 1 to 100 is 25; t(99) = 1.984 times sqrt(0.25 * 0.75 / 99) is 0.086.

    The shares 0.164 and 0.336, turned back into numbers, are 17 and 34.
    """
    numbers = Part((MEAN,), np.arange(100), np.arange(1.0, 101.0)[None, :])

    found = column_quantiles(section(sample(100), numbers, everybody(100)), 0.25, 99.0)

    assert (found.value[0], found.low[0], found.high[0]) == (25.0, 17.0, 34.0)
    assert found.se[0] == pytest.approx((34 - 17) / (2 * 1.984217), rel=1e-6)
