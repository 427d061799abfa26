"""A spreadsheet (XLSX or CSV) for translators who have nothing else: one row a string or form."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from app.i18n.entries import Entry
from app.i18n.exchange import MAX_BYTES, ExchangeError, Row, Sheet
from app.i18n.locales import language
from app.i18n.remarks import DRAFT

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell

_BEFORE = ("name", "form", "about", "source")
_AFTER = ("state", "standing", "longest", "doubt", "note")
_WIDTHS = (22, 5, 45, 45, 45, 14, 10, 8, 30, 30)
MAX_ROWS = 50_000
MAX_UNPACKED_BYTES = 100_000_000
"""A workbook is a ZIP: a small one may hold far more than any memory."""
_FORMULA = "\0formula"
"""Stands for a cell that is calculated; no cell of a workbook can hold it."""
_CALCULATED = re.compile(r"'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
"""What a spreadsheet takes for a formula; after apostrophes too, so that taking one away gives back
what was."""

Line = Sequence[str | int]


def header(code: str) -> tuple[str, ...]:
    """Return the names of the columns; the translations stand under their language's code."""
    return (*_BEFORE, code, *_AFTER)


def lines_of(entries: Iterable[Entry], longest: dict[str, int]) -> Iterator[Line]:
    """Return the rows below the header.

    A plural has a row for each form, numbered from 0; its source is singular and plural, on two
    lines.
    """
    for entry in entries:
        remarks = entry.remarks
        for form, translation in enumerate(entry.translations):
            yield (
                entry.context,
                form if len(entry.sources) > 1 else "",
                "\n".join(entry.comments),
                "\n".join(entry.sources),
                translation,
                str(remarks.review or DRAFT) if any(entry.translations) else "",
                entry.standing,
                longest.get(entry.context, ""),
                "\n".join(remarks.doubts),
                "\n".join(remarks.notes),
            )


def write_xlsx(entries: Sequence[Entry], path: Path, *, code: str, longest: dict[str, int]) -> None:
    """Write a workbook; the column to fill in runs the way its language does."""
    import xlsxwriter  # loading it takes longer than most commands run

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        page = book.add_worksheet(code)
        plain = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        order = 2 if language(code).dir == "rtl" else 1
        filled = book.add_format(
            {"text_wrap": True, "valign": "top", "num_format": "@", "reading_order": order}
        )
        bold = book.add_format({"bold": True})
        for column, width in enumerate(_WIDTHS):
            page.set_column(column, column, width)
        page.write_row(0, 0, header(code), bold)
        page.freeze_panes(1, 1)
        for number, line in enumerate(lines_of(entries, longest), start=1):
            for column, cell in enumerate(line):
                form = filled if column == len(_BEFORE) else plain
                page.write_string(number, column, str(cell), form)


def write_csv(entries: Sequence[Entry], path: Path, *, code: str, longest: dict[str, int]) -> None:
    """Write a CSV that spreadsheets open as UTF-8."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header(code))
    writer.writerows([_guarded(str(cell)) for cell in line] for line in lines_of(entries, longest))
    path.write_text(text.getvalue(), encoding="utf-8-sig", newline="")


def read_xlsx(path: Path) -> Sheet:
    """Return the rows of the first sheet of a workbook.

    Raises
    ------
    ExchangeError
        If it is no workbook, or has other columns than `write_xlsx` gave it.
    """
    return _read(path, _cells)


def read_csv(path: Path) -> Sheet:
    """Return the rows of a CSV; raises `ExchangeError` as `read_xlsx` does."""
    return _read(path, _csv_cells)


def _read(path: Path, cells: Callable[[Path], list[tuple[str, ...]]]) -> Sheet:
    if path.stat().st_size > MAX_BYTES:
        raise ExchangeError(f"larger than {MAX_BYTES} bytes")
    try:
        lines = cells(path)
    except (UnicodeDecodeError, csv.Error) as error:
        raise ExchangeError(f"is not CSV in UTF-8: {error}") from error
    # openpyxl lets through whatever ZIP and XML say of a damaged file.
    except (BadZipFile, KeyError, OSError, ValueError, SyntaxError) as error:
        raise ExchangeError(f"is not a workbook: {error}") from error
    first = lines[0] if lines else ()
    code = first[len(_BEFORE)] if len(first) > len(_BEFORE) else ""
    if first != header(code) or not code:
        expected = ", ".join(header("<language>"))
        raise ExchangeError(f"the first row is {', '.join(first) or 'empty'}; expected {expected}")
    return Sheet(code, tuple(_rows(lines[1:])))


def _cells(path: Path) -> list[tuple[str, ...]]:
    from openpyxl import load_workbook  # it loads NumPy, which no other command needs

    with ZipFile(path) as archive:
        unpacked = sum(one.file_size for one in archive.infolist())
    if unpacked > MAX_UNPACKED_BYTES:
        raise ExchangeError(f"is {unpacked} bytes unpacked, at most {MAX_UNPACKED_BYTES}")
    book = load_workbook(path, read_only=True)
    try:
        rows = book.worksheets[0].iter_rows(max_row=MAX_ROWS, max_col=len(_WIDTHS))
        return [tuple(map(_text_of, row)) for row in rows]
    finally:
        book.close()


def _text_of(cell: Cell | MergedCell | ReadOnlyCell | EmptyCell) -> str:
    if cell.value is None:
        return ""
    # What a formula came to last is whatever the spreadsheet left there, or nothing.
    return _FORMULA if cell.data_type == "f" else str(cell.value)


def _csv_cells(path: Path) -> list[tuple[str, ...]]:
    text = path.read_text(encoding="utf-8-sig")
    first = text.partition("\n")[0]
    # A Dutch Excel saves CSV with semicolons.
    delimiter = ";" if first.count(";") > first.count(",") else ","
    rows = csv.reader(StringIO(text, newline=""), strict=True, delimiter=delimiter)
    return [tuple(_unguarded(cell) for cell in row) for row in rows]


def _guarded(cell: str) -> str:
    """A cell that a spreadsheet would calculate gets an apostrophe before it."""
    return f"'{cell}" if _CALCULATED.match(cell) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _CALCULATED.match(cell) else cell


def _rows(lines: Sequence[tuple[str, ...]]) -> Iterator[Row]:
    at = 0
    while at < len(lines):
        group = [lines[at]]
        if lines[at][1:2] == ("0",):
            while at + len(group) < len(lines) and _goes_on(lines[at + len(group)], len(group)):
                group.append(lines[at + len(group)])
        if any(group[0]):
            yield _row(group, number=at + 2)
        at += len(group)


def _goes_on(line: tuple[str, ...], form: int) -> bool:
    return line[1:2] == (str(form),)


def _row(group: Sequence[tuple[str, ...]], *, number: int) -> Row:
    padded = [(*line, *[""] * (len(_WIDTHS) - len(line))) for line in group]
    context, form, _, source, _, state, _, _, doubt, note = padded[0]
    calculated = any(_FORMULA in (*line[: len(_BEFORE) + 2], *line[-2:]) for line in padded)
    return Row(
        at=f"row {number}",
        context=context,
        sources=tuple(source.splitlines()) or ("",) if form else (source,),
        translations=tuple(_unbroken(line[len(_BEFORE)]) for line in padded),
        state=state,
        doubts=tuple(filter(None, doubt.splitlines())),
        notes=tuple(filter(None, note.splitlines())),
        fault="holds a formula, expected text" if calculated else "",
    )


def _unbroken(words: str) -> str:
    """Spreadsheets leave spaces and empty lines behind; inside the text nothing is touched."""
    return words.strip()
