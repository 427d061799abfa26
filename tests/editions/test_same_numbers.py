"""Every number in PDF, HTML, XLSX, SAV and CSV of one edition is the same number."""

from __future__ import annotations

import shutil

import pyreadstat
import pytest

from tests.editions.conftest import Edition
from tests.editions.readers import (
    COUNTS,
    LETTERS,
    MASKED,
    TableOfRows,
    dutch_count,
    dutch_tokens,
    html_tables,
    numbers_in,
    pdf_text,
    tables_csv,
    workbook_numbers,
    workbook_xml,
)


@pytest.fixture(scope="session")
def tables(edition: Edition) -> list[TableOfRows]:
    return tables_csv(edition.file("tables.csv"))


def tokens_of(table: TableOfRows) -> set[str]:
    """Everything a table prints of numbers, in Dutch."""
    found = set()
    for row in table.rows:
        if row["flag"] == MASKED or row["statistic"].startswith(LETTERS):
            continue
        found |= set(dutch_tokens(row))
        if "-" not in row["wave"]:  # a change stands under the bases of its two waves
            found |= {dutch_count(row[name]) for name in COUNTS if row[name]}
    return found


def test_there_is_something_to_compare(tables):
    rows = [row for table in tables for row in table.rows]

    assert len(tables) > 20
    assert sum(bool(row["value"]) for row in rows) > 500
    assert sum(row["flag"] == MASKED for row in rows) > 100


def test_html_prints_each_number_of_the_csv_in_its_place(edition, tables):
    pages = html_tables(edition.file("report.html"))

    assert len(pages) == len(tables)
    compared = 0
    for table, page in zip(tables, pages, strict=True):
        if not table.is_one_wave:
            continue
        body = page[len(COUNTS) :]
        assert len(body) == len(table.lines)
        for line, cells in zip(table.lines, body, strict=True):
            for column, cell in zip(table.columns, cells, strict=True):
                row = table.at(line, column)
                printed = [] if row is None else dutch_tokens(row)
                assert [one for one in printed if one not in cell] == []
                if not printed:
                    assert numbers_in(cell) == set()
                compared += bool(printed)
    assert compared > 300


def test_html_prints_no_number_that_the_csv_does_not_have(edition, tables):
    for table, page in zip(tables, html_tables(edition.file("report.html")), strict=True):
        printed = {one for row in page for cell in row for one in numbers_in(cell)}

        assert printed - tokens_of(table) == set()
        assert tokens_of(table) - printed == set()


def test_pdf_prints_every_number_of_the_csv(edition, tables):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext not found")
    printed = numbers_in(pdf_text(edition.file("report.pdf")))

    assert {one for table in tables for one in tokens_of(table)} - printed == set()


def test_workbook_holds_the_numbers_of_the_csv_and_no_other(edition, tables):
    sheets = [
        cells
        for _, cells in workbook_numbers(edition.file("tables.xlsx"))
        if any(row[0] == "Effectieve n" for row in cells[:15])
    ]
    assert len(sheets) == len(tables)
    for table, sheet in zip(tables, sheets, strict=True):
        expected = {
            float(row[name])
            for row in table.rows
            if row["flag"] != MASKED
            for name in ("value", "low", "high", *COUNTS)
            if row[name]
        }
        held = {float(cell) for row in sheet for cell in row if isinstance(cell, int | float)}

        assert held == expected


def test_workbook_has_no_formula_and_no_link_to_elsewhere(edition):
    parts = workbook_xml(edition.file("tables.xlsx"))

    assert [name for name, text in parts.items() if "<f>" in text or "<f " in text] == []
    assert [name for name, text in parts.items() if "externalLink" in text] == []
    assert [name for name in parts if "comments" in name] == []


def test_sav_holds_the_rows_of_the_csv(edition, tables):
    frame, _ = pyreadstat.read_sav(str(edition.file("tables.sav")))
    rows = [row for table in tables for row in table.rows]

    assert len(frame) == len(rows)
    for name in ("value", "low", "high", *COUNTS):
        written = [None if value != value else float(value) for value in frame[name]]
        assert written == [float(row[name]) if row[name] else None for row in rows]
