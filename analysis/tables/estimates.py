"""The numbers of one question by one breakdown in one wave, and their change to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.blocks import Blocks
from analysis.tables.cells import Cells, gather
from analysis.tables.questions import Part


@dataclass(frozen=True, eq=False)
class Columns:
    """Columns of a table: the codes of a breakdown, or the total.

    ``column`` has the place of each person among ``codes``; -1 for people in none of them.
    """

    name: str
    codes: tuple[str, ...]
    column: IntArray = field(repr=False)


@dataclass(frozen=True, eq=False)
class Section:
    """Statistics that share a base, for all columns of a breakdown.

    All arrays have shape (columns, statistics) unless they say otherwise; NaN where a column has
    nobody.
    """

    columns: Columns
    part: Part
    cells: Cells = field(repr=False)
    tally: _Tally = field(repr=False)

    @property
    def n(self) -> FloatArray:
        """Interviews in the base of each column, shape (columns,)."""
        return np.asarray(self.tally.count.sum(axis=1))

    @property
    def weighted_n(self) -> FloatArray:
        """People of the population in the base of each column, shape (columns,)."""
        return np.asarray(self.tally.weight.sum(axis=1))

    @property
    def n_eff(self) -> FloatArray:
        """Kish's effective size of the base of each column, shape (columns,)."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.weighted_n**2 / self.tally.square.sum(axis=1))

    @property
    def counts(self) -> FloatArray:
        """Interviews with each answer, unweighted."""
        return np.asarray(self.tally.count @ (self.part.scores != 0).T.astype(float))

    @cached_property
    def value(self) -> FloatArray:
        """Weighted shares or means."""
        return _ratio(self.tally.weight, self.part.scores)

    @cached_property
    def se(self) -> FloatArray:
        """Standard errors."""
        g, c, s = self._influence.shape
        variances = self.cells.variances(self._influence.reshape(g, c * s))
        return np.where(np.isnan(self.value), np.nan, np.sqrt(variances).reshape(c, s))

    @cached_property
    def covariance(self) -> FloatArray:
        """Covariances between columns, shape (statistics, columns, columns)."""
        return self.cells.covariances(np.moveaxis(self._influence, 2, 0))

    @cached_property
    def rest(self) -> FloatArray:
        """Value among all others in the base of the table, in this breakdown or not."""
        return _ratio(self._mass_of_rest, self.part.scores)

    @property
    def n_rest(self) -> FloatArray:
        """Interviews of all others in the base, shape (columns,)."""
        inside = self._level < self.part.levels
        return np.asarray(self.cells.count[inside].sum() - self.n)

    @cached_property
    def se_against_rest(self) -> FloatArray:
        """Standard error of the difference between a column and all others."""
        c, s = self.value.shape
        z = np.zeros((len(self._level), c, s))
        inside = np.flatnonzero(self._level < self.part.levels)
        scores = self.part.scores[:, self._level[inside]].T[:, None, :]
        with np.errstate(invalid="ignore", divide="ignore"):
            weight_of_rest = self._mass_of_rest.sum(axis=1)
            z[inside] = -(scores - self.rest) / weight_of_rest[:, None]
            own = (scores - self.value) / self.weighted_n[:, None]
        mine = self._column[inside, None] == np.arange(c)
        z[inside] = np.where(mine[:, :, None], own, z[inside])
        variances = self.cells.variances(np.nan_to_num(z).reshape(-1, c * s))
        return np.asarray(np.sqrt(variances).reshape(c, s))

    @property
    def _mass_of_rest(self) -> FloatArray:
        inside = self._level < self.part.levels
        whole = np.bincount(
            self._level[inside], self.cells.weight[inside], minlength=self.part.levels
        )
        return np.asarray(whole - self.tally.weight)

    @cached_property
    def _column(self) -> IntArray:
        return self.cells.inner // (self.part.levels + 1)

    @cached_property
    def _level(self) -> IntArray:
        return self.cells.inner % (self.part.levels + 1)

    @cached_property
    def _influence(self) -> FloatArray:
        """Influence of each cell, (cells, columns, statistics): (score - value) / N inside."""
        return influence(self._column, self._level, self)


@dataclass(frozen=True, eq=False)
class _Tally:
    """People, weights and squared weights by column and answer, shape (columns, levels)."""

    count: FloatArray
    weight: FloatArray
    square: FloatArray


def section(blocks: Blocks, part: Part, columns: Columns) -> Section:
    """Count people; ``part.level`` and ``columns.column`` are those of the people of the blocks."""
    size = (len(columns.codes) + 1) * (part.levels + 1)
    cells = gather(blocks, _inner(part, columns), size)
    shape = (len(columns.codes) + 1, part.levels + 1)
    tables = [
        np.bincount(cells.inner, of, size).reshape(shape)[:-1, :-1].astype(float)
        for of in (cells.count, cells.weight, cells.square)
    ]
    return Section(columns, part, cells, _Tally(*tables))


def change_errors(blocks: Blocks, earlier: Section, later: Section) -> FloatArray:
    """Give the standard error of later minus earlier value, (columns, statistics).

    People in the same column in both waves bring in the covariance between their answers (Berger
    and Priam 2016).
    """
    size = (len(later.columns.codes) + 1) * (later.part.levels + 1)
    first, second = (_inner(s.part, s.columns) for s in (earlier, later))
    both = gather(blocks, first * size + second, size * _size(earlier))
    z = np.zeros((len(both.inner), *later.value.shape))
    for place, of, sign in ((both.inner // size, earlier, -1.0), (both.inner % size, later, 1.0)):
        z += sign * influence(*np.divmod(place, of.part.levels + 1), of)
    g, c, s = z.shape
    errors = np.sqrt(both.variances(z.reshape(g, c * s))).reshape(c, s)
    return np.where(np.isnan(earlier.value + later.value), np.nan, errors)


def influence(column: IntArray, level: IntArray, of: Section) -> FloatArray:
    """Give the influence of cells on the values of a section, (cells, columns, statistics)."""
    c, s = of.value.shape
    z = np.zeros((len(column), c, s))
    inside = np.flatnonzero((column < c) & (level < of.part.levels))
    own = column[inside]
    z[inside, own] = (of.part.scores[:, level[inside]].T - of.value[own]) / of.weighted_n[own, None]
    return z


def _inner(part: Part, columns: Columns) -> IntArray:
    """Number column and answer of each person; none is the last of each."""
    column = np.where(columns.column < 0, len(columns.codes), columns.column)
    level = np.where(part.level < 0, part.levels, part.level)
    return np.asarray(column * (part.levels + 1) + level)


def _size(of: Section) -> int:
    return (len(of.columns.codes) + 1) * (of.part.levels + 1)


def _ratio(mass: FloatArray, scores: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((mass @ scores.T) / mass.sum(axis=1)[:, None])
