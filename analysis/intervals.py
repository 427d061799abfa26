"""Confidence intervals of a proportion; which one to trust when it is near 0 or 1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import stats

from analysis.arrays import BoolArray
from analysis.design import SurveyDesign
from analysis.domain import FrameRows, domain_of
from analysis.estimate import t_quantile
from analysis.expression import parse
from analysis.linear import Column, ratio_estimate
from analysis.means import Where
from analysis.splines import FMMSpline


class IntervalMethod(StrEnum):
    """How an interval of a proportion is made."""

    LOGIT = "logit"
    XLOGIT = "xlogit"
    BETA = "beta"
    WILSON = "wilson"
    ASIN = "asin"
    MEAN = "mean"
    LIKELIHOOD = "likelihood"


@dataclass(frozen=True)
class ProportionInterval:
    """A share with its standard error and interval (NaN where the method has none)."""

    estimate: float
    se: float
    low: float
    high: float
    df: float
    n: int
    method: IntervalMethod


@dataclass(frozen=True)
class _Share:
    p: float
    se: float
    df: float
    n: int
    level: float

    @property
    def t(self) -> float:
        return t_quantile(self.df, self.level)

    @property
    def effective_n(self) -> float:
        """Sample size of a binomial with this variance, for the degrees of freedom of the design.

        Korn and Graubard (1998): p (1 - p) / v times (t(n - 1) / t(df))^2.
        """
        return (
            self.p * (1 - self.p) / self.se**2 * (t_quantile(self.n - 1, self.level) / self.t) ** 2
        )


def proportion_interval(
    design: SurveyDesign,
    condition: str | BoolArray,
    *,
    method: IntervalMethod | str = IntervalMethod.LOGIT,
    where: Where = None,
    level: float = 0.95,
) -> ProportionInterval:
    """Estimate the share of people who meet a condition, with an interval.

    Parameters
    ----------
    condition : str or ndarray of bool (n,)
        As text in the expression language, for example ``"income > 700"``; rows that miss a
        variable of it are outside the base.
    method : IntervalMethod
        ``logit`` and ``xlogit``: t interval of log(p/(1-p)). ``beta``: Korn and Graubard (1998),
        for shares near 0 or 1. ``wilson``: score interval at the effective n. ``asin``: t interval
        of arcsin sqrt p. ``mean``: p -+ t se. ``likelihood``: scaled binomial deviance.
    where : str or ndarray of bool, optional

    Returns
    -------
    ProportionInterval
    """
    domain = domain_of(design, where)
    if isinstance(condition, str):
        expression = parse(condition)
        rows = FrameRows(design.frame)
        known = np.logical_and.reduce([rows.known(name) for name in expression.reads])
        holds = expression(rows)
    else:
        holds, known = np.asarray(condition, dtype=bool), np.ones(len(design), dtype=bool)
    base = domain.rows & known
    share = share_of(design, holds, base, domain.df, level)
    return interval_of(share, IntervalMethod(method))


def share_of(
    design: SurveyDesign, holds: BoolArray, base: BoolArray, df: float, level: float
) -> _Share:
    """Estimate one share within a base."""
    column = Column({}, (holds & base).astype(float), base)
    result = ratio_estimate(design, "share", [column], base[:, None].astype(float), df, None, level)
    return _Share(float(result.value[0]), float(result.se[0]), df, int(base.sum()), level)


def interval_of(share: _Share, method: IntervalMethod) -> ProportionInterval:
    """Give the interval of a share by a method."""
    low, high = _METHODS[method](share)
    return ProportionInterval(share.p, share.se, low, high, share.df, share.n, method)


def _logit(share: _Share) -> tuple[float, float]:
    if not 0 < share.p < 1:
        return float("nan"), float("nan")
    middle = np.log(share.p / (1 - share.p))
    half = share.t * share.se / (share.p * (1 - share.p))
    return float(1 / (1 + np.exp(-(middle - half)))), float(1 / (1 + np.exp(-(middle + half))))


def _beta(share: _Share) -> tuple[float, float]:
    n, p, tail = share.effective_n, share.p, (1 - share.level) / 2
    low = float(stats.beta.ppf(tail, n * p, n * (1 - p) + 1)) if p > 0 else 0.0
    high = float(stats.beta.ppf(1 - tail, n * p + 1, n * (1 - p))) if p < 1 else 1.0
    return low, high


def _wilson(share: _Share) -> tuple[float, float]:
    n, p, t = share.p * (1 - share.p) / share.se**2, share.p, share.t
    centre = (p + t**2 / (2 * n)) / (1 + t**2 / n)
    half = t / (1 + t**2 / n) * np.sqrt(p * (1 - p) / n + t**2 / (4 * n**2))
    return float(centre - half), float(centre + half)


def _asin(share: _Share) -> tuple[float, float]:
    if not 0 < share.p < 1:
        return float("nan"), float("nan")
    middle = np.arcsin(np.sqrt(share.p))
    half = share.t * share.se / (2 * np.sqrt(share.p * (1 - share.p)))
    return float(np.sin(middle - half) ** 2), float(np.sin(middle + half) ** 2)


def _mean(share: _Share) -> tuple[float, float]:
    return share.p - share.t * share.se, share.p + share.t * share.se


def _likelihood(share: _Share) -> tuple[float, float]:
    """Invert the binomial deviance scaled by the design effect (Rao and Scott 1984).

    The signed root of the deviance is taken at steps of a fifth of its critical value, as profile
    likelihood is done in practice (Venables and Ripley 2002, 8.4), joined by a cubic spline and
    inverted; the grid moves the bounds by some 1e-5, which is why it is that of R survey.
    """
    p, n = share.p, share.n
    if not 0 < p < 1:
        return float("nan"), float("nan")
    middle, step = np.log(p / (1 - p)), share.se / (p * (1 - p))
    cutoff = share.t * np.sqrt(n * share.se**2 / (p * (1 - p)))
    farthest = np.sqrt(stats.f.isf(stats.norm.cdf(-cutoff) / 2, 1, n - 1))
    points = {0.0: 0.0}
    for sign in (-1, 1):
        for k in range(1, 10):
            offset = sign * k * farthest / 5 * step
            points[offset] = sign * _deviance_root(p, middle + offset, n)
            if abs(points[offset]) >= farthest:
                break
    offsets = np.array(sorted(points))
    roots = np.array([points[offset] for offset in offsets])
    fine = np.linspace(offsets[0], offsets[-1], 3 * len(offsets))
    low, high = np.interp([-cutoff, cutoff], FMMSpline(offsets, roots)(fine), fine)
    return float(1 / (1 + np.exp(-(middle + low)))), float(1 / (1 + np.exp(-(middle + high))))


def _deviance_root(p: float, logit: float, n: int) -> float:
    """Root of the rise in deviance of n answers with share p, over its dispersion."""
    q = 1 / (1 + np.exp(-logit))
    rise = 2 * (p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q)))
    return float(np.sqrt((n - 1) * max(rise, 0.0)))


_METHODS: Mapping[IntervalMethod, Callable[[_Share], tuple[float, float]]] = {
    IntervalMethod.LOGIT: _logit,
    IntervalMethod.XLOGIT: _logit,
    IntervalMethod.BETA: _beta,
    IntervalMethod.WILSON: _wilson,
    IntervalMethod.ASIN: _asin,
    IntervalMethod.MEAN: _mean,
    IntervalMethod.LIKELIHOOD: _likelihood,
}
