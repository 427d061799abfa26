"""Texts and translations as the site shows them: by language and part, and how far each is.

A language has two catalogs: the questions and letters of the study, written in Dutch, and the words
of the interface, written in English. Translators see both as one list, in parts: a module of the
questionnaire, the answer scales, letters, the buttons. A part is what somebody signs off.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import yaml

from app.i18n.catalogs import catalog_path, read_catalog
from app.i18n.edits import Edit, SignOff, What, holds, latest, name_in_log, read_log, signed_off
from app.i18n.entries import Entry, plural_forms, read_entries
from app.i18n.locales import DOMAIN as INTERFACE
from app.i18n.remarks import Standing, keyed
from app.services.context import ServiceContext

INTERFACE_SOURCE = "en"
"""The language in which the words of the interface are written first."""
_SAID = re.compile(r"(kind|file|in \w+|term|longest): ?(.*)")
_MODULE_TITLE = re.compile(r"module [^|]+\|title")
_NUMBER = re.compile(r"\d+")
WRITING = frozenset({What.CHANGED, What.IMPORTED})
"""What makes somebody the author of words."""
_KEPT = 24
"""Catalogs in memory: two for each of a dozen languages."""


class NoSuchTextError(LookupError):
    """There is no such language, part or string."""


@dataclass(frozen=True, slots=True)
class SiteText:
    """One string in one language, with what a translator should know of it."""

    id: str
    """For addresses: sixteen hexadecimal digits that stay when the source changes."""
    catalog: str
    language: str
    part: str
    entry: Entry
    kind: str
    """What it is: ``question``, ``answer``, ``letter`` …; empty for words of the interface."""
    file: str
    beside: Mapping[str, str]
    """The source in the other languages in which the study is written, by their English names."""
    longest: int | None
    """Characters."""

    @property
    def words(self) -> str:
        """Return the translation as one text; forms of a plural on lines of their own."""
        return "\n".join(self.entry.translations)

    @property
    def source(self) -> str:
        """Return the source as one text; of a plural, singular and plural on two lines."""
        return "\n".join(self.entry.sources)

    @property
    def name(self) -> str:
        """Return what it is called: its context; without one its source."""
        return self.entry.context or self.entry.sources[0]

    @property
    def is_interface(self) -> bool:
        """Whether it is of the buttons and messages beside the questions."""
        return self.catalog == INTERFACE

    @property
    def seen(self) -> str:
        """Return what a page that shows it carries: it changes when words or state do."""
        return _digest(*self.entry.translations, str(self.entry.remarks.review))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a language: its strings in the order of the questionnaire."""

    id: str
    catalog: str
    title: str
    """Of a module, in the language of the source; empty for the others."""
    title_beside: Mapping[str, str]
    texts: tuple[SiteText, ...]
    sign_off: SignOff | None
    """The last one, also when texts have changed since."""

    @property
    def digest(self) -> str:
        """Return what a sign-off is of: every source and translation of the part."""
        return _digest(*(one for text in self.texts for one in (text.source, text.words)))

    @property
    def is_signed_off(self) -> bool:
        """Whether somebody answers for the part as it reads today."""
        return self.sign_off is not None and self.sign_off.digest == self.digest

    @property
    def standings(self) -> Counter[Standing]:
        """Return how many texts are how far."""
        return Counter(one.entry.standing for one in self.texts)


@dataclass(frozen=True)
class LanguageTexts:
    """Everything that is translated into a language."""

    language: str
    parts: tuple[Part, ...]
    forms: int
    """Of a plural."""
    authors: Mapping[str, Edit]
    """Whose words a text has, by `SiteText.id`; texts that came with the program are not in it."""

    @property
    def texts(self) -> list[SiteText]:
        """Return all strings, part by part."""
        return [text for part in self.parts for text in part.texts]

    @property
    def standings(self) -> Counter[Standing]:
        """Return how many texts are how far."""
        return sum((part.standings for part in self.parts), Counter())

    def part(self, id_: str) -> Part:
        """Return a part; raise `NoSuchTextError`."""
        for one in self.parts:
            if one.id == id_:
                return one
        raise NoSuchTextError(id_)

    def text(self, id_: str) -> SiteText:
        """Return a string; raise `NoSuchTextError`."""
        for one in self.texts:
            if one.id == id_:
                return one
        raise NoSuchTextError(id_)


def study_id(ctx: ServiceContext) -> str:
    """Return the id of the study, which is the name of its catalogs too."""
    return _head(ctx)[0]


def written_in(ctx: ServiceContext) -> tuple[str, ...]:
    """Return the languages in which the study itself is written, the first first."""
    return _head(ctx)[1]


def source_language(ctx: ServiceContext, catalog: str) -> str:
    """Return the language in which the texts of a catalog are written first."""
    return INTERFACE_SOURCE if catalog == INTERFACE else _head(ctx)[1][0]


def languages(ctx: ServiceContext) -> list[str]:
    """Return the languages that have a catalog of the study or of the interface."""
    found = {
        path.parent.parent.name
        for name in (study_id(ctx), INTERFACE)
        for path in ctx.catalogs.glob(f"*/LC_MESSAGES/{name}.po")
    }
    return sorted(found)


