"""What the gate asks of words: reviewed, drawn in the fonts, read aloud, and the same as before."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from app.i18n.catalogs import CatalogError, catalog_path, parse_catalog, read_catalog
from app.i18n.entries import Entry, entry_of, place_name, plural_forms, read_entries
from app.i18n.remarks import Remarks, Standing
from app.i18n.spoken import SpokenText
from app.i18n.study_catalogs import FUZZY, read_study_catalog
from app.i18n.translation_checks import plural_faults, translation_faults
from app.messages.texts import read_message_texts
from app.questionnaire import canonical
from app.questionnaire.compile import asked_in
from app.questionnaire.document import Problem
from app.questionnaire.model import Bank, Instrument, Option, Place
from app.questionnaire.same_words import same_words
from app.questionnaire.texts import texts_of
from app.services.content.study_calendar import AudioPlan, Voice, WavePlan
from app.services.speech.audio import INTERFACE_CATALOG, AudioCoverage, spoken_texts
from app.storage.versions import Version

ENGLISH = "en"
"""Language of the sources of the interface, whose catalog may be empty."""


# --- translations ---------------------------------------------------------------------------------


def of_interface(translations: Path, code: str) -> tuple[list[Problem], list[Problem]]:
    """Return what makes the interface unusable in a language, and what nobody reviewed."""
    path = catalog_path(translations, code, INTERFACE_CATALOG)
    if not path.exists():
        if code == ENGLISH:
            return [], []
        return [Problem(Place(place_name(path), 1), "there is no such catalog")], []
    try:
        entries, faults = read_entries(path)
        forms = plural_forms(read_catalog(path))
    except CatalogError as error:
        return [Problem(Place(place_name(path), error.line), str(error))], []
    drafts = []
    for entry in entries:
        place, name = Place(place_name(path), entry.line), _name_of(entry)
        if not any(entry.translations) and code == ENGLISH:
            continue
        found = _interface_faults(entry, code, forms)
        faults += [Problem(place, f"{name}: {words}") for words in found]
        if entry.standing is Standing.DRAFT:
            drafts.append(entry)
    faults += _not_in_catalog(translations, path, entries)
    return faults, _one_line(path, drafts)


def _interface_faults(entry: Entry, code: str, forms: int) -> list[str]:
    if not any(entry.translations):
        return ["is not translated"]
    found = plural_faults(entry.sources, entry.translations, forms)
    if entry.standing is Standing.STALE:
        found.append("is stale: it translates an earlier text")
    if entry.fuzzy:
        found.append(FUZZY)
    for one in entry.translations if not found else ():
        # A plural is made of its last source form: "%(number)s answers".
        found += translation_faults(entry.sources[-1], one, code) if _strict(entry) else []
    return found


def _strict(entry: Entry) -> bool:
    """Singular and plural of one string may insert different things: only one form is compared."""
    return len(entry.sources) == 1


def _not_in_catalog(translations: Path, path: Path, entries: Sequence[Entry]) -> Iterator[Problem]:
    template = translations / f"{INTERFACE_CATALOG}.pot"
    there = {entry.key for entry in entries}
    said = parse_catalog(template.read_bytes(), template.name) if template.exists() else ()
    for entry in (entry_of(message, Remarks()) for message in said if message.id):
        if entry.key not in there:
            message = "is not in the catalog; run: python -m app.i18n.refresh"
            yield Problem(Place(place_name(path), 1), f"{_name_of(entry)}: {message}")


def unreviewed(
    bank: Bank, plans: Sequence[WavePlan], translations: Path, study: Path
) -> Iterator[Problem]:
    """Yield one line a language: how many texts of the waves and of letters nobody reviewed.

    A letter may lack a language where a question may not: whoever cannot be written to in their
    language is not written to, so that such a gap may be overridden.
    """
    messages, _ = read_message_texts(study, bank.languages)
    letters = [one.context for one in messages.all()] if messages is not None else []
    for code in dict.fromkeys(code for plan in plans for code in plan.languages):
        catalog = None
        if code not in bank.languages:
            catalog, _ = read_study_catalog(translations, bank.study, code)
        if catalog is None:
            continue
        years = [plan.year for plan in plans if code in plan.languages]
        asked = {one.context for year in years for one in texts_of(asked_in(bank, year))}
        needed = [one for one in catalog.entries.values() if one.context in {*asked, *letters}]
        path = catalog_path(translations, code, bank.study)
        yield from _one_line(path, [one for one in needed if one.standing is Standing.DRAFT])
        there = {
            one.context for one in needed if one.standing in (Standing.DRAFT, Standing.REVIEWED)
        }
        if missing := [name for name in letters if name not in there]:
            words = "1 text" if len(missing) == 1 else f"{len(missing)} texts"
            message = f"{words} of letters lack a translation, the first is {missing[0]}"
            yield Problem(catalog.place(missing[0]), message)


def said_alike(bank: Bank, plans: Sequence[WavePlan], translations: Path) -> Iterator[Problem]:
    """Yield answers of one question that a translation says in the same words."""
    for plan in plans:
        translated = [code for code in plan.languages if code not in bank.languages]
        for one in same_words(asked_in(bank, plan.year), translated):
            catalog, _ = read_study_catalog(translations, bank.study, one.language)
            if catalog is not None:
                yield Problem(catalog.place(one.context), f"{one.context}: {one}")


def reviewed_in_the_future(
    bank: Bank, plans: Sequence[WavePlan], translations: Path, today: date
) -> Iterator[Problem]:
    """Yield the translations that somebody is said to review on a day that is still to come."""
    for code in dict.fromkeys(code for plan in plans for code in plan.languages):
        for name in (bank.study, INTERFACE_CATALOG):
            path = catalog_path(translations, code, name)
            if not path.exists():
                continue
            try:
                entries, _ = read_entries(path)
            except CatalogError:
                continue  # said where it was read first
            for entry in entries:
                review = entry.remarks.review
                if review is not None and not review.can_be_on(today):
                    place = Place(place_name(path), entry.line)
                    message = f"is {review}, and today is {today}"
                    yield Problem(place, f"{_name_of(entry)}: {message}")


def _one_line(path: Path, drafts: Sequence[Entry]) -> list[Problem]:
    if not drafts:
        return []
    are = "1 text is" if len(drafts) == 1 else f"{len(drafts)} texts are"
    message = f"{are} not reviewed, the first is {_name_of(drafts[0])}"
    return [Problem(Place(place_name(path), drafts[0].line), message)]


def _name_of(entry: Entry) -> str:
    return entry.context or f'"{entry.sources[0][:40]}"'


# --- fonts ----------------------------------------------------------------------------------------


def without_glyphs(
    bank: Bank,
    plan: WavePlan,
    translations: Path,
    missing_glyphs: Callable[[str, Iterable[str]], Sequence[str]],
) -> Iterator[Problem]:
    """Yield the texts of a wave with a letter that its pages cannot show on every device."""
    part = asked_in(bank, plan.year)
    for code in plan.languages:
        texts = spoken_texts(part, code, translations)
        names = [
            (entry.text[code], name)
            for name, entries in part.code_lists.items()
            for entry in entries
            if code in entry.text
        ]
        if not missing_glyphs(code, [one.text for one in texts] + [text for text, _ in names]):
            continue
        for one in texts:
            if lacking := missing_glyphs(code, [one.text]):
                yield Problem(one.place, f"{one.name}: {_letters(lacking)} is not in the font")
        for text, name in names:
            if lacking := missing_glyphs(code, [text]):
                place = Place(place_name(catalog_path(translations, code, bank.study)), 1)
                words = f'code list {name}, "{text}": {_letters(lacking)} is not in the font'
                yield Problem(place, words)


def _letters(found: Iterable[str]) -> str:
    return ", ".join(f"{one} (U+{ord(one):04X})" for one in found)


# --- read aloud -----------------------------------------------------------------------------------


def unheard(
    bank: Bank,
    plan: WavePlan,
    translations: Path,
    coverage: Callable[[str, Sequence[SpokenText]], AudioCoverage] | None,
) -> Iterator[Problem]:
    """Yield what cannot be heard of a wave: stale clips each, the rest by language and file."""
    audio = plan.audio
    if audio is None or audio.required is Voice.NONE:
        return
    if coverage is None:
        yield Problem(audio.place, "read aloud was not looked at: no database was given (--data)")
        return
    for code in audio.languages:
        found = coverage(code, spoken_texts(asked_in(bank, plan.year), code, translations))
        for one in found.stale:
            yield Problem(one.place, f"{one.name}: its recording ({code}) says an earlier text")
        yield from _unheard_lines(audio, code, "has no clip", found.none)
        if audio.required is Voice.RECORDED:
            yield from _unheard_lines(audio, code, "has a draft of a program only", found.draft)


def _unheard_lines(
    audio: AudioPlan, code: str, what: str, texts: Iterable[SpokenText]
) -> Iterator[Problem]:
    by_file: dict[str, list[SpokenText]] = {}
    for one in texts:
        by_file.setdefault(one.place.file, []).append(one)
    for several in by_file.values():
        first = several[0]
        more = f" (and {len(several) - 1} more)" if len(several) > 1 else ""
        words = f"{first.name}{more}: {what} in {code}, {audio.required} is required"
        yield Problem(first.place, words)


# --- codes ----------------------------------------------------------------------------------------


def changed_meanings(instrument: Instrument, published: Iterable[Version]) -> Iterator[Problem]:
    """Yield the codes whose words were others when a wave was published.

    A code that means something else makes two questions of one variable. The source language
    counts; how a word is written does not.
    """
    for version in published:
        before = canonical.from_json(version.canonical)
        language = instrument.languages[0]
        if before.study != instrument.study or language not in before.languages:
            continue
        for item in instrument.items:
            old = before.item_by_var.get(item.var)
            then = _meanings(old.options, language) if old is not None else {}
            for code, text in _meanings(item.options, language).items():
                if code in then and _plain(then[code]) != _plain(text):
                    yield Problem(
                        item.place,
                        f'{item.var}: code "{code}" said "{then[code]}" when wave'
                        f' {version.wave} was published, now "{text}"',
                    )


def _meanings(options: Iterable[Option], language: str) -> Mapping[str, str]:
    return {one.code: one.text[language] for one in options}


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"\w+", folded))
