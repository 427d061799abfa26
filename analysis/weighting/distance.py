"""Calibration functions F: how far a weight may move, and at what cost.

For a distance between new and start weights, Deville and Särndal (1992, table 1) give the factor
g = F(u), u = x'lambda. G is the antiderivative of F; the dual problem minimises sum d G(u) -
T'lambda.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analysis.arrays import FloatArray
from analysis.errors import CalibrationError


class Distance(StrEnum):
    """Which calibration function."""

    LINEAR = "linear"
    """g = 1 + u, cut off at the bounds when there are any; may be negative without bounds."""
    RAKING = "raking"
    """g = exp(u); always positive."""
    LOGIT = "logit"
    """Between the bounds everywhere; needs both."""


@dataclass(frozen=True)
class CalibrationFunction:
    """F, its derivative and its antiderivative for one distance and bounds on g."""

    distance: Distance
    low: float = -np.inf
    high: float = np.inf

    def __post_init__(self) -> None:
        if self.distance is Distance.LOGIT and not 0 <= self.low < 1 < self.high < np.inf:
            raise CalibrationError(
                f"distance logit needs bounds around 1, got {self.low:g} to {self.high:g}"
            )
        if not self.low < 1 < self.high:
            raise CalibrationError(f"bounds {self.low:g} to {self.high:g} do not contain 1")
        if self.distance is Distance.RAKING and self.is_bounded:
            raise CalibrationError("distance raking takes no bounds; logit is its bounded form")

    @property
    def is_bounded(self) -> bool:
        """Whether g has a lower or an upper limit."""
        return bool(np.isfinite(self.low) or np.isfinite(self.high))

    @property
    def _slope(self) -> float:
        """A of Deville and Särndal (1992), (U - L) / ((1 - L)(U - 1))."""
        return (self.high - self.low) / ((1 - self.low) * (self.high - 1))

    def factor(self, u: FloatArray) -> FloatArray:
        """F(u)."""
        if self.distance is Distance.LINEAR:
            return np.asarray(np.clip(1 + u, self.low, self.high))
        if self.distance is Distance.RAKING:
            return np.asarray(np.exp(u))
        return self.low + (self.high - self.low) * self._logistic(u)

    def derivative(self, u: FloatArray) -> FloatArray:
        """F'(u); for the cut-off linear function 0 outside the bounds."""
        if self.distance is Distance.LINEAR:
            return ((1 + u >= self.low) & (1 + u <= self.high)).astype(float)
        if self.distance is Distance.RAKING:
            return np.asarray(np.exp(u))
        s = self._logistic(u)
        return (self.high - self.low) * self._slope * s * (1 - s)

    def antiderivative(self, u: FloatArray) -> FloatArray:
        """G(u), up to a constant."""
        if self.distance is Distance.LINEAR:
            inside = np.clip(u, self.low - 1, self.high - 1)
            outside = u - inside
            with np.errstate(invalid="ignore"):
                beyond = np.where(outside == 0, 0.0, outside * (1 + inside))
            return inside + inside**2 / 2 + beyond
        if self.distance is Distance.RAKING:
            return np.asarray(np.exp(u))
        spread = (self.high - self.low) / self._slope
        grown = np.log(1 - self.low) + self._slope * u if self.low < 1 else -np.inf
        return np.asarray(self.low * u + spread * np.logaddexp(np.log(self.high - 1), grown))

    def _logistic(self, u: FloatArray) -> FloatArray:
        shift = np.log((1 - self.low) / (self.high - 1))
        return np.asarray(1 / (1 + np.exp(-np.clip(self._slope * u + shift, -700, 700))))
