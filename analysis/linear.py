"""The common core: totals and ratios of totals, their covariance by either method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.arrays import BoolArray, FloatArray
from analysis.design import SurveyDesign
from analysis.estimate import Estimate, effective_size, label_frame, t_interval
from analysis.replicates import replicate_covariance
from analysis.variance import covariance


@dataclass(frozen=True, eq=False)
class Column:
    """One number to be estimated: sum of w y over sum of w x (or 1, for totals)."""

    labels: dict[str, str]
    numerator: FloatArray
    base: BoolArray


def ratio_estimate(
    design: SurveyDesign,
    statistic: str,
    columns: Sequence[Column],
    denominators: FloatArray | None,
    df: float,
    deff: str | None,
    level: float,
    notes: tuple[str, ...] = (),
) -> Estimate:
    """Estimate totals (``denominators`` None) or ratios of totals, with their covariances.

    Parameters
    ----------
    design : SurveyDesign
    statistic : str
        Name in the result; ``"total"`` also sets the scale of the design effect.
    columns : sequence of Column, length k
    denominators : ndarray of float64, shape (n, k), or None
        For a mean the 0/1 base, for a ratio the denominator within the base.
    df : float
        Degrees of freedom of the intervals.
    deff : {"without", "replace"} or None
    level : float
    """
    y = np.stack([column.numerator for column in columns], axis=1)
    weights = design.weights
    sums = weights @ y
    divisor = np.ones(len(columns)) if denominators is None else weights @ denominators
    value = sums / divisor
    if design.replicates is not None:
        matrix = replicate_covariance(design.replicates, y, denominators, value)
    else:
        influence = y if denominators is None else (y - value * denominators) / divisor
        matrix = covariance(design, influence)
    se = np.sqrt(np.maximum(np.diag(matrix), 0))
    low, high = t_interval(value, se, df, level)
    effects = None if deff is None else se**2 / _srs_variance(design, columns, statistic, deff)
    bases = [weights[column.base] for column in columns]
    return Estimate(
        statistic=statistic,
        labels=label_frame([column.labels for column in columns]),
        value=value,
        se=se,
        low=low,
        high=high,
        df=df,
        n=np.array([len(w) for w in bases]),
        weighted_n=np.array([w.sum() for w in bases]),
        n_eff=np.array([effective_size(w) for w in bases]),
        covariance=matrix,
        deff=effects,
        level=level,
        weight=design.weight.name,
        notes=notes,
    )


def _srs_variance(
    design: SurveyDesign, columns: Sequence[Column], statistic: str, kind: str
) -> FloatArray:
    """Variance of a simple random sample of the same size, N taken as the sum of weights."""
    result = np.empty(len(columns))
    for k, column in enumerate(columns):
        w, y = design.weights[column.base], column.numerator[column.base]
        n, size = len(w), w.sum()
        mean_y = w @ y / size
        spread = n / (n - 1) * (w @ (y - mean_y) ** 2) / size
        rest = 1.0 if kind == "replace" else (size - n) / size
        result[k] = spread / n * rest * (size**2 if statistic == "total" else 1.0)
    return result
