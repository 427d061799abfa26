"""Who answers at all: selective nonresponse, break-off, refusal, and taking part again.

Response goes down with less schooling, little literacy, the Z route and a language that is not
offered, so an unweighted table of synthetic answers is wrong in the way a real one would be. Every
number here is assumed (`ASSUMPTIONS`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp

from app.synthetic.biography import Biography, biography_of
from app.synthetic.chance import Chance, mix
from app.synthetic.life import Life, life_at
from app.synthetic.population import Person
from app.synthetic.respondent import Will

LEVEL = 0.42
"""Log-odds of beginning, of a man of 30 with secondary school whose language is offered."""

BY_SCHOOLING: Mapping[str, float] = {
    "geen": -0.85, "basis": -0.60, "middelbaar": 0.0, "beroep": 0.10, "hoger": 0.30
}  # fmt: skip
BY_LITERACY: Mapping[str, float] = {"goed": 0.0, "beetje": -0.30, "nee": -0.70}
BY_GROUP: Mapping[str, float] = {"asiel": 0.0, "gezin": -0.18, "overig": -0.10}
Z_ROUTE = -0.45
OLD_ACT = -0.20
NO_OWN_LANGUAGE = -0.35
YOUNG, OLDER = -0.10, -0.25

REFUSES = 0.045
"""Of those who begin, the share that says no to taking part."""
NEVER_OBLIGED = 0.006
BREAKS_OFF: Mapping[str, float] = {"goed": 0.08, "beetje": 0.15, "nee": 0.24}
PAGES_BEFORE_BREAK = (3, 25)
"""A break-off comes after this many pages; every route is longer."""

AFTER: Mapping[str, float] = {
    "complete": 1.05,
    "partial": -0.30,
    "refused": -3.0,
    "screened_out": -3.0,
    "open": -1.10,
}
"""Log-odds added by the outcome of the wave before."""

OWN_LANGUAGE = 0.85
"""Of those whose own language is offered, the share that answers in it; the rest practise."""


class Status(StrEnum):
    """How a case ends; ``open`` never began."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    REFUSED = "refused"
    SCREENED_OUT = "screened_out"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a sampled person does with one wave."""

    status: Status
    language: str
    """Language in which the person answers, or would."""
    pages: int | None = None
    """A partial stops after this many pages; ``None`` otherwise."""
    gone: str | None = None
    """``deceased`` or ``moved_abroad``: not eligible in this wave; the status is then open."""

    @property
    def will(self) -> Will:
        """What the respondent says on the first pages."""
        match self.status:
            case Status.REFUSED:
                return Will.REFUSE
            case Status.SCREENED_OUT:
                return Will.NEVER_OBLIGED
            case _:
                return Will.TAKE_PART


def outcome_of(
    person: Person,
    wave: int,
    seed: int,
    *,
    languages: Sequence[str] = ("nl", "en"),
    before: Status | None = None,
) -> Outcome:
    """Return what this person does in this wave.

    Parameters
    ----------
    languages
        Languages in which the wave is offered; the first is taken where nothing else fits.
    before
        How the person's case ended in the wave before; ``None`` for people sampled now.
    """
    past = biography_of(person)
    life = life_at(person, past, wave)
    luck = Chance(mix(person.key ^ mix(seed ^ mix(wave))))
    language = _language(person, life, languages, luck)
    if life.gone:
        return Outcome(Status.OPEN, language, gone=life.gone)
    if not luck.happens("begins", propensity(person, past, life, languages, before)):
        return Outcome(Status.OPEN, language)
    share = luck.uniform("ends")
    if share < REFUSES:
        return Outcome(Status.REFUSED, language)
    if before is None and share < REFUSES + NEVER_OBLIGED:
        return Outcome(Status.SCREENED_OUT, language)
    if luck.happens("breaks off", BREAKS_OFF[past.literacy]):
        return Outcome(Status.PARTIAL, language, luck.whole("break-off", *PAGES_BEFORE_BREAK))
    return Outcome(Status.COMPLETE, language)


def propensity(
    person: Person,
    past: Biography,
    life: Life,
    languages: Sequence[str],
    before: Status | None,
) -> float:
    """Return the chance, 0 to 1, that a person begins with the questionnaire of a wave."""
    odds = LEVEL + BY_SCHOOLING[past.schooling] + BY_LITERACY[past.literacy]
    odds += BY_GROUP[person.group]
    odds += Z_ROUTE * (past.route == "z") + OLD_ACT * (person.act == "wi2013")
    odds += YOUNG * (life.age < 25) + OLDER * (life.age >= 55)
    odds += NO_OWN_LANGUAGE * (person.language not in languages)
    odds += AFTER[before] if before else 0.0
    return 1 / (1 + exp(-odds))


def _language(person: Person, life: Life, languages: Sequence[str], luck: Chance) -> str:
    """The language of answering: mostly one's own, else English by schooling, else the first."""
    if person.language in languages and luck.happens("own language", OWN_LANGUAGE):
        return person.language
    english = 0.55 if life.past.schooling == "hoger" else 0.22
    if "en" in languages and luck.happens("english", english):
        return "en"
    return languages[0]
