"""What calibrated weights were made to meet, as far as variances need it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy import linalg

from analysis.arrays import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class CalibrationRecord:
    """Auxiliary variables of a calibration and the weights it started from.

    Attributes
    ----------
    auxiliaries : ndarray of float64, shape (n, p)
        The columns whose totals were met; may be linearly dependent.
    start : ndarray of float64, shape (n,)
        Weights before calibration.
    """

    auxiliaries: FloatArray = field(repr=False)
    start: FloatArray = field(repr=False)

    @cached_property
    def digest(self) -> str:
        digest = hashlib.sha256(np.ascontiguousarray(self.auxiliaries).tobytes())
        digest.update(np.ascontiguousarray(self.start).tobytes())
        return digest.hexdigest()

    @cached_property
    def _basis(self) -> FloatArray:
        """Orthonormal basis of sqrt(start) * auxiliaries, rank found by pivoting; shape (n, rank)."""
        scaled = self.auxiliaries * np.sqrt(self.start)[:, None]
        norms = np.sqrt(np.einsum("ij,ij->j", scaled, scaled))
        scaled = scaled / np.where(norms > 0, norms, 1.0)
        q, r, _ = linalg.qr(scaled, mode="economic", pivoting=True, check_finite=False)
        diagonal = np.abs(np.diag(r))
        rank = int((diagonal > diagonal[0] * 1e-10).sum())
        return np.ascontiguousarray(q[:, :rank])

    @property
    def rank(self) -> int:
        return int(self._basis.shape[1])

    def residuals(self, z: FloatArray) -> FloatArray:
        """Give e = z - x'B, B by least squares with the *starting* weights; shape as z.

        For every distance function (Deville and Särndal 1992, section 3: all are asymptotically
        the regression estimator). Agrees with R survey's ``calibrate``.
        """
        root = np.sqrt(self.start)[:, None]
        fitted = self._basis @ (self._basis.T @ (root * z))
        return np.asarray(z - fitted / root)

    def restrict(self, rows: IntArray) -> CalibrationRecord:
        return CalibrationRecord(self.auxiliaries[rows], self.start[rows])
