"""Laws of estimates and their variances, and refusals of faulty designs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.banner import Banner, item_of
from analysis.banner_replicates import replicated_shares
from analysis.contrasts import holm, pairwise, ttest
from analysis.crosstab import independence_test
from analysis.design import Weight, survey_design
from analysis.errors import AnalysisError, DesignError, EmptyDomainError, UnknownVariableError
from analysis.intervals import proportion_interval
from analysis.means import mean, proportion, ratio, total
from analysis.quantiles import quantile
from analysis.regression import regress
from analysis.replicates import balanced, bootstrap, jackknife, with_replicates
from analysis.weighting.calibrate import calibrate, calibrated_design, rake
from analysis.weighting.recalibrate import recalibrate


def people(seed=1, n=240):
    rng = np.random.default_rng(seed)
    stratum = np.repeat(["a", "b", "c"], n // 3)
    return pd.DataFrame(
        {
            "stratum": stratum,
            "town": [f"{s}{k % 10}" for k, s in enumerate(stratum)],
            "N": np.repeat([1000.0, 3000.0, 2000.0], n // 3),
            "towns": 25.0,
            "w": rng.uniform(5, 30, n),
            "y": rng.normal(10, 3, n) + (stratum == "b"),
            "x": rng.uniform(1, 2, n),
            "group": rng.choice(["p", "q", "r"], n),
            "answer": rng.choice(["1", "2", "3"], n),
        }
    )


def element(frame):
    return survey_design(frame, weights="w", strata="stratum", population="N")


def clustered(frame):
    return survey_design(frame, weights="w", strata="stratum", units=["town"], population="towns")


def raked(design):
    frame = design.frame
    margins = {
        name: (
            pd.Series(1.2 * design.weights).groupby(frame[name]).sum()
            * 5000
            / (1.2 * design.weights.sum())
        ).to_dict()
        for name in ("group", "stratum")
    }
    margins["group"] = dict.fromkeys(margins["group"], 5000 / 3)
    return calibrated_design(design, rake(frame, design.weights, margins), Weight("raked"))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 100), st.sampled_from([element, clustered]))
def test_means_ignore_row_order_and_scale_of_weights(seed, factor, design_of):
    frame = people(seed)
    shuffled = frame.sample(frac=1, random_state=seed).assign(w=lambda f: f["w"] * factor)

    one = mean(design_of(frame), "y", by="group")
    two = mean(design_of(shuffled), "y", by="group")

    np.testing.assert_allclose(two.value, one.value, rtol=1e-10)
    np.testing.assert_allclose(two.covariance, one.covariance, rtol=1e-8, atol=1e-14)


def test_splitting_a_row_within_its_unit_changes_nothing():
    frame = people()
    halves = pd.concat([frame, frame.iloc[:40]], ignore_index=True)
    halves.loc[[*range(40), *range(240, 280)], "w"] /= 2

    one, two = (mean(clustered(f), "y", by="group") for f in (frame, halves))

    np.testing.assert_allclose(two.value, one.value, rtol=1e-12)
    np.testing.assert_allclose(two.se, one.se, rtol=1e-10)


def test_totals_of_domains_add_up_with_their_covariance():
    design = element(people())

    parts, whole = total(design, "y", by="group"), total(design, "y")

    assert parts.value.sum() == pytest.approx(whole.value[0], rel=1e-12)
    assert parts.covariance.sum() == pytest.approx(whole.covariance[0, 0], rel=1e-10)


def test_domain_is_not_a_filter():
    """Units outside the domain count: leaving them out understates the variance of a total."""
    frame = people()
    design = element(frame)

    kept = total(design, "y", where="group == 'p'")
    cut = total(design.restrict((frame["group"] == "p").to_numpy()), "y")

    assert kept.value[0] == pytest.approx(cut.value[0])
    assert kept.se[0] > 1.5 * cut.se[0]


def test_stratified_mean_has_the_textbook_variance():
    """Cochran (1977), theorem 5.6: sum W_h^2 (1 - f_h) s_h^2 / n_h for proportional weights."""
    frame = people()
    frame["w"] = frame["N"] / 80

    se = mean(element(frame), "y").se[0]

    parts = frame.groupby("stratum").agg(N=("N", "first"), s2=("y", "var"), n=("y", "size"))
    share = parts["N"] / parts["N"].sum()
    expected = (share**2 * (1 - parts["n"] / parts["N"]) * parts["s2"] / parts["n"]).sum()
    assert se == pytest.approx(np.sqrt(expected), rel=1e-12)


def test_two_stages_add_the_variance_within_units():
    frame = people().assign(person=lambda f: f.index.astype(str), size=60.0)
    both = survey_design(
        frame, weights="w", strata="stratum", units=["town", "person"], population=["towns", "size"]
    )

    assert mean(both, "y").se[0] > mean(clustered(frame), "y").se[0]


@pytest.mark.parametrize("design_of", [element, clustered])
def test_jackknife_of_a_total_is_the_linearised_variance(design_of):
    """The jackknife of a linear statistic equals Taylor exactly (Wolter 2007, 4.5)."""
    design = design_of(people())

    np.testing.assert_allclose(
        total(with_replicates(design, jackknife(design)), ["y", "x"]).se,
        total(design, ["y", "x"]).se,
        rtol=1e-10,
    )


@pytest.mark.parametrize("rho", [0.0, 0.3])
def test_balanced_replicates_of_a_total_are_the_linearised_variance(rho):
    frame = people()
    frame["half"] = frame.groupby("stratum").cumcount() % 2
    design = survey_design(frame, weights="w", strata="stratum", units=["half"])

    np.testing.assert_allclose(
        total(with_replicates(design, balanced(design, rho=rho)), "y").se,
        total(design, "y").se,
        rtol=1e-10,
    )


def test_bootstrap_comes_near_the_linearised_error_and_repeats_itself():
    design = element(people())

    replicates = bootstrap(design, 2000, seed=7)

    se = mean(with_replicates(design, replicates), "y").se[0]
    assert se == pytest.approx(mean(design, "y").se[0], rel=0.06)
    np.testing.assert_array_equal(replicates.weights[:, :5], bootstrap(design, 5, seed=7).weights)


def test_calibrated_variance_of_a_margin_is_zero_and_of_y_smaller():
    design = element(people())
    calibrated = raked(design)

    assert total(calibrated, "group").se.max() < 1e-8
    assert mean(calibrated, "y").se[0] != mean(replace(calibrated, calibration=()), "y").se[0]


def test_replicates_are_calibrated_one_by_one():
    design = element(people())
    margins = {"group": {"p": 1000.0, "q": 2000.0, "r": 2500.0}}
    replicates = recalibrate(jackknife(design), design.frame, margins)
    full = calibrate(design.frame, design.weights, margins)

    calibrated = with_replicates(replace(design, weights=full.weights), replicates)

    np.testing.assert_allclose(total(calibrated, "group").value, [1000, 2000, 2500], rtol=1e-10)
    assert total(calibrated, "group").se.max() < 1e-8
    taylor = mean(calibrated_design(design, full, Weight("g")), "y").se[0]
    assert mean(calibrated, "y").se[0] == pytest.approx(taylor, rel=0.05)


def raked_elements(frame):
    return raked(element(frame))


def raked_clusters(frame):
    return raked(clustered(frame))


@pytest.mark.parametrize("prepare", [element, clustered, raked_elements, raked_clusters])
def test_banner_equals_the_general_engine(prepare):
    frame = people()
    frame.loc[::7, "answer"] = None
    design = prepare(frame)

    sections = Banner(design, ["group", "stratum"]).table(
        item_of(design, "answer"), nets={"low": ["1", "2"]}, mean=True
    )

    for section in sections[1:]:
        name = section.variable.name
        found = proportion(design, "answer", by=name, interval="wald")
        groups = len(section.variable.levels)
        np.testing.assert_allclose(section.value[:, :3].T.ravel(), found.value, rtol=1e-12)
        np.testing.assert_allclose(section.se[:, :3].T.ravel(), found.se, rtol=1e-8, atol=1e-13)
        numeric = replace(design, frame=frame.assign(answer=pd.to_numeric(frame["answer"])))
        means = mean(numeric, "answer", by=name)
        np.testing.assert_allclose(section.value[:, 4], means.value, rtol=1e-12)
        np.testing.assert_allclose(section.covariance[4], means.covariance, rtol=1e-7, atol=1e-13)
        test, reference = section.independence(), independence_test(design, "answer", name)
        assert test.statistic == pytest.approx(reference.statistic, rel=1e-8)
        assert len(section.pairwise("low").p) == groups * (groups - 1) // 2


def test_many_items_with_replicates_equal_one_at_a_time():
    frame = people()
    frame.loc[::7, "answer"] = None
    design = element(frame)
    design = with_replicates(design, bootstrap(design, 40, seed=3))

    found = replicated_shares(design, [item_of(design, "answer")], ["group"])[0]

    expected = proportion(design, "answer", by="group", interval="wald")
    np.testing.assert_allclose(found.value[1:].T.ravel(), expected.value, rtol=1e-12)
    np.testing.assert_allclose(found.se[1:].T.ravel(), expected.se, rtol=1e-10)


def test_t_test_is_the_regression_on_the_group():
    frame = people()
    frame = frame[frame["group"] != "r"].reset_index(drop=True)
    design = element(frame)

    test, fit = ttest(design, "y", "group"), regress(design, "y", ["group"])

    assert test.difference[0] == pytest.approx(fit.coefficients[1], rel=1e-10)
    assert test.se[0] == pytest.approx(fit.se[1], rel=1e-10)
    assert test.df == fit.df


def test_pairwise_differences_use_the_covariance_between_domains():
    design = clustered(people())
    estimate = mean(design, "y", by="group")

    first = pairwise(estimate, "group")

    V = estimate.covariance
    assert first.se[0] == pytest.approx(np.sqrt(V[0, 0] + V[1, 1] - 2 * V[0, 1]), rel=1e-12)
    assert first.difference[0] == pytest.approx(estimate.value[1] - estimate.value[0])


def test_holm_multiplies_the_smallest_most_and_keeps_the_order():
    np.testing.assert_allclose(holm(np.array([0.01, 0.04, 0.03, 0.005])), [0.03, 0.06, 0.06, 0.02])


def test_median_interval_covers_the_estimate_and_follows_its_groups():
    table = quantile(element(people()), "y", 0.5, by="group").to_frame()

    assert list(table["group"]) == ["p", "q", "r"]
    assert (table["low"] <= table["estimate"]).all()
    assert (table["estimate"] <= table["high"]).all()


def test_interval_of_a_share_is_made_on_the_logit_scale():
    design = element(people())

    found = proportion(design, "answer")

    by_hand = proportion_interval(design, "answer == '1'")
    assert (found.low[0], found.high[0]) == pytest.approx((by_hand.low, by_hand.high), rel=1e-12)
    assert found.statistic == "proportion"
    assert (found.low > 0).all()


def test_interval_of_a_share_of_zero_is_honest():
    design = element(people())
    nobody = np.zeros(240, dtype=bool)

    logit = proportion_interval(design, nobody, where="y > -100")

    assert np.isnan(logit.low)
    assert np.isnan(logit.high)


def test_missing_values_leave_the_base_and_are_counted():
    frame = people()
    frame.loc[:9, "y"] = np.nan

    estimate = mean(element(frame), "y")

    assert estimate.n[0] == 230
    assert estimate.notes == ("10 of 240 rows left out of the base: missing",)
    assert "10 of 240 rows left out" in str(estimate)


def test_rows_without_a_group_are_counted_too():
    frame = people()
    frame.loc[:4, "group"] = None

    estimate = mean(element(frame), "y", by="group")

    assert estimate.n.sum() == 235
    assert estimate.notes == ("5 of 240 rows left out of the base: no group",)


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (0.0, "1 zero"),
        (-2.0, "1 negative"),
        (np.nan, "1 missing or infinite"),
        (np.inf, "1 missing"),
    ],
)
def test_faulty_weight_is_refused_with_its_row(value, word):
    frame = people()
    frame.loc[4, "w"] = value

    with pytest.raises(DesignError, match=rf"{word}.*\(first in row 5\)"):
        element(frame)


def test_lonely_unit_is_refused_with_its_stratum_unless_a_rule_is_given():
    frame = people().drop(index=range(1, 80)).reset_index(drop=True)

    with pytest.raises(DesignError, match="one sampled unit only in stratum a"):
        mean(element(frame), "y")
    for rule in ("adjust", "average", "remove", "certainty"):
        design = survey_design(frame, weights="w", strata="stratum", lonely=rule)
        assert mean(design, "y").se[0] > 0


def test_faulty_designs_are_refused_with_the_reason():
    frame = people()
    with pytest.raises(DesignError, match="two primary units"):
        survey_design(frame.iloc[:1], weights="w")
    with pytest.raises(DesignError, match="units out of 50; fpc columns are population counts"):
        survey_design(frame.assign(N=50.0), weights="w", strata="stratum", population="N")
    with pytest.raises(DesignError, match="one number was expected"):
        survey_design(
            frame.assign(N=frame.index + 1000.0), weights="w", strata="stratum", population="N"
        )
    with pytest.raises(DesignError, match="lies in two strata"):
        survey_design(
            frame.assign(town="t"), weights="w", strata="stratum", units=["town"], nested=False
        )
    with pytest.raises(DesignError, match="240 rows have no town"):
        survey_design(frame.assign(town=None), weights="w", units=["town"])
    with pytest.raises(UnknownVariableError, match="'weight' is not in"):
        survey_design(frame, weights="weight")


def test_empty_domains_unknown_variables_and_single_groups_are_refused():
    design = element(people())
    with pytest.raises(EmptyDomainError, match="none of 240 rows meets 'y > 1000'"):
        mean(design, "y", where="y > 1000")
    with pytest.raises(UnknownVariableError, match="'z'"):
        mean(design, "z")
    with pytest.raises(AnalysisError, match="two groups; 'group' has 3"):
        ttest(design, "y", "group")
    with pytest.raises(DesignError, match="not so in a, b, c"):
        balanced(design)


def test_ratio_of_totals_is_its_definition():
    frame = people()
    estimate = ratio(element(frame), "y", "x", by="group")

    p = frame[frame["group"] == "p"]
    assert estimate.value[0] == pytest.approx((p["w"] @ p["y"]) / (p["w"] @ p["x"]), rel=1e-12)


def test_logistic_regression_of_a_group_gives_its_log_odds():
    frame = people().assign(z=lambda f: (f["y"] > 10).astype(float))
    design = element(frame)

    fit = regress(design, "z", ["group"], family="binomial")

    shares = mean(design, "z", by="group").value
    np.testing.assert_allclose(fit.coefficients[0], np.log(shares[0] / (1 - shares[0])), rtol=1e-9)
    delta = mean(design, "z", where="group == 'p'").se[0] / (shares[0] * (1 - shares[0]))
    assert fit.se[0] == pytest.approx(delta, rel=1e-9)


def test_digest_changes_with_weights_and_not_with_names():
    frame = people()

    assert element(frame).digest == element(frame.rename(columns={"y": "other"})).digest
    assert element(frame).digest != element(frame.assign(w=frame["w"] * 2)).digest
