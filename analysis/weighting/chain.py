"""The state of a weight between two steps, and the report each step adds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import BoolArray, FloatArray
from analysis.calibration_record import CalibrationRecord
from analysis.weighting.diagnostics import factors, summary


@dataclass(frozen=True, eq=False)
class Chain:
    """Rows still in the chain.

    Attributes
    ----------
    people : DataFrame
        person_id, frame variables and answers known so far.
    weights : ndarray of float64
        After the last step.
    responded : ndarray of bool
        False for sampled people who did not answer; they leave at the next step that needs answers.
    record : CalibrationRecord or None
        Present when the last step was a calibration.
    exits : DataFrame
        People who left the population between waves, with the ``weight`` they had.
    """

    people: pd.DataFrame
    weights: FloatArray
    responded: BoolArray
    record: CalibrationRecord | None = None
    exits: pd.DataFrame | None = None
    steps: tuple[dict[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()

    def after(
        self,
        step: str,
        weights: FloatArray,
        *,
        keep: BoolArray | None = None,
        record: CalibrationRecord | None = None,
        exits: pd.DataFrame | None = None,
        warnings: tuple[str, ...] = (),
        report: dict[str, Any] | None = None,
    ) -> Chain:
        """Give the state after a step: new weights of the rows kept, and the step's report."""
        rows = np.ones(len(weights), dtype=bool) if keep is None else keep
        entry = {"step": step, "rows_in": len(self.weights), "rows_out": int(rows.sum())}
        entry |= report or {}
        entry["factors"] = factors(weights[rows], self.weights[rows])
        entry["weights"] = summary(weights[rows])
        return replace(
            self,
            people=self.people[rows].reset_index(drop=True),
            weights=weights[rows],
            responded=self.responded[rows],
            record=record,
            exits=self.exits if exits is None else exits,
            steps=(*self.steps, entry),
            warnings=(*self.warnings, *(f"{step}: {warning}" for warning in warnings)),
        )

    def respondents(self) -> tuple[pd.DataFrame, FloatArray]:
        """Give the rows of respondents and their weights."""
        rows = self.responded
        return self.people[rows].reset_index(drop=True), self.weights[rows]
