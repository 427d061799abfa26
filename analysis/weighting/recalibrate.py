"""Calibrating every replicate as the full sample was calibrated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.arrays import FloatArray, IntArray, cross
from analysis.errors import CalibrationError
from analysis.replicates import Replicates
from analysis.weighting.distance import CalibrationFunction, Distance
from analysis.weighting.margins import Equations, Totals, equations
from analysis.weighting.solve import solve


def recalibrate(
    replicates: Replicates,
    frame: pd.DataFrame,
    totals: Totals,
    *,
    distance: Distance | str = Distance.RAKING,
    bounds: tuple[float, float] | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Replicates:
    """Calibrate each replicate from its own start weights to the population totals.

    Parameters
    ----------
    replicates : Replicates
        (n, R), before calibration.
    frame, totals, distance, bounds
        As in `calibrate`.
    progress : callable
        Gets the number of replicates done; may raise `CancelledError`.

    Raises
    ------
    MarginError
        As `calibrate`.
    CalibrationError
        If a replicate has no weights that meet the totals, naming the replicate and the levels.

    Notes
    -----
    Margins that are all categorical are solved over the cells of their joint table, a few hundred
    at most, so that the time goes into summing and multiplying the weights.
    """
    function = CalibrationFunction(Distance(distance), *(bounds or (-np.inf, np.inf)))
    system = equations(frame, totals)
    X, cell = _auxiliaries(system)
    weights = np.empty_like(replicates.weights)
    for r in range(replicates.count):
        start = replicates.weights[:, r]
        mass = np.asarray(start if cell is None else np.bincount(cell, start, len(X)), dtype=float)
        factors = _factors(system, X, mass, function, r)
        weights[:, r] = start * (factors if cell is None else factors[cell])
        progress(r + 1)
    return replace(replicates, weights=weights)


def _auxiliaries(system: Equations) -> tuple[FloatArray, IntArray | None]:
    X = system.matrix()
    if not system.is_categorical:
        return X, None
    joint = cross([margin.coded for margin in system.margins if margin.coded is not None])
    _, first = np.unique(joint.codes, return_index=True)
    return X[first], joint.codes


def _factors(
    system: Equations, X: FloatArray, mass: FloatArray, function: CalibrationFunction, r: int
) -> FloatArray:
    used = mass > 0
    solution = solve(X[used], mass[used], system.totals, function)
    if not solution.converged:
        worst = np.argsort(-np.abs(solution.misfit) / np.maximum(np.abs(system.totals), 1))[:3]
        levels = [system.labels[k] for k in worst]
        named = ", ".join(f"margin {margin}, level '{level}'" for margin, level in levels)
        raise CalibrationError(f"replicate {r + 1} cannot meet {named}", levels)
    factors = np.zeros(len(mass))
    factors[used] = solution.factors
    return factors
