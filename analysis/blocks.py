"""Blocks of rows that share stratum, auxiliaries and factor, and variances from them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy import linalg

from analysis.arrays import FloatArray, IntArray
from analysis.calibration_record import CalibrationRecord
from analysis.design import LonelyPSU, SurveyDesign
from analysis.errors import DesignError
from analysis.variance import stratum_factors


@dataclass(frozen=True, eq=False)
class Calibrator:
    """The least-squares part of calibration residuals, by block.

    ``X`` (blocks, p) are auxiliaries; ``solve`` (p, blocks) maps sums of w z by block to B: it
    holds (X'W0X)^-1 x / g with g the factor new over start weight.
    """

    X: FloatArray = field(repr=False)
    solve: FloatArray = field(repr=False)


@dataclass(frozen=True, eq=False)
class Blocks:
    """How the rows of an element or cluster sample fall into blocks.

    Attributes
    ----------
    row_block : ndarray of int64, shape (n,)
    stratum : ndarray of int64, shape (blocks,)
    weights, squares : ndarray of float64, shape (n,)
    factor : ndarray of float64, shape (strata,)
        (1 - f) n / (n - 1).
    sampled : ndarray of float64, shape (strata,)
        Primary units of each stratum.
    alone : ndarray of float64, shape (strata,)
        1 - f of strata with a single unit that are centred at the mean of all units (rule
        ``adjust``); 0 of all others.
    scale : float
        What the sum over strata is multiplied with (rule ``average``); else 1.
    unit, unit_stratum : ndarray of int64 or None
        Of a cluster sample: blocks are then primary units (by cell of the margins), and squares
        are not used.
    """

    row_block: IntArray = field(repr=False)
    stratum: IntArray = field(repr=False)
    weights: FloatArray = field(repr=False)
    squares: FloatArray = field(repr=False)
    factor: FloatArray = field(repr=False)
    sampled: FloatArray = field(repr=False)
    mass: FloatArray = field(repr=False)
    mass2: FloatArray = field(repr=False)
    alone: FloatArray = field(repr=False)
    scale: float = 1.0
    unit: IntArray | None = None
    unit_stratum: IntArray | None = None
    calibrator: Calibrator | None = None

    @property
    def count(self) -> int:
        """Number of blocks."""
        return len(self.stratum)

    def variances(self, S1: FloatArray, S2: FloatArray, z: FloatArray) -> FloatArray:
        """Variance of sum w z for each column and statistic.

        Parameters
        ----------
        S1, S2 : ndarray of float64, shape (blocks, columns, answers)
            Sums of w and w^2.
        z : ndarray of float64, shape (columns, statistics, answers)

        Returns
        -------
        ndarray of float64, shape (columns, statistics)
        """
        totals = _contract(S1, z)
        fitted = None if self.calibrator is None else self._fitted(totals)
        if self.unit is not None:
            return self._between_units(
                totals if fitted is None else totals - fitted * self.mass[:, None, None]
            )
        squares = _contract(S2, z**2)
        if fitted is not None:
            squares += fitted * (fitted * self.mass2[:, None, None] - 2 * _contract(S2, z))
            totals = totals - fitted * self.mass[:, None, None]
        within = (
            self._by_stratum(squares) - self._by_stratum(totals) ** 2 / self.sampled[:, None, None]
        )
        return np.asarray(np.einsum("h,hcs->cs", self.factor, within))

    def covariance(self, S1: FloatArray, S2: FloatArray, z: FloatArray) -> FloatArray:
        """Covariance between columns for one statistic; ``z`` (columns, answers)."""
        expanded = z[:, None, :]
        totals = _contract(S1, expanded)[:, :, 0]
        fitted = None if self.calibrator is None else self._fitted(totals[:, :, None])[:, :, 0]
        residual = totals if fitted is None else totals - fitted * self.mass[:, None]
        if self.unit is not None:
            return self._unit_covariance(residual)
        own = np.diag(
            np.einsum("b,bc->c", self.factor[self.stratum], _contract(S2, expanded**2)[:, :, 0])
        )
        if fitted is not None:
            weighted = fitted * self.factor[self.stratum, None]
            cross = weighted.T @ _contract(S2, expanded)[:, :, 0]
            own += (weighted * self.mass2[:, None]).T @ fitted - cross - cross.T
        sums = self._by_stratum(residual)
        return np.asarray(own - (sums * (self.factor / self.sampled)[:, None]).T @ sums)

    def cell_covariance(
        self, S1: FloatArray, S2: FloatArray, p: FloatArray, total: float
    ) -> FloatArray:
        """Covariance of cell shares ``p`` (columns x answers, row-major) of a total."""
        m = len(p)
        flat1, flat2 = S1.reshape(self.count, m), S2.reshape(self.count, m)
        # Influence of a row in cell b on the share of cell a: (1[a = b] - p_a) / total.
        Z = (np.eye(m) - p[:, None]) / total
        totals = flat1 @ Z.T
        fitted = None if self.calibrator is None else self._fitted(totals[:, :, None])[:, :, 0]
        residual = totals if fitted is None else totals - fitted * self.mass[:, None]
        if self.unit is not None:
            return self._unit_covariance(residual)
        weight = self.factor[self.stratum]
        own = (Z * (weight @ flat2)) @ Z.T
        if fitted is not None:
            scaled = fitted * weight[:, None]
            cross = scaled.T @ (flat2 @ Z.T)
            own += (scaled * self.mass2[:, None]).T @ fitted - cross - cross.T
        sums = self._by_stratum(residual)
        return np.asarray(own - (sums * (self.factor / self.sampled)[:, None]).T @ sums)

    def _fitted(self, totals: FloatArray) -> FloatArray:
        """Fitted values x'B of each block from sums of w z (blocks, columns, statistics)."""
        calibrator = self.calibrator
        if calibrator is None:
            raise DesignError("no calibration to fit")
        flat = totals.reshape(self.count, -1)
        return np.asarray((calibrator.X @ (calibrator.solve @ flat)).reshape(totals.shape))

    def _by_stratum(self, values: FloatArray) -> FloatArray:
        result = np.zeros((len(self.factor), *values.shape[1:]))
        np.add.at(result, self.stratum, values)
        return result

    def _between_units(self, values: FloatArray) -> FloatArray:
        centred = self._centred_units(values.reshape(self.count, -1))
        return np.asarray((centred**2).sum(axis=0).reshape(values.shape[1:]))

    def _unit_covariance(self, values: FloatArray) -> FloatArray:
        centred = self._centred_units(values)
        return np.asarray(centred.T @ centred)

    def _centred_units(self, values: FloatArray) -> FloatArray:
        if self.unit is None or self.unit_stratum is None:
            raise DesignError("blocks of an element sample have no unit totals")
        totals = np.zeros((len(self.unit_stratum), values.shape[1]))
        np.add.at(totals, self.unit, values)
        means = np.zeros((len(self.factor), values.shape[1]))
        np.add.at(means, self.unit_stratum, totals)
        means /= self.sampled[:, None]
        centred = totals - means[self.unit_stratum]
        return np.asarray(centred * np.sqrt(self.factor)[self.unit_stratum, None])


def blocks_of(design: SurveyDesign) -> Blocks:
    """Sort the rows of a design into blocks.

    Raises
    ------
    DesignError
        If a stratum has a single unit and the rule is to fail, or the weights were calibrated more
        than once.
    """
    stage = design.stages[0]
    factor, lonely = stratum_factors(stage, design.lonely)
    alone = np.zeros(stage.n_strata)
    scale = 1.0
    if design.lonely is LonelyPSU.ADJUST:
        alone[lonely] = 1.0 - stage.fraction[lonely]
    elif design.lonely is LonelyPSU.AVERAGE and lonely.size:
        scale = stage.n_strata / (stage.n_strata - lonely.size)
    record = _row_record(design)
    group = stage.stratum_of_row if stage.is_element else stage.unit
    cells = np.zeros(len(design), dtype=np.int64)
    if record is not None:
        ratio = design.weights / record.start
        cells = _distinct_rows(np.column_stack([record.auxiliaries, np.round(ratio, 12)]))
    _, first, row_block = np.unique(
        group * (int(cells.max()) + 1) + cells, return_index=True, return_inverse=True
    )
    row_block = row_block.reshape(-1).astype(np.int64)
    w = design.weights
    mass = np.bincount(row_block, w).astype(float)
    calibrator = None
    if record is not None:
        X = record.auxiliaries[first]
        g = (w / record.start)[first]
        gram = X.T @ ((mass / g)[:, None] * X)
        calibrator = Calibrator(X, linalg.pinvh(gram, rtol=1e-10) @ (X / g[:, None]).T)
    return Blocks(
        row_block=row_block,
        stratum=stage.stratum_of_row[first],
        weights=w,
        squares=w**2,
        factor=factor,
        sampled=stage.sampled.astype(float),
        mass=mass,
        mass2=np.bincount(row_block, w**2).astype(float),
        alone=alone,
        scale=scale,
        unit=None if stage.is_element else stage.unit[first],
        unit_stratum=None if stage.is_element else stage.stratum_of_unit,
        calibrator=calibrator,
    )


def _row_record(design: SurveyDesign) -> CalibrationRecord | None:
    """Give the calibration with one unit per row, which blocks need; None without any."""
    if not design.calibration:
        return None
    record = design.calibration[0]
    if len(design.calibration) > 1 or len(record.start) != len(design):
        raise DesignError("several calibrations, or units with several rows, do not form blocks")
    if record.member is None:
        return record
    if not np.array_equal(np.sort(record.member), np.arange(len(design))):
        raise DesignError("calibrated units and rows of the design are not the same")
    return CalibrationRecord(record.auxiliaries[record.member], record.start[record.member])


def _distinct_rows(X: FloatArray) -> IntArray:
    """Number equal rows of a matrix alike.

    Rows are told apart by their product with fixed irrational numbers, which sorts n numbers
    instead of n rows; that no two different rows met is checked.
    """
    keys = X @ np.sqrt(np.arange(2, X.shape[1] + 2) + 0.123)
    _, first, inverse = np.unique(np.round(keys, 9), return_index=True, return_inverse=True)
    inverse = inverse.reshape(-1).astype(np.int64)
    if not np.allclose(X, X[first][inverse], rtol=1e-9, atol=1e-12):
        _, inverse = np.unique(X, axis=0, return_inverse=True)
    return inverse.reshape(-1).astype(np.int64)


def _contract(S: FloatArray, z: FloatArray) -> FloatArray:
    """Sum over answers: (blocks, columns, answers) with (columns, statistics, answers)."""
    return np.asarray(np.matmul(S.transpose(1, 0, 2), z.transpose(0, 2, 1)).transpose(1, 0, 2))
