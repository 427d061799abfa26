"""Two-way tables and tests of independence that respect the design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product

import numpy as np
import pandas as pd
from scipy import linalg, stats

from analysis.arrays import BoolArray, Coded, FloatArray, code
from analysis.design import SurveyDesign
from analysis.domain import domain_of, group_codes
from analysis.errors import AnalysisError
from analysis.estimate import Estimate
from analysis.linear import Column, ratio_estimate
from analysis.means import Where
from analysis.quadratic_forms import saddlepoint_tail


class ChiSquare(StrEnum):
    """Which test of independence."""

    F = "F"
    """Rao-Scott second order: F = X2 / tr(D) on tr(D)^2/tr(D^2) and that times df. The default."""
    CHISQ = "Chisq"
    """Rao-Scott first order: X2 over the mean of D against chi-square."""
    WALD = "Wald"
    """Wald statistic on the differences from independence."""
    ADJ_WALD = "adjWald"
    """The same with the correction for few primary units."""
    LINCOM = "lincom"
    """The null distribution as a sum of weighted F, not matched by moments."""
    SADDLEPOINT = "saddlepoint"
    """The same."""


@dataclass(frozen=True, eq=False)
class Crosstab:
    """A weighted two-way table.

    Attributes
    ----------
    weighted, unweighted : ndarray, shape (rows, columns)
    """

    row_levels: tuple[str, ...]
    column_levels: tuple[str, ...]
    weighted: FloatArray = field(repr=False)
    unweighted: FloatArray = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Give the weighted table."""
        return pd.DataFrame(self.weighted, self.row_levels, self.column_levels)


@dataclass(frozen=True)
class IndependenceTest:
    """A test statistic, its degrees of freedom (none for lincom and saddlepoint) and p value."""

    statistic: float
    p: float
    df: tuple[float, ...]
    method: ChiSquare


def crosstab(
    design: SurveyDesign,
    rows: str,
    columns: str,
    *,
    where: Where = None,
    levels: Sequence[str] | None = None,
) -> Crosstab:
    """Count people by two variables; rows missing either are left out.

    ``levels`` gives both variables the same levels, for a square table.
    """
    a, b, base = _coded(design, rows, columns, where)
    if levels is not None:
        a, b = (code(design.variable(name).where(base), levels) for name in (rows, columns))
    shape = (len(a.levels), len(b.levels))
    cell = (a.codes * shape[1] + b.codes)[base]
    counts = np.bincount(cell, design.weights[base], shape[0] * shape[1])
    weighted = counts.astype(float).reshape(shape)
    unweighted = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape).astype(float)
    return Crosstab(a.levels, b.levels, weighted, unweighted)


def cell_shares(
    design: SurveyDesign, rows: str, columns: str, *, where: Where = None, level: float = 0.95
) -> Estimate:
    """Estimate the share of each cell in the total, the row variable varying fastest."""
    a, b, base = _coded(design, rows, columns, where)
    return _cells(design, a, b, base, rows, columns, level=level)


def independence_test(
    design: SurveyDesign,
    rows: str,
    columns: str,
    *,
    statistic: ChiSquare | str = ChiSquare.F,
    where: Where = None,
) -> IndependenceTest:
    """Test whether two categorical variables are independent in the population.

    Parameters
    ----------
    design : SurveyDesign
    rows, columns : str
        Categorical columns; rows missing either are outside the base.
    statistic : ChiSquare

    Returns
    -------
    IndependenceTest

    Raises
    ------
    AnalysisError
        If a variable has fewer than two levels in the base.

    Notes
    -----
    X2 is Pearson's on the weighted table scaled to the unweighted n. D is the generalised design
    effects matrix of the interaction contrasts (Rao and Scott 1984, section 4); Wald forms after
    Koch, Freeman and Freeman (1975) and Thomas and Rao (1987). Agrees with R survey ``svychisq``.
    """
    a, b, base = _coded(design, rows, columns, where)
    if min(len(a.levels), len(b.levels)) < 2:
        raise AnalysisError(f"'{rows}' by '{columns}' has fewer than two levels of one of them")
    method = ChiSquare(statistic)
    totals = method in (ChiSquare.WALD, ChiSquare.ADJ_WALD)
    cells = _cells(design, a, b, base, rows, columns, totals=totals)
    shape = (len(a.levels), len(b.levels))
    # Estimates list the row variable fastest; the tests want row-major tables.
    order = np.arange(len(cells)).reshape(shape[1], shape[0]).T.reshape(-1)
    value = cells.value[order].reshape(shape)
    V = cells.covariance[np.ix_(order, order)]
    df = design.degrees_of_freedom
    return (
        _wald(value, V, df, method) if totals else rao_scott(value, V, int(base.sum()), df, method)
    )


