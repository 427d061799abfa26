"""The workbook of a book, read back by openpyxl and as the XML it is made of."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from analysis.book import Book, Chapter, Heading, Line
from analysis.export.sheet_names import LONGEST, sheet_names
from analysis.export.xlsx_book import write_xlsx_book
from analysis.export.xlsx_page import CELL_UNITS
from analysis.findings.published import Agreement, PublishedFinding, PublishedNumber, Standing
from analysis.findings.registry import Statistic, Strand
from analysis.method import Count, Method, WaveResponse
from analysis.printed import NOT_ASKED, SUPPRESSED
from analysis.summary import Origin, Paragraph, Sentence, Summary, SummaryChapter
from tests.unit.analysis.books import example_book
from tests.unit.analysis.export.xlsx_reading import elements, numbers_of, parts, sheets_of

HOSTILE = (
    "=1+1",
    "+31 6 12345678",
    "@SUM(A1)",
    "-2+3",
    "\t=1+1",
    "{=SUM(1)}",
    "http://example.org/a",
    "العربية ٤١٫٤",
    "ትግርኛ",
    "👩🏽‍🎓 " * 3,
    "a\x00b\x1bc\ud800d",
    "_x0041_",
    "<b>&amp;</b>",
    "0012",
)


def with_labels(labels: tuple[str, ...]) -> Book:
    """A book whose line labels, title, question, notes and heading are given texts."""
    book = example_book("en")
    table = book.chapters[1].tables[0]
    lines = tuple(Line("share", f"c{k % 6}", label) for k, label in enumerate(labels))
    hostile = replace(
        table,
        title=labels[0],
        question=labels[-1],
        columns=(Heading("total", "total", labels[0], labels[1]),),
        lines=lines,
        notes=labels,
    )
    return replace(book, chapters=(Chapter("RQ8", labels[0], (hostile,)),), standing=labels)


def texts(content: bytes) -> set[str]:
    workbook = load_workbook(io.BytesIO(content))
    return {
        cell.value
        for sheet in workbook
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    }


def test_every_number_is_the_book_s_and_every_masked_place_holds_the_mark():
    book = example_book("en")

    content = write_xlsx_book(book)

    shown = [one for table, sheet in sheets_of(content, book) for one in numbers_of(table, sheet)]
    assert len(shown) > 300
    for one in shown:
        if one.book is None:
            assert one.sheet == SUPPRESSED, one.what
        else:
            assert one.sheet == pytest.approx(one.book, rel=1e-15), one.what
            assert not isinstance(one.sheet, str)


def test_nothing_of_a_masked_cell_is_anywhere_in_the_file():
    book = example_book("en")
    table = book.tables[0]
    # What the mask hides: numbers that occur nowhere else in the book.
    hidden = replace(table, rows=table.rows.copy())
    masked = (hidden.rows["flag"] == "suppressed").to_numpy()
    hidden.rows.loc[masked, ["value", "se", "low", "high"]] = 0.777123
    shown = write_xlsx_book(replace(book, chapters=(Chapter("RQ1", "", (hidden,)),)))
    assert any(b"777123" in part for part in parts(shown).values())

    content = write_xlsx_book(book)

    assert not any(b"777123" in part for part in parts(content).values())
    assert not [name for name in parts(content) if "comment" in name or "Cache" in name]


def test_marks_are_number_formats_on_cells_that_stay_numbers():
    book = example_book("en")
    _, sheet = sheets_of(write_xlsx_book(book), book)[0]

    formats = {
        str(cell.number_format): cell.value
        for row in sheet.iter_rows(min_col=3)
        for cell in row
        if isinstance(cell.value, float)
    }

    assert r"\(0.0%\)" in formats
    assert '0.0%"†"' in formats
    assert "0.0%_)" in formats


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_text_becomes_a_formula_or_a_link(language):
    content = write_xlsx_book(replace(with_labels(HOSTILE), language=language))

    assert elements(content, "f") == []
    links = elements(content, "hyperlink")
    assert links
    assert all(link.get("location") for link in links)
    assert not any(b'TargetMode="External"' in part for part in parts(content).values())


def test_hostile_texts_survive_letter_by_letter():
    found = texts(write_xlsx_book(with_labels(HOSTILE)))

    for label in HOSTILE:
        cleaned = label.replace("\x00", " ").replace("\x1b", " ").replace("\ud800", " ").strip()
        assert cleaned in found, label


def test_text_longer_than_a_cell_is_cut_between_letters():
    long_label = "👩🏽" * 20_000
    assert len(long_label) == 40_000

    found = texts(write_xlsx_book(with_labels((long_label, "x"))))

    cut = [text for text in found if len(text) > 10_000]
    assert cut
    for text in cut:
        assert CELL_UNITS - 2 < len(text.encode("utf-16-le")) // 2 <= CELL_UNITS
        assert text.endswith("…")
        assert long_label.startswith(text.removeprefix("RQ8  ")[:-1])


def test_edited_cell_stays_text_in_excel():
    content = write_xlsx_book(with_labels(HOSTILE))
    quoted = [style for style in elements(content, "xf") if style.get("quotePrefix") == "1"]

    assert quoted


def test_same_book_gives_the_same_bytes():
    assert write_xlsx_book(example_book()) == write_xlsx_book(example_book())


def test_nothing_is_hidden():
    content = write_xlsx_book(example_book())

    assert not any(sheet.get("state") for sheet in elements(content, "sheet"))
    assert not any(one.get("hidden") for tag in ("row", "col") for one in elements(content, tag))


def test_sheets_are_set_up_for_reading_and_printing():
    book = example_book("en")

    for table, sheet in sheets_of(write_xlsx_book(book), book):
        first = next(k for k in range(1, 40) if sheet.cell(k, 1).value == "Interviews (n)")
        assert sheet["A1"].value == table.title
        assert sheet.freeze_panes == f"C{first}"
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToWidth in {None, 1}
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert str(sheet.print_title_rows).endswith(f":${first - 1}")


def test_every_sheet_says_that_its_people_are_invented():
    content = write_xlsx_book(example_book("en"))
    workbook = load_workbook(io.BytesIO(content))

    for sheet in workbook:
        notice = [str(row[0].value) for row in sheet.iter_rows(max_row=4)]
        assert any(text.startswith("SYNTHETIC") for text in notice), sheet.title
        assert "SYNTHETIC" in sheet.oddHeader.right.text


def test_real_people_are_not_called_invented():
    book = replace(example_book("en"), synthetic=False, standing=())

    assert not any("SYNTHETIC" in text for text in texts(write_xlsx_book(book)))


def test_contents_lead_to_every_table_by_its_own_sheet():
    book = example_book("en")
    content = write_xlsx_book(book)
    workbook = load_workbook(io.BytesIO(content))

    contents = workbook.worksheets[0]

    cells = [cell for column in contents.columns for cell in column]
    led_to = {cell.hyperlink.location for cell in cells if cell.hyperlink}
    assert led_to == {f"'{sheet.title}'!A1" for sheet in workbook.worksheets[1:]}
    titles = {cell.value for cell in cells}
    assert {table.title for table in book.tables} <= titles
    assert set(book.version.values()) <= titles


def test_banner_stands_merged_over_its_columns_with_letters_below():
    book = example_book("en")
    _, sheet = sheets_of(write_xlsx_book(book), book)[0]

    merged = {str(cells): sheet.cell(cells.min_row, cells.min_col).value for cells in
              sheet.merged_cells.ranges}  # fmt: skip
    letters = [sheet.cell(k, 1).value for k in range(1, 20)].index("Letter of the column") + 1

    assert {"Sex", "Group", "Route"} <= set(merged.values())
    assert [sheet.cell(letters, column).value for column in range(4, 11)] == list("ABABABC")


def test_masked_count_of_the_method_is_a_mark():
    outcomes = (Count("1.1", 430), Count("2.1", None, "suppressed"))
    response = WaveResponse(
        2024, Count("drawn", 1200), Count("interviews", 430), outcomes, 0.358, "AAPOR RR2", (), ()
    )
    book = replace(example_book("en"), method=Method((response,), ()))

    sheet = load_workbook(io.BytesIO(write_xlsx_book(book)))["Method"]

    rows = {row[0].value: row[1].value for row in sheet.iter_rows()}
    assert rows["2.1"] == SUPPRESSED
    assert rows["Complete interview (1.1)"] == 430
    assert rows["Response rate (AAPOR RR2)"] == 0.358


def number(
    estimate: float | None = None,
    low: float | None = None,
    high: float | None = None,
    n: int | None = None,
    weighted_n: float | None = None,
    flag: str = "",
) -> PublishedNumber:
    return PublishedNumber(
        code="", label="", statistic="share", estimate=estimate, se=None, low=low, high=high, n=n,
        weighted_n=weighted_n, flag=flag,
    )  # fmt: skip


def finding(number: PublishedNumber | None) -> PublishedFinding:
    return PublishedFinding(
        id="F01", section="", research_question="RQ1", strand=next(iter(Strand)),
        statistic=Statistic.SHARE, statement="=Many take part", group="", base="true",
        published="driekwart", published_low=0.7, published_high=0.8,
        numbers=(number,) if number else (), contrasts=(), standing=Standing.PRINTED,
        agreement=Agreement.INSIDE, is_contradicted=False, note="@note", source="",
    )  # fmt: skip


def test_findings_stand_with_their_numbers_and_masked_ones_with_the_mark():
    shown = number(0.743, 0.721, 0.764, 430, 51200.0)
    masked = number(flag="suppressed")
    book = replace(example_book("en"), findings=(finding(shown), finding(masked), finding(None)))

    content = write_xlsx_book(book)

    rows = load_workbook(io.BytesIO(content))["Findings"].iter_rows(values_only=True)
    found = [row[4:10] for row in rows if row[0] == "F01"]
    assert found[0] == (0.743, 0.721, 0.764, 430, 51200, "inside the published range")
    assert set(found[1][:5]) == {SUPPRESSED}
    assert set(found[2][:5]) == {NOT_ASKED}
    assert elements(content, "f") == []


def test_summary_is_marked_as_a_draft_and_names_the_findings_it_rests_on():
    sentence = Sentence("Ongeveer driekwart doet mee.", Origin.GENERATED, ("F01", "F02"))
    chapter = SummaryChapter("a", "=Meedoen", (Paragraph((sentence,)),))
    summary = Summary(2025, ("Titel",), "CONCEPT voor een redacteur", (chapter,), ("secret",))
    book = replace(example_book("en"), summary=summary)

    content = write_xlsx_book(book)

    sheet = load_workbook(io.BytesIO(content))["Summary"]
    rows = [row[:2] for row in sheet.iter_rows(values_only=True)]
    assert ("Ongeveer driekwart doet mee.", "F01, F02") in rows
    assert rows.index(("CONCEPT voor een redacteur", None)) < rows.index(("=Meedoen", None))
    # What is for the editor only is not published.
    assert not any("secret" in text for text in texts(content))


def test_letters_that_disclosure_control_took_are_a_mark_and_not_a_word():
    book = example_book("en")
    table = book.tables[0]
    rows = table.rows.copy()
    rows.loc[rows["statistic"] == "letters:net", "flag"] = "suppressed"
    masked = replace(table, rows=rows)

    found = texts(write_xlsx_book(replace(book, chapters=(Chapter("RQ1", "", (masked,)),))))

    assert "suppressed" not in found


# --- names of sheets ------------------------------------------------------------------------------


@given(st.lists(st.text(max_size=60), max_size=30))
def test_sheet_names_are_short_different_and_acceptable(wanted):
    names = sheet_names(wanted)

    assert len({name.casefold() for name in names}) == len(wanted)
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= LONGEST
        assert not set(name) & set("[]:*?/\\'")
        assert name.casefold() != "history"


def test_name_of_a_table_stays_when_others_come_or_go():
    long_one = "rq10_vooruitkijken_op_de_toekomst/f_toekomst"
    alone = sheet_names([long_one])

    assert sheet_names(["a", "rq10_vooruitkijken_op_de_toekomst/f_hulp", long_one])[2] == alone[0]
