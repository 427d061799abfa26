"""Tables of words beside the tables of a book; findings and method have modules of their own."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.book import Book
from analysis.wording import Wording


@dataclass(frozen=True)
class Said:
    """A line of text; ``language`` where it is not that of the book."""

    text: str
    language: str = ""


Lines = tuple[Said, ...]
"""What stands in a cell, line by line."""


@dataclass(frozen=True)
class WordTable:
    """A table of text; ``numbers`` are the columns that hold numbers, set to the right.

    The first cell of a row is its head. ``widths`` are shares of the page;
    ``keys`` are what links to the rows go by, if any do.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Lines, ...], ...]
    numbers: frozenset[int] = frozenset()
    widths: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


def version_table(book: Book) -> WordTable:
    """Give what a book was made from."""
    say = Wording(book.language)
    rows = tuple((line_of(name), line_of(value)) for name, value in book.version.items())
    heads = (say.gettext("Part"), say.gettext("Version"))
    return WordTable(
        say.gettext("What this report was made from"), heads, rows, widths=(0.35, 0.65)
    )


def line_of(text: str) -> Lines:
    """Give a cell of one line."""
    return (Said(text),)
