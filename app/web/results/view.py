"""What the results templates get: ready words, figures and places in a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.web.staff.view import Table


@dataclass(frozen=True, slots=True)
class Plot:
    """A published range and an interval on a line from 0 to 100; and in words."""

    band: tuple[float, float]
    interval: tuple[float, float] | None
    point: float | None
    alternative: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """A published finding beside the estimate."""

    id: str
    statement: str
    base: str
    note: str
    published: str
    published_range: str
    estimate: str
    interval: str
    n: str
    verdict: str
    verdict_kind: str
    plot: Plot


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a select."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """Lines of a select under a heading."""

    label: str
    options: Sequence[Option]


@dataclass(frozen=True, slots=True)
class ResultsView:
    """The page of results of one wave."""

    year: int
    waves: Sequence[Option]
    facts: Sequence[tuple[str, str]]
    findings: Sequence[FindingView]
    findings_csv_url: str
    findings_xlsx_url: str
    questions: Sequence[OptionGroup]
    breakdowns: Sequence[Option]
    missing: str | None
    """Said when a question was asked for that the wave does not have."""
    margins: Table
    warnings: Sequence[str]
