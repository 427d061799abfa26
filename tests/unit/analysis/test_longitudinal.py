"""Weights over waves, random blocks, open link, and the tables that rest on them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AnalysisError
from analysis.quality import duplicated, quality_flags, speeding, straight_lined
from analysis.responses import read_release, responses_of
from analysis.shares import share
from analysis.shelf import WeightShelf
from analysis.trend import trend
from analysis.weighting.recipe import parse_recipe, read_recipe
from analysis.weighting.run import stacked_responses, weigh, weigh_all, weighted_responses
from tests.unit.analysis.releases import POPULATION, SURVEY, write_release

RECIPES = SURVEY / "weights"
STEPS_12 = """
weight: w12
waves: [2024, 2025]
lonely: adjust
steps:
  - base: {from: w1_cs}
  - attrition: {wave: 2025, predictors: [fr_group, fr_act, e_meedoen], method: METHOD}
"""


def recipe(text):
    return parse_recipe(text, folder=RECIPES)


def gone_by_2025(release):
    second = release.frame[release.frame["wave"] == "2025"]
    return set(second.loc[second["eligible"] == "no", "person_id"])


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    def some_leave(rows):
        for row in rows:
            if row["wave"] == "2025" and row["person_id"] in {"P00003", "P00007", "P00011"}:
                row["eligible"], row["disposition"] = "no", "4.10"

    def without_them(rows):
        gone = {"P00003", "P00007", "P00011"}
        rows[:] = [r for r in rows if r["wave"] == "2024" or r["person_id"] not in gone]

    folder = tmp_path_factory.mktemp("release") / "r"
    return read_release(
        write_release(folder, waves=(2024, 2025), frame=some_leave, responses=without_them)
    )


def test_longitudinal_weight_is_for_people_of_both_waves_less_exits(release):
    first = weigh(release, read_recipe(RECIPES / "w1_cs.yaml"))
    both = weigh(release, read_recipe(RECIPES / "w12_lg.yaml"))

    answered = release.frame[release.frame["disposition"].isin(["1.1", "1.2"])]
    in_second = set(answered.loc[answered["wave"] == "2025", "person_id"])
    assert set(both.people["person_id"]) == set(first.people["person_id"]) & in_second
    gone = first.to_frame().set_index("person_id")["w1_cs"]
    exits = gone[gone.index.isin(gone_by_2025(release))].sum()
    assert exits > 0
    assert both.weights.sum() == pytest.approx(sum(POPULATION.values()) - exits, rel=1e-9)


def test_exits_are_taken_off_their_own_group(release):
    first = weigh(release, read_recipe(RECIPES / "w1_cs.yaml"))
    both = weigh(release, read_recipe(RECIPES / "w12_lg.yaml"))

    before = first.people.assign(w=first.weights)
    left = before[before["person_id"].isin(gone_by_2025(release)) & (before["fr_group"] == "asiel")]
    exits = left.groupby("fr_act")["w"].sum()
    assert len(exits) == 2
    groups = both.people.assign(w=both.weights).groupby(["fr_group", "fr_act"])["w"].sum()
    assert groups["asiel", "wi2021"] == pytest.approx(34400 - exits["wi2021"], rel=1e-9)
    assert groups["asiel", "wi2013"] == pytest.approx(28920 - exits["wi2013"], rel=1e-9)


def test_attrition_by_inverse_propensity_divides_by_the_fitted_chance(release):
    weighting = weigh(release, recipe(STEPS_12.replace("METHOD", "inverse")))

    step = weighting.diagnostics["steps"][-1]
    assert step["stayed"] == len(weighting.weights)
    first = weigh(release, read_recipe(RECIPES / "w1_cs.yaml"))
    assert step["exits"] == len(set(first.people["person_id"]) & gone_by_2025(release))
    assert step["factors"]["g_min"] > 1
    # The inverse of a fitted logit gives back the number it was fitted on, but for chance.
    assert weighting.weights.sum() == pytest.approx(sum(POPULATION.values()), rel=0.05)


def test_attrition_classes_give_back_the_weight_of_those_still_in_scope(release):
    first = (
        weigh(release, read_recipe(RECIPES / "w1_cs.yaml"))
        .to_frame()
        .set_index("person_id")["w1_cs"]
    )
    weighting = weigh(release, recipe(STEPS_12.replace("METHOD", "quantiles")))

    exits = first[first.index.isin(gone_by_2025(release))].sum()
    assert weighting.weights.sum() == pytest.approx(first.sum() - exits, rel=1e-12)


def test_each_random_block_stands_for_the_whole_population(release):
    weightings = weigh_all(release, read_recipe(RECIPES / "w1_block.yaml"))

    assert [w.name for w in weightings] == [f"w1_block_{b}" for b in "abcd"]
    for weighting in weightings:
        assert weighting.weights.sum() == pytest.approx(95540, rel=1e-9)
        assert set(weighting.people["x_split"]) == {weighting.block}


def test_people_asked_all_blocks_count_in_each(tmp_path):
    def assisted(rows):
        for row in rows[:3]:
            row["x_split"] = "abcd"

    release = read_release(write_release(tmp_path / "r", responses=assisted))

    for weighting in weigh_all(release, read_recipe(RECIPES / "w1_block.yaml")):
        assert (weighting.people["x_split"] == "abcd").sum() == 3


def test_table_of_a_block_item_takes_the_weight_of_its_block_and_says_so(release):
    shelf = WeightShelf(release, RECIPES)

    table = share(shelf.for_table([2024], ["q_tempo", "sekse"]), "q_tempo", by="sekse")
    core = share(shelf.for_table([2024], ["e_meedoen"]), "e_meedoen")

    assert table.notes[0] == "Weight w1_block_b"
    assert core.notes[0] == "Weight w1_cs"


def test_crossing_items_of_two_blocks_is_refused_with_the_reason(tmp_path):
    release = read_release(write_release(tmp_path / "r"))
    variables = dict(release.codebook.variables)
    object.__setattr__(variables["d_nu"], "block", "c")

    with pytest.raises(
        AnalysisError, match="'q_tempo' was asked of random block b and 'd_nu' of block c"
    ):
        WeightShelf(release, RECIPES).for_table([2024], ["q_tempo", "d_nu"])


def test_open_link_people_get_a_weight_of_their_own_marked_as_a_model(tmp_path):
    def open_people(rows):
        extra = [
            dict(row, person_id=f"O{row['person_id']}", case_id=f"O{row['case_id']}")
            for row in rows[:150]
        ]
        for group, row in zip([g for g in POPULATION for _ in range(25)], extra, strict=True):
            row["r_grp"], row["r_regime"] = group
            row["groep"] = "_".join(group)
        rows += extra

    release = read_release(write_release(tmp_path / "r", responses=open_people))

    weighting = weigh(release, read_recipe(RECIPES / "w1_np.yaml"))
    sampled = weigh(release, read_recipe(RECIPES / "w1_cs.yaml"))

    assert all(name.startswith("O") for name in weighting.people["person_id"])
    assert not set(sampled.people["person_id"]) & set(weighting.people["person_id"])
    assert weighting.weights.sum() == pytest.approx(95540, rel=1e-9)
    assert weighting.diagnostics["model_based"] is True
    table = share(weighted_responses(release, weighting), "e_meedoen")
    assert table.notes[0] == "Weight w1_np (model-based)"


def test_two_samples_of_one_population_are_mixed_by_their_effective_size(tmp_path):
    def refreshed(rows):
        """Half of wave 2025 is new; old and new each stand for everybody."""
        second = [row for row in rows if row["wave"] == "2025"]
        for row in second[::2]:
            row["person_id"] = f"N{row['person_id']}"
        for cell in {(r["fr_group"], r["fr_act"]) for r in second}:
            members = [r for r in second if (r["fr_group"], r["fr_act"]) == cell]
            for part in (True, False):
                own = [r for r in members if r["person_id"].startswith("N") is part]
                for row in own:
                    row["n_h"] = str(len(own))
                    row["base_weight"] = repr(POPULATION[cell] / len(own))

    def same(rows):
        second = [row for row in rows if row["wave"] == "2025"]
        known = {r["case_id"]: r["person_id"] for r in frame_rows}
        for row in second:
            row["person_id"] = known[row["case_id"]]

    frame_rows = []

    def remember(rows):
        refreshed(rows)
        frame_rows.extend(rows)

    release = read_release(
        write_release(tmp_path / "r", waves=(2024, 2025), frame=remember, responses=same)
    )
    text = "weight: w\nwaves: [2025]\nlonely: adjust\nsteps:\n- base: {mix: [fr_group, fr_act]}\n"

    weighting = weigh(release, parse_recipe(text))

    shares = pd.DataFrame(weighting.diagnostics["steps"][0]["mixed"])
    np.testing.assert_allclose(shares.groupby("domain")["share"].sum(), 1.0)
    assert set(shares["sample"]) == {2024, 2025}
    in_scope = release.frame[
        (release.frame["wave"] == "2025") & (release.frame["eligible"] != "no")
    ]
    assert weighting.diagnostics["steps"][0]["weights"]["sum"] == pytest.approx(95540, rel=0.1)
    assert weighting.diagnostics["steps"][0]["weights"]["n"] == len(in_scope)


def test_change_of_the_same_people_uses_their_covariance(release):
    responses = weighted_responses(release, weigh(release, read_recipe(RECIPES / "w12_lg.yaml")))

    rows = trend(responses, "e_meedoen", by="sekse").rows

    total = rows[(rows["banner"] == "total") & (rows["stub_code"] == "1")].set_index("wave")
    change = total.loc["2024-2025"]
    assert change["value"] == pytest.approx(total.loc["2025", "value"] - total.loc["2024", "value"])
    apart = np.hypot(total.loc["2024", "se"], total.loc["2025", "se"])
    assert change["se"] != pytest.approx(apart, rel=1e-3)
    assert responses.design.stages[0].n_units == responses.table["person_id"].nunique()
    assert len(responses) == 2 * responses.design.stages[0].n_units


def test_unchanging_answer_changes_by_nothing_without_error(tmp_path):
    def constant(rows):
        for row in rows:
            row["e_meedoen"] = "1" if row["sekse"] == "man" else "2"

    release = read_release(write_release(tmp_path / "r", waves=(2024, 2025), responses=constant))
    responses = weighted_responses(release, weigh(release, read_recipe(RECIPES / "w12_lg.yaml")))

    rows = trend(responses, "e_meedoen").rows

    changes = rows[(rows["statistic"] == "change") & rows["stub_code"].isin(["1", "2"])]
    assert changes["value"].abs().max() < 1e-12
    assert changes["se"].max() < 1e-9


def test_two_cross_sections_keep_their_own_calibration_when_stacked(release):
    first, second = (
        weighted_responses(release, weigh(release, read_recipe(RECIPES / f"w{k}_cs.yaml")))
        for k in (1, 2)
    )

    rows = trend(stacked_responses(first, second), "groep").rows

    # Groups are calibrated in both waves, so their shares and changes are known.
    assert rows["se"].max() < 1e-9
    one = share(first, "e_meedoen").rows.set_index("stub_code")["value"]
    both = trend(stacked_responses(first, second), "e_meedoen").rows
    np.testing.assert_allclose(both[both["wave"] == "2024"].set_index("stub_code")["value"], one)


def test_wave_without_participants_is_refused(release):
    with pytest.raises(AnalysisError, match="took part in wave 2027"):
        weigh(release, read_recipe(RECIPES / "w13_lg.yaml"))


def test_all_recipes_of_the_study_are_well_formed():
    names = {read_recipe(path).weight for path in RECIPES.glob("*.yaml")}

    assert {"w1_cs", "w2_cs", "w3_cs", "w12_lg", "w13_lg", "w23_lg", "w123_lg", "w1_np"} <= names


def test_careless_answers_are_flagged_not_dropped(release):
    responses = responses_of(release, [2024])
    battery = ["g_a", "g_b", "g_c", "g_d"]
    minutes = np.linspace(1, 30, len(responses))

    flags = quality_flags(
        responses, batteries={"agencies": battery}, duplicates_on=["e_meedoen"], minutes=minutes
    )

    answers = responses.table[battery]
    same = answers.eq(answers["g_a"], axis=0).all(axis=1) & answers["g_a"].isin(list("12345"))
    assert same.any()
    assert flags["straight_lined"].tolist() == same.astype(int).tolist()
    assert len(flags) == len(responses)
    assert not flags["duplicate"].any()
    assert flags["speeding"].sum() == (minutes < 0.4 * np.median(minutes)).sum()


def test_three_answers_alike_are_no_straight_line(release):
    responses = responses_of(release, [2024])

    assert not straight_lined(responses, ["g_a", "g_b", "g_c"]).any()


def test_equal_interviews_are_flagged_as_duplicates(release):
    responses = responses_of(release, [2024])
    names = ["e_meedoen", "d_nu", "sekse", "groep", "leeftijd", "r_brief", "r_route"]
    table = responses.table.copy()
    complete = table.index[(table["case_status"] == "complete") & (table["r_route"] == "z")][:2]
    table.loc[complete[1], responses.codebook["d_nu"].columns] = table.loc[
        complete[0], responses.codebook["d_nu"].columns
    ].to_numpy()
    for name in names[:1] + names[2:]:
        table.loc[complete[1], name] = table.loc[complete[0], name]

    found = duplicated(type(responses)(table, responses.codebook, responses.manifest), names)

    assert set(complete) <= set(np.flatnonzero(found))


def test_time_unknown_is_no_speeding():
    assert speeding(np.array([10.0, 12.0, 1.0, np.nan])).tolist() == [False, False, True, False]
    with pytest.raises(AnalysisError, match="no interview"):
        speeding(np.array([np.nan]))
