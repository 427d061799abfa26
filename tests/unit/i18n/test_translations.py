"""The catalogs themselves: complete, up to date with the code, and in plain words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from app.i18n.catalogs import catalog_path, read_catalog
from app.i18n.locales import DOMAIN, STAFF_DOMAIN, language_sets
from app.i18n.refresh import INTERFACE, refresh, said

ROOT = Path(__file__).parents[3]
TRANSLATIONS = ROOT / "translations"
STUDY = "Onderzoek Perspectief Inburgeraars"
LONGEST_SENTENCE_WORDS = 18
MEAN_SENTENCE_WORDS = 12

SETS = language_sets(TRANSLATIONS)
STAFF = ("nl", "en")
CATALOGS = [
    *((code, DOMAIN) for code in SETS.supported),
    *((code, STAFF_DOMAIN) for code in STAFF),
]
domains = pytest.mark.parametrize("domain", INTERFACE)
each_catalog = pytest.mark.parametrize(("code", "domain"), CATALOGS)


def marked(domain: str) -> set[str | tuple[str, ...]]:
    """What the code and templates of a catalog mark for translation."""
    return {one.id for one in said(ROOT / "app", INTERFACE[domain]) if one.id}


def listed(domain: str) -> set[str | tuple[str, ...]]:
    with (TRANSLATIONS / f"{domain}.pot").open("rb") as template:
        return {message.id for message in read_po(template) if message.id}


def translated(code: str, domain: str) -> list[Message]:
    return [one for one in read_catalog(catalog_path(TRANSLATIONS, code, domain)) if one.id]


def words(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def read_by_respondents(code: str) -> list[str]:
    return [one for message in translated(code, DOMAIN) for one in words(message)]


def test_six_languages_are_offered_to_respondents() -> None:
    assert SETS.supported == ("nl", "en", "ar", "tr", "ti", "fa")


@domains
def test_template_lists_what_the_program_says_and_nothing_else(domain: str) -> None:
    assert marked(domain) - listed(domain) == set(), "run: python -m app.i18n.refresh"
    assert listed(domain) - marked(domain) == set(), "run: python -m app.i18n.refresh"


def test_words_that_only_staff_read_are_asked_of_no_translator_of_respondents_pages() -> None:
    assert "Sign out" in marked(STAFF_DOMAIN) - marked(DOMAIN)
    assert "Fill in your code" in marked(DOMAIN) - marked(STAFF_DOMAIN)


def test_words_that_both_sites_say_stand_in_both_catalogs() -> None:
    assert "This page does not exist" in marked(DOMAIN) & marked(STAFF_DOMAIN)


@each_catalog
def test_catalog_has_every_message_and_no_guess(code: str, domain: str) -> None:
    catalog = translated(code, domain)

    assert {message.id for message in catalog} == listed(domain)
    assert [message.id for message in catalog if message.fuzzy] == []


@pytest.mark.parametrize(
    ("code", "domain"), [(code, domain) for code, domain in CATALOGS if code != SETS.source]
)
def test_supported_language_says_everything(code: str, domain: str) -> None:
    lacking = [message.id for message in translated(code, domain) if not all(words(message))]

    assert lacking == []


def test_no_configured_language_has_a_broken_message() -> None:
    assert SETS.problems == ()


@each_catalog
def test_no_markup_is_left_to_translators(code: str, domain: str) -> None:
    said_here = [one for message in translated(code, domain) for one in words(message)]

    assert [one for one in said_here if "<" in one] == []


def test_dutch_sentences_are_short() -> None:
    sentences = [
        len(sentence.split())
        for one in read_by_respondents("nl")
        for sentence in re.split(r"[.?!:]\s", one)
    ]

    assert len(sentences) > 90
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
