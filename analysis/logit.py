"""Logistic regression by iteratively reweighted least squares, for response propensities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import linalg

from analysis.arrays import FloatArray, code
from analysis.errors import AnalysisError

MAX_ITERATIONS = 100


class SeparationError(AnalysisError):
    """Some predictor tells the outcome with certainty, so its coefficient is infinite."""


@dataclass(frozen=True, eq=False)
class Terms:
    """A model matrix with named columns."""

    X: FloatArray = field(repr=False)
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class LogitFit:
    """Coefficients by term and the fitted probabilities, shape (n,)."""

    terms: tuple[str, ...]
    coefficients: FloatArray
    fitted: FloatArray = field(repr=False)
    iterations: int


def model_matrix(
    frame: pd.DataFrame,
    predictors: Sequence[str],
    *,
    levels: Mapping[str, Sequence[str]] | None = None,
) -> Terms:
    """Build an intercept, numeric columns as they are, and categorical ones by treatment contrasts.

    Parameters
    ----------
    levels : mapping, optional
        Order of the levels of categorical predictors; the first is the reference. Default: sorted.

    Raises
    ------
    AnalysisError
        If a predictor has missing values.
    """
    columns = [np.ones(len(frame))]
    names = ["(Intercept)"]
    for name in predictors:
        values = frame[name]
        if pd.api.types.is_numeric_dtype(values.dtype):
            column = values.to_numpy(dtype=float, na_value=np.nan)
            _require(name, np.isnan(column))
            columns.append(column)
            names.append(name)
            continue
        coded = code(values, (levels or {}).get(name))
        _require(name, ~coded.present)
        used = set(np.unique(coded.codes).tolist())
        present = [k for k in range(len(coded.levels)) if k in used]
        for k in present[1:]:
            columns.append((coded.codes == k).astype(float))
            names.append(f"{name}{coded.levels[k]}")
    return Terms(np.stack(columns, axis=1), tuple(names))


def without_dependent(terms: Terms) -> tuple[Terms, tuple[str, ...]]:
    """Leave out each column that is a combination of those before it; also give their names."""
    scaled = terms.X / np.maximum(np.linalg.norm(terms.X, axis=0), 1e-300)
    diagonal = np.abs(np.diag(np.linalg.qr(scaled, mode="r")))
    keep = np.flatnonzero(diagonal > 1e-9)
    dropped = tuple(name for k, name in enumerate(terms.names) if k not in set(keep.tolist()))
    return Terms(terms.X[:, keep], tuple(terms.names[k] for k in keep)), dropped


def fit_logit(terms: Terms, outcome: FloatArray, weights: FloatArray | None = None) -> LogitFit:
    """Fit P(outcome = 1) by maximum (pseudo-)likelihood.

    Parameters
    ----------
    terms : Terms
        (n, p), full column rank.
    outcome : ndarray of float64, shape (n,)
        0 or 1.
    weights : ndarray of float64, shape (n,), optional
        Design weights for pseudo-likelihood; only their ratios matter.

    Raises
    ------
    SeparationError
        If no finite maximum exists.

    Notes
    -----
    Newton's method, the same as IRLS for the canonical link (McCullagh and Nelder 1989, 2.5).
    """
    X = terms.X
    prior = np.ones(len(outcome)) if weights is None else weights / weights.mean()
    beta = np.zeros(X.shape[1])
    if np.linalg.matrix_rank(X) < X.shape[1]:
        raise AnalysisError(f"predictors are linearly dependent: {', '.join(terms.names[1:])}")
    for iteration in range(1, MAX_ITERATIONS + 1):
        p = 1 / (1 + np.exp(-X @ beta))
        information = X.T @ ((prior * p * (1 - p))[:, None] * X)
        try:
            step = linalg.solve(information, X.T @ (prior * (outcome - p)), assume_a="pos")
        except linalg.LinAlgError:
            break
        beta = beta + step
        if np.max(np.abs(beta)) > 30:
            break
        if np.max(np.abs(step)) < 1e-12 * (1 + np.max(np.abs(beta))):
            return LogitFit(terms.names, beta, 1 / (1 + np.exp(-X @ beta)), iteration)
    worst = terms.names[int(np.argmax(np.abs(beta)))]
    raise SeparationError(f"no finite fit: '{worst}' separates respondents from nonrespondents")


def _require(name: str, missing: np.ndarray) -> None:
    if missing.any():
        raise AnalysisError(f"predictor '{name}' is missing in {int(missing.sum())} rows")
