"""CSV that a spreadsheet opens as text and numbers, never as formulas."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence

import pandas as pd

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


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
    A text cell that starts with ``=``, ``+``, ``-``, ``@``, tab or a line end gets a leading
    apostrophe, because spreadsheets run such cells as formulas (OWASP, "CSV Injection").
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
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _cell(value: object) -> str:
    if value is None or value is pd.NA:
        return ""
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(float(value))
    if isinstance(value, int):
        return str(value)
    return safe_text(str(value))
