"""The outsider: what can be worked out about masked cells from everything that is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from analysis.arrays import BoolArray, FloatArray
from analysis.disclosure.problem import Requirement
from analysis.disclosure.programs import FreeCells, Program, free_parts, solve
from analysis.disclosure.system import TOLERANCE, CellSystem

_FAR = 100.0
"""A cell that can grow to this many times all that is printed can grow without limit."""


@dataclass(frozen=True)
class Interval:
    """The smallest and largest value of a cell that fit what is printed; ``high`` may be inf."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """The outsider's uncertainty."""
        return self.high - self.low


@dataclass(frozen=True)
class Recovery:
    """A primary cell that the outsider works out too well."""

    name: str
    requirement: Requirement
    interval: Interval


def intervals(
    relations: sparse.csr_array, printed: FloatArray, wanted: Sequence[int]
) -> list[Interval]:
    """Work out masked cells.

    Parameters
    ----------
    relations : csr_array, shape (relations, cells)
        All additive relations; the outsider knows them from the layout of the tables.
    printed : ndarray of float64, shape (cells,)
        The numbers printed, NaN where masked. The true values of masked cells are not looked at.
    wanted : sequence of int
        Masked cells.

    Raises
    ------
    DisclosureError
        If no non-negative numbers fit what is printed.

    Notes
    -----
    Two linear programmes per cell: minimise and maximise x[k] subject to R x = 0, x = printed,
    x >= 0. Cells that no relation ties together are solved apart.
    """
    masked = np.isnan(printed)
    parts = free_parts(relations, np.flatnonzero(masked))
    right = -(relations[:, np.flatnonzero(~masked)] @ printed[~masked])
    programs = [_program(parts[cell], cell, sign, right) for cell in wanted for sign in (1.0, -1.0)]
    ends = [
        float(solution.x[program.cost != 0][0])
        for program, solution in zip(programs, solve(programs), strict=True)
    ]
    limits = [float(program.high[0]) * (1 - TOLERANCE) for program in programs]
    return [
        Interval(low, np.inf if high >= limit else high)
        for low, high, limit in zip(ends[::2], ends[1::2], limits[1::2], strict=True)
    ]


def _program(part: FreeCells, cell: int, sign: float, right: FloatArray) -> Program:
    """Minimise a cell, or its negative."""
    cost = np.where(part.cells == cell, sign, 0.0)
    own = right[part.rows]
    far = np.full(len(cost), _FAR * (1.0 + float(np.abs(own).sum())))
    return Program(part, cost, own, np.zeros(len(cost)), far)


def audit(
    system: CellSystem, masked: BoolArray, requirements: Sequence[Requirement]
) -> list[Interval]:
    """Give the outsider's interval for the cell of each requirement, in its measure."""
    found: dict[int, Interval] = {}
    for measure, values in system.measures.items():
        wanted = [k for k, r in enumerate(requirements) if r.measure == measure]
        if wanted:
            relations = system.relations_of(measure)
            printed = np.where(masked, np.nan, values)
            cells = [requirements[k].cell for k in wanted]
            found.update(zip(wanted, intervals(relations, printed, cells), strict=True))
    return [found[k] for k in range(len(requirements))]


def recoveries(
    system: CellSystem, requirements: Sequence[Requirement], audited: Sequence[Interval]
) -> list[Recovery]:
    """Give the primary cells that are not protected, from what `audit` found."""
    return [
        Recovery(system.names[requirement.cell], requirement, interval)
        for requirement, interval in zip(requirements, audited, strict=True)
        if not _holds(requirement, interval, system.measures[requirement.measure])
    ]


def _holds(requirement: Requirement, interval: Interval, values: FloatArray) -> bool:
    value = float(values[requirement.cell])
    return (
        interval.width >= requirement.width - TOLERANCE
        and value - interval.low >= requirement.lower - TOLERANCE
        and interval.high - value >= requirement.upper - TOLERANCE
    )
