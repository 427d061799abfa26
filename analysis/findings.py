"""The study's published findings, computed again on a release and set beside the printed words."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.codebook import words
from analysis.domain import domain_df
from analysis.errors import AnalysisError, EmptyDomainError
from analysis.estimate import logit_interval
from analysis.expression import parse
from analysis.linear import Column, ratio_estimate
from analysis.responses import Responses
from analysis.shares import flag_of, weighted_design

_COLUMNS = (
    "id", "research_question", "statement_nl", "statement_en", "group", "published_nl",
    "published_low", "published_point", "published_high", "base", "numerator", "note", "source",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One published share and how to compute it.

    ``published_low`` to ``published_high`` is how the printed words are read, as shares 0 to 1.
    """

    id: str
    research_question: str
    statement: dict[str, str]
    group: str
    published: str
    published_low: float
    published_point: float
    published_high: float
    base: str
    numerator: str
    note: str
    source: str


def read_findings(path: Path | str) -> tuple[Finding, ...]:
    """Read the findings of a study.

    Raises
    ------
    AnalysisError
        If a column is missing or a number is none.
    ExpressionError
        If a base or numerator does not parse.
    """
    with Path(path).open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise AnalysisError(f"{path}: missing column {', '.join(missing)}")
        findings = tuple(_finding(row) for row in reader)
    for finding in findings:
        parse(finding.base)
        parse(finding.numerator)
    return findings


def compute_findings(
    responses: Responses, findings: Sequence[Finding], *, language: str = "nl", level: float = 0.95
) -> pd.DataFrame:
    """Estimate each finding on weighted responses.

    Parameters
    ----------
    responses : Responses
        Weighted interviews of one wave.
    findings : sequence of Finding

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
    """
    rows = [_row(responses, finding, language, level) for finding in findings]
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
        "published_low": finding.published_low,
        "published_high": finding.published_high,
    }
    row.update(_estimate(responses, finding, level))
    row["agreement"] = _agreement(finding, row)
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


def _agreement(finding: Finding, row: dict[str, str | float | int]) -> str:
    estimate, low, high = (float(row[name]) for name in ("estimate", "low", "high"))
    if np.isnan(estimate):
        return ""
    if finding.published_low <= estimate <= finding.published_high:
        return "inside"
    if low <= finding.published_high and high >= finding.published_low:
        return "overlaps"
    return "outside"


def _finding(row: dict[str, str]) -> Finding:
    try:
        low, point, high = (float(row[f"published_{name}"]) for name in ("low", "point", "high"))
    except ValueError as error:
        raise AnalysisError(f"finding {row['id']}: {error}") from error
    return Finding(
        id=row["id"],
        research_question=row["research_question"],
        statement={"nl": row["statement_nl"], "en": row["statement_en"]},
        group=row["group"],
        published=row["published_nl"],
        published_low=low,
        published_point=point,
        published_high=high,
        base=row["base"],
        numerator=row["numerator"],
        note=row["note"],
        source=row["source"],
    )
