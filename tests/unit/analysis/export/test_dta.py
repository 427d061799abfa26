"""Stata files, read back by programs that did not write them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from analysis.export.design_columns import DesignColumn, Role
from analysis.export.dta import write_dta
from analysis.export.numbering import number_responses
from analysis.responses import read_release, responses_of
from tests.unit.analysis.export.small_responses import (
    ARABIC,
    TIGRINYA,
    require_r,
    responses_with,
    run_r,
    variable,
)
from tests.unit.analysis.releases import write_release

SCALE = variable("e_meedoen", codes=["1", "2", "3", "4", "5", "nvt"])
DOTS = {"dk": ".a", "ref": ".b", "skip": ".c", "na_route": ".d", "break_off": ".e", "": "."}


def read(path: Path):
    return pyreadstat.read_dta(path, user_missing=True)


def stata_cells(path: Path, column: str) -> list[object]:
    """Give the numbers of a column, and its missing values as Stata prints them."""
    with pd.io.stata.StataReader(path, convert_missing=True) as reader:
        cells = reader.read(convert_categoricals=False, columns=[column])[column]
    missing = pd.io.stata.StataMissingValue
    return [str(cell) if isinstance(cell, missing) else cell for cell in cells]


def test_every_answer_of_a_release_reads_back_from_its_number(tmp_path):
    responses = responses_of(read_release(write_release(tmp_path / "release", waves=(2024, 2025))))
    numbering = number_responses(responses)
    reason = {dot: kind for kind, dot in DOTS.items()}

    written = write_dta(responses, tmp_path / "x.dta", numbering=numbering)

    for one in responses.codebook.variables.values():
        numbered = numbering[one.name]
        for column in one.columns:
            answers = [
                reason[n] if isinstance(n, str)
                else str(int(n)) if one.is_multiple
                else numbered.answer(n)
                for n in stata_cells(written.path, column)
            ]  # fmt: skip
            assert answers == responses.table[column].tolist(), column


def test_missing_codes_are_stata_s_extended_missing_values_with_labels(tmp_path):
    cells = ["1", "dk", "ref", "skip", "na_route", "break_off", ""]
    path = tmp_path / "x.dta"

    write_dta(responses_with([SCALE], {"e_meedoen": cells}), path)

    assert stata_cells(path, "e_meedoen") == [1, ".a", ".b", ".c", ".d", ".e", "."]
    _, about = read(path)
    assert about.variable_value_labels["e_meedoen"]["b"] == "Wil ik niet zeggen"
    assert about.variable_value_labels["e_meedoen"][6] == "nl nvt"


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param(["0", "100", "-121", "dk", ""], id="byte"),
        pytest.param(["101", "32740", "dk", "break_off", ""], id="int"),
        pytest.param(["32741", "-32762", "ref", ""], id="long"),
        pytest.param(["999999999", "-999999999", "skip", ""], id="long, widest"),
        pytest.param(["7.5", "-0.25", "na_route", "dk", ""], id="double"),
    ],
)
def test_numbers_of_every_storage_type_keep_their_value_and_their_missing_codes(tmp_path, answers):
    path = tmp_path / "x.dta"

    write_dta(responses_with([variable("n", "number")], {"n": answers}), path)

    for answer, stored in zip(answers, stata_cells(path, "n"), strict=True):
        assert stored == (DOTS[answer] if answer in DOTS else float(answer))


def test_weights_keep_full_precision_and_are_missing_where_a_row_has_none(tmp_path):
    weight = DesignColumn("w", {"en": "w"}, Role.WEIGHT, np.array([1 / 3, np.nan, 1e6 / 7]))
    path = tmp_path / "x.dta"

    write_dta(responses_with([SCALE], {"e_meedoen": ["1", "2", "dk"]}), path, design=[weight])

    frame, _ = read(path)
    assert frame["w"].tolist()[::2] == [1 / 3, 1e6 / 7]
    assert math.isnan(frame["w"][1])


@pytest.mark.parametrize(("language", "text"), [("ar", ARABIC), ("ti", TIGRINYA)])
def test_arabic_and_tigrinya_labels_come_through_intact(tmp_path, language, text):
    words = {"nl": "Nederlands", language: text}
    one = variable("q", codes={"a": words}, label=words)
    path = tmp_path / "x.dta"

    write_dta(responses_with([one], {"q": ["a", "dk"]}), path, language=language)

    _, about = read(path)
    assert about.column_names_to_labels["q"] == text
    assert about.variable_value_labels["q"][1] == text


def test_label_over_eighty_letters_is_cut_and_reported(tmp_path):
    one = variable("q", codes=["1"], label={"nl": "a" * 81})
    path = tmp_path / "x.dta"

    written = write_dta(responses_with([one], {"q": ["1"]}), path)

    assert read(path)[1].column_names_to_labels["q"] == "a" * 79 + "…"
    assert written.shortened == ("q",)


def test_name_over_32_letters_becomes_the_option_s_frozen_number(tmp_path):
    one = variable("t_plicht_gevolg", "multiple", ["stress", "baan_opgezegd_of_minder"])
    path = tmp_path / "x.dta"
    cells = {"t_plicht_gevolg__stress": ["0"], "t_plicht_gevolg__baan_opgezegd_of_minder": ["1"]}

    written = write_dta(responses_with([one], cells), path)

    assert written.renamed == {"t_plicht_gevolg__baan_opgezegd_of_minder": "t_plicht_gevolg__2"}
    assert read(path)[0]["t_plicht_gevolg__2"].tolist() == [1]


def test_responses_without_rows_give_a_file_with_all_labels(tmp_path):
    path = tmp_path / "x.dta"

    write_dta(responses_with([SCALE], {"e_meedoen": []}), path)

    frame, about = read(path)
    assert len(frame) == 0
    assert about.column_names_to_labels["e_meedoen"] == "e_meedoen nl"


def test_file_says_that_its_people_are_invented_and_bears_no_date(tmp_path):
    responses = responses_with([SCALE], {"e_meedoen": ["1", "dk"]})
    for name in ("a.dta", "b.dta"):
        write_dta(responses, tmp_path / name)

    assert read(tmp_path / "a.dta")[1].file_label.startswith("SYNTHETIC")
    assert (tmp_path / "a.dta").read_bytes() == (tmp_path / "b.dta").read_bytes()
    assert b"01 Jan 1980 00:00" in (tmp_path / "a.dta").read_bytes()


def test_ctrl_c_leaves_nothing_half_written(tmp_path, monkeypatch):
    def interrupted(frame, destination, **options):
        Path(destination).write_bytes(b"<stata_dta>")
        raise KeyboardInterrupt

    monkeypatch.setattr(pd.DataFrame, "to_stata", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_dta(responses_with([SCALE], {"e_meedoen": ["1"]}), tmp_path / "x.dta")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.r
def test_haven_tells_the_missing_codes_apart(tmp_path):
    require_r("haven")
    words = {"nl": "Nederlands", "ti": TIGRINYA}
    one = variable("q", codes={"a": words, "b": words}, label=words)
    cells = ["b", "dk", "ref", "skip", "na_route", "break_off", ""]
    write_dta(responses_with([one], {"q": cells}), tmp_path / "x.dta", language="ti")

    printed = run_r(
        "x <- haven::read_dta('x.dta')[['q']];"
        "cat(attr(x, 'label'), paste(haven::na_tag(x), collapse = ' '), unclass(x)[1],"
        "sep = '\\n')",
        tmp_path,
    )

    assert printed.splitlines() == [TIGRINYA, "NA a b c d e NA", "2"]
