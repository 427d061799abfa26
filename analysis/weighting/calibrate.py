"""Weights that reproduce population totals: post-stratification, raking, calibration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.arrays import FloatArray, IntArray, code, cross
from analysis.calibration_record import CalibrationRecord
from analysis.design import SurveyDesign, Weight
from analysis.errors import CalibrationError, MarginError
from analysis.weighting.distance import CalibrationFunction, Distance
from analysis.weighting.margins import COUNT, Equations, Totals, equations
from analysis.weighting.solve import Solution, dependent_misfit, solve, unmet_totals


@dataclass(frozen=True, eq=False)
class Calibrated:
    """Calibrated weights with the proof that they meet their totals.

    Attributes
    ----------
    weights, factors : ndarray of float64, shape (n,)
        New weights, and new over start weights.
    fit : DataFrame
        margin, level, target, reached: one row per equation.
    """

    weights: FloatArray = field(repr=False)
    factors: FloatArray = field(repr=False)
    record: CalibrationRecord = field(repr=False)
    fit: pd.DataFrame = field(repr=False)
    iterations: int
    at_bound: int = 0

    @property
    def largest_misfit(self) -> float:
        """Largest |reached - target| over max(target, 1)."""
        gap = (self.fit["reached"] - self.fit["target"]).abs()
        return float((gap / self.fit["target"].abs().clip(lower=1)).max())


def calibrate(
    frame: pd.DataFrame,
    start: FloatArray,
    totals: Totals,
    *,
    distance: Distance | str = Distance.RAKING,
    bounds: tuple[float, float] | None = None,
    within: str | None = None,
) -> Calibrated:
    """Find weights near the start weights that meet population totals.

    Parameters
    ----------
    frame : DataFrame, n rows
        Respondents.
    start : ndarray of float64, shape (n,)
        Weights to stay close to; people of the population per row.
    totals : mapping
        Population totals: ``count``, a total per level of a categorical variable or crossing
        ``a*b``, or one total of a numeric variable.
    distance : Distance
        Linear, raking or logit (Deville and Särndal 1992).
    bounds : (low, high), optional
        Limits of new over start weight; needed for logit, optional for linear.
    within : str, optional
        Cluster or household column; its members keep one common factor (integrated weights).

    Raises
    ------
    MarginError
        If a margin does not fit the sample or the other margins.
    CalibrationError
        If no weights within the bounds exist, naming the levels that cannot be met, or none were
        found. Never returns weights that miss their totals.
    """
    function = CalibrationFunction(Distance(distance), *(bounds or (-np.inf, np.inf)))
    system = equations(frame, totals)
    group = None if within is None else _groups(frame, within)
    if group is None and system.is_categorical:
        return _calibrate_cells(system, start, function)
    X = system.matrix()
    if group is None:
        solution = _solved(system, X, start, function)
        record = CalibrationRecord(X, start)
        return _result(system, X, start, solution.factors, record, solution, function)
    # Integrated weighting (Lemaître and Dufour 1987): each member bears the cluster's mean of the
    # auxiliaries, so that all of them get one factor.
    mass = np.bincount(group, start).astype(float)
    means = np.stack([np.bincount(group, start * column) / mass for column in X.T], axis=1)
    solution = _solved(system, means, mass, function)
    record = CalibrationRecord(means[group], start)
    return _result(system, X, start, solution.factors[group], record, solution, function)


def rake(
    frame: pd.DataFrame, start: FloatArray, margins: Mapping[str, Mapping[str, float]]
) -> Calibrated:
    """Rake to categorical margins; the weights of iterative proportional fitting at convergence.

    Parameters and errors as `calibrate` with distance raking.
    """
    return calibrate(frame, start, margins, distance=Distance.RAKING)


def poststratify(
    frame: pd.DataFrame, start: FloatArray, cells: str, totals: Mapping[str, float]
) -> Calibrated:
    """Scale the weights of each cell to its population total.

    ``cells`` is a variable or a crossing ``a*b``. Errors as `calibrate`.
    """
    return calibrate(frame, start, {cells: totals}, distance=Distance.LINEAR)


def calibrated_design(design: SurveyDesign, calibrated: Calibrated, weight: Weight) -> SurveyDesign:
    """Give the design with the new weights; its variances use residuals on the margins."""
    return design.with_weights(calibrated.weights, weight=weight, record=calibrated.record)


def _calibrate_cells(
    system: Equations, start: FloatArray, function: CalibrationFunction
) -> Calibrated:
    """Solve over the cells of the joint table: rows with equal levels get equal factors."""
    joint = cross([m.coded for m in system.margins if m.coded is not None])
    cells, first = np.unique(joint.codes, return_index=True)
    if cells[0] < 0:
        raise MarginError("a respondent has no level of some margin")
    small = np.concatenate(
        [
            (m.coded.codes[first][:, None] == np.arange(len(m.levels))).astype(float)
            for m in system.margins
            if m.coded is not None
        ],
        axis=1,
    )
    mass = np.bincount(joint.codes, start).astype(float)
    solution = _solved(system, small, mass, function)
    record = CalibrationRecord(system.matrix(), start)
    factors = solution.factors[joint.codes]
    return _result(system, None, start, factors, record, solution, function)


def _solved(
    system: Equations, X: FloatArray, d: FloatArray, function: CalibrationFunction
) -> Solution:
    contradiction = dependent_misfit(X, d, system.totals)
    wrong = np.flatnonzero(contradiction > 1e-6)
    if wrong.size:
        levels = [system.labels[k] for k in wrong]
        raise MarginError(f"totals contradict each other: {_named(levels)}", levels)
    solution = solve(X, d, system.totals, function)
    if not solution.converged:
        _refuse(system, X, d, function, solution)
    return solution


def _refuse(
    system: Equations,
    X: FloatArray,
    d: FloatArray,
    function: CalibrationFunction,
    solution: Solution,
) -> None:
    """Say why there are no weights: bounds or margins that exclude each other."""
    low = function.low if function.is_bounded else 0.0
    short = unmet_totals(X, d, system.totals, low, function.high)
    unmet = np.flatnonzero(short)
    limits = f"between {low:g} and {function.high:g} of the start weight"
    if unmet.size:
        levels = [system.labels[k] for k in unmet]
        gaps = ", ".join(
            f"{_name(system.labels[k])} (target {system.totals[k]:.10g}, nearest "
            f"{system.totals[k] + short[k]:.10g})"
            for k in unmet
        )
        raise CalibrationError(f"no weights {limits} meet {gaps}", levels)
    worst = np.argsort(-np.abs(solution.misfit) / np.maximum(np.abs(system.totals), 1))[:3]
    levels = [system.labels[k] for k in worst]
    raise CalibrationError(
        f"no convergence in {solution.iterations} iterations; furthest from their target: "
        + ", ".join(f"{_name(system.labels[k])} by {solution.misfit[k]:.4g}" for k in worst),
        levels,
    )


def _result(
    system: Equations,
    X: FloatArray | None,
    start: FloatArray,
    factors: FloatArray,
    record: CalibrationRecord,
    solution: Solution,
    function: CalibrationFunction,
) -> Calibrated:
    weights = start * factors
    auxiliaries = record.auxiliaries if X is None else X
    fit = pd.DataFrame(system.labels, columns=["margin", "level"])
    fit["target"] = system.totals
    fit["reached"] = auxiliaries.T @ weights
    at_bound = 0
    if function.is_bounded:
        width = 1e-9 * max(1.0, abs(function.high) if np.isfinite(function.high) else 1.0)
        at_bound = int(
            ((factors <= function.low + width) | (factors >= function.high - width)).sum()
        )
    return Calibrated(weights, factors, record, fit, solution.iterations, at_bound)


def _groups(frame: pd.DataFrame, within: str) -> IntArray:
    coded = code(frame[within])
    if not coded.present.all():
        raise CalibrationError(f"{int((~coded.present).sum())} rows have no {within}")
    return coded.codes


def _name(label: tuple[str, str]) -> str:
    margin, level = label
    return f"margin {margin}, level '{level}'" if level else f"total {margin}"


def _named(levels: list[tuple[str, str]]) -> str:
    return ", ".join(_name(label) for label in levels)


__all__ = ["COUNT", "Calibrated", "calibrate", "calibrated_design", "poststratify", "rake"]
