"""Laws of calibration, and refusals that name what is wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import CalibrationError, MarginError
from analysis.weighting.calibrate import calibrate, poststratify, rake
from analysis.weighting.trim import trim


def sample(seed=1, n=300):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "sex": rng.choice(["m", "f"], n, p=[0.4, 0.6]),
            "age": rng.choice(["young", "middle", "old"], n),
            "income": np.round(rng.lognormal(3, 0.4, n), 2),
            "household": np.repeat(np.arange(n // 3), 3).astype(str),
        }
    )
    return frame, rng.uniform(1, 4, n)


def totals_of(frame, weights):
    """Totals that some weights meet, so that they are feasible."""
    return {
        "count": float(weights.sum()),
        "sex": weights_by(frame["sex"], weights),
        "age": weights_by(frame["age"], weights),
        "income": float(weights @ frame["income"]),
    }


def weights_by(column, weights):
    return pd.Series(weights).groupby(column.to_numpy()).sum().to_dict()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["linear", "raking", "logit"]))
def test_calibrated_weights_meet_their_totals(seed, distance):
    frame, start = sample(seed)
    wanted = start * np.random.default_rng(seed + 1).uniform(0.8, 1.25, len(start))
    totals = totals_of(frame, wanted)

    result = calibrate(
        frame, start, totals, distance=distance, bounds=(0.3, 3.0) if distance == "logit" else None
    )

    assert result.largest_misfit < 1e-9
    assert result.weights @ frame["income"] == pytest.approx(totals["income"], rel=1e-10)
    for level, size in totals["sex"].items():
        assert result.weights[frame["sex"] == level].sum() == pytest.approx(size, rel=1e-10)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_bounded_factors_stay_within_their_bounds(seed):
    frame, start = sample(seed)
    wanted = start * np.random.default_rng(seed + 1).uniform(0.75, 1.35, len(start))

    for distance in ("linear", "logit"):
        factors = calibrate(
            frame, start, totals_of(frame, wanted), distance=distance, bounds=(0.7, 1.4)
        ).factors
        assert factors.min() >= 0.7 - 1e-12
        assert factors.max() <= 1.4 + 1e-12


def test_weights_that_already_fit_are_left_alone():
    frame, start = sample()

    np.testing.assert_allclose(
        calibrate(frame, start, totals_of(frame, start)).weights, start, rtol=1e-12
    )


def test_raking_is_proportional_fitting():
    frame, start = sample()
    margins = {
        "sex": {"m": 400.0, "f": 500.0},
        "age": {"young": 300.0, "middle": 350.0, "old": 250.0},
    }

    weights = rake(frame, start, margins).weights

    fitted = start.copy()
    for _ in range(500):
        for name, totals in margins.items():
            for level, size in totals.items():
                rows = (frame[name] == level).to_numpy()
                fitted[rows] *= size / fitted[rows].sum()
    np.testing.assert_allclose(weights, fitted, rtol=1e-10)


def test_poststratification_scales_each_cell():
    frame, start = sample()
    cells = {f"{s}|{a}": 100.0 for s in ("m", "f") for a in ("young", "middle", "old")}

    result = poststratify(frame, start, "sex*age", cells)

    rows = (frame["sex"] == "m") & (frame["age"] == "old")
    np.testing.assert_allclose(
        result.weights[rows], start[rows] * 100 / start[rows].sum(), rtol=1e-12
    )


def test_integrated_weights_move_together_in_a_household():
    frame, start = sample()
    totals = totals_of(frame, start * np.linspace(0.9, 1.1, len(start)))

    factors = calibrate(frame, start, totals, distance="linear", within="household").factors

    assert pd.Series(factors).groupby(frame["household"]).std().max() < 1e-12


def test_all_faults_of_all_margins_are_named_at_once():
    frame, start = sample()
    frame.loc[:2, "age"] = None

    with pytest.raises(MarginError) as refused:
        calibrate(
            frame,
            start,
            {"sex": {"m": 400.0, "x": 5.0}, "age": {"young": 300.0, "middle": 350.0, "old": 250.0}},
        )

    message = str(refused.value)
    assert "margin sex: level 'x' has a target of 5 and no respondent" in message
    assert "level 'f' have no target" in message
    assert "margin age: 3 of 300 respondents have no age" in message
    assert {("sex", "x"), ("sex", "f"), ("age", "missing")} <= set(refused.value.levels)


def test_negative_and_missing_targets_are_refused():
    frame, start = sample()
    good = {"young": 300.0, "middle": 350.0, "old": 250.0}

    with pytest.raises(MarginError, match="level 'f' is nan"):
        calibrate(frame, start, {"sex": {"m": 900.0, "f": float("nan")}, "age": good})
    with pytest.raises(MarginError, match="level 'f' is -1"):
        calibrate(frame, start, {"sex": {"m": 901.0, "f": -1.0}, "age": good})
    with pytest.raises(MarginError, match="level 'f' has target 0 and"):
        calibrate(frame, start, {"sex": {"m": 900.0, "f": 0.0}, "age": good})


def test_margin_that_contradicts_a_crossed_one_is_refused():
    frame, start = sample()
    crossed = {f"{s}|{a}": 100.0 for s in ("m", "f") for a in ("young", "middle", "old")}

    with pytest.raises(MarginError, match="contradict"):
        calibrate(frame, start, {"sex*age": crossed, "sex": {"m": 250.0, "f": 350.0}})


def test_bounds_that_leave_no_weights_name_the_level():
    frame, start = sample()
    totals = weights_by(frame["sex"], start)
    totals["m"] *= 1.5

    with pytest.raises(CalibrationError, match="margin sex, level 'm'") as refused:
        calibrate(frame, start, {"sex": totals}, distance="logit", bounds=(0.8, 1.2))
    assert refused.value.levels == (("sex", "m"),)


def test_margins_no_positive_weights_can_meet_are_refused():
    frame = pd.DataFrame({"a": ["x", "x", "y"], "b": ["p", "p", "q"]})

    with pytest.raises(CalibrationError):
        rake(frame, np.ones(3), {"a": {"x": 5.0, "y": 5.0}, "b": {"p": 2.0, "q": 8.0}})


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.1, 100), min_size=5, max_size=60), st.floats(1.2, 4))
def test_strict_trimming_keeps_the_sum_and_the_cap(values, times):
    weights = np.array(values)
    upper = times * float(weights.mean())

    trimmed = trim(weights, upper=upper, strict=True)

    assert trimmed.sum() == pytest.approx(weights.sum(), rel=1e-9)
    assert trimmed.max() <= upper * (1 + 1e-9)
    assert (trimmed >= np.minimum(weights, upper) - 1e-9).all()


def test_cap_below_the_mean_leaves_nobody_to_take_the_rest():
    with pytest.raises(CalibrationError, match="left over"):
        trim(np.array([1.0, 2.0, 3.0]), upper=1.5, strict=True)
