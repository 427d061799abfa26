"""The time, as something that is passed in: always aware, always UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment as an aware datetime in UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the present moment."""
        return datetime.now(UTC)  # noqa: TID251 - every other module is handed this clock


@dataclass
class FixedClock:
    """A clock that stands still until it is moved: for tests and synthetic fieldwork."""

    moment: datetime

    def __post_init__(self) -> None:
        if self.moment.tzinfo is None:
            raise ValueError(f"a clock needs an aware time, not {self.moment!r}")
        self.moment = self.moment.astimezone(UTC)

    def now(self) -> datetime:
        """Return the moment the clock stands at."""
        return self.moment

    def advance(self, step: timedelta) -> None:
        """Move the clock by ``step``."""
        self.moment += step


@dataclass(frozen=True)
class MovedClock:
    """A clock that runs on from another moment than now: for synthetic fieldwork that is served."""

    by: timedelta

    @classmethod
    def beginning(cls, moment: datetime) -> MovedClock:
        """Return a clock at which it is ``moment`` now."""
        return cls(moment - SystemClock().now())

    def now(self) -> datetime:
        """Return the present moment, moved."""
        return SystemClock().now() + self.by


def authenticator_time(clock: Clock) -> datetime:
    """Return how late it is on the phone of whoever signs in: no authenticator can be moved."""
    return SystemClock().now() if isinstance(clock, MovedClock) else clock.now()
