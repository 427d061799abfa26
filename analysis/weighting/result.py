"""A finished weight and where it came from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.arrays import FloatArray
from analysis.calibration_record import CalibrationRecord
from analysis.weighting.recipe import Recipe


@dataclass(frozen=True, eq=False)
class Weighting:
    """One finished weight.

    Attributes
    ----------
    name : str
        The recipe's weight, with the block where there is one (``w1_cs_a``).
    people : DataFrame
        person_id and the variables of everybody who has the weight, in the order of `weights`.
    weights : ndarray of float64
        People of the population per person.
    record : CalibrationRecord or None
        Of the last calibration; its units are the rows of `people`.
    diagnostics : dict
        Ready for JSON: steps, factors, margins with target and reached, spread, warnings.
    exits : DataFrame or None
        People who left the population on the way, with the ``weight`` they had: a weight that
        starts from this one takes them off the population too.
    """

    name: str
    recipe: Recipe
    people: pd.DataFrame = field(repr=False)
    weights: FloatArray = field(repr=False)
    record: CalibrationRecord | None = field(repr=False)
    diagnostics: Mapping[str, Any] = field(repr=False)
    block: str | None = None
    exits: pd.DataFrame | None = field(default=None, repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Give person_id and the weight, by person_id."""
        frame = pd.DataFrame({"person_id": self.people["person_id"], self.name: self.weights})
        return frame.sort_values("person_id", ignore_index=True)


def write_weights(weightings: Sequence[Weighting], out: Path) -> None:
    """Write ``weights.csv`` (person_id, one column a weight) and ``diagnostics.json``.

    The same release and recipes give the same bytes: rows by person_id, numbers in the shortest
    form that reads back exactly.
    """
    out.mkdir(parents=True, exist_ok=True)
    table = weightings[0].to_frame()
    for weighting in weightings[1:]:
        table = table.merge(weighting.to_frame(), on="person_id", how="outer")
    table = table.sort_values("person_id", ignore_index=True)
    text = table.to_csv(index=False, lineterminator="\n")
    (out / "weights.csv").write_text(text, encoding="utf-8", newline="\n")
    reports = {weighting.name: weighting.diagnostics for weighting in weightings}
    (out / "diagnostics.json").write_text(
        json.dumps(reports, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
    )
