"""The HTML report: valid, complete, and the same numbers as its book."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import html5lib
import pytest
from lxml import etree

from analysis.book import Book
from analysis.printed import base_text, bounds_text, value_text
from analysis.report.html import html_report, write_html
from tests.unit.analysis.report.books import whole_book

XHTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(params=["nl", "en"])
def book(request: pytest.FixtureRequest) -> Book:
    return whole_book(request.param)


def parsed(page: str) -> etree._Element:
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("lxml"), strict=True)
    return parser.parse(page).getroot()


def text_of(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_page_is_html5_without_errors_and_ids_are_unique(book: Book) -> None:
    root = parsed(html_report(book))

    ids = Counter(element.get("id") for element in root.iter() if element.get("id"))
    assert root.get("lang") == book.language
    assert [name for name, times in ids.items() if times > 1] == []
    links = {a.get("href") for a in root.iter(f"{XHTML}a")}
    assert {link.removeprefix("#") for link in links} <= set(ids)


def test_headings_go_down_one_level_at_a_time(book: Book) -> None:
    tags = [element.tag for element in parsed(html_report(book)).iter(etree.Element)]
    levels = [int(tag[-1]) for tag in tags if re.fullmatch(rf"{re.escape(XHTML)}h[1-6]", tag)]

    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_page_needs_no_other_file_and_runs_nothing(book: Book) -> None:
    page = html_report(book)

    root = parsed(page)
    assert not list(root.iter(f"{XHTML}script", f"{XHTML}link", f"{XHTML}img", f"{XHTML}iframe"))
    assert not [e for e in root.iter(etree.Element) if e.get("style") or e.get("src")]
    assert "default-src 'none'" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page


def test_every_cell_of_the_book_is_in_its_table_in_order(book: Book) -> None:
    tables = [t for t in parsed(html_report(book)).iter(f"{XHTML}table") if not t.get("class")]

    assert len(tables) == len(book.tables)
    for table, made in zip(book.tables, tables, strict=True):
        waves = [wave for wave in table.waves if "-" not in wave]
        expected = [
            base_text(table.base(wave, column), number, book.language).text
            for number in ("n", "weighted_n", "n_eff")
            for wave in waves
            for column in table.columns
        ]
        for line in table.lines:
            for wave in table.waves:
                for column in table.columns:
                    cell = table.cell(wave, line, column)
                    text = value_text(cell, line.statistic, wave, book.language).text
                    if cell is not None and cell.value is not None:
                        text += bounds_text(cell, line.statistic, wave, book.language).text
                        text += cell.letters
                    expected.append(text)
        found = [seen_text(td) for td in made.iter(f"{XHTML}td") if td.getparent()[0] is not td]
        assert sorted(map(sorted, found)) == sorted(map(sorted, expected))
        assert [sorted(text) for text in found] == [sorted(text) for text in expected]


def seen_text(cell: etree._Element) -> str:
    """What is seen: without the words for those who hear it."""
    return "".join("".join(part.itertext()) for part in cell if part.get("class") != "unseen") + (
        cell.text or ""
    )


def test_masked_cell_says_so_to_those_who_hear_it() -> None:
    root = parsed(html_report(whole_book("en")))

    hidden = [td for td in root.iter(f"{XHTML}td") if "×" in text_of(td) and len(td) == 2]
    assert hidden
    assert all(td[0].get("aria-hidden") == "true" for td in hidden)
    assert {text_of(td[1]) for td in hidden} == {"suppressed"}


def test_chart_has_title_and_its_numbers_in_words(book: Book) -> None:
    charts = [
        svg for svg in parsed(html_report(book)).iter(f"{SVG}svg") if svg.get("role") == "img"
    ]

    assert len(charts) == 5
    for svg in charts:
        title, words = svg.get("aria-labelledby").split()
        named = {child.get("id"): text_of(child) for child in svg if child.get("id")}
        assert named[title]
        assert re.search(r"\d+[.,]\d%", named[words])


def test_made_up_numbers_are_marked_on_the_page_and_on_every_chart(book: Book) -> None:
    page = html_report(book)

    root = parsed(page)
    header = next(root.iter(f"{XHTML}header"))
    assert book.standing[0] in text_of(header)
    mark = root.find(f"{XHTML}body").get("data-mark")
    assert mark
    assert root.find(f".//{XHTML}title").text.startswith(mark)
    assert all(mark in text_of(figure) for figure in root.iter(f"{XHTML}figure"))


def test_sentence_of_the_summary_links_to_its_finding() -> None:
    root = parsed(html_report(whole_book("nl")))

    link = next(a for a in root.iter(f"{XHTML}a") if a.get("href") == "#finding-F18")
    row = next(tr for tr in root.iter(f"{XHTML}tr") if tr.get("id") == "finding-F18")
    assert "Bijna driekwart leert genoeg." in text_of(link.getparent().getparent())
    assert "73,1%" in text_of(row)


def test_same_book_gives_same_bytes(tmp_path: Path, book: Book) -> None:
    write_html(book, tmp_path / "a.html")
    write_html(book, tmp_path / "b.html")

    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
