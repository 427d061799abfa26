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
    auxiliaries : ndarray of float64, shape (m, p)
        The columns whose totals were met, a row per calibrated unit; may be linearly dependent.
    start : ndarray of float64, shape (m,)
        Weights before calibration.
    member : ndarray of int64, shape (n,), or None
        The calibrated unit of each row of the design, -1 for rows that were not calibrated here;
        None when rows and units are the same. In a file of several waves a person is one unit with
        several rows.
    """

    auxiliaries: FloatArray = field(repr=False)
    start: FloatArray = field(repr=False)
    member: IntArray | None = field(default=None, repr=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the arrays."""
        digest = hashlib.sha256(np.ascontiguousarray(self.auxiliaries).tobytes())
        digest.update(np.ascontiguousarray(self.start).tobytes())
        digest.update(b"" if self.member is None else self.member.tobytes())
        return digest.hexdigest()

    @cached_property
    def _basis(self) -> FloatArray:
        """Orthonormal basis of sqrt(start) * auxiliaries, rank by pivoting; shape (m, rank)."""
        scaled = self.auxiliaries * np.sqrt(self.start)[:, None]
        norms = np.sqrt(np.einsum("ij,ij->j", scaled, scaled))
        scaled = scaled / np.where(norms > 0, norms, 1.0)
        q, r, _ = linalg.qr(scaled, mode="economic", pivoting=True, check_finite=False)
        diagonal = np.abs(np.diag(r))
        rank = int((diagonal > diagonal[0] * 1e-10).sum())
        return np.ascontiguousarray(q[:, :rank])

    def residuals(self, z: FloatArray) -> FloatArray:
        """Give e = z - x'B, B by least squares with the *starting* weights; (n, k) as z.

        For every distance function (Deville and Särndal 1992, section 3: all are asymptotically
        the regression estimator). Agrees with R survey's ``calibrate``. A unit with several rows
        has the sum of their z, and its fitted value is taken off the first of them: only sums over
        units matter to the variance.
        """
        if self.member is None:
            return np.asarray(z - self._fitted(z))
        rows = np.flatnonzero(self.member >= 0)
        member = self.member[rows]
        sums = np.zeros((len(self.start), z.shape[1]))
        np.add.at(sums, member, z[rows])
        units, first = np.unique(member, return_index=True)
        result = z.copy()
        result[rows[first]] -= self._fitted(sums)[units]
        return result

    def _fitted(self, z: FloatArray) -> FloatArray:
        root = np.sqrt(self.start)[:, None]
        return np.asarray(self._basis @ (self._basis.T @ (root * z)) / root)

    def restrict(self, rows: IntArray) -> CalibrationRecord:
        """Give the record of a choice of rows; a unit may come several times or not at all.

        Units left out stay in the regression, which was theirs too.
        """
        member = rows if self.member is None else self.member[rows]
        return CalibrationRecord(self.auxiliaries, self.start, member.astype(np.int64))

    def shifted(self, before: int, after: int) -> CalibrationRecord:
        """Give the record within a longer file: rows ``before`` its own, and ``after``."""
        own = np.arange(len(self.start)) if self.member is None else self.member
        outside = [np.full(before, -1), own, np.full(after, -1)]
        return CalibrationRecord(
            self.auxiliaries, self.start, np.concatenate(outside).astype(np.int64)
        )
