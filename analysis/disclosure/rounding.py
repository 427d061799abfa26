"""Rounding: the last step before a writer, done once.

Counts go to the nearest ten, halves upward, each number for itself: a number that stands in two
tables is rounded alike in both, and parts may miss their total by the sum of their roundings, which
the notes of a table say. Shares are computed from unrounded sums and rounded afterwards: taken
from rounded counts a share of 0.5 on a base of 35 could come out as 0.40 or 0.67. They are rounded
too, because a share to many decimals gives its base back (0.241379... is 7/29).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.arrays import FloatArray
from analysis.disclosure.masking import MaskedTables
from analysis.disclosure.policy import Policy

COUNTS = ("n", "weighted_n", "n_eff")
FRACTIONS = ("value", "se", "low", "high")
PEOPLE = "people"
NUMBERS = ("mean", "q25", "median", "q75", "change:mean", "change:median")


def round_tables(tables: MaskedTables, policy: Policy | None = None) -> pd.DataFrame:
    """Give the rows as they are printed.

    Takes tables that were masked and gives a plain frame, so nothing can be rounded twice or
    before it was masked.

    Returns
    -------
    DataFrame
        n and n_eff to the nearest ``count_unit``; weighted_n to as many people as ``count_unit``
        interviews stand for, see `people_unit`; value, se, low and high to ``share_decimals``, of
        means and quantiles to ``mean_decimals``. Missing stays missing.
    """
    return round_rows(tables.rows, policy or Policy())


def round_rows(masked: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Give rows that were masked as they are printed; numbers of people as weighted_n."""
    rows = masked.copy()
    units = _people_units(rows, policy)
    for name in COUNTS:
        unit = units if name == "weighted_n" else np.full(len(rows), float(policy.count_unit))
        rounded = round_half_up(_floats(rows[name]), unit)
        rows[name] = pd.array(rounded, dtype="Float64").astype("Int64") if name == "n" else rounded
    is_mean = rows["statistic"].isin(NUMBERS).to_numpy(dtype=bool)
    is_people = (rows["statistic"] == PEOPLE).to_numpy(dtype=bool)
    for name in FRACTIONS:
        values = _floats(rows[name])
        shares = np.round(values, policy.share_decimals)
        # Adding zero turns the -0.0 of a small negative number into 0.0.
        # An error is rounded up: to the nearest it could be printed as none at all.
        people = np.ceil(values / units) * units if name == "se" else round_half_up(values, units)
        shares = np.where(is_people, people, shares)
        rows[name] = np.where(is_mean, np.round(values, policy.mean_decimals), shares) + 0.0
    return rows


def _people_units(rows: pd.DataFrame, policy: Policy) -> FloatArray:
    """Give the unit of weighted_n for each row: one for a table and wave, from its largest base."""
    n = _floats(rows["n"])
    weight = pd.Series(np.where(n > 0, _floats(rows["weighted_n"]) / np.where(n > 0, n, 1), np.nan))
    places = [rows[name].astype(str).to_numpy() for name in ("table", "wave")]
    largest = pd.Series(n).groupby(places).transform("max") == n
    mean = weight.where(largest).groupby(places).transform("max")
    return np.array([people_unit(one, policy.count_unit) for one in mean])


def people_unit(mean_weight: float, count_unit: int) -> float:
    """Give 1, 2 or 5 times a power of ten, no less than ``count_unit`` interviews stand for.

    People counted more finely than that would undo the rounding of n: divided by the mean weight
    they are n.
    """
    people = count_unit * mean_weight
    if not people > count_unit:
        return float(count_unit)
    power = 10.0 ** np.floor(np.log10(people))
    return float(power * next(step for step in (1, 2, 5, 10) if step * power >= people - 1e-9))


def round_half_up(counts: FloatArray, unit: FloatArray | float) -> FloatArray:
    """Round to the nearest multiple of a unit; 25 to tens is 30, as in CBS tables."""
    return np.asarray(np.floor(counts / unit + 0.5) * unit)


def _floats(column: pd.Series) -> FloatArray:
    return np.asarray(column.to_numpy(dtype=float, na_value=np.nan))
