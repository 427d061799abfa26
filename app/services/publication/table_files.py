"""Made tables as files: what people take into a spreadsheet, a report or a program."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from analysis.book import Book
from analysis.export.csv import to_csv
from analysis.export.csv_book import COLUMNS
from analysis.export.table_sav import write_table_sav
from analysis.export.xlsx_book import write_xlsx_book
from analysis.report.html import html_report
from analysis.report.pdf import write_pdf
from app.services.publication.made_tables import MadeTables

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "sav": "application/x-spss-sav",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
}
"""Of a table: none of them holds a row of a person. By ending, the type of the file."""


def table_file(made: MadeTables, ending: str) -> bytes:
    """Return made tables as a file in one of `FORMATS`; the numbers are those of the page."""
    return _WRITERS[ending](made.book)


def _csv(book: Book) -> bytes:
    """Tidy rows with their notes underneath, with a mark so that spreadsheets read UTF-8."""
    facts = [f"{name}: {value}" for name, value in book.version.items()]
    notes = [note for table in book.tables for note in table.notes]
    return (
        "\ufeff" + to_csv(book.rows()[list(COLUMNS)], [*book.standing, *notes, *facts])
    ).encode()


def _sav(book: Book) -> bytes:
    return _written(book, "tables.sav", write_table_sav)


def _pdf(book: Book) -> bytes:
    return _written(book, "tables.pdf", write_pdf)


def _written(book: Book, name: str, write: Callable[[Book, Path], None]) -> bytes:
    with tempfile.TemporaryDirectory(prefix="table-") as folder:
        path = Path(folder) / name
        write(book, path)
        return path.read_bytes()


_WRITERS: dict[str, Callable[[Book], bytes]] = {
    "xlsx": write_xlsx_book,
    "csv": _csv,
    "sav": _sav,
    "pdf": _pdf,
    "html": lambda book: html_report(book).encode(),
}
