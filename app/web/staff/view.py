"""What a staff template gets: ready words and figures; no logic is left for the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

Words = str | Markup


def in_english(words: str) -> Words:
    """Return words of the study's files, whose notes are in English, marked as such."""
    return Markup('<span lang="en">{}</span>').format(words) if words else ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A page beside this one: its address, words, and whether it is the one being read."""

    url: str
    words: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: what it is about, and its cells."""

    header: Words
    cells: Sequence[Words]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of figures; the cells of columns from ``numbers_from`` on are numbers."""

    id: str
    caption: str
    head: Sequence[Words]
    rows: Sequence[Row]
    foot: Sequence[Row] = ()
    numbers_from: int = 1
    """Counted with the row header as column 0."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a bar: class for its colour, start and length in per cent of the bar."""

    kind: str
    start: float
    length: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, what it is about, and the same in words for who does not see it."""

    label: str
    value: str
    alternative: str
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars of parts of a whole, with a legend: class and words of each part."""

    id: str
    caption: str
    legend: Sequence[tuple[str, str]]
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Point:
    """A place in a line chart, in per cent of its width and height, from the lower start."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line: class of its colour (``line-1`` to ``line-6``), words, and its points."""

    kind: str
    words: str
    path: str
    """SVG path data in a box of 1000 by 400."""
    ends: Point | None
    dashed: bool = False
    """A projection or a target, not a count."""


@dataclass(frozen=True, slots=True)
class LineChart:
    """Lines over time or another scale, with the words of both axes; the table says it all."""

    id: str
    caption: str
    lines: Sequence[Line]
    across: Sequence[tuple[float, str]]
    """Marks of the horizontal axis: place in per cent, words."""
    up: Sequence[tuple[float, str]]
    alternative: str
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Dot:
    """An estimate with its interval on a line, places in per cent of the width."""

    label: str
    value: str
    alternative: str
    point: float | None
    low: float | None
    high: float | None
    kind: str = "point"
    target: float | None = None


@dataclass(frozen=True, slots=True)
class DotChart:
    """Estimates with intervals on one scale."""

    id: str
    caption: str
    dots: Sequence[Dot]
    marks: Sequence[tuple[float, str]]
    legend: Sequence[tuple[str, str]] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """A histogram: heights in per cent of the tallest, side by side."""

    id: str
    caption: str
    columns: Sequence[tuple[float, float, float, str]]
    """Start, width and height in per cent, and what it is in words."""
    across: Sequence[tuple[float, str]]
    alternative: str
    table: Table | None = None
