"""Linear and logistic regression with design-based standard errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import pandas as pd
from scipy import linalg, stats

from analysis.arrays import FloatArray
from analysis.design import SurveyDesign
from analysis.domain import domain_df, domain_of, valid_rows
from analysis.errors import AnalysisError
from analysis.estimate import t_quantile
from analysis.logit import Terms, fit_logit, model_matrix
from analysis.means import Where
from analysis.variance import covariance


class Family(StrEnum):
    """What the outcome is."""

    GAUSSIAN = "gaussian"
    BINOMIAL = "binomial"


@dataclass(frozen=True, eq=False)
class Regression:
    """Fitted coefficients.

    Attributes
    ----------
    terms : tuple of str
        ``(Intercept)``, numeric predictors, and predictor + level for categorical ones.
    df : float
        Units less strata among the rows used, plus one, less the number of terms.
    """

    terms: tuple[str, ...]
    coefficients: FloatArray
    covariance: FloatArray = field(repr=False)
    df: float
    n: int
    left_out: int

    @property
    def se(self) -> FloatArray:
        """Standard errors, shape (p,)."""
        return np.sqrt(np.diag(self.covariance))

    def to_frame(self, level: float = 0.95) -> pd.DataFrame:
        """Give one row per term with t test and interval."""
        t = self.coefficients / self.se
        half = t_quantile(self.df, level) * self.se
        return pd.DataFrame(
            {
                "term": self.terms,
                "estimate": self.coefficients,
                "se": self.se,
                "t": t,
                "p": 2 * stats.t.sf(np.abs(t), self.df),
                "low": self.coefficients - half,
                "high": self.coefficients + half,
            }
        )

    def __str__(self) -> str:
        head = f"n {self.n} ({self.left_out} left out: missing), df {self.df:g}"
        return head + "\n" + self.to_frame().to_string(index=False, float_format="{:.4g}".format)


def regress(
    design: SurveyDesign,
    outcome: str,
    predictors: Sequence[str],
    *,
    family: Family | str = Family.GAUSSIAN,
    where: Where = None,
    levels: Mapping[str, Sequence[str]] | None = None,
) -> Regression:
    """Regress an outcome on predictors in the population.

    Parameters
    ----------
    design : SurveyDesign
        Weights are people of the population per row.
    outcome : str
        Numeric; 0 or 1 for the binomial family.
    predictors : sequence of str
        Numeric columns as they are, others by treatment contrasts with the first level as
        reference.
    levels : mapping, optional
        Order of levels by predictor.

    Raises
    ------
    AnalysisError
        If predictors are dependent, or a predictor separates the outcomes.

    Notes
    -----
    Weighted least squares, or pseudo-likelihood with the logit link; covariance by linearisation of
    the estimating equations, z = A^-1 x (y - mu) (Binder 1983). Rows missing a variable are outside
    the base. Agrees with R survey ``svyglm``.
    """
    base = domain_of(design, where).rows & valid_rows(design, [outcome, *predictors])
    terms = model_matrix(design.frame[base], predictors, levels=levels)
    y = pd.to_numeric(design.frame.loc[base, outcome]).to_numpy(dtype=float)
    w = design.weights[base]
    family = Family(family)
    coefficients, mean = _fit(terms, y, w, family)
    spread = np.ones(len(y)) if family is Family.GAUSSIAN else mean * (1 - mean)
    A = terms.X.T @ ((w * spread)[:, None] * terms.X)
    influence = np.zeros((len(design), len(coefficients)))
    influence[base] = linalg.solve(A, (terms.X * (y - mean)[:, None]).T, assume_a="pos").T
    if design.replicates is None:
        V = covariance(design, influence)
    else:
        W = np.asarray(design.replicates.weights[base], dtype=np.float64)
        fits = np.stack([_fit(terms, y, W[:, r], family)[0] for r in range(W.shape[1])])
        V = design.replicates.covariance_of(fits, coefficients)
    df = domain_df(design, base) + 1 - len(coefficients)
    return Regression(terms.names, coefficients, V, df, int(base.sum()), int((~base).sum()))


def _fit(
    terms: Terms, y: FloatArray, w: FloatArray, family: Family
) -> tuple[FloatArray, FloatArray]:
    if family is Family.BINOMIAL:
        fit = fit_logit(terms, y, w)
        return fit.coefficients, fit.fitted
    root = np.sqrt(w)[:, None]
    coefficients, _, rank, _ = linalg.lstsq(root * terms.X, root[:, 0] * y)
    if rank < terms.X.shape[1]:
        raise AnalysisError(f"predictors are linearly dependent: {', '.join(terms.names[1:])}")
    return coefficients, terms.X @ coefficients
