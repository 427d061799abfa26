"""The outsider: what can be worked out about masked cells from everything that is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from analysis.arrays import BoolArray, FloatArray
from analysis.disclosure.problem import Requirement
from analysis.disclosure.programs import FreeCells, Program, free_parts, solve
from analysis.disclosure.system import TOLERANCE, CellSystem, DisclosureError
from analysis.disclosure.witness import Witnesses

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


def certify(
    system: CellSystem,
    masked: BoolArray,
    requirements: Sequence[Requirement],
    tables: Mapping[str, FloatArray] | None = None,
) -> list[Interval]:
    """Give intervals that the outsider cannot make narrower, for the cell of each requirement.

    Whole releases have too many cells to work out every end. Tables that fit everything printed
    prove that a cell may be as low and as high as it is in them; where those found do not reach as
    far as is required, the ends are worked out as in `audit`.

    Parameters
    ----------
    tables : mapping of str to ndarray of float64, shape (tables, cells), optional
        Tables offered as proof by measure, as differences from the true one. Each is checked here:
        that it adds up, has no negative cell, and differs in masked cells only.

    Raises
    ------
    DisclosureError
        If a table offered is no proof.
    """
    found: dict[int, Interval] = {}
    for measure, offered in (tables or {}).items():
        found.update(_proven(system, masked, requirements, measure, offered))
    of_cell: dict[int, list[int]] = {}
    for at, requirement in enumerate(requirements):
        if at not in found:
            of_cell.setdefault(requirement.cell, []).append(at)
    for cells in system.components() if of_cell else []:
        wanted = [at for cell in cells.tolist() for at in of_cell.get(cell, [])]
        if wanted:
            place = dict(zip(cells.tolist(), range(len(cells)), strict=True))
            needs = [replace(requirements[k], cell=place[requirements[k].cell]) for k in wanted]
            proven = _certified(system.part(cells), masked[cells], needs)
            found.update(zip(wanted, proven, strict=True))
    return [found[at] for at in range(len(requirements))]


def _proven(
    system: CellSystem,
    masked: BoolArray,
    requirements: Sequence[Requirement],
    measure: str,
    offered: FloatArray,
) -> dict[int, Interval]:
    """Give the intervals that tables offered prove, by the place of the requirement."""
    own = [k for k, requirement in enumerate(requirements) if requirement.measure == measure]
    if (offered[:, ~masked] != 0).any():
        raise DisclosureError("a table offered as proof changes what is printed")
    witnesses = Witnesses(system, measure, [requirements[k] for k in own])
    for table in offered:
        witnesses.accept(table)
    unproven = set(witnesses.unproven().tolist())
    return {k: _interval(witnesses, at) for at, k in enumerate(own) if at not in unproven}


def _interval(witnesses: Witnesses, at: int) -> Interval:
    value = float(witnesses.values[witnesses.cells[at]])
    return Interval(value - float(witnesses.fall[at]), value + float(witnesses.rise[at]))


def _certified(
    system: CellSystem, masked: BoolArray, requirements: Sequence[Requirement]
) -> list[Interval]:
    found: dict[int, Interval] = {}
    for measure in system.measures:
        own = [k for k, r in enumerate(requirements) if r.measure == measure]
        if not own:
            continue
        witnesses = Witnesses(system, measure, [requirements[k] for k in own])
        witnesses.prove(masked)
        unproven = set(witnesses.prove_apart(masked).tolist())
        found.update(
            {k: _interval(witnesses, at) for at, k in enumerate(own) if at not in unproven}
        )
    rest = [k for k in range(len(requirements)) if k not in found]
    worked_out = audit(system, masked, [requirements[k] for k in rest])
    found.update(zip(rest, worked_out, strict=True))
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
