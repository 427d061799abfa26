"""Banner tables from contingency tables: shares, nets, means and their covariances in one pass.

For a table every Taylor variance follows from three sums over blocks of rows, crossed with columns
and answers: counts, weights and squared weights. A block is a stratum, or with calibrated weights a
stratum by a cell of the margins, within which auxiliaries and the factor new/start weight are
constant. So a table costs three counts over the rows, whatever the number of statistics.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.arrays import Coded, FloatArray, IntArray, code
from analysis.blocks import Blocks, blocks_of
from analysis.contrasts import Contrasts
from analysis.crosstab import IndependenceTest, rao_scott
from analysis.design import SurveyDesign
from analysis.domain import group_codes
from analysis.errors import AnalysisError, DesignError

TOTAL = "Total"


@dataclass(frozen=True, eq=False)
class BannerVariable:
    """One variable across the page; ``offset`` is its column of each row, -1 where it has none."""

    name: str
    levels: tuple[str, ...]
    column: IntArray = field(repr=False)


@dataclass(frozen=True, eq=False)
class Section:
    """One item by one banner variable.

    Attributes
    ----------
    value, variance : ndarray of float64, shape (columns, statistics)
        Statistics are the categories, then the nets, then the mean.
    n : ndarray, shape (columns,); counts, shape (columns, categories)
        Unweighted base and answers.
    """

    variable: BannerVariable
    statistics: tuple[str, ...]
    value: FloatArray = field(repr=False)
    counts: FloatArray = field(repr=False)
    weighted_n: FloatArray = field(repr=False)
    n_eff: FloatArray = field(repr=False)
    scores: FloatArray = field(repr=False)
    sums: _Sums = field(repr=False)
    df: float = 0.0

    @cached_property
    def covariance(self) -> FloatArray:
        """Covariances between columns, per statistic; shape (statistics, columns, columns)."""
        return self.sums.covariance(self.value, self.scores)

    @property
    def se(self) -> FloatArray:
        """Standard errors, shape (columns, statistics)."""
        return self.sums.standard_errors(self.value, self.scores)

    @property
    def n(self) -> FloatArray:
        """Unweighted base of each column."""
        return np.asarray(self.counts.sum(axis=1))

    def pairwise(self, statistic: str) -> Contrasts:
        """Compare all pairs of columns on one statistic, with the covariance between columns."""
        s = self.statistics.index(statistic)
        used = np.flatnonzero(self.n)
        pairs = list(combinations(used.tolist(), 2))
        C = np.zeros((len(pairs), len(self.n)))
        for row, (i, j) in enumerate(pairs):
            C[row, i], C[row, j] = -1.0, 1.0
        V = C @ self.covariance[s] @ C.T
        levels = self.variable.levels
        labels = pd.DataFrame([{"a": levels[i], "b": levels[j]} for i, j in pairs])
        values = np.where(self.n > 0, self.value[:, s], 0.0)
        return Contrasts(labels, C @ values, np.sqrt(np.maximum(np.diag(V), 0)), self.df, 0.95, V)

    def independence(self) -> IndependenceTest:
        """Rao-Scott test of item by banner variable."""
        return self.sums.independence(int(self.n.sum()), self.df)


class Banner:
    """A design prepared for many tables with the same columns.

    Parameters
    ----------
    design : SurveyDesign
        Weights are people of the population per row. Element samples and clusters, with or without
        calibration; replicates and later stages go through `mean`.
    variables : sequence of str
        Banner variables; a total column comes first.
    """

    def __init__(self, design: SurveyDesign, variables: Sequence[str]) -> None:
        if design.replicates is not None or len(design.stages) > 1:
            raise AnalysisError("banner tables take single-stage designs without replicates")
        self._design = design
        self._blocks: Blocks = blocks_of(design)
        if self._blocks.alone.any() or self._blocks.scale != 1.0:
            raise DesignError(f"lonely units with rule {design.lonely} do not form banner tables")
        everybody = np.zeros(len(design), dtype=np.int64)
        self.variables = [BannerVariable(TOTAL, (TOTAL,), everybody)]
        for name in variables:
            coded = group_codes(design, name)
            self.variables.append(BannerVariable(name, coded.levels, coded.codes))
        # Row index of (block, column); rows without a column go to an extra last one.
        self._index = [
            (
                self._blocks.row_block * (len(v.levels) + 1)
                + np.where(v.column < 0, len(v.levels), v.column)
            )
            for v in self.variables
        ]

    def table(
        self,
        item: Coded,
        *,
        nets: Mapping[str, Sequence[str]] | None = None,
        mean: bool = False,
    ) -> list[Section]:
        """Make one table.

        Parameters
        ----------
        item : Coded
            Answers; -1 is outside the base.
        nets : mapping, optional
            Codes counted together, by the name of the net.
        mean : bool
            Also the mean of the codes read as numbers.

        Returns
        -------
        list of Section
            The total first, then one per banner variable.

        Notes
        -----
        With u = w (a - m) d / N for score a: sum u^2 and sum u over a stratum are sums over answers
        of squared weights and weights; see `blocks`.
        """
        names, scores = _scores(item.levels, nets or {}, mean)
        answers = len(item.levels)
        answer = np.where(item.codes < 0, answers, item.codes)
        return [
            self._section(variable, index, answer, answers, names, scores)
            for variable, index in zip(self.variables, self._index, strict=True)
        ]

    def _section(
        self,
        variable: BannerVariable,
        index: IntArray,
        answer: IntArray,
        answers: int,
        names: tuple[str, ...],
        scores: FloatArray,
    ) -> Section:
        columns = len(variable.levels)
        blocks = self._blocks
        cell = index * (answers + 1) + answer
        shape = (blocks.count, columns + 1, answers + 1)
        size = shape[0] * shape[1] * shape[2]
        keep = np.s_[:, :columns, :answers]
        counts = np.bincount(cell, minlength=size).reshape(shape)[keep]
        S1 = np.bincount(cell, blocks.weights, size).astype(float).reshape(shape)[keep]
        S2 = np.bincount(cell, blocks.squares, size).astype(float).reshape(shape)[keep]
        mass = S1.sum(axis=0)
        weighted_n = mass.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = (mass @ scores.T) / weighted_n[:, None]
            n_eff = weighted_n**2 / S2.sum(axis=(0, 2))
        sums = _Sums(blocks, S1, S2, weighted_n)
        df = self._design.degrees_of_freedom
        total = counts.sum(axis=0).astype(float)
        return Section(variable, names, value, total, weighted_n, n_eff, scores, sums, df)


@dataclass(frozen=True, eq=False)
class _Sums:
    """Weights and squared weights by block, column and answer."""

    blocks: Blocks
    S1: FloatArray
    S2: FloatArray
    weighted_n: FloatArray

    def standard_errors(self, value: FloatArray, scores: FloatArray) -> FloatArray:
        """Square roots of the diagonal only; (columns, statistics)."""
        z = self._influence(value, scores)
        variance = self.blocks.variances(self.S1, self.S2, z)
        return np.asarray(np.sqrt(np.maximum(variance, 0)))

    def covariance(self, value: FloatArray, scores: FloatArray) -> FloatArray:
        """Covariances (statistics, columns, columns), coupled by block totals only."""
        z = self._influence(value, scores)
        return np.stack(
            [self.blocks.covariance(self.S1, self.S2, z[:, s, :]) for s in range(z.shape[1])]
        )

    def independence(self, n: int, df: float) -> IndependenceTest:
        """Rao-Scott test on the cells with members."""
        mass = self.S1.sum(axis=0)
        rows, columns = np.flatnonzero(mass.sum(axis=1) > 0), np.flatnonzero(mass.sum(axis=0) > 0)
        S1 = self.S1[:, rows][:, :, columns]
        S2 = self.S2[:, rows][:, :, columns]
        total = float(mass.sum())
        p = mass[np.ix_(rows, columns)] / total
        V = self.blocks.cell_covariance(S1, S2, p.reshape(-1), total)
        return rao_scott(p, V, n, df)

    def _influence(self, value: FloatArray, scores: FloatArray) -> FloatArray:
        """Z of each answer for each statistic of each column; (columns, statistics, answers)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            z = (scores[None, :, :] - value[:, :, None]) / self.weighted_n[:, None, None]
        return np.where(np.isfinite(z), z, 0.0)


def item_of(design: SurveyDesign, name: str, levels: Sequence[str] | None = None) -> Coded:
    """Code a column of the design's frame as an item."""
    return code(design.variable(name), levels)


def _scores(
    levels: Sequence[str], nets: Mapping[str, Sequence[str]], mean: bool
) -> tuple[tuple[str, ...], FloatArray]:
    """Score of every answer for every statistic: 0/1, and for the mean the code."""
    rows = [np.eye(len(levels))]
    names = [*levels]
    for name, codes in nets.items():
        unknown = [c for c in codes if c not in levels]
        if unknown:
            raise AnalysisError(f"net '{name}': no answer has code {', '.join(unknown)}")
        rows.append(np.isin(np.asarray(levels, dtype=object), list(codes)).astype(float)[None, :])
        names.append(name)
    if mean:
        try:
            rows.append(np.array([[float(level) for level in levels]]))
        except ValueError as error:
            raise AnalysisError(f"no mean of codes that are no numbers: {error}") from error
        names.append("mean")
    return tuple(names), np.concatenate(rows)
