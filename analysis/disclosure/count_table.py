"""One table of counts with row and column totals: the smallest linked system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import BoolArray, FloatArray
from analysis.disclosure.audit import Interval, audit
from analysis.disclosure.problem import Problem, Requirement
from analysis.disclosure.secondary import Suppression, suppress
from analysis.disclosure.system import CellSystem, SystemBuilder

_TOTAL = "total"


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
    exact_cells: int = 1000,
) -> MaskedCountTable:
    """Mask small counts and what would give them back.

    Cells and totals of 1 to ``minimum_cell - 1`` are primary, zeros are printed, and so is the
    grand total. The cost of masking a cell is its count, at least 1.

    Raises
    ------
    UnprotectableError
        If the grand total is too small to hide anything under it.
    """
    system = table.system()
    shape = table.with_totals.shape
    primary = (system.counts > 0) & (system.counts < minimum_cell)
    kept = np.zeros(len(system), dtype=bool)
    kept[-1] = True
    requirements = tuple(
        Requirement(int(cell), SystemBuilder.COUNT, width=protection_width)
        for cell in np.flatnonzero(primary)
    )
    problem = Problem(system, np.maximum(system.counts, 1.0), primary & ~kept, kept, requirements)
    found = suppress(problem, exact_cells=exact_cells)
    audited = audit(system, found.masked, requirements)
    places = [tuple(map(int, np.unravel_index(r.cell, shape))) for r in requirements]
    return MaskedCountTable(
        primary.reshape(shape),
        found.masked.reshape(shape),
        found,
        {(i, j): interval for (i, j), interval in zip(places, audited, strict=True)},
    )
