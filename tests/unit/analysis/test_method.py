"""The method annex: response and weights, with small counts masked."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.disclosure.policy import Policy
from analysis.errors import AnalysisError
from analysis.method import count, method_of, wave_response
from analysis.responses import Release, read_release
from analysis.shelf import WeightShelf
from tests.unit.analysis.releases import SURVEY, write_release


@pytest.fixture
def release(tmp_path: Path) -> Release:
    write_release(tmp_path / "release")
    return read_release(tmp_path / "release")


def test_response_is_counted_over_everybody_drawn_but_the_ineligible(release: Release) -> None:
    frame = release.frame
    drawn = frame[frame["base_weight"].notna()]
    answered = drawn["disposition"].isin(["1.1", "1.2"]).sum()
    eligible = (~drawn["disposition"].str.startswith("4")).sum()

    found = wave_response(release, 2024, Policy())

    assert found.rate == pytest.approx(answered / eligible, abs=0.005)
    assert found.rate_name == "AAPOR RR2"


def test_counts_are_rounded_and_small_ones_masked(release: Release) -> None:
    found = wave_response(release, 2024, Policy())

    exact = release.frame["disposition"].value_counts().to_dict()
    for outcome in found.outcomes:
        if exact[outcome.code] < 10:
            assert (outcome.number, outcome.flag) == (None, "suppressed")
        else:
            assert outcome.number is not None
            assert outcome.number % 10 == 0
            assert abs(outcome.number - exact[outcome.code]) <= 5


@pytest.mark.parametrize(("number", "printed"), [(0, 0), (1, None), (9, None), (10, 10), (25, 30)])
def test_count_under_the_minimum_cell_is_masked(number: int, printed: int | None) -> None:
    assert count("x", number, Policy()).number == printed


def test_weight_says_design_effect_version_and_margins(release: Release) -> None:
    shelf = WeightShelf(release, SURVEY / "weights")

    (weight,) = method_of(release, shelf).weights

    diagnostics = shelf.weighting((2024,)).diagnostics
    assert weight.name == "w1_cs"
    assert weight.design_effect == pytest.approx(diagnostics["summary"]["kish_deff"], abs=0.005)
    assert weight.version == diagnostics["recipe_sha256"]
    assert {margin.name for margin in weight.margins} == {"group_x_act", "nationality"}
    assert all(margin.misfit < 0.001 for margin in weight.margins)
    assert weight.reference_date == "2023-10-01"


def test_wave_without_a_sample_is_refused(release: Release) -> None:
    with pytest.raises(AnalysisError, match="nobody drawn in wave 2027"):
        wave_response(release, 2027, Policy())
