"""A table of a book as a sheet: bases on top, a few rows a line, notes underneath.

Every number stays a number. What stands beside a value (error, interval, letters) has a row of its
own under it, as in a printed banner book: columns stay narrow, and a page holds a whole banner.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from analysis.book import Book, Cell, Heading, Line, PublishedTable, printed_columns
from analysis.export.number_formats import TEXT, Unit, number_format, unit_of
from analysis.export.xlsx_frame import begin, finish
from analysis.export.xlsx_page import Page, lines_of
from analysis.plan import Kind
from analysis.printed import (
    base_label,
    base_text,
    is_change,
    letters_text,
    value_text,
    wave_text,
)
from analysis.wording import Wording

KIND_WIDTH = 11.0
_NARROWEST_LABEL, _WIDEST_LABEL = 26.0, 44.0
_NARROWEST, _WIDEST = 9.0, 14.0
_PAGE_ROWS, _PAGE_DIGITS = 33, 147.0
"""What A4 landscape holds at full size."""
_SQUEEZE = 0.75
"""How much smaller a table may be printed rather than be broken within an answer."""
_PAGE_WIDTH = 235.0
"""Digits beside each other on A4 landscape at the smallest scale that is still read."""
_NOTES_WIDTH = 100.0
FIRST_COLUMN = 2
BASE_ROWS = ("n", "weighted_n", "n_eff")


@dataclass(frozen=True)
class _Row:
    """A row under a line: what it shows of each cell, and how."""

    name: str
    number: Callable[[Cell], float | None]
    signed: bool


def write_table(page: Page, book: Book, table: PublishedTable, contents: str) -> None:
    """Write one table on an empty sheet.

    Parameters
    ----------
    page : Page
    book : Book
        Its language, notice and standing notes.
    table : PublishedTable
    contents : str
        Name of the sheet that the table leads back to.
    """
    say = Wording(book.language)
    sheet = _TableSheet(page, table, say)
    sheet.set_widths()
    head = begin(page, book, table.title, contents, sheet.text_last, question=table.question)
    body = sheet.head(head)
    row = sheet.bases(body)
    for line in table.lines:
        row = sheet.line(row, line)
    end = sheet.notes(row + 1, (*table.notes, *book.standing))
    page.freeze(body, FIRST_COLUMN)
    wide, high = sheet.pages(end)
    finish(page, book, table.title, repeat=(head, body - 1), wide=wide, high=high)


class _TableSheet:
    """The rows of one sheet, from the top down; each part gives the first row after it."""

    def __init__(self, page: Page, table: PublishedTable, say: Wording) -> None:
        self._page, self._table, self._say = page, table, say
        self._language = say.language
        self._columns = printed_columns(table)
        self._last = FIRST_COLUMN + len(self._columns) - 1
        self._label_width = _label_width(table)
        self._widths = {
            at: _column_width(heading, len(table.waves)) for at, (_, heading) in self._numbered()
        }
        statistics = table.rows["statistic"].astype(str)
        self._has_letters = bool(statistics.str.startswith("letters").any())

    def pages(self, rows: int) -> tuple[int, int]:
        """Pages beside and below each other on paper; 0 below for as many as it takes."""
        beside = self._label_width + KIND_WIDTH
        columns = sum(self._widths.values())
        wide = max(1, math.ceil(columns / (_PAGE_WIDTH - beside)))
        room = _PAGE_ROWS * max(1.0, (beside + columns) / _PAGE_DIGITS)
        return wide, int(wide == 1 and rows * _SQUEEZE <= room)

    @property
    def text_last(self) -> int:
        """Last column that titles and notes run over: a line of text has a limit too."""
        width = self._label_width + KIND_WIDTH
        last = FIRST_COLUMN - 1
        while width < _NOTES_WIDTH:
            last += 1
            width += self._widths.get(last, _NARROWEST)
        return last

    def set_widths(self) -> None:
        columns = range(FIRST_COLUMN, max(self._last, self.text_last) + 1)
        widths = {at: self._widths.get(at, _NARROWEST) for at in columns}
        self._page.widths({0: self._label_width, 1: KIND_WIDTH} | widths)

    def head(self, row: int) -> int:
        """Banner over its columns, column labels, waves, letters of the columns."""
        page, table = self._page, self._table
        labels = row + 1
        banners = [(*run, run[-1].banner_label) for run in self._runs(_banner)]
        codes = [(*run, run[-1].label) for run in self._runs(_column)]
        for look, at, heads in (("banner", row, banners), ("head", labels, codes)):
            lines = 1
            for first, last, _, text in heads:
                page.across(at, first, last, text, look)
                room = sum(self._widths[column] for column in range(first, last + 1))
                lines = max(lines, lines_of(text, room))
            page.height(at, lines)
        side = [row, labels]
        if len(table.waves) > 1:
            side.append(self._waves(labels + 1))
        page.text(side[-1], 0, self._stub_head(), "side head")
        page.blank(side[-1], 1, "side head")
        for above in side[1:-1]:
            page.blank(above, 0, "side head")
            page.blank(above, 1, "side head")
        if not self._has_letters:
            return side[-1] + 1
        self._letters_of_columns(side[-1] + 1)
        return side[-1] + 2

    def bases(self, row: int) -> int:
        for name in BASE_ROWS:
            self._page.text(row, 0, base_label(name, self._language), "base label")
            for column, (wave, heading) in self._numbered():
                base = self._table.base(wave, heading)
                number = None if base is None else getattr(base, name)
                if number is None:
                    text = base_text(base, name, self._language).text
                    self._page.text(row, column, text, "base", TEXT)
                else:
                    shown = number_format(number, Unit.COUNT)
                    self._page.number(row, column, number, "base", shown)
            row += 1
        return row

    def line(self, row: int, line: Line) -> int:
        net = "net " if line.statistic == "net" else ""
        self._page.text(row, 0, line.label, f"{net}label")
        self._page.fit(row, {0: line.label})
        for k, shown in enumerate(self._rows(line)):
            self._page.text(row, 1, shown.name, "beside kind" if k else "kind")
            for column, (wave, heading) in self._numbered():
                look = "beside" if k else f"{net}value"
                self._cell(row, column, (wave, heading, line), shown, look)
            row += 1
        return self._letters(row, line) if self._has_letters else row

    def notes(self, row: int, notes: Sequence[str]) -> int:
        self._page.paragraph(row, self.text_last, self._say.gettext("Notes"), "section")
        changes = [self._say.gettext("Changes of shares are in percentage points.")]
        if not any(is_change(wave) for wave in self._table.waves):
            changes = []
        lines = (*changes, *dict.fromkeys(notes))
        for k, note in enumerate(lines, start=1):
            self._page.paragraph(row + k, self.text_last, note, "note")
        return row + len(lines) + 1

    # --- parts ------------------------------------------------------------------------------------

    def _numbered(self) -> Iterator[tuple[int, tuple[str, Heading]]]:
        return enumerate(self._columns, start=FIRST_COLUMN)

    def _runs(self, key: Callable[[Heading], object]) -> list[tuple[int, int, Heading]]:
        """Neighbouring columns that share a heading: first, last, the heading."""
        runs = []
        for _, group in groupby(self._numbered(), lambda one: key(one[1][1])):
            cells = list(group)
            runs.append((cells[0][0], cells[-1][0], cells[0][1][1]))
        return runs

    def _stub_head(self) -> str:
        if self._table.kind is Kind.TRANSITION:
            return self._say.gettext("Answer in %(year)s", year=self._table.waves[-1])
        return self._say.gettext("Answer")

    def _waves(self, row: int) -> int:
        texts = {wave: wave_text(wave, self._language) for wave in self._table.waves}
        for column, (wave, _) in self._numbered():
            self._page.text(row, column, texts[wave], "head")
        self._page.height(row, max(lines_of(text, _NARROWEST) for text in texts.values()))
        return row

    def _letters_of_columns(self, row: int) -> None:
        self._page.text(row, 0, self._say.gettext("Letter of the column"), "side letter")
        self._page.blank(row, 1, "side letter")
        for first, last, heading in self._runs(_column):
            self._page.across(row, first, last, heading.letter.upper(), "letter")

    def _rows(self, line: Line) -> list[_Row]:
        say, show = self._say, self._table.show
        names = {
            "share": say.gettext("share"),
            "net": say.gettext("share"),
            "mean": say.gettext("mean"),
            "q25": say.gettext("first quartile"),
            "median": say.gettext("median"),
            "q75": say.gettext("third quartile"),
            "total": say.gettext("share of all"),
            "people": say.gettext("people"),
        }
        rows = [_Row(names[line.statistic], lambda cell: cell.value, signed=True)]
        if "se" in show:
            rows.append(_Row(say.gettext("st. error"), lambda cell: cell.se, signed=False))
        if "interval" in show:
            rows.append(_Row(say.gettext("interval from"), lambda cell: cell.low, signed=True))
            rows.append(_Row(say.gettext("interval to"), lambda cell: cell.high, signed=True))
        return rows

    def _cell(
        self, row: int, column: int, where: tuple[str, Heading, Line], shown: _Row, look: str
    ) -> None:
        wave, heading, line = where
        cell = self._table.cell(wave, line, heading)
        number = None if cell is None else shown.number(cell)
        if cell is None or number is None:
            mark = value_text(_without_value(cell), line.statistic, wave, self._language).text
            self._page.text(row, column, mark, look, TEXT)
            return
        flag = cell.flag if look.endswith("value") else ""
        signed = shown.signed and is_change(wave)
        shown_as = number_format(number, unit_of(line.statistic), flag, signed=signed)
        self._page.number(row, column, number, look, shown_as)

    def _letters(self, row: int, line: Line) -> int:
        """Letters under a line, as far as a test found anything on it."""
        found = {
            column: letters_text(cell, self._language).text
            for column, (wave, heading) in self._numbered()
            if (cell := self._table.cell(wave, line, heading)) is not None and cell.letters
        }
        if not found:
            return row
        self._page.text(row, 1, self._say.gettext("test"), "beside kind")
        for column, letters in found.items():
            self._page.text(row, column, letters, "letters")
        return row + 1


def _without_value(cell: Cell | None) -> Cell | None:
    return None if cell is None else Cell(None, None, None, None, cell.flag)


def _label_width(table: PublishedTable) -> float:
    longest = max((len(line.label) for line in table.lines), default=0)
    return min(max(float(longest), _NARROWEST_LABEL), _WIDEST_LABEL)


def _column_width(heading: Heading, waves: int) -> float:
    """Wide enough for the longest word over a column, a bracketed share and a base."""
    longest = max((len(word) for word in heading.label.split()), default=0)
    return min(max(longest / waves + 1.0, _NARROWEST), _WIDEST)


def _banner(heading: Heading) -> str:
    return heading.banner


def _column(heading: Heading) -> tuple[str, str]:
    return heading.banner, heading.code
