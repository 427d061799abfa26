"""The programme over patterns of masked cells, with the constraints found so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from analysis.arrays import BoolArray, FloatArray, IntArray
from analysis.disclosure.problem import Problem, Requirement
from analysis.disclosure.system import TOLERANCE, UnprotectableError

_NODES = 20_000
"""Nodes of a search before it is given up: a number, not a time, so that runs are alike."""
_HALF = 0.5


class Master:
    """Which cells to mask so that every known constraint holds, at the least cost.

    Constraints are of three kinds: what follows what; no cell is masked alone in a relation, where
    it would help nobody (the bridgeless inequalities of Fischetti and Salazar 2001); and for a
    primary cell, masked cells must bring the capacity to move that it lacks.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.open = problem.open
        self._place = np.full(len(problem.system), -1, dtype=np.int64)
        self._place[self.open] = np.arange(len(self.open))
        self._forced_cost = float(problem.cost[problem.forced].sum())
        self._standing = self._rows([*self._following(), *self._company()])
        self._capacity: dict[bytes, FloatArray] = {}
        self._ask_of_single_relations()

    def ask(self, requirement: Requirement, up: FloatArray, down: FloatArray) -> None:
        """Ask for the capacity that a cell lacks upward, downward, or in both together.

        Parameters
        ----------
        up, down : ndarray of float64, shape (cells,)
            For every pattern y the cell moves at most ``up @ y`` and ``down @ y``.

        Raises
        ------
        UnprotectableError
            If masking everything would not be enough.
        """
        for need, capacity in (
            (requirement.upper, up),
            (requirement.lower, down),
            (requirement.width, up + down),
        ):
            lack = need - float(capacity[self.problem.forced].sum())
            if lack > TOLERANCE:
                # No cell need bring more than what is lacking: the constraint then cuts deeper.
                row = np.minimum(capacity[self.open], lack) / lack
                if row.sum() < 1 - TOLERANCE:
                    raise UnprotectableError([self.problem.system.names[requirement.cell]])
                self._capacity.setdefault(np.round(row, 9).tobytes(), row)

    def allows(self, masked: BoolArray) -> bool:
        """Whether a pattern meets the constraints on capacity found so far."""
        chosen = masked[self.open].astype(float)
        return all(row @ chosen >= 1 - TOLERANCE for row in self._capacity.values())

    def relaxed(self) -> tuple[FloatArray, float] | None:
        """Give the cheapest pattern of cells masked in part; its cost is a lower bound.

        None where no pattern meets the constraints.
        """
        solved = milp(
            self.problem.cost[self.open], bounds=Bounds(0, 1), constraints=self._constraints()
        )
        if solved.x is None:
            return None
        return self._pattern(solved.x), self._forced_cost + float(solved.fun)

    def whole(self, gap: float) -> tuple[BoolArray, float] | None:
        """Give a pattern and a lower bound of the cost; None where the search was given up.

        The pattern costs at most ``gap`` more than the bound, as a share of its cost; at 0 it is
        the cheapest that meets the constraints.
        """
        solved = milp(
            self.problem.cost[self.open],
            bounds=Bounds(0, 1),
            constraints=self._constraints(),
            integrality=np.ones(len(self.open), dtype=np.int64),
            options={"mip_rel_gap": gap, "node_limit": _NODES},
        )
        if solved.status != 0 or solved.x is None:
            return None
        masked = self._pattern(solved.x) > _HALF
        if not self.allows(masked):
            return None  # rounding the solution to whole cells broke a constraint
        return masked, self._forced_cost + float(solved.mip_dual_bound)

    def _pattern(self, y: FloatArray) -> FloatArray:
        pattern = self.problem.forced.astype(float)
        pattern[self.open] = np.clip(np.where(np.abs(y) < TOLERANCE, 0.0, y), 0, 1)
        return pattern

    def _constraints(self) -> list[LinearConstraint]:
        constraints = []
        if self._standing.shape[0]:
            constraints.append(LinearConstraint(self._standing, 0.0, np.inf))
        if self._capacity:
            rows = sparse.csr_array(np.array(list(self._capacity.values())))
            constraints.append(LinearConstraint(rows, 1.0, np.inf))
        return constraints

    def _following(self) -> Iterator[dict[int, float]]:
        """Give rows y[follower] - y[leader] >= 0."""
        for leader, follower in self._place[self.problem.follows]:
            if leader >= 0 and follower >= 0:
                yield {int(follower): 1.0, int(leader): -1.0}

    def _company(self) -> Iterator[dict[int, float]]:
        """Give rows: a cell masked of its own accord has another masked cell in each relation.

        Alone in a relation it could be worked out exactly, so unmasking it would protect as well
        at less cost. That takes a relation that holds in every measure.
        """
        leaders: dict[int, list[int]] = {}
        for leader, follower in self._place[self.problem.follows]:
            if leader >= 0 and follower >= 0:
                leaders.setdefault(int(follower), []).append(int(leader))
        for members in self._binding_relations():
            if self.problem.forced[members].any():
                continue
            open_members = [int(k) for k in self._place[members] if k >= 0]
            for cell in open_members:
                row = dict.fromkeys(open_members, 1.0)
                row[cell] = -1.0
                for leader in leaders.get(cell, []):
                    row[leader] = row.get(leader, 0.0) + 1.0
                yield row

    def _binding_relations(self) -> Iterator[IntArray]:
        system = self.problem.system
        holds = np.ones(system.relations.shape[0], dtype=bool)
        for values in system.measures.values():
            residual = system.relations @ values
            known = abs(system.relations) @ (~np.isnan(values)).astype(float) > 0
            holds &= ~known | (np.abs(residual) <= TOLERANCE)
        starts = system.relations.indptr
        for k in np.flatnonzero(holds):
            yield system.relations.indices[starts[k] : starts[k + 1]].astype(np.int64)

    def _ask_of_single_relations(self) -> None:
        """Ask at once for what an outsider with a single relation would make necessary.

        He knows the cell to be no less than zero, and moving up only as far as the other cells of
        the relation let it.
        """
        for requirement in self.problem.requirements:
            values = np.nan_to_num(self.problem.system.measures[requirement.measure])
            relations = self.problem.system.relations_of(requirement.measure)
            down = np.zeros(len(values))
            down[requirement.cell] = min(values[requirement.cell], requirement.reach)
            column = sparse.coo_array(relations[:, [requirement.cell]])
            for at, sign in zip(column.row, column.data, strict=True):
                gain = (relations[[at]] * (-1.0 / sign)).toarray().ravel()
                gain[requirement.cell] = 0.0
                self.ask(requirement, capacity_of(gain, values), down)

    def _rows(self, rows: list[Mapping[int, float]]) -> sparse.csr_array:
        data = [value for row in rows for value in row.values()]
        columns = [cell for row in rows for cell in row]
        starts = np.cumsum([0, *(len(row) for row in rows)])
        return sparse.csr_array((data, columns, starts), shape=(len(rows), len(self.open)))


def capacity_of(gain: FloatArray, values: FloatArray) -> FloatArray:
    """Give what masking each cell adds to a deviation that grows by ``gain`` with the cell.

    A masked cell can rise without limit and fall to zero.
    """
    capacity = np.where(gain < 0, -gain * values, 0.0)
    capacity[gain > 0] = np.inf
    return capacity
