"""How far a masked cell can move while everything printed stays as it is, and why no farther.

For a pattern of masked cells the outsider knows R x = 0, x >= 0 and the printed cells. The largest
and the smallest value a cell can take are two linear programs; many of them are stacked into one
call. Their dual prices say which further cells would have to be masked to let it move: the
capacity constraints of Fischetti and Salazar (2001, section 4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from analysis.arrays import FloatArray, IntArray
from analysis.disclosure.problem import Problem, Requirement
from analysis.disclosure.system import TOLERANCE, DisclosureError

UP, DOWN = 1.0, -1.0
_ABSENT = 1e-7
_BATCH = 20_000
"""Variables in one call of the solver; more calls cost overhead, larger ones memory."""


@dataclass(frozen=True, eq=False)
class Deviation:
    """How far one cell can move one way, and the capacity that further masking would bring.

    Attributes
    ----------
    reach : float
        Never more than what the requirement can use.
    capacity : ndarray of float64, shape (cells,)
        For every pattern y of masked cells, the reach is at most ``capacity @ y``; inf where a
        masked cell would remove the limit.
    """

    reach: float
    capacity: FloatArray


def deviations(
    problem: Problem, requirements: Sequence[Requirement], pattern: FloatArray
) -> list[tuple[Deviation, Deviation]]:
    """Give the deviations up and down of each required cell.

    Parameters
    ----------
    pattern : ndarray of float64, shape (cells,)
        1 where masked, 0 where printed; between them while a relaxation is being solved: a cell may
        then move in proportion.
    """
    found: dict[int, tuple[Deviation, Deviation]] = {}
    for measure in problem.system.measures:
        wanted = [k for k, r in enumerate(requirements) if r.measure == measure]
        if not wanted:
            continue
        attack = _Attack(problem, measure, pattern)
        size = max(1, _BATCH // max(2 * len(attack.free), 1))
        for start in range(0, len(wanted), size):
            batch = wanted[start : start + size]
            pairs = attack.pairs([requirements[k] for k in batch])
            found.update(zip(batch, pairs, strict=True))
    return [found[k] for k in range(len(requirements))]


class _Attack:
    """The linear programs of one measure and pattern."""

    def __init__(self, problem: Problem, measure: str, pattern: FloatArray) -> None:
        values = problem.system.measures[measure]
        relations = problem.system.relations_of(measure)
        known = ~np.isnan(values)
        self.values = np.where(known, values, 0.0)
        self.pattern = np.clip(pattern, 0.0, 1.0)
        self.free: IntArray = np.flatnonzero((self.pattern > _ABSENT) & known)
        self.relations = relations
        moving = relations[:, self.free]
        self.rows = np.flatnonzero(np.diff(moving.indptr))
        self.moving = moving[self.rows]

    def pairs(self, requirements: Sequence[Requirement]) -> list[tuple[Deviation, Deviation]]:
        blocks = [(r, way) for r in requirements for way in (UP, DOWN)]
        n = len(self.free)
        place = np.full(len(self.values), -1, dtype=np.int64)
        place[self.free] = np.arange(n)
        share = self.pattern[self.free]
        whole = share > 1 - _ABSENT
        cost = np.zeros((len(blocks), n))
        low = np.tile(-self.values[self.free] * share, (len(blocks), 1))
        high = np.empty_like(low)
        for b, (requirement, way) in enumerate(blocks):
            at = place[requirement.cell]
            cost[b, at] = -way
            high[b] = np.where(whole, np.inf, requirement.reach * share)
            high[b, at] = min(high[b, at], requirement.reach)
            low[b, at] = max(low[b, at], -requirement.reach)
        solved = linprog(
            cost.ravel(),
            A_eq=sparse.kron(sparse.eye_array(len(blocks)), self.moving, format="csr"),
            b_eq=np.zeros(len(blocks) * len(self.rows)),
            bounds=np.column_stack([low.ravel(), high.ravel()]),
            method="highs",
        )
        if solved.status != 0:
            raise DisclosureError(f"no deviations were found: {solved.message}")
        prices = np.zeros((len(blocks), self.relations.shape[0]))
        prices[:, self.rows] = solved.eqlin.marginals.reshape(len(blocks), -1)
        moves = solved.x.reshape(len(blocks), n)
        made = [
            self._deviation(r, way, float(moves[b, place[r.cell]]), prices[b])
            for b, (r, way) in enumerate(blocks)
        ]
        return list(zip(made[::2], made[1::2], strict=True))

    def _deviation(
        self, requirement: Requirement, way: float, move: float, prices: FloatArray
    ) -> Deviation:
        """Turn dual prices into the capacity that each cell has when it is masked."""
        gain = self.relations.T @ prices
        gain[requirement.cell] += way
        gain[np.abs(gain) < _ABSENT] = 0.0
        rising = np.full(len(gain), np.inf)
        falling = self.values.copy()
        rising[requirement.cell] = requirement.reach
        falling[requirement.cell] = min(falling[requirement.cell], requirement.reach)
        with np.errstate(invalid="ignore"):
            capacity = np.where(gain > 0, gain * rising, -gain * falling)
        capacity[gain == 0] = 0.0
        return Deviation(way * move, capacity)


def missing(requirement: Requirement, up: Deviation, down: Deviation) -> float:
    """Give how many interviews of protection a cell lacks; 0 when it is protected."""
    lack = max(
        requirement.upper - up.reach,
        requirement.lower - down.reach,
        requirement.width - up.reach - down.reach,
    )
    return lack if lack > TOLERANCE else 0.0
