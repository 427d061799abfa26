"""The small study in every language of the site, with words that the real study's catalogs hold."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from app.i18n.catalogs import catalog_path
from app.i18n.entries import Entry, read_entries
from app.i18n.locales import language_sets
from app.panel.states import WaveStatus
from app.questionnaire.model import Bank
from app.questionnaire.source import load_bank
from app.questionnaire.texts import BankText, rewritten
from app.services.content.fielding import publish_wave
from app.services.content.study_calendar import WavePlan
from app.services.context import ServiceContext
from app.services.fieldwork import waves
from tests.builders import KINDS, WAVE

TRANSLATIONS = Path(__file__).parents[2] / "translations"
LANGUAGES = language_sets(TRANSLATIONS).supported
_PLACEHOLDER = re.compile(r"\{[^}]*\}")


@cache
def _words(language: str) -> dict[bool, list[str]]:
    """Translated texts without placeholders, the short ones (of an answer) under ``True``."""
    entries, _ = read_entries(catalog_path(TRANSLATIONS, language, "perspectief"))
    plain = [entry for entry in entries if all(entry.translations) and _is_plain(entry)]
    return {
        short: [one.translations[0] for one in plain if ("option" in one.context) is short]
        for short in (True, False)
    }


def _is_plain(entry: Entry) -> bool:
    return not _PLACEHOLDER.search(entry.translations[0]) and "|" in entry.context


def in_all_languages(bank: Bank) -> Bank:
    """Return a bank whose texts have words, of any meaning, in the languages they lack."""
    words: dict[tuple[str, bool], Iterator[str]] = {
        (language, short): itertools.cycle(texts)
        for language in LANGUAGES
        if language not in bank.languages
        for short, texts in _words(language).items()
    }

    def fill(one: BankText) -> dict[str, str]:
        short = len(one.text["nl"]) < 30
        inserted = "".join(f" {found}" for found in _PLACEHOLDER.findall(one.text["nl"]))
        made = {code: next(words[code, short]) + inserted for code, kind in words if kind is short}
        return {**made, **one.text}

    return replace(rewritten(bank, fill), wave_languages=dict.fromkeys(bank.waves, LANGUAGES))


def field_in_all_languages(ctx: ServiceContext) -> None:
    """Publish the wave of the small study in every language and open it."""
    bank, problems = load_bank(KINDS, named_in=LANGUAGES)
    assert bank is not None, problems
    plan = WavePlan(WAVE, LANGUAGES, date(WAVE, 1, 15), date(WAVE, 3, 15), ())
    publish_wave(ctx, in_all_languages(bank), plan, by="test")
    for step in (WaveStatus.CHECKED, WaveStatus.REHEARSED, WaveStatus.OPEN):
        waves.move_wave(ctx, WAVE, step, by="test")
