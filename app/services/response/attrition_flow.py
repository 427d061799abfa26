"""Where the marks of the flow chart stand: bars of a wave, bands from one wave to the next.

Heights are in proportion to people. A bar that would be thinner than a line of letters keeps its
proportion and gets the room of a line, so that labels never run into each other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.panel.attrition_ledger import Flow, Ledger, flows
from app.panel.places import Place

PITCH = 330.0
"""From the bars of one wave to those of the next one, in pixels, as everything here."""
BAR = 16.0
TALL = 460.0
"""Of all people together."""
LINE = 19.0
GAP = 9.0
HEAD = 34.0
LABELS = 300.0
"""Right of the last bars."""
_LEAST = 1.0
"""A bar of one person of 12,000 is still to be seen."""


@dataclass(frozen=True, slots=True)
class Bar:
    """The people in one place of one wave."""

    wave: int
    place: Place
    people: int
    left: float
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class Band:
    """People who went from one place to another."""

    from_place: Place
    to_place: Place
    people: int
    left: float
    right: float
    from_top: float
    to_top: float
    height: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """All marks, and how much room they take."""

    bars: tuple[Bar, ...]
    bands: tuple[Band, ...]
    width: float
    height: float


def drawing_of(ledger: Ledger) -> Drawing:
    """Return the flow chart of a ledger; one without people is empty."""
    people = max(ledger.people, 1)
    bars: dict[tuple[int, Place], Bar] = {}
    bottom = HEAD
    for number, wave in enumerate(ledger.waves):
        top = HEAD
        for bar in _column(ledger, wave, number * PITCH, people):
            placed = Bar(bar.wave, bar.place, bar.people, bar.left, top, bar.height)
            bars[wave, bar.place] = placed
            top += max(bar.height, LINE) + GAP
        bottom = max(bottom, top)
    bands = _bands(ledger.waves, flows(ledger.waves, ledger.lines), bars, people)
    width = PITCH * max(len(ledger.waves) - 1, 0) + LABELS
    return Drawing(tuple(bars.values()), tuple(bands), width, bottom)


def _column(ledger: Ledger, wave: int, left: float, people: int) -> list[Bar]:
    counts: Counter[Place] = Counter()
    for placed, count in ledger.counts(wave).items():
        counts[placed.place] += count
    return [
        Bar(wave, place, counts[place], left, 0.0, max(counts[place] * TALL / people, _LEAST))
        for place in Place
        if counts[place]
    ]


def _bands(
    waves: Sequence[int],
    moved: Iterable[Flow],
    bars: dict[tuple[int, Place], Bar],
    people: int,
) -> list[Band]:
    counted: Counter[tuple[int, Place, Place]] = Counter()
    for one in moved:
        counted[one.from_wave, one.from_place, one.to_place] += one.people
    order = list(Place)
    found: list[Band] = []
    for before, after in pairwise(waves):
        out: dict[Place, float] = defaultdict(float)
        into: dict[Place, float] = defaultdict(float)
        of_pair = [key for key in counted if key[0] == before]
        for key in sorted(of_pair, key=lambda one: (order.index(one[1]), order.index(one[2]))):
            _, start, end = key
            height = counted[key] * TALL / people
            here, there = bars[before, start], bars[after, end]
            found.append(
                Band(
                    start, end, counted[key], here.left + BAR, there.left,
                    here.top + out[start], there.top + into[end], height,
                )
            )  # fmt: skip
            out[start] += height
            into[end] += height
    return found
