"""A book as an XLSX workbook: contents, a sheet for each table, findings, summary and method."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.book import Book, Chapter
from analysis.export.sheet_names import sheet_names
from analysis.export.xlsx_findings import findings_title, write_findings
from analysis.export.xlsx_frame import finish
from analysis.export.xlsx_method import method_title, write_method
from analysis.export.xlsx_page import Page, Paper
from analysis.export.xlsx_summary import summary_title, write_summary
from analysis.export.xlsx_table import write_table
from analysis.printed import wave_text
from analysis.table_notes import synthetic_sentence
from analysis.wording import Wording

_WIDTHS = (34.0, 64.0, 26.0, 8.0)
_LAST = len(_WIDTHS) - 1


@dataclass(frozen=True)
class _Sheets:
    """Names of the sheets; of annexes only those that the book has."""

    contents: str
    summary: str
    findings: str
    method: str
    tables: tuple[str, ...]

    @classmethod
    def of(cls, book: Book, say: Wording) -> _Sheets:
        own = (
            say.gettext("Contents"),
            say.gettext("Summary"),
            say.gettext("Findings"),
            say.gettext("Method"),
        )
        names = sheet_names([*own, *(table.id for table in book.tables)])
        contents, summary, findings, method, *tables = names
        return cls(contents, summary, findings, method, tuple(tables))


def write_xlsx_book(book: Book) -> bytes:
    """Give the workbook of a book.

    Returns
    -------
    bytes
        The file; equal books give equal bytes. Estimates and bases are numbers as in `Book.rows`,
        brackets and marks are number formats; a masked cell holds the mark and nothing else.
        Nothing is hidden, no cell holds a formula, and links lead from sheet to sheet only.
    """
    say = Wording(book.language)
    notice = say.gettext("SYNTHETIC") if book.synthetic else ""
    paper = Paper(title=book.title, subject=book.subtitle, keywords=notice)
    sheets = _Sheets.of(book, say)
    _contents(paper.page(sheets.contents), book, say, sheets)
    if book.summary is not None:
        write_summary(paper.page(sheets.summary), book, sheets.contents)
    if book.findings:
        write_findings(paper.page(sheets.findings), book, sheets.contents)
    for table, name in zip(book.tables, sheets.tables, strict=True):
        write_table(paper.page(name), book, table, sheets.contents)
    if book.method is not None:
        write_method(paper.page(sheets.method), book, sheets.contents)
    return paper.close()


def _contents(page: Page, book: Book, say: Wording, sheets: _Sheets) -> None:
    page.widths(dict(enumerate(_WIDTHS)))
    page.text(0, 0, book.title, "title")
    page.text(1, 0, book.subtitle, "question")
    row = 2
    if book.synthetic:
        page.paragraph(row, _LAST, synthetic_sentence(say), "notice")
        row += 1
    row = _annexes(page, row + 1, book, say, sheets)
    names = iter(sheets.tables)
    for chapter in book.chapters:
        row = _chapter(page, row, chapter, [next(names) for _ in chapter.tables], say)
    row = _notes(page, row, book, say)
    _version(page, row, book, say)
    finish(page, book, say.gettext("Contents"))


def _annexes(page: Page, row: int, book: Book, say: Wording, sheets: _Sheets) -> int:
    present = [
        (sheets.summary, summary_title(say), book.summary is not None),
        (sheets.findings, findings_title(say), bool(book.findings)),
        (sheets.method, method_title(say), book.method is not None),
    ]
    for sheet, title, is_there in present:
        if is_there:
            page.link(row, 0, sheet, sheet)
            page.link(row, 1, sheet, title)
            row += 1
    return row + 1


def _chapter(page: Page, row: int, chapter: Chapter, sheets: list[str], say: Wording) -> int:
    """Write a research question with a link to each of its tables; give the next free row."""
    page.paragraph(row, _LAST, f"{chapter.id}  {chapter.title}", "section")
    row += 1
    for table, sheet in zip(chapter.tables, sheets, strict=True):
        page.link(row, 0, sheet, sheet, "wrapped link")
        page.link(row, 1, sheet, table.title, "wrapped link")
        waves = ", ".join(wave_text(w, say.language) for w in table.waves)
        page.text(row, 2, waves, "soft")
        page.fit(row, {0: sheet, 1: table.title, 2: waves})
        row += 1
    return row + 1


def _notes(page: Page, row: int, book: Book, say: Wording) -> int:
    page.paragraph(row, _LAST, say.gettext("How to read the tables"), "section")
    reading = (
        say.gettext(
            "Bases stand above each table: interviews, the people they stand for, and the number "
            "of interviews of a simple sample with the same precision."
        ),
        *book.standing,
    )
    for k, note in enumerate(reading, start=1):
        page.paragraph(row + k, _LAST, note, "text")
    return row + len(reading) + 2


def _version(page: Page, row: int, book: Book, say: Wording) -> None:
    page.paragraph(row, _LAST, say.gettext("Versions"), "section")
    for k, (name, value) in enumerate(book.version.items(), start=1):
        page.text(row + k, 0, name, "soft")
        page.paragraph(row + k, _LAST, str(value), "text", first=1)
