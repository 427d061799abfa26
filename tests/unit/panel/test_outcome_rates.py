"""AAPOR rates against published examples and against cases worked out by hand.

Sources: SD = AAPOR, Standard Definitions, 9th edition (2016), pp. 61-63. OR = the published example
of the R package outcomerate (rOpenSci), checked there against AAPOR's calculator 4.0. RS = that of
the R package responserates (Leeper). UAS = response tables that the Understanding America Study
publishes per recruitment batch (uasdata.usc.edu), with RR1. 1KA's web-survey calculator gives the
letters of the internet table.
"""

from dataclasses import asdict

import pytest

from app.panel.dispositions import CODES, Category, category_of
from app.panel.outcome_rates import (
    RATES,
    EligibilityMethod,
    EligibleShare,
    OutcomeCounts,
    count_outcomes,
    eligible_share,
    outcome_rates,
)


def counts(**letters: float) -> OutcomeCounts:
    names = {
        "I": "complete",
        "P": "partial",
        "R": "refusal",
        "NC": "non_contact",
        "O": "other",
        "UH": "unknown",
        "UO": "unknown_other",
        "NE": "not_eligible",
    }
    return OutcomeCounts(**{names[letter]: number for letter, number in letters.items()})


def given(e: float) -> EligibleShare:
    return EligibleShare(e, EligibilityMethod.GIVEN)


# OR, README: the table of 12 people, all sixteen rates with e = 9/10 as printed there.
OUTCOMERATE = counts(I=4, P=2, R=1, NC=1, O=1, UH=1, UO=1, NE=1)
PRINTED = {
    "RR1": 0.364, "RR2": 0.545, "RR3": 0.370, "RR4": 0.556, "RR5": 0.444, "RR6": 0.667,
    "COOP1": 0.500, "COOP2": 0.750, "COOP3": 0.571, "COOP4": 0.857,
    "REF1": 0.091, "REF2": 0.093, "REF3": 0.111, "CON1": 0.727, "CON2": 0.741, "CON3": 0.889,
}  # fmt: skip


@pytest.mark.parametrize("name", RATES)
def test_the_published_example_of_twelve_people_gives_every_rate(name: str) -> None:
    # e: known eligible 4+2+1+1+1 = 9 of 9+1 = 0.9
    made = outcome_rates(OUTCOMERATE)
    assert made.e == EligibleShare(0.9, EligibilityMethod.PROPORTIONAL)
    assert made[name] == pytest.approx(PRINTED[name], abs=0.0005)


# Our own hundred, all denominators written out. I=50 P=10 R=15 NC=5 O=2 UH=12 UO=4 NE=2
# I+P = 60; known eligible = 60+15+5+2 = 82; unknown = 16; e given as 0.5, so e(UH+UO) = 8
HUNDRED = counts(I=50, P=10, R=15, NC=5, O=2, UH=12, UO=4, NE=2)
WORKED = {
    "RR1": 50 / 98,  # 82 + 16
    "RR2": 60 / 98,
    "RR3": 50 / 90,  # 82 + 8
    "RR4": 60 / 90,
    "RR5": 50 / 82,
    "RR6": 60 / 82,
    "COOP1": 50 / 77,  # 60 + 15 + 2
    "COOP2": 60 / 77,
    "COOP3": 50 / 75,  # 60 + 15
    "COOP4": 60 / 75,
    "REF1": 15 / 98,
    "REF2": 15 / 90,
    "REF3": 15 / 82,
    "CON1": 77 / 98,
    "CON2": 77 / 90,
    "CON3": 77 / 82,
}


@pytest.mark.parametrize("name", RATES)
def test_a_hundred_cases_worked_out_by_hand_give_every_rate(name: str) -> None:
    assert outcome_rates(HUNDRED, given(0.5))[name] == pytest.approx(WORKED[name], abs=1e-12)


@pytest.mark.parametrize(
    ("batch", "published"),
    [
        # UAS MSG 2016-01: 1,454 answered, 1,758 nothing returned; undeliverable (494) left out as
        # not eligible: 1454 / 3212
        (counts(I=1454, UH=1758, NE=494), 0.453),
        # UAS MSG 2022/11: 1,122 / (1122 + 10 incomplete + 3866 + 2 undeliverable) = 1122 / 5000
        (counts(I=1122, R=10, UH=3866, UO=2), 0.224),
        # UAS MSG 2023/10: 4,108 / (4108 + 60 + 13476) = 4108 / 17644
        (counts(I=4108, R=60, UH=13476, NE=1472), 0.233),
        # UAS MSG 2021-08: 601 / (601 + 6 + 1891) = 601 / 2498
        (counts(I=601, R=6, UH=1891, NE=25), 0.241),
        # UAS MSG 2016-01, consent: 999 of 1,454; profile: 487 / (487 + 17 + 495) = 487 / 999
        (counts(I=999, R=455), 0.687),
        (counts(I=487, R=17, NC=495), 0.487),
    ],
)
def test_published_response_rates_of_a_panel_come_out(
    batch: OutcomeCounts, published: float
) -> None:
    assert outcome_rates(batch)["RR1"] == pytest.approx(published, abs=0.0005)


