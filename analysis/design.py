"""The sampling design: who was drawn, from what, with which chance, and what the weight means."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.arrays import BoolArray, FloatArray, IntArray, TextArray, as_text
from analysis.errors import DesignError, UnknownVariableError

if TYPE_CHECKING:
    from analysis.calibration_record import CalibrationRecord
    from analysis.replicates import Replicates


class LonelyPSU(StrEnum):
    """What a stratum with a single primary unit contributes to the variance."""

    FAIL = "fail"
    """Refuse, naming the strata. The default: silence here hides a design fault."""
    ADJUST = "adjust"
    """Centre the unit at the mean of all units instead of its own; conservative."""
    AVERAGE = "average"
    """Give it the mean variance of the strata that have one."""
    REMOVE = "remove"
    """Nothing; understates the variance unless the stratum was collapsed elsewhere."""
    CERTAINTY = "certainty"
    """Nothing, because the unit was taken with certainty."""


@dataclass(frozen=True)
class Weight:
    """What the weight of a row is."""

    name: str = "weight"
    meaning: str = "number of people of the population that the row stands for"
    model_based: bool = False
    """True where inclusion probabilities are unknown, as with an open link."""


@dataclass(frozen=True, eq=False)
class Stage:
    """One stage of selection.

    Attributes
    ----------
    unit : ndarray of int64, shape (n,)
        The sampled unit each row belongs to, 0 to `n_units` - 1, distinct across strata.
    stratum_of_unit : ndarray of int64, shape (n_units,)
    sampled : ndarray of int64, shape (n_strata,)
        Units sampled in each stratum.
    population : ndarray of float64, shape (n_strata,), or None
        Units in the population of each stratum; None for sampling with replacement.
    labels : tuple of str
        Names of the strata, for messages.
    """

    unit: IntArray
    stratum_of_unit: IntArray
    sampled: IntArray
    population: FloatArray | None
    labels: tuple[str, ...] = field(repr=False)

    @property
    def n_units(self) -> int:
        """Number of sampled units."""
        return len(self.stratum_of_unit)

    @property
    def n_strata(self) -> int:
        """Number of strata."""
        return len(self.sampled)

    @cached_property
    def fraction(self) -> FloatArray:
        """Sampling fraction f of each stratum; 0 with replacement."""
        if self.population is None:
            return np.zeros(self.n_strata)
        return np.asarray(self.sampled / self.population)

    @cached_property
    def is_element(self) -> bool:
        """Whether every row is its own unit, so that totals per unit are the rows themselves."""
        return self.n_units == len(self.unit) and bool(
            np.array_equal(self.unit, np.arange(self.n_units))
        )

    @cached_property
    def stratum_of_row(self) -> IntArray:
        """Stratum of each row, shape (n,)."""
        return self.stratum_of_unit[self.unit]


@dataclass(frozen=True, eq=False)
class SurveyDesign:
    """A sample with its design; the only door to a standard error.

    Attributes
    ----------
    frame : DataFrame, n rows
        The variables.
    weights : ndarray of float64, shape (n,)
        How many people of the population each row stands for; all positive.
    stages : tuple of Stage
        At least one. Later stages count only where the first has a population count.
    calibration : tuple of CalibrationRecord
        Population totals the weights were made to meet, in order; variances use the residuals.
    replicates : Replicates or None
        When present, variances come from these instead of linearisation.
    """

    frame: pd.DataFrame = field(repr=False)
    weights: FloatArray = field(repr=False)
    stages: tuple[Stage, ...] = field(repr=False)
    weight: Weight = field(default_factory=Weight)
    calibration: tuple[CalibrationRecord, ...] = field(default=(), repr=False)
    replicates: Replicates | None = field(default=None, repr=False)
    lonely: LonelyPSU = LonelyPSU.FAIL

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def degrees_of_freedom(self) -> float:
        """Primary units minus strata of the whole design; rank - 1 with replicates."""
        if self.replicates is not None:
            return self.replicates.degrees_of_freedom
        return float(self.stages[0].n_units - self.stages[0].n_strata)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over weights and design, so that a result can name what it rests on."""
        digest = hashlib.sha256(self.weight.name.encode())
        for stage in self.stages:
            for array in (stage.unit, stage.stratum_of_unit, stage.population):
                digest.update(b"-" if array is None else np.ascontiguousarray(array).tobytes())
        digest.update(np.ascontiguousarray(self.weights).tobytes())
        for record in self.calibration:
            digest.update(record.digest.encode())
        return digest.hexdigest()

    def variable(self, name: str) -> pd.Series:
        """Give a column of the frame.

        Raises
        ------
        UnknownVariableError
            If there is none of that name.
        """
        if name not in self.frame.columns:
            raise UnknownVariableError(f"variable '{name}' is not in the design's frame")
        return self.frame[name]

    def with_weights(
        self, weights: FloatArray, *, weight: Weight, record: CalibrationRecord | None = None
    ) -> SurveyDesign:
        """Give the same sample with other weights, and the record of what they were made to meet.

        Unbounded linear calibration may have made some weights negative; that is let pass here, and
        refused where a recipe would publish them.
        """
        if len(weights) != len(self) or not np.isfinite(weights).all():
            raise DesignError(f"{len(self)} finite weights were expected for {weight.name}")
        calibration = self.calibration if record is None else (*self.calibration, record)
        return replace(self, weights=weights, weight=weight, calibration=calibration)

    def restrict(self, keep: BoolArray) -> SurveyDesign:
        """Give the design of some rows as if only they had been sampled.

        For choosing waves or respondents. A domain is not a restriction: estimates take ``where``.
        """
        rows = np.flatnonzero(keep)
        stages = tuple(_restrict_stage(stage, rows) for stage in self.stages)
        calibration = tuple(record.restrict(rows) for record in self.calibration)
        replicates = None if self.replicates is None else self.replicates.restrict(rows)
        return replace(
            self,
            frame=self.frame.iloc[rows].reset_index(drop=True),
            weights=self.weights[rows],
            stages=stages,
            calibration=calibration,
            replicates=replicates,
        )


