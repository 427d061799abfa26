"""The PDF report, read back with poppler: numbers, bookmarks, marks, fonts and bytes."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from analysis.book import Book
from analysis.printed import base_text, bounds_text, value_text
from analysis.report.outline import entries
from analysis.report.pdf import write_pdf
from analysis.report.pdf_fonts import PLAIN, register_fonts, wrapped
from tests.unit.analysis.report.books import whole_book

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="poppler-utils is not installed"
)


def poppler(tool: str, *arguments: str) -> str:
    done = subprocess.run([tool, *arguments], capture_output=True, check=True)
    return done.stdout.decode()


def pages_of(path: Path) -> list[str]:
    """Texts of the pages, in the order in which they were written."""
    return poppler("pdftotext", "-raw", str(path), "-").split("\f")[:-1]


@pytest.fixture(scope="module")
def book() -> Book:
    return whole_book("nl")


@pytest.fixture(scope="module")
def report(book: Book, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.pdf"
    write_pdf(book, path, twin="rapport.nl.html")
    return path


@needs_poppler
def test_every_number_of_the_book_is_on_paper(book: Book, report: Path) -> None:
    words = set(" ".join(pages_of(report)).split())

    for table in book.tables:
        for column in table.columns:
            for wave in table.waves:
                base = table.base(wave, column)
                assert base_text(base, "n", "nl").text in words
                for line in table.lines:
                    cell = table.cell(wave, line, column)
                    assert value_text(cell, line.statistic, wave, "nl").text in words
                    bounds = bounds_text(cell, line.statistic, wave, "nl").text
                    assert bounds.split(" ")[0] in words


@needs_poppler
def test_paper_has_no_number_that_the_book_has_not(book: Book, report: Path) -> None:
    printed = {"73,1%"}  # of a finding
    printed |= {"40,2%", "0,0%"}  # of the annex
    for table in book.tables:
        for column in table.columns:
            for wave in table.waves:
                for line in table.lines:
                    cell = table.cell(wave, line, column)
                    printed.add(value_text(cell, line.statistic, wave, "nl").text.strip("()†"))

    found = set(re.findall(r"\d+,\d+%", " ".join(pages_of(report))))

    assert found <= printed


@needs_poppler
def test_made_up_numbers_are_marked_on_every_page(report: Path) -> None:
    pages = pages_of(report)

    assert len(pages) > 5
    assert all("SYNTHETI" in page for page in pages)


@needs_poppler
def test_real_numbers_bear_no_such_mark(book: Book, tmp_path: Path) -> None:
    write_pdf(replace(book, synthetic=False, standing=()), tmp_path / "real.pdf")

    assert "SYNTHETI" not in "".join(pages_of(tmp_path / "real.pdf"))


@needs_poppler
def test_bookmarks_and_contents_lead_to_every_part(book: Book, report: Path) -> None:
    outline = etree.fromstring(
        poppler("pdftohtml", "-xml", "-stdout", "-i", str(report)).encode(),
        etree.XMLParser(load_dtd=False, resolve_entities=False),
    ).find("outline")
    assert outline is not None
    marked = {item.text: int(item.get("page", "0")) for item in outline.iter("item")}
    pages = pages_of(report)

    for entry in entries(book):
        assert entry.title in marked
        # Where the contents and the bookmark send a reader, the part begins.
        flat = " ".join(pages[marked[entry.title] - 1].split())
        assert entry.title in flat


@needs_poppler
def test_pages_say_their_number_and_the_cover_names_the_accessible_version(report: Path) -> None:
    first, *others = pages_of(report)

    assert "rapport.nl.html" in first
    assert all(
        re.search(rf"{number} \w+ {len(others) + 1}\b", page)
        for number, page in enumerate(others, start=2)
    )


@needs_poppler
def test_file_has_title_and_language_and_embeds_its_fonts(book: Book, report: Path) -> None:
    described = poppler("pdfinfo", str(report))
    fonts = poppler("pdffonts", str(report)).splitlines()[2:]

    assert book.title in described
    assert b"/Lang (nl)" in report.read_bytes()
    assert fonts
    assert all(line.split()[-5:-4] == ["yes"] for line in fonts)


@needs_poppler
def test_words_in_a_script_without_letters_are_named_by_it(report: Path) -> None:
    text = " ".join(pages_of(report))

    assert "[Arabisch]" in text
    assert "[Ethiopisch]" in text


@needs_poppler
def test_long_table_repeats_its_head_on_the_next_page(book: Book, tmp_path: Path) -> None:
    table = book.tables[1]
    many = tuple(replace(line, label=f"{line.label} {k}") for k in range(8) for line in table.lines)
    chapter = replace(book.chapters[0], tables=(replace(table, lines=many),))
    write_pdf(replace(book, chapters=(chapter,)), tmp_path / "long.pdf")

    pages = [page for page in pages_of(tmp_path / "long.pdf") if "vrouw" in page]

    assert len(pages) > 2
    assert all("Totaal" in page and "man" in page for page in pages)


def test_same_book_gives_same_bytes(book: Book, tmp_path: Path) -> None:
    write_pdf(book, tmp_path / "a.pdf")
    write_pdf(book, tmp_path / "b.pdf")

    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_nothing_is_left_of_a_report_that_could_not_be_made(book: Book, tmp_path: Path) -> None:
    broken = replace(book, chapters=(None,))  # type: ignore[arg-type]

    with pytest.raises(AttributeError):
        write_pdf(broken, tmp_path / "report.pdf")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("word", "lines"),
    [
        ("Asielstatushouders", ["Asielsta-", "tushouders"]),
        ("Onderwijsroute", ["Onderwijs-", "route"]),
        ("b1", ["b1"]),
    ],
)
def test_word_too_long_for_a_column_is_cut_where_a_syllable_begins(
    word: str, lines: list[str]
) -> None:
    register_fonts()

    assert wrapped(word, PLAIN, 7, 46) == lines
