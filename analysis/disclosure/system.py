"""Linked cells as one additive system: every total, net and shared margin is a linear relation.

A set of tables is a vector x of cells with R x = 0 (Fischetti and Salazar 2001, section 2). A cell
that stands in several tables is one entry of x, so a system does not know how many tables it is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from analysis.arrays import FloatArray, IntArray
from analysis.errors import AnalysisError

TOLERANCE = 1e-6
"""In interviews; sums of weights are scaled to interviews before they come here."""


class DisclosureError(AnalysisError):
    """The cells contradict each other, or cannot be protected."""


class UnprotectableError(DisclosureError):
    """Even with every cell masked that may be, some primary cell can be worked out."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        super().__init__(
            f"no masking protects {'; '.join(self.names)} while the cells that must be "
            "printed are: merge categories"
        )


@dataclass(frozen=True, eq=False)
class CellSystem:
    """Cells, what each counts, and how they add up.

    Attributes
    ----------
    names : tuple of str
        One for each cell, all different.
    relations : csr_array, shape (relations, cells)
        Each row times the cells is zero: -1 at a total, 1 at its parts.
    measures : mapping of str to ndarray of float64, shape (cells,)
        What is counted: interviews, and people of the population (weights scaled to a mean of 1).
        The first is always known; NaN where a cell has no value in another. All are >= 0, and the
        outsider knows that.
    """

    names: tuple[str, ...]
    relations: sparse.csr_array = field(repr=False)
    measures: Mapping[str, FloatArray] = field(repr=False)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def counts(self) -> FloatArray:
        """The first measure."""
        return next(iter(self.measures.values()))

    def relations_of(self, measure: str) -> sparse.csr_array:
        """Give the relations that hold in a measure.

        Sums of weights add up within one weight only; where tables with different weights share a
        margin, an outsider cannot use the relation either.
        """
        residual = self.relations @ self.measures[measure]
        return self.relations[np.flatnonzero(np.abs(residual) <= TOLERANCE)]

    def components(self) -> list[IntArray]:
        """Give the cells of each part that no relation ties to another; in order of first cell."""
        touching = abs(self.relations)
        _, label = connected_components(touching.T @ touching, directed=False)
        order = np.argsort(label, kind="stable")
        cuts = np.flatnonzero(np.diff(label[order])) + 1
        return sorted(np.split(order, cuts), key=lambda part: int(part[0]))

    def part(self, cells: IntArray) -> CellSystem:
        """Give some cells in the order asked for, with the relations among them, sorted."""
        chosen = self.relations[:, cells]
        members = np.diff(self.relations.indptr)
        inside = np.flatnonzero((np.diff(chosen.indptr) == members) & (members > 0))
        chosen = chosen[inside]
        chosen.sort_indices()
        # np.split gives one part of nothing where there are no relations at all.
        rows = [tuple(row) for row in np.split(chosen.indices, chosen.indptr[1:-1])] * bool(
            inside.size
        )
        order = sorted(range(len(rows)), key=rows.__getitem__)
        return CellSystem(
            tuple(self.names[k] for k in cells),
            sparse.csr_array(chosen[order]),
            {name: values[cells] for name, values in self.measures.items()},
        )


class SystemBuilder:
    """Collects cells and relations; the same name is the same cell.

    Values are counts of interviews first, further measures by name.
    """

    COUNT = "interviews"

    def __init__(self) -> None:
        self.names: list[str] = []
        self._index: dict[str, int] = {}
        self._values: dict[str, dict[int, float]] = {self.COUNT: {}}
        self._rows: list[dict[int, float]] = []
        self._seen: set[tuple[tuple[int, float], ...]] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._index

    def index(self, name: str) -> int:
        """Give the place of a cell."""
        return self._index[name]

    def cell(self, name: str, count: float) -> int:
        """Give the place of a cell, new or known.

        Raises
        ------
        DisclosureError
            If it is known with another count.
        """
        at = self._index.get(name)
        if at is None:
            at = self._index[name] = len(self.names)
            self.names.append(name)
            self._values[self.COUNT][at] = count
        elif self._values[self.COUNT][at] != count:
            known = self._values[self.COUNT][at]
            raise DisclosureError(
                f"'{name}' counts {known:g} in one table and {count:g} in another"
            )
        return at

    def values(self, measure: str) -> dict[int, float]:
        """Give the values of a measure by cell, to read and to add to."""
        return self._values.setdefault(measure, {})

    def total(self, total: int, parts: Sequence[int]) -> None:
        """State that a cell is the sum of others."""
        row = {total: -1.0}
        for part in parts:
            row[part] = row.get(part, 0.0) + 1.0
        row = {cell: sign for cell, sign in row.items() if sign}
        key = tuple(sorted(row.items()))
        if row and key not in self._seen:
            self._seen.add(key)
            self._rows.append(row)

    def rest(self, name: str, total: int, parts: Sequence[int], *, weighted: bool = True) -> int:
        """Add what a total holds beyond the parts given, as a cell of its own.

        ``weighted`` says whether total and parts have the same weight, so that people add up too.

        Raises
        ------
        DisclosureError
            If the parts hold more interviews than the total.
        """
        beyond = self._beyond(self.COUNT, total, parts)
        if beyond is None or beyond < 0:
            raise DisclosureError(f"'{self.names[total]}' holds less than its parts ({name})")
        at = self.cell(name, beyond)
        for measure in self._values if weighted else ():
            people = self._beyond(measure, total, parts)
            if measure != self.COUNT and people is not None and people > -TOLERANCE:
                self._values[measure][at] = max(people, 0.0)
        self.total(total, [*parts, at])
        return at

    def sum(self, name: str, parts: Sequence[int]) -> int:
        """Add the sum of cells as a cell of its own."""
        at = self.cell(name, sum(self._values[self.COUNT][part] for part in parts))
        for values in self._values.values():
            if all(part in values for part in parts):
                values[at] = math.fsum(values[part] for part in parts)
        self.total(at, parts)
        return at

    def _beyond(self, measure: str, total: int, parts: Sequence[int]) -> float | None:
        values = self._values[measure]
        if total not in values or any(part not in values for part in parts):
            return None
        # Exactly rounded sums, so that the order of rows leaves no trace in the last digit.
        return math.fsum([values[total], *(-values[part] for part in parts)])

    def build(self) -> CellSystem:
        """Give the system.

        Raises
        ------
        DisclosureError
            Naming a total that is not the sum of its parts.
        """
        size = len(self.names)
        measures = {}
        for measure, known in self._values.items():
            values = np.full(size, np.nan)
            values[list(known)] = list(known.values())
            measures[measure] = values
        relations = sparse.csr_array((0, size))
        if self._rows:
            data = [sign for row in self._rows for sign in row.values()]
            columns = [cell for row in self._rows for cell in row]
            starts = np.cumsum([0, *(len(row) for row in self._rows)])
            relations = sparse.csr_array((data, columns, starts), shape=(len(self._rows), size))
        return _checked(CellSystem(tuple(self.names), relations, measures))


def _checked(system: CellSystem) -> CellSystem:
    """Refuse totals that are no sums; a measure that does not add up loses the cells at fault."""
    wrong = np.flatnonzero(np.abs(system.relations @ system.counts) > TOLERANCE)
    if wrong.size:
        row = system.relations[[int(wrong[0])]]
        total = int(row.indices[np.argmin(row.data)])
        raise DisclosureError(f"'{system.names[total]}' is not the sum of its parts")
    return system
