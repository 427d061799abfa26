"""The parts of a report in their order, with the numbers and keys that links go by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.book import Book, Chapter, PublishedTable
from analysis.wording import Wording

READING, SUMMARY, FINDINGS, METHOD = "reading", "summary", "findings", "method"


@dataclass(frozen=True)
class NumberedTable:
    """A table with its number in the whole report."""

    number: int
    key: str
    title: str
    table: PublishedTable


@dataclass(frozen=True)
class NumberedChapter:
    """A research question with its tables; ``title`` begins with its id."""

    key: str
    title: str
    tables: tuple[NumberedTable, ...]


@dataclass(frozen=True)
class Entry:
    """A line of the contents: a part, or a table within it."""

    key: str
    title: str
    depth: int


def numbered(book: Book) -> tuple[NumberedChapter, ...]:
    """Give the chapters with their tables numbered through."""
    say, number, made = Wording(book.language), 0, []
    for at, chapter in enumerate(book.chapters, start=1):
        tables = []
        for table in chapter.tables:
            number += 1
            words = table.title.rstrip(".")
            title = say.gettext("Table %(number)s. %(title)s", number=number, title=words)
            if not any(wave in table.title for wave in table.waves):
                title = f"{title}, {_waves(table)}"
            tables.append(NumberedTable(number, f"table-{number}", title, table))
        made.append(NumberedChapter(f"chapter-{at}", _title(chapter), tuple(tables)))
    return tuple(made)


def parts_of(book: Book) -> dict[str, str]:
    """Give the parts around the chapters that a book has, by key, in order."""
    say = Wording(book.language)
    parts = {READING: say.gettext("How to read the tables")}
    if book.summary is not None:
        parts[SUMMARY] = say.gettext("Summary in plain language (draft)")
    if book.findings:
        parts[FINDINGS] = say.gettext("Published findings, computed again")
    parts[METHOD] = say.gettext("Method")
    return parts


def entries(book: Book) -> Iterator[Entry]:
    """Give the contents in reading order."""
    parts = parts_of(book)
    for key in (READING, SUMMARY):
        if key in parts:
            yield Entry(key, parts[key], 0)
    for chapter in numbered(book):
        yield Entry(chapter.key, chapter.title, 0)
        for table in chapter.tables:
            yield Entry(table.key, table.title, 1)
    for key in (FINDINGS, METHOD):
        if key in parts:
            yield Entry(key, parts[key], 0)


def _title(chapter: Chapter) -> str:
    return (
        chapter.title
        if chapter.title.startswith(chapter.id)
        else (f"{chapter.id}. {chapter.title}" if chapter.id[-1:].isdigit() else chapter.title)
    )


def _waves(table: PublishedTable) -> str:
    return "–".join(wave for wave in table.waves if "-" not in wave)
