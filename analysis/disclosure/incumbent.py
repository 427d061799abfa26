"""A protecting pattern found quickly, where the search for the cheapest would take too long.

A few primary cells at a time get the cheapest set of cells that can move with them, found as a
flow with prices (Kelly, Golden and Assad 1992); cells that are masked already move for nothing, and
every flow found serves all primary cells it happens to move.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from analysis.arrays import BoolArray, FloatArray
from analysis.disclosure.problem import Problem, Requirement
from analysis.disclosure.system import UnprotectableError
from analysis.disclosure.witness import Witnesses, without_noise

_AT_A_TIME = 4
"""Cells in one flow: more are quicker, and mask more."""
_HARDLY_ANYTHING = 1e-3
"""Price of moving a cell that is masked already: not zero, so that flows stay short."""


Tables = dict[str, list[FloatArray]]
"""By measure, tables that differ from the true one in masked cells only, as differences."""


def incumbent(problem: Problem, start: BoolArray) -> tuple[BoolArray, Tables]:
    """Mask further cells until every requirement holds.

    Parameters
    ----------
    start : ndarray of bool, shape (cells,)
        Cells masked to begin with.

    Returns
    -------
    masked : ndarray of bool, shape (cells,)
    tables : Tables
        What proves that the requirements hold.

    Raises
    ------
    UnprotectableError
        Naming the cell.
    """
    masked = problem.closed(start)
    tables: Tables = {}
    for measure in problem.system.measures:
        own = [r for r in problem.requirements if r.measure == measure]
        if own:
            witnesses = Witnesses(problem.system, measure, own)
            masked = _protect(problem, witnesses, masked)
            tables[measure] = witnesses.tables
    return masked, tables


def _protect(problem: Problem, witnesses: Witnesses, masked: BoolArray) -> BoolArray:
    while (left := witnesses.prove(masked)).size:
        flow = witnesses.cheapest(
            witnesses.apart(left, _AT_A_TIME), problem.kept, _price(problem, masked)
        )
        masked = problem.closed(masked | (flow != 0))
        witnesses.accept(flow)
        if witnesses.unproven().size == left.size:
            # What cannot all move one way may yet move up in one table and down in another.
            requirement = witnesses.requirements[left[0]]
            up, down = _pair(problem, requirement, masked)
            masked = problem.closed(masked | (up != 0) | (down != 0))
            witnesses.accept(up)
            witnesses.accept(down)
    return masked


def _price(problem: Problem, masked: BoolArray) -> FloatArray:
    """Give the loss when a cell is masked together with what follows it."""
    price = problem.cost.copy()
    leaders, followers = problem.follows.T
    np.add.at(price, leaders, np.where(masked[followers], 0.0, problem.cost[followers]))
    return np.where(masked, 0.0, price)


def _pair(
    problem: Problem, requirement: Requirement, masked: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Give the cheapest pair of deviations, up and down, that one cell needs.

    Variables are four parts of every cell's deviation: up-table rising and falling, down-table
    rising and falling.
    """
    values = problem.system.measures[requirement.measure]
    known = ~np.isnan(values)
    relations = problem.system.relations_of(requirement.measure)
    price = (_price(problem, masked) + _HARDLY_ANYTHING) / requirement.reach
    can_rise = np.where(known & ~problem.kept, np.inf, 0.0)
    can_fall = np.where(known & ~problem.kept, values, 0.0)
    pair = sparse.hstack([relations, -relations])
    nothing = sparse.csr_array(pair.shape)
    balance = sparse.block_array([[pair, nothing], [nothing, pair]], format="csr")
    n = len(values)
    up = np.zeros((1, 4 * n))
    up[0, [requirement.cell, n + requirement.cell]] = 1.0, -1.0
    down = np.roll(-up, 2 * n)
    needed = np.array([requirement.upper, requirement.lower, requirement.width])
    solved = milp(
        np.tile(price, 4),
        constraints=[
            LinearConstraint(balance, 0.0, 0.0),
            LinearConstraint(np.vstack([up, down, up + down]), needed, np.inf),
        ],
        bounds=Bounds(0.0, np.tile(np.r_[can_rise, can_fall], 2)),
    )
    if solved.x is None:
        raise UnprotectableError([problem.system.names[requirement.cell]])
    rising, falling, rising_again, falling_again = solved.x.reshape(4, n)
    return without_noise(rising - falling), without_noise(rising_again - falling_again)
