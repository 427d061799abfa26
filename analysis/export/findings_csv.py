"""The findings of a book in tidy rows: one for each number of a finding."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.findings.published import PublishedFinding, PublishedNumber

COLUMNS = (
    "id", "section", "research_question", "statement", "published", "published_low",
    "published_high", "label", "statistic", "value", "se", "low", "high", "n", "weighted_n",
    "flag", "phrase", "agreement", "contradicted", "note",
)  # fmt: skip


def findings_frame(findings: tuple[PublishedFinding, ...]) -> pd.DataFrame:
    """Give `COLUMNS`: shares 0 to 1, masked numbers missing; a contrast has a row for each group.

    A finding without a number has one row, whose note says why.
    """
    frame = pd.DataFrame(
        [row for finding in findings for row in _rows(finding)], columns=list(COLUMNS)
    )
    for name in ("n", "weighted_n"):
        frame[name] = frame[name].astype("Float64").round().astype("Int64")
    return frame


def _rows(finding: PublishedFinding) -> Iterator[dict[str, object]]:
    common: dict[str, object] = {
        "id": finding.id,
        "section": finding.section,
        "research_question": finding.research_question,
        "statement": finding.statement,
        "published": finding.published,
        "published_low": finding.published_low,
        "published_high": finding.published_high,
        "agreement": finding.agreement.value,
        "contradicted": "yes" if finding.is_contradicted else "",
        "note": finding.note,
    }
    numbers = list(_numbers(finding))
    for label, number in numbers:
        yield {
            **common,
            "label": label,
            "statistic": number.statistic,
            "value": number.estimate,
            "se": number.se,
            "low": number.low,
            "high": number.high,
            "n": number.n,
            "weighted_n": number.weighted_n,
            "flag": number.flag,
            "phrase": number.phrase.words if number.phrase else "",
        }
    if not numbers:
        yield common


def _numbers(finding: PublishedFinding) -> Iterator[tuple[str, PublishedNumber]]:
    for number in finding.numbers:
        yield number.label, number
    for contrast in finding.contrasts:
        for name, number in ((contrast.label_a, contrast.a), (contrast.label_b, contrast.b)):
            yield f"{contrast.label}: {name}", number
