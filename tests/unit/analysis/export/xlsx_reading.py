"""Reading a workbook back: by openpyxl as numbers, and as the raw XML it is made of."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from analysis.book import Book, PublishedTable, printed_columns
from analysis.export.sheet_names import sheet_names

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
BASE_ROWS = ("Interviews (n)", "Weighted n, people", "Effective n")
OWN_SHEETS = ["Contents", "Summary", "Findings", "Method"]


@dataclass(frozen=True)
class Shown:
    """One number or mark: what it is of, what the book says and what the sheet holds."""

    what: tuple[str, ...]
    book: float | None
    sheet: object


def sheets_of(content: bytes, book: Book) -> list[tuple[PublishedTable, Worksheet]]:
    """The sheet of each table, in an English book."""
    workbook = load_workbook(io.BytesIO(content))
    names = sheet_names([*OWN_SHEETS, *(table.id for table in book.tables)])[len(OWN_SHEETS) :]
    return [(table, workbook[name]) for table, name in zip(book.tables, names, strict=True)]


def numbers_of(table: PublishedTable, sheet: Worksheet) -> Iterator[Shown]:
    """Every place of a number in the sheet of a table that shows intervals."""
    row = next(k for k in range(1, 40) if sheet.cell(k, 1).value == BASE_ROWS[0])
    columns = list(enumerate(printed_columns(table), start=3))
    for k, name in enumerate(("n", "weighted_n", "n_eff")):
        assert sheet.cell(row + k, 1).value == BASE_ROWS[k]
        for at, (wave, heading) in columns:
            base = table.base(wave, heading)
            expected = None if base is None else getattr(base, name)
            yield Shown(
                (table.id, wave, heading.code, name), expected, sheet.cell(row + k, at).value
            )
    row += len(BASE_ROWS)
    for line in table.lines:
        assert sheet.cell(row, 1).value == line.label
        for k, name in enumerate(("value", "low", "high")):
            for at, (wave, heading) in columns:
                cell = table.cell(wave, line, heading)
                expected = None if cell is None else getattr(cell, name)
                what = (table.id, wave, heading.code, line.code, name)
                yield Shown(what, expected, sheet.cell(row + k, at).value)
        row += 3
        if sheet.cell(row, 2).value == "test":
            for at, (wave, heading) in columns:
                cell = table.cell(wave, line, heading)
                assert sheet.cell(row, at).value == ((cell and cell.letters) or None)
            row += 1


def parts(content: bytes) -> dict[str, bytes]:
    """The files in the ZIP by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def elements(content: bytes, tag: str) -> list[etree._Element]:
    """All elements of a name in all parts of the workbook."""
    found: list[etree._Element] = []
    for name, part in parts(content).items():
        if name.endswith((".xml", ".rels")):
            found += etree.fromstring(part).iter(f"{MAIN}{tag}")
    return found
