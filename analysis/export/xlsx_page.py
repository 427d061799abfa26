"""A sheet of a workbook on which text is only ever text, in the look of the book."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from analysis.export.csv import safe_text
from analysis.export.label_text import plain_line
from analysis.export.whole_file import MADE_AT

CELL_UNITS = 32_767
"""What an Excel cell holds, in UTF-16 units."""
_MARGIN_UNITS = 100
"""Of the 255 in a page header or footer, which also hold codes and doubled ampersands."""
_LINE_POINTS = 13.0
_TALLEST_POINTS = 400.0
_A4 = 9
DEEP, SOFT, BAD, LINE, PALE = "#123f48", "#4a5b5f", "#a3191c", "#8ea1a3", "#eaf0ef"
Look = Mapping[str, object]
_TOP: Look = {"text_wrap": True, "valign": "top"}
LOOKS: Mapping[str, Look] = {
    "text": _TOP,
    "title": {"bold": True, "font_size": 15, "font_color": DEEP},
    "section": {"text_wrap": True, "bold": True, "font_size": 12, "font_color": DEEP, "bottom": 1,
                "bottom_color": LINE},
    "subsection": {"bold": True},
    "question": {**_TOP, "italic": True},
    "notice": {"bold": True, "font_color": BAD},
    "link": {"underline": 1, "font_color": "#0f5261", "valign": "top"},
    "wrapped link": {"underline": 1, "font_color": "#0f5261", **_TOP},
    "soft": {**_TOP, "font_color": SOFT},
    "note": {**_TOP, "font_size": 9},
    "banner": {"bold": True, "font_color": "#ffffff", "bg_color": DEEP, "align": "center",
               "valign": "vcenter", "text_wrap": True, "border": 1, "border_color": "#ffffff"},
    "head": {"bold": True, "font_size": 9, "bg_color": PALE, "align": "center", "valign": "bottom",
             "text_wrap": True, "left": 1, "right": 1, "border_color": "#ffffff"},
    "side head": {"bold": True, "bg_color": PALE, "valign": "bottom", "text_wrap": True},
    "letter": {"bg_color": PALE, "align": "center", "font_color": SOFT, "bottom": 1,
               "bottom_color": LINE},
    "side letter": {"bg_color": PALE, "font_color": SOFT, "bottom": 1, "bottom_color": LINE},
    "base label": {"font_color": SOFT, "text_wrap": True},
    "base": {"font_color": SOFT, "align": "right"},
    "label": {**_TOP, "top": 4, "top_color": LINE},
    "net label": {**_TOP, "top": 4, "top_color": LINE, "bold": True},
    "kind": {"top": 4, "top_color": LINE, "font_color": SOFT, "valign": "top"},
    "value": {"align": "right", "valign": "top", "top": 4, "top_color": LINE},
    "net value": {"align": "right", "valign": "top", "top": 4, "top_color": LINE, "bold": True},
    "beside kind": {"font_color": SOFT, "font_size": 9, "valign": "top"},
    "beside": {"font_color": SOFT, "font_size": 9, "align": "right", "valign": "top"},
    "letters": {"bold": True, "font_size": 9, "align": "center", "font_color": DEEP},
}  # fmt: skip
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


class Paper:
    """A workbook in the making: its sheets, looks and date.

    Same contents give the same bytes.
    """

    def __init__(self, *, title: str, subject: str, keywords: str = "") -> None:
        self._out = BytesIO()
        self._book = xlsxwriter.Workbook(self._out, _OPTIONS)
        self._formats: dict[tuple[str, str, bool], Any] = {}
        made_at: datetime = MADE_AT
        self._book.set_properties(
            {
                "title": cell_text(title),
                "subject": cell_text(subject),
                "keywords": cell_text(keywords),
                "created": made_at,
            }
        )

    def page(self, name: str) -> Page:
        """Add a sheet."""
        return Page(self, self._book.add_worksheet(name))

    def close(self) -> bytes:
        """Give the whole file."""
        self._book.close()
        return self._out.getvalue()

    def look(self, name: str, number_format: str = "", *, quoted: bool = False) -> Any:  # noqa: ANN401  # xlsxwriter has no types
        """Give a look of `LOOKS`, with a number format."""
        key = (name, number_format, quoted)
        if key not in self._formats:
            look = {"font_size": 10, **LOOKS[name], "quote_prefix": quoted}
            if number_format:
                look["num_format"] = number_format
            self._formats[key] = self._book.add_format(look)
        return self._formats[key]


class Page:
    """One sheet; rows and columns count from 0."""

    def __init__(self, paper: Paper, sheet: Any) -> None:  # noqa: ANN401  # as above
        self._paper, self._sheet = paper, sheet
        self._widths: dict[int, float] = {}
        sheet.hide_gridlines(2)

    def text(self, row: int, column: int, text: str, look: str, number_format: str = "") -> None:
        """Write a text; whatever it looks like, it is no formula, number or link."""
        held = cell_text(text)
        # Without the prefix Excel would read '=1+1' as a formula once somebody edits the cell.
        quoted = safe_text(held) != held
        self._sheet.write_string(
            row, column, held, self._paper.look(look, number_format, quoted=quoted)
        )

    def number(self, row: int, column: int, value: float, look: str, number_format: str) -> None:
        """Write a number."""
        self._sheet.write_number(row, column, value, self._paper.look(look, number_format))

    def blank(self, row: int, column: int, look: str) -> None:
        """Give an empty cell a look."""
        self._sheet.write_blank(row, column, None, self._paper.look(look))

    def across(self, row: int, first: int, last: int, text: str, look: str) -> None:
        """Write a text over columns of one row."""
        if last > first:
            self._sheet.merge_range(row, first, row, last, "", self._paper.look(look))
        self.text(row, first, text, look)

    def paragraph(self, row: int, last: int, text: str, look: str, *, first: int = 0) -> None:
        """Write a text over columns and make the row high enough for it."""
        self.across(row, first, last, text, look)
        room = sum(self._widths.get(column, 8.43) for column in range(first, last + 1))
        self.height(row, lines_of(text, room))

    def link(self, row: int, column: int, sheet: str, text: str, look: str = "link") -> None:
        """Write a text that leads to another sheet of the book."""
        place = f"internal:'{sheet}'!A1"
        self._sheet.write_url(row, column, place, self._paper.look(look), cell_text(text))

    def fit(self, row: int, texts: Mapping[int, str]) -> None:
        """Make a row high enough for texts in single columns; not every program does."""
        lines = [lines_of(text, self._widths.get(column, 8.43)) for column, text in texts.items()]
        if max(lines, default=1) > 1:
            self.height(row, max(lines))

    def widths(self, widths: Mapping[int, float]) -> None:
        """Set widths of columns, in digits; before paragraphs, which measure by them."""
        self._widths |= widths
        for column, width in widths.items():
            self._sheet.set_column(column, column, width)

    def height(self, row: int, lines: int) -> None:
        """Make a row as high as a number of lines of text."""
        self._sheet.set_row(row, min(max(lines, 1) * _LINE_POINTS + 3, _TALLEST_POINTS))

    def freeze(self, row: int, column: int) -> None:
        """Keep the rows above and the columns before a cell in view."""
        self._sheet.freeze_panes(row, column)

    def print_setup(
        self,
        *,
        left: str,
        right: str,
        page_of: str,
        repeat: tuple[int, int] | None = None,
        wide: int = 1,
        high: int = 0,
        landscape: bool = True,
    ) -> None:
        """Fit the sheet to the width of A4, with running titles.

        ``page_of`` is the foot with ``&P`` and ``&N`` for page and number of pages; ``repeat`` are
        the first and last row that stand on every page; ``wide`` is how many pages stand side by
        side, ``high`` how many below each other, 0 for as many as it takes.
        """
        sheet = self._sheet
        sheet.set_paper(_A4)
        sheet.set_landscape() if landscape else sheet.set_portrait()
        sheet.fit_to_pages(wide, high)
        sheet.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.7)
        # The space keeps a title that begins with a year from being read as a font size.
        head = f"&L&9 {_margin(left)}"
        sheet.set_header(f"{head}&R&9&B {_margin(right)}" if right else head)
        sheet.set_footer(f"&R&9 {page_of}")
        if repeat is not None:
            sheet.repeat_rows(*repeat)
        if wide > 1:
            sheet.repeat_columns(0, 1)


def cell_text(text: str) -> str:
    """Give a text as one cell holds it: one line, no control characters, cut with an ellipsis."""
    return _cut(plain_line(text), CELL_UNITS)


def lines_of(text: str, width: float) -> int:
    """Estimate how many lines a text takes in columns of some width, in digits."""
    # Letters are narrower than digits on average, and smaller here than the standard font.
    return len(textwrap.wrap(cell_text(text), max(int(width * 1.08), 1))) or 1


def _cut(text: str, units: int) -> str:
    encoded = text.encode("utf-16-le")
    if len(encoded) <= 2 * units:
        return text
    return encoded[: 2 * (units - 1)].decode("utf-16-le", errors="ignore") + "…"


def _margin(text: str) -> str:
    """An ampersand would start a code of the page header."""
    return _cut(plain_line(text), _MARGIN_UNITS).replace("&", "&&")
