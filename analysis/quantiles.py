"""Weighted quantiles with Woodruff intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from analysis.arrays import BoolArray, FloatArray
from analysis.design import SurveyDesign
from analysis.domain import domain_df, domain_of, valid_rows
from analysis.errors import EmptyDomainError
from analysis.estimate import t_quantile
from analysis.intervals import IntervalMethod, interval_of, share_of
from analysis.means import Names, Where, groups

TIE = 1e-12
"""Difference of cumulative shares that is rounding."""


class QuantileRule(StrEnum):
    """What a quantile is when it falls between or on observations.

    ``math``: the smallest y whose cumulative weight share is at least p; ``school``: the mean with
    the next y when the share is exactly p; ``hf1`` to ``hf9``: the types of Hyndman and Fan (1996)
    with cumulative weights; ``shahvaish``: Shah and Vaish (2006).
    """

    MATH = "math"
    SCHOOL = "school"
    SHAHVAISH = "shahvaish"
    HF1 = "hf1"
    HF2 = "hf2"
    HF3 = "hf3"
    HF4 = "hf4"
    HF5 = "hf5"
    HF6 = "hf6"
    HF7 = "hf7"
    HF8 = "hf8"
    HF9 = "hf9"


@dataclass(frozen=True, eq=False)
class Quantiles:
    """Quantiles of one variable.

    Attributes
    ----------
    table : DataFrame
        Grouping columns, variable, probability, estimate, low, high, se, df, n. ``low`` and
        ``high`` are missing where the interval leaves the data; ``se`` is (high - low) / (2 t).
    """

    table: pd.DataFrame
    level: float

    def to_frame(self) -> pd.DataFrame:
        """Give one row per group and probability."""
        return self.table.copy()

    def __str__(self) -> str:
        return self.table.to_string(index=False, float_format="{:.4g}".format)


def quantile(
    design: SurveyDesign,
    variable: str,
    probabilities: Sequence[float] | float,
    *,
    by: Names = (),
    where: Where = None,
    interval: IntervalMethod | str | None = IntervalMethod.MEAN,
    rule: QuantileRule | str = QuantileRule.MATH,
    level: float = 0.95,
) -> Quantiles:
    """Estimate population quantiles.

    Parameters
    ----------
    design : SurveyDesign
    variable : str
        Numeric column; rows without a value are outside the base.
    probabilities : float or sequence of float
        Between 0 and 1.
    by, where
        As in `mean`.
    interval : IntervalMethod or None
        How the interval of the cumulative share is made before it is turned into values; None for
        no interval.
    rule : QuantileRule

    Returns
    -------
    Quantiles

    Raises
    ------
    EmptyDomainError
        If no row is in the base.

    Notes
    -----
    Woodruff (1952): the interval of the share of values up to the estimate, inverted by the same
    rule. Degrees of freedom count units and strata with members in the base.
    """
    base = domain_of(design, where).rows & valid_rows(design, [variable])
    if not base.any():
        raise EmptyDomainError(
            f"none of {len(design)} rows has a value of '{variable}' in the base"
        )
    values = pd.to_numeric(design.variable(variable)).to_numpy(dtype=float, na_value=np.nan)
    wanted = [probabilities] if isinstance(probabilities, float) else list(probabilities)
    method = None if interval is None else IntervalMethod(interval)
    rows = [
        {
            **labels,
            "variable": variable,
            "probability": p,
            **_one(design, values, members, p, method, QuantileRule(rule), level),
        }
        for labels, members in groups(design, by, base)
        for p in wanted
    ]
    return Quantiles(pd.DataFrame(rows), level)


def weighted_quantile(
    values: FloatArray, weights: FloatArray, p: float, rule: QuantileRule = QuantileRule.MATH
) -> float:
    """Give one quantile of weighted values by a rule."""
    keep = weights > 0
    order = np.argsort(values[keep], kind="stable")
    return _RULES[rule](values[keep][order], weights[keep][order], p)


def _one(
    design: SurveyDesign,
    values: FloatArray,
    base: BoolArray,
    p: float,
    method: IntervalMethod | None,
    rule: QuantileRule,
    level: float,
) -> dict[str, float]:
    y, w = values[base], design.weights[base]
    estimate = weighted_quantile(y, w, p, rule)
    if method is None:
        return {"estimate": estimate, "n": len(y)}
    df = domain_df(design, base)
    with np.errstate(invalid="ignore"):
        share = share_of(design, values <= estimate, base, df, level)
    ends = interval_of(share, method)
    low = weighted_quantile(y, w, ends.low, rule) if ends.low >= 0 else np.nan
    high = weighted_quantile(y, w, ends.high, rule) if ends.high <= 1 else np.nan
    se = (high - low) / (2 * t_quantile(df, level))
    return {"estimate": estimate, "low": low, "high": high, "se": se, "df": df, "n": len(y)}


def _position(w: FloatArray, p: float) -> tuple[int, int, float, float]:
    """Give the last index with cumulative share <= p, the next, and the distances to p.

    A share that misses p by rounding only counts as equal: with equal weights, half of the rows are
    half of the people, whatever the last bit says.
    """
    shares = np.cumsum(w) / w.sum()
    last = int(np.searchsorted(shares, p + TIE, side="right")) - 1
    following = min(last + 1, len(w) - 1)
    below = p - float(shares[last]) if last >= 0 else np.inf
    above = float(shares[following]) - p
    return max(last, 0), following, 0.0 if abs(below) <= TIE else below, max(above, 0.0)


def _math(y: FloatArray, w: FloatArray, p: float) -> float:
    last, following, below, _ = _position(w, p)
    return float(y[last] if below == 0 else y[following])


def _school(y: FloatArray, w: FloatArray, p: float) -> float:
    last, following, below, _ = _position(w, p)
    return float((y[last] + y[following]) / 2 if below == 0 else y[following])


def _hf3(y: FloatArray, w: FloatArray, p: float) -> float:
    distinct, inverse = np.unique(y, return_inverse=True)
    last, following, below, _ = _position(np.bincount(inverse.reshape(-1), w).astype(float), p)
    return float(distinct[last] if below == 0 and (last + 1) % 2 == 0 else distinct[following])


def _hf4(y: FloatArray, w: FloatArray, p: float) -> float:
    last, following, below, above = _position(w, p)
    if not np.isfinite(below):
        return float(y[0])
    share = below / (above + below) if above + below > 0 else 0.0
    return float(y[last] * (1 - share) + y[following] * share)


def _shahvaish(y: FloatArray, w: FloatArray, p: float) -> float:
    points = (np.cumsum(w / w.mean()) + 0.5 - w / 2) / (len(w) + 1)
    order = np.argsort(points, kind="stable")
    index = int(np.searchsorted(points[order], p, side="right")) - 1
    return float(y[order][max(index, 0)])


def _interpolated(points: Callable[[FloatArray, FloatArray], FloatArray]) -> Callable[..., float]:
    """Make a rule that interpolates linearly between plotting positions."""

    def rule(y: FloatArray, w: FloatArray, p: float) -> float:
        return float(np.interp(p, points(np.cumsum(w), w), y))

    return rule


_RULES: Mapping[QuantileRule, Callable[[FloatArray, FloatArray, float], float]] = {
    QuantileRule.MATH: _math,
    QuantileRule.HF1: _math,
    QuantileRule.SCHOOL: _school,
    QuantileRule.HF2: _school,
    QuantileRule.HF3: _hf3,
    QuantileRule.HF4: _hf4,
    QuantileRule.HF5: _interpolated(lambda c, w: (c - w / 2) / c[-1]),
    QuantileRule.HF6: _interpolated(lambda c, w: c / (c[-1] + w[-1])),
    QuantileRule.HF7: _interpolated(lambda c, w: (c - w) / c[-2]),
    QuantileRule.HF8: _interpolated(lambda c, w: (c - w / 3) / (c[-1] + w[-1] / 3)),
    QuantileRule.HF9: _interpolated(lambda c, w: (c - w * 3 / 8) / (c[-1] + w[-1] / 4)),
    QuantileRule.SHAHVAISH: _shahvaish,
}
