"""SPSS files, read back by programs that did not write them."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyreadstat
import pytest

from analysis.errors import AnalysisError
from analysis.export.design_columns import (
    DesignColumn,
    Role,
    design_columns,
    replicate_columns,
    weight_columns,
)
from analysis.export.numbering import number_responses
from analysis.export.sav import write_sav
from analysis.replicates import Replicates
from analysis.responses import read_release, responses_of
from analysis.weighting.recipe import read_recipe
from analysis.weighting.run import weigh, weighted_responses
from tests.unit.analysis.export.small_responses import (
    ARABIC,
    TIGRINYA,
    require_r,
    responses_with,
    run_r,
    variable,
)
from tests.unit.analysis.releases import SURVEY, write_release

SUFFIXES = [".sav", ".zsav"]
SCALE = variable("e_meedoen", codes=["1", "2", "3", "4", "5", "nvt"])


def read(path: Path):
    return pyreadstat.read_sav(path, user_missing=True)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_answer_of_a_release_reads_back_from_its_number(tmp_path, suffix):
    responses = responses_of(read_release(write_release(tmp_path / "release", waves=(2024, 2025))))
    numbering = number_responses(responses)

    written = write_sav(responses, tmp_path / f"all{suffix}", numbering=numbering)

    frame, _ = read(written.path)
    assert written.rows == len(frame) == len(responses)
    for one in responses.codebook.variables.values():
        for column in one.columns:
            answers = frame[column].map(
                lambda n, one=one: "" if math.isnan(n)
                else (str(int(n)) if one.is_multiple and n >= 0 else numbering[one.name].answer(n))
            )  # fmt: skip
            assert answers.tolist() == responses.table[column].tolist(), column
    assert frame["person_id"].tolist() == responses.table["person_id"].tolist()


def test_missing_codes_are_labelled_and_declared_as_a_range(tmp_path):
    cells = ["1", "dk", "ref", "skip", "na_route", "break_off", ""]
    path = tmp_path / "x.sav"

    write_sav(responses_with([SCALE], {"e_meedoen": cells}), path)

    frame, about = read(path)
    assert frame["e_meedoen"].tolist()[:6] == [1, -1, -2, -3, -4, -5]
    assert math.isnan(frame["e_meedoen"][6])
    assert about.missing_ranges["e_meedoen"] == [{"lo": -5.0, "hi": -1.0}]
    assert about.variable_value_labels["e_meedoen"][-2.0] == "Wil ik niet zeggen"
    # A reader that heeds the declaration is left with the one answer.
    heeded, _ = pyreadstat.read_sav(path)
    assert heeded["e_meedoen"].count() == 1


def test_labels_levels_and_formats_come_in_the_language_asked_for(tmp_path):
    responses = responses_with(
        [SCALE, variable("age", "number"), variable("sekse", codes=["man", "vrouw"])],
        {"e_meedoen": ["2"], "age": ["104"], "sekse": ["man"]},
    )
    path = tmp_path / "x.sav"

    write_sav(responses, path, language="en")

    _, about = read(path)
    assert about.column_names_to_labels["e_meedoen"] == "e_meedoen en"
    assert about.variable_value_labels["e_meedoen"][6.0] == "en nvt"
    assert about.variable_measure == {
        "person_id": "nominal", "case_id": "nominal", "wave": "ordinal",
        "e_meedoen": "ordinal", "age": "scale", "sekse": "nominal",
    }  # fmt: skip
    assert about.original_variable_types["age"] == "F3.0"


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(("language", "text"), [("ar", ARABIC), ("ti", TIGRINYA)])
def test_arabic_and_tigrinya_labels_come_through_intact(tmp_path, suffix, language, text):
    words = {"nl": "Nederlands", language: text}
    one = variable("q", codes={"a": words}, label=words)
    path = tmp_path / f"x{suffix}"

    written = write_sav(responses_with([one], {"q": ["a", "dk"]}), path, language=language)

    _, about = read(path)
    assert about.column_names_to_labels["q"] == text
    assert about.variable_value_labels["q"][1.0] == text
    assert written.shortened == ()


def test_label_over_the_limit_is_cut_between_letters_and_reported(tmp_path):
    words = {"nl": TIGRINYA * 4}
    one = variable("q", codes={"a": words}, label={"nl": ARABIC * 8})
    path = tmp_path / "x.sav"

    written = write_sav(responses_with([one], {"q": ["a"]}), path)

    _, about = read(path)
    label = about.variable_value_labels["q"][1.0]
    assert label.endswith("…")
    assert words["nl"].startswith(label[:-1])
    assert 110 < len(label.encode()) <= 120
    assert 245 < len(about.column_names_to_labels["q"].encode()) <= 255
    assert written.shortened == ("q",)


HOSTILE = ["=1+1", "+31612345678", '"quoted"', "a;b|c", "<b>&amp;", "\u202egnorw", "x" * 60]


def test_hostile_texts_are_labels_like_any_other(tmp_path):
    codes = {text: {"nl": text} for text in HOSTILE}
    one = variable("q", codes=codes, label={"nl": "line\nbreak, nul\x00 and\ttab"})
    path = tmp_path / "x.sav"

    write_sav(responses_with([one], {"q": HOSTILE}), path)

    frame, about = read(path)
    labels = about.variable_value_labels["q"]
    assert [labels[number] for number in frame["q"]] == HOSTILE
    assert about.column_names_to_labels["q"] == "line break, nul  and tab"


def test_names_that_spss_refuses_are_replaced_by_frozen_numbers_and_reported(tmp_path):
    one = variable("m", "multiple", ["16-26", "27+"])
    reserved = variable("all", codes=["1"])
    path = tmp_path / "x.sav"
    cells = {"m__16-26": ["1"], "m__27+": ["0"], "all": ["1"]}

    written = write_sav(responses_with([one, reserved], cells), path)

    frame, about = read(path)
    assert written.renamed == {"m__16-26": "m__1", "m__27+": "m__2", "all": "all_2"}
    assert frame[["m__1", "m__2", "all_2"]].to_numpy().tolist() == [[1, 0, 1]]
    assert about.mr_sets["m"]["variable_list"] == ["m__1", "m__2"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_multiple_choice_columns_form_a_response_set(tmp_path, suffix):
    one = variable(
        "d_nu", "multiple", ["betaald", "geen"], label={"nl": "Wat doet u nu?", "ar": ARABIC}
    )
    path = tmp_path / f"x{suffix}"
    cells = {"d_nu__betaald": ["1", "0", "dk"], "d_nu__geen": ["0", "1", "dk"]}

    write_sav(responses_with([one], cells), path, language="ar")

    frame, about = read(path)
    found = about.mr_sets["d_nu"]
    assert (found["label"], found["counted_value"]) == (ARABIC, 1)
    assert found["variable_list"] == ["d_nu__betaald", "d_nu__geen"]
    assert frame["d_nu__betaald"].tolist() == [1, 0, -1]


def test_months_and_signed_numbers_say_how_they_are_stored(tmp_path):
    responses = responses_with(
        [variable("since", "month"), variable("wait", "derived")],
        {"since": ["2023-05", "2021", "dk"], "wait": ["-3", "12", "skip"]},
    )
    path = tmp_path / "x.sav"

    write_sav(responses, path)

    frame, about = read(path)
    assert frame["since"].tolist() == [202305, 202100, -1]
    assert frame["wait"].tolist() == [-3, 12, -9993]
    assert about.missing_ranges["wait"] == [{"lo": -9995.0, "hi": -9991.0}]


def test_responses_without_rows_give_a_file_with_all_labels(tmp_path):
    responses = responses_with([SCALE, variable("m", "multiple", ["a", "b"])], {
        "e_meedoen": [], "m__a": [], "m__b": [],
    })  # fmt: skip
    path = tmp_path / "x.sav"

    written = write_sav(responses, path)

    frame, about = read(path)
    assert written.rows == len(frame) == 0
    assert about.variable_value_labels["e_meedoen"][1.0] == "nl 1"
    assert list(about.mr_sets) == ["m"]


@pytest.mark.parametrize(("synthetic", "marked"), [(True, True), (False, False)])
def test_file_says_when_its_people_are_invented(tmp_path, synthetic, marked):
    path = tmp_path / "x.sav"

    write_sav(responses_with([SCALE], {"e_meedoen": ["1"]}, synthetic=synthetic), path)

    _, about = read(path)
    assert about.file_label.startswith("SYNTHETIC") is marked
    assert any("SYNTHETIC" in note for note in about.notes) is marked


def test_same_responses_give_the_same_bytes(tmp_path):
    responses = responses_with([SCALE], {"e_meedoen": ["1", "dk"]})
    for name in ("a.sav", "b.sav", "a.zsav", "b.zsav"):
        write_sav(responses, tmp_path / name)

    assert (tmp_path / "a.sav").read_bytes() == (tmp_path / "b.sav").read_bytes()
    assert (tmp_path / "a.zsav").read_bytes() == (tmp_path / "b.zsav").read_bytes()
    assert str(read(tmp_path / "a.sav")[1].creation_time) == "1980-01-01 00:00:00"


def test_ctrl_c_leaves_the_earlier_file_and_nothing_half_written(tmp_path, monkeypatch):
    responses = responses_with([SCALE], {"e_meedoen": ["1"]})
    path = tmp_path / "x.sav"
    write_sav(responses, path)
    before = path.read_bytes()

    def interrupted(frame, destination, **options):
        Path(destination).write_bytes(b"$FL2 half")
        raise KeyboardInterrupt

    monkeypatch.setattr(pyreadstat, "write_sav", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_sav(responses, path)

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_own_words_of_respondents_are_refused(tmp_path):
    responses = responses_with([variable("q_other", "open")], {"q_other": ["my name is Sara"]})

    with pytest.raises(AnalysisError, match="own words"):
        write_sav(responses, tmp_path / "x.sav")

    assert not (tmp_path / "x.sav").exists()


def test_column_that_the_codebook_does_not_know_stays_out(tmp_path):
    responses = responses_with(
        [SCALE], {"e_meedoen": ["1"], "e_meedoen_other": ["my name is Sara"]}
    )

    write_sav(responses, tmp_path / "x.sav")

    assert b"Sara" not in (tmp_path / "x.sav").read_bytes()


def test_language_without_any_text_is_refused(tmp_path):
    with pytest.raises(AnalysisError, match=r"no texts in 'fr', only nl, en"):
        write_sav(responses_with([SCALE], {"e_meedoen": ["1"]}), tmp_path / "x.sav", language="fr")


# --- weights --------------------------------------------------------------------------------------


def test_weight_stratum_and_population_are_variables_with_full_precision(tmp_path):
    release = read_release(write_release(tmp_path / "release"))
    responses = weighted_responses(
        release, weigh(release, read_recipe(SURVEY / "weights/w1_cs.yaml"))
    )
    path = tmp_path / "x.sav"

    write_sav(responses, path)

    frame, about = read(path)
    assert responses.design is not None
    assert (frame["w1_cs"] == responses.design.weights).all()
    population = frame.groupby("stratum")["stratum_population"].first()
    assert population["asiel_wi2021"] == 34400
    assert "geen frequentie" in about.column_names_to_labels["w1_cs"]


def test_each_weight_is_empty_in_waves_it_is_not_for(tmp_path):
    release = read_release(write_release(tmp_path / "release", waves=(2024, 2025)))
    responses = responses_of(release)
    weightings = [
        weigh(release, read_recipe(SURVEY / f"weights/{n}.yaml")) for n in ("w1_cs", "w12_lg")
    ]
    path = tmp_path / "x.sav"

    write_sav(responses, path, design=weight_columns(responses, weightings))

    frame, _ = read(path)
    first = frame["wave"] == 2024
    assert frame.loc[first, "w1_cs"].sum() == pytest.approx(95540)
    assert frame.loc[~first, "w1_cs"].isna().all()
    stayed = frame[frame["w12_lg"].notna()]
    assert stayed.groupby("person_id")["wave"].apply(list).map(tuple).unique().tolist() == [
        (2024, 2025)
    ]


def test_weighted_file_names_the_weight_by_its_place_in_the_dictionary(tmp_path):
    responses = responses_with([SCALE], {"e_meedoen": ["1", "2"]})
    weight = DesignColumn("w1_cs", {"en": "w"}, Role.WEIGHT, np.array([10.5, 2.0]))
    path = tmp_path / "x.sav"

    write_sav(responses, path, design=[weight], weighted_by="w1_cs")

    _, about = read(path)
    # Text takes a place for every eight bytes; the header's weight index is at byte 76.
    widths = [about.variable_storage_width[name] for name in about.column_names]
    types = about.readstat_variable_types
    places = [
        math.ceil(width / 8) if types[name] == "string" else 1
        for name, width in zip(about.column_names, widths, strict=True)
    ]
    expected = 1 + sum(places[: about.column_names.index("w1_cs")])
    assert int.from_bytes(path.read_bytes()[76:80], "little") == expected


def test_replicate_weights_are_variables_when_asked_for(tmp_path):
    release = read_release(write_release(tmp_path / "release"))
    responses = weighted_responses(
        release, weigh(release, read_recipe(SURVEY / "weights/w1_cs.yaml"))
    )
    assert responses.design is not None
    weights = responses.design.weights[:, None] * np.array([[0.5, 1.5, 1.0]])
    replicates = Replicates(weights, 1.0, np.ones(3), kind="bootstrap")
    responses = replace(responses, design=replace(responses.design, replicates=replicates))
    path = tmp_path / "x.zsav"

    write_sav(responses, path, design=[*design_columns(responses), *replicate_columns(responses)])

    frame, about = read(path)
    assert (frame[["w1_cs_rep001", "w1_cs_rep002", "w1_cs_rep003"]].to_numpy() == weights).all()
    assert "bootstrap" in about.column_names_to_labels["w1_cs_rep002"]


# --- R --------------------------------------------------------------------------------------------


@pytest.mark.r
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_haven_reads_labels_ranges_and_scripts(tmp_path, suffix):
    require_r("haven")
    words = {"nl": "Nederlands", "ti": TIGRINYA, "ar": ARABIC}
    one = variable("q", codes={"a": words, "b": words}, label=words)
    write_sav(responses_with([one], {"q": ["b", "dk", ""]}), tmp_path / f"x{suffix}", language="ti")

    printed = run_r(
        f"x <- haven::read_sav('x{suffix}', user_na = TRUE)[['q']];"
        "cat(attr(x, 'label'), names(attr(x, 'labels'))[attr(x, 'labels') == 2],"
        "paste(attr(x, 'na_range'), collapse = ' '), paste(unclass(x), collapse = ' '),"
        "sep = '\\n')",
        tmp_path,
    )

    assert printed.splitlines() == [TIGRINYA, TIGRINYA, "-5 -1", "2 -1 NA"]


@pytest.mark.r
@pytest.mark.parametrize(("language", "text"), [("ar", ARABIC), ("ti", TIGRINYA)])
def test_foreign_reads_numbers_labels_and_scripts(tmp_path, language, text):
    require_r("foreign")
    words = {"nl": "Nederlands", language: text}
    one = variable("q", codes={"a": words, "b": words}, label=words)
    write_sav(responses_with([one], {"q": ["b", "dk", ""]}), tmp_path / "x.sav", language=language)

    printed = run_r(
        "x <- suppressWarnings(foreign::read.spss('x.sav', use.value.labels = FALSE,"
        "use.missings = FALSE, reencode = 'UTF-8'));"
        "cat(attr(x, 'variable.labels')[['q']], paste(x[['q']], collapse = ' '),"
        "names(attr(x, 'label.table')[['q']])[attr(x, 'label.table')[['q']] == 2],"
        "attr(x, 'missings')[['q']][['type']],"
        "paste(attr(x, 'missings')[['q']][['value']], collapse = ' '), sep = '\\n')",
        tmp_path,
    )

    assert printed.splitlines()[-5:] == [text, "2 -1 NA", text, "range", "-5 -1"]
