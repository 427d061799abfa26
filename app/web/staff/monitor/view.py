"""What the template of the monitor gets: ready words, charts and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.web.staff.view import BarChart, LineChart, Table, Words


@dataclass(frozen=True, slots=True)
class FiguresView:
    """What was worked out from the history of every case."""

    head: Sequence[tuple[str, Words, str]]
    """The rates that are asked for first: name, value, of what."""
    curve: LineChart | None
    curve_base: str
    left_out: str | None
    """Which groups have no line of their own in the chart."""
    counts: Table
    rates: Table
    outcomes: Table
    open_link: Table | None
    representativity: Sequence[tuple[str, Words]]
    partial: Table | None
    break_offs: Table | None
    times: Sequence[tuple[str, Words]]
    sent: LineChart | None
    undelivered: Table | None


@dataclass(frozen=True, slots=True)
class MonitorView:
    """The monitor of a wave."""

    year: int
    path: str
    summary: str
    """Where it stands, in a sentence."""
    bars: BarChart | None
    on: str
    """The day that was asked for, as an address says it; empty for now."""
    today: str
    by: str
    marks: Sequence[tuple[str, str]]
    """What it can be split by."""
    known: str | None
    """As of when the figures are, and how old."""
    stale: str | None
    """That something happened since, and what to do about it."""
    nothing: str | None
    """Why there are no figures."""
    may_work_out: bool
    figures: FiguresView | None
    definitions: Sequence[tuple[str, str]]
    files: Sequence[tuple[str, str]]
    """Tables as CSV: address and words."""
