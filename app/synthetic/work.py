"""Work, volunteering, internships and study since the permit.

Whether somebody has ever worked or volunteered by a month only goes up, and the shares of the first
wave are the published ones: 48 % of asylum and 66.7 % of family migrants under Wi2021.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp

from app.synthetic.biography import Biography
from app.synthetic.chance import Chance
from app.synthetic.population import Person

CODES = ("betaald", "vrijwillig", "stage", "opleiding")
"""Codes of `d_sinds` and `d_nu` in bank order; ``geen`` stands alone."""

LEVEL: Mapping[str, float] = {
    "asiel_wi2021": 0.15,
    "gezin_wi2021": 1.2,
    "overig_wi2021": 1.55,
    "asiel_wi2013": 0.37,
    "gezin_wi2013": 0.88,
    "overig_wi2013": 1.13,
}
"""Log-odds of work or volunteering one year after the permit, of a man with secondary school."""

PAID_SHARE: Mapping[str, float] = {"asiel": 0.64, "gezin": 0.87, "overig": 0.9}
"""Of those who ever worked or volunteered, how many did so for pay."""

BOTH = 0.17
"""Of those who ever did paid work, how many also volunteered."""


@dataclass(frozen=True, slots=True)
class Activities:
    """Codes of `CODES` in bank order, or ``("geen",)``."""

    ever: tuple[str, ...]
    now: tuple[str, ...]


def activities_at(
    person: Person, past: Biography, month: int, always: Chance, now: Chance
) -> Activities:
    """Return what a person has done since the permit, and does in this month."""
    ever: set[str] = set()
    if always.uniform("work") < _share_ever(person, past, month):
        paid = always.happens("paid", PAID_SHARE[person.group])
        ever.add("betaald" if paid else "vrijwillig")
        if paid and always.happens("also unpaid", BOTH):
            ever.add("vrijwillig")
    months = max(0, month - past.permit)
    if always.uniform("internship") < 0.14 * (1 - exp(-months / 26)):
        ever.add("stage")
    young = past.schooling in {"middelbaar", "hoger"}
    if always.uniform("study") < (0.22 if young else 0.08) * (1 - exp(-months / 35)):
        ever.add("opleiding")
    keeps = {"betaald": 0.78, "vrijwillig": 0.5, "stage": 0.35, "opleiding": 0.55}
    going_on = {code for code in ever if _goes_on(code, keeps[code], always, now)}
    return Activities(_in_order(ever), _in_order(going_on))


def _share_ever(person: Person, past: Biography, month: int) -> float:
    """Share of people like this one who have worked or volunteered by a month."""
    schooling = {"geen": -0.45, "basis": -0.2, "middelbaar": 0.0, "beroep": 0.15, "hoger": 0.15}
    odds = LEVEL[person.stratum] + schooling[past.schooling]
    odds += -0.55 * (person.sex == "vrouw") + 0.25 * past.traits.openness
    odds -= 0.03 * max(0, 2023 - person.birth_year - 45)
    if any(-12 <= past.permit - birth < 48 for birth in past.births):
        odds -= 0.3 * (person.sex == "vrouw")
    years = max(0.0, (month - past.permit) / 12)
    begun = 1 - exp(-2.8 * years)
    return begun / (1 + exp(-odds - 0.25 * min(years, 4.0)))


def _goes_on(code: str, share: float, always: Chance, now: Chance) -> bool:
    """Somebody who keeps a job in one wave mostly still has it in the next."""
    if always.happens(f"steady {code}", 0.7):
        return always.happens(f"keeps {code}", share)
    return now.happens(f"keeps {code}", share)


def _in_order(codes: set[str]) -> tuple[str, ...]:
    return tuple(code for code in CODES if code in codes) or ("geen",)
