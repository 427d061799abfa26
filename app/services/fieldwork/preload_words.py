"""What one person will read of an earlier answer, as far as it is known before they answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from app.questionnaire.answers import confirm_variable
from app.questionnaire.expression import is_known
from app.questionnaire.model import Instrument, Item, Kind, Policy, Statement, Store, Value
from app.questionnaire.routing import Earlier, Known, Page, PageKind
from app.questionnaire.wording import END_ISOLATE, ISOLATE, MASK, in_words, question
from app.services.fieldwork.preloads import preload_from_json
from app.storage.preloads import FrozenCase

_UNSEEN = str.maketrans("", "", f"{ISOLATE}{END_ISOLATE}")
"""Marks of direction: nothing to be read."""
WITHHELD = MASK
"""Stands for answers that are kept with the contacts, and for people's own words."""


@dataclass(frozen=True, slots=True)
class Told:
    """One earlier answer of a person and what comes of it, if the question is on their route."""

    variable: str
    what: str
    """Confirmed, standing, named, or asked independently."""
    words: str
    """The question as it will be read; what stands unasked, in words."""


def told_to(instrument: Instrument, case: FrozenCase, language: str) -> Iterator[Told]:
    """Yield what a person will read of each earlier answer, in the order of the questionnaire.

    A person's own words and answers of the contacts are masked: a review goes through more hands
    than a screen.
    """
    preload = preload_from_json(instrument, case.earlier)
    answers = dict(preload.answers)
    for item in instrument.items:
        hidden = item.kind in (Kind.TEXT, Kind.OPEN)
        of_contacts = item.store is Store.CONTACT and case.contact
        if of_contacts or (hidden and item.var in answers):
            wave = answers[item.var].wave if item.var in answers else instrument.wave
            answers[item.var] = Earlier(WITHHELD, wave)
    known = Known(case.frame, case.assigned, replace(preload, answers=answers))
    values: dict[str, Value] = {**case.frame, "wave": instrument.wave, **case.assigned}
    for item in instrument.items:
        for statement in item.statements or (None,):
            var = statement.var if statement else item.var
            earlier = answers.get(var)
            if earlier is None or not is_known(earlier.value):
                continue
            told = _told(instrument, item, statement, earlier, known, values, language)
            if told is not None:
                yield told


def _told(
    instrument: Instrument,
    item: Item,
    statement: Statement | None,
    earlier: Earlier,
    known: Known,
    values: Mapping[str, Value],
    language: str,
) -> Told | None:
    var = statement.var if statement else item.var
    repeat = item.repeat
    if repeat.policy is Policy.CONFIRM:
        if repeat.independent is not None and repeat.independent(values):
            page = Page(var, item, PageKind.QUESTION, (var,))
            return Told(
                var, "asked independently", _asked(instrument, page, known, values, language)
            )
        name = confirm_variable(var)
        page = Page(f"{var}-confirm", item, PageKind.CONFIRM, (name,))
        return Told(var, "to be confirmed", _asked(instrument, page, known, values, language))
    stands = repeat.policy is Policy.ONCE or (
        repeat.policy is Policy.UNTIL_EVENT and earlier.value in repeat.until
    )
    if stands:
        words = (
            str(earlier.value)
            if earlier.value == WITHHELD
            else in_words(instrument, item, var, earlier.value, language)
        )
        again = f", unless {repeat.reset_on} changed" if repeat.reset_on else ""
        return Told(var, f"stands{again}", words.translate(_UNSEEN))
    if repeat.text is not None and statement is None:
        page = Page(var, item, PageKind.QUESTION, (var,))
        return Told(var, "named", _asked(instrument, page, known, values, language))
    return None


def _asked(
    instrument: Instrument, page: Page, known: Known, values: Mapping[str, Value], language: str
) -> str:
    return question(instrument, page, known, values, language).translate(_UNSEEN)
