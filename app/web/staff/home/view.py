"""What the template of Today gets: ready words and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.web.staff.view import DotChart, Table


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One thing that waits: a sentence, where it is decided, when it is due."""

    words: str
    url: str | None
    due: str | None
    late: bool


@dataclass(frozen=True, slots=True)
class WaveCard:
    """How one wave stands."""

    title: str
    url: str | None
    status: str
    status_words: str
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class ResponseView:
    """Response of a wave in the field by group against target."""

    title: str
    chart: DotChart | None
    summary: str
    table: Table
    method: str
    targets: str
    warnings: Sequence[str]


@dataclass(frozen=True, slots=True)
class CostsView:
    """What a wave cost and may still cost."""

    title: str
    summary: str
    table: Table | None
    note: str


@dataclass(frozen=True, slots=True)
class TodayView:
    """The page."""

    day: str
    decisions: Sequence[DecisionLine]
    waves: Sequence[WaveCard]
    responses: Sequence[ResponseView]
    costs: Sequence[CostsView]
