"""The book of a release: its tables as they may be printed, and all that stands around them.

A book is made once (`make_book`), after masking and rounding, and every writer gets it and nothing
else. So all formats print the same numbers, and no writer can show what was masked: it is not
there. Words are already in the language of the book.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis.plan import Kind

_PLACE = ("wave", "stub_code", "banner", "banner_code", "statistic")
_NUMBERS = ("value", "se", "low", "high", "n", "weighted_n", "n_eff")


@dataclass(frozen=True)
class Heading:
    """A column of a table.

    ``letter`` is the name of the column in significance letters, empty for the total.
    """

    banner: str
    code: str
    banner_label: str
    label: str
    letter: str = ""


@dataclass(frozen=True)
class Line:
    """A line of a table: an answer, a net, a mean or a quantile.

    ``statistic`` is ``share``, ``net``, ``mean``, ``q25``, ``median`` or ``q75``; ``code`` the
    answer's code or the name of the net.
    """

    statistic: str
    code: str
    label: str


@dataclass(frozen=True)
class Cell:
    """One printed estimate; every number is None where it is masked or does not exist.

    ``value``, ``se``, ``low`` and ``high`` are shares from 0 to 1, means or quantiles in their own
    unit, or the change of these. ``letters`` are the columns that are lower by a test; for a
    change ``*`` (5 %) or ``**`` (1 %). ``flag`` is ``suppressed``, ``bracketed``, ``small`` or
    empty.
    """

    value: float | None
    se: float | None
    low: float | None
    high: float | None
    flag: str
    letters: str = ""


@dataclass(frozen=True)
class Base:
    """The base of a column: interviews, people of the population, effective interviews."""

    n: int | None
    weighted_n: float | None
    n_eff: float | None
    flag: str


@dataclass(frozen=True, eq=False)
class PublishedTable:
    """One question by one banner.

    Attributes
    ----------
    id : str
        Table of the plan and question, unique in the book: ``rq1_meedoen/e_meedoen``.
    title, question : str
        Short title; wording of the question (empty when it is the title).
    chapter : str
        Research question the table belongs to, such as ``RQ1``; its own words are in
        `Book.chapters`.
    kind : Kind
    waves : tuple of str
        As in the rows: ``("2024",)``, or ``("2024", "2025", "2024-2025")`` where the last is the
        change. Columns repeat for every wave.
    columns : tuple of Heading
        The total first.
    lines : tuple of Line
    show : tuple of str
        What stands beside a value in print: of ``se`` and ``interval``. Files carry both always.
    notes : tuple of str
        Weight and version, base, missing codes left out, tests, rounding, suppression.
    rows : DataFrame
        `tables.COLUMNS`, masked and rounded: what `tables.csv` holds of this table.
    """

    id: str
    title: str
    question: str
    chapter: str
    kind: Kind
    waves: tuple[str, ...]
    columns: tuple[Heading, ...]
    lines: tuple[Line, ...]
    show: tuple[str, ...]
    notes: tuple[str, ...]
    rows: pd.DataFrame = field(repr=False)

    def cell(self, wave: str, line: Line, column: Heading) -> Cell | None:
        """Give an estimate; None where nothing was computed (nobody was in the column)."""
        return self._cells.get((wave, line.statistic, line.code, column.banner, column.code))

    def base(self, wave: str, column: Heading) -> Base | None:
        """Give the base of a column; None where nobody was in it."""
        return self._bases.get((wave, column.banner, column.code))

    @cached_property
    def _cells(self) -> dict[tuple[str, ...], Cell]:
        return self._read[0]

    @cached_property
    def _bases(self) -> dict[tuple[str, ...], Base]:
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[dict[tuple[str, ...], Cell], dict[tuple[str, ...], Base]]:
        """Sort the rows by place, once for all writers."""
        cells: dict[tuple[str, ...], Cell] = {}
        bases: dict[tuple[str, ...], Base] = {}
        letters: dict[tuple[str, ...], str] = {}
        texts = (self.rows[name].astype(str).tolist() for name in _PLACE)
        numbers = (_numbers(self.rows[name]) for name in _NUMBERS)
        flags = self.rows["flag"].fillna("").astype(str).tolist()
        for wave, code, banner, of_banner, kind, *rest, flag in zip(
            *texts, *numbers, flags, strict=True
        ):
            # A change, and letters, are of a share, a net, a mean: the line they stand on.
            statistic, _, of = kind.partition(":")
            line = (of or "share") if statistic in {"change", "letters"} else statistic
            place = (wave, line, code, banner, of_banner)
            if statistic == "letters":
                letters[place] = flag
                continue
            value, se, low, high, n, weighted_n, n_eff = rest
            cells[place] = Cell(value, se, low, high, flag)
            column = (wave, banner, of_banner)
            if n is not None or column not in bases:
                bases[column] = Base(None if n is None else int(n), weighted_n, n_eff, flag)
        for at, marks in letters.items():
            if at in cells:
                cells[at] = replace(cells[at], letters=marks)
        return cells, bases


@dataclass(frozen=True)
class Chapter:
    """A research question with its words and the tables under it."""

    id: str
    title: str
    tables: tuple[PublishedTable, ...] = field(repr=False)


@dataclass(frozen=True, eq=False)
class Book:
    """All that is published of a release, in one language.

    Attributes
    ----------
    language : str
    title, subtitle : str
        Study, and waves in words.
    waves : tuple of int
    synthetic : bool
        Then every page, sheet and file says so.
    version : mapping of str to str
        Printed name to value: instrument versions, weights with version, code version, hashes.
    chapters : tuple of Chapter
    findings : tuple of PublishedFinding
        See `findings_book`; empty when the book has none.
    summary : Summary or None
        The plain summary, always a draft.
    method : Method or None
        Response, weights, design effects.
    standing : tuple of str
        Sentences that go under every table and on the contents page.
    """

    language: str
    title: str
    subtitle: str
    waves: tuple[int, ...]
    synthetic: bool
    version: Mapping[str, str]
    chapters: tuple[Chapter, ...] = field(repr=False)
    findings: tuple[Any, ...] = field(repr=False, default=())
    summary: Any = field(repr=False, default=None)
    method: Any = field(repr=False, default=None)
    standing: tuple[str, ...] = ()

    @property
    def tables(self) -> tuple[PublishedTable, ...]:
        """All tables in the order of the chapters; a table is in one chapter only."""
        return tuple(table for chapter in self.chapters for table in chapter.tables)

    def rows(self) -> pd.DataFrame:
        """Give the rows of all tables: what `tables.csv` holds."""
        return pd.concat([table.rows for table in self.tables], ignore_index=True)


def _numbers(column: pd.Series) -> list[float | None]:
    values = column.to_numpy(dtype=float, na_value=np.nan).tolist()
    return [None if value != value else value for value in values]


def printed_columns(table: PublishedTable) -> Sequence[tuple[str, Heading]]:
    """Give every column as it stands on paper: for each heading, every wave."""
    return [(wave, heading) for heading in table.columns for wave in table.waves]
