"""The data protection impact assessment of a study: its points, what people fill in, the risks.

Structure: GDPR article 35(7)(a)–(d) and the seventeen points in four parts of *Model DPIA
Rijksdienst*, version 2.0 (Ministry of the Interior and Kingdom Relations, 2022). Only the order and
the names of the points are taken from it; the words are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from app.questionnaire.document import Document, Node, Problem, shown_in

FILE = "dpia.yaml"


class Part(StrEnum):
    """The four parts; the letters of GDPR article 35(7) that each answers."""

    FACTS = "A"
    """(a): a systematic description."""
    LAW = "B"
    """(b): necessity and proportionality."""
    RISKS = "C"
    """(c): risks to rights and freedoms."""
    MEASURES = "D"
    """(d): measures against the risks."""


class Point(StrEnum):
    """A point of the model, in its order."""

    PROPOSAL = "proposal"
    DATA = "data"
    PROCESSING = "processing"
    PURPOSES = "purposes"
    PARTIES = "parties"
    INTERESTS = "interests"
    LOCATIONS = "locations"
    TECHNIQUE = "technique"
    FRAMEWORK = "framework"
    RETENTION = "retention"
    BASIS = "basis"
    SPECIAL = "special"
    LIMITS = "limits"
    NECESSITY = "necessity"
    RIGHTS = "rights"
    RISKS = "risks"
    MEASURES = "measures"


PART_OF: Mapping[Point, Part] = {
    **dict.fromkeys(list(Point)[:10], Part.FACTS),
    **dict.fromkeys(list(Point)[10:15], Part.LAW),
    Point.RISKS: Part.RISKS,
    Point.MEASURES: Part.MEASURES,
}

REQUIRED = (
    Point.PROPOSAL, Point.PURPOSES, Point.PARTIES, Point.INTERESTS, Point.LOCATIONS, Point.BASIS,
    Point.SPECIAL, Point.LIMITS, Point.NECESSITY, Point.MEASURES,
)  # fmt: skip
"""Points that only people can answer: what the system knows is not enough."""


class Field(StrEnum):
    """What stands beside the points."""

    ADVICE = "advice"
    """Of the data protection officer: article 35(2)."""
    VIEWS = "views"
    """Of the people it is about, or their representatives: article 35(9)."""
    REVIEW_ON = "review_on"
    """The day it is looked at again: article 35(11)."""


class Risk(StrEnum):
    """Risks to people that a survey of newcomers has; a client may judge each and add words."""

    RECOGNISED = "recognised"
    """A table or file gives somebody away."""
    AUTHORITIES = "authorities"
    """Answers reach who decides about residence, duty or benefits, or people fear so."""
    LETTER = "letter"
    """Somebody else opens the letter and uses the code."""
    LOOKED_UP = "looked_up"
    """Staff look somebody up without need."""
    STOLEN = "stolen"
    """The databases or a backup are stolen."""
    PRESSED = "pressed"
    """Somebody feels forced to take part, or does not understand what is asked."""


class Grade(StrEnum):
    """How likely, or how bad."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


class Category(StrEnum):
    """Special categories of personal data: GDPR articles 9(1) and 10."""

    ORIGIN = "origin"
    """Racial or ethnic origin."""
    RELIGION = "religion"
    """Religious or philosophical beliefs."""
    POLITICS = "politics"
    UNION = "union"
    HEALTH = "health"
    SEX = "sex"
    """Sex life or sexual orientation."""
    CRIME = "crime"
    """Criminal convictions and offences (article 10)."""
    SENSITIVE = "sensitive"
    """None of these by law, and yet touching: money, status of residence, loneliness."""


@dataclass(frozen=True, slots=True)
class Special:
    """Variables of one category, with the reason why they are taken to be of it."""

    category: Category
    variables: tuple[str, ...]
    why: str


def read_special(study: Path, known: frozenset[str]) -> tuple[tuple[Special, ...], list[Problem]]:
    """Return which variables of a study are of which category, and what is wrong with the file.

    Nothing without problems for a study that has no such file. ``known`` are its variables.
    """
    problems: list[Problem] = []
    if not (study / FILE).exists():
        return (), []
    root = Document(study / FILE, shown_in(study, FILE), problems).root
    block = root.block(("special",)) if root is not None else {}
    found = [
        one
        for node in (block["special"].items() if "special" in block else ())
        if (one := _special(node, known)) is not None
    ]
    return tuple(found), problems


def _special(node: Node, known: frozenset[str]) -> Special | None:
    block = node.block(("category", "variables", "why"))
    if len(block) != 3:
        return None
    category = block["category"].choice([one.value for one in Category], "category")
    variables = block["variables"].texts("variable")
    for name in variables:
        if name not in known:
            block["variables"].wrong(f"the study has no variable {name}")
    return Special(Category(category), tuple(variables), block["why"].some_text("why"))


def open_points(texts: Mapping[str, str], today: date) -> list[str]:
    """Return what is not filled in yet: names of points, fields and risks, in their order.

    A risk is judged when both its chance and its harm are; a day of review in the past is none.
    """
    found = [str(one) for one in REQUIRED if not texts.get(one, "").strip()]
    found += [
        f"risk.{risk}"
        for risk in Risk
        if not all(texts.get(f"{risk}.{what}") in set(Grade) for what in ("chance", "harm"))
    ]
    found += [str(one) for one in (Field.ADVICE, Field.VIEWS) if not texts.get(one, "").strip()]
    try:
        ahead = date.fromisoformat(texts.get(Field.REVIEW_ON, "")) >= today
    except ValueError:
        ahead = False
    return found if ahead else [*found, str(Field.REVIEW_ON)]


def names_of_fields() -> tuple[str, ...]:
    """Return every field that somebody can fill in."""
    judged = [f"{risk}.{what}" for risk in Risk for what in ("chance", "harm", "words")]
    return (*(str(one) for one in Point), *judged, *(str(one) for one in Field))
