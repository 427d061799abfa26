"""What is read aloud: the list of texts, each bound to its exact words by a hash.

A clip belongs to a language and a hash of words, so a text that changes has no clip any more and
nobody hears the old question to the new one. The hash is that of the text as it is written, with
its insertions unfilled: "{r_gemeente}" is one text, whatever municipality a person lives in.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog

from app.i18n.entries import entry_of
from app.i18n.remarks import Remarks
from app.questionnaire.model import Bank, Instrument, Place, Text
from app.questionnaire.texts import texts_of

INTERFACE = "interface|"
"""Before the name of a text of the interface; what stands behind it are its English words."""
_SILENT = re.compile(
    r"study\|title|missing\|(na_route|break_off)|module [^|]*\|title|.*\|(unit|picture\b.*)"
)
"""Names of texts that stand beside a question, or on no page, and are not read."""
_INSERTION = re.compile(r"\{[a-z0-9_]+\}|%\([a-z0-9_]+\)[sd]")
_MARKS = dict.fromkeys((0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Characters that only say in which direction words run."""


@dataclass(frozen=True, slots=True)
class SpokenText:
    """One text in one language, as a speaker reads it."""

    name: str
    """Of the text: ``r_route|option b1``, or ``interface|`` and its English words."""
    kind: str
    """What it is: ``question``, ``answer``, ``words of the interface`` …"""
    language: str
    text: str
    """With its insertions unfilled."""
    place: Place
    """Where its words stand: in the bank, or in the catalog of its language."""

    @property
    def hash(self) -> str:
        """What its clip is bound to."""
        return text_hash(self.text)


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text: in NFC, runs of white space as one space, none at the ends.

    ``text`` is as it is written, insertions unfilled, and not as HTML.
    """
    words = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(words.encode()).hexdigest()


def segments(text: str) -> list[str]:
    """Return what is said of a text: the words before, between and after its insertions.

    Between two of them is the pause in which a person thinks of the name or number.
    """
    parts = (part.translate(_MARKS) for part in _INSERTION.split(text))
    return [" ".join(part.split()) for part in parts]


def study_texts(
    bank: Bank, language: str, places: Mapping[str, Place] | None = None
) -> list[SpokenText]:
    """Return the texts of a bank that are read aloud and exist in a language, in its order.

    ``places`` says where a translation stands, by name; without it a text stands in the bank.
    """
    places = {**_places(bank), **(places or {})}
    folder = _folder(bank)
    return [
        SpokenText(
            name=one.context,
            kind=one.kind,
            language=language,
            text=one.text[language],
            place=places.get(one.context)
            or places.get(_owner(one.context))
            or Place(f"{folder}{one.file}", 1),
        )
        for one in texts_of(bank)
        if _is_said(one.text.get(language, "")) and not _SILENT.fullmatch(one.context)
    ]


def interface_texts(catalog: Catalog, language: str, path: Path) -> list[SpokenText]:
    """Return the words of the interface in a language; a plural gives a text for each form.

    What is not translated is left out, but in English, which is the language of the source.
    """
    found = []
    for message in (message for message in catalog if message.id):
        entry = entry_of(message, Remarks())
        forms = entry.translations
        if language == "en" and not all(forms):
            forms = entry.sources
        name = INTERFACE + "|".join(filter(None, (entry.context, entry.sources[0])))
        found += [
            SpokenText(
                name=f"{name}|{number}" if number else name,
                kind="words of the interface",
                language=language,
                text=words,
                place=Place("/".join(path.parts[-3:]), entry.line),
            )
            for number, words in enumerate(forms)
            if _is_said(words)
        ]
    return found


def instrument_hashes(instrument: Instrument, language: str) -> set[str]:
    """Return the hashes of everything that a published questionnaire may read aloud."""
    return {text_hash(text[language]) for text in _spoken(instrument) if language in text}


def _is_said(text: str) -> bool:
    """A text that is a number and its sign has nothing to record."""
    return any(letter.isalpha() for part in segments(text) for letter in part)


def unique(texts: Iterable[SpokenText]) -> list[SpokenText]:
    """Return the first text of each wording: "Ja" to two questions is recorded once."""
    first: dict[str, SpokenText] = {}
    for one in texts:
        first.setdefault(one.hash, one)
    return list(first.values())


def _spoken(instrument: Instrument) -> Iterator[Text]:
    yield from instrument.missing.values()
    yield from (one.text for one in instrument.confirm)
    yield from (one.text for one in instrument.terminations)
    yield from (one.lead for one in instrument.modules if one.lead is not None)
    for item in instrument.items:
        yield item.text
        yield from (one for one in (item.help, item.repeat.text) if one is not None)
        yield from (one.text for one in item.options)
        yield from (one.text for one in item.statements)
        yield from (one.text for one in item.variants)


def _owner(name: str) -> str:
    return name.partition("|")[0]


def _folder(bank: Bank) -> str:
    """How the places of a bank name its folder; texts of scales only say their file."""
    return next((one.place.file.rpartition("modules/")[0] for one in bank.items), "")


def _places(bank: Bank) -> dict[str, Place]:
    """Where items, statements and endings stand; what belongs to an item stands with it."""
    found = {item.var: item.place for item in bank.items}
    found |= {one.var: one.place for item in bank.items for one in item.statements}
    found |= {f"{one.after}|ending when {one.when.source}": one.place for one in bank.terminations}
    return found
