"""Which cells give people away by themselves.

Rules for counts: a minimum of interviews, and group disclosure on sensitive items. Rules for sums
of amounts: dominance and p per cent. Rules for the quality of a percentage: the base.
Sources: Hundepool et al., *Statistical Disclosure Control* (2012), sections 4.2 and 5.2; Brandt et
al., *Guidelines for the checking of output based on microdata research* (ESSnet 2010); Parker et
al., *National Center for Health Statistics data presentation standards for proportions* (2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from analysis.disclosure.policy import Policy


class Reason(StrEnum):
    """Why a number is not printed."""

    MINIMUM_CELL = "fewer interviews than the minimum"
    GROUP = "an answer of (nearly) everybody in the group on a sensitive item"
    DIFFERENCE = "difference of two printed groups under the minimum"
    SMALL_BASE = "base too small for a percentage"
    COMPLEMENTARY = "would give back another cell"
    COLUMN = "the whole column is masked"
    DERIVED = "computed from a masked cell"


class BaseQuality(StrEnum):
    """How far a percentage may be trusted; the value is the flag in the tables."""

    SUPPRESSED = "suppressed"
    BRACKETED = "bracketed"
    SMALL = "small"
    SUFFICIENT = ""


def base_quality(n: int, policy: Policy) -> BaseQuality:
    """Grade the unweighted base of a percentage."""
    if n < policy.suppress_base:
        return BaseQuality.SUPPRESSED
    if n < policy.bracket_below:
        return BaseQuality.BRACKETED
    return BaseQuality.SMALL if n < policy.flag_below else BaseQuality.SUFFICIENT


def is_below_minimum(count: float, policy: Policy) -> bool:
    """Whether a cell is too small; zero says nothing of anybody and is no primary cell."""
    return 0 < count < policy.minimum_cell


def discloses_group(count: float, base: float, policy: Policy) -> bool:
    """Whether membership of a group tells the answer of its members.

    An answer holds ``group_share`` of the base or more; everybody (0/all) is the extreme of it.
    """
    return base > 0 and count >= policy.group_share * base


def lowering_needed(count: float, base: float, policy: Policy) -> float:
    """Give by how many interviews a disclosing answer must seem able to be smaller.

    Afterwards less than ``group_share`` of the base, as it is, may have given it.
    """
    return float(count - np.ceil(policy.group_share * base) + 1)


def is_dominated(contributions: Sequence[float], *, n: int = 2, share: float = 0.85) -> bool:
    """Tell whether the ``n`` largest contributors make up more than ``share`` of a total.

    For sums of amounts only; Eurostat's usual values are n = 2 and 85 %. Amounts are taken without
    their sign.
    """
    largest_first = np.sort(np.abs(np.asarray(contributions, dtype=float)))[::-1]
    return bool(largest_first[:n].sum() > share * largest_first.sum())


def fails_p_percent(contributions: Sequence[float], *, p: float = 0.10) -> bool:
    """Tell whether the second contributor can estimate the largest to within ``p`` of it.

    He subtracts his own amount from the total; what is left beyond the largest is his error.
    """
    largest_first = np.sort(np.abs(np.asarray(contributions, dtype=float)))[::-1]
    if not largest_first.size or largest_first[0] == 0:
        return False
    return bool(largest_first[2:].sum() < p * largest_first[0])
