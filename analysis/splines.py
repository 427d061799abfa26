"""The interpolating cubic spline of Forsythe, Malcolm and Moler."""

from __future__ import annotations

import numpy as np
from scipy import linalg

from analysis.arrays import FloatArray


class FMMSpline:
    """Cubic spline whose end pieces have the third derivative of the cubic through four end points.

    Forsythe, Malcolm and Moler (1977, section 4.4). Needs at least four points, ``x`` increasing.
    """

    def __init__(self, x: FloatArray, y: FloatArray) -> None:
        h = np.diff(x)
        slope = np.diff(y) / h
        bands = np.zeros((3, len(x)))
        right = np.zeros(len(x))
        bands[1, 1:-1] = 2 * (h[:-1] + h[1:])
        bands[0, 2:] = h[1:]
        bands[2, :-2] = h[:-1]
        right[1:-1] = np.diff(slope)
        bands[1, 0], bands[0, 1] = -h[0], h[0]
        bands[1, -1], bands[2, -2] = -h[-1], h[-1]
        right[0] = h[0] ** 2 * _third_difference(x[:4], y[:4])
        right[-1] = -(h[-1] ** 2) * _third_difference(x[-4:], y[-4:])
        self._x, self._y = x, y
        self._c = linalg.solve_banded((1, 1), bands, right)
        self._b = slope - h * (self._c[1:] + 2 * self._c[:-1])
        self._d = np.diff(self._c) / h

    def __call__(self, at: FloatArray) -> FloatArray:
        """Give the spline at points, the end pieces going on outside."""
        k = np.clip(np.searchsorted(self._x, at, side="right") - 1, 0, len(self._x) - 2)
        t = at - self._x[k]
        return np.asarray(self._y[k] + t * (self._b[k] + t * (3 * self._c[k] + t * self._d[k])))


def _third_difference(x: FloatArray, y: FloatArray) -> float:
    """Leading coefficient of the cubic through four points (divided difference)."""
    differences = y.copy()
    for order in range(1, 4):
        differences = np.diff(differences) / (x[order:] - x[:-order])
    return float(differences[0])
