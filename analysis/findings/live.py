"""The published shares beside the estimates of a wave that is still in the field."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.codebook import words
from analysis.domain import domain_df
from analysis.errors import EmptyDomainError
from analysis.estimate import logit_interval
from analysis.expression import parse
from analysis.findings.registry import Finding
from analysis.linear import Column, ratio_estimate
from analysis.responses import Responses
from analysis.shares import flag_of, weighted_design


def compute_findings(
    responses: Responses, findings: Sequence[Finding], *, language: str = "nl", level: float = 0.95
) -> pd.DataFrame:
    """Estimate each published share on weighted responses.

    Parameters
    ----------
    responses : Responses
        Weighted interviews of one wave.
    findings : sequence of Finding
        Those without a published share are passed over.

    Returns
    -------
    DataFrame
        One row per finding: id, research_question, statement, group, base, published,
        published_low, published_high, estimate, se, low, high (shares; logit interval), n and
        weighted_n of the denominator, flag (as `shares.flag_of`), agreement: ``inside`` when the
        estimate lies in the published range, ``overlaps`` when only its interval touches it,
        ``outside``, or empty without an estimate; note.

    Notes
    -----
    The denominator is: base true, and a substantive answer on every variable of the numerator.
    These are live figures for the staff of the study: small bases are kept back, nothing else is.
    What is published goes through `published_findings`.
    """
    rows = [_row(responses, finding, language, level) for finding in findings if finding.is_numeric]
    return pd.DataFrame(rows)


def _row(
    responses: Responses, finding: Finding, language: str, level: float
) -> dict[str, str | float | int]:
    row: dict[str, str | float | int] = {
        "id": finding.id,
        "research_question": finding.research_question,
        "statement": words(finding.statement, language),
        "group": finding.group,
        "base": finding.base,
        "published": finding.published,
        "published_low": finding.published_low or 0.0,
        "published_high": finding.published_high or 0.0,
    }
    row.update(_estimate(responses, finding, level))
    row["agreement"] = _agreement(row)
    row["note"] = finding.note
    return row


def _estimate(responses: Responses, finding: Finding, level: float) -> dict[str, float | int | str]:
    design = weighted_design(responses)
    numerator = parse(finding.numerator)
    base = parse(finding.base)(responses)
    for name in numerator.reads:
        base = base & responses.known(name)
    n = int(base.sum())
    nothing = {"estimate": np.nan, "se": np.nan, "low": np.nan, "high": np.nan}
    weighted_n = float(design.weights[base].sum())
    if flag_of(n) == "suppressed":
        return {**nothing, "n": n, "weighted_n": np.nan, "flag": flag_of(n)}
    column = Column({"variable": finding.id}, (numerator(responses) & base).astype(float), base)
    try:
        estimate = ratio_estimate(
            design,
            "share",
            [column],
            base[:, None].astype(float),
            domain_df(design, base),
            None,
            level,
        )
    except EmptyDomainError:
        return {**nothing, "n": n, "weighted_n": weighted_n, "flag": "suppressed"}
    low, high = logit_interval(estimate.value, estimate.se, estimate.df, level)
    return {
        "estimate": float(estimate.value[0]),
        "se": float(estimate.se[0]),
        "low": float(low[0]),
        "high": float(high[0]),
        "n": n,
        "weighted_n": weighted_n,
        "flag": flag_of(n),
    }


def _agreement(row: dict[str, str | float | int]) -> str:
    estimate, low, high = (float(row[name]) for name in ("estimate", "low", "high"))
    if np.isnan(estimate):
        return ""
    published_low, published_high = float(row["published_low"]), float(row["published_high"])
    if published_low <= estimate <= published_high:
        return "inside"
    if low <= published_high and high >= published_low:
        return "overlaps"
    return "outside"
