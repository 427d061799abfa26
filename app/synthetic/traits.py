"""What people bring with them: schooling, literacy, and four hidden traits behind their answers.

Every table belongs to a line of `ASSUMPTIONS`. Traits are standard normal in each cell of group
and act (up to a few hundredths), so that an answer with a given share keeps that share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.synthetic.chance import Chance
from app.synthetic.demography import WOMEN
from app.synthetic.months import FRAME_MONTH, year_of
from app.synthetic.population import Person

SCHOOLING = ("geen", "basis", "middelbaar", "beroep", "hoger")

SCHOOLING_BY_NATIONALITY: Mapping[str, tuple[int, ...]] = {
    "SY": (7, 23, 37, 12, 21),
    "TR": (2, 8, 22, 16, 52),
    "YE": (5, 18, 38, 10, 29),
    "AF": (17, 26, 30, 8, 19),
    "ER": (15, 40, 33, 8, 4),
    "MA": (9, 24, 33, 20, 14),
    "IR": (2, 7, 23, 16, 52),
    "IQ": (10, 25, 33, 11, 21),
}
SCHOOLING_OF_OTHERS: Mapping[str, tuple[int, ...]] = {
    "asiel": (16, 27, 31, 11, 15),
    "gezin": (2, 7, 24, 22, 45),
    "overig": (1, 4, 20, 20, 55),
}
"""Per cent by highest school, in the order of `SCHOOLING`; not in any published table."""

CHANCE_OF_LESS_SCHOOL_OVER_45 = 0.25

LITERACY: Mapping[str, Mapping[str, float]] = {
    "geen": {"goed": 18, "beetje": 37, "nee": 45},
    "basis": {"goed": 62, "beetje": 31, "nee": 7},
    "middelbaar": {"goed": 94, "beetje": 6},
    "beroep": {"goed": 96, "beetje": 4},
    "hoger": {"goed": 99, "beetje": 1},
}

LOW_SCHOOLING = frozenset({"geen", "basis"})


@dataclass(frozen=True, slots=True)
class Traits:
    """Standard normal scores; more is more contented, in more trouble, more outgoing, needier."""

    contentment: float
    strain: float
    openness: float
    need: float


def schooling_of(person: Person, chance: Chance) -> str:
    """The highest school, one of `SCHOOLING`."""
    shares = SCHOOLING_BY_NATIONALITY.get(person.nationality) or SCHOOLING_OF_OTHERS[person.group]
    level = chance.pick("schooling", dict(zip(SCHOOLING, shares, strict=True)))
    over_45 = year_of(FRAME_MONTH) - person.birth_year > 45
    if over_45 and level != "geen" and chance.happens("less school", CHANCE_OF_LESS_SCHOOL_OVER_45):
        return SCHOOLING[SCHOOLING.index(level) - 1]
    return level


def literacy_of(schooling: str, chance: Chance) -> str:
    """Reading and writing in the person's own language: goed, beetje or nee."""
    return chance.pick("literacy", LITERACY[schooling])


def traits_of(person: Person, schooling: str, chance: Chance) -> Traits:
    """Lasting traits of a person.

    Women are a little less contented (published), older and less schooled people have more strain,
    better schooled people are more outgoing; strain goes with less contentment and more need.
    """
    woman = (person.sex == "vrouw") - WOMEN[person.stratum]
    low = schooling in LOW_SCHOOLING
    older = year_of(FRAME_MONTH) - person.birth_year >= 45
    strain = 0.30 * low + 0.25 * older - 0.12 + 0.97 * chance.normal("strain")
    contentment = -0.16 * woman - 0.30 * strain + 0.95 * chance.normal("contentment")
    openness = -0.20 * low - 0.25 * older + 0.10 + 0.97 * chance.normal("openness")
    need = 0.30 * strain + 0.95 * chance.normal("need")
    return Traits(contentment, strain, openness, need)
