"""The CSV files of a book, read by pandas."""

from __future__ import annotations

import io
from dataclasses import replace

import pandas as pd
import pytest

from analysis.book import Book, Chapter
from analysis.export.csv_book import COLUMNS, csv_book
from analysis.tables import COLUMNS as ROW_COLUMNS
from tests.unit.analysis.books import example_book

NUMBERS = ["value", "se", "low", "high", "n", "weighted_n", "n_eff"]


def tables_of(book: Book) -> pd.DataFrame:
    return pd.read_csv(
        io.StringIO(csv_book(book)["tables.csv"]),
        dtype={"wave": str, "stub_code": str, "banner_code": str},
        keep_default_na=False,
        na_values={name: [""] for name in NUMBERS},
    )


def test_every_number_of_the_book_reads_back_exactly_in_the_columns_of_the_contract():
    book = example_book()

    read = tables_of(book)

    rows = book.rows()
    assert tuple(read.columns) == COLUMNS == tuple(ROW_COLUMNS)
    for name in NUMBERS:
        pd.testing.assert_series_equal(
            read[name], rows[name].astype(float), check_dtype=False, check_exact=True
        )


def test_masked_row_has_no_number_at_all():
    read = tables_of(example_book())
    masked = read[read["flag"] == "suppressed"]

    assert len(masked) > 0
    assert masked[NUMBERS].isna().all(axis=None)


def test_counts_are_whole_numbers():
    line = csv_book(example_book())["tables.csv"].splitlines()[1]

    assert line.endswith(",1240,68200,1120,")


def test_letters_that_a_spreadsheet_would_run_are_made_harmless():
    book = example_book()
    (chapter, *_) = book.chapters
    table = chapter.tables[0]
    rows = table.rows.copy()
    rows.loc[0, ["statistic", "flag"]] = ["letters", "++"]
    hostile = replace(table, rows=rows)

    text = csv_book(replace(book, chapters=(Chapter("RQ1", "", (hostile,)),)))["tables.csv"]

    assert text.splitlines()[1].endswith(",'++")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_notes_say_for_each_table_and_for_all_what_holds(language):
    book = example_book(language)
    files = csv_book(book)

    notes = pd.read_csv(io.StringIO(files["notes.csv"]), keep_default_na=False)

    for table in book.tables:
        assert notes.loc[notes["table"] == table.id, "note"].tolist() == list(table.notes)
    assert notes.loc[notes["table"] == "", "note"].tolist()[0] == book.standing[0]
    assert all(note in files["notes.txt"] for note in (*book.standing, *book.tables[0].notes))


def test_book_without_tables_has_heads_only():
    empty = replace(example_book(), chapters=())

    assert csv_book(empty)["tables.csv"] == ",".join(COLUMNS) + "\n"
