"""An outsider with everything published, and nothing else.

He reads tidy rows as text, knows the layout (which answers exhaust a question, which nets are made
of which answers, which breakdowns divide which column) and that people are no fewer than none. He
writes down one unknown for each number of people, what is printed as bounds on it (a count rounded
to tens is an interval, so is a share rounded to three decimals), and solves for what is masked.

Nothing of `analysis.disclosure` is used here: this is the other side.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

HALF_SHARE = 0.0005
FAR = 1e7
Place = tuple[str, str, str, str, str, str]
"""Table, wave, stub, stub_code, banner, banner_code."""


@dataclass(frozen=True)
class Layout:
    """What anybody knows of a table from the questionnaire and the notes under it.

    Attributes
    ----------
    answers : mapping of stub to codes
        All codes, with kinds of missing that count as answers.
    multiple : set of stubs
        Of which a person may choose several.
    nets : mapping of net to codes
    where : mapping of banner to condition or None
        Of its own filter, ``variable == 'code'``.
    exhaustive : set of banners
        Whose columns make up all of the column they divide.
    people : str
        The same text for tables of the same people with the same weight: waves and base.
    trend : str
        Of a transition: ``people`` of the table that shows the earlier answers of its people.
    """

    answers: Mapping[str, Sequence[str]]
    multiple: frozenset[str] = frozenset()
    nets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    where: Mapping[str, str | None] = field(default_factory=dict)
    exhaustive: frozenset[str] = frozenset()
    people: str = ""
    trend: str = ""


@dataclass(frozen=True)
class Bounds:
    """What the outsider knows of the people of the population in a cell."""

    low: float
    high: float

    def interviews(self, people_per_interview: float) -> float:
        """How many interviews apart the ends are, at the mean weight of the column."""
        return (self.high - self.low) / people_per_interview


def attack(
    rows: Iterable[Mapping[str, str]], layouts: Mapping[str, Layout], wanted: Iterable[Place]
) -> dict[Place, Bounds]:
    """Solve for cells; printed ones come out as wide as their rounding.

    Parameters
    ----------
    rows : iterable of mappings
        As `csv.DictReader` gives them.
    layouts : mapping of table to Layout
    wanted : iterable of Place
        Cells of statistic ``share`` or ``net``, masked or not.
    """
    printed = list(rows)
    outsider = _Outsider(layouts, _steps(printed))
    for row in printed:
        outsider.read(row)
    return outsider.solve(list(wanted))


def _steps(rows: Iterable[Mapping[str, str]]) -> dict[tuple[str, str], int]:
    """The unit that people are rounded to in a table and wave, seen from the numbers themselves."""
    found: dict[tuple[str, str], int] = {}
    for row in rows:
        if row["weighted_n"]:
            place = (row["table"], row["wave"])
            found[place] = math.gcd(found.get(place, 0), int(float(row["weighted_n"])))
    return found


class _Outsider:
    def __init__(self, layouts: Mapping[str, Layout], steps: Mapping[tuple[str, str], int]) -> None:
        self.layouts = layouts
        self.steps = steps
        self.unknown: dict[tuple[str, ...], int] = {}
        self.low: list[float] = []
        self.high: list[float] = []
        self.at_most: list[dict[int, float]] = []
        self.equal: list[dict[int, float]] = []
        self.columns: dict[tuple[str, ...], set[tuple[str, str]]] = defaultdict(set)
        self.lines: dict[tuple[str, ...], set[str]] = defaultdict(set)
        self.layout_of: dict[tuple[str, ...], Layout] = {}

    # ---- reading ------------------------------------------------------------------------------

    def read(self, row: Mapping[str, str]) -> None:
        layout = self.layouts.get(row["table"])
        if layout is None or row["statistic"] not in ("share", "net"):
            return
        question = (layout.people, row["wave"], row["stub"])
        column = (row["banner"], row["banner_code"])
        self.columns[question].add(column)
        self.lines[question].add(self._line(layout, row))
        self.layout_of.setdefault(question, layout)
        base, cell = self._base(question, column), self._cell(layout, question, column, row)
        if row["weighted_n"]:
            people = float(row["weighted_n"])
            half = self.steps[row["table"], row["wave"]] / 2
            self._between(base, people - half, people + half)
        if row["value"]:
            share = float(row["value"])
            self.at_most.append({cell: 1.0, base: -(share + HALF_SHARE)})
            self.at_most.append({cell: -1.0, base: share - HALF_SHARE})

    def _line(self, layout: Layout, row: Mapping[str, str]) -> str:
        """The same text for nets of the same codes."""
        if row["statistic"] == "share":
            return row["stub_code"]
        return "net " + ",".join(sorted(layout.nets[row["stub_code"]]))

    def _base(self, question: tuple[str, ...], column: tuple[str, str]) -> int:
        return self._place((*question, *column, "base"))

    def _cell(self, layout, question, column, row) -> int:
        return self._place((*question, *column, self._line(layout, row)))

    def _place(self, name: tuple[str, ...]) -> int:
        if name not in self.unknown:
            self.unknown[name] = len(self.low)
            self.low.append(0.0)
            self.high.append(FAR)
        return self.unknown[name]

    def _between(self, at: int, low: float, high: float) -> None:
        self.low[at], self.high[at] = max(self.low[at], low), min(self.high[at], high)

    # ---- knowing how things add up -------------------------------------------------------------

    def relate(self) -> None:
        for question, columns in self.columns.items():
            layout, stub = self.layout_of[question], question[2]
            lines = self.lines[question]
            codes = layout.answers[stub]
            for column in columns:
                base = self._base(question, column)
                cells = {line: self._place((*question, *column, line)) for line in lines}
                self._within(base, cells.values())
                if stub not in layout.multiple and set(codes) <= lines:
                    self._sum(base, [cells[code] for code in codes])
                for line, cell in cells.items():
                    if line.startswith("net "):
                        self._net(stub in layout.multiple, cell, cells, line)
            self._divide(question, layout)
        self._origins()

    def _within(self, base: int, cells: Iterable[int]) -> None:
        self.at_most += [{cell: 1.0, base: -1.0} for cell in cells]

    def _net(self, overlaps: bool, net: int, cells: Mapping[str, int], line: str) -> None:
        parts = [cells[code] for code in line.removeprefix("net ").split(",") if code in cells]
        if not overlaps:
            self._sum(net, parts)
            return
        self.at_most += [{part: 1.0, net: -1.0} for part in parts]
        self.at_most.append({net: 1.0} | dict.fromkeys(parts, -1.0))

    def _divide(self, question: tuple[str, ...], layout: Layout) -> None:
        by_banner: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for column in sorted(self.columns[question]):
            by_banner[column[0]].append(column)
        for banner, columns in by_banner.items():
            whole = self._divided(question, layout.where.get(banner))
            if banner == "total" or whole is None:
                continue
            for line in ("base", *self.lines[question]):
                total = self._place((*question, *whole, line))
                parts = [self._place((*question, *column, line)) for column in columns]
                if banner in layout.exhaustive:
                    self._sum(total, parts)
                else:
                    self.at_most.append({total: -1.0} | dict.fromkeys(parts, 1.0))

    def _divided(self, question, where: str | None) -> tuple[str, str] | None:
        if not where:
            return ("total", "total")
        match = re.fullmatch(r"(\w+) == '([^']*)'", where)
        column = (match[1], match[2]) if match else None
        return column if column in self.columns[question] else None

    def _origins(self) -> None:
        """The column of a transition is part of the earlier answer of the same people."""
        for question, columns in list(self.columns.items()):
            stub, trend = question[2], self.layout_of[question].trend
            for column in columns:
                variable, _, earlier = column[0].partition("@")
                answer = (trend, earlier, stub, "total", "total", column[1])
                if variable == stub and earlier and answer in self.unknown:
                    base = self._base(question, column)
                    self.at_most.append({base: 1.0, self.unknown[answer]: -1.0})

    def _sum(self, total: int, parts: Sequence[int]) -> None:
        row = {total: -1.0}
        for part in parts:
            row[part] = row.get(part, 0.0) + 1.0
        if row := {cell: sign for cell, sign in row.items() if sign}:
            self.equal.append(row)

    # ---- solving --------------------------------------------------------------------------------

    def solve(self, wanted: Sequence[Place]) -> dict[Place, Bounds]:
        self.relate()
        found = {}
        for place in wanted:
            table, wave, stub, code, *column = place
            layout = self.layouts[table]
            question = (layout.people, wave, stub)
            is_net = code in layout.nets and code not in layout.answers[stub]
            line = self._line(
                layout, {"statistic": "net" if is_net else "share", "stub_code": code}
            )
            at = self.unknown[*question, *column, line]
            found[place] = Bounds(*self._ends(at))
        return found

    def _ends(self, at: int) -> tuple[float, float]:
        system = self._systems[int(self._part_of[at])]
        cost = np.zeros(len(system.unknowns))
        cost[system.place[at]] = 1.0
        return system.least(cost), -system.least(-cost)

    @cached_property
    def _part_of(self) -> np.ndarray:
        """Unknowns that nothing ties to another are systems of their own."""
        rows = [*self.equal, *self.at_most]
        matrix = abs(_matrix(rows, len(self.low)))
        return np.asarray(connected_components(matrix.T @ matrix, directed=False)[1])

    @cached_property
    def _systems(self) -> dict[int, _System]:
        grouped: dict[int, tuple[list, list]] = defaultdict(lambda: ([], []))
        for kind, rows in enumerate((self.equal, self.at_most)):
            for row in rows:
                grouped[int(self._part_of[next(iter(row))])][kind].append(row)
        return {
            part: _System(self, np.flatnonzero(self._part_of == part), *rows)
            for part, rows in grouped.items()
        }


class _System:
    """One connected system: bounds, sums, and what is no more than something else."""

    def __init__(self, outsider: _Outsider, unknowns: np.ndarray, equal: list, at_most: list):
        self.unknowns = unknowns
        self.place = dict(zip(unknowns.tolist(), range(len(unknowns)), strict=True))
        own = [{self.place[k]: v for k, v in row.items()} for row in equal]
        rest = [{self.place[k]: v for k, v in row.items()} for row in at_most]
        self.equal = _matrix(own, len(unknowns))
        self.at_most = _matrix(rest, len(unknowns))
        self.bounds = np.column_stack([outsider.low, outsider.high])[unknowns]

    def least(self, cost: np.ndarray) -> float:
        solved = linprog(
            cost,
            A_ub=self.at_most if self.at_most.shape[0] else None,
            b_ub=np.zeros(self.at_most.shape[0]) if self.at_most.shape[0] else None,
            A_eq=self.equal if self.equal.shape[0] else None,
            b_eq=np.zeros(self.equal.shape[0]) if self.equal.shape[0] else None,
            bounds=self.bounds,
            method="highs",
        )
        assert solved.status == 0, f"what is published contradicts itself: {solved.message}"
        return float(solved.fun)


def _matrix(rows: Sequence[Mapping[int, float]], width: int) -> sparse.csr_array:
    data = [value for row in rows for value in row.values()]
    columns = [at for row in rows for at in row]
    starts = np.cumsum([0, *(len(row) for row in rows)])
    return sparse.csr_array((data, columns, starts), shape=(len(rows), width))
