"""Variables as a solver knows them: what each may hold, and when a comparison of it is true.

A comparison with something written out is never translated: the very closure that routes people is
run on every value the variable may hold, and the values it accepts become the term. So the
meaning of a condition is written down once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import z3

from app.questionnaire.derivation import months_of, year_of
from app.questionnaire.model import Kind, Missing, Value
from app.questionnaire.prove_domain import Calendar, Codes, Domain, Several, Values, Whole

Term = Any
"""A z3 expression; z3 has no types of its own."""
Accepts = Callable[[Value | None], bool]
"""A comparison with all but one operand written out."""

NEVER = z3.BoolVal(False)
ALWAYS = z3.BoolVal(True)
FEW = 40
"""Values that are told apart, where being the same matters, even if no comparison does."""
_YEAR, _MONTH = 416, 32
"""A day as one number: year * 416 + month * 32 + day, in the order of the texts."""


@dataclass(frozen=True)
class Coded:
    """One of a few values; each with the term that says it is this one (``None``: nothing)."""

    cases: Mapping[Value | None, Term]
    stands_for: Mapping[Value, Value] = field(default_factory=dict)
    """Values that no condition tells apart, by the one that is kept."""
    others: Value | None = None
    """Stands for every value that is not listed."""

    @property
    def known(self) -> Term:
        """That there is a substantive answer."""
        return _any(term for value, term in self.cases.items() if _substantive(value))

    def holds(self, accepts: Accepts) -> Term:
        """That a comparison is true."""
        return _any(term for value, term in self.cases.items() if accepts(value))

    def is_value(self, value: Value | None) -> Term:
        """That it is this value, or the one that stands for it."""
        return self.cases.get(self.kept(value), NEVER)

    def kept(self, value: Value | None) -> Value | None:
        """Return the value that stands for this one."""
        if not _substantive(value) or value in self.cases:
            return value
        return self.stands_for.get(value, self.others or value)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Many:
    """Several codes at once, or a reason why there are none."""

    missing: Mapping[Value | None, Term]
    known: Term
    chosen: Mapping[str, Term]

    def holds(self, accepts: Accepts) -> Term:
        """That a comparison is true which looks at no single code; see `has` for those that do."""
        found = [term for value, term in self.missing.items() if accepts(value)]
        # Whichever codes were chosen: only `'code' in x` tells them apart.
        if accepts(tuple(self.chosen)[:1]):
            found.append(self.known)
        return _any(found)

    def has(self, code: str) -> Term:
        """``'code' in x``, true too for the reason of that name."""
        named = [term for value, term in self.missing.items() if value == code]
        return _any([*named, z3.And(self.known, self.chosen.get(code, NEVER))])

    def is_value(self, value: Value | None) -> Term:
        """That it is this value."""
        if not isinstance(value, tuple):
            return self.missing.get(value, NEVER)
        if not set(value) <= set(self.chosen):
            return NEVER
        bits = (term == z3.BoolVal(code in value) for code, term in self.chosen.items())
        return z3.And(self.known, *bits)


@dataclass(frozen=True)
class Measured:
    """A whole number, year, month or date; what it holds is ``parts``, in order ``rank``."""

    missing: Mapping[Value | None, Term]
    known: Term
    parts: tuple[Term, ...]
    """The number alone; or year, month and day, 0 where there is none."""
    listed: Sequence[tuple[Value, int]]
    """Every value it may hold, by rank."""

    @property
    def is_calendar(self) -> bool:
        """True for a year, month or date."""
        return len(self.parts) > 1

    @property
    def rank(self) -> Term:
        """Its place in the order of the texts, or of the numbers."""
        return rank_of(self.parts)

    def holds(self, accepts: Accepts) -> Term:
        """That a comparison is true."""
        found = [term for value, term in self.missing.items() if accepts(value)]
        ranges = list(_ranges((rank, accepts(value)) for value, rank in self.listed))
        if ranges:
            inside = [
                z3.And(self.rank >= low, self.rank <= high) if low < high else self.rank == low
                for low, high in ranges
            ]
            everything = len(ranges) == 1 and len(self.listed) > 1 and ranges[0] == self._whole
            found.append(self.known if everything else z3.And(self.known, _any(inside)))
        return _any(found)

    @property
    def _whole(self) -> tuple[int, int]:
        return self.listed[0][1], self.listed[-1][1]

    def is_value(self, value: Value | None) -> Term:
        """That it is this value."""
        if value is None or isinstance(value, Missing):
            return self.missing.get(value, NEVER)
        rank = next((rank for one, rank in self.listed if one == value), None)
        return NEVER if rank is None else z3.And(self.known, self.rank == rank)


Symbol = Coded | Many | Measured


def rank_of(parts: Sequence[Term]) -> Term:
    """Return the order of a number, or of a year, month and day."""
    if len(parts) == 1:
        return parts[0]
    return parts[0] * _YEAR + parts[1] * _MONTH + parts[2]


def _ranges(marked: Iterable[tuple[int, bool]]) -> Iterator[tuple[int, int]]:
    """Runs of accepted values in a row; what lies between two listed values cannot occur."""
    low = high = None
    for rank, accepted in marked:
        if accepted:
            low, high = (rank if low is None else low), rank
        elif low is not None and high is not None:
            yield low, high
            low = high = None
    if low is not None and high is not None:
        yield low, high


def _substantive(value: Value | None) -> bool:
    return value is not None and not isinstance(value, Missing)


def _any(terms: Iterable[Term]) -> Term:
    found = list(terms)
    return found[0] if len(found) == 1 else z3.Or(*found) if found else NEVER


# --- new ones -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Uses:
    """What is asked of a variable: which comparisons, and whether they need it exactly."""

    tests: tuple[Accepts, ...] = ()
    compared: bool = False
    """Set beside another variable, or an earlier value of itself."""
    measured: bool = False
    """Years or months are counted from it."""
    unread: bool = False
    """Nothing looks at it at all, but for what earlier waves left of it."""

    @property
    def seldom(self) -> bool:
        """True when nothing but having an answer matters."""
        return not (self.tests or self.compared or self.measured)


def fresh(name: str, domain: Domain, uses: Uses) -> tuple[Symbol, list[Term]]:
    """Return a symbol that may hold anything of its domain, and the terms that say so."""
    values = domain.values
    if isinstance(values, Several) and not uses.seldom:
        return _many(name, values, domain.missing)
    if isinstance(values, Whole | Calendar) and not uses.seldom:
        return _measured(name, values, domain.missing)
    return _coded(name, values, domain.missing, uses)


def _flags(
    name: str, missing: Sequence[Missing | None], more: Sequence[Value]
) -> dict[Value | None, Term]:
    cases: list[Value | None] = [*missing, *more]
    return {one: z3.Bool(f"{name}={one}") for one in dict.fromkeys(cases)}


def _one_of(terms: Iterable[Term]) -> list[Term]:
    found = list(terms)
    apart = [
        z3.Or(z3.Not(one), z3.Not(other))
        for at, one in enumerate(found)
        for other in found[at + 1 :]
    ]
    return [_any(found), *apart]


def _coded(
    name: str, values: Values, missing: Sequence[Missing | None], uses: Uses
) -> tuple[Symbol, list[Term]]:
    kept: dict[tuple[bool, ...], list[Value]] = {}
    stands_for: dict[Value, Value] = {}
    found = list(_examples(values))
    # Two of a kind are enough to be the same or to differ.
    most = (len(found) if len(found) <= FEW else 2) if uses.compared or uses.measured else 1
    for value in found:
        alike = kept.setdefault(tuple(test(value) for test in uses.tests), [])
        if len(alike) < most:
            alike.append(value)
        stands_for[value] = alike[-1]
    flags = _flags(name, missing, [value for alike in kept.values() for value in alike])
    others = found[0] if found and uses.seldom else None
    return Coded(flags, stands_for, others), _one_of(flags.values())


def _examples(values: Values) -> Iterator[Value]:
    match values:
        case Codes(codes):
            yield from codes
        case Several(codes):
            yield from ((code,) for code in codes)
        case Whole(low, high):
            yield from (str(number) for number in (low, high) if low <= high)
        case Calendar() as calendar:
            found = [text for text, *_ in calendar]
            yield from dict.fromkeys((*found[:1], *found[-1:]))


def _many(
    name: str, several: Several, missing: Sequence[Missing | None]
) -> tuple[Symbol, list[Term]]:
    reasons = _flags(name, missing, ())
    known = z3.Bool(f"{name}?")
    chosen = {code: z3.Bool(f"{name}:{code}") for code in several.codes}
    rules = _one_of([*reasons.values(), known])
    bits = list(chosen.values())
    rules.append(z3.Implies(known, _any(bits)))
    for code in several.exclusive:
        others = (term for other, term in chosen.items() if other != code)
        rules.append(z3.Implies(chosen[code], z3.Not(_any(others))))
    if several.most < len(bits):
        rules.append(z3.AtMost(*bits, several.most))
    return Many(reasons, known, chosen), rules


def _measured(
    name: str, values: Whole | Calendar, missing: Sequence[Missing | None]
) -> tuple[Symbol, list[Term]]:
    reasons = _flags(name, missing, ())
    known = z3.Bool(f"{name}?")
    rules = _one_of([*reasons.values(), known])
    if isinstance(values, Whole):
        number = z3.Int(name)
        listed: list[tuple[Value, int]] = [
            (str(one), one) for one in range(values.low, values.high + 1)
        ]
        rules += [number >= values.low, number <= values.high] if listed else [z3.Not(known)]
        return Measured(reasons, known, (number,), listed), rules
    found = list(values)
    listed = [(text, rank_of(parts)) for text, *parts in found]
    if not found:
        return Measured(reasons, known, (z3.Int(name), z3.IntVal(0), z3.IntVal(0)), ()), [
            *rules,
            z3.Not(known),
        ]
    year, month, day = (z3.Int(f"{name}.{part}") for part in "ymd")
    first, last = found[0], found[-1]
    months, days = {part[2] for part in found}, {part[3] for part in found}
    symbol = Measured(reasons, known, (year, month, day), listed)
    rules += [
        *(year >= first[1], year <= last[1], month >= min(months), month <= max(months)),
        *(day >= min(days), day <= max(days)),
    ]
    if values.kind is Kind.DATE:
        rules += [z3.Implies(known, symbol.holds(_substantive)), _existing(symbol)]
    if values.kind is Kind.MONTH:
        # Bounds within a year do not bind a year alone.
        full = [rank_of(parts) for _, *parts in found if parts[1]]
        alone = [parts[0] for _, *parts in found if not parts[1]]
        within = [z3.And(month > 0, symbol.rank >= full[0], symbol.rank <= full[-1])] * bool(full)
        if alone:
            within.append(z3.And(month == 0, year >= alone[0], year <= alone[-1]))
        rules.append(z3.Implies(known, _any(within)))
    return symbol, rules


def _existing(symbol: Measured) -> Term:
    year, month, day = symbol.parts
    leap = z3.And(year % 4 == 0, z3.Or(year % 100 != 0, year % 400 == 0))
    short = z3.Or(*(month == one for one in (4, 6, 9, 11)))
    february = z3.If(leap, 29, 28)
    return day <= z3.If(month == 2, february, z3.If(short, 30, 31))


def until(symbol: Symbol, month: Symbol) -> Term:
    """Return that a year, month or date does not lie after the month of the interview."""
    if not (isinstance(symbol, Measured) and isinstance(month, Measured)):
        return ALWAYS
    (year, of_year, _), (last, of_last, _) = symbol.parts, month.parts
    before = z3.Or(year < last, z3.And(year == last, of_year <= of_last))
    return z3.Implies(symbol.known, before)


# --- from others --------------------------------------------------------------------------------


def either(first: Term, one: Symbol, second: Term, other: Symbol | None) -> Symbol:
    """Return a value that is ``one`` if ``first``, ``other`` if ``second``, and else nothing."""
    nothing = z3.Not(z3.Or(first, second))
    if isinstance(one, Coded):
        cases: dict[Value | None, Term] = {
            value: z3.And(first, term) for value, term in one.cases.items()
        }
        for value, term in other.cases.items() if isinstance(other, Coded) else ():
            if value is not None:
                cases[value] = _any([*filter(_given, [cases.get(value)]), z3.And(second, term)])
        cases[None] = _any([*filter(_given, [cases.get(None)]), nothing])
        return Coded(cases, one.stands_for, one.others)
    reasons: dict[Value | None, Term] = {
        value: z3.And(first, term) for value, term in one.missing.items()
    }
    reasons[None] = _any([*filter(_given, [reasons.get(None)]), nothing])
    beside = other.known if isinstance(other, Many | Measured) else NEVER
    known = z3.Or(z3.And(first, one.known), z3.And(second, beside))
    if isinstance(one, Many):
        rest = other.chosen if isinstance(other, Many) else {}
        chosen = {
            code: z3.Or(z3.And(first, term), z3.And(second, rest.get(code, NEVER)))
            for code, term in one.chosen.items()
        }
        return Many(reasons, known, chosen)
    if not isinstance(other, Measured):
        return Measured(reasons, known, one.parts, one.listed)
    parts = tuple(z3.If(second, b, a) for a, b in zip(one.parts, other.parts, strict=True))
    listed = sorted({*one.listed, *other.listed}, key=lambda pair: pair[1])
    return Measured(reasons, known, parts, listed)


def _given(term: Term | None) -> bool:
    return term is not None


def counted(symbol: Symbol, *, months: bool) -> tuple[Term, Term, tuple[int, int]]:
    """Return whether a value has a year (or month), which one, and the least and the last."""
    read = months_of if months else year_of
    if isinstance(symbol, Measured):
        found = [number for value, _ in symbol.listed if (number := read(value)) is not None]
        if not found:
            return NEVER, z3.IntVal(0), (0, 0)
        whole = symbol.parts[0]
        number = whole * 12 + symbol.parts[1] if months else whole
        return symbol.holds(lambda one: read(one) is not None), number, (min(found), max(found))
    pairs = (
        [(term, read(value)) for value, term in symbol.cases.items()]
        if isinstance(symbol, Coded)
        else []
    )
    dated = [(term, number) for term, number in pairs if number is not None]
    number = z3.IntVal(0)
    for term, one in dated:
        number = z3.If(term, one, number)
    years = [one for _, one in dated] or [0]
    return _any(term for term, _ in dated), number, (min(years), max(years))
