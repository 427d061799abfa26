"""How response grows: on each day, how many had begun and how many had finished by its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

MOST_DAYS = 800
"""A curve never has more points: a wrong clock must not make a page of a million rows."""


@dataclass(frozen=True, slots=True)
class Response:
    """One case that has answered something."""

    began_on: date
    finished_on: date | None
    """``None`` while it is not finished."""


@dataclass(frozen=True, slots=True)
class Day:
    """What had been reached at the end of a day; each counts the days before it too."""

    on: date
    began: int
    """Cases with at least one answer, finished ones among them."""
    finished: int


def response_curve(responses: Iterable[Response], first: date, last: date) -> list[Day]:
    """Return every day from the first to the last; what came earlier counts on the first.

    Cumulative counts, not rates: who asks divides by the cases that are eligible. What came after
    the last day is left out. Of more than `MOST_DAYS` days only the last ones are told.
    """
    began: Counter[date] = Counter()
    finished: Counter[date] = Counter()
    for one in responses:
        began[max(one.began_on, first)] += 1
        if one.finished_on is not None:
            finished[max(one.finished_on, first)] += 1
    found: list[Day] = []
    day, so_far, done = first, 0, 0
    while day <= last:
        so_far += began[day]
        done += finished[day]
        found.append(Day(day, so_far, done))
        day += timedelta(days=1)
    return found[-MOST_DAYS:]


def quartiles(minutes: Sequence[float]) -> tuple[float, float, float] | None:
    """Return lower quartile, median and upper quartile, or ``None`` without a number.

    SOURCE: Hyndman and Fan (1996), "Sample quantiles in statistical packages", *The American
    Statistician* 50(4), definition 7: between the two nearest numbers, on a straight line.
    """
    if not minutes:
        return None
    ordered = sorted(minutes)

    def at(share: float) -> float:
        place = share * (len(ordered) - 1)
        below = int(place)
        above = min(below + 1, len(ordered) - 1)
        return ordered[below] + (place - below) * (ordered[above] - ordered[below])

    return at(0.25), at(0.5), at(0.75)
