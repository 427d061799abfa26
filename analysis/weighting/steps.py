"""The steps of a recipe, each from one state of the chain to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import BoolArray
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
from analysis.weighting.people import answers_of, wave_frame, wave_ledger
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
    leave the chain with their weight, and calibration may take them off the population. Who was
    not asked in the later wave has no row in its frame; of them ``ledger.csv`` knows who died,
    moved abroad or finished. The others were lost (no consent to be asked again, a refusal, not to
    be found) and those who stayed stand for them, as for people who were asked and did not answer.
    """
    chain = _to_respondents(chain)
    later = wave_frame(release, step.wave).set_index("person_id")
    eligible, known = _eligible_in(chain, later["eligible"], release, step.wave)
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
        "invited": int(chain.people["person_id"].isin(later.index).sum()),
        "not_asked": known.not_asked,
        "exits": int(gone.sum()),
        "exits_by_reason": known.reasons(gone),
        "exits_weighted": float(chain.weights[gone].sum()),
        "stayed": int(stayed.sum()),
        "coefficients": _coefficients(fit),
        "notes": notes,
    }
    after = chain.after(
        "attrition", weights, keep=stayed, exits=exits, warnings=known.warnings, report=report
    )
    answers = answers_of(release, step.wave, after.people)
    people = after.people.merge(answers, on="person_id", how="left", validate="1:1")
    return Chain(
        people, after.weights, after.responded, None, after.exits, after.steps, after.warnings
    )


@dataclass(frozen=True, eq=False)
class _Known:
    """What the ledger says of the people of a chain in a later wave."""

    reason: pd.Series
    not_asked: dict[str, int]
    warnings: tuple[str, ...] = ()

    def reasons(self, gone: BoolArray) -> dict[str, int]:
        """Count the people who left, by reason."""
        return _counted(self.reason[gone])


def _eligible_in(
    chain: Chain, frame: pd.Series, release: Release, wave: int
) -> tuple[pd.Series, _Known]:
    """Give whether people belong to the population of a later wave: by its frame, or ledger."""
    who = chain.people["person_id"]
    eligible = who.map(frame)
    absent = ~who.isin(frame.index)
    ledger = wave_ledger(release, wave)
    if ledger is None:
        warnings = (
            f"{int(absent.sum())} people have no row in wave {wave} and the release has no"
            " ledger.csv: who died, moved or finished counts as lost",
        )
        reason = pd.Series("unknown", index=who.index)
        return eligible, _Known(reason, _counted(reason[absent]), warnings if absent.any() else ())
    place = who.map(ledger["place"]).fillna("unknown")
    reason = who.map(ledger["reason"]).fillna("")
    reason = reason.mask(reason == "", place)
    return eligible.mask(absent, who.map(ledger["eligible"])), _Known(
        reason, _counted(reason[absent])
    )


def _counted(words: pd.Series) -> dict[str, int]:
    return {str(name): int(count) for name, count in sorted(words.value_counts().items())}


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