def test_without_refusals_everybody_reached_cooperates() -> None:
    # RS, README: 100 interviews and 20 non-contacts: RR and CON 100/120 = 83.3 %, COOP 1, REF 0
    made = outcome_rates(counts(I=100, NC=20))
    assert [round(made[name] or 0, 3) for name in ("RR1", "RR6", "CON1", "CON3")] == [0.833] * 4
    assert made["COOP1"] == 1
    assert made["REF1"] == 0


@pytest.mark.parametrize(
    ("cases", "e"),
    [
        # CASRO: as many of the unknown as of the known. 90 of 100 known cases are eligible.
        (counts(I=60, R=30, NE=10, UH=50), 0.9),
        # OR, help page: 6 + 2 + 3 known eligible of 12 with the one that is not
        (counts(I=6, P=2, NC=3, NE=1), 11 / 12),
        # Nobody found outside the population: all of the unknown are taken to belong.
        (counts(I=5, UH=5), 1.0),
        # Nobody's eligibility is known: none is left out without a reason.
        (counts(UH=5), 1.0),
    ],
)
def test_e_by_proportional_allocation_is_the_eligible_share_of_the_known(
    cases: OutcomeCounts, e: float
) -> None:
    share = eligible_share(cases)
    assert share.value == pytest.approx(e)
    assert share.method is EligibilityMethod.PROPORTIONAL


def test_rr3_lies_between_rr1_and_rr5_and_meets_them_at_the_ends_of_e() -> None:
    # SD: RR1 is RR3 with e = 1, RR5 is RR3 with e = 0
    assert outcome_rates(HUNDRED, given(1))["RR3"] == outcome_rates(HUNDRED)["RR1"]
    assert outcome_rates(HUNDRED, given(0))["RR3"] == outcome_rates(HUNDRED)["RR5"]
    between = outcome_rates(HUNDRED, given(0.3))
    assert (between["RR1"] or 0) < (between["RR3"] or 0) < (between["RR5"] or 0)


def test_a_given_e_is_said_to_be_given() -> None:
    assert outcome_rates(HUNDRED, given(0.5)).e.method is EligibilityMethod.GIVEN


@pytest.mark.parametrize("e", [-0.1, 1.1])
def test_e_is_a_share(e: float) -> None:
    with pytest.raises(ValueError, match="share"):
        given(e)


def test_a_rate_without_a_base_has_no_value() -> None:
    made = outcome_rates(counts(NE=3))
    assert all(made[name] is None for name in RATES)


def test_people_outside_the_population_are_in_no_rate() -> None:
    with_them = outcome_rates(HUNDRED, given(0.5))
    without = outcome_rates(OutcomeCounts(**(asdict(HUNDRED) | {"not_eligible": 0})), given(0.5))
    assert with_them.rates == without.rates


def test_weights_count_instead_of_cases() -> None:
    # A complete case of weight 30 and a refusal of weight 10: 30 / 40
    weighted = count_outcomes([(Category.I, 30.0), (Category.R, 10.0)])
    assert outcome_rates(weighted)["RR1"] == pytest.approx(0.75)


def test_a_base_of_under_thirty_cases_is_marked() -> None:
    made = outcome_rates(counts(I=20, R=9, UH=1))
    assert made.rates["RR5"].small
    assert not made.rates["RR1"].small


# 1KA's calculator and SD table 4: which letter each code counts under.
LETTERS = {
    "1.1": "I", "1.2": "P", "2.11": "R", "2.111": "R", "2.1121": "R", "2.12": "R", "2.20": "NC",
    "2.26": "NC", "2.27": "NC", "2.30": "O", "2.31": "O", "2.33": "O", "3.10": "UH", "3.11": "UH",
    "3.19": "UH", "3.30": "UO", "3.40": "UO", "3.90": "UO", "4.10": "NE", "4.80": "NE",
    "4.81": "NE", "4.90": "NE",
}  # fmt: skip


@pytest.mark.parametrize(("code", "letter"), LETTERS.items())
def test_codes_count_under_the_letters_of_the_formulas(code: str, letter: str) -> None:
    assert code in CODES
    assert category_of(code) == letter


def test_what_is_no_code_is_refused() -> None:
    with pytest.raises(ValueError, match="AAPOR"):
        category_of("5.1")
