"""A book as CSV: the numbers of all tables in tidy rows, and the notes that belong to them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.book import Book
from analysis.export.csv import to_csv
from analysis.export.label_text import plain_line

COLUMNS = (
    "table", "wave", "stub", "stub_code", "banner", "banner_code", "statistic", "value", "se",
    "low", "high", "n", "weighted_n", "n_eff", "flag",
)  # fmt: skip
"""Of ``tables.csv``, in this order, for good: programs of others read them."""
COUNTS = ("n", "weighted_n", "n_eff")
TABLES, NOTES, NOTES_TEXT = "tables.csv", "notes.csv", "notes.txt"


def csv_book(book: Book) -> Mapping[str, str]:
    """Give the CSV files of a book.

    Returns
    -------
    mapping of file name to text
        ``tables.csv``: `COLUMNS`; shares 0 to 1, counts as whole numbers, nothing where a cell is
        masked. ``notes.csv``: table (its sheet and question, empty for what holds for all), number
        and note. ``notes.txt``: the same for reading, the notes on all tables first.

    Notes
    -----
    UTF-8 with LF. Text that a spreadsheet would run gets an apostrophe, see `to_csv`: letters
    ``++`` of the total read ``'++``.
    """
    return {TABLES: to_csv(_rows(book)), NOTES: to_csv(_notes(book)), NOTES_TEXT: _text(book)}


def _rows(book: Book) -> pd.DataFrame:
    rows = book.rows()[list(COLUMNS)] if book.tables else pd.DataFrame(columns=list(COLUMNS))
    whole = {name: _whole(rows[name]) for name in COUNTS}
    return rows.assign(**whole)


def _whole(counts: pd.Series) -> pd.Series:
    """Write 1230 and not 1230.0 as far as the counts were rounded."""
    numbers = pd.to_numeric(counts).astype("Float64")
    return numbers.astype("Int64") if (numbers.dropna() % 1 == 0).all() else numbers


def _notes(book: Book) -> pd.DataFrame:
    noted = [("", note) for note in _standing(book)]
    noted += [(table.id, note) for table in book.tables for note in table.notes]
    frame = pd.DataFrame(noted, columns=["table", "note"])
    frame.insert(1, "number", frame.groupby("table").cumcount() + 1)
    return frame


def _standing(book: Book) -> list[str]:
    facts = [f"{name}: {value}" for name, value in book.version.items()]
    return [plain_line(note) for note in (*book.standing, *facts)]


def _text(book: Book) -> str:
    lines = [plain_line(book.title), plain_line(book.subtitle), "", *_standing(book)]
    for table in book.tables:
        lines += ["", f"{table.id}: {plain_line(table.title)}"]
        lines += [f"  {plain_line(note)}" for note in table.notes]
    return "\n".join(lines) + "\n"
