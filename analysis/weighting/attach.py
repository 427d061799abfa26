"""Interviews with their weight and design, ready for estimates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.arrays import IntArray
from analysis.design import SurveyDesign, Weight, survey_design
from analysis.errors import AnalysisError
from analysis.responses import Release, Responses
from analysis.weighting.result import Weighting

_STRATUM = "_stratum"
_POPULATION = "_population"
_PERSON = "person_id"


def weighted_responses(release: Release, weighting: Weighting) -> Responses:
    """Give the interviews that have a weight, with their design, for tables.

    Parameters
    ----------
    release : Release
    weighting : Weighting
        A weight of one wave gives one row per person; a longitudinal weight one per person and
        wave, with the person as primary unit.

    Notes
    -----
    Strata are the sampling strata; the population count of a stratum is its ``N_h``, so that the
    finite population correction is 1 - respondents / N_h (response as a second phase of sampling).
    Weights of an open link are model-based and have no strata. With longitudinal weights the
    correction is left out.
    """
    position = pd.Series(np.arange(len(weighting.people)), index=weighting.people[_PERSON])
    parts = [_wave_rows(release, weighting, wave, position) for wave in weighting.recipe.waves]
    table = pd.concat(parts, ignore_index=True)
    rows = table[_PERSON].map(position).to_numpy(dtype=np.int64)
    design = _design(table, weighting, rows)
    return Responses(table, release.codebook, release.manifest, design)


def stacked_responses(first: Responses, second: Responses) -> Responses:
    """Put two weighted cross-sections below each other, for change with both their weights.

    The person is the primary unit, so people in both waves bring in the covariance; each part keeps
    its own calibration.
    """
    a, b = first.design, second.design
    if a is None or b is None:
        raise AnalysisError("these responses have no weights; weigh them with a recipe first")
    table = pd.concat([first.table, second.table], ignore_index=True)
    strata = [design.stages[0].labels for design in (a, b)]
    labels = [
        np.asarray(names, dtype=object)[design.stages[0].stratum_of_row]
        for names, design in zip(strata, (a, b), strict=True)
    ]
    # A person drawn once keeps the stratum of that draw in every wave.
    stratum = pd.Series(np.concatenate(labels)).groupby(table[_PERSON]).transform("first")
    design = survey_design(
        table.assign(**{_STRATUM: stratum}),
        weights=np.concatenate([a.weights, b.weights]),
        units=[_PERSON],
        strata=_STRATUM,
        lonely=a.lonely,
        weight=Weight(f"{a.weight.name} and {b.weight.name}"),
    )
    records = [record.shifted(0, len(b)) for record in a.calibration]
    records += [record.shifted(len(a), 0) for record in b.calibration]
    return Responses(
        table, first.codebook, first.manifest, replace(design, calibration=tuple(records))
    )


def _wave_rows(
    release: Release, weighting: Weighting, wave: int, position: pd.Series
) -> pd.DataFrame:
    table = release.responses[release.responses["wave"] == str(wave)]
    found = table[table[_PERSON].isin(position.index)]
    if len(found) != len(position):
        raise AnalysisError(
            f"{len(position) - len(found)} of {len(position)} people with weight "
            f"{weighting.name} have no responses in wave {wave}"
        )
    return found


def _design(table: pd.DataFrame, weighting: Weighting, rows: IntArray) -> SurveyDesign:
    recipe, people = weighting.recipe, weighting.people
    known = recipe.sample == "probability"
    one_wave = len(recipe.waves) == 1
    drawn = table.assign(**{_STRATUM: people["stratum"].to_numpy(dtype=object)[rows]})
    if known and one_wave:
        drawn = drawn.assign(**{_POPULATION: people["N_h"].to_numpy(dtype=float)[rows]})
    design = survey_design(
        drawn,
        weights=weighting.weights[rows],
        units=() if one_wave else [_PERSON],
        strata=_STRATUM if known else None,
        population=_POPULATION if known and one_wave else None,
        lonely=recipe.lonely,
        weight=Weight(weighting.name, model_based=not known),
    )
    if weighting.record is None:
        return design
    return replace(design, calibration=(weighting.record.restrict(rows),))
