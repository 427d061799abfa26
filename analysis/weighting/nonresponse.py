"""Nonresponse adjustment: weighting classes and response propensities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.arrays import BoolArray, Coded, FloatArray, code, cross
from analysis.errors import AnalysisError
from analysis.logit import LogitFit


@dataclass(frozen=True, eq=False)
class Adjusted:
    """Weights of respondents (0 for the rest), shape (n,), and the factor of each class."""

    weights: FloatArray = field(repr=False)
    factors: pd.DataFrame
    warnings: tuple[str, ...] = ()


def adjust_by_classes(
    weights: FloatArray,
    responded: BoolArray,
    classes: Coded,
    *,
    min_respondents: int = 30,
    max_factor: float = 3.0,
) -> Adjusted:
    """Multiply respondents' weights by sum w of the sample over sum w of respondents in the class.

    Parameters
    ----------
    weights : ndarray of float64, shape (n,)
        Weights of all eligible sampled people.
    responded : ndarray of bool, shape (n,)
    classes : Coded
        Class of each person, such as ``cross([code(sex), code(age)])``.
    min_respondents, max_factor
        Classes outside are reported as warnings, not changed.

    Raises
    ------
    AnalysisError
        If somebody has no class, or a class has no respondent.
    """
    if not classes.present.all():
        raise AnalysisError(f"{int((~classes.present).sum())} sampled people have no class")
    m = len(classes.levels)
    sampled = np.bincount(classes.codes, weights, m)
    answered = np.bincount(classes.codes, weights * responded, m)
    empty = [classes.levels[k] for k in np.flatnonzero(answered == 0)]
    if empty:
        raise AnalysisError(
            f"nonresponse class without a respondent: {', '.join(empty)}; merge classes"
        )
    factor = sampled / answered
    n_resp = np.bincount(classes.codes[responded], minlength=m)
    table = pd.DataFrame(
        {
            "cell": classes.levels,
            "factor": factor,
            "n_sample": np.bincount(classes.codes, minlength=m),
            "n_resp": n_resp,
        }
    )
    thin = table[(table["n_resp"] < min_respondents) | (table["factor"] > max_factor)]
    warnings = tuple(
        f"class {cell}: {count} respondents, factor {value:.2f}"
        for cell, value, count in zip(thin["cell"], thin["factor"], thin["n_resp"], strict=True)
    )
    return Adjusted(np.where(responded, weights * factor[classes.codes], 0.0), table, warnings)


def adjust_by_propensity(weights: FloatArray, responded: BoolArray, fit: LogitFit) -> Adjusted:
    """Divide respondents' weights by their fitted response propensity."""
    adjusted = np.where(responded, weights / fit.fitted, 0.0)
    table = pd.DataFrame({"cell": ["all"], "factor": [float((1 / fit.fitted[responded]).mean())]})
    return Adjusted(adjusted, table)


def propensity_classes(propensity: FloatArray, count: int) -> Coded:
    """Cut propensities at their quantiles (type 7): classes (low, high], the lowest closed.

    Quintiles remove some nine tenths of the bias that the propensity explains (Rosenbaum and Rubin
    1984) and give no extreme weights (Little 1986).
    """
    bounds = np.quantile(propensity, np.linspace(0, 1, count + 1))
    # Break points that coincide would give empty classes.
    inner = np.unique(bounds[1:-1])
    codes = np.searchsorted(inner, propensity, side="left").astype(np.int64)
    return Coded(codes, tuple(str(k + 1) for k in range(len(inner) + 1)))


def classes_of(frame: pd.DataFrame, names: Sequence[str]) -> Coded:
    """Cross frame variables to nonresponse classes."""
    return cross([code(frame[name]) for name in names])
