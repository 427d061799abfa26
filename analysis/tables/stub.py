"""One question of a table: its numbers by all breakdowns, in all waves, with their change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from analysis.arrays import BoolArray, FloatArray
from analysis.codebook import Variable
from analysis.estimate import logit_interval, t_interval
from analysis.plan import Breakdown, Kind, TablePlan
from analysis.shares import SUPPRESS_BELOW, TOTAL
from analysis.tables.column_quantiles import column_quantiles
from analysis.tables.estimates import Columns, Section, change_errors, section
from analysis.tables.layout import Grid, TidyRows, side_by_side
from analysis.tables.letters import change_marks, column_letters, marks
from analysis.tables.questions import (
    QUANTILES,
    Part,
    Statistic,
    is_number,
    levels_of,
    parts_of,
    quantiles_of,
)
from analysis.tables.sample import Sample

LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class BannerSections:
    """A question by one breakdown (or in total) over the waves of a table.

    Attributes
    ----------
    codes : tuple of str
        Of the columns, also those with nobody in them.
    df : float
    sections : mapping of wave to list of Section
        One section for each part of the question; waves in which nobody answered are not there.
    """

    name: str
    codes: tuple[str, ...]
    df: float
    sections: dict[int, list[Section]] = field(repr=False)

    @property
    def present(self) -> list[str]:
        """Give the codes of columns that have anybody, in the order in which waves show them."""
        shown = (code for wave in self.sections for code in self._shown(wave))
        return list(dict.fromkeys(shown))

    @cached_property
    def letters(self) -> dict[str, str]:
        """Give the letter of each column that has anybody; none for the total, or too many columns.

        A column keeps its letter in all waves of a table.
        """
        letters = "" if self.name == TOTAL else column_letters(len(self.present))
        return dict(zip(self.present, letters, strict=False))

    def absent(self, wave: int) -> list[str]:
        """Give the codes of columns with nobody in them."""
        shown = self._shown(wave)
        return [code for code in self.codes if code not in shown]

    def _shown(self, wave: int) -> list[str]:
        n = self.sections[wave][0].n
        return [code for code, size in zip(self.codes, n, strict=True) if size > 0]


class StubTable:
    """One question of a table, computed for the people of a sample."""

    def __init__(self, sample: Sample, table: TablePlan, variable: Variable) -> None:
        self.sample = sample
        self.table = table
        self.variable = variable
        self._blocks = sample.blocks(table.variance)
        self.base = {wave: sample.meets(wave, table.base) for wave in table.waves}
        answered = {wave: self.base[wave] & self._answered(wave) for wave in table.waves}
        if table.kind is Kind.TRANSITION:
            answered = {table.waves[-1]: np.logical_and.reduce(list(answered.values()))}
        self.answered = {wave: rows for wave, rows in answered.items() if rows.any()}
        self._parts = {wave: self._parts_of(wave) for wave in self.answered}
        self.breakdowns = [self._total(), *self._banner()] if self.answered else []

    def write(self, rows: TidyRows) -> None:
        """Add all rows: wave by wave the total and each breakdown, then the changes."""
        for wave in self.answered:
            for breakdown in self.breakdowns:
                grid = side_by_side(list(self._grids(breakdown, wave)))
                rows.add(grid, breakdown.codes, self._labels(breakdown, str(wave)))
        if self.table.kind is not Kind.TREND:
            return
        for earlier, later in pairwise(self.table.waves):
            if earlier in self.answered and later in self.answered:
                for breakdown in self.breakdowns:
                    grid = side_by_side(list(self._changes(breakdown, earlier, later)))
                    labels = self._labels(breakdown, f"{earlier}-{later}")
                    rows.add(grid, breakdown.codes, labels, change=True)

    # --- who is in it ---------------------------------------------------------------------------

    def _answered(self, wave: int) -> BoolArray:
        return levels_of(self.sample.answers[wave], self.variable, self.table)[
            self.sample.places[wave]
        ] >= 0  # fmt: skip

    def _parts_of(self, wave: int) -> list[Part]:
        """Give the parts of the question for the people of the sample, -1 outside the base."""
        place, inside = self.sample.places[wave], self.answered[wave]
        parts = parts_of(self.sample.answers[wave], self.variable, self.table)
        return [replace(p, level=np.where(inside, p.level[place], -1)) for p in parts]

    def _total(self) -> BannerSections:
        everybody = np.zeros(len(self.sample), dtype=np.int64)
        columns = {wave: Columns(TOTAL, (TOTAL,), everybody) for wave in self.answered}
        return self._by(columns, self.answered)

    def _banner(self) -> Iterator[BannerSections]:
        if self.table.kind is Kind.TRANSITION:
            yield self._by(self._origin(), self.answered)
            return
        for breakdown in self.table.banner:
            inside = {wave: self._inside(wave, breakdown) for wave in self.answered}
            columns = {wave: self._columns(wave, breakdown, inside[wave]) for wave in self.answered}
            yield self._by(columns, inside)

    def _inside(self, wave: int, breakdown: Breakdown) -> BoolArray:
        if breakdown.where is None:
            return self.answered[wave]
        return self.answered[wave] & self.sample.meets(wave, breakdown.where)

    def _columns(self, wave: int, breakdown: Breakdown, inside: BoolArray) -> Columns:
        answers, place = self.sample.answers[wave], self.sample.places[wave]
        codes = answers.codes(breakdown.variable)
        column = answers.single(breakdown.variable)[place].astype(np.int64)
        return Columns(breakdown.variable, codes, np.where(inside & (column >= 0), column, -1))

    def _origin(self) -> dict[int, Columns]:
        """Give the answer in the earlier wave as columns of the later."""
        earlier, later = self.table.waves
        answers, name = self.sample.answers[earlier], self.variable.name
        level = levels_of(answers, self.variable, self.table)[self.sample.places[earlier]]
        codes = (*answers.codes(name), *self.table.count_missing)
        return {later: Columns(f"{name}@{earlier}", codes, level)}

    def _by(self, columns: dict[int, Columns], inside: dict[int, BoolArray]) -> BannerSections:
        first = next(iter(columns.values()))
        sections = {
            wave: [section(self._blocks, part, columns[wave]) for part in self._parts[wave]]
            for wave in self.answered
        }
        return BannerSections(
            name=first.name,
            codes=first.codes,
            df=self.sample.df(np.logical_or.reduce(list(inside.values()))),
            sections=sections,
        )

    # --- what is printed ------------------------------------------------------------------------

    def _labels(self, breakdown: BannerSections, wave: str) -> dict[str, str]:
        return {
            "table": self.table.id,
            "stub": self.variable.name,
            "wave": wave,
            "banner": breakdown.name,
        }

    def _grids(self, breakdown: BannerSections, wave: int) -> Iterator[Grid]:
        for part in breakdown.sections[wave]:
            yield self._estimates(part, breakdown)
            if is_number(self.variable):
                for name in quantiles_of(self.table):
                    yield _quantile_grid(part, name, breakdown.df)

    def _estimates(self, part: Section, breakdown: BannerSections) -> Grid:
        low, high = _intervals(part.part.statistics, part.value, part.se, breakdown.df)
        flags = np.full(part.value.shape, "", dtype=object)
        if self.table.letters and breakdown.letters:
            letters = [breakdown.letters.get(code, "") for code in breakdown.codes]
            flags = marks(part, letters, breakdown.df, stepwise=self.table.holm)
        return _grid(part, part.part.statistics, (part.value, part.se, low, high), flags)

    def _changes(self, breakdown: BannerSections, earlier: int, later: int) -> Iterator[Grid]:
        df = breakdown.df
        pairs = zip(breakdown.sections[earlier], breakdown.sections[later], strict=True)
        for first, second in pairs:
            value = second.value - first.value
            se = change_errors(self._blocks, first, second)
            low, high = t_interval(value, se, df, LEVEL)
            n = np.minimum(first.n, second.n)
            flags = np.full(value.shape, "", dtype=object)
            if self.table.letters:
                flags = change_marks(value, se, (n >= SUPPRESS_BELOW)[:, None], df)
            grid = _grid(second, second.part.statistics, (value, se, low, high), flags)
            yield replace(
                grid,
                n=_wide(n, value),
                n_eff=_wide(np.fmin(first.n_eff, second.n_eff), value),
                count=np.full(value.shape, np.nan),
            )


def _intervals(
    statistics: Sequence[Statistic], value: FloatArray, se: FloatArray, df: float
) -> tuple[FloatArray, FloatArray]:
    """Logit intervals for shares and nets, t intervals for means."""
    is_share = np.array([statistic.kind in ("share", "net") for statistic in statistics])
    low, high = t_interval(value, se, df, LEVEL)
    with np.errstate(over="ignore"):
        logit = logit_interval(np.where(is_share, value, 0.5), se, df, LEVEL)
    return np.where(is_share, logit[0], low), np.where(is_share, logit[1], high)


def _quantile_grid(part: Section, name: str, df: float) -> Grid:
    found = column_quantiles(part, QUANTILES[name], df, LEVEL)
    numbers = tuple(a[:, None] for a in (found.value, found.se, found.low, found.high))
    flags = np.full(numbers[0].shape, "", dtype=object)
    return _grid(part, (Statistic(name, name),), numbers, flags)


def _grid(
    of: Section,
    statistics: tuple[Statistic, ...],
    numbers: tuple[FloatArray, ...],
    flags: np.ndarray,
) -> Grid:
    value, se, low, high = numbers
    counted = np.array([statistic.kind in ("share", "net") for statistic in statistics])
    return Grid(
        statistics=statistics,
        value=value,
        se=se,
        low=low,
        high=high,
        n=_wide(of.n, value),
        weighted_n=_wide(of.weighted_n, value),
        n_eff=_wide(of.n_eff, value),
        count=np.where(counted, of.counts[:, : len(statistics)], np.nan),
        marks=flags,
    )


def _wide(of_columns: FloatArray, like: FloatArray) -> FloatArray:
    """Repeat a number of each column for every statistic."""
    return np.broadcast_to(of_columns[:, None], like.shape).copy()
