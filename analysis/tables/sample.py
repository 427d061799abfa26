"""The people a weight stands on, one row each, and their answers in each wave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.arrays import BoolArray, IntArray
from analysis.blocks import Blocks, blocks_of
from analysis.design import SurveyDesign, Weight, survey_design
from analysis.errors import AnalysisError
from analysis.plan import Variance
from analysis.tables.coding import WaveAnswers
from analysis.weighting.result import Weighting


@dataclass(frozen=True, eq=False)
class Sample:
    """Weighted people of one or more waves.

    A person has one weight for all waves of a longitudinal weight, so a person is a row here and
    not, as in `weighted_responses`, a unit of several rows; the variances are the same.

    Attributes
    ----------
    answers : mapping of int to WaveAnswers
        By wave.
    places : mapping of int to ndarray of int64, shape (n,)
        Which interview of each wave is whose.
    """

    weighting: Weighting
    answers: Mapping[int, WaveAnswers] = field(repr=False)
    places: Mapping[int, IntArray] = field(repr=False)
    design: SurveyDesign = field(repr=False)

    def __len__(self) -> int:
        return len(self.design)

    def meets(self, wave: int, condition: str | None) -> BoolArray:
        """Tell who meets a condition by the answers of a wave."""
        return self.answers[wave].meets(condition)[self.places[wave]]

    def blocks(self, variance: Variance) -> Blocks:
        """Give the blocks of the design, with the calibration or with weights taken as given."""
        return self._calibrated if variance is Variance.CALIBRATED else self._fixed

    def df(self, base: BoolArray) -> float:
        """Give people minus strata, counting only those in the base."""
        strata = self.design.stages[0].stratum_of_row[base]
        return float(base.sum()) - float(len(np.unique(strata)))

    @cached_property
    def _calibrated(self) -> Blocks:
        return blocks_of(self.design)

    @cached_property
    def _fixed(self) -> Blocks:
        return blocks_of(replace(self.design, calibration=()))


def sample_of(weighting: Weighting, answers: Mapping[int, WaveAnswers]) -> Sample:
    """Give the people of a weight.

    Raises
    ------
    AnalysisError
        If somebody with a weight has no interview in one of its waves.
    """
    people = weighting.people["person_id"]
    places: dict[int, IntArray] = {}
    for wave in weighting.recipe.waves:
        found = pd.Index(answers[wave].persons).get_indexer(pd.Index(people))
        if (found < 0).any():
            raise AnalysisError(
                f"{int((found < 0).sum())} of {len(people)} people with weight {weighting.name} "
                f"have no responses in wave {wave}"
            )
        places[wave] = found.astype(np.int64)
    return Sample(weighting, answers, places, _design(weighting))


def _design(weighting: Weighting) -> SurveyDesign:
    """Describe the sample as `weighted_responses` does, with a row per person."""
    recipe, people = weighting.recipe, weighting.people
    known = recipe.sample == "probability"
    finite = known and len(recipe.waves) == 1
    frame = pd.DataFrame({"stratum": people["stratum"].to_numpy(dtype=object)})
    if finite:
        frame["population"] = people["N_h"].to_numpy(dtype=float)
    design = survey_design(
        frame,
        weights=weighting.weights,
        strata="stratum" if known else None,
        population="population" if finite else None,
        lonely=recipe.lonely,
        weight=Weight(weighting.name, model_based=not known),
    )
    if weighting.record is None:
        return design
    everybody = np.arange(len(people), dtype=np.int64)
    return replace(design, calibration=(weighting.record.restrict(everybody),))