def read_texts(ctx: ServiceContext, language: str) -> LanguageTexts:
    """Return everything that is translated into a language.

    Raises
    ------
    NoSuchTextError
        If it has no catalog.
    CatalogError
        If a catalog is malformed; the message says where.
    """
    if language not in languages(ctx):
        raise NoSuchTextError(language)
    today = ctx.translations
    parts: list[Part] = []
    authors: dict[str, Edit] = {}
    forms = 1
    for catalog in (study_id(ctx), INTERFACE):
        path = catalog_path(today, language, catalog)
        if not path.exists():
            continue
        log = log_of(ctx, language, catalog)
        texts, forms = _catalog(path, language, catalog)
        parts += _parts(list(texts.values()), catalog, signed_off(log))
        if log:
            shipped, _ = _catalog(catalog_path(ctx.catalogs, language, catalog), language, catalog)
            authors |= _authors(texts, shipped, log)
    return LanguageTexts(language, tuple(parts), forms, authors)


def progress(ctx: ServiceContext) -> list[LanguageTexts]:
    """Return all languages that need translating, with how far they are."""
    return [read_texts(ctx, one) for one in translated_languages(ctx)]


def translated_languages(ctx: ServiceContext) -> list[str]:
    """Return the languages that somebody translates into.

    English is not among them: words of the interface are written in it, and an empty catalog lacks
    nothing.
    """
    return [one for one in languages(ctx) if one != INTERFACE_SOURCE]


def shipped_entry(ctx: ServiceContext, text: SiteText) -> Entry:
    """Return what the program's own catalog says of a string; raise `NoSuchTextError`."""
    path = catalog_path(ctx.catalogs, text.language, text.catalog)
    texts, _ = _catalog(path, text.language, text.catalog)
    if text.id not in texts:
        raise NoSuchTextError(text.id)
    return texts[text.id].entry


# --- how it is read -------------------------------------------------------------------------------


def _head(ctx: ServiceContext) -> tuple[str, tuple[str, ...]]:
    path = ctx.study / "study.yaml"
    return _read_head(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=_KEPT)
def _read_head(path: Path, _changed_ns: int) -> tuple[str, tuple[str, ...]]:
    """Return id and languages of a study; its whole bank takes a second to read."""
    head = yaml.safe_load(path.read_bytes())
    return str(head["id"]), tuple(map(str, head["languages"]))


def _catalog(path: Path, language: str, catalog: str) -> tuple[dict[str, SiteText], int]:
    """Return the strings of a catalog by their id, and the forms of its plurals."""
    facts = path.stat()
    return _read(path, facts.st_mtime_ns, facts.st_size, language, catalog)


@lru_cache(maxsize=_KEPT)
def _read(
    path: Path, _changed_ns: int, _size: int, language: str, catalog: str
) -> tuple[dict[str, SiteText], int]:
    """Read a catalog once as it stands: it takes a third of a second."""
    entries, _ = read_entries(path)
    texts = (_text_of(entry, language, catalog) for entry in entries)
    return {one.id: one for one in texts}, plural_forms(read_catalog(path))


def log_of(ctx: ServiceContext, language: str, catalog: str) -> list[Edit | SignOff]:
    """Return what was done to a catalog on this site, in order."""
    return read_log(ctx.edits, language, catalog) if ctx.edits is not None else []


def _text_of(entry: Entry, language: str, catalog: str) -> SiteText:
    said = keyed(entry.comments, _SAID)
    one = dict(said)
    file = one.get("file", "") if catalog != INTERFACE else ""
    longest = _NUMBER.match(one.get("longest", ""))
    return SiteText(
        id=_digest(catalog, *name_in_log(entry.key)),
        catalog=catalog,
        language=language,
        part=part_of(file) if file else "interface",
        entry=entry,
        kind=one.get("kind", ""),
        file=file,
        beside={key[3:]: words for key, words in said if key.startswith("in ")},
        longest=int(longest[0]) if longest else None,
    )


def part_of(file: str) -> str:
    """Return the part to which the texts of a file belong: ``02_wie``, ``letters-sms``."""
    path = Path(file)
    return path.stem if path.parent.name in ("", "modules") else f"{path.parent.name}-{path.stem}"


def _parts(texts: Sequence[SiteText], catalog: str, signed: Mapping[str, SignOff]) -> list[Part]:
    by_part: dict[str, list[SiteText]] = {}
    for one in texts:
        by_part.setdefault(one.part, []).append(one)
    return [
        Part(id_, catalog, *_title(own), tuple(own), signed.get(id_))
        for id_, own in by_part.items()
    ]


def _title(texts: Sequence[SiteText]) -> tuple[str, Mapping[str, str]]:
    for one in texts:
        if _MODULE_TITLE.fullmatch(one.entry.context):
            return one.source, one.beside
    return "", {}


def _authors(
    texts: Mapping[str, SiteText],
    shipped: Mapping[str, SiteText],
    log: Sequence[Edit | SignOff],
) -> dict[str, Edit]:
    """Whose words are shown: reviews and doubts carry the words on, and make them nobody's."""
    writers: dict[tuple[tuple[str, ...], tuple[str, ...]], Edit] = {}
    for one in log:
        if isinstance(one, Edit) and one.what in WRITING:
            # The first who wrote these very words; whoever typed them again added nothing.
            writers.setdefault((name_in_log(one.key), one.translations), one)
    edits = latest(log)
    found = {}
    for id_, text in texts.items():
        name = name_in_log(text.entry.key)
        edit = edits.get(name)
        if edit is not None and id_ in shipped and holds(edit, shipped[id_].entry):
            writer = writers.get((name, edit.translations))
            if writer is not None:
                found[id_] = writer
    return found


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()[:16]
