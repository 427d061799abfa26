"""What a staff template gets: ready words and figures; no logic is left for the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

Words = str | Markup


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
class WavesView:
    """The list of waves; no chart before anybody was sampled."""

    chart: BarChart | None
    table: Table


@dataclass(frozen=True, slots=True)
class Step:
    """A button that takes a wave on; one that asks first leads to a page of its own."""

    words: str
    url: str
    asks_first: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    """An invented case to try the wave with, as a QR code and as text."""

    code: str
    url: str
    qr: Markup
    language: str
    only_here: bool
    """The address is that of this machine itself: a phone cannot reach it."""


@dataclass(frozen=True, slots=True)
class WaveView:
    """The page of one wave."""

    year: int
    status: str
    status_words: str
    facts: Sequence[tuple[str, Words]]
    summary: str
    steps: Sequence[Step]
    seen: str
    """The status this page shows: a step taken from an older page changes nothing."""
    trial: Trial | None
    no_trial: str | None
    """Why there is no case to try it with, where one might look for it."""
    chart: BarChart
    by_group: Table
    by_language: Table
    open_link: str | None
    history: Table
