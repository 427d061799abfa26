"""How many answers a group needs, and how many a wave will end with, against hand-worked cases."""

from __future__ import annotations

from math import log, sqrt

import pytest

from app.panel.response_outlook import (
    Method,
    Outlook,
    by_earlier_wave,
    by_pace,
    needed,
    together,
)


@pytest.mark.parametrize(
    ("population", "answers"),
    [
        # n0 = 1.959964^2 * 0.25 / 0.01 = 96.036; N = 1000: 96.036 / (1 + 95.036 / 1000) = 87.70.
        (1000, 88),
        (100, 50),  # 96.036 / 1.95036 = 49.24
        (10_000_000, 97),  # 96.035: one cannot ask a part of a person
        (0, 0),
    ],
)
def test_small_groups_need_fewer_answers_than_large_ones(population: int, answers: int) -> None:
    assert needed(population) == answers


def test_group_never_needs_more_people_than_it_has() -> None:
    assert [needed(population) for population in range(1, 6)] == [1, 2, 3, 4, 5]


def test_people_go_on_as_in_the_earlier_wave() -> None:
    # Of 59 who had not answered by then, 29 did later: Beta(29.5, 30.5), chance 29.5 / 60.
    found = by_earlier_wave(100, 60, went_on=29, of=59)

    assert found.expected == pytest.approx(100 + 29.5)
    # 60 * (29.5/60) * (30.5/60) * (60 + 60) / (60 + 1) = 29.5 * 30.5 * 2 / 61 = 29.5
    assert found.variance == pytest.approx(29.5)
    assert found.high == pytest.approx(129.5 + 1.959964 * sqrt(29.5))
    assert found.low == pytest.approx(129.5 - 1.959964 * sqrt(29.5))


def test_outlook_stays_between_nobody_and_everybody() -> None:
    nobody = by_earlier_wave(10, 3, went_on=0, of=2)
    everybody = by_earlier_wave(10, 3, went_on=2, of=2)

    assert nobody.low == 10
    assert everybody.high == 13


def test_nobody_left_to_answer_is_the_end() -> None:
    found = by_earlier_wave(10, 0, went_on=5, of=9)

    assert (found.expected, found.low, found.high) == (10, 10, 10)


def test_pace_of_a_fortnight_halves_each_fortnight() -> None:
    # 28 in 14 days is 2 a day; over 14 days the halving pace gives 2 * 14 / ln 2 * (1 - 1/2).
    found = by_pace(50, 1000, lately=28, days_left=14)

    assert found.expected == pytest.approx(50 + 14 / log(2))
    assert (found.low, found.high) == (50, 78)
    assert found.method is Method.PACE


def test_pace_expects_no_more_people_than_there_are_and_none_after_the_end() -> None:
    assert by_pace(50, 4, lately=28, days_left=30).high == 54
    assert by_pace(50, 4, lately=28, days_left=-3).expected == 50


def test_groups_add_up_with_their_variances() -> None:
    one = by_earlier_wave(100, 60, went_on=29, of=59)

    both = together([one, one], complete=200, waiting=120)

    assert both.expected == pytest.approx(259)
    assert both.high == pytest.approx(259 + 1.959964 * sqrt(59))


def test_whole_is_a_rule_of_thumb_when_one_group_is() -> None:
    one = by_earlier_wave(100, 60, went_on=29, of=59)
    other = Outlook(10, 8, 14, Method.PACE)

    both = together([one, other], complete=108, waiting=70)

    assert both.method is Method.PACE
    assert (both.low, both.high) == (one.low + 8, one.high + 14)


def test_groups_that_are_over_make_a_whole_that_is_over() -> None:
    one = Outlook(7, 7, 7, Method.OVER)

    assert together([one, one], complete=14, waiting=3) == Outlook(14, 14, 14, Method.OVER)
