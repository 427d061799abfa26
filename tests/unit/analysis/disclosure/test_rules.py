"""Which numbers give people away by themselves, and how far a percentage may be trusted."""

from __future__ import annotations

import pytest

from analysis.disclosure.policy import Policy
from analysis.disclosure.primary import (
    base_quality,
    discloses_group,
    fails_p_percent,
    is_below_minimum,
    is_dominated,
    lowering_needed,
)
from analysis.errors import AnalysisError

POLICY = Policy()


@pytest.mark.parametrize(("count", "small"), [(0, False), (1, True), (9, True), (10, False)])
def test_one_to_nine_interviews_are_too_few_and_none_says_nothing_of_anybody(count, small):
    assert is_below_minimum(count, POLICY) is small


@pytest.mark.parametrize(
    ("n", "flag"),
    [
        (0, "suppressed"),
        (29, "suppressed"),
        (30, "bracketed"),
        (49, "bracketed"),
        (50, "small"),
        (99, "small"),
        (100, ""),
    ],
)
def test_base_of_a_percentage_decides_its_flag(n, flag):
    assert base_quality(n, POLICY) == flag


@pytest.mark.parametrize(("count", "told"), [(89, False), (90, True), (100, True)])
def test_answer_of_nine_in_ten_tells_the_answer_of_the_group(count, told):
    assert discloses_group(count, 100, POLICY) is told


def test_group_is_safe_again_when_it_may_seem_under_nine_in_ten():
    assert not discloses_group(97 - lowering_needed(97, 100, POLICY), 100, POLICY)
    assert discloses_group(97 - lowering_needed(97, 100, POLICY) + 1, 100, POLICY)


def test_two_contributors_dominate_a_sum_of_amounts():
    assert is_dominated([500, 400, 50, 50])
    assert not is_dominated([300, 300, 200, 200])
    assert is_dominated([-500, 400, 50, -50])


def test_second_contributor_must_not_know_the_first_to_within_ten_per_cent():
    assert fails_p_percent([100, 50, 9])
    assert not fails_p_percent([100, 50, 10])
    assert not fails_p_percent([])


@pytest.mark.parametrize(
    "wrong",
    [
        {"minimum_cell": 0},
        {"protection_width": 0},
        {"suppress_base": 60},
        {"group_share": 0.4},
        {"count_unit": 0},
    ],
)
def test_limits_that_protect_nobody_are_refused(wrong):
    with pytest.raises(AnalysisError):
        Policy(**wrong)
