"""Variance of weighted totals by linearisation: strata, stages, calibration, lonely units."""

from __future__ import annotations

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.design import LonelyPSU, Stage, SurveyDesign
from analysis.errors import DesignError


def covariance(design: SurveyDesign, influence: FloatArray) -> FloatArray:
    """Covariance matrix of totals of ``weight * influence`` over the rows.

    Parameters
    ----------
    design : SurveyDesign
    influence : ndarray of float64, shape (n, k)
        Linearised values z, zero outside the domain; *not* multiplied by the weight.

    Returns
    -------
    ndarray of float64, shape (k, k)

    Raises
    ------
    DesignError
        If a stratum has a single unit and the design's rule is to fail.

    Notes
    -----
    Stage 1: sum over strata of (1 - f) n / (n - 1) sum_c (t_c - mean)(t_c - mean)', t_c the total
    of w z over unit c; each later stage adds f of the stages before times the same form within
    units (Särndal, Swensson and Wretman 1992, result 4.3.2). Calibrated weights: z is replaced by
    its residual on the auxiliaries first.
    """
    for record in design.calibration:
        influence = record.residuals(influence)
    scores = influence * design.weights[:, None]
    multiplier = np.ones(design.stages[0].n_strata)
    total = np.zeros((scores.shape[1], scores.shape[1]))
    for level, stage in enumerate(design.stages):
        total += _stage_covariance(stage, scores, multiplier, design.lonely, level + 1)
        following = design.stages[level + 1 : level + 2]
        if stage.population is None or not following or following[0].population is None:
            break
        multiplier = _inner_multiplier(stage, following[0], multiplier)
    return total


def variance(design: SurveyDesign, influence: FloatArray) -> FloatArray:
    """Diagonal of `covariance`; shape (k,)."""
    return np.diag(covariance(design, influence)).copy()


def unit_totals(stage: Stage, scores: FloatArray) -> FloatArray:
    """Total of each column over each unit; shape (n_units, k)."""
    if stage.is_element:
        return scores
    if scores.shape[1] <= 4:
        columns = [np.bincount(stage.unit, c, minlength=stage.n_units) for c in scores.T]
        return np.stack(columns, axis=1)
    totals = np.zeros((stage.n_units, scores.shape[1]))
    order = np.argsort(stage.unit, kind="stable")
    starts = np.flatnonzero(np.diff(stage.unit[order], prepend=-1))
    totals[stage.unit[order][starts]] = np.add.reduceat(scores[order], starts, axis=0)
    return totals


def _stage_covariance(
    stage: Stage, scores: FloatArray, multiplier: FloatArray, lonely: LonelyPSU, level: int
) -> FloatArray:
    """Contribution of one stage; ``multiplier`` (n_strata,) are earlier fractions."""
    totals = unit_totals(stage, scores)
    factor, lonely_strata = stratum_factors(stage, lonely, level)
    means = _stratum_sums(stage, totals) / stage.sampled[:, None]
    if lonely is LonelyPSU.ADJUST and lonely_strata.size:
        means[lonely_strata] = totals.mean(axis=0)
        factor[lonely_strata] = 1.0 - stage.fraction[lonely_strata]
    centred = totals - means[stage.stratum_of_unit]
    centred *= np.sqrt(factor * multiplier)[stage.stratum_of_unit, None]
    result = centred.T @ centred
    if lonely is LonelyPSU.AVERAGE and lonely_strata.size:
        result *= stage.n_strata / (stage.n_strata - lonely_strata.size)
    return np.asarray(result)


def stratum_factors(stage: Stage, lonely: LonelyPSU, level: int = 1) -> tuple[FloatArray, IntArray]:
    """Give (1 - f) n / (n - 1) for each stratum, and the strata with one unit not all taken.

    A stratum taken completely (f = 1) contributes nothing and is not lonely.
    """
    n = stage.sampled.astype(float)
    rest = 1.0 - stage.fraction
    alone = np.flatnonzero((stage.sampled == 1) & (rest > 1e-7))
    if alone.size and lonely is LonelyPSU.FAIL:
        names = ", ".join(stage.labels[h] for h in alone[:10])
        more = f" and {alone.size - 10} more" if alone.size > 10 else ""
        raise DesignError(
            f"stage {level}: one sampled unit only in stratum {names}{more}; no variance can be "
            "estimated. Merge strata, or choose adjust, average, remove or certainty"
        )
    factor = rest * n / np.maximum(n - 1, 1)
    factor[stage.sampled == 1] = 0.0
    return factor, alone


def _stratum_sums(stage: Stage, totals: FloatArray) -> FloatArray:
    if stage.n_strata == 1:
        return np.asarray(totals.sum(axis=0, keepdims=True))
    sums = np.zeros((stage.n_strata, totals.shape[1]))
    order = np.argsort(stage.stratum_of_unit, kind="stable")
    starts = np.flatnonzero(np.diff(stage.stratum_of_unit[order], prepend=-1))
    sums[stage.stratum_of_unit[order][starts]] = np.add.reduceat(totals[order], starts, axis=0)
    return sums


def _inner_multiplier(outer: Stage, inner: Stage, multiplier: FloatArray) -> FloatArray:
    """Product of the sampling fractions above each stratum of the inner stage."""
    row_value = (multiplier * outer.fraction)[outer.stratum_of_row]
    result = np.zeros(inner.n_strata)
    result[inner.stratum_of_row] = row_value
    return result
