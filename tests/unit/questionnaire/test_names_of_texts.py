"""Every text has a name of its own, and a wave takes the texts of its languages only."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from app.questionnaire.canonical import from_json, to_json
from app.questionnaire.compile import compile_wave
from app.questionnaire.texts import in_languages, rewritten, texts_of
from tests.unit.questionnaire.visits import FEATURES, bank_of, every_instrument


@pytest.mark.parametrize("feature", FEATURES)
def test_names_are_unique_in_a_study(feature: str) -> None:
    names = Counter(one.context for one in texts_of(bank_of(feature)))

    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("feature", FEATURES)
def test_rewriting_with_the_same_words_leaves_the_bank_as_it_was(feature: str) -> None:
    bank = bank_of(feature)

    assert rewritten(bank, lambda one: one.text) == bank


def texts_in(published: Any, languages: Sequence[str]) -> Iterator[dict[str, str]]:
    """Every text by language in a published version, found by its shape alone."""
    if isinstance(published, dict) and published.keys() == {*languages}:
        yield published
    elif isinstance(published, dict):
        for value in published.values():
            yield from texts_in(value, languages)
    elif isinstance(published, list):
        for value in published:
            yield from texts_in(value, languages)


@pytest.mark.parametrize(("feature", "wave"), every_instrument())
def test_every_text_of_a_published_wave_was_handed_out(feature: str, wave: int) -> None:
    """A text that translators never saw would be the one that a respondent cannot read."""
    bank = bank_of(feature)
    marked = rewritten(bank, lambda one: dict.fromkeys(one.text, "MARK"))
    published = json.loads(to_json(replace(compile_wave(marked, wave), code_lists={})))

    found = list(texts_in(published, bank.languages))

    assert len(found) > 5
    assert [text for text in found if {*text.values()} != {"MARK"}] == []


def in_one_more(text):
    return {**text, "tr": "Türkçe"}


@pytest.mark.parametrize("feature", FEATURES)
def test_wave_language_without_words_is_refused_before_anything_is_published(feature: str) -> None:
    bank = bank_of(feature)
    year = bank.waves[0]
    asked = replace(bank, wave_languages={year: (*bank.languages, "tr")})

    with pytest.raises(ValueError, match=r"texts are missing, the first is study\|title \(tr\)"):
        compile_wave(asked, year)


@pytest.mark.parametrize("feature", FEATURES)
def test_added_language_is_in_every_text_of_the_published_version(feature: str) -> None:
    bank = rewritten(bank_of(feature), lambda one: in_one_more(one.text))
    year = bank.waves[0]
    wave_languages = {year: (*bank.languages, "tr")}

    instrument = compile_wave(replace(bank, wave_languages=wave_languages), year)

    again = from_json(to_json(instrument))
    assert again.languages == (*bank.languages, "tr")
    assert all(item.text["tr"] == "Türkçe" for item in again.items)
    assert all(option.text["tr"] for item in again.items for option in item.options)


def test_languages_not_asked_for_are_left_out() -> None:
    bank = rewritten(bank_of("wording"), lambda one: in_one_more(one.text))

    kept = in_languages(bank, bank.languages)

    assert all("tr" not in one.text for one in texts_of(kept))
