"""What a variable may hold: every value that `accept` lets through, frame and earlier waves too."""

from __future__ import annotations

import random
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from app.questionnaire.answers import SEEN
from app.questionnaire.model import (
    AssignedVariable,
    FrameVariable,
    Instrument,
    Item,
    Kind,
    Limits,
    Missing,
    Offer,
    Value,
)

INTERVIEW_MONTH = "interview_month"
MOST_WHOLE = 9_999
"""A number without a maximum is tried up to here, or beyond the largest one a condition names."""
WORDS = ("…", "……")
"""Two texts that no condition names: what people type, as far as routes can tell."""
FIRST_YEAR = 1900
"""Of months and dates without a minimum."""


@dataclass(frozen=True, slots=True)
class Codes:
    """One of some values."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Several:
    """Some of several codes, in the bank's order; an exclusive one stands alone."""

    codes: tuple[str, ...]
    exclusive: frozenset[str]
    most: int


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number as text."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """A year, month or date as text; ``until_interview`` ends it at the month of the interview."""

    kind: Kind
    low: str | None
    high: str | None
    years: tuple[int, int]
    year_only: bool = False
    until_interview: bool = False

    def __iter__(self) -> Iterator[tuple[str, int, int, int]]:
        """Every value with its year, month and day (0 where there is none), in order."""
        for year in range(self.years[0], self.years[1] + 1):
            for month, day in self.parts():
                text = f"{year:04d}" + (f"-{month:02d}" if month else "")
                text += f"-{day:02d}" if day else ""
                if not _outside(text, self.low, self.high) and _exists(year, month, day):
                    yield text, year, month, day

    def parts(self) -> Iterator[tuple[int, int]]:
        """Every month and day that may follow a year; 0 where there is none."""
        if self.kind is Kind.YEAR or (self.kind is Kind.MONTH and self.year_only):
            yield 0, 0
        if self.kind is not Kind.YEAR:
            days = range(1, 32) if self.kind is Kind.DATE else range(1)
            yield from ((month, day) for month in range(1, 13) for day in days)


Values = Codes | Several | Whole | Calendar


@dataclass(frozen=True, slots=True)
class Domain:
    """What a variable may hold when it is asked: a value, or one of some reasons for none.

    ``None`` among the reasons: there may be nothing at all (frame, earlier waves).
    """

    values: Values
    missing: tuple[Missing | None, ...] = ()

    def sample(self, rng: random.Random, month: str) -> Value | None:
        """Return a random one, rarely a missing one; ``month`` is that of the interview."""
        if self.missing and rng.random() < 0.12:
            return rng.choice(self.missing)
        return self.known(rng, month)

    def known(self, rng: random.Random, month: str) -> Value | None:
        """Return a random substantive value; nothing where there is none."""
        match self.values:
            case Codes(values):
                return rng.choice(values) if values else None
            case Several() as several:
                return _some(several, rng)
            case Whole(low, high):
                return str(rng.randint(low, high)) if low <= high else None
            case Calendar() as calendar:
                return _day(calendar, rng, month)

    def only_known(self) -> Domain:
        """The same without reasons for having no answer."""
        return replace(self, missing=())


def _some(several: Several, rng: random.Random) -> tuple[str, ...]:
    first = rng.choice(several.codes)
    together = [code for code in several.codes if code not in several.exclusive]
    if first in several.exclusive or several.most < 2:
        return (first,)
    chosen = {first, *rng.sample(together, rng.randint(0, min(len(together), several.most - 1)))}
    return tuple(code for code in several.codes if code in chosen)


def _day(calendar: Calendar, rng: random.Random, month: str) -> str | None:
    high = month if calendar.until_interview else calendar.high
    for _ in range(40):
        year = rng.randint(calendar.years[0], max(calendar.years))
        parts = list(calendar.parts())
        part = rng.choice(parts)
        text = f"{year:04d}" + (f"-{part[0]:02d}" if part[0] else "")
        text += f"-{part[1]:02d}" if part[1] else ""
        if not _outside(text, calendar.low, high) and _exists(year, *part):
            return text
    return None


def _outside(text: str, low: str | None, high: str | None) -> bool:
    """The rule of `accept`: a year alone is compared with the year of the bound."""
    below = low is not None and text < low[: len(text)]
    return below or (high is not None and text[: len(high)] > high[: len(text)])


def _exists(year: int, month: int, day: int) -> bool:
    return month == 0 or day <= monthrange(year, month)[1]


def of_item(instrument: Instrument, item: Item, *, literals: frozenset[str]) -> Domain:
    """Return what a page saves for an item, or for each statement of a battery.

    ``literals`` are the texts and numbers that conditions compare its variables with.
    """
    offers = ((Missing.DK, item.dk), (Missing.REF, item.refuse))
    missing = tuple(code for code, offer in offers if offer is not Offer.NONE)
    if not item.required:
        missing = (*missing, Missing.SKIP)
    if item.kind is Kind.INFO:
        return Domain(Codes((SEEN,)))
    return Domain(_values(instrument, item, literals), missing)


def _values(instrument: Instrument, item: Item, literals: frozenset[str]) -> Values:
    codes = tuple(option.code for option in item.options)
    match item.kind:
        case Kind.SINGLE | Kind.CONSENT | Kind.BATTERY:
            return Codes(codes)
        case Kind.MULTIPLE:
            exclusive = frozenset(option.code for option in item.options if option.exclusive)
            return Several(codes, exclusive, item.limits.max_choices or len(codes))
        case Kind.NUMBER:
            beyond = max((2 * int(one) + 2 for one in literals if one.isdecimal()), default=0)
            high = item.limits.max
            return Whole(
                int(item.limits.min or 0),
                int(high) if high is not None else min(max(MOST_WHOLE, beyond), 999_999_999),
            )
        case Kind.YEAR | Kind.MONTH | Kind.DATE:
            return calendar(item.kind, item.limits, instrument.wave, literals)
        case Kind.CODE_LIST:
            entries = instrument.code_lists[item.code_list or ""]
            return Codes(tuple(entry.code for entry in entries))
        case _:
            return words(literals)


def calendar(kind: Kind, limits: Limits, wave: int, literals: frozenset[str]) -> Calendar:
    """Return the years, months or dates within limits; of open ones, those that may matter."""
    named = [int(one[:4]) for one in literals if one[:4].isdecimal() and len(one) >= 4]
    until = limits.max == INTERVIEW_MONTH
    low = str(limits.min) if limits.min is not None else None
    high = str(limits.max) if limits.max is not None and not until else None
    first = int(low[:4]) if low else min([FIRST_YEAR, *(year - 1 for year in named)])
    last = int(high[:4]) if high else wave + 1
    if not until and high is None:
        last = max([last, *(year + 1 for year in named)])
    return Calendar(kind, low, high, (max(first, 1000), min(last, 9999)), limits.year_only, until)


def words(literals: frozenset[str]) -> Codes:
    """Return texts that stand for all: those that conditions name, their neighbours, and others."""
    near = [
        str(int(one) + step)
        for one in literals
        if one.lstrip("-").isdecimal() and len(one) < 16
        for step in (-1, 1)
    ]
    return Codes(tuple(dict.fromkeys((*sorted(literals), *sorted(near), *WORDS))))


def of_frame(variable: FrameVariable, wave: int, literals: frozenset[str]) -> Domain:
    """Return what the register may tell.

    A variable that lists the word "unknown" is never empty; any other may be, for whoever came by
    the open link.
    """
    if variable.var == "wave":
        return Domain(Codes((str(wave),)))
    if variable.values:
        missing = () if "unknown" in variable.values else (None,)
        return Domain(Codes(variable.values), missing)
    if variable.kind == "year":
        return Domain(calendar(Kind.YEAR, Limits(min=1900, max=wave), wave, literals), (None,))
    return Domain(words(literals), (None,))


def of_assigned(variable: AssignedVariable) -> Domain:
    """Return what may be drawn, with what staff may set instead."""
    override = (variable.override,) if variable.override else ()
    return Domain(Codes((*variable.values, *override)))


def of_interview_month(wave: int) -> Domain:
    """Return the months in which a wave may be answered: its year, and a year on either side."""
    return Domain(Calendar(Kind.MONTH, None, None, (wave - 1, wave + 1)))


def earlier_of(domain: Domain, wave: int) -> Domain:
    """Return what an earlier wave may have left of a variable."""
    values = domain.values
    if isinstance(values, Calendar) and values.until_interview:
        last = min(values.years[1], wave)
        values = replace(values, until_interview=False, years=(values.years[0], last))
    return Domain(values, (None,))


def domains_of(instrument: Instrument, literals: Mapping[str, frozenset[str]]) -> dict[str, Domain]:
    """Return the domain of every variable a page of the instrument asks."""
    found: dict[str, Domain] = {}
    for item in instrument.items:
        names = [one.var for one in item.statements] or [item.var]
        for name in names:
            found[name] = of_item(instrument, item, literals=literals.get(name, frozenset()))
    return found
