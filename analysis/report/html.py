"""The report as one HTML file: the accessible twin of the PDF, with the same numbers.

It holds its style, its charts and nothing of others; a policy in its head lets browsers refuse
everything else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from babel import Locale, UnknownLocaleError
from lxml import etree

from analysis.book import Book
from analysis.export.whole_file import whole_file
from analysis.printed import marks_used
from analysis.report.annex import WordTable, version_table
from analysis.report.annex_findings import finding_tables
from analysis.report.annex_method import method_tables
from analysis.report.chart import Chart
from analysis.report.chart_choice import charts_of
from analysis.report.chart_svg import chart_svg, hatching
from analysis.report.html_tables import published_table, word_table
from analysis.report.markup import Element, element
from analysis.report.outline import (
    FINDINGS,
    METHOD,
    READING,
    SUMMARY,
    NumberedChapter,
    NumberedTable,
    numbered,
    parts_of,
)
from analysis.summary import Paragraph, SummaryChapter
from analysis.wording import Wording

STYLE = Path(__file__).with_name("report.css").read_text(encoding="utf-8")


def write_html(book: Book, path: Path) -> None:
    """Write the report.

    Parameters
    ----------
    book : Book
    path : Path
        The file; complete or not there at all.
    """
    with whole_file(path) as part:
        part.write_text(html_report(book), encoding="utf-8", newline="\n")


def html_report(book: Book) -> str:
    """Give the report as a page."""
    page = _Page(book).whole()
    text = etree.tostring(page, doctype="<!DOCTYPE html>", encoding="unicode", method="html")
    return f"{text}\n"


class _Page:
    """The book at hand with its words."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._say = Wording(book.language)
        self._parts = parts_of(book)
        self._chapters = numbered(book)

    def whole(self) -> Element:
        """Give the page."""
        body = element(
            "body",
            {"data-mark": self._say.gettext("SYNTHETIC DATA")} if self._book.synthetic else None,
            element(
                "a", {"class": "skip", "href": "#main"}, self._say.gettext("Skip to the report")
            ),
            self._header(),
            self._contents(),
            self._main(),
            hatching(),
        )
        attributes = {"lang": self._book.language, "dir": _direction(self._book.language)}
        return element("html", attributes, self._head(), body)

    def _head(self) -> Element:
        digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
        policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'"
        mark = self._say.gettext("SYNTHETIC DATA") + " – " if self._book.synthetic else ""
        return element(
            "head",
            None,
            element("meta", {"charset": "utf-8"}),
            element("meta", {"http-equiv": "Content-Security-Policy", "content": policy}),
            element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
            element("title", None, f"{mark}{self._book.title}: {self._book.subtitle}"),
            element("style", None, STYLE),
        )

    def _header(self) -> Element:
        book = self._book
        header = element(
            "header",
            None,
            element("h1", None, book.title),
            element("p", {"class": "study"}, book.subtitle),
        )
        if book.synthetic and book.standing:
            header.append(element("p", {"class": "synthetic"}, book.standing[0]))
        return header

    # --- contents ---------------------------------------------------------------------------------

    def _contents(self) -> Element:
        lines = [_link(key, self._parts[key]) for key in (READING, SUMMARY) if key in self._parts]
        lines += [self._chapter_line(chapter) for chapter in self._chapters]
        lines += [_link(key, self._parts[key]) for key in (FINDINGS, METHOD) if key in self._parts]
        heading = element("h2", {"id": "contents"}, self._say.gettext("Contents"))
        items = element("ol", None, *(element("li", None, *line) for line in lines))
        return element("nav", {"aria-labelledby": "contents"}, heading, items)

    def _chapter_line(self, chapter: NumberedChapter) -> tuple[Element, ...]:
        links = [element("li", None, *_link(one.key, one.title)) for one in chapter.tables]
        words = self._say.ngettext("%(number)s table", "%(number)s tables", len(links))
        # Three chapters may begin with the same words; the summary says whose tables these are.
        hidden = element("span", {"class": "unseen"}, f": {chapter.title}")
        closed = element(
            "details", None, element("summary", None, words, hidden), element("ol", None, *links)
        )
        return (*_link(chapter.key, chapter.title), closed)

    # --- parts ------------------------------------------------------------------------------------

    def _main(self) -> Element:
        main = element("main", {"id": "main", "tabindex": "-1"})
        sentences = element("ul", {"class": "standing"})
        sentences.extend([element("li", None, sentence) for sentence in self._book.standing])
        main.append(self._section(READING, [sentences]))
        if SUMMARY in self._parts:
            main.append(self._section(SUMMARY, list(self._summary())))
        main.extend([self._chapter(chapter) for chapter in self._chapters])
        if FINDINGS in self._parts:
            tables = finding_tables(self._book.findings, self._book.language)
            main.append(self._section(FINDINGS, _word_tables(tables, FINDINGS)))
        main.append(self._section(METHOD, self._method()))
        return main

    def _section(self, key: str, content: Sequence[Element]) -> Element:
        heading = element("h2", {"id": key}, self._parts[key])
        return element("section", {"aria-labelledby": key}, heading, *content, self._back())

    def _back(self) -> Element:
        link = element("a", {"href": "#contents"}, self._say.gettext("Back to the contents"))
        return element("p", {"class": "backto"}, link)

    def _method(self) -> list[Element]:
        tables = [version_table(self._book)]
        if self._book.method is not None:
            tables = [*method_tables(self._book.method, self._book.language), *tables]
        return _word_tables(tables, METHOD)

    def _summary(self) -> Iterator[Element]:
        summary = self._book.summary
        yield element("p", {"class": "draft", "lang": "nl"}, summary.draft)
        for chapter in summary.chapters:
            yield from _summary_chapter(chapter, 3)

    def _chapter(self, chapter: NumberedChapter) -> Element:
        heading = element("h2", {"id": chapter.key}, chapter.title)
        tables = [part for one in chapter.tables for part in self._table(one)]
        attributes = {"aria-labelledby": chapter.key}
        return element("section", attributes, heading, *tables, self._back())

    def _table(self, one: NumberedTable) -> Iterator[Element]:
        yield element("h3", {"id": one.key}, one.title)
        if one.table.question:
            yield element("p", {"class": "question"}, one.table.question)
        charts = charts_of(one.table, self._book.language)
        if charts:
            figures = (
                self._figure(chart, f"{one.key}-chart-{k}") for k, chart in enumerate(charts, 1)
            )
            yield element("div", {"class": "charts"}, *figures)
        yield published_table(one, self._book.language)
        notes = (*one.table.notes, *marks_used(one.table, self._book.language))
        yield element("ul", {"class": "notes"}, *(element("li", None, note) for note in notes))

    def _figure(self, chart: Chart, key: str) -> Element:
        caption = chart.caption
        source = element("small", None, caption.source)
        mark = f"{self._say.gettext('SYNTHETIC DATA')}. " if self._book.synthetic else ""
        return element(
            "figure",
            None,
            element("figcaption", None, caption.title, source),
            chart_svg(chart, key),
            element("p", None, f"{mark}{caption.reading}"),
        )


