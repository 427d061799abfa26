"""Totals, means, proportions and ratios, with domains and their covariances."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd

from analysis.arrays import BoolArray, Coded, code
from analysis.design import SurveyDesign
from analysis.domain import domain_of, group_codes, numeric_or_levels, valid_rows
from analysis.errors import EmptyDomainError
from analysis.estimate import Estimate, logit_interval
from analysis.linear import Column, ratio_estimate

Names = str | Sequence[str]
Where = BoolArray | str | None


def mean(
    design: SurveyDesign,
    variables: Names,
    *,
    by: Names = (),
    where: Where = None,
    deff: str | None = None,
    level: float = 0.95,
) -> Estimate:
    """Estimate population means; a categorical variable gives the share of each level.

    Parameters
    ----------
    design : SurveyDesign
        n rows; weights are people of the population per row.
    variables : str or sequence of str
        Columns of the frame. Rows missing one of them are outside the base (listwise); they stay in
        the design.
    by : str or sequence of str
        Grouping columns; all combinations that occur.
    where : str or boolean array (n,), optional
        Condition for the base. Degrees of freedom then count only units and strata with members.
    deff : {"without", "replace"}, optional
        Also give design effects against simple random sampling without or with replacement.
    level : float
        Confidence, 0 to 1.

    Returns
    -------
    Estimate
        ``low`` and ``high`` are t intervals. All groups share one covariance matrix.

    Raises
    ------
    DesignError
        If a stratum has a single unit and no rule was given.
    EmptyDomainError
        If no row is in the base.

    Notes
    -----
    z = d (y - mean) / sum(w d), Taylor linearisation (Särndal, Swensson and Wretman 1992, 5.5-5.7).
    Agrees with R survey ``svymean`` and ``svyby`` to 1e-8: tests/reference/weighting.
    """
    return _estimate(design, "mean", variables, by, where, deff, level)


def total(
    design: SurveyDesign,
    variables: Names,
    *,
    by: Names = (),
    where: Where = None,
    deff: str | None = None,
    level: float = 0.95,
) -> Estimate:
    """Estimate population totals; a categorical variable gives the number of people per level.

    Parameters and result as `mean`; z = d y.
    """
    return _estimate(design, "total", variables, by, where, deff, level)


def proportion(
    design: SurveyDesign,
    variables: Names,
    *,
    by: Names = (),
    where: Where = None,
    deff: str | None = None,
    level: float = 0.95,
    interval: str = "logit",
) -> Estimate:
    """Estimate the share of each level of categorical variables, 0 to 1.

    As `mean`, with the variables taken as categories even when their codes are numbers, and with
    intervals on the logit scale unless ``interval`` is ``"wald"``.
    """
    frame = design.frame
    names = [variables] if isinstance(variables, str) else list(variables)
    categorical = {name: code(frame[name]) for name in names if name in frame.columns}
    result = _estimate(design, "mean", names, by, where, deff, level, categorical)
    if interval == "wald":
        return result
    low, high = logit_interval(result.value, result.se, result.df, level)
    return replace(result, statistic="proportion", low=low, high=high)


def ratio(
    design: SurveyDesign,
    numerator: str,
    denominator: str,
    *,
    by: Names = (),
    where: Where = None,
    level: float = 0.95,
) -> Estimate:
    """Estimate a ratio of two population totals.

    z = d (y - R x) / sum(w d x). Rows missing either variable are outside the base.
    """
    y = pd.to_numeric(design.variable(numerator)).to_numpy(dtype=float, na_value=np.nan)
    x = pd.to_numeric(design.variable(denominator)).to_numpy(dtype=float, na_value=np.nan)
    valid = ~(np.isnan(y) | np.isnan(x))
    domain = domain_of(design, where)
    base = domain.rows & valid
    _require_rows(base)
    columns = []
    weights_of = []
    for labels, rows in groups(design, by, base):
        columns.append(
            Column(
                {**labels, "variable": f"{numerator}/{denominator}"}, np.where(rows, y, 0.0), rows
            )
        )
        weights_of.append(np.where(rows, x, 0.0))
    return ratio_estimate(
        design,
        "ratio",
        columns,
        np.stack(weights_of, axis=1),
        domain.df,
        None,
        level,
        _left_out(design, base, domain.rows, by),
    )


def _estimate(
    design: SurveyDesign,
    statistic: str,
    variables: Names,
    by: Names,
    where: Where,
    deff: str | None,
    level: float,
    categorical: dict[str, Coded] | None = None,
) -> Estimate:
    names = [variables] if isinstance(variables, str) else list(variables)
    domain = domain_of(design, where)
    base = domain.rows & valid_rows(design, names)
    _require_rows(base)
    columns = [
        column
        for name in names
        for column in _columns(design, name, (categorical or {}).get(name), by, base)
    ]
    denominators = (
        None if statistic == "total" else np.stack([c.base for c in columns], 1).astype(float)
    )
    notes = _left_out(design, base, domain.rows, by)
    return ratio_estimate(design, statistic, columns, denominators, domain.df, deff, level, notes)


def _columns(
    design: SurveyDesign, name: str, coded: Coded | None, by: Names, base: BoolArray
) -> Iterator[Column]:
    """All groups of the first level, then of the second: groups vary fastest."""
    for level, values in numeric_or_levels(design, name, coded, base):
        labels = {"variable": name} if level is None else {"variable": name, "level": level}
        for group, rows in groups(design, by, base):
            yield Column({**group, **labels}, np.where(rows, values, 0.0), rows)


def groups(
    design: SurveyDesign, by: Names, base: BoolArray
) -> Iterator[tuple[dict[str, str], BoolArray]]:
    """Give each combination of grouping levels that occurs in the base, with its rows."""
    names = [by] if isinstance(by, str) else list(by)
    if not names:
        yield {}, base
        return
    parts = [group_codes(design, name) for name in names]
    # The first grouping variable varies fastest, as in svyby.
    for choice in product(*(range(len(part.levels)) for part in parts[::-1])):
        rows = base.copy()
        for part, k in zip(parts, choice[::-1], strict=True):
            rows &= part.codes == k
        if rows.any():
            levels = [part.levels[k] for part, k in zip(parts, choice[::-1], strict=True)]
            yield dict(zip(names, levels, strict=True)), rows


def _require_rows(base: BoolArray) -> None:
    if not base.any():
        raise EmptyDomainError(f"none of {len(base)} rows is in the base of this estimate")


def _left_out(
    design: SurveyDesign, base: BoolArray, domain: BoolArray, by: Names
) -> tuple[str, ...]:
    """Say how many rows of the domain are in no estimate, and why."""
    names = [by] if isinstance(by, str) else list(by)
    grouped = base.copy()
    for name in names:
        grouped &= group_codes(design, name).present
    size = int(domain.sum())
    counts = {
        "missing": size - int(base.sum()),
        f"no {' or '.join(names)}": int(base.sum()) - int(grouped.sum()),
    }
    return tuple(
        f"{count} of {size} rows left out of the base: {why}"
        for why, count in counts.items()
        if count
    )
