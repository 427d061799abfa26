"""AAPOR outcome rates: response, cooperation, refusal and contact rates from counts of outcomes.

SOURCE of every formula: American Association for Public Opinion Research, *Standard Definitions:
Final Dispositions of Case Codes and Outcome Rates for Surveys*, "Calculating outcome rates from
final disposition distributions" (pp. 61-63 of the 9th edition, 2016; unchanged in the 10th, 2023):

    RR1 = I / ((I+P) + (R+NC+O) + (UH+UO))          RR2 with (I+P) above the line
    RR3 = I / ((I+P) + (R+NC+O) + e(UH+UO))         RR4 with (I+P) above the line
    RR5 = I / ((I+P) + (R+NC+O))                    RR6 with (I+P) above the line
    COOP1 = I / ((I+P) + R + O)                     COOP2 with (I+P) above the line
    COOP3 = I / ((I+P) + R)                         COOP4 with (I+P) above the line
    REF1 = R / ((I+P) + (R+NC+O) + (UH+UO))         REF2 with e(UH+UO), REF3 without unknowns
    CON1 = ((I+P)+R+O) / ((I+P)+R+O+NC + (UH+UO))   CON2 with e(UH+UO), CON3 without unknowns

COOP1 to COOP4 and REF are as in "Updates in Response Rate Calculator 4.1" (AAPOR): calculators
before it had COOP and REF wrong on one sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.panel.dispositions import Category

SMALL_BASE = 30
"""Fewer cases than this below the line: the rate is shown and marked. The small-base rule of the
study's tables (design 4.5), which suppress it; rates are for inside."""


class EligibilityMethod(StrEnum):
    """How the share of the unknowns that is eligible came about."""

    PROPORTIONAL = "proportional"
    """Proportional allocation: among the unknowns as among the known."""
    GIVEN = "given"
    """Somebody said so."""


@dataclass(frozen=True, slots=True)
class EligibleShare:
    """AAPOR's ``e``: the estimated share, 0 to 1, of the cases of unknown eligibility."""

    value: float
    method: EligibilityMethod

    def __post_init__(self) -> None:
        if not 0 <= self.value <= 1:
            raise ValueError(f"e is a share from 0 to 1, not {self.value}")


@dataclass(frozen=True, slots=True)
class OutcomeCounts:
    """Cases by the letters of AAPOR's formulas; counts, or sums of base weights."""

    complete: float = 0
    partial: float = 0
    refusal: float = 0
    """Break-offs too."""
    non_contact: float = 0
    other: float = 0
    unknown: float = 0
    """UH: nothing is known of person or address."""
    unknown_other: float = 0
    """UO: what was sent came back."""
    not_eligible: float = 0

    @property
    def interviews(self) -> float:
        """I + P."""
        return self.complete + self.partial

    @property
    def known_eligible(self) -> float:
        """(I + P) + (R + NC + O)."""
        return self.interviews + self.refusal + self.non_contact + self.other

    @property
    def unknowns(self) -> float:
        """UH + UO."""
        return self.unknown + self.unknown_other

    @property
    def sampled(self) -> float:
        """Everybody, whether eligible or not."""
        return self.known_eligible + self.unknowns + self.not_eligible


_FIELD = {
    Category.I: "complete",
    Category.P: "partial",
    Category.R: "refusal",
    Category.NC: "non_contact",
    Category.O: "other",
    Category.UH: "unknown",
    Category.UO: "unknown_other",
    Category.NE: "not_eligible",
}


def count_outcomes(outcomes: Iterable[tuple[Category, float]]) -> OutcomeCounts:
    """Add up cases by letter; each comes with its weight, 1 for a count."""
    sums: dict[str, float] = {}
    for category, weight in outcomes:
        name = _FIELD[category]
        sums[name] = sums.get(name, 0) + weight
    return OutcomeCounts(**sums)


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate with what it is made of; a weighted rate counts its base in weights."""

    above: float
    """Numerator."""
    below: float
    """Denominator."""

    @property
    def value(self) -> float | None:
        """From 0 to 1; ``None`` without a base."""
        return self.above / self.below if self.below else None

    @property
    def small(self) -> bool:
        """Whether the base is under `SMALL_BASE` cases."""
        return self.below < SMALL_BASE


RATES = (
    "RR1", "RR2", "RR3", "RR4", "RR5", "RR6", "COOP1", "COOP2", "COOP3", "COOP4",
    "REF1", "REF2", "REF3", "CON1", "CON2", "CON3",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OutcomeRates:
    """The outcome rates of a group of cases, with the ``e`` they were made with."""

    counts: OutcomeCounts
    e: EligibleShare
    rates: Mapping[str, Rate]
    """By the names in `RATES`."""

    def __getitem__(self, name: str) -> float | None:
        return self.rates[name].value


def eligible_share(counts: OutcomeCounts) -> EligibleShare:
    """Return ``e`` by proportional allocation: known eligible / (known eligible + not eligible).

    SOURCE: Council of American Survey Research Organizations (1982), *On the Definition of Response
    Rates* (the CASRO method); Smith (2009), *A Revised Review of Methods to Estimate the Status of
    Cases with Unknown Eligibility*, AAPOR. It assumes that as many of the unknowns are eligible as
    of those whose eligibility is known. 1 where nobody's eligibility is known: no case is left out
    without a reason.
    """
    known = counts.known_eligible + counts.not_eligible
    value = counts.known_eligible / known if known else 1.0
    return EligibleShare(value, EligibilityMethod.PROPORTIONAL)


def outcome_rates(counts: OutcomeCounts, e: EligibleShare | None = None) -> OutcomeRates:
    """Return all rates; ``e`` by `eligible_share` where it is not given.

    A rate without a base has no value. Formulas and source: see the module.
    """
    share = e or eligible_share(counts)
    i, ip = counts.complete, counts.interviews
    known, unknowns = counts.known_eligible, counts.unknowns
    everybody, likely = known + unknowns, known + share.value * unknowns
    asked = ip + counts.refusal
    contacted = asked + counts.other
    rates = {
        "RR1": Rate(i, everybody),
        "RR2": Rate(ip, everybody),
        "RR3": Rate(i, likely),
        "RR4": Rate(ip, likely),
        "RR5": Rate(i, known),
        "RR6": Rate(ip, known),
        "COOP1": Rate(i, contacted),
        "COOP2": Rate(ip, contacted),
        "COOP3": Rate(i, asked),
        "COOP4": Rate(ip, asked),
        "REF1": Rate(counts.refusal, everybody),
        "REF2": Rate(counts.refusal, likely),
        "REF3": Rate(counts.refusal, known),
        "CON1": Rate(contacted, everybody),
        "CON2": Rate(contacted, likely),
        "CON3": Rate(contacted, known),
    }
    return OutcomeRates(counts, share, rates)
