"""How many complete interviews a wave will end with, and how many its groups need.

Two ways to look ahead. With an earlier wave: whoever has not answered yet answers as often as
people of that wave did between the same day and the last. Without: a rule of thumb, named as such.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

MARGIN = 0.1
"""A share of a group is to be known within so much, either way: below 100 answers the study marks a
share as uncertain (design 4.5), and 96 give this margin."""
_Z = 1.959964
"""Of a normal distribution, for 95 %."""
PACE_DAYS = 14
"""The last days that the rule of thumb goes by, and after which the pace has halved."""


class Method(StrEnum):
    """How it was looked ahead."""

    EARLIER_WAVE = "earlier_wave"
    PACE = "pace"
    """A rule of thumb."""
    OVER = "over"
    """The last day is past: what is there is the end."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Complete interviews on the last day: expected, and from low to high."""

    expected: float
    low: float
    high: float
    method: Method
    variance: float = 0.0
    """Of the expected number; 0 where the method gives none."""


def needed(population: float, *, margin: float = MARGIN) -> int:
    """Return how many answers give a share of one half within a margin, 95 times in 100.

    Parameters
    ----------
    population
        People in the group, sampled or not; 0 needs nobody.

    Notes
    -----
    n0 = z² p (1 - p) / d², p = 1/2, with the finite population: n = n0 / (1 + (n0 - 1) / N).
    Cochran, Sampling Techniques, 3rd ed. 1977, equations 4.1 and 4.2. Weights that differ inside a
    group would ask for some more.
    """
    if population <= 0:
        return 0
    first = (_Z / (2 * margin)) ** 2
    return min(math.ceil(first / (1 + (first - 1) / population)), math.ceil(population))


def by_earlier_wave(complete: int, waiting: int, *, went_on: int, of: int) -> Outlook:
    """Return the outlook when people go on to answer as they did in an earlier wave.

    Parameters
    ----------
    complete, waiting
        Complete interviews now, and eligible people without one (who refused is among them, as in
        the earlier wave).
    went_on, of
        Of the people without a complete interview on the same day of the earlier wave: how many
        completed one until the same last day, and how many they were.

    Notes
    -----
    The number of ``waiting`` who will answer is beta-binomial: their chance has the posterior of
    ``went_on`` out of ``of`` with Jeffreys' prior, Beta(1/2, 1/2). Mean n p, variance
    n p (1 - p) (a + b + n) / (a + b + 1) with a = went_on + 1/2, b = of - went_on + 1/2, p =
    a / (a + b). Gelman and others, Bayesian Data Analysis, 3rd ed. 2013, sections 2.4, 2.8 and
    table A.2. The interval is normal, 95 %, cut at nobody and everybody. It does not know that the
    waves may differ in whom they ask and how.
    """
    a, b = went_on + 0.5, of - went_on + 0.5
    chance = a / (a + b)
    variance = waiting * chance * (1 - chance) * (a + b + waiting) / (a + b + 1)
    return _outlook(complete, waiting, waiting * chance, variance)


def together(outlooks: Sequence[Outlook], *, complete: int, waiting: int) -> Outlook:
    """Return the outlook of all groups: sums; variances add up, as groups answer independently.

    Where a group goes by the rule of thumb, its ends are added up instead.
    """
    methods = {one.method for one in outlooks}
    if methods != {Method.EARLIER_WAVE}:
        return Outlook(
            sum(one.expected for one in outlooks),
            sum(one.low for one in outlooks),
            sum(one.high for one in outlooks),
            Method.OVER if methods <= {Method.OVER} else Method.PACE,
        )
    more = sum(one.expected for one in outlooks) - complete
    return _outlook(complete, waiting, more, sum(one.variance for one in outlooks))


def by_pace(complete: int, waiting: int, *, lately: int, days_left: float) -> Outlook:
    """Return the outlook by a rule of thumb: the pace of the last fortnight, halved each fortnight.

    Parameters
    ----------
    lately
        Complete interviews of the last `PACE_DAYS` days.
    days_left
        Until the end of the last day.

    Notes
    -----
    No source: our rule of thumb. From ``low``, where nobody answers any more, to ``high``, where as
    many go on answering as lately. In between the pace r decays: r * integral of 2^(-t/14) over the
    days left = r * 14 / ln 2 * (1 - 2^(-days/14)).
    """
    rate = lately / PACE_DAYS
    days = max(days_left, 0.0)
    more = rate * PACE_DAYS / math.log(2) * (1 - 2 ** (-days / PACE_DAYS))
    return Outlook(
        complete + min(more, waiting), complete, complete + min(rate * days, waiting), Method.PACE
    )


def _outlook(complete: int, waiting: int, more: float, variance: float) -> Outlook:
    spread = _Z * math.sqrt(variance)
    low, high = max(more - spread, 0.0), min(more + spread, waiting)
    return Outlook(complete + more, complete + low, complete + high, Method.EARLIER_WAVE, variance)
