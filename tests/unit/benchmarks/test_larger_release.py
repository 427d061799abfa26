"""A release enlarged for benchmarks is a release like any other, only larger."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.responses import read_release
from analysis.weighting.recipe import read_recipe
from analysis.weighting.run import weigh, weigh_all
from tests.benchmarks.larger_release import enlarge
from tests.unit.analysis.releases import write_release

RECIPES = Path("surveys/perspectief/weights")


@pytest.fixture(scope="module")
def larger(tmp_path_factory):
    folder = tmp_path_factory.mktemp("enlarged")
    small = write_release(folder / "small", waves=(2024, 2025))
    return read_release(enlarge(small, folder / "larger", respondents=3_000))


def test_enlarged_release_has_the_size_asked_for_and_says_that_it_is_synthetic(larger):
    sizes = larger.responses.groupby("wave").size()

    assert sizes.mean() == pytest.approx(3_000, rel=0.15)
    assert larger.manifest.synthetic


def test_copies_of_a_person_stay_one_person_in_both_waves(larger):
    waves = [set(rows["person_id"]) for _, rows in larger.responses.groupby("wave")]

    assert len(waves[0] & waves[1]) > 500
    assert set(larger.responses["case_id"]) <= set(larger.frame["case_id"])


def test_strata_count_their_units_and_weights_add_up_to_the_grown_population(larger):
    for _, stratum in larger.frame.groupby(["wave", "stratum"]):
        assert (stratum["n_h"] == len(stratum)).all()
        assert stratum["base_weight"].sum() == pytest.approx(stratum["N_h"].iloc[0])


def test_recipes_of_the_study_weigh_it(larger):
    made = [
        weigh(larger, read_recipe(RECIPES / "w1_cs.yaml")),
        weigh(larger, read_recipe(RECIPES / "w12_lg.yaml")),
        *weigh_all(larger, read_recipe(RECIPES / "w1_block.yaml")),
    ]

    assert len(made) == 6


def test_some_answers_stay_rare_so_that_there_is_something_to_mask(larger):
    one = larger.responses.query("wave == '2024'")
    cells = one.groupby(["groep", "sekse", "r_route", "e_meedoen"]).size()

    assert (cells < 10).mean() > 0.1
    assert (cells > 30).mean() > 0.1
