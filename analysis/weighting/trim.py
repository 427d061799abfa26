"""Cutting extreme weights, keeping their sum."""

from __future__ import annotations

import numpy as np

from analysis.arrays import FloatArray
from analysis.errors import CalibrationError


def trim(
    weights: FloatArray, *, upper: float = np.inf, lower: float = -np.inf, strict: bool = False
) -> FloatArray:
    """Cut weights to [lower, upper]; the mass cut off goes in equal amounts to the rest.

    Parameters
    ----------
    weights : ndarray of float64, shape (n,)
    upper, lower : float
    strict : bool
        Repeat until no weight is outside; rows once cut get nothing any more. Without it the rest
        may pass a bound again.

    Raises
    ------
    CalibrationError
        If the bounds leave no room for the sum of the weights.

    Notes
    -----
    Equal amounts and "never cut before": R survey 4.5, ``trimWeights``. On trimming: Potter (1990).
    """
    trimmed = weights.astype(float).copy()
    total = float(trimmed.sum())
    cut = np.zeros(len(trimmed), dtype=bool)
    while True:
        outside = (trimmed < lower) | (trimmed > upper)
        # Equal shares are not exact in floating point; a weight on its bound is not outside.
        outside &= np.abs(trimmed - np.clip(trimmed, lower, upper)) > 1e-12 * np.abs(trimmed)
        if not outside.any():
            return np.asarray(trimmed)
        cut |= outside
        trimmed = np.clip(trimmed, lower, upper)
        excess = total - float(trimmed.sum())
        if cut.all():
            raise CalibrationError(
                f"every weight was cut to {lower:g} to {upper:g}; {excess:g} people are left over"
            )
        trimmed[~cut] += excess / int((~cut).sum())
        if not strict:
            return np.asarray(trimmed)