def rao_scott(
    p: FloatArray, V: FloatArray, n: int, df: float, method: ChiSquare = ChiSquare.F
) -> IndependenceTest:
    """Test independence from cell shares p (I, J) and their covariance V (IJ, IJ), row-major.

    ``n`` is the number of rows, ``df`` the design's degrees of freedom.
    """
    expected = np.outer(p.sum(axis=1), p.sum(axis=0))
    X2 = n * float(((p - expected) ** 2 / expected).sum())
    effects = design_effects(p, V, n)
    rank = float(len(effects))
    if method is ChiSquare.F:
        ndf = float(effects.sum() ** 2 / (effects**2).sum())
        F = X2 / float(effects.sum())
        return IndependenceTest(F, float(stats.f.sf(F, ndf, ndf * df)), (ndf, ndf * df), method)
    if method is ChiSquare.CHISQ:
        tail = float(stats.chi2.sf(X2 / effects.mean(), rank))
        return IndependenceTest(X2, tail, (rank,), method)
    # P(sum D_j F_j > X2), F_j sharing one denominator, as a quadratic form; R survey rounds its
    # degrees of freedom down, and inverts by saddlepoint under both names (1e-3 off at most).
    ndf = float(effects.sum() ** 2 / (effects**2).sum())
    weights = np.append(effects, -X2 / (ndf * df))
    counts = np.append(np.ones(len(effects)), np.floor(ndf * df))
    return IndependenceTest(X2, saddlepoint_tail(weights, counts), (), method)


def design_effects(p: FloatArray, V: FloatArray, n: int) -> FloatArray:
    """Eigenvalues of D: design over multinomial covariance of the interaction contrasts."""
    main, interaction = _contrasts(p.shape)
    C = interaction - main @ linalg.lstsq(main, interaction)[0]
    flat = p.reshape(-1)
    inverse = np.where(flat > 0, 1 / np.where(flat > 0, flat, 1.0), 0.0)
    multinomial = C.T @ (inverse[:, None] / n * C)
    scaled = inverse[:, None] * C
    D = linalg.solve(multinomial, scaled.T @ V @ scaled)
    return np.asarray(np.real(linalg.eigvals(D)))


def _contrasts(shape: tuple[int, int]) -> tuple[FloatArray, FloatArray]:
    """Columns of the main effects and of the interaction, over cells in row-major order."""
    n_rows, n_columns = shape
    row = np.kron(np.eye(n_rows), np.ones((n_columns, 1)))
    column = np.kron(np.ones((n_rows, 1)), np.eye(n_columns))
    main = np.column_stack([np.ones(n_rows * n_columns), row[:, 1:], column[:, 1:]])
    interaction = np.column_stack(
        [row[:, i] * column[:, j] for j in range(1, n_columns) for i in range(1, n_rows)]
    )
    return main, interaction


def _wald(T: FloatArray, V: FloatArray, df: float, method: ChiSquare) -> IndependenceTest:
    """Wald test of T_ij - T_i. T_.j / T.. = 0 from estimated totals, by the delta method."""
    n_rows, n_columns = T.shape
    size = float(T.sum())
    r, c = T.sum(axis=1) / size, T.sum(axis=0) / size
    gradient = np.zeros(((n_rows - 1) * (n_columns - 1), T.size))
    for k, (i, j) in enumerate(product(range(n_rows - 1), range(n_columns - 1))):
        derivative = np.full(T.shape, r[i] * c[j])
        derivative[i, :] -= c[j]
        derivative[:, j] -= r[i]
        derivative[i, j] += 1.0
        gradient[k] = derivative.reshape(-1)
    gap = (T - size * np.outer(r, c))[:-1, :-1].reshape(-1)
    rank = float(len(gap))
    W = float(gap @ linalg.solve(gradient @ V @ gradient.T, gap)) / rank
    if method is ChiSquare.WALD:
        return IndependenceTest(W, float(stats.f.sf(W, rank, df)), (rank, df), method)
    rest = df - rank + 1
    W *= rest / df
    return IndependenceTest(W, float(stats.f.sf(W, rank, rest)), (rank, rest), method)


def _coded(
    design: SurveyDesign, rows: str, columns: str, where: Where
) -> tuple[Coded, Coded, BoolArray]:
    a, b = group_codes(design, rows), group_codes(design, columns)
    base = domain_of(design, where).rows & a.present & b.present
    return _used(a, base), _used(b, base), base


def _used(coded: Coded, base: BoolArray) -> Coded:
    """Keep the levels that occur in the base."""
    counts = np.bincount(coded.codes[base], minlength=len(coded.levels))
    position = np.cumsum(counts > 0) - 1
    codes = np.where(coded.present & base, position[coded.codes], -1)
    return Coded(
        codes.astype(np.int64),
        tuple(level for level, count in zip(coded.levels, counts, strict=True) if count),
    )


def _cells(
    design: SurveyDesign,
    a: Coded,
    b: Coded,
    base: BoolArray,
    rows: str,
    columns: str,
    *,
    totals: bool = False,
    level: float = 0.95,
) -> Estimate:
    cells = [
        Column(
            {rows: a.levels[i], columns: b.levels[j]},
            ((a.codes == i) & (b.codes == j)).astype(float),
            base,
        )
        for j in range(len(b.levels))
        for i in range(len(a.levels))
    ]
    denominators = None if totals else np.repeat(base[:, None].astype(float), len(cells), axis=1)
    df = design.degrees_of_freedom
    name = "total" if totals else "share of total"
    return ratio_estimate(design, name, cells, denominators, df, None, level)
