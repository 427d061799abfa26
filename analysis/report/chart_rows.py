"""Where the marks of bars, dots and stacked bars stand: one row below the other."""

from __future__ import annotations

from dataclasses import replace

from analysis.report.chart import Bars, Dots, Point, Row, Stack
from analysis.report.chart_marks import (
    HATCHED,
    TONES,
    Across,
    Anchor,
    Block,
    Drawing,
    Ink,
    Letters,
    Marker,
    Stroke,
)

_SPREAD = {
    1: (0,), 2: (0, 4), 3: (0, 3, 6), 4: (0, 2, 4, 6), 5: (0, 2, 3, 5, 6), 6: (0, 1, 2, 4, 5, 6),
    7: (0, 1, 2, 3, 4, 5, 6),
}  # fmt: skip


def place_bars(chart: Bars, drawing: Drawing) -> None:
    """Place one bar a row."""
    frame, top = drawing.frame, drawing.top
    height = frame.size * 1.1
    for row in chart.rows:
        middle = drawing.label(row.label, height)
        drawing.number(row, middle)
        if row.point is None:
            continue
        end = frame.place(chart.scale, row.point.value)
        start = frame.place(chart.scale, 0.0)
        tone = TONES - 1 if row.point.weak else 4
        drawing.marks.append(Block(start, end, middle - height / 2, height, tone))
        drawing.interval(row.point, chart.scale, middle)
    drawing.rule(chart.scale, top, drawing.top)


def place_dots(chart: Dots, drawing: Drawing) -> None:
    """Place one dot a row, under the name of each breakdown."""
    frame, top = drawing.frame, drawing.top
    group = ""
    for k, row in enumerate(chart.rows):
        if row.group != group:
            group = row.group
            drawing.heading(group)
        middle = drawing.label(row.label, frame.size * 1.1)
        drawing.number(row, middle)
        if row.point is None:
            continue
        drawing.interval(row.point, chart.scale, middle)
        at = frame.place(chart.scale, row.point.value)
        shape = "diamond" if k == 0 else "circle"
        drawing.marks.append(Marker(at, middle, shape, row.point.weak))
    bottom = drawing.top
    if chart.reference is not None:
        at = frame.place(chart.scale, chart.reference)
        drawing.behind.append(Stroke(at, at, top, bottom, Ink.REFERENCE))
    drawing.rule(chart.scale, top, bottom)


def place_stack(chart: Stack, drawing: Drawing) -> None:
    """Place one cut bar a row, under the answers by name."""
    # Numbers stand in the bars, so the bars may have the room that is kept for them elsewhere.
    start = 0.0 if drawing.frame.labels_above else drawing.frame.start
    frame = drawing.frame = replace(drawing.frame, start=start, end=1.0)
    tones = (*_SPREAD[chart.steps], *(HATCHED for _ in chart.names[chart.steps :]))
    _key(chart, tones, drawing)
    height, group = frame.size * (1.8 if frame.labels_above else 1.45), ""
    for row in chart.rows:
        if row.group != group:
            group = row.group
            drawing.heading(group)
        middle = drawing.label(row.label, height)
        if row.parts:
            _parts(row.parts, tones, middle, height, drawing)
        else:
            drawing.number(Row(row.label, None, row.instead), middle)


def _parts(
    parts: tuple[Point, ...], tones: tuple[int, ...], middle: float, height: float, drawing: Drawing
) -> None:
    frame, done = drawing.frame, 0.0
    for part, tone in zip(parts, tones, strict=True):
        start = Across(frame.start + (frame.end - frame.start) * done)
        done = min(done + part.value, 1.0)
        end = Across(frame.start + (frame.end - frame.start) * done)
        drawing.marks.append(Block(start, end, middle - height / 2, height, tone))
        room = (end.fraction - start.fraction) * frame.width
        if frame.length(part.text) <= room:
            centre = Across((start.fraction + end.fraction) / 2)
            ink = Ink.LIGHT if 0 <= tone <= 2 else Ink.WORDS
            baseline = middle + frame.size * 0.35
            drawing.marks.append(Letters(centre, baseline, part.text, Anchor.MIDDLE, ink))


def _key(chart: Stack, tones: tuple[int, ...], drawing: Drawing) -> None:
    """Name the answers above the bars, in their order from left to right."""
    frame = drawing.frame
    box = frame.size * 0.95
    first = 0.0 if frame.labels_above else frame.start * frame.width
    x = first
    for name, tone in zip(chart.names, tones, strict=True):
        for k, line in enumerate(frame.wrapped(name, frame.width - first - 2 * box)):
            length = frame.length(line) + 2.4 * box
            if k or (x > first and x + length > frame.width):
                x = first
                drawing.top += frame.line
            base = Across(frame.start, x - first)
            if k == 0:
                end = Across(frame.start, x - first + box)
                drawing.marks.append(Block(base, end, drawing.top, box, tone))
            at = Across(frame.start, x - first + 1.5 * box)
            drawing.marks.append(Letters(at, drawing.top + box * 0.85, line))
            x += length
    drawing.top += frame.line * 1.5
