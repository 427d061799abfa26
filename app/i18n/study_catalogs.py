"""Catalogs of a questionnaire: from the bank to what translators see, and from them to the bank.

The source is the study's first language (Dutch here); the other languages in which the bank is
written stand beside it as comments. A translation is found by its name, so that a source text that
changed leaves its translation in place, marked as stale, and never takes another's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog

from app.i18n.catalogs import CatalogError, catalog_path
from app.i18n.entries import Entry, entry_of, place_name, read_entries
from app.i18n.remarks import (
    RemarkError,
    Remarks,
    Standing,
    as_comments,
    comment_lines,
    read_remarks,
    source_hash,
)
from app.i18n.terms import Term, terms_in
from app.i18n.translation_checks import translation_faults
from app.messages.texts import MessageTexts
from app.questionnaire.compile import asked_in
from app.questionnaire.document import Problem, by_place
from app.questionnaire.model import Bank, Place, Text
from app.questionnaire.texts import BankText, rewritten, texts_of

FUZZY = "is marked as fuzzy, a guess of an editor: look at it, and take the mark away"


def template(bank: Bank, terms: Sequence[Term] = (), messages: Sequence[BankText] = ()) -> Catalog:
    """Return the texts of a study without translations, in the order translators meet them.

    ``messages`` are the words of its letters, e-mails and text messages; they come last.
    """
    return _catalog(bank, [*texts_of(bank), *messages], terms, {}, language=None)


def refreshed(
    catalog: Catalog,
    bank: Bank,
    terms: Sequence[Term],
    language: str,
    messages: Sequence[BankText] = (),
) -> Catalog:
    """Return a catalog brought in line with the bank and the messages of its study.

    New texts come in untranslated, texts no longer asked go out, and nothing is guessed. The
    translation of a text that changed stays with the hash of what it translates: it is stale.
    """
    made = {
        message.context: entry_of(message, _remarks(message.user_comments))
        for message in catalog
        if message.id and message.context
    }
    return _catalog(bank, [*texts_of(bank), *messages], terms, made, language=language)


def _remarks(comments: Sequence[str]) -> Remarks:
    try:
        return read_remarks(comments)
    except RemarkError:
        # Kept word for word: whoever wrote it mends it, `read_entries` tells the line.
        return Remarks(notes=tuple(comments))


def _catalog(
    bank: Bank,
    texts: Iterable[BankText],
    terms: Sequence[Term],
    made: Mapping[str, Entry],
    *,
    language: str | None,
) -> Catalog:
    catalog = Catalog(
        locale=Locale.parse(language) if language else None,
        project=bank.study,
        version=", ".join(map(str, bank.waves)),
        fuzzy=False,
    )
    catalog.header_comment = (
        f"# What respondents read in the study {bank.study}, from its first language "
        f"({bank.languages[0]})."
    )
    for one in texts:
        source = one.text[bank.languages[0]]
        kept = made.get(one.context)
        string, remarks = _translation_of(source, kept)
        message = catalog.add(
            source,
            string,
            auto_comments=_comments(one, bank.languages, terms, language),
            user_comments=as_comments(remarks, translated=bool(string)),
            context=one.context,
        )
        # Babel takes "100 % of" for a format; our placeholders are of another kind.
        message.flags.clear()
        if kept is not None and kept.fuzzy and string:
            message.flags.add("fuzzy")  # a guess stays a guess until somebody looks at it
    return catalog


def _translation_of(source: str, kept: Entry | None) -> tuple[str, Remarks]:
    """The translation that was there, and its remarks: with what it was made of, if that is old."""
    if kept is None:
        return "", Remarks()
    (string,), remarks = kept.translations, kept.remarks
    if not string:
        return "", Remarks(doubts=remarks.doubts, notes=remarks.notes)
    of = remarks.source or source_hash(*kept.sources)
    if of == source_hash(source):
        return string, replace(remarks, source=of, was=None)
    return string, replace(remarks, source=of, was=remarks.was or kept.sources[0])


def _comments(
    one: BankText, languages: Sequence[str], terms: Sequence[Term], language: str | None
) -> list[str]:
    lines = [*comment_lines("kind", one.kind), *comment_lines("file", one.file)]
    for code in languages[1:]:
        name = Locale.parse(code).get_display_name("en")
        lines += comment_lines(f"in {name}", one.text[code])
    for term in terms_in(one.text[languages[0]], terms):
        agreed = term.words.get(language or "", ())
        words = f"{term.id} = {agreed[0]}" if agreed else term.id
        if agreed and term.brackets:
            words += f" ({term.official})"
        lines += comment_lines("term", words)
    return lines + comment_lines("longest", f"{one.max_length} characters")


# --- from translators to the bank -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StudyCatalog:
    """One language of a questionnaire."""

    language: str
    name: str
    """Of the file, for messages."""
    entries: Mapping[str, Entry]
    """By context."""

    def place(self, context: str) -> Place:
        """Return where a text stands; the first line when it is not there."""
        entry = self.entries.get(context)
        return Place(self.name, entry.line if entry else 1)


def read_study_catalog(
    translations: Path, study: str, language: str
) -> tuple[StudyCatalog | None, list[Problem]]:
    """Return the catalog of a study in a language; ``None`` when there is none or it is broken."""
    path = catalog_path(translations, language, study)
    if not path.exists():
        return None, [Problem(Place(place_name(path), 1), "there is no such catalog")]
    try:
        entries, problems = read_entries(path)
    except CatalogError as error:
        return None, [Problem(Place(place_name(path), error.line), str(error))]
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry.context in found:
            place = Place(place_name(path), entry.line)
            line = found[entry.context].line
            problems.append(Problem(place, f'"{entry.context}" stands on line {line} too'))
        found[entry.context] = entry
    return StudyCatalog(language, place_name(path), found), problems


def translated(
    bank: Bank, catalogs: Mapping[str, StudyCatalog], waves: Mapping[int, Sequence[str]]
) -> tuple[Bank, list[Problem]]:
    """Return the bank with the languages its waves are asked in, and everything that is missing.

    ``waves`` gives the languages of a wave; a text that no such wave asks may lack them. A text
    that is missing, stale or broken is a problem and is not filled in from another language.
    """
    needed = _needed(bank, waves)
    problems: list[Problem] = []

    def fill(one: BankText) -> Text:
        words = dict(one.text)
        for code in needed.get(one.context, ()):
            if code in catalogs and code not in words:
                faults = text_faults(one, one.text[bank.languages[0]], catalogs[code])
                problems.extend(faults)
                if not faults:
                    words[code] = catalogs[code].entries[one.context].translations[0]
        return words

    filled = rewritten(bank, fill)
    asked = {year: tuple(languages) for year, languages in waves.items()}
    return replace(filled, wave_languages=asked), by_place(problems)


def _needed(bank: Bank, waves: Mapping[int, Sequence[str]]) -> dict[str, set[str]]:
    """The languages that each text is asked in, by its name."""
    needed: dict[str, set[str]] = {}
    for year, languages in waves.items():
        for one in texts_of(asked_in(bank, year)):
            needed.setdefault(one.context, set()).update(languages)
    return needed


def text_faults(one: BankText, source: str, catalog: StudyCatalog) -> list[Problem]:
    """Return why a text cannot be shown in the language of a catalog."""
    entry, place = catalog.entries.get(one.context), catalog.place(one.context)

    def fault(words: str) -> Problem:
        return Problem(place, f"{one.context}: {words}")

    if entry is None:
        return [fault("is not in the catalog; run: python -m app.i18n.refresh")]
    if entry.sources != (source,):
        return [fault("the source text changed; run: python -m app.i18n.refresh")]
    if entry.standing is Standing.MISSING:
        return [fault("is not translated")]
    if entry.standing is Standing.STALE:
        return [fault(f'is stale: it translates "{entry.remarks.was or "an earlier text"}"')]
    if entry.fuzzy:
        return [fault(FUZZY)]
    others = [words for code, words in one.text.items() if code != catalog.language]
    found = translation_faults(
        source,
        entry.translations[0],
        catalog.language,
        max_length=one.max_length,
        beside=others,
    )
    return [fault(words) for words in found]


def translated_messages(
    messages: MessageTexts, catalogs: Mapping[str, StudyCatalog], *, source: str
) -> tuple[MessageTexts, list[Problem]]:
    """Return the words of messages with the languages of the catalogs, and what is missing.

    ``source`` is the language the words were written in first. Nothing stands in for a missing
    text: whoever cannot be written to in their language is not written to.
    """
    problems: list[Problem] = []
    words: dict[str, dict[str, str]] = {}
    for one in messages.all():
        for code, catalog in catalogs.items():
            faults = text_faults(one, one.text[source], catalog) if code not in one.text else []
            problems.extend(faults)
            if code not in one.text and not faults:
                found = catalog.entries[one.context].translations[0]
                words.setdefault(one.context, {})[code] = found
    return messages.filled(words), by_place(problems)
