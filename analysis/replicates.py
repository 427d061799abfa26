"""Replicate weights: what they are, how they are made, and the variance they give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from analysis.arrays import BoolArray, FloatArray, IntArray
from analysis.design import Stage, SurveyDesign
from analysis.errors import DesignError

Floats = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Replicates:
    """A set of replicate weights.

    Attributes
    ----------
    weights : ndarray, shape (n, R)
        Analysis weights of each replicate, ready to use (start weight included); zeros allowed.
    scale : float
    rscales : ndarray of float64, shape (R,)
        Variance = scale * sum_r rscales_r (theta_r - centre)^2.
    mse : bool
        Centre at the full-sample estimate instead of at the mean of the replicates.
    kind : str
        JK1, JKn, BRR, Fay, bootstrap or supplied.
    """

    weights: Floats = field(repr=False)
    scale: float
    rscales: FloatArray = field(repr=False)
    mse: bool = False
    kind: str = "supplied"

    @property
    def count(self) -> int:
        """Number of replicates R."""
        return int(self.weights.shape[1])

    @cached_property
    def degrees_of_freedom(self) -> float:
        """Rank of the replicate weights less one."""
        return float(_rank(self.weights) - 1)

    def degrees_of_freedom_of(self, rows: BoolArray) -> float:
        """The same within a domain."""
        if rows.all():
            return self.degrees_of_freedom
        return float(_rank(self.weights[rows]) - 1)

    def restrict(self, rows: IntArray) -> Replicates:
        """Give the replicates of some rows."""
        return replace(self, weights=self.weights[rows])

    def covariance_of(self, replicated: FloatArray, value: FloatArray) -> FloatArray:
        """Covariance from estimates of every replicate, shape (R, k); result (k, k)."""
        centre = value if self.mse else replicated.mean(axis=0)
        deviation = (replicated - centre) * np.sqrt(self.rscales)[:, None]
        return np.asarray(self.scale * (deviation.T @ deviation))


def replicate_covariance(
    replicates: Replicates, y: FloatArray, denominators: FloatArray | None, value: FloatArray
) -> FloatArray:
    """Covariance of totals of y (n, k), or of ratios of totals, over replicates."""
    W = replicates.weights.T
    replicated = W @ y
    if denominators is not None:
        replicated = replicated / (W @ denominators)
    return replicates.covariance_of(replicated, value)


def supplied(
    weights: Floats,
    *,
    scale: float,
    rscales: FloatArray | float = 1.0,
    mse: bool = False,
    factors_of: FloatArray | None = None,
) -> Replicates:
    """Take replicate weights from a file.

    Parameters
    ----------
    weights : ndarray, shape (n, R)
        Analysis weights, or with ``factors_of`` factors that multiply those start weights.
    scale, rscales, mse
        As in `Replicates`; there is no default for ``scale`` because every producer has another.

    Raises
    ------
    DesignError
        If a weight is missing or negative, or the scales do not fit the replicates.
    """
    W = weights if factors_of is None else weights * factors_of[:, None]
    if not np.isfinite(W).all() or (W < 0).any():
        raise DesignError("replicate weights must be zero or more, none missing")
    scales = np.broadcast_to(np.asarray(rscales, dtype=float), (W.shape[1],)).copy()
    return Replicates(W, scale, scales, mse)


def jackknife(design: SurveyDesign, *, mse: bool = False) -> Replicates:
    """Leave out one primary unit at a time; JK1 without strata, JKn with.

    With population counts the variance of a stratum is multiplied by 1 - f.

    Raises
    ------
    DesignError
        If a stratum has a single unit.
    """
    stage = design.stages[0]
    _refuse_lonely(stage)
    n = stage.sampled.astype(float)
    order = _units_by_stratum(stage)
    weights = np.repeat(design.weights[:, None], stage.n_units, axis=1)
    rows_of = _rows_by_unit(stage)
    rows_in = [np.flatnonzero(stage.stratum_of_row == h) for h in range(stage.n_strata)]
    for column, unit in enumerate(order):
        h = stage.stratum_of_unit[unit]
        weights[rows_in[h], column] *= n[h] / (n[h] - 1)
        weights[rows_of[unit], column] = 0.0
    per_stratum = (n - 1) / n * (1 - stage.fraction)
    if stage.n_strata == 1:
        return Replicates(weights, float(per_stratum[0]), np.ones(stage.n_units), mse, "JK1")
    return Replicates(weights, 1.0, per_stratum[stage.stratum_of_unit[order]], mse, "JKn")


def balanced(design: SurveyDesign, *, rho: float = 0.0) -> Replicates:
    """Balanced repeated replication; with ``rho`` > 0 Fay's method.

    One of two units per stratum gets the factor 2 - rho, the other rho, by the signs of a Hadamard
    matrix (McCarthy 1969; Judkins 1990). Scale 1 / (R (1 - rho)^2).

    Raises
    ------
    DesignError
        If a stratum does not have exactly two units.
    """
    stage = design.stages[0]
    uneven = np.flatnonzero(stage.sampled != 2)
    if uneven.size:
        names = ", ".join(stage.labels[h] for h in uneven[:10])
        raise DesignError(f"balanced replicates need two units in every stratum; not so in {names}")
    size = 1 << int(np.ceil(np.log2(stage.n_strata + 1)))
    signs = linalg.hadamard(max(size, 2), dtype=float)[:, 1 : stage.n_strata + 1]
    first = np.zeros(stage.n_units, dtype=bool)
    first[np.unique(stage.stratum_of_unit, return_index=True)[1]] = True
    side = np.where(first, 1.0, -1.0)
    factors = 1 + (1 - rho) * (signs[:, stage.stratum_of_unit] * side).T
    weights = design.weights[:, None] * factors[stage.unit]
    R = weights.shape[1]
    return Replicates(weights, 1 / (R * (1 - rho) ** 2), np.ones(R), False, "Fay" if rho else "BRR")


def bootstrap(
    design: SurveyDesign,
    count: int = 500,
    *,
    seed: int,
    dtype: type[np.floating] = np.float64,
    progress: Callable[[int], None] = lambda _: None,
) -> Replicates:
    """Rescaled bootstrap of Rao, Wu and Yue (1992) with m_h = n_h - 1 units drawn per stratum.

    Parameters
    ----------
    count : int
        The coefficient of variation of the standard error itself is 1 / sqrt(2 count).
    seed : int
        The same seed gives the same replicates.
    dtype : float64 or float32
        float32 halves the memory and changes standard errors by less than 1e-5.
    progress : callable
        Gets the number of replicates done; may raise `CancelledError`.

    Notes
    -----
    Factor 1 - lambda + lambda n / (n - 1) k for a unit drawn k times, lambda = sqrt(1 - f); weights
    stay non-negative. Scale 1 / (R - 1).

    Raises
    ------
    DesignError
        If a stratum has a single unit.
    """
    stage = design.stages[0]
    _refuse_lonely(stage)
    rng = np.random.default_rng(seed)
    weights = np.empty((len(design), count), dtype=dtype)
    members = [np.flatnonzero(stage.stratum_of_unit == h) for h in range(stage.n_strata)]
    for r in range(count):
        factor = np.empty(stage.n_units)
        for h, units in enumerate(members):
            n = len(units)
            drawn = np.bincount(rng.integers(0, n, n - 1), minlength=n)
            shrink = np.sqrt(1 - stage.fraction[h])
            factor[units] = 1 - shrink + shrink * n / (n - 1) * drawn
        weights[:, r] = design.weights * factor[stage.unit]
        progress(r + 1)
    return Replicates(weights, 1 / (count - 1), np.ones(count), False, "bootstrap")


def with_replicates(design: SurveyDesign, replicates: Replicates) -> SurveyDesign:
    """Give the design whose variances come from replicates."""
    if replicates.weights.shape[0] != len(design):
        raise DesignError(
            f"replicates of {replicates.weights.shape[0]} rows for {len(design)} rows"
        )
    return replace(design, replicates=replicates)


def _rank(matrix: Floats) -> int:
    """Numerical rank by pivoted QR, tolerance 1e-5 of the largest column."""
    A = np.asarray(matrix, dtype=float)
    if A.shape[0] > 2 * A.shape[1]:
        A = linalg.qr(A, mode="r", check_finite=False)[0][: A.shape[1]]
    diagonal = np.abs(np.diag(linalg.qr(A, mode="r", pivoting=True, check_finite=False)[0]))
    return int((diagonal > diagonal[0] * 1e-5).sum()) if diagonal[0] > 0 else 0


def _refuse_lonely(stage: Stage) -> None:
    alone = np.flatnonzero(stage.sampled == 1)
    if alone.size:
        names = ", ".join(stage.labels[h] for h in alone[:10])
        raise DesignError(f"one sampled unit only in stratum {names}; no replicates can be made")


def _units_by_stratum(stage: Stage) -> IntArray:
    """Units of the first stratum met, then of the second, each in order of appearance."""
    _, first = np.unique(stage.stratum_of_unit, return_index=True)
    return np.argsort(first[stage.stratum_of_unit], kind="stable")


def _rows_by_unit(stage: Stage) -> list[IntArray]:
    order = np.argsort(stage.unit, kind="stable")
    return np.split(order, np.cumsum(np.bincount(stage.unit, minlength=stage.n_units))[:-1])
