"""Solving the calibration equations: sum d F(x'lambda) x = T by Newton's method on the dual."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy import linalg, optimize, sparse

from analysis.arrays import FloatArray, IntArray
from analysis.weighting.distance import CalibrationFunction

MAX_ITERATIONS = 200
RELATIVE_TOLERANCE = 1e-12
DIVERGED = 300.0
"""|x'lambda| past which exp(u) is no weight any more; a feasible problem stays far below."""


@dataclass(frozen=True, eq=False)
class Solution:
    """Factors g and how well they meet the totals.

    Attributes
    ----------
    factors : ndarray of float64, shape (m,)
    misfit : ndarray of float64, shape (p,)
        Reached minus wanted total of each column.
    """

    factors: FloatArray = field(repr=False)
    misfit: FloatArray
    iterations: int
    converged: bool


def independent_columns(X: FloatArray, d: FloatArray) -> tuple[IntArray, FloatArray, FloatArray]:
    """Find columns that span X in the metric of d.

    Returns
    -------
    columns : ndarray of int64, shape (r,)
    Z : ndarray of float64, shape (m, r)
        Those columns made orthonormal: sum d z z' = 1, so that the first Newton step is exact.
    R : ndarray of float64, shape (r, r)
        Upper triangular with X[:, columns] = Z R.
    """
    root = np.sqrt(d)[:, None]
    scaled = X * root
    norms = np.sqrt(np.einsum("ij,ij->j", scaled, scaled))
    norms[norms == 0] = 1.0
    q, r, pivot = linalg.qr(scaled / norms, mode="economic", pivoting=True, check_finite=False)
    diagonal = np.abs(np.diag(r))
    rank = int((diagonal > diagonal[0] * 1e-10).sum())
    columns = np.asarray(pivot[:rank], dtype=np.int64)
    return columns, q[:, :rank] / root, r[:rank, :rank] * norms[columns]


def dependent_misfit(X: FloatArray, d: FloatArray, totals: FloatArray) -> FloatArray:
    """Contradiction of each total with the totals of the independent columns, relative; shape (p,).

    Zero for independent columns. A column that is a sum of others must have the sum of their
    totals.
    """
    columns, Z, R = independent_columns(X, d)
    coefficients = Z.T @ (d[:, None] * X)
    implied = coefficients.T @ linalg.solve_triangular(R, totals[columns], trans="T")
    misfit = np.abs(implied - totals) / np.maximum(np.abs(totals), 1.0)
    misfit[columns] = 0.0
    return np.asarray(misfit)


def solve(
    X: FloatArray, d: FloatArray, totals: FloatArray, function: CalibrationFunction
) -> Solution:
    """Find g = F(x'lambda) with sum d g x = totals.

    Parameters
    ----------
    X : ndarray of float64, shape (m, p)
        Auxiliary values; columns may be dependent if their totals agree.
    d : ndarray of float64, shape (m,)
        Start weights (or sums of them, where rows with equal x were put together).
    totals : ndarray of float64, shape (p,)
    function : CalibrationFunction

    Returns
    -------
    Solution
        Not converged when the totals cannot be met; the caller says why.

    Notes
    -----
    Newton's method on the convex dual of Deville and Särndal (1992, section 2) with Armijo
    backtracking, in an orthonormal basis so that collinear margins and large totals do no harm.
    """
    columns, Z, R = independent_columns(X, d)
    target = linalg.solve_triangular(R, totals[columns], trans="T")
    multiplier = np.zeros(len(columns))
    scale = np.maximum(np.abs(totals), 1.0)
    factors = np.ones(len(d))
    best = _misfit(X, d, factors, totals)
    iterations = 0
    while iterations < MAX_ITERATIONS:
        iterations += 1
        stepped = _newton_step(Z, d, target, multiplier, function)
        if stepped is None:
            break
        multiplier = stepped
        if np.max(np.abs(Z @ multiplier)) > DIVERGED:
            break
        candidate = function.factor(Z @ multiplier)
        misfit = _misfit(X, d, candidate, totals)
        closer = np.max(np.abs(misfit) / scale) < np.max(np.abs(best) / scale)
        if closer:
            factors, best = candidate, misfit
        elif np.max(np.abs(best) / scale) < RELATIVE_TOLERANCE:
            break
    converged = bool(np.max(np.abs(best) / scale) < 1e-9)
    return Solution(factors, best, iterations, converged)


def _misfit(X: FloatArray, d: FloatArray, g: FloatArray, totals: FloatArray) -> FloatArray:
    return np.asarray(X.T @ (d * g) - totals)


def _newton_step(
    Z: FloatArray,
    d: FloatArray,
    target: FloatArray,
    multiplier: FloatArray,
    function: CalibrationFunction,
) -> FloatArray | None:
    """Give the next multiplier, or None when no step lowers the dual."""
    u = Z @ multiplier
    gradient = Z.T @ (d * function.factor(u)) - target
    hessian = Z.T @ ((d * function.derivative(u))[:, None] * Z)
    # At the bounds F is flat and the Hessian (1 at the start) may vanish; the ridge keeps the step
    # finite there.
    np.fill_diagonal(hessian, np.diag(hessian) + 1e-10)
    step = linalg.solve(hessian, gradient, assume_a="pos")
    value = float(d @ function.antiderivative(u) - target @ multiplier)
    slope = float(gradient @ step)
    size = 1.0
    for _ in range(60):
        candidate = multiplier - size * step
        with np.errstate(over="ignore", invalid="ignore"):
            reached = float(d @ function.antiderivative(Z @ candidate) - target @ candidate)
        # Near the minimum rounding hides the descent: a full step is then taken on trust.
        if reached <= value - 1e-4 * size * slope or slope < 1e-12 * (1 + abs(value)):
            return np.asarray(candidate)
        size /= 2
    return None


def unmet_totals(
    X: FloatArray, d: FloatArray, totals: FloatArray, low: float, high: float
) -> FloatArray:
    """Find which totals cannot be met with factors between bounds.

    Minimises the sum of relative misfits over all g in [low, high] by linear programming.

    Returns
    -------
    ndarray of float64, shape (p,)
        Smallest misfit of each total (reached minus wanted); all zero when a solution exists.
    """
    p = X.shape[1]
    cells, inverse = np.unique(X, axis=0, return_inverse=True)
    mass = np.bincount(inverse.reshape(-1), d)
    scale = np.maximum(np.abs(totals), 1.0)
    moments = sparse.csr_array((cells * mass[:, None] / scale).T)
    slack = sparse.eye_array(p)
    result = optimize.linprog(
        c=np.r_[np.zeros(len(cells)), np.ones(2 * p)],
        A_eq=sparse.hstack([moments, slack, -slack], format="csr"),
        b_eq=totals / scale,
        bounds=[(low if np.isfinite(low) else None, high if np.isfinite(high) else None)]
        * len(cells)
        + [(0, None)] * (2 * p),
        method="highs",
    )
    if result.x is None:
        return np.zeros(p)
    over, under = result.x[len(cells) : len(cells) + p], result.x[len(cells) + p :]
    misfit = (under - over) * scale
    misfit[np.abs(misfit) < 1e-7 * scale] = 0.0
    return np.asarray(misfit)
