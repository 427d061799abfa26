"""Sums of weights as further measures of the same cells.

Shares and weighted bases are printed beside n. They add up as counts do, so whatever protects the
counts has to protect them too. Tables with another weight print other sums for the same people;
those are a measure of their own.
"""

from __future__ import annotations

import math

from analysis.disclosure.system import SystemBuilder

_SAME = 1e-9
MEASURE = "people"
TableKey = tuple[str, str]
"""Table of the plan and question."""


class WeightedCells:
    """Collects the sums of weights of tables and sorts them by weight."""

    def __init__(self, builder: SystemBuilder) -> None:
        self._builder = builder
        self._sums: dict[TableKey, dict[int, float]] = {}
        self._largest: dict[TableKey, tuple[float, float]] = {}

    def base(self, table: TableKey, cell: int, n: float, people: float) -> None:
        """Take the base of a column: interviews, and people of the population."""
        self.answer(table, cell, people)
        if n > 0 and people > 0:
            self._largest[table] = max(self._largest.get(table, (0.0, 1.0)), (n, people))

    def answer(self, table: TableKey, cell: int, people: float) -> None:
        """Take the people of a cell; not a number where the table does not have them."""
        if not math.isnan(people):
            # Rows of a column differ in the last digit; which comes last must not matter.
            sums = self._sums.setdefault(table, {})
            sums[cell] = min(people, sums.get(cell, people))

    def finish(self) -> None:
        """Hand the sums to the builder, scaled to interviews so that all measures are alike.

        The scale is that of the largest base of a table, whatever the order of its rows.
        """
        found: list[tuple[dict[int, float], float]] = []
        for table, sums in sorted(self._sums.items()):
            for known, _ in found:
                if all(math.isclose(known.get(c, v), v, rel_tol=_SAME) for c, v in sums.items()):
                    known.update(sums)
                    break
            else:
                n, people = self._largest.get(table, (1.0, 1.0))
                found.append((dict(sums), n / people))
        for number, (sums, scale) in enumerate(found, start=1):
            values = self._builder.values(f"{MEASURE} {number}")
            values.update((cell, people * scale) for cell, people in sums.items())
