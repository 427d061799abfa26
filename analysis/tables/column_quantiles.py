"""Quantiles of number variables with Woodruff's interval, from the cells of a section."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.arrays import FloatArray
from analysis.estimate import t_quantile
from analysis.quantiles import QuantileRule, weighted_quantile
from analysis.tables.estimates import Section


@dataclass(frozen=True, eq=False)
class ColumnQuantiles:
    """One quantile of the columns of a section, each array of shape (columns,)."""

    value: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray


def column_quantiles(section: Section, p: float, df: float, level: float = 0.95) -> ColumnQuantiles:
    """Estimate a quantile of each column.

    Parameters
    ----------
    section : Section
        Of a number variable: its levels are the distinct values, in order.
    p : float
        Share of people at or below it, between 0 and 1: 0.5 for the median.

    Returns
    -------
    ColumnQuantiles
        Bounds are missing where the interval leaves the data.

    Notes
    -----
    Woodruff (1952), as `quantiles.quantile` with rule ``math`` and interval ``mean``: the t
    interval of the share of values up to the quantile, turned back into values.
    """
    values = section.part.scores[0]
    mass = section.tally.weight
    columns = len(mass)
    found = np.full((4, columns), np.nan)
    used = np.flatnonzero(section.n)
    for c in used:
        found[0, c] = weighted_quantile(values, mass[c], p, QuantileRule.MATH)
    share, error = _shares_below(section, found[0])
    for c in used:
        half = t_quantile(df, level) * error[c]
        for row, end in ((2, share[c] - half), (3, share[c] + half)):
            if 0 <= end <= 1:
                found[row, c] = weighted_quantile(values, mass[c], float(end), QuantileRule.MATH)
    found[1] = (found[3] - found[2]) / (2 * t_quantile(df, level))
    return ColumnQuantiles(*found)


def _shares_below(section: Section, limit: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Share of each column at or below its own limit, with standard error."""
    values = section.part.scores[0]
    below = (values <= limit[:, None]).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (section.tally.weight * below).sum(axis=1) / section.weighted_n
    column, level = np.divmod(section.cells.inner, section.part.levels + 1)
    z = np.zeros((len(column), len(limit)))
    inside = np.flatnonzero((column < len(limit)) & (level < section.part.levels))
    own = column[inside]
    z[inside, own] = (below[own, level[inside]] - share[own]) / section.weighted_n[own]
    return share, np.sqrt(section.cells.variances(z))
