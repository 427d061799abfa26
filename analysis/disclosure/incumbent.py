"""A protecting pattern found quickly, where the search for the cheapest would take too long.

One primary cell after the other gets the cheapest set of cells that can move with it, found as a
flow with prices (Kelly, Golden and Assad 1992); cells that are masked already move for nothing.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from analysis.arrays import BoolArray, FloatArray
from analysis.disclosure.deviation import deviations, missing
from analysis.disclosure.problem import Problem, Requirement
from analysis.disclosure.system import TOLERANCE, UnprotectableError

_HARDLY_ANYTHING = 1e-3
"""Price of moving a cell that is masked already: not zero, so that flows stay short."""


def incumbent(problem: Problem, start: BoolArray, hint: FloatArray) -> BoolArray:
    """Mask further cells until every requirement holds.

    Parameters
    ----------
    start : ndarray of bool, shape (cells,)
        Cells masked to begin with.
    hint : ndarray of float64, shape (cells,)
        Solution of the relaxed programme: cells it masks in part are cheaper to that extent.

    Raises
    ------
    UnprotectableError
        Naming the cell.
    """
    masked = problem.closed(start)
    while True:
        found = deviations(problem, problem.requirements, masked.astype(float))
        lack = [missing(r, *pair) for r, pair in zip(problem.requirements, found, strict=True)]
        worst = int(np.argmax(lack))
        if not lack[worst]:
            return masked
        for k in np.argsort(-np.asarray(lack), kind="stable"):
            if lack[k]:
                requirement = problem.requirements[k]
                masked = problem.closed(masked | _moving(problem, requirement, masked, hint))


def _moving(
    problem: Problem, requirement: Requirement, masked: BoolArray, hint: FloatArray
) -> BoolArray:
    """Tell which cells move in the cheapest pair of deviations, up and down, of one cell.

    Variables are four parts of every cell's deviation: up-table rising and falling, down-table
    rising and falling.
    """
    values = problem.system.measures[requirement.measure]
    known = ~np.isnan(values)
    relations = problem.system.relations_of(requirement.measure)
    price = problem.cost * (1 - np.clip(hint, 0, 1)) / requirement.reach
    price = np.where(masked, 0.0, price) + _HARDLY_ANYTHING / requirement.reach
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
    return np.asarray(np.abs(solved.x.reshape(4, n)).max(axis=0) > TOLERANCE)
