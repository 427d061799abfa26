"""Answers that no page takes: tried on pages that respondents were shown to meet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.questionnaire.accept import Accepted, accept
from app.questionnaire.model import Item, Kind, Place
from app.questionnaire.prove_claims import Key, page_key
from app.questionnaire.prove_domain import Calendar, Whole
from app.questionnaire.prove_persons import Persons
from app.questionnaire.prove_witness import Walked
from app.questionnaire.routing import Page

_CHOICES = (Kind.SINGLE, Kind.MULTIPLE, Kind.CONSENT, Kind.BATTERY)


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that its own page does not take; in the same words in every wave."""

    place: Place
    says: str


def refused_answers(persons: Persons, shown_by: dict[Key, Walked]) -> Iterator[Refused]:
    """Yield options nobody can choose, and questions whose limits leave no answer."""
    for item in persons.instrument.items:
        names: dict[str, Key] = {one.var: ("statement", one.var) for one in item.statements}
        for var, key in (names or {item.var: page_key(item)}).items():
            walked = shown_by.get(key)
            if walked is None:
                continue
            page = next(one for one in walked.route.pages if var in one.variables)
            if item.kind in _CHOICES:
                yield from _options(walked, page, item, var)
            elif _takes_nothing(persons, var):
                yield Refused(item.place, f"{var} takes no answer: its limits leave nothing")


def _options(walked: Walked, page: Page, item: Item, var: str) -> Iterator[Refused]:
    instrument = walked.terms.instrument
    for option in item.options:
        outcome = accept(
            instrument,
            page,
            {var: [option.code]},
            language=instrument.languages[0],
            interview_month=walked.respondent.known.interview_month or "",
            prompted=True,
        )
        answer = outcome.answers.get(var) if isinstance(outcome, Accepted) else None
        if answer not in (option.code, (option.code,)):
            yield Refused(item.place, f'option "{option.code}" of {var} cannot be chosen')


def _takes_nothing(persons: Persons, var: str) -> bool:
    match persons.answers[var].values:
        case Whole(low, high):
            return low > high
        case Calendar() as calendar:
            last = f"{persons.instrument.wave + 1}-12" if calendar.until_interview else "9999-12"
            return not any(text <= last[: len(text)] for text, *_ in calendar)
        case _:
            return False
