"""Hours and days in which nobody is sent anything, also in the nights that clocks are moved."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.messages.holidays import holidays_of
from app.messages.quiet import QuietTimes, moment_of

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
STUDY = QuietTimes(AMSTERDAM, time(20), time(9), frozenset({5, 6}))
HOLIDAYS = QuietTimes(AMSTERDAM, time(20), time(9), frozenset({5, 6}), holidays=True)
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
    st.booleans(),
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


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ("2024-12-24 20:00", "2024-12-27 09:00"),  # the evening before Christmas: Friday
        ("2024-12-25 12:00", "2024-12-27 09:00"),
        ("2024-03-28 20:00", "2024-04-02 09:00"),  # Good Friday to Easter Monday; clocks move
        ("2024-04-01 12:00", "2024-04-02 09:00"),
        ("2025-04-25 20:00", "2025-04-28 09:00"),  # the King's day on a Saturday
        ("2027-05-05 10:00", "2027-05-07 09:00"),  # 5 May, and Ascension Day after it
        ("2024-12-31 20:00", "2025-01-02 09:00"),
        ("2024-12-27 10:00", "2024-12-27 10:00"),
    ],
)
def test_message_waits_until_a_holiday_is_over(asked: str, allowed: str) -> None:
    assert HOLIDAYS.next_allowed(local(asked)) == local(allowed)


def test_holiday_is_a_day_of_the_people_who_get_it_not_of_greenwich() -> None:
    """On Easter Monday 2024 the clocks are those of summer: 22:30 UTC the evening before."""
    any_hour = QuietTimes(AMSTERDAM, time(0), time(0), holidays=True)

    assert any_hour.is_quiet(datetime(2024, 4, 1, 21, 59, tzinfo=UTC))
    assert not any_hour.is_quiet(datetime(2024, 4, 1, 22, 0, tzinfo=UTC))
    assert any_hour.next_allowed(datetime(2024, 3, 28, 23, 0, tzinfo=UTC)) == datetime(
        2024, 3, 29, 23, 0, tzinfo=UTC
    )


def test_holidays_are_those_of_the_law_that_tells_when_offices_are_closed() -> None:
    """As published for the Netherlands: Algemene termijnenwet, article 3, in 2024 and 2025."""
    assert sorted(holidays_of(2024)) == [
        date(2024, 1, 1),
        date(2024, 3, 29),
        date(2024, 3, 31),
        date(2024, 4, 1),
        date(2024, 4, 27),
        date(2024, 5, 5),
        date(2024, 5, 9),
        date(2024, 5, 19),
        date(2024, 5, 20),
        date(2024, 12, 25),
        date(2024, 12, 26),
    ]
    assert sorted(holidays_of(2025))[1:5] == [
        date(2025, 4, 18),
        date(2025, 4, 20),
        date(2025, 4, 21),
        date(2025, 4, 26),  # 27 April is a Sunday
    ]


def test_plan_that_sends_on_one_day_a_week_gets_over_christmas_and_new_year() -> None:
    """Wednesdays only: 25 December 2024 and 1 January 2025 are two of them."""
    wednesdays = frozenset({0, 1, 3, 4, 5, 6})
    quiet = QuietTimes(AMSTERDAM, time(20), time(9), wednesdays, holidays=True)

    assert quiet.next_allowed(local("2024-12-18 20:00")) == local("2025-01-08 09:00")


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
