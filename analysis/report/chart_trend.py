"""Where the marks of a chart over waves stand: points joined by lines, named at their ends."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from analysis.report.chart import Lines, Point, Series
from analysis.report.chart_marks import (
    Across,
    Anchor,
    Drawing,
    Frame,
    Ink,
    Letters,
    Marker,
    Stroke,
)

SHAPES = ("circle", "square", "diamond", "triangle")


class _Plane:
    """Where a wave stands across and a value down."""

    def __init__(self, chart: Lines, frame: Frame, top: float, height: float) -> None:
        self.start, self.end = (0.27, 0.55) if frame.labels_above else (0.2, 0.6)
        self._gaps = max(len(chart.waves) - 1, 1)
        self._scale, self._top, self._height = chart.scale, top, height
        self.bottom = top + height

    def across(self, wave: int, shift: float = 0.0) -> Across:
        return Across(self.start + (self.end - self.start) * wave / self._gaps, shift)

    def down(self, value: float) -> float:
        return self._top + self._height * (1 - self._scale.place(value))


def place_lines(chart: Lines, drawing: Drawing) -> None:
    """Place one line an answer; its name and last number stand at its right end."""
    frame = drawing.frame
    end = _Plane(chart, frame, 0, 0).end
    names = [
        frame.wrapped(_name(one), frame.width * (1 - end) - frame.size) for one in chart.series
    ]
    needed = sum(len(name) + 0.35 for name in names) * frame.line
    height = max(frame.size * 15, needed)
    plane = _Plane(chart, frame, frame.line, height)
    _axes(chart, drawing, plane)
    for k, one in enumerate(chart.series):
        _series(one, k, drawing, plane)
    _names(chart, names, drawing, plane)
    _first_numbers(chart, drawing, plane)
    drawing.top = plane.bottom + frame.line * 1.5


def _name(one: Series) -> str:
    last = one.points[-1]
    return one.label if last is None else f"{last.text} {one.label}"


def _axes(chart: Lines, drawing: Drawing, plane: _Plane) -> None:
    size = drawing.frame.size
    for value, text in chart.scale.ticks:
        y = plane.down(value)
        drawing.behind.append(Stroke(Across(0), Across(plane.end), y, y, Ink.GRID))
        drawing.marks.append(Letters(Across(0), y - size * 0.25, text, Anchor.START, Ink.SOFT))
    for k, wave in enumerate(chart.waves):
        at = plane.across(k)
        drawing.behind.append(Stroke(at, at, plane.down(chart.scale.top), plane.bottom, Ink.GRID))
        baseline = plane.bottom + drawing.frame.line
        drawing.marks.append(Letters(at, baseline, wave, Anchor.MIDDLE, Ink.STRONG))


def _series(one: Series, order: int, drawing: Drawing, plane: _Plane) -> None:
    # Intervals of answers near each other would hide one another: each stands a little aside.
    aside = (order % 3 - 1) * drawing.frame.size * 0.28
    ink = (Ink.SERIES, Ink.DASHED)[order % 2]
    for wave, (first, second) in enumerate(pairwise(one.points)):
        if first is not None and second is not None:
            start, end = plane.across(wave, aside), plane.across(wave + 1, aside)
            low, high = plane.down(first.value), plane.down(second.value)
            drawing.marks.append(Stroke(start, end, low, high, ink))
    for wave, point in enumerate(one.points):
        if point is None:
            continue
        at = plane.across(wave, aside)
        if point.low is not None and point.high is not None:
            bounds = plane.down(point.low), plane.down(point.high)
            drawing.marks.append(Stroke(at, at, *bounds, Ink.INTERVAL))
        shape = SHAPES[order % len(SHAPES)]
        drawing.marks.append(Marker(at, plane.down(point.value), shape, point.weak))


def _names(chart: Lines, names: Sequence[Sequence[str]], drawing: Drawing, plane: _Plane) -> None:
    """Write the names at the right, pushed apart where lines end close together."""
    frame = drawing.frame
    ends = [_last(one) for one in chart.series]
    heights = [(len(name) + 0.35) * frame.line for name in names]
    middles = [plane.down(point.value) for point in ends]
    for k, top in enumerate(_apart(middles, heights, plane.bottom)):
        at = plane.across(len(chart.waves) - 1, frame.size)
        for line, words in enumerate(names[k]):
            baseline = top + line * frame.line + frame.size
            drawing.marks.append(Letters(at, baseline, words))


def _first_numbers(chart: Lines, drawing: Drawing, plane: _Plane) -> None:
    """Write the numbers of the first wave at the left."""
    frame = drawing.frame
    firsts = [one.points[0] for one in chart.series if one.points[0] is not None]
    tops = _apart([plane.down(p.value) for p in firsts], [frame.line for _ in firsts], plane.bottom)
    for point, top in zip(firsts, tops, strict=True):
        at = plane.across(0, -frame.size)
        drawing.marks.append(Letters(at, top + frame.size, point.text, Anchor.END))


def _last(one: Series) -> Point:
    return next(point for point in reversed(one.points) if point is not None)


def _apart(middles: Sequence[float], heights: Sequence[float], lowest: float) -> list[float]:
    """Give tops for boxes as near to their middles as they can stand without touching.

    Boxes that touch are joined and centred on the mean of what they wished, until none touch; none
    ends below ``lowest``.
    """
    order = sorted(range(len(middles)), key=lambda k: middles[k])
    # Each cluster: its boxes in order, the top it wishes, and how tall it is.
    clusters: list[tuple[list[int], float, float]] = []
    for k in order:
        boxes, top, tall = [k], middles[k] - heights[k] / 2, heights[k]
        while clusters and clusters[-1][1] + clusters[-1][2] > top:
            before, above, height = clusters.pop()
            count, added = len(before), len(boxes)
            centre = ((above + height / 2) * count + (top + tall / 2) * added) / (count + added)
            boxes, tall = [*before, *boxes], height + tall
            top = centre - tall / 2
        clusters.append((boxes, top, tall))
    tops = [0.0] * len(middles)
    for boxes, first, _ in clusters:
        top = first
        for k in boxes:
            tops[k] = top
            top += heights[k]
    for k in reversed(order):
        tops[k] = min(tops[k], lowest - heights[k])
        lowest = tops[k]
    return tops
