"""The catalogs of the study that ships: in line with its questions, and what is there is sound."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from app.i18n.catalogs import catalog_path, catalog_text, read_catalog
from app.i18n.locales import language
from app.i18n.remarks import Standing
from app.i18n.study_catalogs import (
    StudyCatalog,
    read_study_catalog,
    refreshed,
    template,
    text_faults,
)
from app.i18n.terms import read_terms
from app.messages.texts import read_message_texts
from app.questionnaire.model import Bank
from app.questionnaire.source import load_bank
from app.questionnaire.texts import BankText, texts_of
from app.services.content.translating import desk_of, term_warnings

ROOT = Path(__file__).parents[3]
TRANSLATIONS = ROOT / "translations"
STUDY = ROOT / "surveys" / "perspectief"
LANGUAGES = sorted(
    path.parent.parent.name for path in TRANSLATIONS.glob("*/LC_MESSAGES/perspectief.po")
)
each_language = pytest.mark.parametrize("code", LANGUAGES)


@cache
def bank() -> Bank:
    found, problems = load_bank(STUDY)
    assert problems == []
    assert found is not None
    return found


@cache
def messages() -> tuple[BankText, ...]:
    """What letters, e-mails and text messages say."""
    found, problems = read_message_texts(STUDY, bank().languages)
    assert problems == []
    assert found is not None
    return tuple(found.all())


@cache
def catalog(code: str) -> StudyCatalog:
    found, problems = read_study_catalog(TRANSLATIONS, "perspectief", code)
    assert problems == []
    assert found is not None
    return found


def test_four_languages_are_translated_into() -> None:
    assert LANGUAGES == ["ar", "fa", "ti", "tr"]
    assert [language(code).dir for code in LANGUAGES] == ["rtl", "rtl", "ltr", "ltr"]


@each_language
def test_catalog_is_what_refreshing_would_make_of_it(code: str) -> None:
    path = catalog_path(TRANSLATIONS, code, "perspectief")
    terms, _ = read_terms(TRANSLATIONS / "terms.csv")

    fresh = catalog_text(refreshed(read_catalog(path), bank(), terms, code, messages()))

    assert fresh == path.read_text("utf-8"), "run: python -m app.i18n.refresh"


def test_template_is_what_the_questions_say() -> None:
    terms, _ = read_terms(TRANSLATIONS / "terms.csv")

    fresh = catalog_text(template(bank(), terms, messages()))

    assert fresh == (TRANSLATIONS / "perspectief.pot").read_text("utf-8")


@each_language
def test_what_is_translated_breaks_no_rule_and_is_not_stale(code: str) -> None:
    found = [
        str(fault)
        for one in [*texts_of(bank()), *messages()]
        if catalog(code).entries[one.context].standing is not Standing.MISSING
        for fault in text_faults(one, one.text["nl"], catalog(code))
    ]

    assert found == []


@each_language
def test_consent_and_missing_texts_are_translated(code: str) -> None:
    """What every respondent meets first, with what stands for an answer that is not given."""
    names = ["x_welkom", "x_welkom|help", "c_meedoen", "c_meedoen|help", "missing|dk"]
    names += ["c_meedoen|option ja", "c_meedoen|option nee", "missing|ref", "missing|skip"]

    assert [name for name in names if not all(catalog(code).entries[name].translations)] == []


@each_language
def test_translations_use_the_agreed_words_and_name_the_dutch_ones(code: str) -> None:
    assert term_warnings(desk_of(STUDY, TRANSLATIONS), code) == []
