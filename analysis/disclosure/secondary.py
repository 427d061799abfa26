"""Complementary suppression: the cheapest further cells to mask so that no primary cell comes back.

The binary programme of Fischetti and Salazar (2001) is solved by Benders decomposition: a master
programme proposes cells to mask, the outsider's linear programmes (`deviation`) say which primary
cell can still be worked out and what masking could prevent it, and that becomes a constraint of
the master. A pattern is optimal when the outsider finds nothing more. Patterns depend on the names
of the cells and not on their order: everything is sorted first and no clock is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from analysis.arrays import BoolArray, FloatArray
from analysis.disclosure.deviation import Deviation, deviations, missing
from analysis.disclosure.incumbent import incumbent
from analysis.disclosure.problem import Problem, Requirement
from analysis.disclosure.system import TOLERANCE, DisclosureError, UnprotectableError

_RELAXED_ROUNDS = 80
_WHOLE_ROUNDS = 120
_NODES = 20_000
_HALF = 0.5


@dataclass(frozen=True, eq=False)
class Suppression:
    """Which cells are masked.

    Attributes
    ----------
    masked : ndarray of bool, shape (cells,)
    cost : float
    bound : float
        No pattern that protects costs less, where this is known; else 0.
    """

    masked: BoolArray = field(repr=False)
    cost: float
    bound: float

    @property
    def is_optimal(self) -> bool:
        """Whether the cost is proven to be the least."""
        return self.cost <= self.bound + TOLERANCE


def suppress(problem: Problem, *, exact_cells: int) -> Suppression:
    """Find the cells to mask.

    Parameters
    ----------
    problem : Problem
    exact_cells : int
        Parts of the system with at most this many cells are solved to the proven optimum; larger
        ones by `incumbent`, whose pattern protects as well but may cost more.

    Raises
    ------
    UnprotectableError
        Naming the cells.
    """
    masked = problem.closed(np.zeros(len(problem.system), dtype=bool))
    cost = bound = 0.0
    names = np.asarray(problem.system.names, dtype=object)
    for cells in problem.system.components():
        ordered = cells[np.argsort(names[cells], kind="stable")]
        part = problem.part(ordered)
        if part.requirements:
            found = _part(part, exact_cells)
        else:
            found = _suppression(part, part.forced, float(part.cost[part.forced].sum()))
        masked[ordered] = found.masked
        cost += found.cost
        bound += found.bound
    return Suppression(masked, cost, bound)


def _part(problem: Problem, exact_cells: int) -> Suppression:
    master = _Master(problem)
    if not master.separate(problem.forced.astype(float), problem.requirements):
        return _suppression(problem, problem.forced, float(problem.cost[problem.forced].sum()))
    pattern, bound = _relax(master)
    found = _search(master) if len(problem.system) <= exact_cells else None
    if found is not None:
        return found
    start = incumbent(problem, pattern)
    # Cells that the flows left alone stay printed; among the others the search is small.
    reduced = replace(problem, kept=problem.kept | ~start)
    cleaned = _search(_Master(reduced))
    return _suppression(problem, start if cleaned is None else cleaned.masked, bound)


def _relax(master: _Master) -> tuple[FloatArray, float]:
    """Add constraints until cells masked in part protect on the first measure."""
    for _ in range(_RELAXED_ROUNDS):
        pattern, bound = master.relaxed()
        if not master.separate(pattern, master.first_requirements):
            break
    return pattern, bound


def _search(master: _Master) -> Suppression | None:
    """Add constraints until cells masked wholly protect; None where that takes too long."""
    for _ in range(_WHOLE_ROUNDS):
        whole = master.whole()
        if whole is None:
            return None
        masked, bound = whole
        if not master.separate(masked.astype(float), master.problem.requirements):
            return _suppression(master.problem, masked, bound)
    return None


def _suppression(problem: Problem, masked: BoolArray, bound: float) -> Suppression:
    return Suppression(masked, float(problem.cost[masked].sum()), bound)


class _Master:
    """The programme over patterns, with the constraints found so far."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.open = problem.open
        first = problem.requirements[0].measure
        self.first_requirements = tuple(r for r in problem.requirements if r.measure == first)
        self._cuts: list[FloatArray] = []
        self._seen: set[bytes] = set()
        self._follows = self._following()

    def separate(self, pattern: FloatArray, requirements: tuple[Requirement, ...]) -> int:
        """Add what the pattern violates; give how many constraints that are."""
        before = len(self._cuts)
        lacking = 0
        found = deviations(self.problem, requirements, pattern)
        for requirement, (up, down) in zip(requirements, found, strict=True):
            if missing(requirement, up, down):
                lacking += 1
                self._constrain(requirement, up, down, pattern)
        whole = bool(np.all((pattern < TOLERANCE) | (pattern > 1 - TOLERANCE)))
        if whole and lacking and len(self._cuts) == before:
            raise DisclosureError("the outsider's programme gave no constraint")
        return len(self._cuts) - before

    def relaxed(self) -> tuple[FloatArray, float]:
        """Solve with cells masked in part; the cost is a lower bound."""
        solved = milp(
            self.problem.cost[self.open], bounds=Bounds(0, 1), constraints=self._constraints()
        )
        if solved.x is None:
            raise DisclosureError(f"masking: {solved.message}")
        return self._pattern(solved.x), self._fixed_cost() + float(solved.fun)

    def whole(self) -> tuple[BoolArray, float] | None:
        """Solve with cells masked or not; None where the search was given up."""
        solved = milp(
            self.problem.cost[self.open],
            bounds=Bounds(0, 1),
            constraints=self._constraints(),
            integrality=np.ones(len(self.open)),
            options={"mip_rel_gap": 0.0, "node_limit": _NODES},
        )
        if solved.status != 0 or solved.x is None:
            return None
        return self._pattern(solved.x) > _HALF, self._fixed_cost() + float(solved.mip_dual_bound)

    def _constrain(
        self, requirement: Requirement, up: Deviation, down: Deviation, pattern: FloatArray
    ) -> None:
        """Ask for the capacity that is lacking up, down, or in both together."""
        for need, capacity in (
            (requirement.upper, up.capacity),
            (requirement.lower, down.capacity),
            (requirement.width, up.capacity + down.capacity),
        ):
            lack = need - float(capacity[self.problem.forced].sum())
            if not lack > TOLERANCE:
                continue
            # No cell need bring more than what is lacking: the constraint then cuts deeper.
            cut = np.minimum(capacity[self.open], lack) / lack
            if cut.sum() < 1 - TOLERANCE:
                raise UnprotectableError([self.problem.system.names[requirement.cell]])
            if cut @ pattern[self.open] < 1 - TOLERANCE:
                key = np.round(cut, 9).tobytes()
                if key not in self._seen:
                    self._seen.add(key)
                    self._cuts.append(cut)

    def _constraints(self) -> list[LinearConstraint]:
        constraints = []
        if self._cuts:
            cuts = sparse.csr_array(np.array(self._cuts))
            constraints.append(LinearConstraint(cuts, 1.0, np.inf))
        if self._follows.shape[0]:
            constraints.append(LinearConstraint(self._follows, 0.0, np.inf))
        return constraints

    def _following(self) -> sparse.csr_array:
        """Rows y_follower - y_leader >= 0 for the pairs that are still open."""
        place = np.full(len(self.problem.system), -1, dtype=np.int64)
        place[self.open] = np.arange(len(self.open))
        pairs = place[self.problem.follows]
        pairs = pairs[(pairs >= 0).all(axis=1)]
        rows = np.repeat(np.arange(len(pairs)), 2)
        signs = np.tile([-1.0, 1.0], len(pairs))
        shape = (len(pairs), len(self.open))
        return sparse.csr_array((signs, (rows, pairs.ravel())), shape=shape)

    def _pattern(self, y: FloatArray) -> FloatArray:
        pattern = self.problem.forced.astype(float)
        pattern[self.open] = np.clip(np.where(np.abs(y) < TOLERANCE, 0.0, y), 0, 1)
        return pattern

    def _fixed_cost(self) -> float:
        return float(self.problem.cost[self.problem.forced].sum())
