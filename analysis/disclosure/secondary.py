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

from analysis.arrays import BoolArray, FloatArray, IntArray
from analysis.disclosure.deviation import deviations, missing
from analysis.disclosure.incumbent import incumbent
from analysis.disclosure.master import Master
from analysis.disclosure.problem import Problem, Requirement
from analysis.disclosure.system import TOLERANCE

_RELAXED_ROUNDS = 80
_WHOLE_ROUNDS = 120


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
    master, outsider = Master(problem), _Outsider(problem)
    if master.allows(problem.forced) and outsider.is_content(problem.forced, master):
        return _suppression(problem, problem.forced, float(problem.cost[problem.forced].sum()))
    pattern, bound = _relax(master, outsider)
    found = _search(master, outsider) if len(problem.system) <= exact_cells else None
    if found is not None:
        return found
    start = incumbent(problem, pattern)
    # Cells that the flows left alone stay printed; among the others the search is small.
    reduced = replace(problem, kept=problem.kept | ~start)
    cleaned = _search(Master(reduced), _Outsider(reduced))
    return _suppression(problem, start if cleaned is None else cleaned.masked, bound)


def _relax(master: Master, outsider: _Outsider) -> tuple[FloatArray, float]:
    """Add constraints until cells masked in part protect in interviews."""
    pattern, bound = master.problem.forced.astype(float), 0.0
    for _ in range(_RELAXED_ROUNDS):
        relaxed = master.relaxed()
        if relaxed is None:
            break
        pattern, bound = relaxed
        if not outsider.objections(pattern, master):
            break
    return pattern, bound


def _search(master: Master, outsider: _Outsider) -> Suppression | None:
    """Add constraints until cells masked wholly protect; None where that takes too long."""
    for _ in range(_WHOLE_ROUNDS):
        whole = master.whole()
        if whole is None:
            return None
        masked, bound = whole
        if outsider.is_content(masked, master):
            return _suppression(master.problem, masked, bound)
    return None


class _Outsider:
    """Tries every primary cell against a pattern, and remembers how those moved that can."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        first = next(iter(problem.system.measures))
        self._in_interviews = [r for r in problem.requirements if r.measure == first]
        self._moving: dict[Requirement, IntArray] = {}

    def objections(self, pattern: FloatArray, master: Master) -> int:
        """Tell the master what cells masked in part violate; give how many cells object."""
        return len(self._lacking(self._in_interviews, pattern, master))

    def is_content(self, masked: BoolArray, master: Master) -> bool:
        """Whether a pattern protects; if not, the master is told what it violates."""
        unsure = [
            requirement
            for requirement in self.problem.requirements
            if requirement not in self._moving or not masked[self._moving[requirement]].all()
        ]
        return not self._lacking(unsure, masked.astype(float), master)

    def _lacking(
        self, requirements: list[Requirement], pattern: FloatArray, master: Master
    ) -> list[Requirement]:
        lacking = []
        found = deviations(self.problem, requirements, pattern)
        is_whole = bool(np.isin(pattern, (0.0, 1.0)).all())
        for requirement, (up, down) in zip(requirements, found, strict=True):
            if missing(requirement, up, down):
                lacking.append(requirement)
                master.ask(requirement, up.capacity, down.capacity)
            elif is_whole:
                self._moving[requirement] = np.union1d(up.moving, down.moving)
        return lacking


def _suppression(problem: Problem, masked: BoolArray, bound: float) -> Suppression:
    return Suppression(masked, float(problem.cost[masked].sum()), bound)
