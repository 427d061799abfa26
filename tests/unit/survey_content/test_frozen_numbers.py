"""`numbering.json` has a number for every code of every wave, and keeps the ones it gave."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis.export.numbering import Form, read_numbering
from app.cli import main
from app.questionnaire.codebook import codebook
from app.questionnaire.compile import compile_wave
from app.questionnaire.source import load_bank

FOLDER = Path("surveys/perspectief")
WORDS_OF_RESPONDENTS = {"open", "text"}


@pytest.fixture(scope="module")
def bank():
    found, problems = load_bank(FOLDER)
    assert problems == []
    assert found is not None
    return found


@pytest.fixture
def copied(tmp_path) -> Path:
    folder = tmp_path / "surveys" / "perspectief"
    shutil.copytree(FOLDER, folder)
    return folder


@pytest.mark.parametrize("wave", [2024, 2025, 2027])
def test_every_code_of_a_wave_has_a_number_of_its_own(bank, wave):
    frozen = read_numbering(FOLDER / "numbering.json").variables

    for entry in codebook(bank, [compile_wave(bank, wave)])["variables"]:
        if entry["kind"] in WORDS_OF_RESPONDENTS or entry["name"] == "fr_stratum":
            continue  # strata are named by whoever draws the sample
        numbered = frozen[entry["name"]]
        codes = {one["code"] for one in entry["codes"]}
        assert codes <= numbered.numbers.keys(), entry["name"]
        assert bool(numbered.numbers) == (numbered.form is Form.CODES), entry["name"]


def test_scales_keep_their_own_numbers_and_the_sixth_answer_follows():
    frozen = read_numbering(FOLDER / "numbering.json")

    assert frozen["g_uitleg"].numbers == {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "geen": 6}
    assert frozen["g_cp_wissel"].numbers == {"0": 0, "1": 1, "2": 2, "3plus": 3}


def test_towns_and_countries_are_numbered_whether_or_not_somebody_lives_there(bank):
    frozen = read_numbering(FOLDER / "numbering.json")
    lists = {name: {one.code for one in entries} for name, entries in bank.code_lists.items()}

    for town in ("r_gemeente", "a_azc_gem", "fr_municipality"):
        assert frozen[town].numbers.keys() == lists["municipality"]
    for country in ("r_land", "fr_country"):
        assert frozen[country].numbers.keys() == lists["country"]
    assert frozen["fr_nationality"].numbers.keys() >= {"SY", "ER", "TR", "YE", "other"}


def test_waiting_months_may_be_negative_so_missing_codes_lie_elsewhere():
    frozen = read_numbering(FOLDER / "numbering.json")

    assert frozen["t_wacht_mnd"].number("-3") == -3
    assert frozen["t_wacht_mnd"].number("skip") == -9993
    assert frozen["leeftijd"].number("skip") == -3


def test_freezing_again_changes_nothing(copied):
    before = (copied / "numbering.json").read_bytes()

    done = CliRunner().invoke(main, ["freeze-numbers", str(copied)])

    assert done.exit_code == 0, done.output
    assert (copied / "numbering.json").read_bytes() == before


def test_new_code_is_missed_by_the_check_and_gets_the_next_number(copied):
    scales = copied / "scales.yaml"
    option = '      - {code: "nee", nl: "Nee", en: "No"}\n'
    text = scales.read_text(encoding="utf-8")
    at = text.index(option, text.index("id: yesno"))
    scales.write_text(
        text[:at] + '      - {code: "straks", nl: "Straks", en: "Soon"}\n' + text[at:],
        encoding="utf-8",
    )
    for plan in (copied / "waves").glob("*.yaml"):
        # Nobody has translated the new answer yet.
        asked = re.sub(r"(?m)^languages: .*$", "languages: [nl, en]", plan.read_text("utf-8"))
        plan.write_text(asked, encoding="utf-8")
    before = json.loads((copied / "numbering.json").read_text(encoding="utf-8"))["variables"]

    checked = CliRunner().invoke(main, ["check", str(copied)])
    CliRunner().invoke(main, ["freeze-numbers", str(copied)])
    after = json.loads((copied / "numbering.json").read_text(encoding="utf-8"))["variables"]

    assert checked.exit_code == 1
    assert "perspectief/numbering.json:1: t_started has codes without a number" in checked.output
    assert after["t_started"]["numbers"] == {"ja": 1, "nee": 2, "straks": 3}
    assert {n: v for n, v in after.items() if n in before and v == before[n]}.keys() == {
        name for name in before if "straks" not in after[name].get("numbers", {})
    }
