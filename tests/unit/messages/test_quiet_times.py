"""Hours and days in which nobody is sent anything, also in the nights that clocks are moved."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.messages.quiet import QuietTimes, moment_of

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
STUDY = QuietTimes(AMSTERDAM, time(20), time(9), frozenset({5, 6}))
SPRING = date(2026, 3, 29)
AUTUMN = date(2026, 10, 25)

clocks = st.times().map(lambda one: one.replace(second=0, microsecond=0))
moments = st.integers(0, 365 * 1440).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
near_moved_clocks = st.sampled_from([SPRING, AUTUMN]).flatmap(
    lambda day: st.integers(-1440, 2 * 1440).map(
        lambda minutes: datetime.combine(day, time(0), UTC) + timedelta(minutes=minutes)
    )
)
quiets = st.builds(
    QuietTimes,
    st.just(AMSTERDAM),
    clocks,
    clocks,
    st.frozensets(st.integers(0, 6), max_size=6),
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def by_the_minute(quiet: QuietTimes, at: datetime) -> datetime:
    """The slow way: look at every minute."""
    while quiet.is_quiet(at):
        at += timedelta(minutes=1)
    return at


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ("2026-11-18 14:00", "2026-11-18 14:00"),  # a Wednesday afternoon
        ("2026-11-18 20:00", "2026-11-19 09:00"),
        ("2026-11-18 19:59", "2026-11-18 19:59"),
        ("2026-11-18 03:00", "2026-11-18 09:00"),
        ("2026-11-20 20:00", "2026-11-23 09:00"),  # Friday evening: Monday
        ("2026-11-21 12:00", "2026-11-23 09:00"),
    ],
)
def test_message_waits_for_the_first_hour_in_which_people_are_not_disturbed(
    asked: str, allowed: str
) -> None:
    assert STUDY.next_allowed(local(asked)) == local(allowed)


@given(quiets, st.one_of(moments, near_moved_clocks))
@settings(max_examples=150)
def test_next_allowed_moment_is_the_one_that_looking_at_every_minute_finds(
    quiet: QuietTimes, at: datetime
) -> None:
    assert quiet.next_allowed(at) == by_the_minute(quiet, at)


@given(quiets, moments)
def test_nothing_ever_goes_out_in_a_quiet_time_or_before_it_was_due(
    quiet: QuietTimes, at: datetime
) -> None:
    allowed = quiet.next_allowed(at)

    assert allowed >= at
    assert not quiet.is_quiet(allowed)
    assert quiet.next_allowed(allowed) == allowed


def test_local_time_that_does_not_exist_is_the_moment_at_which_it_is_skipped() -> None:
    skipped = moment_of(SPRING, time(2, 30), AMSTERDAM)

    assert skipped == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert skipped.astimezone(AMSTERDAM).time() == time(3)


def test_local_time_that_comes_twice_is_the_first_of_the_two() -> None:
    assert moment_of(AUTUMN, time(2, 30), AMSTERDAM) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_nine_in_the_morning_is_nine_in_the_morning_on_both_sides_of_a_moved_clock() -> None:
    for day in (SPRING, AUTUMN):
        for before in (-1, 0, 1):
            one = day + timedelta(days=before)
            assert moment_of(one, time(9), AMSTERDAM).astimezone(AMSTERDAM).hour == 9


def test_week_without_a_single_day_to_send_on_is_refused() -> None:
    with pytest.raises(ValueError, match="every day"):
        QuietTimes(AMSTERDAM, time(20), time(9), frozenset(range(7)))
