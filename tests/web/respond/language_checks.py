"""Whether every word of a page is of its language: compared with all catalogs and the study."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from lxml.html import HtmlElement

from app.i18n.catalogs import catalog_path, read_catalog
from app.i18n.locales import DOMAIN, language_sets
from app.questionnaire.model import Bank
from app.questionnaire.texts import texts_of
from tests.builders import ROOT

TRANSLATIONS = ROOT / "translations"
SIX = language_sets(TRANSLATIONS).supported
READ_OUT = ("alt", "aria-label", "placeholder", "data-sending", "data-waiting", "data-stop")
"""Attributes whose words a person hears or sees."""
OWN_SCRIPT = {"ar": r"[\u0600-\u06ff]", "fa": r"[\u0600-\u06ff]", "ti": r"[\u1200-\u139f]"}
NAMES = frozenset({"DUO", "WhatsApp"})
"""Names that are an answer by themselves, and are written so in every language."""
RIGHT_TO_LEFT = ("ar", "fa")
_PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")
_ISOLATED = re.compile("[\u2066\u2068][^\u2069]*\u2069")
_ISOLATES = dict.fromkeys((0x2066, 0x2067, 0x2068, 0x2069))
_LATIN = re.compile(r"[A-Za-z]{2,}")
_LONG_PIECE = 12
"""Letters of a piece between placeholders that cannot stand in two languages by chance."""


class LanguageCheck:
    """Finds words of other languages on pages of one study."""

    def __init__(self, bank: Bank) -> None:
        self._texts = [dict(one.text) for one in texts_of(bank)]
        self._foreign: dict[str, tuple[frozenset[str], frozenset[str]]] = {}

    def foreign(self, page: HtmlElement) -> list[str]:
        """Words on a page that are not of its language."""
        language = page.get("lang") or ""
        texts, pieces = self._of(language)
        found = []
        for raw in _said(page, language):
            plain = _plain(raw)
            of_another = plain in texts or any(piece in plain for piece in pieces)
            if plain not in NAMES and (of_another or _of_another_script(raw, language)):
                found.append(plain)
        return found

    def _of(self, language: str) -> tuple[frozenset[str], frozenset[str]]:
        if language not in self._foreign:
            self._foreign[language] = self._collected(language)
        return self._foreign[language]

    def _collected(self, language: str) -> tuple[frozenset[str], frozenset[str]]:
        own, other = set(_interface(language).values()), set(_interface("en"))
        for code in SIX:
            if code != language:
                other.update(_interface(code).values())
        for text in self._texts:
            for code, words in text.items():
                (own if code == language else other).add(words)
        said = {_plain(one) for one in own}
        whole = {_plain(one) for one in other if not _PLACEHOLDER.search(one)} - said
        pieces = {one for one in _pieces(other) if not any(one in words for words in said)}
        return frozenset(one for one in whole if one), frozenset(pieces)


def _said(page: HtmlElement, language: str) -> Iterator[str]:
    """Every run of words that claims to be of the page's language."""
    for element in page.iter("*"):
        # What was put in by the person, or is a name, stands in an isolate.
        if element.tag in ("script", "bdi", "textarea") or _language_of(element) != language:
            continue
        runs = [element.text or "", *(element.get(name) or "" for name in READ_OUT)]
        if element.tag == "title":
            runs = re.split(" – |: ", element.text or "")
        runs += [child.tail or "" for child in element]
        yield from (one for one in runs if one.strip())


def _language_of(element: HtmlElement) -> str:
    return next(one.get("lang") for one in (element, *element.iterancestors()) if one.get("lang"))


def _plain(words: str) -> str:
    return " ".join(words.translate(_ISOLATES).split())


def _of_another_script(words: str, language: str) -> bool:
    """Latin words that stand alone, or that no isolate keeps apart where it has to."""
    bare = _ISOLATED.sub(" ", words)
    if language not in OWN_SCRIPT or not _LATIN.search(bare):
        return False
    return language in RIGHT_TO_LEFT or not re.search(OWN_SCRIPT[language], words)


@cache
def _interface(language: str) -> dict[str, str]:
    catalog = read_catalog(catalog_path(TRANSLATIONS, language, DOMAIN))
    return {str(one.id): str(one.string or one.id) for one in catalog if one.id}


def _pieces(texts: Iterable[str]) -> set[str]:
    return {
        _plain(piece)
        for one in texts
        if _PLACEHOLDER.search(one)
        for piece in _PLACEHOLDER.split(one)
        if len(_plain(piece)) >= _LONG_PIECE
    }
