"""Other tables that fit everything printed: each is a proof of what an outsider cannot know.

If two tables agree in all printed cells and add up, whoever sees only what is printed cannot tell
them apart, and is unsure of a cell by at least their difference in it. One such table serves many
primary cells at once, so a few linear programs do where two for every cell would take hours.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from analysis.arrays import BoolArray, FloatArray, IntArray
from analysis.disclosure.problem import Requirement
from analysis.disclosure.system import TOLERANCE, CellSystem, DisclosureError

_WORTH_ANOTHER = 0.7
"""A program is followed by another while it leaves at most this share of the cells before it."""
_ELASTIC = 1e5
"""Price of an interview that a needed cell falls short; masking costs less."""
_MOVING = 1e-3
"""Price of moving a cell that is masked already, so that moves stay short."""


class Witnesses:
    """How far the cells of requirements in one measure are seen to move, in the tables found.

    Attributes
    ----------
    requirements : tuple of Requirement
    cells : ndarray of int64
        Of the requirements.
    fall, rise : ndarray of float64
        How far below and above its true value each cell is in some table that fits.
    tables : list of ndarray of float64, shape (cells,)
        The tables accepted, as differences from the true one.
    """

    def __init__(
        self, system: CellSystem, measure: str, requirements: Sequence[Requirement]
    ) -> None:
        values = system.measures[measure]
        self.known = ~np.isnan(values)
        self.values = np.where(self.known, values, 0.0)
        self.relations = sparse.csc_array(system.relations_of(measure))
        self.requirements = tuple(requirements)
        self.cells = np.array([r.cell for r in requirements], dtype=np.int64)
        self._width = np.array([r.width for r in requirements])
        self._lower = np.array([r.lower for r in requirements])
        self._upper = np.array([r.upper for r in requirements])
        downward = self._lower > 0
        # Small cells are pushed up, for they cannot fall far; cells of nearly everybody down.
        self._way = np.where(downward, -1.0, 1.0)
        far = np.array([r.reach for r in requirements])
        self._far = np.where(downward, np.minimum(far, self.values[self.cells]), far)
        self.rise, self.fall = np.zeros(len(far)), np.zeros(len(far))
        self.tables: list[FloatArray] = []

    def unproven(self) -> IntArray:
        """Give the requirements that no table found so far proves, by position."""
        return np.flatnonzero(
            (self.rise + self.fall < self._width - TOLERANCE)
            | (self.fall < self._lower - TOLERANCE)
            | (self.rise < self._upper - TOLERANCE)
        )

    def accept(self, deviation: FloatArray) -> None:
        """Take in a table, as its difference from the true one.

        Raises
        ------
        DisclosureError
            If it does not add up or holds fewer than no interviews.
        """
        scale = 1.0 + float(np.abs(deviation).max(initial=0.0))
        off = np.abs(self.relations @ deviation).max(initial=0.0)
        if off > TOLERANCE * scale or (self.values + deviation).min(initial=0.0) < -TOLERANCE:
            raise DisclosureError("a table offered as proof does not add up")
        self.tables.append(deviation)
        moved = deviation[self.cells]
        self.rise, self.fall = np.maximum(self.rise, moved), np.maximum(self.fall, -moved)

    def prove(self, masked: BoolArray) -> IntArray:
        """Look for tables that differ in masked cells only; give what is still unproven.

        All unproven cells are moved together, as long as that brings much.
        """
        left = self.unproven()
        while left.size:
            before = left.size
            self.accept(self._farthest(left, masked))
            left = self.unproven()
            if left.size > _WORTH_ANOTHER * before:
                break
        return left

    def prove_apart(self, masked: BoolArray) -> IntArray:
        """Look on for tables in which fewer cells are in each other's way."""
        tried: set[int] = set()
        left = self.unproven()
        while (fresh := left[~np.isin(left, list(tried))]).size:
            wanted = self.apart(fresh, len(fresh))
            tried.update(wanted.tolist())
            self.accept(self._farthest(wanted, masked))
            left = self.unproven()
        return left

    def _farthest(self, wanted: IntArray, masked: BoolArray) -> FloatArray:
        """Move wanted cells as far as is of use, all in one table."""
        free = np.flatnonzero(masked & self.known)
        balance, place = self._balance(free)
        n, m = len(free), len(wanted)
        at, way = np.arange(m), self._way[wanted]
        no_more_than_moved = sparse.csr_array(
            (np.r_[-way, np.ones(m)], (np.r_[at, at], np.r_[place[self.cells[wanted]], n + at])),
            shape=(m, n + m),
        )
        x = _minimum(
            np.r_[np.zeros(n), -np.ones(m)],
            no_more_than_moved,
            np.zeros(m),
            _beside(balance, m),
            np.r_[-self.values[free], np.zeros(m)],
            np.r_[np.full(n, np.inf), self._far[wanted]],
        )
        return self._spread(free, x[:n])

    def cheapest(self, wanted: IntArray, kept: BoolArray, price: FloatArray) -> FloatArray:
        """Give the table in which wanted cells move far enough at the least price of all moves.

        Parameters
        ----------
        kept : ndarray of bool
            Cells that may not move.
        price : ndarray of float64
            Of moving a cell by one interview; nothing for masked cells.
        """
        free = np.flatnonzero(~kept & self.known)
        balance, place = self._balance(free)
        n, m = len(free), len(wanted)
        at, way, cells = np.arange(m), self._way[wanted], place[self.cells[wanted]]
        short = sparse.csr_array(
            (
                np.r_[-way, way, -np.ones(m)],
                (np.tile(at, 3), np.r_[cells, n + cells, 2 * n + at]),
            ),
            shape=(m, 2 * n + m),
        )
        own = price[free] + _MOVING
        x = _minimum(
            np.r_[own, own, np.full(m, _ELASTIC)],
            short,
            -self._far[wanted],
            _beside(sparse.csr_array(sparse.hstack([balance, -balance])), m),
            np.zeros(2 * n + m),
            np.r_[np.full(n, np.inf), self.values[free], np.full(m, np.inf)],
        )
        return self._spread(free, x[:n] - x[n : 2 * n])

    def apart(self, wanted: IntArray, most: int) -> IntArray:
        """Choose the first of the wanted cells no two of which stand in one relation."""
        taken: set[int] = set()
        chosen: list[int] = []
        starts = self.relations.indptr
        for k in wanted.tolist():
            cell = self.cells[k]
            own = self.relations.indices[starts[cell] : starts[cell + 1]].tolist()
            if taken.isdisjoint(own):
                taken.update(own)
                chosen.append(k)
        return np.array(chosen[:most], dtype=np.int64)

    def _balance(self, free: IntArray) -> tuple[sparse.csr_array, IntArray]:
        left = sparse.csr_array(self.relations[:, free])
        place = np.full(len(self.values), -1, dtype=np.int64)
        place[free] = np.arange(len(free))
        return left[np.flatnonzero(np.diff(left.indptr))], place

    def _spread(self, free: IntArray, moves: FloatArray) -> FloatArray:
        deviation = np.zeros(len(self.values))
        deviation[free] = moves
        return without_noise(deviation)


def without_noise(deviation: FloatArray) -> FloatArray:
    """Let cells stand still that a solver moves by next to nothing."""
    return np.where(np.abs(deviation) > TOLERANCE, deviation, 0.0)


def _beside(balance: sparse.csr_array, others: int) -> sparse.csr_array:
    """Add variables that no relation binds."""
    rows, columns = balance.shape
    return sparse.csr_array(
        (balance.data, balance.indices, balance.indptr), shape=(rows, columns + others)
    )


def _minimum(
    cost: FloatArray,
    at_most: sparse.csr_array,
    limit: FloatArray,
    balance: sparse.csr_array,
    low: FloatArray,
    high: FloatArray,
) -> FloatArray:
    # Small programs are solved sooner than they are made smaller.
    solved = milp(
        cost,
        constraints=[
            LinearConstraint(at_most, -np.inf, limit),
            LinearConstraint(balance, 0.0, 0.0),
        ],
        bounds=Bounds(low, high),
        options={"presolve": False},
    )
    if solved.x is None:
        raise DisclosureError(f"no table to compare with was found: {solved.message}")
    return np.asarray(solved.x)
