"""The term base: one word for one thing, found in Dutch sentences and in their translations."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.i18n.terms import first_uses_without_brackets, lacking, read_terms, terms_in
from app.i18n.translation_checks import translation_faults
from tests.unit.i18n.small_study import TERMS

ROOT = Path(__file__).parents[3]
SIX = {"en", "ar", "tr", "ti", "fa"}


def real():
    terms, problems = read_terms(ROOT / "translations" / "terms.csv")
    assert problems == []
    return terms


def test_project_agrees_a_word_in_every_language() -> None:
    assert all(term.words.keys() == SIX and all(term.words.values()) for term in real())
    assert len(real()) > 60


@pytest.mark.parametrize("code", ["ar", "fa", "tr", "ti"])
def test_no_two_terms_share_a_word(code: str) -> None:
    agreed = [term.words[code][0] for term in real()]

    assert [one for one in agreed if agreed.count(one) > 1] == []


@pytest.mark.parametrize(
    ("sentence", "ids"),
    [
        ("Hoe gaat het met uw inburgering?", ["inburgering"]),
        ("Uw inburgeringstermijn is 3 jaar.", ["inburgeringstermijn"]),
        ("De gemeenten helpen.", ["gemeente"]),
        ("Heeft u een map met papieren?", []),
        ("Heeft u MAP gedaan?", ["map"]),
        ("U volgt de B1-route.", ["b1-route"]),
        ("De DUO-lening", ["duo-lening"]),
        ("Een brief van DUO.", ["duo"]),
    ],
)
def test_terms_are_found_as_whole_words(sentence: str, ids: list[str]) -> None:
    assert [term.id for term in terms_in(sentence, real())] == ids


@pytest.mark.parametrize(
    ("translation", "code", "said"),
    [
        ("هل تساعدكم البلدية؟", "ar", True),
        ("من قبل بلديتكم", "ar", True),
        ("هل تساعدكم المدينة؟", "ar", False),
        ("Belediyeniz yardım ediyor mu?", "tr", True),
        ("Şehriniz yardım ediyor mu?", "tr", False),
        ("ምምሕዳር ከተማኹም ይሕግዝ ዶ?", "ti", True),
        ("ማዘጋጃ ቤት ይሕግዝ ዶ?", "ti", False),
        ("شهرداری شما کمک می‌کند؟", "fa", True),
    ],
)
def test_agreed_word_is_known_with_what_grammar_adds_to_it(
    translation: str, code: str, said: bool
) -> None:
    missing = lacking("Helpt uw gemeente?", translation, code, real())

    assert [term.id for term in missing] == ([] if said else ["gemeente"])


def test_dutch_word_is_missed_at_the_first_use_only() -> None:
    terms = [term for term in real() if term.id == "gemeente"]
    pairs = [
        ("Werkt u?", "Çalışıyor musunuz?"),
        ("De gemeente helpt.", "Belediye yardım eder."),
        ("Uw gemeente", "Belediyeniz"),
    ]

    assert [at for at, _ in first_uses_without_brackets(pairs, terms)] == [1]
    named = [pairs[0], ("De gemeente helpt.", "Belediye (gemeente) yardım eder."), pairs[2]]
    assert first_uses_without_brackets(named, terms) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("البلدية", "", 'terms.csv:2: "gemeente" has no word in ar'),
        ("gemeente,gemeente,yes", "gemeente,gemeente,ja", "terms.csv:2: "),
        ("map,MAP", "gemeente,MAP", 'terms.csv:3: "gemeente" stands twice'),
        ("Onderdeel,,draft", "Onderdeel,,draft", ""),
        ("een onderdeel,,draft", "een onderdeel,,final", "terms.csv:3: "),
        ("official", "officieel", "terms.csv:1: expected the columns"),
    ],
)
def test_fault_of_the_file_is_named_with_its_line(
    old: str, new: str, problem: str, tmp_path: Path
) -> None:
    file = tmp_path / "terms.csv"
    file.write_text(TERMS.replace("Een onderdeel", "een onderdeel").replace(old, new))

    _, problems = read_terms(file)

    assert [str(one)[: len(problem)] for one in problems] == ([problem] if problem else [])


def test_official_terms_are_fit_to_stand_in_a_translation() -> None:
    faults = [
        (term.id, translation_faults(term.official, f"Türkçe {term.official}", "tr"))
        for term in real()
    ]

    assert [one for one in faults if one[1]] == []