def survey_design(
    frame: pd.DataFrame,
    *,
    weights: str | FloatArray,
    units: Sequence[str] = (),
    strata: str | Sequence[str] | None = None,
    population: Sequence[str] | str | None = None,
    nested: bool = True,
    lonely: LonelyPSU | str = LonelyPSU.FAIL,
    weight: Weight | None = None,
) -> SurveyDesign:
    """Describe how a sample was drawn.

    Parameters
    ----------
    frame : DataFrame, n rows
        One row per observation.
    weights : str or ndarray (n,)
        Column or values: people of the population per row (inverse inclusion probability, possibly
        adjusted). Not a frequency, not a precision.
    units : sequence of str
        Columns of the sampled units, one per stage; empty means that each row was drawn itself.
    strata : str or sequence of str, optional
        Column(s) crossed to the first-stage strata.
    population : str or sequence of str, optional
        One column per stage with the number of units in the population of the stratum (for a
        second stage: in the primary unit). Absent means sampling with replacement.
    nested : bool
        Unit names start again in each stratum. False refuses units that lie in two strata.
    lonely : LonelyPSU
        What to do with strata that have a single unit.

    Raises
    ------
    DesignError
        For weights that are missing, zero or negative; missing strata or units; a population
        smaller than its sample; fewer than two primary units.
    """
    n = len(frame)
    values = _numeric(frame, weights) if isinstance(weights, str) else np.asarray(weights, float)
    if len(values) != n:
        raise DesignError(f"{len(values)} weights for {n} rows")
    name = weights if isinstance(weights, str) else "weight"
    _check_weights(values, name)
    counts = [population] if isinstance(population, str) else list(population or ())
    first = [strata] if isinstance(strata, str) else list(strata or ())
    stages: list[Stage] = []
    outer = _labels(frame, first) if first else np.full(n, "all", dtype=object)
    for level in range(max(len(units), 1)):
        own = _labels(frame, [units[level]]) if units else np.arange(n).astype(str).astype(object)
        size = _numeric(frame, counts[level]) if level < len(counts) else None
        if level == 0 and not nested:
            _check_nesting(own, outer, units)
        stages.append(_stage(outer, own, size, level))
        outer = outer + "/" + own
    if stages[0].n_units < 2:
        raise DesignError(
            f"a standard error needs two primary units; the design has {stages[0].n_units}"
        )
    return SurveyDesign(
        frame=frame.reset_index(drop=True),
        weights=values,
        stages=tuple(stages),
        weight=weight or Weight(name),
        lonely=LonelyPSU(lonely),
    )


