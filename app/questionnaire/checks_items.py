"""What can be wrong with one question: options, limits, repeats, and what it refers to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from app.questionnaire.compile import CONFIRM_CODES, CONFIRM_SCALE
from app.questionnaire.document import MAX_SHOWN
from app.questionnaire.model import (
    Bank,
    Condition,
    Item,
    Kind,
    Missing,
    Offer,
    Policy,
    Statement,
    Store,
)

_CODE = re.compile(r"[A-Za-z0-9_.]+\Z")
_CHOICES = frozenset((Kind.SINGLE, Kind.MULTIPLE, Kind.BATTERY, Kind.CONSENT))
_MONTH = r"(0[1-9]|1[0-2])"
_DAY = r"(0[1-9]|[12]\d|3[01])"
_BOUNDS = {
    Kind.NUMBER: (re.compile(r"\d{1,9}\Z"), "a whole number"),
    Kind.YEAR: (re.compile(r"\d{4}\Z"), "a year"),
    Kind.MONTH: (re.compile(rf"\d{{4}}(-{_MONTH})?\Z"), "YYYY or YYYY-MM"),
    Kind.DATE: (re.compile(rf"\d{{4}}(-{_MONTH}(-{_DAY})?)?\Z"), "YYYY, YYYY-MM or YYYY-MM-DD"),
}
MAX_PER_SCREEN = 6
MAX_WORDS = 20_000
"""Characters of an open answer: some ten pages."""


def item_faults(item: Item, bank: Bank) -> Iterator[str]:
    """Yield what is wrong with an item, in words for its author."""
    yield from _option_faults(item)
    yield from _limit_faults(item)
    yield from _repeat_faults(item, bank)
    if (item.kind is Kind.BATTERY) != bool(item.statements):
        yield "a battery, and only a battery, has statements"
    if (item.kind is Kind.CODE_LIST) != (item.code_list is not None):
        yield "a code list, and only a code list, names its list"
    if item.code_list is not None and item.code_list not in bank.code_lists:
        yield f'unknown code list "{item.code_list}"'
    if not 1 <= item.per_screen <= MAX_PER_SCREEN:
        yield f"per_screen is {item.per_screen}, expected 1 to {MAX_PER_SCREEN}"
    if item.required and item.kind is not Kind.CONSENT:
        yield "only consent may be required: everything else may be left unanswered"
    if item.required and (item.dk, item.refuse) != (Offer.NONE, Offer.NONE):
        yield "required consent offers no dk or refuse: write missing: {dk: none}"
    if item.reaches and (item.kind is not Kind.TEXT or item.store is not Store.CONTACT):
        yield "reaches: true is for a text that is kept with the contacts: write store: contact"
    yield from _leave_faults(item)
    yield from _reference_faults(item, bank)


def _leave_faults(item: Item) -> Iterator[str]:
    """Leave that was given for nobody knows what cannot be shown to anybody, nor withdrawn."""
    if item.allows is None:
        if item.kind is Kind.CONSENT and item.options:
            yield "consent says what it is for: write allows: survey, recontact, …"
        return
    if item.kind not in (Kind.CONSENT, Kind.SINGLE):
        yield f"type {item.kind} allows nothing: use consent or single"
    codes = [option.code for option in item.options]
    for code in item.allows.codes:
        if code not in codes:
            yield f'allows names "{code}", which is not an option'


def _reference_faults(item: Item, bank: Bank) -> Iterator[str]:
    entries: tuple[Item | Statement, ...] = (item, *item.statements)
    for one in entries:
        for name, known in (
            (one.concept, bank.concepts),
            *((question, bank.research_questions) for question in one.research_questions),
            *((indicator, bank.indicators) for indicator in one.indicators),
        ):
            # A statement without a concept has that of its battery.
            if name not in known and (name or one is item):
                yield f'"{name}" is not in study.yaml'


def _option_faults(item: Item) -> Iterator[str]:
    codes = [option.code for option in item.options]
    if item.kind in _CHOICES and not codes and item.scale is None:
        yield "needs options or a scale"
    if item.kind not in _CHOICES and codes:
        yield f"type {item.kind} has no options"
    for code in codes:
        if code in set(Missing):
            yield f'option code "{code}" is kept for missing answers'
        elif not _CODE.match(code):
            yield f'option code "{code}": use letters, digits, _ and .'
    if item.kind is not Kind.MULTIPLE and any(option.exclusive for option in item.options):
        yield "only multiple choice has exclusive options"
    if item.kind not in (Kind.SINGLE, Kind.MULTIPLE) and any(one.specify for one in item.options):
        yield 'only single and multiple choice have "other, namely"'
    most = item.limits.max_choices
    if most is not None and (item.kind is not Kind.MULTIPLE or not 1 <= most <= len(codes)):
        yield f"max_choices is {most}, expected 1 to {len(codes)} on a multiple choice"


def _limit_faults(item: Item) -> Iterator[str]:
    limits, kind = item.limits, item.kind
    bounds = {"min": limits.min, "max": limits.max}
    if limits.max == "interview_month" and kind in (Kind.YEAR, Kind.MONTH, Kind.DATE):
        del bounds["max"]
    yield from _bound_faults(
        kind, {name: str(bound) for name, bound in bounds.items() if bound is not None}
    )
    if limits.year_only and kind is not Kind.MONTH:
        yield "only a month may be given as its year alone"
    if limits.unit is not None and kind is not Kind.NUMBER:
        yield "only a number has a unit"
    if not 1 <= limits.max_length <= MAX_WORDS:
        yield f"max_length is {limits.max_length}, expected 1 to {MAX_WORDS}"


def _bound_faults(kind: Kind, bounds: Mapping[str, str]) -> Iterator[str]:
    if kind not in _BOUNDS:
        yield from (f"type {kind} has no {name}" for name in bounds)
        return
    pattern, words = _BOUNDS[kind]
    wrong = {name: bound for name, bound in bounds.items() if not pattern.match(bound)}
    for name, bound in wrong.items():
        yield f'{name} is "{bound[:MAX_SHOWN]}", expected {words}'
    if bounds.keys() == {"min", "max"} and not wrong:
        low, high = bounds["min"], bounds["max"]
        length = min(len(low), len(high))
        above = int(low) > int(high) if kind is Kind.NUMBER else low[:length] > high[:length]
        if above:
            yield f"min {low} is above max {high}"


def _repeat_faults(item: Item, bank: Bank) -> Iterator[str]:
    repeat = item.repeat
    codes = [option.code for option in item.options]
    if repeat.policy is Policy.UNTIL_EVENT:
        if not repeat.until:
            yield "until_event needs the codes that end it"
        if item.kind is Kind.MULTIPLE:
            yield "until_event waits for one code: a multiple choice has several"
        for code in repeat.until:
            if code not in codes:
                yield f'until names "{code}", which is not an option'
    elif repeat.until:
        yield f"policy {repeat.policy} has no until"
    if repeat.reset_on is not None and repeat.policy is not Policy.ONCE:
        yield f"policy {repeat.policy} has no reset_on"
    if repeat.policy is Policy.CONFIRM:
        yield from _confirm_faults(item, bank)
    if repeat.independent is not None:
        yield from _experiment_faults(item, repeat.independent, bank)


def _experiment_faults(item: Item, independent: Condition, bank: Bank) -> Iterator[str]:
    """Arms are drawn at random: nothing that a person is, or says, may decide who is in which."""
    if item.repeat.policy is not Policy.CONFIRM:
        yield f"policy {item.repeat.policy} has no independent"
        return
    drawn = {one.var: one for one in bank.assigned}
    read = sorted(independent.reads - {"wave"})
    if len(read) != 1 or read[0] not in drawn:
        found = ", ".join(read) or "nothing"
        yield f"independent reads {found}, expected one assigned variable, and wave if need be"
        return
    variable = drawn[read[0]]
    by_wave = [
        {independent({variable.var: value, "wave": wave}) for value in variable.values}
        for wave in item.waves
    ]
    if {True, False} not in by_wave:
        arm = "everybody" if all(True in one for one in by_wave) else "nobody"
        yield f'independent is {arm}: no wave has both arms in "{independent.source}"'


def _confirm_faults(item: Item, bank: Bank) -> Iterator[str]:
    if item.repeat.text is None:
        yield "confirm needs the text that names the earlier answer"
    if item.kind is Kind.BATTERY:
        yield "a battery cannot be confirmed as a whole"
    if item.kind is Kind.INFO:
        yield "a page that asks nothing cannot be confirmed"
    scale = bank.scales.get(CONFIRM_SCALE)
    if scale is None or {option.code for option in scale.options} != CONFIRM_CODES:
        shown = ", ".join(sorted(CONFIRM_CODES))
        yield f'confirm needs the scale "{CONFIRM_SCALE}" with the codes {shown}'
