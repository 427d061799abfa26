"""Findings on the small release of `tests.unit.analysis.releases`, written down in a line."""

from __future__ import annotations

from typing import Any

from analysis.findings import Finding, Statistic, Strand
from analysis.findings.registry import Comparison, Expected


def finding(name: str, numerators: str = "", **changes: Any) -> Finding:
    """Give a finding; numerators are separated by semicolons."""
    defaults: dict[str, Any] = {
        "id": name,
        "section": "1",
        "research_question": "RQ1",
        "kind": "STAT",
        "strand": Strand.SURVEY,
        "topic": "",
        "statement": {"nl": f"uitspraak {name}", "en": f"statement {name}"},
        "group": "all",
        "published": "",
        "published_low": None,
        "published_point": None,
        "published_high": None,
        "statistic": Statistic.SHARE,
        "variables": (),
        "base": "true",
        "numerators": tuple(part.strip() for part in numerators.split(";") if part.strip()),
        "measure": "",
        "comparisons": (),
        "expected": Expected(),
        "note": "",
        "source": "test",
    }
    return Finding(**{**defaults, **changes})


def contrast(name: str, numerators: str, *pairs: tuple[str, str], sign: int = -1) -> Finding:
    """Give a comparison of groups; sign -1 expects the first to be lower."""
    return finding(
        name,
        numerators,
        statistic=Statistic.CONTRAST,
        comparisons=tuple(Comparison(*pair) for pair in pairs),
        expected=Expected(sign=sign),
    )
