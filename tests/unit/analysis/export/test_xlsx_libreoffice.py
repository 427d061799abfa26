"""The workbook of a book opened by a spreadsheet program that did not write it."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from analysis.book import Book
from analysis.export.xlsx_book import write_xlsx_book
from analysis.printed import SUPPRESSED
from tests.unit.analysis.books import HARD_LABELS, example_book
from tests.unit.analysis.export.xlsx_reading import elements, numbers_of, sheets_of

pytestmark = pytest.mark.libreoffice
_ALL_SHEETS = "44,34,76,1,,0,false,true,false,false,false,-1"
"""Comma, double quotes, UTF-8, cells as shown, one CSV file for every sheet."""


@pytest.fixture(scope="module")
def book() -> Book:
    return example_book("en")


@pytest.fixture(scope="module")
def converted(book: Book, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the workbook, as LibreOffice wrote it again and as CSV."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed (soffice)")
    folder = tmp_path_factory.mktemp("libreoffice")
    (folder / "book.xlsx").write_bytes(write_xlsx_book(book))
    for target in ("xlsx:Calc MS Excel 2007 XML", f"csv:Text - txt - csv (StarCalc):{_ALL_SHEETS}"):
        done = subprocess.run(
            [
                program,
                f"-env:UserInstallation=file://{folder / 'profile'}",
                "--headless",
                "--convert-to",
                target,
                "--outdir",
                str(folder / "out"),
                str(folder / "book.xlsx"),
            ],
            check=False,
            capture_output=True,
            text=True,
            timeout=180,
        )
        assert done.returncode == 0, done.stderr
    return folder / "out"


def test_values_are_equal_after_a_round_trip(book, converted):
    content = (converted / "book.xlsx").read_bytes()

    shown = [one for table, sheet in sheets_of(content, book) for one in numbers_of(table, sheet)]

    assert len(shown) > 300
    for one in shown:
        expected = SUPPRESSED if one.book is None else pytest.approx(one.book, rel=1e-14)
        assert one.sheet == expected, one.what


def test_hard_labels_are_text_and_not_formulas_for_libreoffice(converted):
    content = (converted / "book.xlsx").read_bytes()

    assert elements(content, "f") == []
    sheet = load_workbook(io.BytesIO(content))["rq8_hard_g_hard"]
    labels = {row[0].value for row in sheet.iter_rows(max_col=1)}
    assert set(HARD_LABELS) <= labels


def test_sheet_shows_the_numbers_of_print(converted):
    path = converted / "book-rq1_meedoen_e_meedoen.csv"
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))

    (line,) = [row for row in rows if row[0] == "Strongly agree"]

    # LibreOffice leaves brackets and marks of number formats out of CSV, not out of print.
    shown = [text.strip(" ()†") for text in line[2:10]]
    assert shown == ["21.3%", "22.3%", "23.3%", "24.3%", "25.3%", "26.3%", "27.3%", SUPPRESSED]
