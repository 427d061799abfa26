"""How fast a channel may go, for all workers together.

One moment per channel says when the next message may go; each message moves it on by an interval.
When a provider says "too many", the interval doubles and the channel stops for a while; it comes
back by half its slowness every quarter of an hour.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

RECOVERY = timedelta(minutes=15)
PAUSE = timedelta(seconds=30)
"""First stop after "too many"; doubles with each one that follows."""
MOST_SLOWDOWNS = 6
LONGEST_STOP = timedelta(days=1)
"""A channel that is stopped for longer was stopped by a clock that went wrong."""
FIRST_RETRY = timedelta(minutes=2)
MOST_RETRY = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Pace:
    """Messages per second; a silence saves nothing up."""

    per_second: float

    def __post_init__(self) -> None:
        if self.per_second <= 0:
            raise ValueError("expected a positive speed")


@dataclass(frozen=True, slots=True)
class PaceState:
    """Where a channel stands."""

    free_at: datetime
    slowdowns: int = 0
    slowed_at: datetime | None = None

    def wait(self, now: datetime) -> timedelta:
        """Return how long nothing may go; nothing, when it may go now."""
        left = self.free_at - now
        return left if timedelta() < left < LONGEST_STOP else timedelta()

    def slowness(self, now: datetime) -> int:
        """Return how often the speed is still halved."""
        if self.slowed_at is None:
            return 0
        return max(0, self.slowdowns - int((now - self.slowed_at) / RECOVERY))


def after_one(state: PaceState, pace: Pace, now: datetime) -> PaceState:
    """Return the state after a message was taken."""
    interval = timedelta(seconds=(1 << state.slowness(now)) / pace.per_second)
    return replace(state, free_at=now + interval)


def after_too_many(state: PaceState, now: datetime) -> PaceState:
    """Return the state after a provider said that it was too much."""
    slowdowns = min(state.slowness(now) + 1, MOST_SLOWDOWNS)
    stopped = now + PAUSE * (1 << (slowdowns - 1))
    return PaceState(max(now + state.wait(now), stopped), slowdowns, now)


def retry_delay(attempt: int, spread: float) -> timedelta:
    """Return how long to wait after a failed attempt, the first being 1.

    ``spread`` in [0, 1) shifts it by up to a half, so that what failed together does not come back
    together.
    """
    doubled: timedelta = min(FIRST_RETRY * (1 << min(attempt - 1, 20)), MOST_RETRY)
    return doubled * (1 + spread / 2)
