"""Columns that come from the sampling design, not from the questionnaire: weights, strata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import pandas as pd

from analysis.arrays import FloatArray, TextArray
from analysis.errors import AnalysisError
from analysis.responses import Responses
from analysis.weighting.result import Weighting


class Role(StrEnum):
    """What a design column is for."""

    WEIGHT = "weight"
    REPLICATE = "replicate"
    STRATUM = "stratum"
    POPULATION = "population"


@dataclass(frozen=True, eq=False)
class DesignColumn:
    """One column beside the answers, a value for each row.

    ``values`` are float64, NaN where the row has no such weight, or text.
    """

    name: str
    label: Mapping[str, str]
    role: Role
    values: FloatArray | TextArray = field(repr=False)


def design_columns(responses: Responses) -> tuple[DesignColumn, ...]:
    """Give stratum, population of the stratum and weight of weighted responses; else nothing.

    The population count is there only where the design has one, as `analysis.weighting.attach`
    sets it.
    """
    design = responses.design
    if design is None:
        return ()
    stage = design.stages[0]
    labels = np.asarray(stage.labels, dtype=object)[stage.stratum_of_row]
    columns = [DesignColumn("stratum", _STRATUM, Role.STRATUM, labels)]
    if stage.population is not None:
        columns.append(
            DesignColumn(
                "stratum_population",
                _POPULATION,
                Role.POPULATION,
                stage.population[stage.stratum_of_row],
            )
        )
    weight = design.weight
    label = _weight_label(weight.name, model_based=weight.model_based)
    return (*columns, DesignColumn(weight.name, label, Role.WEIGHT, design.weights))


def replicate_columns(responses: Responses) -> tuple[DesignColumn, ...]:
    """Give the replicate weights of a design, ``<weight>_rep001`` and on.

    Raises
    ------
    AnalysisError
        If the design has none.
    """
    design = responses.design
    if design is None or design.replicates is None:
        raise AnalysisError("these responses have no replicate weights")
    kind, name = design.replicates.kind, design.weight.name
    return tuple(
        DesignColumn(
            f"{name}_rep{k + 1:03d}",
            {
                "nl": f"Replicatiegewicht {k + 1} van {name} ({kind})",
                "en": f"Replicate weight {k + 1} of {name} ({kind})",
            },
            Role.REPLICATE,
            np.asarray(design.replicates.weights[:, k], dtype=np.float64),
        )
        for k in range(design.replicates.count)
    )


def weight_columns(
    responses: Responses, weightings: Sequence[Weighting]
) -> tuple[DesignColumn, ...]:
    """Give several weights for a file of all responses.

    A row has a weight when its person has it and its wave is one of the weight's; elsewhere the
    value is NaN, never 0: a row without a weight is not in that sample.
    """
    persons = responses.table["person_id"]
    waves = responses.table["wave"].astype(str)
    columns = []
    for weighting in weightings:
        by_person = pd.Series(weighting.weights, index=weighting.people["person_id"])
        values = persons.map(by_person).to_numpy(dtype=float)
        inside = waves.isin([str(wave) for wave in weighting.recipe.waves]).to_numpy(dtype=bool)
        label = _weight_label(
            weighting.name, model_based=bool(weighting.diagnostics.get("model_based"))
        )
        columns.append(
            DesignColumn(weighting.name, label, Role.WEIGHT, np.where(inside, values, np.nan))
        )
    return tuple(columns)


def _weight_label(name: str, *, model_based: bool) -> dict[str, str]:
    """A weight is no frequency, and the label says so: SPSS would otherwise test as if it were."""
    dutch = f"Weegfactor {name}: mensen in de populatie per rij, geen frequentie"
    english = f"Weight {name}: people of the population per row, not a frequency"
    if model_based:
        dutch, english = f"{dutch}; modelmatig", f"{english}; model-based"
    return {"nl": dutch, "en": english}


_STRATUM = {"nl": "Stratum van de steekproef", "en": "Sampling stratum"}
_POPULATION = {
    "nl": "Mensen in de populatie van het stratum",
    "en": "People in the population of the stratum",
}