def _link(key: str, title: str) -> tuple[Element, ...]:
    return (element("a", {"href": f"#{key}"}, title),)


def _word_tables(tables: Iterable[WordTable], key: str) -> list[Element]:
    made: list[Element] = []
    for k, table in enumerate(tables, start=1):
        made.append(word_table(table, f"{key}-{k}"))
        if table.notes:
            lines = (element("li", None, note) for note in table.notes)
            made.append(element("ul", {"class": "notes"}, *lines))
    return made


def _summary_chapter(chapter: SummaryChapter, depth: int) -> Iterator[Element]:
    """Give a chapter of the summary; its words are Dutch in every book."""
    yield element(f"h{min(depth, 6)}", {"lang": "nl"}, chapter.heading)
    bullets: Element | None = None
    for paragraph in chapter.paragraphs:
        if not paragraph.is_bullet:
            bullets = None
            yield element("p", {"lang": "nl"}, *_sentences(paragraph))
            continue
        if bullets is None:
            bullets = element("ul", {"lang": "nl"})
            yield bullets
        bullets.append(element("li", None, *_sentences(paragraph)))
    for section in chapter.sections:
        yield from _summary_chapter(section, depth + 1)


def _sentences(paragraph: Paragraph) -> list[Element | str]:
    """Give the sentences, each followed by links to the findings that its words come from."""
    made: list[Element | str] = [f"{paragraph.label}: "] if paragraph.label else []
    for sentence in paragraph.sentences:
        made.append(f"{sentence.text} ")
        for name in sentence.findings:
            link = element("a", {"href": f"#finding-{name}"}, name)
            made += [element("small", None, "[", link, "]"), " "]
    return made


def _direction(language: str) -> str:
    try:
        return Locale.parse(language).text_direction
    except (UnknownLocaleError, ValueError):
        return "ltr"
