"""Hours and days in which nobody is sent anything, on the clock of the people who get it.

A wall clock is not a line: in one night of the year 02:30 does not exist, in another it comes
twice. Moments are therefore kept in UTC, and every local time goes through `moment_of`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.messages.holidays import is_holiday

LONGEST_DAYS = 23
"""Within so many days there is a moment that is not quiet. One weekday at least is not, and no
three holidays in a row fall on the same weekday: the worst is a plan that sends on the weekday of
Christmas only, from the evening a week before it until a week after New Year's Day."""


@dataclass(frozen=True, slots=True)
class QuietTimes:
    """When nothing is sent: from one time of day to another, whole days of the week, holidays."""

    zone: ZoneInfo
    begins: time
    """Of the evening; equal to ``ends`` when no hour is quiet."""
    ends: time
    days: frozenset[int] = frozenset()
    """Weekdays, Monday is 0; never all seven."""
    holidays: bool = False
    """Whether public holidays of the Netherlands are quiet too."""

    def __post_init__(self) -> None:
        if self.days >= set(range(7)):
            raise ValueError("on every day of the week nothing may be sent")

    def quiet_hour(self, local: time) -> bool:
        """Tell whether a time of day is quiet."""
        if self.begins <= self.ends:
            return self.begins <= local < self.ends
        return local >= self.begins or local < self.ends

    def quiet_day(self, day: date) -> bool:
        """Tell whether a whole day is quiet."""
        return day.weekday() in self.days or (self.holidays and is_holiday(day))

    def is_quiet(self, at: datetime) -> bool:
        """Tell whether nothing may be sent at a moment."""
        local = at.astimezone(self.zone)
        return self.quiet_day(local.date()) or self.quiet_hour(local.time())

    def next_allowed(self, at: datetime) -> datetime:
        """Return the moment itself, or else the first after it that is not quiet; in UTC."""
        at = at.astimezone(UTC)
        if not self.is_quiet(at):
            return at
        today = at.astimezone(self.zone).date()
        for number in range(LONGEST_DAYS):
            edges = self._edges(today + timedelta(days=number))
            if after := [one for one in edges if one > at and not self.is_quiet(one)]:
                return min(after)
        raise RuntimeError("weeks without a moment to send at")

    def _edges(self, day: date) -> Iterator[datetime]:
        """The moments of a day at which quiet may end: midnight, the night's end, a moved clock."""
        for clock in (time(0), self.ends):
            for fold in (0, 1):
                yield moment_of(day, clock.replace(fold=fold), self.zone)
        moved = _moved(day, self.zone)
        if moved is not None:
            yield moved


def moment_of(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return a local time as a moment in UTC.

    A time that does not exist is the moment at which the clock skips it; of one that comes twice
    it is the first, or the second with ``fold=1``.
    """
    local = datetime.combine(day, clock, tzinfo=zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    return _moved(day, zone) or moment


def _moved(day: date, zone: ZoneInfo) -> datetime | None:
    """Return when the clocks are moved on a day, to the second; ``None`` on most days."""
    low = datetime.combine(day, time(0), tzinfo=UTC) - timedelta(hours=24)
    high = low + timedelta(hours=72)

    def offset(at: datetime) -> timedelta | None:
        return at.astimezone(zone).utcoffset()

    if offset(low) == offset(high):
        return None
    before = offset(low)
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        low, high = (middle, high) if offset(middle) == before else (low, middle)
    return high if high.astimezone(zone).date() == day else None
