"""Percentages of everybody and numbers of people, where the textbook gives value and error."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.disclosure.policy import Policy
from analysis.disclosure.rounding import round_rows
from analysis.tables.estimates import section
from analysis.tables.whole import KEY, NUMBERS, Whole, _estimates, of_whole
from tests.unit.analysis.tables.test_estimates_by_hand import groups, repeated, sample, yes_no


def test_share_of_everybody_is_that_of_a_simple_random_sample():
    """100 people, 30 in column a said yes: p = 0.3, variance p q / (n - 1)."""
    answers = repeated((1, 30), (0, 20), (1, 10), (0, 40))
    part = section(sample(100), yes_no(answers), groups(repeated((0, 50), (1, 50))))

    value, se = _estimates(part, Whole.TOTAL)

    assert value == pytest.approx(np.array([[0.2, 0.3], [0.4, 0.1]]))
    assert value.sum() == pytest.approx(1)
    assert se[0, 1] == pytest.approx(np.sqrt(0.3 * 0.7 / 99))


def test_people_outside_the_breakdown_are_no_part_of_the_whole():
    answers = repeated((1, 30), (0, 30), (1, 40))
    column = repeated((0, 60), (-1, 40))
    part = section(sample(100), yes_no(answers), groups(column, codes=("a",)))

    value, _ = _estimates(part, Whole.TOTAL)

    assert value == pytest.approx(np.array([[0.5, 0.5]]))


def test_number_of_people_has_the_error_of_a_total():
    """Cochran (1977, 3.5): N p = 1000 x 0.3, variance N^2 (1 - f) p q / (n - 1)."""
    answers = repeated((1, 30), (0, 70))
    part = section(sample(100, 1000), yes_no(answers), groups(np.zeros(100), codes=("a",)))

    value, se = _estimates(part, Whole.PEOPLE)

    assert value[0] == pytest.approx([700, 300])
    assert se[0, 1] == pytest.approx(np.sqrt(1000**2 * 0.9 * 0.3 * 0.7 / 99))


def row(**more):
    base = dict(zip(KEY, ("t", "2024", "q", "1", "g", "a", "share"), strict=True))
    return base | dict.fromkeys(NUMBERS, 0.5) | {"n": 100, "weighted_n": 5000.0, "n_eff": 90.0,
                                                  "flag": ""} | more  # fmt: skip


def test_masked_cell_stays_masked_and_marks_fall_away():
    shown = pd.DataFrame(
        [row(), row(stub_code="2", flag="suppressed"), row(statistic="letters", flag="b")]
    )
    numbers = pd.DataFrame(
        [
            {**{k: row()[k] for k in KEY}, "value": 1234.0, "se": 50.0, "low": 1100.0,
             "high": 1300.0},
            {**{k: row(stub_code="2")[k] for k in KEY}, "value": 7.0, "se": 1.0, "low": 5.0,
             "high": 9.0},
        ]
    )  # fmt: skip

    people = of_whole(shown, numbers, Whole.PEOPLE)

    assert people["statistic"].tolist() == ["people", "people"]
    assert people["value"].iloc[0] == 1234
    assert np.isnan(people["value"].iloc[1])


def test_people_are_rounded_to_what_ten_interviews_stand_for():
    """100 interviews for 5,000 people: ten stand for 500, so 1,234 becomes 1,000."""
    rows = pd.DataFrame([row(statistic="people", value=1234.0, low=1260.0, high=1740.0)])

    printed = round_rows(rows, Policy())

    assert printed[["value", "low", "high"]].to_numpy().tolist() == [[1000.0, 1500.0, 1500.0]]


def test_error_of_a_number_of_people_is_rounded_up_and_never_away():
    """To the nearest 500, an error of 120 would be printed as none."""
    rows = pd.DataFrame([row(statistic="people", value=1234.0, se=120.0)])

    assert round_rows(rows, Policy())["se"].tolist() == [500.0]
