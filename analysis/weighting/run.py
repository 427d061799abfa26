"""Running a recipe on a release: from the people drawn to the weights of those who answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, assert_never

import numpy as np
import pandas as pd

from analysis.arrays import BoolArray, FloatArray
from analysis.calibration_record import CalibrationRecord
from analysis.design import LonelyPSU, SurveyDesign, Weight, survey_design
from analysis.errors import AnalysisError, CalibrationError
from analysis.logit import fit_logit, model_matrix
from analysis.responses import Release, Responses
from analysis.weighting.calibrate import Calibrated, calibrate
from analysis.weighting.diagnostics import factors, summary, summary_by
from analysis.weighting.nonresponse import (
    Adjusted,
    adjust_by_classes,
    adjust_by_propensity,
    classes_of,
    propensity_classes,
)
from analysis.weighting.recipe import (
    Attrition,
    Base,
    Calibrate,
    Nonresponse,
    Recipe,
    Trim,
    read_recipe,
)
from analysis.weighting.targets import targets
from analysis.weighting.trim import trim

Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Weighting:
    """One finished weight.

    Attributes
    ----------
    people : DataFrame
        person_id and the frame variables of everybody who has the weight, in the order of `weights`.
    weights : ndarray of float64
    record : CalibrationRecord or None
        Of the last calibration; its rows are those of `people`.
    diagnostics : dict
        Ready for JSON: steps, factors, margins with target and reached, spread, warnings.
    """

    recipe: Recipe
    people: pd.DataFrame = field(repr=False)
    weights: FloatArray = field(repr=False)
    record: CalibrationRecord | None = field(repr=False)
    diagnostics: Mapping[str, Any] = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Give person_id and the weight, by person_id."""
        frame = pd.DataFrame(
            {"person_id": self.people["person_id"], self.recipe.weight: self.weights}
        )
        return frame.sort_values("person_id", ignore_index=True)