def _stage(stratum: TextArray, unit: TextArray, size: FloatArray | None, level: int) -> Stage:
    """Code strata and units; ``stratum`` and ``unit`` are labels (object arrays)."""
    labels, stratum_code = np.unique(stratum.astype(str), return_inverse=True)
    both = stratum_code.astype(str).astype(object) + "/" + unit
    _, first, unit_code = np.unique(both.astype(str), return_index=True, return_inverse=True)
    # Units keep the order of their first row, so that an element sample needs no regrouping.
    order = np.argsort(first, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    stratum_of_unit = stratum_code[first[order]].astype(np.int64)
    sampled = np.bincount(stratum_of_unit, minlength=len(labels)).astype(np.int64)
    population = None
    if size is not None:
        population = _population(size, stratum_code, sampled, tuple(labels), level)
    return Stage(
        unit=rank[unit_code.reshape(-1)].astype(np.int64),
        stratum_of_unit=stratum_of_unit,
        sampled=sampled,
        population=population,
        labels=tuple(str(label) for label in labels),
    )


def _population(
    size: FloatArray, stratum: IntArray, sampled: IntArray, labels: tuple[str, ...], level: int
) -> FloatArray:
    n_strata = len(labels)
    low = np.full(n_strata, np.inf)
    high = np.full(n_strata, -np.inf)
    np.minimum.at(low, stratum, size)
    np.maximum.at(high, stratum, size)
    for h in np.flatnonzero(~(low == high)):
        raise DesignError(
            f"stage {level + 1}, stratum {labels[h]}: population counts from {low[h]:g} to "
            f"{high[h]:g}; one number was expected"
        )
    for h in np.flatnonzero(low < sampled):
        raise DesignError(
            f"stage {level + 1}, stratum {labels[h]}: {sampled[h]} units out of {low[h]:g}; "
            "fpc columns are population counts"
        )
    return low


def _restrict_stage(stage: Stage, rows: IntArray) -> Stage:
    kept_units, unit = np.unique(stage.unit[rows], return_inverse=True)
    kept_strata, stratum = np.unique(stage.stratum_of_unit[kept_units], return_inverse=True)
    return Stage(
        unit=unit.astype(np.int64),
        stratum_of_unit=stratum.astype(np.int64),
        sampled=np.bincount(stratum).astype(np.int64),
        population=None if stage.population is None else stage.population[kept_strata],
        labels=tuple(stage.labels[h] for h in kept_strata),
    )


def _check_weights(weights: FloatArray, name: str = "weight") -> None:
    faults: Mapping[str, BoolArray] = {
        "missing or infinite": ~np.isfinite(weights),
        "negative": weights < 0,
        "zero": weights == 0,
    }
    found = [
        f"{int(mask.sum())} {kind} (first in row {int(np.flatnonzero(mask)[0]) + 1})"
        for kind, mask in faults.items()
        if mask.any()
    ]
    if found:
        raise DesignError(f"{name}: of {len(weights)} weights " + ", ".join(found))


def _check_nesting(unit: TextArray, stratum: TextArray, units: Sequence[str]) -> None:
    pairs = pd.DataFrame({"unit": unit, "stratum": stratum}).drop_duplicates()
    twice = pairs.loc[pairs["unit"].duplicated(), "unit"]
    if len(twice):
        raise DesignError(
            f"unit {twice.iloc[0]} of {units[0]} lies in two strata; say nested=True if unit names "
            "start again in each stratum"
        )


def _labels(frame: pd.DataFrame, names: Sequence[str]) -> TextArray:
    """Cross columns to one text label per row; refuses missing values."""
    label = np.full(len(frame), "", dtype=object)
    for position, name in enumerate(names):
        if name not in frame.columns:
            raise UnknownVariableError(f"variable '{name}' is not in the design's frame")
        text = as_text(frame[name])
        if (text == "").any():
            raise DesignError(f"{int((text == '').sum())} rows have no {name}")
        label = label + ("|" if position else "") + text.to_numpy(dtype=object)
    return label


def _numeric(frame: pd.DataFrame, name: str) -> FloatArray:
    if name not in frame.columns:
        raise UnknownVariableError(f"variable '{name}' is not in the design's frame")
    try:
        return pd.to_numeric(frame[name]).to_numpy(dtype=float, na_value=np.nan)
    except ValueError as error:
        raise DesignError(f"{name} is not numeric: {error}") from error
