"""Weighted shares of a questionnaire variable, in total and by a breakdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from string import ascii_lowercase

import numpy as np
import pandas as pd

from analysis.arrays import BoolArray, FloatArray
from analysis.codebook import Missing, Variable
from analysis.contrasts import contrast
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
_NUMBERS = ["value", "se", "low", "high", "weighted_n", "n_eff"]
_ORDER = [
    "stub", "stub_code", "banner", "banner_code", "statistic", "value", "se", "low", "high", "n",
    "weighted_n", "n_eff", "flag",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class ShareTable:
    """Shares of one variable.

    Attributes
    ----------
    rows : DataFrame
        stub, stub_code, banner, banner_code, statistic, value, se, low, high (shares 0 to 1; the
        interval is a 95 % logit interval), n and weighted_n and n_eff of the base, flag.
        ``flag`` is ``suppressed`` for a base under 30 (the numbers are then missing), ``bracketed``
        under 50, ``small`` under 100, else empty. Rows with statistic ``letters`` carry the letters
        of columns that are lower in ``flag``.
    notes : tuple of str
        Weight, base, rows left out and why.
    """

    variable: Variable
    by: str | None
    rows: pd.DataFrame = field(repr=False)
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Give the rows."""
        return self.rows.copy()


def share(
    responses: Responses,
    variable: str,
    *,
    by: str | None = None,
    where: str | None = None,
    nets: Mapping[str, Sequence[str]] | None = None,
    mean: bool = False,
    letters: bool = False,
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
    nets : mapping, optional
        Codes counted together, by the net's name; statistic ``net``.
    mean : bool
        Also the mean of the codes read as numbers; statistic ``mean``, t interval.
    letters : bool
        Also test all pairs of columns of ``by``: columns are a, b, c, ... in the codebook's order,
        and the letter of the lower column stands at the higher, small at 5 %, capital at 1 %. Bases
        under 30 are not tested.

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
    errors by linearisation with calibration residuals; see `analysis.variance.covariance`. Letters
    use the covariance between columns and t(df). Degrees of freedom are units minus strata with
    members in the base, whether or not ``where`` is given: people without an answer bring no
    information about it. `analysis.tables` gives the same numbers for many tables at once.
    """
    design = weighted_design(responses)
    described = responses.codebook[variable]
    if not described.is_categorical:
        raise AnalysisError(f"'{variable}' ({described.kind}) has no answer codes to share out")
    asked = np.ones(len(responses), dtype=bool) if where is None else parse(where)(responses)
    base = asked & responses.known(variable)
    if not base.any():
        raise EmptyDomainError(f"nobody in the base answered '{variable}'")
    columns = [
        Column({"stub_code": code, "statistic": kind, **group}, np.where(rows, score, 0.0), rows)
        for group, rows in groups_of(responses, by, base)
        for code, kind, score in scores_of(responses, described, nets or {}, mean=mean)
    ]
    denominators = np.stack([column.base for column in columns], axis=1).astype(float)
    df = domain_df(design, base)
    estimate = ratio_estimate(design, "share", columns, denominators, df, None, level)
    rows = share_rows(described, estimate)
    if letters and by is not None:
        rows = pd.concat([rows, _letter_rows(described, estimate, by)], ignore_index=True)
    notes = (
        f"Weight {design.weight.name}" + (" (model-based)" if design.weight.model_based else ""),
        f"Base: {where or described.base}",
        *missing_notes(responses, described, asked),
    )
    return ShareTable(described, by, rows, notes)


def answers(responses: Responses, variable: Variable) -> Iterator[tuple[str, BoolArray]]:
    """Give each code with the rows that chose it, in the codebook's order."""
    if variable.is_multiple:
        for option in variable.codes:
            yield option.code, responses.chosen(variable.name, option.code)
        return
    coded = responses.coded(variable.name)
    for k, level in enumerate(coded.levels):
        yield level, coded.codes == k


def scores_of(
    responses: Responses,
    variable: Variable,
    nets: Mapping[str, Sequence[str]],
    *,
    mean: bool,
) -> Iterator[tuple[str, str, FloatArray]]:
    """Give code or net, statistic, and the score of every row for it."""
    chosen = dict(answers(responses, variable))
    for code, rows in chosen.items():
        yield code, "share", rows.astype(float)
    for name, codes in nets.items():
        unknown = [code for code in codes if code not in chosen]
        if unknown:
            raise AnalysisError(f"net '{name}': '{variable.name}' has no code {', '.join(unknown)}")
        yield name, "net", np.logical_or.reduce([chosen[code] for code in codes]).astype(float)
    if mean:
        if variable.is_multiple:
            raise AnalysisError(f"'{variable.name}' has several answers; it has no mean")
        try:
            values = {code: float(code) for code in chosen}
        except ValueError as error:
            raise AnalysisError(f"codes of '{variable.name}' are no numbers: {error}") from error
        total = np.sum([values[code] * rows for code, rows in chosen.items()], axis=0)
        yield "mean", "mean", np.asarray(total, dtype=float)


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


def share_rows(variable: Variable, estimate: Estimate) -> pd.DataFrame:
    """Lay out estimates as rows, with logit intervals for shares and small bases hidden."""
    low, high = logit_interval(estimate.value, estimate.se, estimate.df, estimate.level)
    is_share = (estimate.labels["statistic"] != "mean").to_numpy(dtype=bool)
    rows = estimate.labels.assign(
        stub=variable.name,
        value=estimate.value,
        se=estimate.se,
        low=np.where(is_share, low, estimate.low),
        high=np.where(is_share, high, estimate.high),
        n=estimate.n,
        weighted_n=estimate.weighted_n,
        n_eff=estimate.n_eff,
        flag=[flag_of(int(n)) for n in estimate.n],
    )
    rows.loc[rows["flag"] == "suppressed", _NUMBERS] = np.nan
    return rows[_ORDER]


def _letter_rows(variable: Variable, estimate: Estimate, by: str) -> pd.DataFrame:
    """Test the columns of a breakdown on every statistic."""
    labels = estimate.labels.assign(n=estimate.n, at=np.arange(len(estimate)))
    labels = labels[labels["banner"] == by]
    letter = dict(zip(labels["banner_code"].drop_duplicates(), ascii_lowercase, strict=False))
    rows = []
    for (code, _), group in labels.groupby(["stub_code", "statistic"], sort=False):
        tested = group[group["n"] >= SUPPRESS_BELOW]
        names, at = tested["banner_code"].tolist(), tested["at"].to_numpy(dtype=np.int64)
        marks = dict.fromkeys(names, "")
        for i, j in combinations(range(len(names)), 2):
            C = np.zeros(len(estimate))
            C[at[i]], C[at[j]] = -1.0, 1.0
            test = contrast(estimate, C, pd.DataFrame([{"a": names[i], "b": names[j]}]))
            if test.p[0] < 0.05:
                lower, higher = (i, j) if test.difference[0] > 0 else (j, i)
                mark = letter[names[lower]]
                marks[names[higher]] += mark.upper() if test.p[0] < 0.01 else mark
        rows += [
            {"stub_code": code, "banner": by, "banner_code": name, "flag": text}
            for name, text in marks.items()
        ]
    table = pd.DataFrame(rows, columns=["stub_code", "banner", "banner_code", "flag"])
    table = table.assign(stub=variable.name, statistic="letters", n=np.nan)
    return table.reindex(columns=_ORDER)
