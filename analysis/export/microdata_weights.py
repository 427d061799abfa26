"""The design columns of a file of all waves: strata, every weight of the release, replicates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.arrays import FloatArray
from analysis.design import SurveyDesign
from analysis.errors import AnalysisError
from analysis.export.design_columns import (
    DesignColumn,
    Role,
    design_columns,
    replicate_columns,
    weight_columns,
)
from analysis.progress import Progress
from analysis.replicates import bootstrap, with_replicates
from analysis.responses import Release, Responses
from analysis.shelf import read_recipes
from analysis.weighting.run import Weighting, weigh_all, weighted_responses

_KEY = ["person_id", "wave"]


@dataclass(frozen=True, eq=False)
class ReleaseWeights:
    """All weights that can be made of a release.

    Attributes
    ----------
    weightings : tuple of Weighting
        One for each recipe whose waves are in the release, with random blocks one a block.
    by_wave : mapping of int to Responses
        The interviews of each wave with its cross-sectional weight.
    """

    weightings: tuple[Weighting, ...] = field(repr=False)
    by_wave: Mapping[int, Responses] = field(repr=False)


def release_weights(release: Release, recipes: Path, *, progress: Progress) -> ReleaseWeights:
    """Make every weight of a release; one for which nobody came by that way is left out."""
    weightings: list[Weighting] = []
    for recipe in read_recipes(recipes):
        if not set(recipe.waves) <= set(release.manifest.waves):
            continue
        try:
            weightings += weigh_all(release, recipe, progress=progress)
        except AnalysisError:
            # A wave without an open link has no people for its model-based weight.
            if recipe.sample == "probability":
                raise
    single = [one for one in weightings if _is_cross_section(one)]
    by_wave = {one.recipe.waves[0]: weighted_responses(release, one) for one in single}
    return ReleaseWeights(tuple(weightings), by_wave)


def _is_cross_section(one: Weighting) -> bool:
    return len(one.recipe.waves) == 1 and one.block is None and one.recipe.sample == "probability"


def file_columns(responses: Responses, weights: ReleaseWeights) -> tuple[DesignColumn, ...]:
    """Give stratum, its population and all weights for the rows of a file of all waves."""
    return (
        *_strata(responses, list(weights.by_wave.values())),
        *weight_columns(responses, weights.weightings),
    )


def _strata(responses: Responses, weighted: Sequence[Responses]) -> list[DesignColumn]:
    """Put the strata of each wave on its rows; a row outside the sample has none."""
    rows = pd.MultiIndex.from_frame(responses.table[_KEY].astype(str))
    columns: dict[str, DesignColumn] = {}
    for one in weighted:
        at = rows.get_indexer(pd.MultiIndex.from_frame(one.table[_KEY].astype(str)))
        for column in design_columns(one):
            if column.role is Role.WEIGHT:
                continue
            if column.name not in columns:
                columns[column.name] = replace(column, values=_empty(column, len(rows)))
            columns[column.name].values[at] = column.values
    return list(columns.values())


def _empty(
    column: DesignColumn, rows: int
) -> np.ndarray[tuple[int], np.dtype[np.object_]] | FloatArray:
    if column.values.dtype == np.object_:
        return np.full(rows, "", dtype=object)
    return np.full(rows, np.nan)


def replicated(responses: Responses, count: int, *, seed: int) -> tuple[DesignColumn, ...]:
    """Give stratum, weight and bootstrap replicates of the interviews of one wave.

    Notes
    -----
    Each replicate is calibrated again, linearly, to the totals that the weight itself meets, so its
    spread leaves out what the margins explain. Variance = sum over replicates of the squared
    deviation from their mean, over ``count`` - 1.
    """
    design = responses.design
    if design is None:
        raise AnalysisError("these responses have no weights; weigh them with a recipe first")
    replicates = bootstrap(design, count, seed=seed)
    met = np.asarray(replicates.weights, dtype=np.float64)
    for record in design.calibration:
        member = np.arange(len(design)) if record.member is None else record.member
        met = _calibrated(met, record.auxiliaries[member], design)
    design = with_replicates(design, replace(replicates, weights=met))
    responses = replace(responses, design=design)
    return (*design_columns(responses), *replicate_columns(responses))


def _calibrated(weights: FloatArray, X: FloatArray, design: SurveyDesign) -> FloatArray:
    """Calibrate each column linearly: Deville and Särndal (1992), distance of case 1."""
    totals = X.T @ design.weights
    result = np.empty_like(weights)
    for r in range(weights.shape[1]):
        start = weights[:, r]
        moments = X.T @ (X * start[:, None])
        shift, *_ = np.linalg.lstsq(moments, totals - X.T @ start, rcond=None)
        result[:, r] = start * (1 + X @ shift)
    return result
