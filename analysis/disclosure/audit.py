"""The outsider: what can be worked out about masked cells from everything that is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

from analysis.arrays import BoolArray, FloatArray, IntArray
from analysis.disclosure.problem import Requirement
from analysis.disclosure.system import TOLERANCE, CellSystem, DisclosureError

_BATCH = 20_000
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
    unknown = np.flatnonzero(masked)
    left = relations[:, unknown]
    rows = np.flatnonzero(np.diff(left.indptr))
    left = left[rows]
    right = -(relations[:, np.flatnonzero(~masked)] @ printed[~masked])[rows]
    place = np.full(len(printed), -1, dtype=np.int64)
    place[unknown] = np.arange(len(unknown))
    targets = place[np.asarray(wanted, dtype=np.int64)]
    _, label = connected_components(abs(left).T @ abs(left), directed=False)
    found: dict[int, Interval] = {}
    for tied in np.unique(label[targets]):
        cells = np.flatnonzero(label == tied)
        part = left[:, cells]
        own = np.flatnonzero(np.diff(part.indptr))
        asked = np.unique(targets[label[targets] == tied])
        solved = _solve(part[own], right[own], np.searchsorted(cells, asked))
        found.update(zip(asked.tolist(), solved, strict=True))
    return [found[int(target)] for target in targets]


def _solve(left: sparse.csr_array, right: FloatArray, wanted: IntArray) -> list[Interval]:
    """Minimise and maximise each cell, many cells in one call."""
    n = left.shape[1]
    horizon = _FAR * (1.0 + float(np.abs(right).sum()))
    size = max(1, _BATCH // (2 * n))
    found: list[Interval] = []
    for start in range(0, len(wanted), size):
        batch = wanted[start : start + size]
        blocks = 2 * len(batch)
        cost = np.zeros((blocks, n))
        cost[np.arange(0, blocks, 2), batch] = 1.0
        cost[np.arange(1, blocks, 2), batch] = -1.0
        solved = linprog(
            cost.ravel(),
            A_eq=sparse.kron(sparse.eye_array(blocks), left, format="csr"),
            b_eq=np.tile(right, blocks),
            bounds=(0.0, horizon),
            method="highs",
        )
        if solved.x is None:
            raise DisclosureError(f"no counts fit what is printed: {solved.message}")
        x = solved.x.reshape(blocks, n)
        lows, highs = x[np.arange(0, blocks, 2), batch], x[np.arange(1, blocks, 2), batch]
        highs = np.where(highs >= horizon * (1 - TOLERANCE), np.inf, highs)
        found += [Interval(float(a), float(b)) for a, b in zip(lows, highs, strict=True)]
    return found


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
    system: CellSystem, masked: BoolArray, requirements: Sequence[Requirement]
) -> list[Recovery]:
    """Give the primary cells that are not protected; none, if all is well."""
    return [
        Recovery(system.names[requirement.cell], requirement, interval)
        for requirement, interval in zip(
            requirements, audit(system, masked, requirements), strict=True
        )
        if not _holds(requirement, interval, system.measures[requirement.measure])
    ]


def _holds(requirement: Requirement, interval: Interval, values: FloatArray) -> bool:
    value = float(values[requirement.cell])
    return (
        interval.width >= requirement.width - TOLERANCE
        and value - interval.low >= requirement.lower - TOLERANCE
        and interval.high - value >= requirement.upper - TOLERANCE
    )
