"""Several waves of the same people: stacking, change and transitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.arrays import FloatArray
from analysis.crosstab import Crosstab, crosstab
from analysis.design import LonelyPSU, SurveyDesign, Weight, survey_design
from analysis.domain import group_codes
from analysis.estimate import Estimate
from analysis.means import proportion

WAVE = "wave"


@dataclass(frozen=True, eq=False)
class WaveRows:
    """One wave of a stacked file: a row per person, and each person's weight for this wave."""

    frame: pd.DataFrame = field(repr=False)
    weights: FloatArray = field(repr=False)


@dataclass(frozen=True, eq=False)
class Transition:
    """Where people were in one wave and in a later one.

    Attributes
    ----------
    table : Crosstab
        Rows: earlier state; columns: later state; square over all levels of both.
    shares : Estimate
        Share of each later state within each earlier state, with standard errors.
    """

    table: Crosstab
    shares: Estimate = field(repr=False)


def stack_waves(
    waves: Mapping[str, WaveRows],
    *,
    person: str,
    strata: str | Sequence[str] | None = None,
    lonely: LonelyPSU | str = LonelyPSU.FAIL,
    weight: Weight | None = None,
) -> SurveyDesign:
    """Put waves one below the other with the person as primary unit.

    People in several waves then carry the covariance between them into every estimate.

    Parameters
    ----------
    waves : mapping
        Rows of each wave by its name; the name goes into the column ``wave``.
    person : str
        Column that identifies people across waves.
    strata : str or sequence of str, optional
        Sampling strata; a person has the same in every wave.
    """
    parts = [rows.frame.assign(**{WAVE: name}) for name, rows in waves.items()]
    weights = np.concatenate([rows.weights for rows in waves.values()])
    return survey_design(
        pd.concat(parts, ignore_index=True),
        weights=weights,
        units=[person],
        strata=strata,
        nested=False,
        lonely=lonely,
        weight=weight,
    )


def transition(design: SurveyDesign, earlier: str, later: str) -> Transition:
    """Estimate gross flows between the states of two waves.

    Parameters
    ----------
    design : SurveyDesign
        One row per person, with a longitudinal weight and a column per wave.
    earlier, later : str
        Categorical columns; people missing either are outside the base.
    """
    levels = _all_levels(design, earlier, later)
    known = group_codes(design, earlier).present & group_codes(design, later).present
    flows = crosstab(design, earlier, later, levels=levels)
    shares = proportion(design, later, by=earlier, where=known, interval="wald")
    return Transition(flows, shares)


def _all_levels(design: SurveyDesign, earlier: str, later: str) -> tuple[str, ...]:
    first, second = group_codes(design, earlier).levels, group_codes(design, later).levels
    extra = [level for level in second if level not in first]
    return tuple(sorted((*first, *extra))) if extra else first
