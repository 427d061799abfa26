"""Variances of a table from the few cells its people fall into.

Within a cell everything an influence value depends on is constant: the block of the design
(stratum, auxiliaries of the calibration; see `analysis.blocks`), the column and the answer. So the
sums over people that a Taylor variance needs are sums over cells of weights and squared weights.
Cells of people outside the base stay: their influence is zero, their calibration residual is not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.blocks import Blocks

_ROOM = 8
"""Counters for each person that are cheaper than sorting the people."""
_FREE = 16_384
"""Counters that cost nothing, however few the people."""


@dataclass(frozen=True, eq=False)
class Cells:
    """People of an element sample by block and by a key within it; only cells that have some.

    Attributes
    ----------
    block, inner : ndarray of int64, shape (cells,)
        In the order of the blocks, and so of the strata.
    count, weight, square : ndarray of float64, shape (cells,)
        People, their weights, their squared weights.
    """

    blocks: Blocks = field(repr=False)
    block: IntArray = field(repr=False)
    inner: IntArray = field(repr=False)
    count: FloatArray = field(repr=False)
    weight: FloatArray = field(repr=False)
    square: FloatArray = field(repr=False)

    def variances(self, z: FloatArray) -> FloatArray:
        """Variance of sum w z for each of k influence functions; (cells, k) to (k,)."""
        e = self._residuals(z)
        own = self._spread @ e**2
        sums = self._by_stratum(e)
        own -= self._between @ sums**2
        if self.blocks.alone.any():
            alone = self.blocks.alone
            centre = sums.sum(axis=0) / self.blocks.sampled.sum()
            # The one unit of such a stratum is its sum.
            own += alone @ (sums - centre) ** 2
        return np.asarray(np.maximum(own, 0.0) * self.blocks.scale)

    def covariances(self, z: FloatArray) -> FloatArray:
        """Covariances of m families of k functions; (m, cells, k) to (m, k, k)."""
        m, g, k = z.shape
        flat = np.moveaxis(z, 0, 1).reshape(g, m * k)
        residual = self._residuals(flat)
        sums = self._by_stratum(residual).reshape(-1, m, k).transpose(1, 0, 2)
        e = residual.reshape(g, m, k).transpose(1, 0, 2)
        result = _form(e, self._spread) - _form(sums, self._between)
        if self.blocks.alone.any():
            centre = sums.sum(axis=1, keepdims=True) / self.blocks.sampled.sum()
            result += _form(sums - centre, self.blocks.alone)
        return np.asarray(result * self.blocks.scale)

    def _residuals(self, z: FloatArray) -> FloatArray:
        """Take off what the calibration explains."""
        calibrator = self.blocks.calibrator
        if calibrator is None:
            return z
        totals = np.add.reduceat(self.weight[:, None] * z, self._block_starts, axis=0)
        fitted = calibrator.X @ (calibrator.solve @ totals)
        return np.asarray(z - fitted[self.block])

    def _by_stratum(self, e: FloatArray) -> FloatArray:
        return np.asarray(np.add.reduceat(self.weight[:, None] * e, self._stratum_starts, axis=0))

    @cached_property
    def _spread(self) -> FloatArray:
        return self.blocks.factor[self.blocks.stratum[self.block]] * self.square

    @property
    def _between(self) -> FloatArray:
        return self.blocks.factor / self.blocks.sampled

    @cached_property
    def _block_starts(self) -> IntArray:
        return _starts(self.block)

    @cached_property
    def _stratum_starts(self) -> IntArray:
        return _starts(self.blocks.stratum[self.block])


def gather(blocks: Blocks, inner: IntArray, size: int) -> Cells:
    """Sort people into cells.

    Parameters
    ----------
    inner : ndarray of int64, shape (n,)
        Key of each person within the block, 0 to ``size`` - 1.
    """
    key = blocks.row_block * size + inner
    room = blocks.count * size
    if room <= _ROOM * len(key) or room <= _FREE:
        count = np.bincount(key, minlength=room)
        used = np.flatnonzero(count)
        weight = np.bincount(key, blocks.weights, room)[used]
        square = np.bincount(key, blocks.squares, room)[used]
        people = count[used]
    else:
        used, place, people = np.unique(key, return_inverse=True, return_counts=True)
        weight = np.bincount(place, blocks.weights)
        square = np.bincount(place, blocks.squares)
    return Cells(
        blocks, used // size, used % size, people.astype(float), weight.astype(float),
        square.astype(float),
    )  # fmt: skip


def _form(e: FloatArray, weights: FloatArray) -> FloatArray:
    """Give e' diag(weights) e for each of m matrices."""
    return np.asarray(np.matmul((e * weights[:, None]).transpose(0, 2, 1), e))


def _starts(ordered: IntArray) -> IntArray:
    return np.flatnonzero(np.diff(ordered, prepend=-1))
