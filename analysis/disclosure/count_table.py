"""One table of counts with row and column totals: the smallest linked system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import BoolArray, FloatArray
from analysis.disclosure.audit import Interval, audit
from analysis.disclosure.problem import Problem, Requirement
from analysis.disclosure.secondary import Suppression, suppress
from analysis.disclosure.system import CellSystem, SystemBuilder, UnprotectableError

_TOTAL = "total"
_DEAR = 1.5
"""What leaving zeros in print may cost, as a multiple of the least cost of masking some of them."""


@dataclass(frozen=True, eq=False)
class CountTable:
    """Counts by row and column.

    Attributes
    ----------
    counts : ndarray of float64, shape (rows, columns)
    rows, columns : tuple of str
        Labels, all different. A pattern of masked cells depends on labels, not on order.
    """

    counts: FloatArray = field(repr=False)
    rows: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def with_totals(self) -> FloatArray:
        """Counts with the column totals as last row and the row totals as last column."""
        tall = np.vstack([self.counts, self.counts.sum(axis=0)])
        return np.column_stack([tall, tall.sum(axis=1)])

    def system(self) -> CellSystem:
        """Give all cells, totals included, row by row."""
        builder = SystemBuilder()
        rows = [*(f"row {label}" for label in self.rows), _TOTAL]
        columns = [*(f"column {label}" for label in self.columns), _TOTAL]
        full = self.with_totals
        at = np.array(
            [
                [
                    builder.cell(f"{row}, {column}", float(full[i, j]))
                    for j, column in enumerate(columns)
                ]
                for i, row in enumerate(rows)
            ]
        )
        for line in (*at, *at.T):
            builder.total(int(line[-1]), line[:-1].tolist())
        return builder.build()


def count_table(
    counts: NDArray[np.float64] | Sequence[Sequence[float]],
    rows: Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
) -> CountTable:
    """Make a table; without labels rows and columns are numbered."""
    array = np.asarray(counts, dtype=float)
    names = [f"{k:04d}" for k in range(max(array.shape))]
    return CountTable(
        array,
        tuple(names[: array.shape[0]] if rows is None else rows),
        tuple(names[: array.shape[1]] if columns is None else columns),
    )


@dataclass(frozen=True, eq=False)
class MaskedCountTable:
    """Which cells of a table of counts are masked.

    Attributes
    ----------
    primary, masked : ndarray of bool, shape (rows + 1, columns + 1)
        Totals in the last row and column.
    suppression : Suppression
    intervals : dict
        What an outsider works out about each primary cell, by (row, column).
    """

    primary: BoolArray = field(repr=False)
    masked: BoolArray = field(repr=False)
    suppression: Suppression
    intervals: dict[tuple[int, int], Interval] = field(repr=False)


def mask_count_table(
    table: CountTable,
    *,
    minimum_cell: int,
    protection_width: float,
    print_zeros: bool = True,
    print_grand_total: bool = True,
    exact_cells: int = 1000,
) -> MaskedCountTable:
    """Mask small counts and what would give them back.

    Cells and totals of 1 to ``minimum_cell - 1`` are primary. The cost of masking a cell is its
    count, at least 1.

    Parameters
    ----------
    print_zeros : bool
        Also leave zeros printed, unless nothing else protects or the cells masked in their stead
        cost more than `_DEAR` times the pattern that masks zeros too.
    print_grand_total : bool
        However small it is.

    Raises
    ------
    UnprotectableError
        If the grand total is too small to hide anything under it.
    """
    system = table.system()
    kept = np.zeros(len(system), dtype=bool)
    kept[-1] = print_grand_total
    problem = _problem(system, kept, minimum_cell, protection_width)
    found = suppress(problem, exact_cells=exact_cells)
    if print_zeros and (found.masked & (problem.system.counts == 0)).any():
        found = _with_zeros_printed(problem, found, exact_cells)
    shape = table.with_totals.shape
    audited = audit(problem.system, found.masked, problem.requirements)
    places = [tuple(map(int, np.unravel_index(r.cell, shape))) for r in problem.requirements]
    primary = _is_small(problem.system.counts, minimum_cell)
    return MaskedCountTable(
        primary.reshape(shape),
        found.masked.reshape(shape),
        found,
        {(i, j): interval for (i, j), interval in zip(places, audited, strict=True)},
    )


def _problem(
    system: CellSystem, kept: BoolArray, minimum_cell: int, protection_width: float
) -> Problem:
    primary = _is_small(system.counts, minimum_cell)
    requirements = tuple(
        Requirement(int(cell), SystemBuilder.COUNT, width=protection_width)
        for cell in np.flatnonzero(primary & ~kept)
    )
    return Problem(system, np.maximum(system.counts, 1.0), primary & ~kept, kept, requirements)


def _is_small(counts: FloatArray, minimum_cell: int) -> BoolArray:
    return (counts > 0) & (counts < minimum_cell)


def _with_zeros_printed(problem: Problem, cheaper: Suppression, exact_cells: int) -> Suppression:
    """Give a pattern that masks no zero, or the cheaper one where that is too dear."""
    zeros = problem.system.counts == 0
    try:
        found = suppress(replace(problem, kept=problem.kept | zeros), exact_cells=exact_cells)
    except UnprotectableError:
        return cheaper
    return found if found.cost <= _DEAR * cheaper.bound else cheaper
