"""What every sheet of a book begins and ends with: title, notice, way back, print setup."""

from __future__ import annotations

from analysis.book import Book
from analysis.export.xlsx_page import Page
from analysis.table_notes import synthetic_sentence
from analysis.wording import Wording


def begin(
    page: Page, book: Book, title: str, contents: str, last: int, *, question: str = ""
) -> int:
    """Write title, question, notice and the way back; give the next free row.

    ``last`` is the last column that text runs over.
    """
    say = Wording(book.language)
    page.text(0, 0, title, "title")
    row = 1
    if question:
        page.paragraph(row, last, question, "question")
        row += 1
    if book.synthetic:
        page.paragraph(row, last, synthetic_sentence(say), "notice")
        row += 1
    page.link(row, 0, contents, say.gettext("Back to the contents"))
    return row + 2


def finish(
    page: Page,
    book: Book,
    title: str,
    *,
    repeat: tuple[int, int] | None = None,
    landscape: bool = True,
    wide: int = 1,
    high: int = 0,
) -> None:
    """Set up print with the running titles of the book; see `Page.print_setup`."""
    say = Wording(book.language)
    page.print_setup(
        left=f"{book.title} · {title}",
        right=say.gettext("SYNTHETIC") if book.synthetic else "",
        page_of=say.gettext("Page %(page)s of %(pages)s", page="&P", pages="&N"),
        repeat=repeat,
        landscape=landscape,
        wide=wide,
        high=high,
    )
