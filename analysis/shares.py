"""Weighted shares of a questionnaire variable, in total and by a breakdown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.arrays import BoolArray
from analysis.codebook import Missing, Variable
from analysis.design import SurveyDesign
from analysis.domain import domain_df
from analysis.errors import AnalysisError, EmptyDomainError
from analysis.estimate import Estimate, logit_interval
from analysis.expression import parse
from analysis.linear import Column, ratio_estimate
from analysis.responses import Responses

TOTAL = "total"
SUPPRESS_BELOW = 30
BRACKET_BELOW = 50
FLAG_BELOW = 100


@dataclass(frozen=True, eq=False)
class ShareTable:
    """Shares of one variable.

    Attributes
    ----------
    rows : DataFrame
        stub, stub_code, banner, banner_code, statistic, value, se, low, high (shares 0 to 1; the
        interval is a 95 % logit interval), n and weighted_n and n_eff of the base, flag.
        ``flag`` is ``suppressed`` for a base under 30 (the numbers are then missing), ``bracketed``
        under 50, ``small`` under 100, else empty.
    notes : tuple of str
        Weight, base, rows left out and why.
    """

    variable: Variable
    by: str | None
    rows: pd.DataFrame = field(repr=False)
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        return self.rows.copy()


def share(
    responses: Responses,
    variable: str,
    *,
    by: str | None = None,
    where: str | None = None,
    level: float = 0.95,
) -> ShareTable:
    """Estimate the share of the population that gave each answer.

    Parameters
    ----------
    responses : Responses
        Weighted interviews; weights are people of the population per interview.
    variable : str
        Single- or multiple-choice variable of the codebook.
    by : str, optional
        Single-choice variable; one column per code beside the total.
    where : str, optional
        Base in the language of the item bank, such as ``"r_regime == 'wi2021'"``.

    Returns
    -------
    ShareTable

    Raises
    ------
    UnknownVariableError
        If a variable is not in the codebook.
    EmptyDomainError
        If nobody in the base answered.
    AnalysisError
        If the variable has no answer codes, or the responses have no weights.

    Notes
    -----
    dk, ref, skip, na_route and break_off are outside the base, and counted in the notes. Standard
    errors by linearisation with calibration residuals; see `analysis.variance.covariance`.
    """
    design = weighted_design(responses)
    described = responses.codebook[variable]
    if not described.is_categorical:
        raise AnalysisError(
            f"variable '{variable}' ({described.kind}) has no answer codes to share out"
        )
    asked = np.ones(len(responses), dtype=bool) if where is None else parse(where)(responses)
    base = asked & responses.known(variable)
    if not base.any():
        raise EmptyDomainError(f"nobody in the base answered '{variable}'")
    columns = [
        Column({"stub_code": code, **group}, (chosen & rows).astype(float), rows)
        for group, rows in groups_of(responses, by, base)
        for code, chosen in answers(responses, described)
    ]
    denominators = np.stack([column.base for column in columns], axis=1).astype(float)
    df = domain_df(design, base) if where is not None else design.degrees_of_freedom
    estimate = ratio_estimate(design, "share", columns, denominators, df, None, level)
    notes = (
        f"Weight {design.weight.name}" + (" (model-based)" if design.weight.model_based else ""),
        f"Base: {where or described.base}",
        *missing_notes(responses, described, asked),
    )
    return ShareTable(described, by, _rows(described, by, estimate), notes)


def answers(responses: Responses, variable: Variable) -> Iterator[tuple[str, BoolArray]]:
    """Give each code with the rows that chose it, in the codebook's order."""
    if variable.is_multiple:
        for option in variable.codes:
            yield option.code, responses.chosen(variable.name, option.code)
        return
    coded = responses.coded(variable.name)
    for k, level in enumerate(coded.levels):
        yield level, coded.codes == k


def groups_of(
    responses: Responses, by: str | None, base: BoolArray
) -> Iterator[tuple[dict[str, str], BoolArray]]:
    """Give the total and then each group of a breakdown that has members in the base."""
    yield {"banner": TOTAL, "banner_code": TOTAL}, base
    if by is None:
        return
    coded = responses.coded(by)
    for k, level in enumerate(coded.levels):
        rows = base & (coded.codes == k)
        if rows.any():
            yield {"banner": by, "banner_code": level}, rows


def weighted_design(responses: Responses) -> SurveyDesign:
    """Give the design of weighted responses, or refuse."""
    if responses.design is None:
        raise AnalysisError("these responses have no weights; weigh them with a recipe first")
    return responses.design


def missing_notes(responses: Responses, variable: Variable, asked: BoolArray) -> tuple[str, ...]:
    """Count the rows left out of the base by kind of missing."""
    column = responses.column(variable.columns[0])[asked]
    counts = {kind.value: int((column == kind.value).sum()) for kind in Missing}
    blank = int((column == "").sum())
    if blank:
        counts["not in this wave"] = blank
    listed = ", ".join(f"{kind} {count}" for kind, count in counts.items() if count)
    return (f"Left out of the base: {listed}",) if listed else ()


def flag_of(n: int) -> str:
    """Small-base rule of the publication standard; see `ShareTable`."""
    if n < SUPPRESS_BELOW:
        return "suppressed"
    if n < BRACKET_BELOW:
        return "bracketed"
    return "small" if n < FLAG_BELOW else ""


def _rows(variable: Variable, by: str | None, estimate: Estimate) -> pd.DataFrame:
    low, high = logit_interval(estimate.value, estimate.se, estimate.df, estimate.level)
    rows = estimate.labels.assign(
        stub=variable.name,
        statistic="share",
        value=estimate.value,
        se=estimate.se,
        low=low,
        high=high,
        n=estimate.n,
        weighted_n=estimate.weighted_n,
        n_eff=estimate.n_eff,
        flag=[flag_of(int(n)) for n in estimate.n],
    )
    hidden = rows["flag"] == "suppressed"
    rows.loc[hidden, ["value", "se", "low", "high", "weighted_n", "n_eff"]] = np.nan
    order = [
        "stub",
        "stub_code",
        "banner",
        "banner_code",
        "statistic",
        "value",
        "se",
        "low",
        "high",
    ]
    return rows[[*order, "n", "weighted_n", "n_eff", "flag"]]
