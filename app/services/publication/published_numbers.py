"""Published findings as JSON and back: what the plain summary is written from.

They hold what may be printed and nothing else, so they stay when the rows of a release go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from analysis.findings.published import (
    Agreement,
    PublishedContrast,
    PublishedFinding,
    PublishedNumber,
    Standing,
)
from analysis.findings.registry import Statistic, Strand
from analysis.phrases import Extreme, Modifier, Phrase, Range


def numbers_to_json(findings: Sequence[PublishedFinding]) -> list[dict[str, Any]]:
    """Return findings as mappings and lists ready for JSON."""
    return [asdict(one) for one in findings]


def numbers_from_json(document: Sequence[Mapping[str, Any]]) -> list[PublishedFinding]:
    """Read what `numbers_to_json` gave."""
    return [_finding(one) for one in document]


def _finding(told: Mapping[str, Any]) -> PublishedFinding:
    return PublishedFinding(
        **{
            **told,
            "strand": Strand(told["strand"]),
            "statistic": Statistic(told["statistic"]),
            "numbers": tuple(_number(one) for one in told["numbers"]),
            "contrasts": tuple(_contrast(one) for one in told["contrasts"]),
            "standing": Standing(told["standing"]),
            "agreement": Agreement(told["agreement"]),
        }
    )


def _contrast(told: Mapping[str, Any]) -> PublishedContrast:
    return PublishedContrast(**{**told, "a": _number(told["a"]), "b": _number(told["b"])})


def _number(told: Mapping[str, Any]) -> PublishedNumber:
    phrase = _phrase(told["phrase"]) if told["phrase"] is not None else None
    return PublishedNumber(**{**told, "phrase": phrase})


def _phrase(told: Mapping[str, Any]) -> Phrase:
    return Phrase(
        **{
            **told,
            "range": Range(**told["range"]),
            "modifier": Modifier(told["modifier"]),
            "extreme": Extreme(told["extreme"]) if told["extreme"] is not None else None,
        }
    )
