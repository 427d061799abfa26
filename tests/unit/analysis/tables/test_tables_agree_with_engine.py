"""Tables made from cells against the general engine, one estimate at a time: equal to 1e-10.

The general engine (`ratio_estimate`, `quantile`, `transition`) agrees with R survey, as
`tests/reference` shows.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.contrasts import contrast
from analysis.domain import domain_df
from analysis.linear import Column, ratio_estimate
from analysis.panel import transition
from analysis.plan import Breakdown, Kind, Plan, TablePlan, Variance
from analysis.quantiles import quantile
from analysis.responses import read_release
from analysis.shares import share
from analysis.shelf import WeightShelf
from analysis.tables import make_tables
from analysis.trend import trend
from tests.unit.analysis.releases import SURVEY, write_release

RECIPES = SURVEY / "weights"
KEY = ["wave", "stub", "stub_code", "banner", "banner_code", "statistic"]
NUMBERS = ["value", "se", "low", "high", "n", "weighted_n", "n_eff"]
WI2021 = "r_regime == 'wi2021'"
SMALL = "suppressed"


def one_left_of_a_stratum(rows):
    """Leave one respondent in a stratum, so that the rule for lonely units is at work."""
    answered = [
        row
        for row in rows
        if row["stratum"] == "overig_wi2013" and row["disposition"].startswith("1.")
    ]
    kept = {row["person_id"] for row in answered}
    for person in sorted(kept)[1:]:
        for row in answered:
            if row["person_id"] == person:
                row["disposition"] = "2.11"


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    folder = tmp_path_factory.mktemp("release") / "r"
    return read_release(write_release(folder, waves=(2024, 2025), frame=one_left_of_a_stratum))


@pytest.fixture(scope="module")
def shelf(release):
    return WeightShelf(release, RECIPES)


def rows_of(release, **changes):
    table = TablePlan(
        **{"id": "t", "stub": ("e_meedoen",), "banner": (), "waves": (2024,)} | changes
    )
    return make_tables(release, Plan((table,), Path(RECIPES))).rows


def assert_same(found, expected):
    """Compare every number that the general engine shows; it hides bases under 30."""
    expected = expected[~expected["statistic"].str.startswith("letters")]
    shown = expected[expected["flag"] != SMALL]
    both = shown.merge(found, on=KEY, suffixes=("_expected", ""), how="left")
    assert len(both) >= 3
    for name in NUMBERS:
        np.testing.assert_allclose(
            both[name].astype(float), both[f"{name}_expected"].astype(float), rtol=1e-10, atol=1e-10
        )


QUESTIONS = [
    ("e_meedoen", {"top2": ("1", "2")}, True),
    ("d_nu", {"any": ("betaald", "vrijwillig")}, False),
    ("q_tempo", None, False),
]
BREAKDOWNS = [
    ("sekse", None, None),
    ("r_route", WI2021, None),
    ("sekse", None, "leeftijd >= 30"),
    ("r_route", WI2021, "sekse == 'man'"),
]


@pytest.mark.parametrize(("stub", "nets", "mean"), QUESTIONS)
@pytest.mark.parametrize(("by", "where", "base"), BREAKDOWNS)
def test_shares_nets_and_means_of_a_wave(release, shelf, stub, nets, mean, by, where, base):
    found = rows_of(
        release, stub=(stub,), banner=(Breakdown(by, where),), base=base, nets=nets, mean=mean
    )

    responses = shelf.for_table([2024], [stub, by])
    assert responses.design.calibration
    total = share(responses, stub, where=base, nets=nets, mean=mean).rows
    both = " and ".join(f"({text})" for text in (base, where) if text) or None
    parts = share(responses, stub, by=by, where=both, nets=nets, mean=mean).rows
    expected = pd.concat([total, parts[parts["banner"] == by]])
    assert_same(found, expected.assign(wave="2024"))


@pytest.mark.parametrize(("stub", "nets", "mean"), QUESTIONS[:2])
@pytest.mark.parametrize(("by", "where", "base"), BREAKDOWNS)
def test_trends_and_changes_of_the_same_people(release, shelf, stub, nets, mean, by, where, base):
    found = rows_of(
        release,
        stub=(stub,),
        banner=(Breakdown(by, where),),
        waves=(2024, 2025),
        base=base,
        nets=nets,
        mean=mean,
    )

    responses = shelf.for_table([2024, 2025], [stub, by])
    total = trend(responses, stub, where=base, nets=nets, mean=mean).rows
    both = " and ".join(f"({text})" for text in (base, where) if text) or None
    parts = trend(responses, stub, by=by, where=both, nets=nets, mean=mean).rows
    expected = pd.concat([total, parts[parts["banner"] == by]])
    assert {"change", "share"} <= set(expected["statistic"])
    assert_same(found, expected)


def test_change_between_each_two_of_three_waves(tmp_path):
    release = read_release(write_release(tmp_path / "r", waves=(2024, 2025, 2027)))
    found = rows_of(release, waves=(2024, 2025, 2027), banner=(Breakdown("sekse"),))

    responses = WeightShelf(release, RECIPES).for_table([2024, 2025, 2027], ["e_meedoen", "sekse"])
    expected = trend(responses, "e_meedoen", by="sekse").rows
    changes = set(expected.loc[expected["statistic"] == "change", "wave"])
    assert changes == {"2024-2025", "2025-2027"}
    assert_same(found, expected)


def test_a_lonely_stratum_is_centred_at_the_mean_of_all(release, shelf):
    responses = shelf.for_table([2024], ["e_meedoen"])
    assert 1 in responses.design.stages[0].sampled

    found = rows_of(release).set_index("stub_code")["se"]

    alone = replace(responses.design, lonely="remove")
    expected = share(responses, "e_meedoen").rows.set_index("stub_code")["se"]
    without = share(replace(responses, design=alone), "e_meedoen").rows.set_index("stub_code")["se"]
    np.testing.assert_allclose(found, expected, rtol=1e-10)
    assert (expected > without).any()


def test_weights_taken_as_given_do_not_credit_the_calibration(release, shelf):
    responses = shelf.for_table([2024], ["e_meedoen", "sekse"])
    fixed = replace(responses, design=replace(responses.design, calibration=()))

    found = rows_of(
        release, stub=("groep",), banner=(Breakdown("sekse"),), variance=Variance.WEIGHTS_FIXED
    )

    assert_same(found, share(fixed, "groep", by="sekse").rows.assign(wave="2024"))
    assert found.loc[found["banner"] == "total", "se"].min() > 1e-4


def test_medians_of_a_number_in_all_and_in_a_group(release, shelf):
    found = rows_of(release, stub=("leeftijd",), banner=(Breakdown("sekse"),))
    medians = found[found["statistic"] == "median"].set_index("banner_code")

    design = shelf.for_table([2024], ["leeftijd"]).design
    design = replace(design, frame=design.frame.assign(age=design.frame["leeftijd"].astype(float)))
    total = quantile(design, "age", 0.5).table.iloc[0]
    men = quantile(design, "age", 0.5, where="sekse == 'man'").table.iloc[0]
    for code, expected in (("total", total), ("man", men)):
        for name in ("low", "high"):
            assert medians.loc[code, name] == expected[name]
        assert medians.loc[code, "value"] == expected["estimate"]
    assert medians.loc["total", "se"] == pytest.approx(total["se"], rel=1e-10)


def test_quartiles_of_a_number_have_the_interval_of_the_engine(release, shelf):
    found = rows_of(release, stub=("leeftijd",), banner=(Breakdown("sekse"),), quartiles=True)

    design = shelf.for_table([2024], ["leeftijd"]).design
    design = replace(design, frame=design.frame.assign(age=design.frame["leeftijd"].astype(float)))
    for statistic, p in (("q25", 0.25), ("q75", 0.75)):
        rows = found[found["statistic"] == statistic].set_index("banner_code")
        for code, where in (("total", None), ("man", "sekse == 'man'")):
            expected = quantile(design, "age", p, where=where).table.iloc[0]
            assert rows.loc[code, "value"] == expected["estimate"]
            assert (rows.loc[code, "low"], rows.loc[code, "high"]) == (
                expected["low"],
                expected["high"],
            )


def test_letters_are_those_of_all_pairs_tested_one_by_one(release, shelf):
    found = rows_of(release, banner=(Breakdown("groep"),), letters=True, mean=True)
    marks = found[found["statistic"].isin(["letters", "letters:mean"])]

    expected = share(
        shelf.for_table([2024], ["e_meedoen"]), "e_meedoen", by="groep", letters=True, mean=True
    ).rows
    expected = expected[(expected["statistic"] == "letters") & (expected["flag"] != "")]
    letters = {(row.stub_code, row.banner_code): row.flag.strip("+-") for row in marks.itertuples()}
    letters = {key: text for key, text in letters.items() if text}
    assert letters == {(row.stub_code, row.banner_code): row.flag for row in expected.itertuples()}


def test_a_column_against_the_rest_uses_the_covariance_of_both(release, shelf):
    """The mark follows from p(column) - p(everybody else), estimated together."""
    found = rows_of(release, stub=("d_nu",), banner=(Breakdown("groep"),), letters=True)
    responses = shelf.for_table([2024], ["d_nu", "groep"])
    base = responses.known("d_nu")
    df = domain_df(responses.design, base)

    groups = {code: (responses.column("groep") == code).to_numpy() for code in ("asiel_wi2021",)}
    for code, members in groups.items():
        for option in ("betaald", "geen"):
            chosen = responses.chosen("d_nu", option)
            columns = [
                Column({"who": name}, (chosen & rows).astype(float), rows)
                for name, rows in (("own", base & members), ("rest", base & ~members))
            ]
            denominators = np.stack([c.base for c in columns], axis=1).astype(float)
            estimate = ratio_estimate(
                responses.design, "share", columns, denominators, df, None, 0.95
            )
            test = contrast(estimate, np.array([[1.0, -1.0]]), pd.DataFrame([{"a": 1}]))
            times = int(test.p[0] < 0.05) + int(test.p[0] < 0.01)
            sign = "+" if test.difference[0] > 0 else "-"
            row = found[
                (found["statistic"] == "letters")
                & (found["stub_code"] == option)
                & (found["banner_code"] == code)
            ]
            text = row["flag"].iloc[0] if len(row) else ""
            assert text.lstrip("abcdefABCDEF") == sign * times


def test_transitions_are_shares_of_the_later_answer_within_the_earlier(release, shelf):
    found = rows_of(release, stub=("r_educ",), waves=(2024, 2025), kind=Kind.TRANSITION)

    both = shelf.for_table([2024, 2025], ["r_educ"])
    first = (both.table["wave"] == "2024").to_numpy()
    later = both.table[~first].set_index("person_id")["r_educ"].astype("str")
    wide = both.design.restrict(first)
    frame = pd.DataFrame(
        {
            "earlier": wide.frame["r_educ"].astype("str"),
            "later": wide.frame["person_id"].map(later),
        }
    )
    flows = transition(replace(wide, frame=frame), "earlier", "later").shares.to_frame()
    columns = found[found["banner"] == "r_educ@2024"].merge(
        flows, left_on=["banner_code", "stub_code"], right_on=["earlier", "level"]
    )
    assert len(columns) == 16
    np.testing.assert_allclose(columns["value"], columns["estimate"], rtol=1e-10)
    np.testing.assert_allclose(columns["se_x"], columns["se_y"], rtol=1e-10)
    total = found[found["banner"] == "total"]
    assert set(found["wave"]) == {"2025"}
    assert total["value"].sum() == pytest.approx(1.0)
    assert set(total["n"]) == {first.sum()}
