"""Time at the questions, and where people stop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.panel.interview_times import active_minutes, break_offs, median_minutes
from app.panel.outcome_rates import Rate

START = datetime(2025, 2, 1, 9, 0, tzinfo=UTC)


def after(*minutes: float) -> list[datetime]:
    return [START + timedelta(minutes=one) for one in minutes]


@pytest.mark.parametrize(
    ("saved", "minutes"),
    [
        ([], 0),
        ([1, 3, 6], 6),
        # Two pages, a night's sleep, two more: 1 + 2 + 1 + 1
        ([1, 3, 1000, 1001, 1002], 5),
        # Half an hour is thought, a minute more is a pause
        ([30], 30),
        ([31, 32], 1),
    ],
)
def test_pauses_of_over_half_an_hour_are_left_out(saved: list[float], minutes: float) -> None:
    assert active_minutes(START, after(*saved)) == pytest.approx(minutes)


def test_the_median_of_an_even_number_lies_in_the_middle() -> None:
    assert median_minutes([10, 30, 12, 14]).median == 13
    assert median_minutes([]).median is None


def test_stopping_is_counted_of_those_who_saw_the_page() -> None:
    # 40 got past the page about money and 10 did not; nobody got past the last.
    found = break_offs({"money": 40, "name": 90}, {"money": 10, "end": 2})
    assert [(one.page, one.stopped) for one in found] == [
        ("money", Rate(10, 50)),
        ("end", Rate(2, 2)),
    ]
