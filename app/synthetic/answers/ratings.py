"""Opinions on ordered scales.

An answer comes from a score that is standard normal in the population: a trait of the person, the
mood shared by a battery, and luck of the question itself. Cut points at the normal quantiles of the
wanted shares turn it into a code, so the shares hold whatever the loadings are, and answers of one
person still hang together.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import sqrt

from app.questionnaire.model import Item, Value
from app.synthetic.answers.subject import Answerer, Said, Subject
from app.synthetic.chance import quantile

FIVE = ("1", "2", "3", "4", "5")
FREQUENCY = ("altijd", "vaak", "soms", "nooit")

BATTERY_LOADING = 0.45


@dataclass(frozen=True, slots=True)
class Rating:
    """How people rate one thing.

    Shares run from the code for the highest score to the lowest, and are those of people who rate
    at all.
    """

    asylum: Sequence[float]
    others: Sequence[float]
    """Shares of family and other migrants."""
    codes: Sequence[str] = FIVE
    trait: str = "contentment"
    loading: float = 0.5
    """Correlation with the trait; negative where agreeing means complaining."""
    battery: str | None = None
    shift: Callable[[Subject], float] | None = None
    """Standard deviations by which a situation moves the score, about 0 on average."""
    outside: str = ""
    """Code for "does not apply to me"."""
    outside_share: Callable[[Subject], float] | float = 0.0


def favour(share: float, *, strong: float = 0.36, middle: float = 0.55) -> tuple[float, ...]:
    """Shares of five codes when ``share`` chooses one of the first two.

    ``strong`` is the part of those who choose the first code, ``middle`` the part of the rest in
    the middle.
    """
    rest = 1 - share
    low = rest * (1 - middle)
    return (share * strong, share * (1 - strong), rest * middle, low * 0.68, low * 0.32)


def answerer(var: str, rating: Rating) -> Answerer:
    """Return the function that rates; cut points are calculated once."""
    cuts_asylum, cuts_others = _cuts(rating.asylum), _cuts(rating.others)
    mood = BATTERY_LOADING if rating.battery else 0.0
    own = sqrt(1 - rating.loading**2 - mood**2)
    outside_label = f"{var} outside"

    def rate(subject: Subject, item: Item, said: Said) -> Value | None:
        if rating.outside:
            share = rating.outside_share
            share = share if isinstance(share, float) else share(subject)
            if subject.steady(var).uniform(outside_label) < share:
                return rating.outside
        score = rating.loading * getattr(subject.life.traits, rating.trait)
        score += own * subject.score(var)
        if rating.battery:
            score += mood * subject.mood(rating.battery)
        if rating.shift:
            score += rating.shift(subject)
        cuts = cuts_asylum if subject.person.group == "asiel" else cuts_others
        return rating.codes[bisect(cuts, -score)]

    return rate


def _cuts(shares: Sequence[float]) -> list[float]:
    *inner, total = accumulate(shares)
    return [quantile(share / total) for share in inner]
