"""The steps of a recipe, each from one state of the chain to the next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.logit import LogitFit, fit_logit, model_matrix, without_dependent
from analysis.responses import Release
from analysis.weighting.calibrate import Calibrated, calibrate
from analysis.weighting.chain import Chain
from analysis.weighting.nonresponse import (
    Adjusted,
    adjust_by_classes,
    adjust_by_propensity,
    classes_of,
    propensity_classes,
)
from analysis.weighting.people import answers_of, wave_frame
from analysis.weighting.predictors import predictor_columns
from analysis.weighting.recipe import Attrition, Calibrate, Nonresponse, Recipe, Trim
from analysis.weighting.targets import targets
from analysis.weighting.trim import trim

SMALL_LEVEL = 30
LARGE_FACTOR = 3.0


def nonresponse(chain: Chain, step: Nonresponse, release: Release) -> Chain:
    """Let respondents stand for nonrespondents of their class or propensity."""
    report: dict[str, Any] = {"method": step.method}
    if step.method == "classes":
        adjusted = adjust_by_classes(
            chain.weights,
            chain.responded,
            classes_of(chain.people, step.cells),
            min_respondents=step.min_respondents,
            max_factor=step.max_factor,
        )
    else:
        fit, notes = _propensity(chain, step.predictors, release, weighted=step.weighted)
        adjusted = _by_propensity(chain, fit, step.method, step.classes)
        report |= {"coefficients": _coefficients(fit), "notes": notes}
    report["classes"] = adjusted.factors.to_dict(orient="records")
    return chain.after(
        "nonresponse",
        adjusted.weights,
        keep=chain.responded,
        warnings=adjusted.warnings,
        report=report,
    )


def attrition(chain: Chain, step: Attrition, release: Release, recipe: Recipe) -> Chain:
    """Let people who took part in a later wave stand for those who did not.

    People who left the population in between (``eligible`` is no in the later wave) are exits: they
    leave the chain with their weight, and calibration may take them off the population.
    """
    chain = _to_respondents(chain)
    later = wave_frame(release, step.wave).set_index("person_id")
    eligible = chain.people["person_id"].map(later["eligible"])
    gone = (eligible == "no").to_numpy(dtype=bool)
    exits = chain.people[gone].assign(weight=chain.weights[gone])
    if chain.exits is not None:
        exits = pd.concat([chain.exits, exits], ignore_index=True)
    disposition = chain.people["person_id"].map(later["disposition"])
    stayed = disposition.isin(recipe.respondents).to_numpy(dtype=bool) & ~gone
    staying = Chain(chain.people[~gone], chain.weights[~gone], stayed[~gone])
    if not stayed.any():
        raise AnalysisError(f"nobody of {len(stayed)} people took part in wave {step.wave}")
    fit, notes = _propensity(staying, step.predictors, release, weighted=step.weighted)
    adjusted = _by_propensity(staying, fit, step.method, step.classes)
    weights = np.zeros(len(chain.weights))
    weights[~gone] = adjusted.weights
    report = {
        "wave": step.wave,
        "method": step.method,
        "invited": int(eligible.notna().sum()),
        "exits": int(gone.sum()),
        "exits_weighted": float(chain.weights[gone].sum()),
        "stayed": int(stayed.sum()),
        "coefficients": _coefficients(fit),
        "notes": notes,
    }
    after = chain.after("attrition", weights, keep=stayed, exits=exits, report=report)
    answers = answers_of(release, step.wave, after.people)
    people = after.people.merge(answers, on="person_id", how="left", validate="1:1")
    return Chain(
        people, after.weights, after.responded, None, after.exits, after.steps, after.warnings
    )


def calibrate_chain(chain: Chain, step: Calibrate, release: Release) -> Chain:
    """Make the weights of respondents meet the population margins."""
    people, start = chain.respondents()
    exits = chain.exits if step.less_exits else None
    wanted = targets(step, release.margins, people, exits)
    result = calibrate(
        wanted.levels, start, wanted.totals, distance=step.distance, bounds=step.bounds
    )
    weights = np.zeros(len(chain.weights))
    weights[chain.responded] = result.weights
    report = {
        "distance": step.distance.value,
        "bounds": None if step.bounds is None else list(step.bounds),
        "iterations": result.iterations,
        "at_bound": result.at_bound,
        "largest_misfit": result.largest_misfit,
        "margins": _fit_report(result, wanted.levels, wanted.published),
        "notes": list(wanted.notes),
    }
    return chain.after(
        "calibrate",
        weights,
        keep=chain.responded,
        record=result.record,
        warnings=_calibration_warnings(wanted.levels, result),
        report=report,
    )


def trim_chain(chain: Chain, step: Trim) -> Chain:
    """Cut weights at multiples of their median."""
    chain = _to_respondents(chain)
    median = float(np.median(chain.weights))
    upper = step.upper_median * median
    lower = -np.inf if step.lower_median is None else step.lower_median * median
    trimmed = trim(chain.weights, upper=upper, lower=lower, strict=step.strict)
    report = {
        "median": median,
        "upper": upper,
        "lower": None if step.lower_median is None else lower,
        "cut_above": int((chain.weights > upper).sum()),
        "cut_below": int((chain.weights < lower).sum()),
    }
    return chain.after("trim", trimmed, report=report)


def _to_respondents(chain: Chain) -> Chain:
    if chain.responded.all():
        return chain
    people, weights = chain.respondents()
    return Chain(
        people,
        weights,
        np.ones(len(weights), dtype=bool),
        chain.record,
        chain.exits,
        chain.steps,
        chain.warnings,
    )


def _propensity(
    chain: Chain, predictors: tuple[str, ...], release: Release, *, weighted: bool
) -> tuple[LogitFit, list[str]]:
    columns, used, notes = predictor_columns(chain.people, predictors, release.codebook)
    terms, dropped = without_dependent(model_matrix(columns, used))
    notes += [f"term {name} follows from the others and was left out" for name in dropped]
    outcome = chain.responded.astype(float)
    return fit_logit(terms, outcome, chain.weights if weighted else None), notes


def _by_propensity(chain: Chain, fit: LogitFit, method: str, count: int) -> Adjusted:
    if method == "inverse":
        return adjust_by_propensity(chain.weights, chain.responded, fit)
    return adjust_by_classes(chain.weights, chain.responded, propensity_classes(fit.fitted, count))


def _coefficients(fit: LogitFit) -> dict[str, float]:
    return dict(zip(fit.terms, fit.coefficients.tolist(), strict=True))


def _calibration_warnings(levels: pd.DataFrame, result: Calibrated) -> tuple[str, ...]:
    warnings = []
    for name in levels.columns:
        counts = levels[name].value_counts()
        warnings += [
            f"margin {name}, level '{level}' rests on {count} respondents"
            for level, count in sorted(counts.items())
            if count < SMALL_LEVEL
        ]
    if result.factors.max() > LARGE_FACTOR:
        warnings.append(f"largest factor {result.factors.max():.2f}")
    return tuple(warnings)


def _fit_report(
    result: Calibrated, levels: pd.DataFrame, published: Mapping[str, Mapping[str, float]]
) -> list[dict[str, Any]]:
    counts = {name: levels[name].value_counts() for name in levels.columns}
    return [
        {
            "margin": row.margin,
            "level": row.level,
            "published": published[str(row.margin)].get(str(row.level)),
            "target": row.target,
            "reached": row.reached,
            "respondents": int(counts[str(row.margin)].get(row.level, 0)),
        }
        for row in result.fit.itertuples(index=False)
    ]
