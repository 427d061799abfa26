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

from analysis.arrays import FloatArray, IntArray
from analysis.disclosure.master import capacity_of
from analysis.disclosure.problem import Problem, Requirement
from analysis.disclosure.programs import Program, Solution, free_parts, solve
from analysis.disclosure.system import TOLERANCE

UP, DOWN = 1.0, -1.0
_ABSENT = 1e-7


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
    moving : ndarray of int64
        The cells that move with it: it can move as far in every pattern that masks these.
    """

    reach: float
    capacity: FloatArray
    moving: IntArray


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
    attacks = {name: _Attack(problem, name, pattern) for name in problem.system.measures}
    ways = [(requirement, way) for requirement in requirements for way in (UP, DOWN)]
    solutions = solve([attacks[r.measure].program(r, way) for r, way in ways])
    made = [
        attacks[requirement.measure].deviation(requirement, way, solution)
        for (requirement, way), solution in zip(ways, solutions, strict=True)
    ]
    return list(zip(made[::2], made[1::2], strict=True))


class _Attack:
    """The programs of one measure and pattern; ``x`` is the deviation from the true values."""

    def __init__(self, problem: Problem, measure: str, pattern: FloatArray) -> None:
        values = problem.system.measures[measure]
        known = ~np.isnan(values)
        self.relations = problem.system.relations_of(measure)
        self.values = np.where(known, values, 0.0)
        self.pattern = np.clip(pattern, 0.0, 1.0)
        free = np.flatnonzero((self.pattern > _ABSENT) & known)
        self.parts = free_parts(self.relations, free)

    def program(self, requirement: Requirement, way: float) -> Program:
        """Move the cell as far as it can go one way, and no farther than is of use."""
        part = self.parts[requirement.cell]
        share = self.pattern[part.cells]
        own = int(np.searchsorted(part.cells, requirement.cell))
        low = -self.values[part.cells] * share
        high = np.where(share > 1 - _ABSENT, np.inf, requirement.reach * share)
        low[own] = max(low[own], -requirement.reach)
        high[own] = min(high[own], requirement.reach)
        cost = np.zeros(len(part.cells))
        cost[own] = -way
        return Program(part, cost, np.zeros(len(part.rows)), low, high)

    def deviation(self, requirement: Requirement, way: float, solution: Solution) -> Deviation:
        """Turn the prices of relations into the capacity of each cell, masked or not."""
        part = self.parts[requirement.cell]
        prices = np.zeros(self.relations.shape[0])
        prices[part.rows] = solution.prices
        gain = self.relations.T @ prices
        gain[requirement.cell] += way
        gain[np.abs(gain) < _ABSENT] = 0.0
        capacity = capacity_of(gain, self.values)
        own = gain[requirement.cell]
        fall = min(self.values[requirement.cell], requirement.reach)
        capacity[requirement.cell] = abs(own) * (requirement.reach if own > 0 else fall)
        reach = way * float(solution.x[np.searchsorted(part.cells, requirement.cell)])
        return Deviation(reach, capacity, part.cells[np.abs(solution.x) > _ABSENT])


def missing(requirement: Requirement, up: Deviation, down: Deviation) -> float:
    """Give how many interviews of protection a cell lacks; 0 when it is protected."""
    lack = max(
        requirement.upper - up.reach,
        requirement.lower - down.reach,
        requirement.width - up.reach - down.reach,
    )
    return lack if lack > TOLERANCE else 0.0
