"""Tidy rows as XLSX: a contents page, one sheet a table, notes under each; no formulas.

For working files; the book that is published is `xlsx_book`.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import xlsxwriter

from analysis.export.sheet_names import sheet_names
from analysis.export.whole_file import MADE_AT

Formats = Mapping[str, object]
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


@dataclass(frozen=True, eq=False)
class Sheet:
    """One table with its title and notes; ``shares`` names the columns shown as percentages."""

    name: str
    title: str
    table: pd.DataFrame
    notes: Sequence[str] = ()
    shares: Sequence[str] = (
        "value",
        "se",
        "low",
        "high",
        "estimate",
        "published_low",
        "published_high",
    )


def to_xlsx(sheets: Sequence[Sheet], notes: Sequence[str] = ()) -> bytes:
    """Write a workbook.

    Parameters
    ----------
    sheets : sequence of Sheet
    notes : sequence of str
        Shown on the contents page and under every table.

    Notes
    -----
    Text goes through ``write_string`` always, so that a cell can never become a formula or a link.
    Percentages keep their full value; only the display is rounded to whole per cent.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    book.set_properties({"created": MADE_AT})
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1}),
        "title": book.add_format({"bold": True, "font_size": 13}),
        "share": book.add_format({"num_format": "0%"}),
        "count": book.add_format({"num_format": "#,##0"}),
    }
    contents, *names = sheet_names(["Contents", *(sheet.name for sheet in sheets)])
    _contents(book.add_worksheet(contents), formats, sheets, names, notes)
    for sheet, name in zip(sheets, names, strict=True):
        _table(book.add_worksheet(name), formats, sheet, notes)
    book.close()
    return out.getvalue()


def _contents(
    page: Any,  # noqa: ANN401  # xlsxwriter has no types
    formats: Formats,
    sheets: Sequence[Sheet],
    names: Sequence[str],
    notes: Sequence[str],
) -> None:
    page.write_string(0, 0, "Contents", formats["title"])
    for k, note in enumerate(notes):
        page.write_string(1 + k, 0, note)
    first = len(notes) + 2
    for k, (sheet, name) in enumerate(zip(sheets, names, strict=True)):
        page.write_string(first + k, 0, name)
        page.write_string(first + k, 1, sheet.title)
    page.set_column(0, 0, 34)
    page.set_column(1, 1, 90)


def _table(
    page: Any,  # noqa: ANN401  # as above
    formats: Formats,
    sheet: Sheet,
    notes: Sequence[str],
) -> None:
    page.write_string(0, 0, sheet.title, formats["title"])
    for column, name in enumerate(sheet.table.columns):
        page.write_string(2, column, str(name), formats["head"])
    for line, row in enumerate(sheet.table.itertuples(index=False, name=None)):
        for column, (name, value) in enumerate(zip(sheet.table.columns, row, strict=True)):
            _write(
                page, 3 + line, column, value, formats["share" if name in sheet.shares else "count"]
            )
    page.freeze_panes(3, 0)
    last = 4 + len(sheet.table)
    for k, note in enumerate((*sheet.notes, *notes)):
        page.write_string(last + k, 0, note)
    page.set_column(0, max(len(sheet.table.columns) - 1, 0), 14)


def _write(
    page: Any,  # noqa: ANN401  # as above
    row: int,
    column: int,
    value: object,
    number: object,
) -> None:
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return
    if isinstance(value, int | float) and not isinstance(value, bool):
        page.write_number(row, column, value, number)
    else:
        page.write_string(row, column, str(value))
