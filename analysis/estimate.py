"""The result of every estimator: numbers that carry their base, error and interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import stats

from analysis.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class Estimate:
    """Estimates with everything needed to judge them; one element per row.

    Attributes
    ----------
    labels : DataFrame, k rows
        What each number is about: grouping variables, ``variable``, ``level``.
    value, se, low, high : ndarray of float64, shape (k,)
        ``low`` and ``high`` bound the interval of confidence `level`; NaN where undefined.
    df : float
        Degrees of freedom of the t distribution used.
    n : ndarray of int64, shape (k,)
        Rows in the base, unweighted.
    weighted_n : ndarray of float64, shape (k,)
        People the base stands for.
    n_eff : ndarray of float64, shape (k,)
        Kish's effective size of the base, (sum w)^2 / sum w^2.
    deff : ndarray of float64, shape (k,), or None
        Variance over that of a simple random sample of the same size.
    covariance : ndarray of float64, shape (k, k)
    notes : tuple of str
        Rows left out and why; rules applied.
    """

    statistic: str
    labels: pd.DataFrame
    value: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    df: float
    n: FloatArray
    weighted_n: FloatArray
    n_eff: FloatArray
    covariance: FloatArray = field(repr=False)
    deff: FloatArray | None = None
    level: float = 0.95
    weight: str = "weight"
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.value)

    def to_frame(self) -> pd.DataFrame:
        """Give one row per number with all columns, labels first."""
        frame = self.labels.reset_index(drop=True).assign(
            estimate=self.value, se=self.se, low=self.low, high=self.high
        )
        if self.deff is not None:
            frame["deff"] = self.deff
        return frame.assign(n=self.n, weighted_n=self.weighted_n, n_eff=self.n_eff, df=self.df)

    def __str__(self) -> str:
        head = f"{self.statistic}, weight {self.weight}, {self.level:.0%} interval, df {self.df:g}"
        body = (
            self.to_frame().drop(columns="df").to_string(index=False, float_format="{:.4g}".format)
        )
        return "\n".join([head, body, *self.notes])


def t_interval(
    value: FloatArray, se: FloatArray, df: float, level: float
) -> tuple[FloatArray, FloatArray]:
    """Give value -+ t(df) se."""
    half = t_quantile(df, level) * se
    return value - half, value + half


def logit_interval(
    share: FloatArray, se: FloatArray, df: float, level: float
) -> tuple[FloatArray, FloatArray]:
    """Give the t interval of log(p / (1 - p)), turned back to shares.

    The delta method gives se(logit) = se / (p (1 - p)). A share of exactly 0 or 1 has no logit:
    its bounds are undefined (NaN), because a width of zero would claim certainty.
    """
    inside = (share > 0) & (share < 1)
    p = np.where(inside, share, 0.5)
    half = t_quantile(df, level) * se / (p * (1 - p))
    logit = np.log(p / (1 - p))
    low = 1 / (1 + np.exp(-(logit - half)))
    high = 1 / (1 + np.exp(-(logit + half)))
    return np.where(inside, low, np.nan), np.where(inside, high, np.nan)


@lru_cache(maxsize=4096)
def t_quantile(df: float, level: float) -> float:
    """Two-sided quantile of Student's t; normal for infinite df, NaN for none."""
    if df <= 0:
        return float("nan")
    return float(stats.t.ppf((1 + level) / 2, df)) if np.isfinite(df) else normal_quantile(level)


def normal_quantile(level: float) -> float:
    """Two-sided quantile of the normal distribution."""
    return float(stats.norm.ppf((1 + level) / 2))


def effective_size(weights: FloatArray) -> float:
    """Kish (1965, section 11.7): (sum w)^2 / sum w^2; 0 for no rows."""
    squares = float(weights @ weights)
    return float(weights.sum()) ** 2 / squares if squares > 0 else 0.0


def label_frame(rows: Sequence[dict[str, str]]) -> pd.DataFrame:
    """Lay labels out as columns; '' where a row lacks one."""
    return pd.DataFrame(list(rows), dtype=object).fillna("")
