"""Clocks tell aware UTC time, whatever they were set by."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.clock import FixedClock, SystemClock


def test_system_clock_tells_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_fixed_clock_stands_still_in_utc_until_it_is_moved() -> None:
    clock = FixedClock(datetime(2024, 7, 1, 1, 0, tzinfo=timezone(timedelta(hours=2))))

    assert clock.now() == clock.now() == datetime(2024, 6, 30, 23, 0, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    clock.advance(timedelta(hours=1))
    assert clock.now() == datetime(2024, 7, 1, 0, 0, tzinfo=UTC)


def test_fixed_clock_refuses_a_time_without_zone() -> None:
    with pytest.raises(ValueError, match="aware"):
        FixedClock(datetime(2024, 7, 1))  # noqa: DTZ001 - that is the point
