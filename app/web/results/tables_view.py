"""What the templates of the table builder get: the form as it was filled in, and ready tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.web.results.view import Option, OptionGroup
from app.web.staff.view import Table


@dataclass(frozen=True, slots=True)
class Select:
    """A field to choose a question with; ``options`` are its groups."""

    id: str
    name: str
    words: str
    groups: Sequence[OptionGroup]
    empty: str
    """Words of choosing nothing."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A box to tick."""

    id: str
    name: str
    value: str
    words: str
    ticked: bool
    help: str | None = None


@dataclass(frozen=True, slots=True)
class FilterField:
    """A filter: its question, and the answers of it to tick once it is chosen."""

    select: Select
    legend: str
    codes: Sequence[Tick]


@dataclass(frozen=True, slots=True)
class NetField:
    """Answers of the first question that are counted together."""

    legend: str
    codes: Sequence[Tick]


@dataclass(frozen=True, slots=True)
class FormView:
    """The form of the builder as it was filled in."""

    sources: Sequence[Option]
    stubs: Sequence[Select]
    banners: Sequence[Select]
    waves: Sequence[Tick]
    filters: Sequence[FilterField]
    filters_open: bool
    shows: Sequence[Tick]
    nets: Sequence[NetField]
    nets_open: bool
    options: Sequence[Tick]
    more: Sequence[str]
    """Fields of which one more can be added."""


@dataclass(frozen=True, slots=True)
class MadeTable:
    """A table with what stands around it."""

    id: str
    heading: str
    question: str | None
    table: Table
    charts: Sequence[ChartView]
    marks: Sequence[str]
    facts: Sequence[tuple[str, str]]
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class ChartView:
    """A chart as SVG; its title and words are in it."""

    title: str
    source: str
    svg: Markup
    reading: str


@dataclass(frozen=True, slots=True)
class MadeView:
    """The tables that were asked for."""

    tables: Sequence[MadeTable]
    empty: Sequence[str]
    """Questions that nobody in the selection answered."""
    summary: str
    standing: Sequence[str]
    versions: Sequence[tuple[str, str]]
    downloads: Sequence[tuple[str, str]]
    fields: Sequence[tuple[str, str]]
    """The table as hidden fields, to be kept in a plan."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to be put right, and the field it is about."""

    words: str
    field: str
