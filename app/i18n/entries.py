"""The strings of a catalog as translators work on them: source, translation, state, line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from app.i18n.catalogs import read_catalog
from app.i18n.remarks import RemarkError, Remarks, Standing, read_remarks, standing_of
from app.questionnaire.document import Problem
from app.questionnaire.model import Place


@dataclass(frozen=True, slots=True)
class Entry:
    """One string of a catalog."""

    context: str
    """Its name; empty for words of the interface, whose source is their name."""
    sources: tuple[str, ...]
    """The source text; where it has a plural, singular and plural."""
    translations: tuple[str, ...]
    """One; for a plural as many as the language has forms. Empty strings are missing."""
    remarks: Remarks
    comments: tuple[str, ...]
    """What the program tells translators."""
    line: int
    fuzzy: bool = False
    """An editor marked it as a guess."""

    @property
    def key(self) -> tuple[str, ...]:
        """What tells it from the others in its catalog."""
        return (self.context, *self.sources)

    @property
    def standing(self) -> Standing:
        """How far it is."""
        return standing_of(all(self.translations), self.remarks, *self.sources)


def plural_forms(catalog: Catalog) -> int:
    """Return how many forms a plural has in the language of a catalog."""
    return int(catalog.num_plurals)


def read_entries(path: Path) -> tuple[list[Entry], list[Problem]]:
    """Return the strings of a ``.po`` file, and remarks that cannot be read, with their line.

    A string with such a remark is given as a draft. Raises `CatalogError` for a malformed file.
    """
    problems: list[Problem] = []
    entries = []
    for message in _messages(read_catalog(path)):
        place = Place(place_name(path), message.lineno or 1)
        try:
            remarks = read_remarks(message.user_comments)
        except RemarkError as error:
            problems.append(Problem(place, f"{name_of(message)}: {error}"))
            remarks = Remarks()
        entries.append(entry_of(message, remarks))
    return entries, problems


def entry_of(message: Message, remarks: Remarks) -> Entry:
    """Return a message of Babel's as a string of ours."""
    sources = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    string = message.string or ""
    translations = (string,) if isinstance(string, str) else tuple(string)
    return Entry(
        context=message.context or "",
        sources=sources,
        translations=translations,
        remarks=remarks,
        comments=tuple(message.auto_comments),
        line=message.lineno or 1,
        fuzzy=message.fuzzy,
    )


def said_differently(entries: Iterable[Entry]) -> list[tuple[Entry, Entry]]:
    """Return strings whose source another string before them has too, in other words than theirs.

    Scales share answers ("Mee eens"): two words for one answer would make two scales. A translator
    who says why in a note or a doubt did it on purpose: "Goed" between "too fast" and "too slow"
    is not the "Goed" of a mark.
    """
    first: dict[tuple[str, ...], Entry] = {}
    found = []
    for entry in (one for one in entries if all(one.translations)):
        before = first.setdefault(entry.sources, entry)
        explained = entry.remarks.notes or entry.remarks.doubts
        if before.translations != entry.translations and not explained:
            found.append((entry, before))
    return found


def name_of(message: Message) -> str:
    """Return the name of a string for a message: its context, else the start of its source."""
    source = message.id if isinstance(message.id, str) else message.id[0]
    return message.context or source[:40]


def place_name(path: Path) -> str:
    """Return the name of a catalog for messages: ``ar/LC_MESSAGES/perspectief.po``."""
    return "/".join(path.parts[-3:])


def _messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)
