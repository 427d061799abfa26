"""The marks a chart is made of, and the measure of the medium they stand on.

Across, a place is a fraction of the width plus a fixed distance, so that a drawing on screen
stretches while its letters keep their size. Down, places are in points from the top.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from enum import StrEnum

from analysis.report.chart import Point, Row, Scale

TONES = 7
"""Steps from the darkest (0) to the lightest (6)."""
HATCHED = -1
"""The tone of answers outside a scale."""


class Anchor(StrEnum):
    """Which end of a text stands at its place."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


class Ink(StrEnum):
    """What a line or text is for; the renderer has a colour and width for each."""

    WORDS = "words"
    SOFT = "soft"
    STRONG = "strong"
    LIGHT = "light"
    GRID = "grid"
    REFERENCE = "reference"
    INTERVAL = "interval"
    SERIES = "series"
    DASHED = "dashed"


@dataclass(frozen=True)
class Across:
    """A place across: a fraction of the width and a distance in points."""

    fraction: float
    shift: float = 0.0


@dataclass(frozen=True)
class Block:
    """A rectangle from ``start`` to ``end``; ``tone`` says how dark."""

    start: Across
    end: Across
    top: float
    height: float
    tone: int


@dataclass(frozen=True)
class Stroke:
    """A straight line."""

    start: Across
    end: Across
    from_top: float
    to_top: float
    ink: Ink


@dataclass(frozen=True)
class Marker:
    """The mark of an estimate; hollow on a weak base."""

    at: Across
    top: float
    shape: str
    hollow: bool = False


@dataclass(frozen=True)
class Letters:
    """A line of text; ``top`` is its baseline."""

    at: Across
    top: float
    text: str
    anchor: Anchor = Anchor.START
    ink: Ink = Ink.WORDS


Mark = Block | Stroke | Marker | Letters


@dataclass(frozen=True)
class Frame:
    """The measure of a medium.

    Attributes
    ----------
    width : float
        The narrowest width in points that must hold.
    size : float
        Of letters, in points.
    start, end : float
        The part of the width in which values are drawn; the rest is for labels and numbers.
    labels_above : bool
        Labels stand above their row, not before it.
    """

    width: float
    size: float
    start: float
    end: float
    labels_above: bool

    @property
    def line(self) -> float:
        """Height of a line of text."""
        return self.size * 1.3

    def place(self, scale: Scale, value: float, shift: float = 0.0) -> Across:
        """Give the place of a value across."""
        return Across(self.start + (self.end - self.start) * scale.place(value), shift)

    def length(self, text: str) -> float:
        """Estimate the length of a text: no letters are measured, so that screens may differ."""
        return len(text) * self.size * 0.56

    def wrapped(self, text: str, width: float) -> list[str]:
        """Break a text over lines of at most a width."""
        return textwrap.wrap(text, max(8, int(width / (self.size * 0.56)))) or [""]


PAPER = Frame(width=481.0, size=7.5, start=0.34, end=0.9, labels_above=False)
SCREEN = Frame(width=290.0, size=13.0, start=0.0, end=0.8, labels_above=True)


@dataclass
class Drawing:
    """Marks so far, and how far down the next one goes; ``behind`` is drawn first."""

    frame: Frame
    behind: list[Mark] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    top: float = 0.0

    def rule(self, scale: Scale, top: float, bottom: float) -> None:
        """Draw the ticks of an axis with their words under them, behind all other marks."""
        for value, _ in scale.ticks:
            at = self.frame.place(scale, value)
            self.behind.append(Stroke(at, at, top, bottom, Ink.GRID))
        self.top = bottom + self.frame.line
        # Half of the ticks have words: all of them would touch on a phone.
        for value, text in scale.ticks[:: 2 if len(scale.ticks) > 4 else 1]:
            first = value == scale.ticks[0][0] and self.frame.labels_above
            anchor = Anchor.START if first else Anchor.MIDDLE
            at = self.frame.place(scale, value)
            self.marks.append(Letters(at, self.top, text, anchor, Ink.SOFT))
        self.top += self.frame.line * 0.4

    def label(self, text: str, height: float) -> float:
        """Write the label of a row, and give the middle of the row itself."""
        frame = self.frame
        if frame.labels_above:
            for line in frame.wrapped(text, frame.width):
                self.top += frame.line
                self.marks.append(Letters(Across(0), self.top - frame.size * 0.3, line))
            middle = self.top + height / 2
            self.top += height + frame.size * 0.35
            return middle
        lines = frame.wrapped(text, frame.width * frame.start - frame.size * 1.5)
        tall = max(height, len(lines) * frame.line)
        first = self.top + (tall - len(lines) * frame.line) / 2
        for k, line in enumerate(lines):
            baseline = first + k * frame.line + frame.size
            self.marks.append(Letters(Across(frame.start, -frame.size), baseline, line, Anchor.END))
        middle = self.top + tall / 2
        self.top += tall + frame.size * 0.2
        return middle

    def heading(self, text: str) -> None:
        """Write the name of a breakdown above its rows."""
        frame = self.frame
        self.top += frame.size * (0.5 if frame.labels_above else 0.3)
        for line in frame.wrapped(text, frame.width * (1 if frame.labels_above else frame.start)):
            self.top += frame.line
            at = Across(0) if frame.labels_above else Across(frame.start, -frame.size)
            anchor = Anchor.START if frame.labels_above else Anchor.END
            baseline = self.top - frame.size * 0.3
            self.marks.append(Letters(at, baseline, line, anchor, Ink.STRONG))
        self.top += frame.size * (0.35 if frame.labels_above else 0.1)

    def number(self, row: Row, middle: float) -> None:
        """Write the number of a row at the end of it, or the words that stand in its place."""
        baseline = middle + self.frame.size * 0.35
        if row.point is not None:
            at = Across(1.0)
            self.marks.append(Letters(at, baseline, row.point.text, Anchor.END, Ink.STRONG))
        else:
            at = Across(self.frame.start, 2)
            self.marks.append(Letters(at, baseline, row.instead, Anchor.START, Ink.SOFT))

    def interval(self, point: Point, scale: Scale, middle: float) -> None:
        """Draw an interval across, with ends."""
        if point.low is None or point.high is None:
            return
        low, high = (self.frame.place(scale, bound) for bound in (point.low, point.high))
        half = self.frame.size * 0.3
        self.marks.append(Stroke(low, high, middle, middle, Ink.INTERVAL))
        for end in (low, high):
            self.marks.append(Stroke(end, end, middle - half, middle + half, Ink.INTERVAL))
