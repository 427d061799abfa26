"""All tables of a release as one additive system.

Rows of a tidy table become cells by what they count (`groups`), so the same people giving the same
answer are one cell wherever they are printed: as a total column of five breakdowns, in a table and
its transpose, under a filter and as the column of that filter. Relations come from what the tables
say: answers add up to their base, nets to their answers, groups to the column they divide; a group
within another leaves a difference, which is a cell that is never printed but can be worked out.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import IntArray
from analysis.codebook import Codebook
from analysis.disclosure.groups import (
    Group,
    banner_group,
    filtered_group,
    has_answered,
    has_chosen,
    in_net,
    innermost,
    is_code,
    took_part,
)
from analysis.disclosure.system import CellSystem, DisclosureError, SystemBuilder
from analysis.disclosure.weighted import WeightedCells
from analysis.plan import TablePlan
from analysis.shares import TOTAL

Question = tuple[str, str, tuple[str, ...]]
"""A variable, a wave, and the kinds of missing answer that count as answers."""

ANSWER_STATISTICS = ("share", "net")
NUMBER_STATISTICS = ("mean", "q25", "median", "q75")
_REQUIRED = (
    "table",
    "wave",
    "stub",
    "stub_code",
    "banner",
    "banner_code",
    "statistic",
    "n",
    "count",
)
BETWEEN_WAVES = "-"
NO_CELL = -1


@dataclass(frozen=True, eq=False)
class LinkedColumn:
    """One group's answers to one question in a wave: a base, and cells by codes.

    ``counted`` are the kinds of missing answer that belong to the base.
    """

    group: Group
    stub: str
    wave: str
    counted: tuple[str, ...]
    base: int
    answers: dict[tuple[str, ...], int] = field(repr=False)
    nets: dict[tuple[str, ...], int] = field(repr=False)


@dataclass(frozen=True, eq=False)
class LinkedTables:
    """Rows of tables and the system of cells behind them.

    Attributes
    ----------
    system : CellSystem
        Interviews first; then people of the population, one measure for each weight, scaled to
        interviews.
    cell_of_row, base_of_row : ndarray of int64, shape (rows,)
        The cell a row prints and the base it prints as n; -1 where it has none.
    columns : tuple of LinkedColumn
    hidden : mapping of int to bool
        Cells that stand in no table; whether the people in them share what a filter says, so that
        the difference is a group of its own.
    known_zeros : frozenset of int
        Cells that the questionnaire leaves empty.
    totals, headlines : frozenset of int
        Cells and bases of total columns; those of tables that have no other column.
    """

    system: CellSystem
    cell_of_row: IntArray = field(repr=False)
    base_of_row: IntArray = field(repr=False)
    columns: tuple[LinkedColumn, ...] = field(repr=False)
    hidden: Mapping[int, bool] = field(repr=False)
    known_zeros: frozenset[int] = field(repr=False, default=frozenset())
    totals: frozenset[int] = field(repr=False, default=frozenset())
    headlines: frozenset[int] = field(repr=False, default=frozenset())


def link(rows: pd.DataFrame, plan: Sequence[TablePlan], codebook: Codebook) -> LinkedTables:
    """Link the tables of a release.

    Parameters
    ----------
    rows : DataFrame
        `tables.COLUMNS` and ``count``, the unweighted interviews in the cell of each row with
        statistic ``share`` or ``net``. Optional ``structural``: true where a zero follows from the
        questionnaire. Statistics other than those two are not part of the system.
    plan : sequence of TablePlan
        Every table in ``rows``.
    codebook : Codebook
        Tells single from multiple choice.

    Raises
    ------
    DisclosureError
        If tables contradict each other, a table is not in the plan, or ``count`` is missing.
    """
    missing = [name for name in _REQUIRED if name not in rows.columns]
    if missing:
        raise DisclosureError(f"the rows have no column {', '.join(missing)}")
    unplanned = sorted(set(rows["table"]) - {table.id for table in plan})
    if unplanned:
        raise DisclosureError(f"not in the plan: table {', '.join(unplanned)}")
    linker = _Linker({table.id: table for table in plan}, codebook, len(rows))
    linker.read(rows)
    linker.add_up()
    linker.divide()
    linker.nest()
    return linker.linked()


class _Linker:
    """Reads rows into cells, then states how the cells are related."""

    def __init__(self, plan: Mapping[str, TablePlan], codebook: Codebook, size: int) -> None:
        self.plan = plan
        self.codebook = codebook
        self.builder = SystemBuilder()
        self.cell_of_row = np.full(size, NO_CELL, dtype=np.int64)
        self.base_of_row = np.full(size, NO_CELL, dtype=np.int64)
        self.columns: dict[Question, dict[Group, LinkedColumn]] = {}
        self.breakdowns: dict[tuple[str, Question, str], list[Group]] = {}
        self.hidden: dict[int, bool] = {}
        self.totals: set[int] = set()
        self.headlines: set[int] = set()
        self.known_zeros: set[int] = set()
        self.divided: set[tuple[Question, Group, Group]] = set()

    def linked(self) -> LinkedTables:
        return LinkedTables(
            self.builder.build(),
            self.cell_of_row,
            self.base_of_row,
            tuple(self._all_columns()),
            self.hidden,
            frozenset(self.known_zeros),
            frozenset(self.totals),
            frozenset(self.headlines),
        )

    def read(self, rows: pd.DataFrame) -> None:
        """Make a cell for each base, answer and net; weigh them table by table."""
        weighted = WeightedCells(self.builder)
        for at, row in enumerate(rows.to_dict(orient="records")):
            if BETWEEN_WAVES in str(row["wave"]) or pd.isna(row["n"]):
                continue
            column = self._column(row)
            self.base_of_row[at] = column.base
            people = _number(row.get("weighted_n"))
            weighted.base((row["table"], row["stub"]), column.base, float(row["n"]), people)
            if row["statistic"] in ANSWER_STATISTICS:
                cell = self.cell_of_row[at] = self._cell(column, row)
                weighted.answer(
                    (row["table"], row["stub"]), cell, _number(row.get("value")) * people
                )
        weighted.finish()

    def _column(self, row: Mapping[Hashable, Any]) -> LinkedColumn:
        table, wave, stub = self.plan[row["table"]], str(row["wave"]), row["stub"]
        # A mean is of answers only, whatever else counts among the shares.
        counted = (
            () if row["statistic"] in NUMBER_STATISTICS else tuple(sorted(table.count_missing))
        )
        question = (stub, wave, counted)
        group = banner_group(table, stub, wave, row["banner"], row["banner_code"])
        people = group.with_condition(has_answered(stub, wave, counted))
        base = self.builder.cell(str(people), float(row["n"]))
        self._weigh(row, base)
        if row["banner"] != TOTAL:
            groups = self.breakdowns.setdefault((table.id, question, row["banner"]), [])
            if group not in groups:
                groups.append(group)
        columns = self.columns.setdefault(question, {})
        if group not in columns:
            columns[group] = LinkedColumn(group, stub, wave, counted, base, {}, {})
        return columns[group]

    def _weigh(self, row: Mapping[Hashable, Any], cell: int) -> None:
        """Note what a reader would miss most: what is said of everybody."""
        if row["banner"] == TOTAL:
            self.totals.add(cell)
            if not self.plan[row["table"]].banner:
                self.headlines.add(cell)

    def _cell(self, column: LinkedColumn, row: Mapping[Hashable, Any]) -> int:
        if pd.isna(row["count"]):
            raise DisclosureError(f"table {row['table']}, {row['stub']}: a cell has no count")
        answer, count, wave = str(row["stub_code"]), float(row["count"]), column.wave
        if row["statistic"] == "net":
            codes = tuple(sorted((self.plan[row["table"]].nets or {})[answer]))
            condition = in_net(column.stub, wave, codes)
        else:
            codes = (answer,)
            multiple = self.codebook[column.stub].is_multiple
            condition = (has_chosen if multiple else is_code)(column.stub, wave, answer)
        people = column.group.with_condition(condition)
        cell = self.builder.cell(str(people), count)
        self._weigh(row, cell)
        (column.answers if row["statistic"] == "share" else column.nets)[codes] = cell
        if count == 0 and (row.get("structural") is True or people.is_empty):
            self.known_zeros.add(cell)
        return cell

    def _all_columns(self) -> Iterator[LinkedColumn]:
        return (column for columns in self.columns.values() for column in columns.values())

    def add_up(self) -> None:
        """State that answers add up to their base, and nets to their answers."""
        self._share_answers()
        for column in self._all_columns():
            answers = list(column.answers.values())
            if self.codebook[column.stub].is_multiple:
                self._overlap(column)
            elif answers:
                self._exhaust(column.base, answers)
                for codes, net in column.nets.items():
                    parts = [column.answers[code,] for code in codes if (code,) in column.answers]
                    self._exhaust(net, parts)

    def _share_answers(self) -> None:
        """Give the base of a mean the answers printed on the wider base of its shares."""
        for (stub, wave, counted), columns in self.columns.items():
            narrow = self.columns.get((stub, wave, ()), {}) if counted else {}
            for group in columns.keys() & narrow.keys():
                wide, own = columns[group], narrow[group]
                missing = [wide.answers[k,] for k in counted if (k,) in wide.answers]
                own.answers.update(
                    (c, cell) for c, cell in wide.answers.items() if cell not in missing
                )
                self._exhaust(wide.base, [own.base, *missing])

    def _overlap(self, column: LinkedColumn) -> None:
        """Relate answers of which a person may give several.

        Whoever did not choose an answer is a cell that anybody can work out. A net holds each of
        its answers, and no more people than all of them together.
        """
        for cell in (*column.answers.values(), *column.nets.values()):
            self._rest(column.base, [cell], f"not {self.builder.names[cell]}", is_group=True)
        for codes, net in column.nets.items():
            parts = [column.answers[code,] for code in codes if (code,) in column.answers]
            for part in parts:
                self._rest(net, [part], f"beyond {self.builder.names[part]}", is_group=False)
            if len(parts) == len(codes):
                given = self.builder.sum(f"{self.builder.names[net]}, answers given", parts)
                self.hidden[given] = False
                self._rest(given, [net], "further answers", is_group=False)

    def divide(self) -> None:
        """State that the groups of a breakdown make up the column they divide."""
        for (table, question, banner), groups in self.breakdowns.items():
            stub, wave, _ = question
            whole = filtered_group(self.plan[table], stub, wave, banner)
            for parent in innermost(list(self.columns[question]), whole):
                self.divided.update((question, parent, group) for group in groups)
                # Two filters may lie in one parent: what each leaves of it are other people.
                rest = banner if parent == whole else f"{banner} within {whole}"
                self._relate(question, parent, groups, f"outside {rest}", is_group=parent != whole)

    def nest(self) -> None:
        """Relate groups within others that no breakdown relates: filters, and panel to wave."""
        for question, columns in self.columns.items():
            for group, column in columns.items():
                self._relate_origin(column)
                others = [other for other in columns if other != group]
                for outer in innermost(others, group):
                    if (question, outer, group) in self.divided:
                        continue
                    if group.same_waves(outer) or self._fits_within(column, columns[outer]):
                        self._relate(
                            question,
                            outer,
                            [group],
                            f"outside {group}",
                            is_group=group.is_filtered_from(outer),
                        )

    def _relate_origin(self, column: LinkedColumn) -> None:
        """State that who gave an answer before, and answers now, gave that answer before.

        The column of a transition is so part of a cell of the earlier wave: that of the same people
        in a trend, or else that of everybody in that wave.
        """
        if not column.group.is_origin(column.stub, column.wave):
            return
        in_this_wave = took_part(column.wave)
        for group in (column.group, Group(column.group.conditions - {in_this_wave})):
            if str(group) in self.builder:
                origin = self.builder.index(str(group))
                same = group == column.group
                counts = self.builder.values(SystemBuilder.COUNT)
                if same or counts[column.base] <= counts[origin]:
                    self._rest(
                        origin, [column.base], "no answer later", is_group=False, weighted=same
                    )
                return

    def _fits_within(self, small: LinkedColumn, large: LinkedColumn) -> bool:
        """Tell whether people of several waves are among those of one wave in every answer.

        They are when both are drawn from the same interviews, which tables do not say.
        """
        counts = self.builder.values(SystemBuilder.COUNT)
        pairs = [(small.base, large.base)]
        pairs += [(small.answers[c], large.answers[c]) for c in small.answers if c in large.answers]
        return all(counts[part] <= counts[whole] for part, whole in pairs)

    def _relate(
        self,
        question: Question,
        parent: Group,
        groups: Sequence[Group],
        rest: str,
        *,
        is_group: bool,
    ) -> None:
        """State for each answer that groups, and a rest if there is any, make up their parent."""
        whole = self.columns[question][parent]
        parts = [self.columns[question][group] for group in groups]
        counts = self.builder.values(SystemBuilder.COUNT)
        weighted = all(group.same_waves(parent) for group in groups)
        complete = counts[whole.base] == sum(counts[part.base] for part in parts)
        for total, cells in self._matching(whole, parts):
            if complete:
                self.builder.total(total, cells)
            else:
                self._rest(total, cells, rest, is_group=is_group, weighted=weighted)

    def _matching(
        self, whole: LinkedColumn, parts: Sequence[LinkedColumn]
    ) -> Iterator[tuple[int, list[int]]]:
        """Give the cells of columns that count the same answer.

        Of a single choice only the answers: bases and nets are sums of them, so related already.
        """
        kinds = [(whole.answers, [part.answers for part in parts])]
        if self.codebook[whole.stub].is_multiple or not whole.answers:
            kinds.append((whole.nets, [part.nets for part in parts]))
            yield whole.base, [part.base for part in parts]
        for cells, others in kinds:
            for codes, total in cells.items():
                if all(codes in other for other in others):
                    yield total, [other[codes] for other in others]

    def _exhaust(self, total: int, parts: Sequence[int]) -> None:
        """State that answers make up a total; answers that no row shows are a hidden rest."""
        counts = self.builder.values(SystemBuilder.COUNT)
        if counts[total] == sum(counts[part] for part in parts):
            self.builder.total(total, parts)
        else:
            self._rest(total, parts, "other answers", is_group=False)

    def _rest(
        self,
        total: int,
        parts: Sequence[int],
        what: str,
        *,
        is_group: bool,
        weighted: bool = True,
    ) -> None:
        name = f"{self.builder.names[total]}, {what}"
        rest = self.builder.rest(name, total, parts, weighted=weighted)
        self.hidden[rest] = is_group or self.hidden.get(rest, False)


def _number(value: Any) -> float:  # noqa: ANN401  # a cell of a data frame
    return np.nan if value is None or pd.isna(value) else float(value)
