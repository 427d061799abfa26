"""Answers to questions this package knows nothing about: any answer the item accepts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.questionnaire.answers import SEEN
from app.questionnaire.model import Item, Kind, Value
from app.synthetic.answers.subject import Subject
from app.synthetic.demography import INHABITANTS
from app.synthetic.months import as_text, year_of

CHOSEN = 0.3
"""Share of people who choose one option of a question with several answers."""

HIGHEST_NUMBER = 100
"""Bound of a number or year that has none of its own; a year ends with that of the wave."""
YEARS_BACK = 10


def anything(subject: Subject, item: Item, var: str) -> Value | None:
    """Return some acceptable answer to an unknown question.

    ``None``, leave it empty, for words and for code lists other than municipalities and countries.
    """
    return ANY[item.kind](subject, item, var)


def _one(subject: Subject, item: Item, var: str) -> Value | None:
    codes = [option.code for option in item.options]
    return subject.steady(var).one_of(var, codes) if codes else None


def _some(subject: Subject, item: Item, var: str) -> Value | None:
    chosen = [
        option.code
        for option in item.options
        if not option.exclusive and subject.always.happens(f"{var} {option.code}", CHOSEN)
    ]
    alone = next((option.code for option in item.options if option.exclusive), None)
    if not chosen:
        return (alone or item.options[0].code,)
    return tuple(chosen[: item.limits.max_choices])


def _number(subject: Subject, item: Item, var: str) -> Value | None:
    low = _bound(item.limits.min, 0)
    return str(subject.always.whole(var, low, _bound(item.limits.max, low + HIGHEST_NUMBER)))


def _year(subject: Subject, item: Item, var: str) -> Value | None:
    high = _bound(item.limits.max, year_of(subject.life.month))
    return str(subject.always.whole(var, _bound(item.limits.min, high - YEARS_BACK), high))


def _month(subject: Subject, item: Item, var: str) -> Value | None:
    return as_text(subject.life.month - subject.always.whole(var, 1, 12))


def _day(subject: Subject, item: Item, var: str) -> Value | None:
    return f"{_month(subject, item, var)}-15"


def _listed(subject: Subject, item: Item, var: str) -> Value | None:
    if item.code_list == "municipality":
        return subject.always.one_of(var, tuple(INHABITANTS))
    return subject.person.country if item.code_list == "country" else None


def _nothing(subject: Subject, item: Item, var: str) -> Value | None:
    return None


def _bound(limit: str | int | None, default: int) -> int:
    return int(limit) if limit is not None and str(limit).isdecimal() else default


ANY: Mapping[Kind, Callable[[Subject, Item, str], Value | None]] = {
    Kind.INFO: lambda subject, item, var: SEEN,
    Kind.SINGLE: _one,
    Kind.CONSENT: _one,
    Kind.BATTERY: _one,
    Kind.MULTIPLE: _some,
    Kind.NUMBER: _number,
    Kind.YEAR: _year,
    Kind.MONTH: _month,
    Kind.DATE: _day,
    Kind.CODE_LIST: _listed,
    Kind.TEXT: _nothing,
    Kind.OPEN: _nothing,
}
