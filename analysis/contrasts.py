"""Differences between estimates, with the covariance that makes their errors right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from analysis.arrays import BoolArray, FloatArray
from analysis.design import SurveyDesign
from analysis.domain import domain_of, group_codes
from analysis.errors import AnalysisError
from analysis.estimate import Estimate, t_quantile
from analysis.means import Where, mean


@dataclass(frozen=True, eq=False)
class Contrasts:
    """Linear combinations of estimates, each tested against 0.

    Attributes
    ----------
    labels : DataFrame, k rows
        What is compared, as ``a`` and ``b``; the difference is b - a.
    difference, se, t, p, low, high : ndarray of float64, shape (k,)
        ``p`` is two-sided on t(df); ``p_holm`` and ``p_bonferroni`` are adjusted within these k.
    """

    labels: pd.DataFrame
    difference: FloatArray
    se: FloatArray
    df: float
    level: float = 0.95
    covariance: FloatArray = field(default_factory=lambda: np.empty((0, 0)), repr=False)

    @property
    def t(self) -> FloatArray:
        """Difference over its standard error."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.difference / self.se)

    @property
    def p(self) -> FloatArray:
        """Two-sided p value."""
        return np.asarray(2 * stats.t.sf(np.abs(self.t), self.df))

    @property
    def p_holm(self) -> FloatArray:
        """Holm (1979) step-down adjustment."""
        return holm(self.p)

    @property
    def p_bonferroni(self) -> FloatArray:
        """Bonferroni adjustment."""
        return np.asarray(np.minimum(1.0, self.p * len(self.p)))

    @property
    def low(self) -> FloatArray:
        """Lower end of the t interval."""
        return np.asarray(self.difference - t_quantile(self.df, self.level) * self.se)

    @property
    def high(self) -> FloatArray:
        """Upper end of the t interval."""
        return np.asarray(self.difference + t_quantile(self.df, self.level) * self.se)

    def to_frame(self) -> pd.DataFrame:
        """Give one row per comparison."""
        return self.labels.assign(
            difference=self.difference, se=self.se, t=self.t, df=self.df, p=self.p,
            p_holm=self.p_holm, p_bonferroni=self.p_bonferroni, low=self.low, high=self.high,
        )  # fmt: skip

    def __str__(self) -> str:
        return self.to_frame().to_string(index=False, float_format="{:.4g}".format)


def contrast(estimate: Estimate, coefficients: FloatArray, labels: pd.DataFrame) -> Contrasts:
    """Give linear combinations of estimates; rows of ``coefficients`` (k, m) are combinations."""
    C = np.atleast_2d(np.asarray(coefficients, dtype=float))
    covariance = C @ estimate.covariance @ C.T
    se = np.sqrt(np.maximum(np.diag(covariance), 0))
    return Contrasts(labels, C @ estimate.value, se, estimate.df, estimate.level, covariance)


def pairwise(estimate: Estimate, by: str) -> Contrasts:
    """Compare all pairs of groups of an estimate made with ``by``, second minus first."""
    groups = estimate.labels[by].tolist()
    pairs = list(combinations(range(len(groups)), 2))
    if not pairs:
        raise AnalysisError(f"'{by}' has {len(groups)} group; a comparison needs two")
    C = np.zeros((len(pairs), len(groups)))
    for row, (i, j) in enumerate(pairs):
        C[row, i], C[row, j] = -1.0, 1.0
    labels = pd.DataFrame([{"a": groups[i], "b": groups[j]} for i, j in pairs])
    return contrast(estimate, C, labels)


def ttest(
    design: SurveyDesign, variable: str, group: str, *, where: Where = None, level: float = 0.95
) -> Contrasts:
    """Test whether two groups have the same mean.

    Parameters
    ----------
    variable : str
        Numeric column.
    group : str
        Column with exactly two levels among the rows of the base.

    Returns
    -------
    Contrasts
        One row; mean of the second level minus that of the first; df of the rows with both values,
        less one, as the regression of the variable on the group has (R survey ``svyttest``).

    Raises
    ------
    AnalysisError
        If the group does not have two levels.
    """
    base = _both_known(design, variable, group)
    base &= domain_of(design, where).rows
    estimate = mean(design, variable, by=group, where=base, level=level)
    if len(estimate) != 2:
        found = ", ".join(estimate.labels[group])
        raise AnalysisError(f"a t test needs two groups; '{group}' has {len(estimate)}: {found}")
    result = pairwise(estimate, group)
    return Contrasts(
        result.labels, result.difference, result.se, estimate.df - 1, level, result.covariance
    )


def holm(p: FloatArray) -> FloatArray:
    """Holm (1979): multiply the i-th smallest of k p values by k - i + 1, keep them in order."""
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1.0, stepped)
    return adjusted


def change(
    design: SurveyDesign, variable: str, wave: str, waves: Sequence[str]
) -> tuple[Estimate, Contrasts]:
    """Estimate a mean in two waves and its change, on a stacked file with the person as unit.

    Parameters
    ----------
    design : SurveyDesign
        One row per person and wave; primary units are persons, so that people in both waves bring
        the covariance in.
    variable : str
    wave : str
        Column that tells the waves apart.
    waves : sequence of two str
        Earlier and later wave.

    Returns
    -------
    estimate : Estimate
        Two rows, earlier wave first; ``covariance[0, 1]`` is the covariance through the overlap.
    difference : Contrasts
        Later minus earlier.

    Notes
    -----
    Var(d) = V1 + V2 - 2 C12 (Berger and Priam 2016). Leaving C12 out overstates the error of change
    by a third to two thirds in a panel.
    """
    column = group_codes(design, wave)
    known = design.variable(variable).notna().to_numpy()
    base = known & np.isin(np.asarray(column.levels, dtype=object)[column.codes], list(waves))
    estimate = mean(design, variable, by=wave, where=base)
    order = [estimate.labels[wave].tolist().index(w) for w in waves]
    C = np.zeros((1, 2))
    C[0, order[0]], C[0, order[1]] = -1.0, 1.0
    labels = pd.DataFrame([{"a": waves[0], "b": waves[1]}])
    difference = contrast(estimate, C, labels)
    df = design.degrees_of_freedom
    return estimate, Contrasts(
        labels, difference.difference, difference.se, df, 0.95, difference.covariance
    )


def _both_known(design: SurveyDesign, variable: str, group: str) -> BoolArray:
    coded = group_codes(design, group)
    return np.asarray(design.variable(variable).notna().to_numpy() & coded.present)
