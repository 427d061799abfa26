"""CSV that a spreadsheet opens as text and numbers, never as formulas."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence

import pandas as pd

_FORMULA_STARTS = tuple("=+-@\t\n\x00＝＋－＠")
"""Also the full-width forms, which some spreadsheets read as the plain ones, and NUL."""


def to_csv(table: pd.DataFrame, notes: Sequence[str] = ()) -> str:
    """Write a table as UTF-8 CSV text with LF line ends.

    Parameters
    ----------
    table : DataFrame
        Numbers are written in the shortest form that reads back exactly; missing as nothing.
    notes : sequence of str
        Written under the table, one in the first cell of each line, after an empty line.

    Notes
    -----
    A text cell that starts with ``=``, ``+``, ``-``, ``@`` (plain or full-width), tab, NUL or a
    line end, also after spaces, gets a leading apostrophe, because spreadsheets run such cells as
    formulas (OWASP ASVS 5.0, 1.2.10). A carriage return becomes a line feed: unquoted it would
    begin a new row.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([safe_text(str(name)) for name in table.columns])
    for row in table.itertuples(index=False, name=None):
        writer.writerow([_cell(value) for value in row])
    if notes:
        out.write("\n")
        for note in notes:
            writer.writerow([safe_text(note)])
    return out.getvalue()


def safe_text(text: str) -> str:
    """Make a text harmless to a spreadsheet."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text


def _cell(value: object) -> str:
    if value is None or value is pd.NA:
        return ""
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(float(value))
    if isinstance(value, int):
        return str(value)
    return safe_text(str(value))
