"""A published table as it stands on a page: blocks of rows, every cell already text.

Waves stand below each other, not side by side: a page then holds a whole breakdown, and a reader
sees a change under the two numbers it is made of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from analysis.book import Base, Cell, Heading, Line, PublishedTable
from analysis.printed import (
    Printed,
    base_label,
    base_text,
    bounds_text,
    error_text,
    value_text,
    wave_text,
)
from analysis.wording import Wording

BASE_ROWS = ("n", "weighted_n", "n_eff")
_KEPT = 2**16


@dataclass(frozen=True)
class GridCell:
    """An estimate with what the table shows beside it, and its letters."""

    value: Printed
    beside: tuple[Printed, ...] = ()
    letters: str = ""


@dataclass(frozen=True)
class GridRow:
    """One row of numbers; ``label`` is the wave where the block has a label of its own."""

    label: str
    cells: tuple[GridCell, ...]


@dataclass(frozen=True)
class Block:
    """The rows of one answer over the waves, or of one number of the base.

    ``label`` is empty when the table has one wave: its one row then bears the words itself.
    ``statistic`` is that of the line; ``base`` for n, weighted n and n_eff.
    """

    label: str
    statistic: str
    rows: tuple[GridRow, ...]


@dataclass(frozen=True)
class Grid:
    """A table in rows and columns, the base first; ``is_lettered`` when columns are tested."""

    columns: tuple[Heading, ...]
    blocks: tuple[Block, ...]
    is_lettered: bool


def grid_of(table: PublishedTable, language: str) -> Grid:
    """Lay out a table."""
    blocks = [_base_block(table, number, language) for number in BASE_ROWS]
    blocks += [_line_block(table, line, language) for line in table.lines]
    lettered = bool(table.rows["statistic"].astype(str).str.startswith("letters").any())
    return Grid(table.columns, tuple(blocks), lettered)


def head_of(column: Heading, *, is_lettered: bool) -> str:
    """Give the head of a column, with its letter."""
    return (
        f"{column.label} ({column.letter.upper()})"
        if is_lettered and column.letter
        else (column.label)
    )


def runs(columns: tuple[Heading, ...]) -> Iterator[tuple[str, tuple[Heading, ...]]]:
    """Give neighbouring columns of one breakdown together, with its label."""
    start = 0
    for at in range(1, len(columns) + 1):
        if at == len(columns) or columns[at].banner != columns[start].banner:
            yield columns[start].banner_label, columns[start:at]
            start = at


def _base_block(table: PublishedTable, number: str, language: str) -> Block:
    # A change rests on the bases of its two waves, which stand above it already.
    waves = [wave for wave in table.waves if "-" not in wave]
    rows = [
        GridRow(
            wave_text(wave, language),
            tuple(
                GridCell(_base(table.base(wave, column), number, language))
                for column in table.columns
            ),
        )
        for wave in waves
    ]
    return _block(base_label(number, language), "base", rows)


def _line_block(table: PublishedTable, line: Line, language: str) -> Block:
    rows = [
        GridRow(
            wave_text(wave, language),
            tuple(_cell(table, wave, line, column, language) for column in table.columns),
        )
        for wave in table.waves
        if any(table.cell(wave, line, column) for column in table.columns)
    ]
    return _block(line.label, line.statistic, rows)


def _block(label: str, statistic: str, rows: list[GridRow]) -> Block:
    if len(rows) == 1:
        return Block("", statistic, (GridRow(label, rows[0].cells),))
    return Block(label, statistic, tuple(rows))


def _cell(table: PublishedTable, wave: str, line: Line, column: Heading, language: str) -> GridCell:
    cell = table.cell(wave, line, column)
    if cell is None or cell.value is None:
        return GridCell(_value(None, cell and cell.flag, line.statistic, wave, language))
    value = _value(cell.value, cell.flag, line.statistic, wave, language)
    beside = []
    if "se" in table.show and cell.se is not None:
        beside.append(_error(cell.se, line.statistic, language))
    if "interval" in table.show and cell.low is not None and cell.high is not None:
        beside.append(_bounds(cell.low, cell.high, line.statistic, wave, language))
    return GridCell(value, tuple(beside), cell.letters)


# A report prints some hundred thousand numbers, and most of them many times: 41.4 % is one of a
# thousand. Their texts are made once.


@lru_cache(maxsize=_KEPT)
def _value(
    value: float | None, flag: str | None, statistic: str, wave: str, language: str
) -> Printed:
    cell = None if flag is None else Cell(value, None, None, None, flag)
    return value_text(cell, statistic, wave, language)


@lru_cache(maxsize=_KEPT)
def _error(se: float, statistic: str, language: str) -> Printed:
    error = error_text(Cell(None, se, None, None, ""), statistic, language)
    words = Wording(language).gettext("SE %(error)s", error=error.text)
    return Printed(words, words)


@lru_cache(maxsize=_KEPT)
def _bounds(low: float, high: float, statistic: str, wave: str, language: str) -> Printed:
    return bounds_text(Cell(None, None, low, high, ""), statistic, wave, language)


@lru_cache(maxsize=_KEPT)
def _base(base: Base | None, number: str, language: str) -> Printed:
    return base_text(base, number, language)
