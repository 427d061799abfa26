"""Which corrections of a questionnaire may be published while people answer it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from app.questionnaire.compatibility import incompatibilities
from app.questionnaire.compile import compile_wave
from app.questionnaire.model import Instrument
from app.questionnaire.source import load_bank

STUDY = Path(__file__).parents[2] / "web" / "respond" / "study"
WAVE = 2024


def instrument(study: Path) -> Instrument:
    bank, problems = load_bank(study)
    assert bank is not None, problems
    return compile_wave(bank, WAVE)


def corrected(folder: Path, *changes: tuple[str, str]) -> Instrument:
    """The study of all kinds of questions with some of its words changed."""
    study = folder / "study"
    shutil.copytree(STUDY, study)
    for before, after in changes:
        files = [file for file in study.rglob("*.yaml") if before in file.read_text("utf-8")]
        assert files, before
        for file in files:
            file.write_text(file.read_text("utf-8").replace(before, after), encoding="utf-8")
    return instrument(study)


@pytest.mark.parametrize(
    "change",
    [
        ('en: "Do you have work?"', 'en: "Do you have a job?"'),
        ("limits: {min: 1, max: 168", "limits: {min: 0, max: 168"),
        ("limits: {max_choices: 3}", "limits: {max_choices: 4}"),
        ("when: \"k_werk == 'ja'\"", "when: \"k_werk != 'nee'\""),
        (
            '{code: "anders", nl: "Iets anders"',
            '{code: "soms", nl: "Soms", en: "Sometimes"}\n'
            '      - {code: "anders", nl: "Iets anders"',
        ),
    ],
)
def test_correction_that_leaves_every_answer_its_meaning_may_follow(
    tmp_path: Path, change: tuple[str, str]
) -> None:
    assert incompatibilities(instrument(STUDY), corrected(tmp_path, change)) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            [
                ("type: number", "type: text"),
                (
                    "    limits: {min: 1, max: 168,"
                    ' unit: {nl: "uren per week", en: "hours a week"}}\n',
                    "",
                ),
            ],
            "k_uren: was number, is text",
        ),
        ([("limits: {min: 1, max: 168", "limits: {min: 1, max: 60")], "the most was 168, is 60"),
        ([("limits: {min: 1, max: 168", "limits: {min: 5, max: 168")], "the least was 1, is 5"),
        ([("limits: {max_choices: 3}", "limits: {max_choices: 2}")], "3 answers were allowed, 2"),
        ([("uren per week", "uren per maand")], "k_uren: the unit is another"),
        (
            [('      - {code: "ti", nl: "Tigrinya", en: "Tigrinya"}\n', "")],
            'k_talen: option "ti" is gone',
        ),
        (
            [
                ('{code: "ar", nl: "Arabisch", en: "Arabic"}', '{code: "ar", nl: "XX", en: "XX"}'),
                ('nl: "Turks", en: "Turkish"', 'nl: "Arabisch", en: "Arabic"'),
            ],
            'k_talen: option "tr" says what "ar" said',
        ),
        (
            [('en: "Tigrinya"}', 'en: "Tigrinya", exclusive: true}')],
            'option "ti" goes with no other now',
        ),
        ([("list: town", "list: country")], "had the code list town, has country"),
        ([(", year_only: true", "")], "k_sinds: a year alone was enough"),
    ],
)
def test_correction_that_changes_what_was_answered_is_refused_with_its_place(
    tmp_path: Path, changes: list[tuple[str, str]], said: str
) -> None:
    after = corrected(tmp_path, *changes)

    found = [str(one) for one in incompatibilities(instrument(STUDY), after)]

    assert any(said in one for one in found), found
    assert all("/" in one.split(":")[0] for one in found)
    assert all(int(one.split(":")[1]) > 1 for one in found)


def test_language_that_people_may_be_answering_in_is_not_taken_away(tmp_path: Path) -> None:
    before = instrument(STUDY)
    after = replace(before, languages=("nl",))

    assert [one.message for one in incompatibilities(before, after)] == [
        "language en is gone: people may be answering in it"
    ]


def test_version_may_follow_itself() -> None:
    assert incompatibilities(instrument(STUDY), instrument(STUDY)) == []
