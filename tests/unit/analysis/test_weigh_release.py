"""Recipes run on a release."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.design import LonelyPSU
from analysis.errors import AnalysisError, CancelledError, MarginError, RecipeError
from analysis.responses import read_release
from analysis.weighting.distance import Distance
from analysis.weighting.recipe import (
    Attrition,
    Base,
    Blocks,
    Calibrate,
    LevelRule,
    MarginRule,
    MarginSource,
    Nonresponse,
    Recipe,
    Trim,
    parse_recipe,
    read_recipe,
)
from analysis.weighting.recipe_text import recipe_text
from analysis.weighting.run import weigh, weighted_responses, write_weights
from tests.unit.analysis.releases import POPULATION, SURVEY, write_release

W1 = SURVEY / "weights" / "w1_cs.yaml"


def weigh_w1(folder):
    return weigh(read_release(folder), read_recipe(W1))


def test_weights_reproduce_groups_and_nationalities_exactly(tmp_path):
    weighting = weigh_w1(write_release(tmp_path / "release"))

    people = weighting.people.assign(w=weighting.weights)
    cells = people.groupby(["fr_group", "fr_act"])["w"].sum()
    assert {cell: round(total, 6) for cell, total in cells.items()} == POPULATION
    syrians = people.loc[(people["fr_act"] == "wi2021") & (people["fr_nationality"] == "SY"), "w"]
    assert syrians.sum() == pytest.approx(17200, rel=1e-12)
    assert people["w"].sum() == pytest.approx(95540, rel=1e-12)


def test_people_out_of_scope_and_open_link_people_get_no_weight(tmp_path):
    def open_link(rows):
        rows[0]["base_weight"] = ""
        rows[0]["disposition"] = "1.1"
        rows[1]["eligible"] = "no"
        rows[1]["disposition"] = "1.1"

    folder = write_release(tmp_path / "release", frame=open_link)

    weighting = weigh_w1(folder)

    assert not set(weighting.people["person_id"]) & {"P00000", "P00001"}
    left_out = weighting.diagnostics["steps"][0]["left_out"]
    assert left_out["open link, no inclusion probability"] == 1
    assert left_out["not eligible"] >= 1


def test_small_nationality_is_merged_into_other_and_reported(tmp_path):
    def only_two_from_iraq(rows):
        iraqis = [r for r in rows if r["fr_nationality"] == "IQ" and r["fr_act"] == "wi2021"]
        for row in rows:
            row["fr_nationality"] = (
                "SY" if row in iraqis else row["fr_nationality"].replace("IR", "AF")
            )
        answered = [r for r in rows if r["fr_act"] == "wi2021" and r["disposition"] == "1.1"]
        for row in answered[:2]:
            row["fr_nationality"] = "IQ"
        for row in answered[2:9]:
            row["fr_nationality"] = "IR"

    weighting = weigh_w1(write_release(tmp_path / "release", frame=only_two_from_iraq))

    margins = pd.DataFrame(weighting.diagnostics["steps"][1]["margins"])
    levels = margins[margins["margin"] == "nationality"].set_index("level")["target"]
    assert "IQ" not in levels
    assert levels["other"] == pytest.approx(17700 + 1100)
    assert any("IQ (2)" in note for note in weighting.diagnostics["steps"][1]["notes"])


def test_rounded_margins_are_rescaled_to_the_population_and_it_is_said(tmp_path):
    def round_to_hundreds(rows):
        for row in rows:
            if row["category"] == "groep=gezin_wi2013":
                row["value"] = "13400"

    weighting = weigh_w1(write_release(tmp_path / "release", margins=round_to_hundreds))

    assert weighting.weights.sum() == pytest.approx(95540)
    assert any("rescaled" in note for note in weighting.diagnostics["steps"][1]["notes"])


def test_margin_that_is_off_by_more_than_rounding_is_refused(tmp_path):
    def double(rows):
        for row in rows:
            if row["category"] == "groep=gezin_wi2013":
                row["value"] = "26900"

    with pytest.raises(
        MarginError, match="margin group_x_act: its levels sum to 108990"
    ) as refused:
        weigh_w1(write_release(tmp_path / "release", margins=double))
    assert refused.value.margins == ("group_x_act",)


def test_margin_of_another_date_than_the_recipe_is_refused(tmp_path):
    def later(rows):
        for row in rows:
            if row["margin"] == "nationality_x_group":
                row["reference_date"] = "2025-01-01"

    with pytest.raises(
        MarginError, match="reference date 2025-01-01, but the recipe says 2023-10-01"
    ):
        weigh_w1(write_release(tmp_path / "release", margins=later))


def test_respondent_of_unknown_group_is_refused_by_name(tmp_path):
    def unknown(rows):
        next(r for r in rows if r["disposition"] == "1.1")["fr_group"] = "unknown"

    with pytest.raises(MarginError, match="level 'unknown_wi2021' have no target"):
        weigh_w1(write_release(tmp_path / "release", frame=unknown))


def test_base_weight_of_zero_is_refused_with_the_count(tmp_path):
    def zero(rows):
        rows[0]["base_weight"] = "0"

    with pytest.raises(AnalysisError, match=r"1 of \d+ weights are zero"):
        weigh_w1(write_release(tmp_path / "release", frame=zero))


def test_same_release_and_recipe_give_the_same_bytes(tmp_path):
    folder = write_release(tmp_path / "release")

    write_weights([weigh_w1(folder)], tmp_path / "one")
    write_weights([weigh_w1(folder)], tmp_path / "two")

    for name in ("weights.csv", "diagnostics.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    table = pd.read_csv(tmp_path / "one" / "weights.csv")
    assert list(table.columns) == ["person_id", "w1_cs"]
    assert table["person_id"].is_monotonic_increasing


def test_classes_move_the_weight_of_nonrespondents_to_their_class(tmp_path):
    folder = write_release(tmp_path / "release")
    recipe = parse_recipe(
        "weight: w\nwaves: [2024]\nlonely: adjust\nsteps:\n- base\n"
        "- nonresponse: {method: classes, cells: [fr_group, fr_act]}\n"
    )
    release = read_release(folder)

    weighting = weigh(release, recipe)

    eligible = release.frame[release.frame["eligible"] != "no"]
    by_group = eligible.groupby("fr_group")["base_weight"].sum()
    reached = weighting.people.assign(w=weighting.weights).groupby("fr_group")["w"].sum()
    np.testing.assert_allclose(reached, by_group, rtol=1e-12)
    assert any(
        "overig_wi2013" in w or "overig|wi2013" in w for w in weighting.diagnostics["warnings"]
    )


def test_weighted_responses_keep_interview_order_and_align_weights(tmp_path):
    def reverse(rows):
        rows.reverse()

    release = read_release(write_release(tmp_path / "release", responses=reverse))
    weighting = weigh(release, read_recipe(W1))

    responses = weighted_responses(release, weighting)

    assert list(responses.table["person_id"]) == list(release.responses["person_id"])
    expected = weighting.to_frame().set_index("person_id")["w1_cs"]
    found = pd.Series(responses.design.weights, index=responses.table["person_id"])
    pd.testing.assert_series_equal(found.sort_index(), expected, check_names=False)


def test_faulty_recipe_lists_all_problems_with_their_lines():
    text = "weight: 7\nwaves: [2024]\nsteps:\n- calibrate:\n    totals: 3\n- stratify\nwieght: x\n"

    with pytest.raises(RecipeError) as refused:
        parse_recipe(text, source="r.yaml")

    message = str(refused.value)
    for line in (
        "r.yaml: 1: 7 is no text",
        "r.yaml: 5: unknown key 'totals'",
        "6: unknown step",
        "7: unknown key 'wieght'",
    ):
        assert line in message
    assert "the first step must be 'base'" in message


@pytest.mark.parametrize(
    "text", ["a: &x 1\nb: *x\n", "weight: a\nweight: b\nwaves: [1]\nsteps: [base]\n", "a: [1\n"]
)
def test_yaml_with_aliases_twice_given_keys_or_broken_is_refused(text):
    with pytest.raises(RecipeError):
        parse_recipe(text)


@pytest.mark.parametrize("path", sorted((SURVEY / "weights").glob("*.yaml")), ids=lambda p: p.stem)
def test_recipe_written_and_read_again_is_the_same(path):
    recipe = read_recipe(path)

    again = parse_recipe(recipe_text(recipe), folder=recipe.folder)

    assert replace(again, digest="") == replace(recipe, digest="")


@given(
    st.sampled_from(["linear", "raking", "logit"]),
    st.sampled_from([None, (0.3, 3.0)]),
    st.lists(st.sampled_from(["fr_sex", "fr_group", "r_educ"]), min_size=1, unique=True),
    st.floats(1, 9),
    st.booleans(),
)
def test_any_recipe_round_trips(distance, bounds, names, times, flag):
    margin = MarginRule(
        "m",
        (LevelRule("fr_act == 'a'", "{x}_y"),),
        MarginSource("m", "k", {"g": "all"}),
        "rest",
        "other",
        5,
        {"p": "q"},
    )
    recipe = Recipe(
        "w",
        (2024, 2025),
        (
            Base(None, tuple(names), "known(x)"),
            Nonresponse("quantiles", (), tuple(names), 4, flag, 20, times),
            Attrition(2025, tuple(names), "inverse", 5, flag),
            Trim(times, None if flag else 0.2, flag),
            Calibrate((margin,), times, "2023-10-01", Distance(distance), bounds, 0.002, flag),
        ),
        {"nl": "é"},
        "open" if flag else "probability",
        ("1.1",),
        LonelyPSU.ADJUST,
        Blocks("x_split", ("a", "b"), "ab" if flag else None),
    )

    assert replace(parse_recipe(recipe_text(recipe)), digest="") == recipe


def test_cancelling_stops_the_work_between_steps(tmp_path):
    release = read_release(write_release(tmp_path / "release"))

    def stop(line):
        if "calibrate" in line:
            raise CancelledError

    with pytest.raises(CancelledError):
        weigh(release, read_recipe(W1), progress=stop)
