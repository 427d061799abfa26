"""The sheet of the plain summary, with the findings that each paragraph rests on."""

from __future__ import annotations

from analysis.book import Book
from analysis.export.xlsx_frame import begin, finish
from analysis.export.xlsx_page import Page
from analysis.summary import Summary, SummaryChapter
from analysis.wording import Wording

_WIDTHS = (90.0, 20.0)


def summary_title(say: Wording) -> str:
    """Name the sheet of the summary."""
    return say.gettext("Plain summary (draft)")


def write_summary(page: Page, book: Book, contents: str) -> None:
    """Write the summary, a paragraph a row, with the findings it rests on beside it."""
    say = Wording(book.language)
    summary: Summary = book.summary
    page.widths(dict(enumerate(_WIDTHS)))
    row = begin(page, book, summary_title(say), contents, 1)
    page.paragraph(row, 1, summary.draft, "notice")
    row += 1
    for line in summary.title:
        page.paragraph(row, 1, line, "question")
        row += 1
    page.text(row + 1, 1, say.gettext("Rests on finding"), "side head")
    page.text(row + 1, 0, say.gettext("Text"), "side head")
    head = row + 1
    row = head + 1
    for chapter in summary.chapters:
        row = _chapter(page, row, chapter, "section")
    page.freeze(head + 1, 0)
    finish(page, book, summary_title(say), repeat=(head, head), landscape=False)


def _chapter(page: Page, row: int, chapter: SummaryChapter, look: str) -> int:
    page.text(row, 0, chapter.heading, look)
    row += 1
    for paragraph in chapter.paragraphs:
        bullet = "• " if paragraph.is_bullet else ""
        page.paragraph(row, 0, f"{bullet}{paragraph.text}", "text")
        rests = dict.fromkeys(name for one in paragraph.sentences for name in one.findings)
        page.text(row, 1, ", ".join(rests), "soft")
        row += 1
    for section in chapter.sections:
        row = _chapter(page, row, section, "subsection")
    return row
