"""How far two coders agree on the same answers.

Source: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological
Measurement 20 (1960) 37-46. An answer may have several codes, so each code is a judgement of its
own, present or absent, with a kappa of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Pair = tuple[frozenset[str], frozenset[str]]
"""The codes that the first and the second coder gave to one answer."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement on one code, or on whole answers.

    ``agreed`` is the share of ``n`` answers judged alike, 0 to 1. ``kappa`` corrects it for chance;
    ``None`` where chance alone would agree always, as with a code that nobody used.
    """

    n: int
    agreed: float
    kappa: float | None


def code_agreement(pairs: Sequence[Pair], code: str) -> Agreement:
    """Return the agreement on whether a code fits; ``pairs`` may not be empty."""
    n = len(pairs)
    first = sum(code in one for one, _ in pairs) / n
    second = sum(code in other for _, other in pairs) / n
    agreed = sum((code in one) == (code in other) for one, other in pairs) / n
    chance = first * second + (1 - first) * (1 - second)
    return Agreement(n, agreed, None if chance == 1 else (agreed - chance) / (1 - chance))


def answer_agreement(pairs: Sequence[Pair]) -> Agreement:
    """Return the agreement on answers as a whole: all codes the same, or not.

    Kappa takes each combination of codes as one category. ``pairs`` may not be empty.
    """
    n = len(pairs)
    agreed = sum(one == other for one, other in pairs) / n
    combinations = {combination for pair in pairs for combination in pair}
    chance = sum(
        sum(one == combination for one, _ in pairs)
        * sum(other == combination for _, other in pairs)
        for combination in combinations
    ) / (n * n)
    return Agreement(n, agreed, None if chance == 1 else (agreed - chance) / (1 - chance))
