"""The report as PDF, for paper and the archive.

ReportLab cannot tag a PDF, so a screen reader gets little from it: the cover points to the HTML
report, which holds the same numbers and is accessible.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Spacer,
)

from analysis.book import Book
from analysis.export.whole_file import whole_file
from analysis.printed import marks_used
from analysis.report.annex import WordTable, version_table
from analysis.report.annex_findings import finding_tables
from analysis.report.annex_method import method_tables
from analysis.report.chart_choice import charts_of
from analysis.report.chart_flowable import PaperChart
from analysis.report.chart_marks import PAPER
from analysis.report.grid import grid_of
from analysis.report.outline import (
    FINDINGS,
    METHOD,
    READING,
    SUMMARY,
    NumberedChapter,
    NumberedTable,
    entries,
    numbered,
    parts_of,
)
from analysis.report.pdf_canvas import Place, ReportCanvas
from analysis.report.pdf_contents import contents_pages, draw_contents
from analysis.report.pdf_fonts import BOLD, PLAIN, drawable, register_fonts, width_of
from analysis.report.pdf_table import table_parts
from analysis.report.pdf_words import HEADINGS, Heading, paragraph, word_table
from analysis.summary import SummaryChapter
from analysis.wording import Wording

WIDTH = PAPER.width
MARGIN = (A4[0] - WIDTH) / 2
TOP, BOTTOM = 62.0, 56.0
HEIGHT = A4[1] - TOP - BOTTOM


def write_pdf(book: Book, path: Path, *, twin: str = "report.html") -> None:
    """Write the report.

    Parameters
    ----------
    book : Book
    path : Path
        The file; complete or not there at all. The same book gives the same bytes.
    twin : str
        File name of the HTML report beside it, which the cover names.
    """
    register_fonts()
    with whole_file(path) as unfinished:
        _Report(book, twin).write(unfinished)


@contextmanager
def _binary_streams() -> Iterator[None]:
    """Leave streams in bytes: ReportLab's text encoding makes files a quarter longer.

    It is a setting of all documents in the process, so it is put back afterwards.
    """
    before = rl_config.useA85
    rl_config.useA85 = 0
    try:
        yield
    finally:
        rl_config.useA85 = before


class _Report:
    """The book at hand with its words."""

    def __init__(self, book: Book, twin: str) -> None:
        self._book = book
        self._twin = twin
        self._language = book.language
        self._say = Wording(book.language)
        self._parts = parts_of(book)
        self._mark = self._say.gettext("SYNTHETIC DATA") if book.synthetic else ""

    def write(self, path: Path) -> None:
        """Lay out and write."""
        frame = Frame(MARGIN, BOTTOM, WIDTH, HEIGHT, 0, 0, 0, 0)
        document = BaseDocTemplate(
            str(path),
            pagesize=A4,
            title=f"{self._book.title}: {self._book.subtitle}",
            author=self._book.title,
            subject=self._mark or self._book.subtitle,
            lang=self._language,
            initialFontName=PLAIN,
            invariant=1,
            pageTemplates=[PageTemplate("page", [frame], onPage=self._background)],
        )
        with _binary_streams():
            document.build(list(self._story()), canvasmaker=self._canvas)

    def _canvas(self, *args: Any, **options: Any) -> ReportCanvas:  # noqa: ANN401  # ReportLab's own
        canvas = ReportCanvas(*args, **options)
        canvas.finish = self._finish
        canvas.setViewerPreference("DisplayDocTitle", "true")
        return canvas

    # --- around the text --------------------------------------------------------------------------

    def _background(self, canvas: ReportCanvas, _document: object) -> None:
        """Draw the mark of made-up numbers behind everything.

        Upright along the page: slanted letters would get between the numbers of somebody who
        searches or copies the text.
        """
        if not self._mark:
            return
        canvas.saveState()
        canvas.setFillGray(0.935)
        size = 0.86 * HEIGHT / width_of(self._mark, BOLD, 1.0)
        canvas.setFont(BOLD, size)
        canvas.translate(A4[0] / 2, BOTTOM + HEIGHT / 2)
        canvas.rotate(90)
        canvas.drawCentredString(0, -size * 0.36, self._mark)
        canvas.restoreState()

    def _finish(self, canvas: ReportCanvas, page: int, pages: int, places: Sequence[Place]) -> None:
        """Draw head and foot, and the contents where they belong."""
        draw_contents(canvas, page, places)
        if page == 1:
            return
        canvas.setFont(PLAIN, 7)
        canvas.setFillGray(0.3)
        top, foot = A4[1] - 40, 34
        here = [place.title for place in places if place.depth == 0 and place.page <= page]
        canvas.drawString(
            MARGIN, top, self._short(f"{self._book.title}: {self._book.subtitle}", 300)
        )
        canvas.drawString(MARGIN, foot, self._short(here[-1] if here else "", 380))
        number = self._say.gettext("Page %(page)s of %(pages)s", page=page, pages=pages)
        canvas.drawRightString(A4[0] - MARGIN, foot, number)
        if self._mark:
            canvas.setFont(BOLD, 7)
            canvas.drawRightString(A4[0] - MARGIN, top, self._mark)
        canvas.setStrokeGray(0.7)
        canvas.setLineWidth(0.5)
        canvas.line(MARGIN, top - 6, A4[0] - MARGIN, top - 6)
        canvas.line(MARGIN, foot + 11, A4[0] - MARGIN, foot + 11)

    def _short(self, text: str, width: float) -> str:
        """Cut a running title to a line."""
        text = drawable(text, self._language)
        most = int(width / 3.9)
        return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"

    # --- the text ---------------------------------------------------------------------------------

    def _story(self) -> Iterator[Flowable]:
        yield from self._cover()
        yield from self._contents()
        yield from self._reading()
        if SUMMARY in self._parts:
            yield from self._summary()
        for chapter in numbered(self._book):
            yield from self._chapter(chapter)
        if FINDINGS in self._parts:
            findings = finding_tables(self._book.findings, self._language)
            yield from self._words(FINDINGS, findings)
        tables = [version_table(self._book)]
        if self._book.method is not None:
            tables = [*method_tables(self._book.method, self._language), *tables]
        yield from self._words(METHOD, tables)

    def _cover(self) -> Iterator[Flowable]:
        book = self._book
        yield Spacer(1, 150)
        yield self._paragraph(book.title, "title")
        yield self._paragraph(book.subtitle, "cover")
        if book.synthetic and book.standing:
            yield self._paragraph(book.standing[0], "box")
        yield Spacer(1, 60)
        for name, value in book.version.items():
            yield self._paragraph(f"{name}: {value}", "question")
        yield Spacer(1, 30)
        words = self._say.gettext(
            "This file suits paper. The accessible version, with the same numbers, is %(file)s.",
            file=self._twin,
        )
        yield self._paragraph(words, "text")
        yield PageBreak()

    def _contents(self) -> Iterator[Flowable]:
        title = self._say.gettext("Contents")
        heading = Heading("contents", title, 0, self._language)
        _, taken = heading.wrap(WIDTH, HEIGHT)
        room = HEIGHT - taken - HEADINGS[0].spaceAfter - 1
        yield heading
        for page in contents_pages(entries(self._book), self._language, WIDTH, room):
            yield page
            yield PageBreak()

    def _reading(self) -> Iterator[Flowable]:
        yield Heading(READING, self._parts[READING], 0, self._language)
        for sentence in self._book.standing:
            yield self._paragraph(sentence, "bullet", bulletText="•")

    def _summary(self) -> Iterator[Flowable]:
        yield PageBreak()
        yield Heading(SUMMARY, self._parts[SUMMARY], 0, self._language)
        summary = self._book.summary
        yield self._paragraph(summary.draft, "box")
        for chapter in summary.chapters:
            yield from self._summary_chapter(chapter, f"{SUMMARY}-{chapter.id}", 1)

    def _summary_chapter(self, chapter: SummaryChapter, key: str, depth: int) -> Iterator[Flowable]:
        yield CondPageBreak(60)
        yield Heading(key, chapter.heading, depth, self._language)
        for part in chapter.paragraphs:
            bullet = {"bulletText": "•"} if part.is_bullet else {}
            style = "bullet" if part.is_bullet else "text"
            yield self._paragraph(part.text, style, **bullet)
        for section in chapter.sections:
            deeper = min(depth + 1, len(HEADINGS) - 1)
            yield from self._summary_chapter(section, f"{key}-{section.id}", deeper)

    def _words(self, key: str, tables: Iterable[WordTable]) -> Iterator[Flowable]:
        yield PageBreak()
        yield Heading(key, self._parts[key], 0, self._language)
        for table in tables:
            yield CondPageBreak(90)
            yield from word_table(table, WIDTH, self._language)

    def _chapter(self, chapter: NumberedChapter) -> Iterator[Flowable]:
        yield PageBreak()
        yield Heading(chapter.key, chapter.title, 0, self._language)
        for one in chapter.tables:
            yield from self._table(one)

    def _table(self, one: NumberedTable) -> Iterator[Flowable]:
        charts = charts_of(one.table, self._language)
        drawings = [PaperChart(chart, self._language) for chart in charts]
        # A heading stays with what it is about: its first chart, or the head and base of the table.
        yield CondPageBreak(70 + (drawings[0].height + 35 if drawings else 90))
        yield Heading(one.key, one.title, 1, self._language)
        if one.table.question:
            yield self._paragraph(one.table.question, "question")
        for chart, drawing in zip(charts, drawings, strict=True):
            yield CondPageBreak(drawing.height + 40)
            yield self._paragraph(chart.caption.title, "figure")
            yield self._paragraph(f"{chart.caption.source} {chart.caption.reading}", "source")
            yield drawing
        grid = grid_of(one.table, self._language)
        yield from table_parts(grid, one.number, WIDTH, self._language)
        notes = (*one.table.notes, *marks_used(one.table, self._language))
        yield self._paragraph(" ".join(notes), "note")

    def _paragraph(self, text: str, style: str, **options: str) -> Flowable:
        return paragraph(text, style, self._language, **options)
