"""Significance marks: letters of lower columns, and a part against the rest."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_lowercase

import numpy as np
from scipy import special

from analysis.arrays import BoolArray, FloatArray, TextArray
from analysis.contrasts import holm
from analysis.shares import SUPPRESS_BELOW
from analysis.tables.estimates import Section

LEVELS = (0.05, 0.01)
MOST_COLUMNS = len(ascii_lowercase)
"""A breakdown of more columns has no letters: there would be more pairs than answers."""
_NOTHING = 1e-12
"""Differences up to here are rounding, for example of shares that are calibrated."""


def column_letters(columns: int) -> str:
    """Give the letters of so many columns; none where there are too many."""
    return ascii_lowercase[:columns] if columns <= MOST_COLUMNS else ""


def marks(section: Section, letters: Sequence[str], df: float, *, stepwise: bool) -> TextArray:
    """Give the marks of each column and statistic; '' for none.

    Parameters
    ----------
    section : Section
    letters : sequence of str
        The letter of each column; '' for columns with nobody in them.
    df : float
        Of the t distribution.
    stepwise : bool
        Adjust p values within each row of the breakdown: pairs of columns are one family, columns
        against the rest another (Holm 1979).

    Notes
    -----
    The letter of the lower column stands at the higher one: small at 5 %, capital at 1 %. After the
    letters ``+`` or ``-`` (5 %), ``++`` or ``--`` (1 %) tell that a column is higher or lower than
    all others in the base of the table. Bases under 30 are not tested.
    """
    c, s = section.value.shape
    text = np.full((c, s), "", dtype=object)
    enough = section.n >= SUPPRESS_BELOW
    first, second = np.triu_indices(c, 1)
    tested = enough[first] & enough[second]
    first, second = first[tested], second[tested]
    if len(first):
        p, difference = _pairs(section, first, second, df)
        for k in range(s):
            own = holm(p[k]) if stepwise else p[k]
            for a, b, value, higher in zip(
                first.tolist(), second.tolist(), own, difference[k] > 0, strict=True
            ):
                if value < LEVELS[0]:
                    lower, upper = (a, b) if higher else (b, a)
                    mark = letters[lower]
                    text[upper, k] += mark.upper() if value < LEVELS[1] else mark
    return np.asarray(
        text + _rest(section, enough & (section.n_rest >= SUPPRESS_BELOW), df, stepwise)
    )


def change_marks(difference: FloatArray, se: FloatArray, tested: BoolArray, df: float) -> TextArray:
    """Mark changes that are not nothing: ``*`` at 5 %, ``**`` at 1 %."""
    p = _p_values(difference, se, df)
    text = np.where(p < LEVELS[1], "**", np.where(p < LEVELS[0], "*", ""))
    return np.asarray(np.where(tested, text, ""), dtype=object)


def _pairs(
    section: Section, first: np.ndarray, second: np.ndarray, df: float
) -> tuple[FloatArray, FloatArray]:
    """Give p values and differences, second minus first column, (statistics, pairs)."""
    V = section.covariance
    variance = V[:, first, first] + V[:, second, second] - 2 * V[:, first, second]
    difference = (section.value[second] - section.value[first]).T
    return _p_values(difference, np.sqrt(np.maximum(variance, 0)), df), difference


def _rest(section: Section, tested: BoolArray, df: float, stepwise: bool) -> TextArray:
    difference = section.value - section.rest
    p = _p_values(difference, section.se_against_rest, df)
    if stepwise:
        for k in range(p.shape[1]):
            p[tested, k] = holm(p[tested, k])
    sign = np.where(difference > 0, "+", "-").astype(object)
    times = (p < LEVELS[0]).astype(int) + (p < LEVELS[1])
    return np.where(tested[:, None], sign * times, "")


def _p_values(difference: FloatArray, se: FloatArray, df: float) -> FloatArray:
    """Two-sided p of t(df); 1 where there is nothing to test or no degree of freedom."""
    if df <= 0:
        return np.ones_like(difference)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(difference) / se
        p = 2 * special.stdtr(df, -t)
    return np.where(np.isnan(p) | (np.abs(difference) <= _NOTHING), 1.0, p)
