"""Complementary suppression: the cheapest further cells to mask so that no primary cell comes back.

The binary programme of Fischetti and Salazar (2001) is solved by Benders decomposition: a master
programme proposes cells to mask, the outsider's linear programmes (`deviation`) say which primary
cell can still be worked out and what masking could prevent it, and that becomes a constraint of
the master. A pattern is optimal when the outsider finds nothing more. Patterns depend on the names
of the cells and not on their order: everything is sorted first and no clock is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from analysis.arrays import BoolArray, FloatArray, IntArray
from analysis.disclosure.deviation import deviations, missing
from analysis.disclosure.incumbent import incumbent
from analysis.disclosure.master import Master
from analysis.disclosure.problem import Problem, Requirement
from analysis.disclosure.silence import silent_stdout
from analysis.disclosure.system import TOLERANCE

Progress = Callable[[str], None]
_WORKERS = 2
_RELAXED_ROUNDS = 80
_ROUNDS = 25
_SMALL_SYSTEM = 6_000
"""Rounds of a search: 25, and for small systems as many as 6,000 divided by their cells."""
_ROUGHLY = 0.05


@dataclass(frozen=True, eq=False)
class Suppression:
    """Which cells are masked.

    Attributes
    ----------
    masked : ndarray of bool, shape (cells,)
    cost : float
    bound : float
        No pattern that protects costs less: the least cost where it was proven, and at least that
        of the primary cells.
    tables : mapping of str to ndarray of float64, shape (tables, cells)
        By measure: differences from the true cells that leave everything printed as it is. What
        they move is proven to be uncertain; they need not prove everything.
    """

    masked: BoolArray = field(repr=False)
    cost: float
    bound: float
    tables: Mapping[str, FloatArray] = field(repr=False, default_factory=dict)

    @property
    def is_optimal(self) -> bool:
        """Whether the cost is proven to be the least."""
        return self.cost <= self.bound + TOLERANCE


def suppress(
    problem: Problem,
    *,
    exact_cells: int,
    exact_requirements: int | None = None,
    progress: Progress = lambda _: None,
) -> Suppression:
    """Find the cells to mask.

    Parameters
    ----------
    problem : Problem
    exact_cells, exact_requirements : int
        Parts of the system with at most this many cells, and at most this many requirements, are
        searched for the proven optimum; what is found in the rounds allowed is taken if it is not
        reached. Larger parts, and those where nothing was found, are left to `incumbent`, whose
        pattern protects as well but may cost more.
    progress : callable
        Gets a line of text after each part; raising `CancelledError` in it stops the work.

    Raises
    ------
    UnprotectableError
        Naming the cells.
    """
    names = np.asarray(problem.system.names, dtype=object)
    places = [
        cells[np.argsort(names[cells], kind="stable")] for cells in problem.system.components()
    ]
    parts = [problem.part(ordered) for ordered in places]
    masked = problem.forced.copy()
    cost = bound = 0.0
    most = len(problem.requirements) if exact_requirements is None else exact_requirements
    solved = _all(parts, exact_cells, most)
    together = {name: np.zeros((0, len(names))) for name in problem.system.measures}
    for done, (ordered, found) in enumerate(zip(places, solved, strict=True)):
        masked[ordered] = found.masked
        cost += found.cost
        bound += found.bound
        for measure, tables in found.tables.items():
            more = len(tables) - len(together[measure])
            if more > 0:
                wider = np.zeros((more, len(names)))
                together[measure] = np.vstack([together[measure], wider])
            # Parts have no cell in common, so tables of several parts are one table.
            together[measure][: len(tables), ordered] = tables
        progress(f"disclosure control: {done + 1} of {len(parts)} systems of linked cells")
    return Suppression(masked, cost, bound, together)


def _all(
    parts: Sequence[Problem], exact_cells: int, exact_requirements: int
) -> Iterator[Suppression]:
    """Solve the parts in order, two at a time: the solver works without the interpreter's lock."""

    def solve(part: Problem) -> Suppression:
        if not part.requirements:
            return _suppression(part, part.forced, _cost(part, part.forced))
        small = len(part.system) <= exact_cells and len(part.requirements) <= exact_requirements
        return _searched(part) if small else _unsearched(part)

    with silent_stdout(), ThreadPoolExecutor(_WORKERS) as pool:
        try:
            yield from pool.map(solve, parts)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _unsearched(problem: Problem) -> Suppression:
    masked, tables = incumbent(problem, problem.forced)
    return Suppression(
        masked,
        _cost(problem, masked),
        _cost(problem, problem.forced),
        {measure: np.array(rows).reshape(-1, len(masked)) for measure, rows in tables.items()},
    )


def _searched(problem: Problem) -> Suppression:
    master, outsider = Master(problem), _Outsider(problem)
    if master.allows(problem.forced) and outsider.is_content(problem.forced, master):
        return _suppression(problem, problem.forced, _cost(problem, problem.forced))
    bound = _relax(master, outsider)
    search = _search(master, outsider)
    if search.found is not None:
        return search.found
    masked, _ = incumbent(problem, search.last)
    # Cells that the flows left alone stay printed; among the others the search is small.
    reduced = replace(problem, kept=problem.kept | ~masked)
    cleaned = _search(Master(reduced), _Outsider(reduced)).found
    best = masked if cleaned is None else cleaned.masked
    return _suppression(problem, best, max(bound, search.bound))


def _relax(master: Master, outsider: _Outsider) -> float:
    """Add constraints until cells masked in part protect in interviews; give their cost."""
    bound = 0.0
    for _ in range(_RELAXED_ROUNDS):
        relaxed = master.relaxed()
        if relaxed is None:
            break
        pattern, bound = relaxed
        if not outsider.objections(pattern, master):
            break
    return bound


@dataclass(frozen=True, eq=False)
class _Search:
    """Where a search came to: a pattern that protects, if it was found, and the last one tried."""

    found: Suppression | None
    last: BoolArray
    bound: float


def _search(master: Master, outsider: _Outsider) -> _Search:
    """Add constraints until cells masked wholly protect, first roughly and then at the least cost.

    While constraints are still missing the cheapest pattern is not worth its time; one within
    `_ROUGHLY` of it is refuted as well.
    """
    problem = master.problem
    search = _Search(None, problem.forced, 0.0)
    gap = _ROUGHLY
    for _ in range(max(_ROUNDS, _SMALL_SYSTEM // len(problem.system))):
        whole = master.whole(gap)
        if whole is None:
            break
        masked, bound = whole[0], max(whole[1], search.bound)
        content = outsider.is_content(masked, master)
        found = _suppression(problem, masked, bound) if content else search.found
        search = _Search(found, masked, bound)
        if content:
            if gap == 0.0 or found is None or found.is_optimal:
                break
            gap = 0.0
    if search.found is not None:
        best = Suppression(search.found.masked, search.found.cost, search.bound)
        return replace(search, found=best)
    return search


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
    return Suppression(masked, _cost(problem, masked), bound)


def _cost(problem: Problem, masked: BoolArray) -> float:
    return float(problem.cost[masked].sum())
