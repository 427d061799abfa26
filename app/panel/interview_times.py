"""How long interviews took, and on which page people stopped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from app.panel.outcome_rates import Rate

LONGEST_PAUSE_MIN = 30
"""A longer gap between two saved pages is a pause and not time at the questions: people stop for
days and go on with the same code. The study's own line; half an hour is what web analytics take for
the end of a visit."""


def active_minutes(started_at: datetime, saves: Iterable[datetime]) -> float:
    """Return the minutes somebody was at the questions: gaps between saved pages, pauses left out.

    The gap of a pause is left out as a whole, so that the page it was made on counts for nothing.
    """
    total, before = 0.0, started_at
    for saved_at in saves:
        minutes = (saved_at - before).total_seconds() / 60
        if minutes <= LONGEST_PAUSE_MIN:
            total += minutes
        before = saved_at
    return total


@dataclass(frozen=True, slots=True)
class Minutes:
    """Time at the questions, of whole interviews."""

    interviews: int
    median: float | None
    """Minutes; ``None`` without an interview."""


def median_minutes(minutes: Sequence[float]) -> Minutes:
    """Return the median of the minutes of whole interviews."""
    return Minutes(len(minutes), median(minutes) if minutes else None)


@dataclass(frozen=True, slots=True)
class BreakOff:
    """Where people stopped: of those who saw a page, those who did not get past it."""

    page: str
    stopped: Rate


def break_offs(passed: Mapping[str, int], stopped_at: Mapping[str, int]) -> list[BreakOff]:
    """Return the pages people stopped at, most people first.

    ``passed`` counts the interviews that saved a page, ``stopped_at`` those without an end whose
    next page it was. Who stopped may still go on.
    """
    found = [
        BreakOff(page, Rate(count, count + passed.get(page, 0)))
        for page, count in stopped_at.items()
    ]
    return sorted(found, key=lambda one: (-one.stopped.above, one.page))
