"""The catalogs themselves: complete, up to date with the code, and in plain words."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from app.i18n.catalogs import catalog_path, read_catalog
from app.i18n.locales import DOMAIN, language_sets
from app.i18n.refresh import refresh, said

ROOT = Path(__file__).parents[3]
TRANSLATIONS = ROOT / "translations"
STUDY = "Onderzoek Perspectief Inburgeraars"
LONGEST_SENTENCE_WORDS = 18
MEAN_SENTENCE_WORDS = 12

SETS = language_sets(TRANSLATIONS)
languages = pytest.mark.parametrize("code", SETS.supported)


@cache
def marked() -> dict[str | tuple[str, ...], frozenset[str]]:
    """What code and templates mark for translation, with the folders that say it."""
    return {
        message.id: frozenset(part for file, _ in message.locations for part in Path(file).parts)
        for message in said(ROOT / "app")
        if message.id
    }


def listed() -> set[str | tuple[str, ...]]:
    with (TRANSLATIONS / "messages.pot").open("rb") as template:
        return {message.id for message in read_po(template) if message.id}


def translated(code: str) -> list[Message]:
    return [one for one in read_catalog(catalog_path(TRANSLATIONS, code, DOMAIN)) if one.id]


def words(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def read_by_respondents(code: str) -> list[str]:
    """What stands on respondents' pages; staff read other words."""
    return [
        one
        for message in translated(code)
        if not marked()[message.id] & {"staff", "results"}
        for one in words(message)
    ]


def test_template_lists_what_the_program_says_and_nothing_else() -> None:
    assert marked().keys() - listed() == set(), "run: python -m app.i18n.refresh"
    assert listed() - marked().keys() == set(), "run: python -m app.i18n.refresh"


@languages
def test_catalog_has_every_message_and_no_guess(code: str) -> None:
    catalog = translated(code)

    assert {message.id for message in catalog} == listed()
    assert [message.id for message in catalog if message.fuzzy] == []


@pytest.mark.parametrize("code", [one for one in SETS.supported if one != SETS.source])
def test_supported_language_says_everything(code: str) -> None:
    assert [message.id for message in translated(code) if not all(words(message))] == []


def test_no_configured_language_has_a_broken_message() -> None:
    assert SETS.problems == ()


@languages
def test_no_markup_is_left_to_translators(code: str) -> None:
    assert [one for message in translated(code) for one in words(message) if "<" in one] == []


def test_dutch_sentences_are_short() -> None:
    sentences = [
        len(sentence.split())
        for one in read_by_respondents("nl")
        for sentence in re.split(r"[.?!:]\s", one)
    ]

    assert len(sentences) > 100
    assert max(sentences) <= LONGEST_SENTENCE_WORDS
    assert sum(sentences) / len(sentences) <= MEAN_SENTENCE_WORDS


def test_dutch_is_polite_and_never_calls_people_by_their_duty() -> None:
    dutch = " ".join(read_by_respondents("nl")).replace(STUDY, "").lower()

    assert not re.search(r"inburgeraar|inburgeringsplicht", dutch)
    assert not re.search(r"\b(?:je|jij|jou|jouw|jullie|dient|middels|teneinde)\b", dutch)


def test_refresh_brings_in_new_words_and_keeps_what_was_translated(tmp_path: Path) -> None:
    code, catalogs = tmp_path / "app", tmp_path / "translations"
    (code / "web").mkdir(parents=True)
    (code / "web" / "page.py").write_text("_('Next')\n_('Not here before')\n")
    path = catalog_path(catalogs, "nl", DOMAIN)
    path.parent.mkdir(parents=True)
    path.write_text(
        '# A note.\nmsgid "Next"\nmsgstr "Verder"\n\nmsgid "Gone"\nmsgstr "Weg"\n', "utf-8"
    )

    refresh(code, catalogs)
    once = path.read_text("utf-8")
    refresh(code, catalogs)

    found = {message.id: message for message in read_catalog(path) if message.id}
    assert {key: one.string for key, one in found.items()} == {
        "Next": "Verder",
        "Not here before": "",
    }
    assert found["Next"].user_comments == ["A note."]
    assert path.read_text("utf-8") == once
    assert "POT-Creation-Date" not in once