@dataclass(frozen=True, eq=False)
class _State:
    """Rows still in the chain; ``weights`` are those of the last step."""

    people: pd.DataFrame
    weights: FloatArray
    responded: BoolArray
    record: CalibrationRecord | None = None
    steps: tuple[dict[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()

    def after(
        self,
        step: str,
        weights: FloatArray,
        *,
        keep: BoolArray | None = None,
        record: CalibrationRecord | None = None,
        warnings: tuple[str, ...] = (),
        **report: Any,
    ) -> _State:
        rows = np.ones(len(weights), dtype=bool) if keep is None else keep
        entry = {"step": step, "rows_in": len(self.weights), "rows_out": int(rows.sum()), **report}
        entry["factors"] = factors(weights[rows], self.weights[rows])
        entry["weights"] = summary(weights[rows])
        return replace(
            self,
            people=self.people[rows].reset_index(drop=True),
            weights=weights[rows],
            responded=self.responded[rows],
            record=record,
            steps=(*self.steps, entry),
            warnings=(*self.warnings, *(f"{step}: {warning}" for warning in warnings)),
        )


def weigh(release: Release, recipe: Recipe, *, progress: Progress = lambda _: None) -> Weighting:
    """Make a weight from a release by its recipe.

    Parameters
    ----------
    release : Release
    recipe : Recipe
    progress : callable
        Gets a line of text before each step; raising `CancelledError` in it stops the work.

    Returns
    -------
    Weighting
        Weights are people of the population per respondent.

    Raises
    ------
    AnalysisError
        When a step cannot be done properly: see the modules of the steps. No weights are returned
        then.
    """
    state = _start(release, recipe, progress)
    for step in recipe.steps[1:]:
        progress(f"{recipe.weight}: {type(step).__name__.lower()}")
        match step:
            case Nonresponse():
                state = _nonresponse(state, step)
            case Calibrate():
                state = _calibrate(state, step, release)
            case Trim():
                state = _trim(state, step)
            case Attrition():
                raise AnalysisError("attrition needs the longitudinal chain")
            case Base():
                raise AnalysisError("'base' can only be the first step")
            case _:
                assert_never(step)
    _refuse_faulty(recipe, state.weights)
    return Weighting(
        recipe, state.people, state.weights, state.record, _diagnostics(release, recipe, state)
    )


def weighted_responses(release: Release, weighting: Weighting) -> Responses:
    """Give the interviews that have a weight, with their design, for tables.

    Strata are the sampling strata; the population count of a stratum is its ``N_h``, so that the
    finite population correction is 1 - respondents / N_h (response as a second phase of sampling).
    """
    wave = str(weighting.recipe.waves[-1])
    table = release.responses[release.responses["wave"] == wave]
    position = pd.Series(np.arange(len(weighting.people)), index=weighting.people["person_id"])
    order = table["person_id"].map(position)
    table = table[order.notna()].reset_index(drop=True)
    rows = order.dropna().to_numpy(dtype=np.int64)
    if len(rows) != len(weighting.people):
        absent = len(weighting.people) - len(rows)
        raise AnalysisError(
            f"{absent} people with weight {weighting.recipe.weight} have no responses"
        )
    people = weighting.people.iloc[rows].reset_index(drop=True)
    design = _design(table, people, weighting, rows)
    return Responses(table, release.codebook, release.manifest, design)


def _design(
    table: pd.DataFrame, people: pd.DataFrame, weighting: Weighting, rows: np.ndarray
) -> SurveyDesign:
    recipe = weighting.recipe
    drawn = table.assign(_stratum=people["stratum"], _population=people["N_h"])
    known = recipe.sample == "probability"
    design = survey_design(
        drawn,
        weights=np.abs(weighting.weights[rows]),
        strata="_stratum" if known else None,
        population="_population" if known else None,
        lonely=recipe.lonely,
        weight=Weight(recipe.weight, model_based=not known),
    )
    if weighting.record is None:
        return design
    return replace(design, calibration=(weighting.record.restrict(rows),))


def _start(release: Release, recipe: Recipe, progress: Progress) -> _State:
    """Take the sampled people of the wave that are in scope, with N_h / n_h."""
    progress(f"{recipe.weight}: base")
    base = recipe.steps[0]
    assert isinstance(base, Base)
    if base.start is not None:
        return _start_from(release, recipe, base.start, progress)
    wave = str(recipe.waves[0])
    frame = release.frame[release.frame["wave"] == wave].sort_values("person_id", ignore_index=True)
    if frame.empty:
        raise AnalysisError(f"frame.csv has nobody in wave {wave}")
    open_link = frame["base_weight"].isna()
    out_of_scope = (frame["eligible"] == "no") & ~open_link
    people = frame[~open_link & ~out_of_scope].reset_index(drop=True)
    weights = people["base_weight"].to_numpy(dtype=float)
    _refuse_faulty(recipe, weights)
    warnings = _check_base(people, weights)
    responded = people["disposition"].isin(recipe.respondents).to_numpy(dtype=bool)
    if not responded.any():
        raise AnalysisError(f"nobody of {len(people)} sampled people responded in wave {wave}")
    report = {
        "step": "base",
        "rows_in": len(frame),
        "rows_out": len(people),
        "left_out": {
            "open link, no inclusion probability": int(open_link.sum()),
            "not eligible": int(out_of_scope.sum()),
        },
        "responded": int(responded.sum()),
        "weights": summary(weights),
    }
    return _State(people, weights, responded, steps=(report,), warnings=warnings)


def _start_from(release: Release, recipe: Recipe, name: str, progress: Progress) -> _State:
    if recipe.folder is None:
        raise AnalysisError(f"weight {recipe.weight} starts from {name}, but its folder is unknown")
    earlier = weigh(release, read_recipe(recipe.folder / f"{name}.yaml"), progress=progress)
    report = {"step": "base", "from": name, "rows_out": len(earlier.weights)}
    everyone = np.ones(len(earlier.weights), dtype=bool)
    return _State(earlier.people, earlier.weights, everyone, earlier.record, (report,))


def _check_base(people: pd.DataFrame, weights: FloatArray) -> tuple[str, ...]:
    expected = (people["N_h"] / people["n_h"]).to_numpy(dtype=float)
    differ = int((np.abs(weights / expected - 1) > 1e-6).sum())
    return (f"base: {differ} base weights are not N_h / n_h",) if differ else ()


def _nonresponse(state: _State, step: Nonresponse) -> _State:
    report: dict[str, Any] = {"method": step.method}
    if step.method == "classes":
        adjusted = _by_classes(state, step)
    else:
        fit = fit_logit(
            model_matrix(state.people, step.predictors),
            state.responded.astype(float),
            state.weights if step.weighted else None,
        )
        report["coefficients"] = dict(zip(fit.terms, fit.coefficients.tolist(), strict=True))
        if step.method == "inverse":
            adjusted = adjust_by_propensity(state.weights, state.responded, fit)
        else:
            classes = propensity_classes(fit.fitted, step.classes)
            adjusted = adjust_by_classes(
                state.weights,
                state.responded,
                classes,
                min_respondents=step.min_respondents,
                max_factor=step.max_factor,
            )
    report["classes"] = adjusted.factors.to_dict(orient="records")
    return state.after(
        "nonresponse", adjusted.weights, keep=state.responded, warnings=adjusted.warnings, **report
    )


def _by_classes(state: _State, step: Nonresponse) -> Adjusted:
    return adjust_by_classes(
        state.weights,
        state.responded,
        classes_of(state.people, step.cells),
        min_respondents=step.min_respondents,
        max_factor=step.max_factor,
    )


def _calibrate(state: _State, step: Calibrate, release: Release) -> _State:
    people = state.people[state.responded].reset_index(drop=True)
    start = state.weights[state.responded]
    wanted = targets(step, release.margins, people)
    result = calibrate(
        wanted.levels, start, wanted.totals, distance=step.distance, bounds=step.bounds
    )
    weights = np.zeros(len(state.weights))
    weights[state.responded] = result.weights
    return state.after(
        "calibrate",
        weights,
        keep=state.responded,
        record=result.record,
        warnings=_calibration_warnings(wanted.levels, result),
        distance=step.distance.value,
        iterations=result.iterations,
        at_bound=result.at_bound,
        largest_misfit=result.largest_misfit,
        margins=_fit_report(result, wanted.levels, wanted.published),
        notes=list(wanted.notes),
    )


def _calibration_warnings(levels: pd.DataFrame, result: Calibrated) -> tuple[str, ...]:
    warnings = []
    for name in levels.columns:
        counts = levels[name].value_counts()
        warnings += [
            f"margin {name}, level '{level}' rests on {count} respondents"
            for level, count in sorted(counts.items())
            if count < 30
        ]
    if result.factors.max() > 3:
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


def _trim(state: _State, step: Trim) -> _State:
    median = float(np.median(state.weights))
    upper = step.upper_median * median
    lower = -np.inf if step.lower_median is None else step.lower_median * median
    trimmed = trim(state.weights, upper=upper, lower=lower, strict=step.strict)
    cut = int((np.abs(trimmed - upper) < 1e-9 * upper).sum())
    return state.after("trim", trimmed, upper=upper, cut=cut)


def _refuse_faulty(recipe: Recipe, weights: FloatArray) -> None:
    faulty = ~(np.isfinite(weights) & (weights > 0))
    if faulty.any():
        raise CalibrationError(
            f"{recipe.weight}: {int(faulty.sum())} of {len(weights)} weights are zero, negative or "
            "missing; linear calibration without bounds can do this, logit cannot"
        )


def _diagnostics(release: Release, recipe: Recipe, state: _State) -> dict[str, Any]:
    overall = summary(state.weights)
    warnings = list(state.warnings)
    if overall["kish_deff"] > 2:
        warnings.append(f"design effect of weighting {overall['kish_deff']:.2f}")
    return {
        "weight": recipe.weight,
        "waves": list(recipe.waves),
        "sample": recipe.sample,
        "model_based": recipe.sample != "probability",
        "synthetic": release.manifest.synthetic,
        "recipe_sha256": recipe.digest,
        "inputs": dict(sorted(release.manifest.hashes.items())),
        "steps": list(state.steps),
        "summary": overall,
        "by_stratum": summary_by(state.weights, state.people["stratum"]),
        "warnings": warnings,
    }


def write_weights(weightings: list[Weighting], out: Path) -> None:
    """Write ``weights.csv`` (person_id, one column a weight) and ``diagnostics.json``.

    The same release and recipes give the same bytes: rows by person_id, numbers in the shortest
    form that reads back exactly.
    """
    out.mkdir(parents=True, exist_ok=True)
    table = weightings[0].to_frame()
    for weighting in weightings[1:]:
        table = table.merge(weighting.to_frame(), on="person_id", how="outer", sort=True)
    table = table.sort_values("person_id", ignore_index=True)
    text = table.to_csv(index=False, lineterminator="\n")
    reports = {w.recipe.weight: w.diagnostics for w in weightings}
    (out / "weights.csv").write_text(text, encoding="utf-8", newline="\n")
    (out / "diagnostics.json").write_text(
        json.dumps(reports, indent=1, ensure_ascii=False, sort_keys=False) + "\n", encoding="utf-8"
    )


__all__ = ["LonelyPSU", "Weighting", "weigh", "weighted_responses", "write_weights"]
