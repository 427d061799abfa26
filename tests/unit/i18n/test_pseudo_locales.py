"""Pseudo-locales: the whole study in languages that nobody wrote, without a text missing."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.i18n.catalogs import catalog_path, write_catalog
from app.i18n.locales import language
from app.i18n.pseudo import BEGIN, CARRIERS, END, Style, pseudo, pseudo_catalog
from app.i18n.study_catalogs import template
from app.i18n.translation_checks import translation_faults
from app.questionnaire.compile import compile_wave
from app.questionnaire.model import Bank, Instrument
from app.questionnaire.routing import Known, Page
from app.questionnaire.source import load_bank
from app.questionnaire.walk import as_preload, random_known, walk
from app.questionnaire.wording import question
from app.services.content.instruments import check_study

ROOT = Path(__file__).parents[3]
STUDY = ROOT / "surveys" / "perspectief"
SENTENCE = "U woont al 20 jaar in {prev}. Klopt dat, %(name)s?"
styles = pytest.mark.parametrize("style", Style)


@styles
def test_pseudo_text_keeps_placeholders_numbers_and_the_rules(style: Style) -> None:
    words = pseudo(SENTENCE, style)

    assert re.findall(r"\{.*?\}|%\(.*?\)s|\d+", words) == ["20", "{prev}", "%(name)s"]
    assert translation_faults(SENTENCE, words, CARRIERS[style]) == []
    assert words.startswith(BEGIN)
    assert words.endswith(END)


def test_long_text_is_forty_per_cent_longer() -> None:
    assert len(pseudo(SENTENCE, Style.LONG)) == pytest.approx(1.4 * len(SENTENCE), abs=1.5)


def test_right_to_left_text_has_no_latin_letter_left() -> None:
    assert not re.search("[a-z]", pseudo("Klopt dat nog?", Style.RTL), re.IGNORECASE)
    assert language(CARRIERS[Style.RTL]).dir == "rtl"


def test_accents_leave_no_plain_vowel() -> None:
    assert not re.search("[aeiou]", pseudo("Vorige keer zei u iets anders", Style.ACCENTS))


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    """The real study, its last wave asked in Dutch and all pseudo-locales."""
    folder = tmp_path_factory.mktemp("pseudo")
    study = shutil.copytree(STUDY, folder / "surveys" / "perspectief")
    written, _ = load_bank(study)
    assert written is not None
    for style, code in CARRIERS.items():
        made = pseudo_catalog(template(written), style)
        write_catalog(made, catalog_path(folder, code, "perspectief"))
    for plan in sorted((study / "waves").glob("*.yaml")):
        asked = ["nl", *(CARRIERS.values() if plan.stem == "2027" else ["en"])]
        others = re.sub(
            r"(?m)^languages: .*$", f"languages: [{', '.join(asked)}]", plan.read_text()
        )
        plan.write_text(others, "utf-8")
    found, problems = check_study(study, folder)
    assert problems == []
    assert found is not None
    return found


def words_of(instrument: Instrument, page: Page, known: Known, values, code: str) -> Iterator[str]:
    """Everything a page says, but for names of countries and municipalities."""
    item = page.item
    module = instrument.module_by_id[item.module]
    yield question(instrument, page, known, values, code)
    texts = [module.title, module.lead, item.help, item.limits.unit]
    texts += [option.text for option in item.options]
    texts += [statement.text for statement in item.statements]
    texts += [option.text for option in instrument.confirm]
    yield from (text[code] for text in texts if text is not None)


@styles
@pytest.mark.parametrize("seed", range(3))
def test_no_page_of_a_route_lacks_a_word(style: Style, seed: int, bank: Bank) -> None:
    instrument, code = compile_wave(bank, 2027), CARRIERS[style]
    assert code in instrument.languages
    rng = random.Random(seed)
    first = random_known(instrument, rng)
    preload = as_preload(instrument, walk(instrument, first, rng), "2025-02")
    known = Known(first.frame, first.assigned, preload, "2027-02")

    done = walk(instrument, known, rng)

    said = [
        words
        for page in done.pages
        for words in words_of(instrument, page, known, done.values, code)
    ]
    assert len(done.pages) > 20
    assert [one for one in said if not (one.startswith(BEGIN) and one.endswith(END))] == []


@styles
def test_endings_and_missing_texts_are_said_too(style: Style, bank: Bank) -> None:
    instrument, code = compile_wave(bank, 2027), CARRIERS[style]
    texts = [*instrument.missing.values(), *(one.text for one in instrument.terminations)]

    assert all(text[code].startswith(BEGIN) for text in (*texts, instrument.title))
    country = instrument.code_lists["country"]
    assert all(entry.text[code] for entry in country)


def test_other_waves_stay_as_they_were(bank: Bank) -> None:
    written, _ = load_bank(STUDY)
    assert written is not None

    assert compile_wave(bank, 2025) == compile_wave(written, 2025)
