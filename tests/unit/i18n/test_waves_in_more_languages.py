"""A wave is asked in every language of its plan, or the check names each text that stops it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.i18n.remarks import Remarks
from app.questionnaire.canonical import from_json, to_json, version_of
from app.questionnaire.compile import compile_wave
from app.services.content.instruments import check_study
from tests.unit.i18n.small_study import (
    MODULE,
    bank_in,
    entries_in,
    everything,
    refresh,
    translate,
    translations_in,
    write_study,
)

BOTH = {2024: "nl, en", 2025: "nl, ar"}


def checked(folder: Path):
    return check_study(folder / "surveys" / "small", translations_in(folder))


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    """The Arabic catalog, complete, of a study whose second wave is in Dutch and Arabic."""
    write_study(tmp_path, languages=BOTH)
    path = refresh(tmp_path)
    translate(path, everything(path))
    return path


def test_wave_holds_the_texts_of_all_its_languages_and_of_no_other(
    catalog: Path, tmp_path: Path
) -> None:
    bank, problems = checked(tmp_path)
    assert problems == []

    instrument = compile_wave(bank, 2025)
    assert instrument.languages == ("nl", "ar")
    assert instrument.item_by_var["work"].text == {"nl": "Werkt u?", "ar": "كلمات عربية"}
    for item in instrument.items:
        assert [option.text.keys() for option in item.options] == [{"nl", "ar"}] * len(item.options)
    assert '"ar":' not in to_json(compile_wave(bank, 2024))
    syria = next(one for one in instrument.code_lists["country"] if one.code == "SY")
    assert syria.text == {"nl": "Syrië", "ar": "سوريا"}


def test_published_text_holds_all_languages_and_reads_back(catalog: Path, tmp_path: Path) -> None:
    bank, _ = checked(tmp_path)
    text = to_json(compile_wave(bank, 2025))

    assert json.loads(text)["languages"] == ["nl", "ar"]
    assert to_json(from_json(text)) == text


def test_translation_of_one_wave_changes_no_version_of_another(
    catalog: Path, tmp_path: Path
) -> None:
    before = {year: to_json(compile_wave(checked(tmp_path)[0], year)) for year in BOTH}
    translate(catalog, {"work": "هل لديكم عمل؟"})
    after = {year: to_json(compile_wave(checked(tmp_path)[0], year)) for year in BOTH}

    assert version_of(before[2024]) == version_of(after[2024])
    assert version_of(before[2025]) != version_of(after[2025])


def test_wave_without_plan_is_asked_in_the_languages_of_the_bank(tmp_path: Path) -> None:
    bank, problems = checked(write_study(tmp_path).parents[1])

    assert problems == []
    assert compile_wave(bank, 2024) == compile_wave(bank_in(tmp_path / "surveys/small"), 2024)


def line_of(path: Path, words: str) -> int:
    lines = path.read_text("utf-8").splitlines()
    return next(at for at, line in enumerate(lines, start=1) if line == words)


def test_every_missing_text_of_a_wave_is_named_with_file_and_line(
    catalog: Path, tmp_path: Path
) -> None:
    translate(catalog, {"work": "", "v_gemeente": ""})

    bank, problems = checked(tmp_path)

    assert bank is None
    line = line_of(catalog, 'msgid "Werkt u?"')
    other = line_of(catalog, 'msgid "De gemeente helpt."')
    assert [str(one) for one in problems] == [
        f"ar/LC_MESSAGES/small.po:{line}: work: is not translated",
        f"ar/LC_MESSAGES/small.po:{other}: v_gemeente: is not translated",
    ]


def test_text_that_no_such_wave_asks_may_lack_the_language(catalog: Path, tmp_path: Path) -> None:
    write_study(tmp_path, languages={2024: "nl, en, ar", 2025: "nl, en"})
    translate(catalog, {"v_gemeente": "", "views": ""})  # asked in 2025 only

    bank, problems = checked(tmp_path)

    assert problems == []
    assert compile_wave(bank, 2024).languages == ("nl", "en", "ar")
    assert compile_wave(bank, 2025).languages == ("nl", "en")


@pytest.mark.parametrize(
    ("name", "words", "why"),
    [
        ("place|repeat", "هل هذا صحيح؟", 'placeholder "{prev}" is missing'),
        ("place|repeat", "في {perv}. {prev}؟", 'placeholder "{perv}" is not in the source'),
        ("hours|help", "مثلا 24 ساعة", "not between isolates: 24"),
        ("hours|help", "مثلا \u206842\u2069 ساعة", "number 24 is missing"),
    ],
)
def test_broken_translation_is_a_problem_with_its_line(
    name: str, words: str, why: str, catalog: Path, tmp_path: Path
) -> None:
    translate(catalog, {name: words})
    line = entries_in(catalog)[name].line

    _, problems = checked(tmp_path)

    assert f"ar/LC_MESSAGES/small.po:{line}: {name}: {why}" in map(str, problems)


def test_stale_translation_is_not_shown(catalog: Path, tmp_path: Path) -> None:
    translate(catalog, {"work": "كلمات"}, Remarks(source="00000000", was="Heeft u een baan?"))

    _, problems = checked(tmp_path)

    assert [one.message for one in problems] == [
        'work: is stale: it translates "Heeft u een baan?"'
    ]


def test_catalog_behind_the_questions_says_to_refresh(catalog: Path, tmp_path: Path) -> None:
    more = MODULE.replace("Werkt u?", "Heeft u werk?").replace("var: pay", "var: paid")
    write_study(tmp_path, languages=BOTH, module=more.replace("pay ==", "paid =="))

    _, problems = checked(tmp_path)

    assert {one.message.partition(":")[0] for one in problems} == {
        "work",
        "paid",
        "hours|when paid == 'no'",
    }
    assert all("python -m app.i18n.refresh" in one.message for one in problems)


def test_language_without_catalog_is_named_where_the_plan_says_it(tmp_path: Path) -> None:
    write_study(tmp_path, languages={2024: "nl, en", 2025: "nl, ti"})

    _, problems = checked(tmp_path)

    assert [str(one) for one in problems] == [
        "ti/LC_MESSAGES/small.po:1: there is no such catalog",
        "surveys/small/waves/2025.yaml:2: wave 2025 is asked in ti, which has no catalog",
    ]


@pytest.mark.parametrize(
    ("languages", "why"),
    [("nl, klingon", 'language "klingon" is not known'), ("nl, nl", 'language "nl" stands twice')],
)
def test_language_of_a_plan_that_cannot_be_is_named(
    languages: str, why: str, tmp_path: Path
) -> None:
    write_study(tmp_path, languages={2025: languages})

    _, problems = checked(tmp_path)

    assert why in str(problems[0])
    assert str(problems[0]).startswith("surveys/small/waves/2025.yaml:2:")


def test_same_name_twice_in_a_catalog_is_a_problem(catalog: Path, tmp_path: Path) -> None:
    with catalog.open("a", encoding="utf-8") as file:
        file.write('\nmsgctxt "work"\nmsgid "Werkt U?"\nmsgstr "كلمات"\n')

    _, problems = checked(tmp_path)

    assert any('"work" stands on line' in one.message for one in problems)
