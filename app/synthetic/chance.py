"""Random numbers that depend on what they are for, not on when they are drawn.

A respondent who goes back and answers a page again, a robot over HTTP and the demo in process all
have to give the same answers. A stream of random numbers would give each of them others, so every
number here is a pure function of a key (who, which wave) and a label (what for).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import blake2b
from statistics import NormalDist

MASK = (1 << 64) - 1

quantile = NormalDist().inv_cdf
"""The value below which a given share of a standard normal variable lies."""


def mix(number: int) -> int:
    """Scatter a 64-bit number, one to one (SplitMix64: Steele, Lea and Flood 2014)."""
    number = (number + 0x9E3779B97F4A7C15) & MASK
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & MASK
    return number ^ (number >> 31)


@cache
def label_number(label: str) -> int:
    """A 64-bit number for a label, the same in every process."""
    return int.from_bytes(blake2b(label.encode(), digest_size=8).digest(), "big")


class Chance:
    """The luck of one person: each method gives the same result for the same label."""

    __slots__ = ("key",)

    def __init__(self, key: int) -> None:
        self.key = key

    def of(self, part: int) -> Chance:
        """Luck of the same person in one part of life, such as one wave."""
        return Chance(mix(self.key ^ mix(part)))

    def uniform(self, label: str) -> float:
        """A number strictly between 0 and 1."""
        return ((mix(self.key ^ label_number(label)) >> 11) + 0.5) * 2.0**-53

    def normal(self, label: str) -> float:
        """A standard normal number."""
        return quantile(((mix(self.key ^ label_number(label)) >> 11) + 0.5) * 2.0**-53)

    def happens(self, label: str, share: float) -> bool:
        """True for this share of all people."""
        return self.uniform(label) < share

    def whole(self, label: str, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.uniform(label) * (high - low + 1))

    def pick(self, label: str, weights: Mapping[str, float]) -> str:
        """One of the names, in proportion to its weight."""
        rest = self.uniform(label) * sum(weights.values())
        for name, weight in weights.items():
            rest -= weight
            if rest < 0:
                return name
        return name

    def one_of(self, label: str, choices: Sequence[str]) -> str:
        """One of the choices, all equally likely."""
        return choices[int(self.uniform(label) * len(choices))]
