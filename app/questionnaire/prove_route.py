"""One wave as terms: which pages a person meets, for all persons at once.

This is `routing.route` written a second time, item by item, with symbols instead of answers. That
the two say the same is tested with random instruments, and every respondent a proof comes up with
is sent along `routing.route` itself before anything is believed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import z3

from app.questionnaire.model import (
    Condition,
    Derivation,
    DerivedVariable,
    Instrument,
    Item,
    Kind,
    Place,
    Policy,
    Statement,
    Termination,
    Value,
)
from app.questionnaire.prove_domain import (
    INTERVIEW_MONTH,
    Calendar,
    Codes,
    Domain,
    Several,
)
from app.questionnaire.prove_persons import Persons
from app.questionnaire.prove_symbols import (
    ALWAYS,
    NEVER,
    Coded,
    Many,
    Measured,
    Symbol,
    Term,
    counted,
    either,
    fresh,
    until,
)
from app.questionnaire.prove_terms import Terms, same, tree_of

STILL_TRUE = "still_true"


@dataclass(frozen=True, slots=True)
class Cause:
    """Something an author wrote that a proof may rest on."""

    place: Place
    words: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What happens to one question or statement."""

    shown: Term
    """Its condition holds where it is met."""
    asked: Term
    """It is on a page of the route."""
    carried: Term
    """Its earlier answer stands."""
    reset: Term
    """An earlier answer would stand, but for ``reset_on``."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What happens at one item."""

    item: Item
    reach: Term
    """Nobody was ended before it."""
    when: Term
    """It is reached and its condition holds."""
    whole: Asked
    """Of a battery: whether any page of it is met."""
    confirm: Term
    """Its confirm page is on the route."""
    statements: Mapping[str, Asked]


@dataclass(frozen=True, slots=True)
class Taken:
    """A derived variable: which case gives its value, for whom."""

    variable: DerivedVariable
    reach: Term
    cases: tuple[Term, ...]
    value: Symbol


@dataclass
class WaveTerms:
    """Everything that may happen in a wave; ``rules`` hold for every respondent."""

    instrument: Instrument
    persons: Persons
    rules: list[tuple[Cause | None, Term]] = field(default_factory=list)
    values: dict[str, Symbol] = field(default_factory=dict)
    inputs: dict[str, Symbol] = field(default_factory=dict)
    """Known before the first page: frame, drawn, month."""
    answers: dict[str, Symbol] = field(default_factory=dict)
    """What would be answered if it were asked; also to confirm pages."""
    earlier: dict[str, Symbol] = field(default_factory=dict)
    passed: dict[str, Passed] = field(default_factory=dict)
    derived: dict[str, Taken] = field(default_factory=dict)
    ended: list[tuple[Termination, Term, Term]] = field(default_factory=list)
    """Each termination with who comes to it, and whom it ends."""

    def __post_init__(self) -> None:
        self.terms = Terms(self.values)
        self._known_before()
        reach = ALWAYS
        for item in self.instrument.items:
            reach = self._pass(item, reach)

    @property
    def loose(self) -> bool:
        """True when a comparison had to be left open: then only what is impossible is proven."""
        return self.terms.loose > 0

    def condition(self, condition: Condition) -> Term:
        """Return the term of a condition, as of what is known so far."""
        return self.terms.of(tree_of(condition))

    def first_time(self) -> Term:
        """Return that nothing is known from an earlier wave."""
        known = [symbol.known for symbol in self.earlier.values()]
        return z3.Not(z3.Or(*known)) if known else ALWAYS

    # --- before the first page ------------------------------------------------------------------

    def _known_before(self) -> None:
        for name, domain in self.persons.inputs.items():
            self.inputs[name] = self.values[name] = self._fresh(name, domain)
        for name, domain in self.persons.earlier.items():
            self.earlier[name] = self._fresh(f"earlier {name}", domain, of=name)

    def _fresh(
        self, name: str, domain: Domain, *, of: str = "", place: Place | None = None
    ) -> Symbol:
        symbol, rules = fresh(name, domain, self.persons.uses_of(of or name))
        what = "options" if isinstance(domain.values, Codes | Several) else "limits"
        cause = Cause(place, f"the {what} of {name}") if place else None
        self.rules += [(cause, rule) for rule in rules]
        return symbol

    def _named(self, name: str, term: Term, cause: Cause | None) -> Term:
        """A term under a name of its own, so that a proof can say which it rests on."""
        if z3.is_true(term) or z3.is_false(term):
            return term
        flag = z3.Bool(f"#{name}")
        self.rules.append((cause, flag == term))
        return flag

    # --- along the items ------------------------------------------------------------------------

    def _pass(self, item: Item, reach: Term) -> Term:
        cause = Cause(item.place, f'{item.var} is asked when "{item.when.source}"')
        holds = self._named(f"when {item.var}", self.condition(item.when), cause)
        when = z3.And(reach, holds)
        if item.kind is Kind.BATTERY:
            self.passed[item.var] = self._battery(item, reach, when)
        else:
            self.passed[item.var] = self._question(item, reach, when)
        for variable in self.instrument.derived_after.get(item.var, ()):
            self._derive(variable, reach)
        for termination in self.instrument.terminations_after.get(item.var, ()):
            words = f'after {item.var} the interview ends when "{termination.when.source}"'
            ends = self._named(
                f"end {len(self.ended)}",
                self.condition(termination.when),
                Cause(termination.place, words),
            )
            self.ended.append((termination, reach, z3.And(reach, ends)))
            reach = z3.And(reach, z3.Not(ends))
        return self._named(f"past {item.var}", reach, None)

    def _question(self, item: Item, reach: Term, when: Term) -> Passed:
        before = self.earlier.get(item.var)
        known = before.known if before is not None else NEVER
        if item.repeat.independent is not None:
            known = z3.And(known, z3.Not(self._independent(item, item.repeat.independent)))
        stands, reset = self._carries(item, item.var)
        carried, confirm = z3.And(when, stands), NEVER
        asked = z3.And(when, z3.Not(stands))
        if item.repeat.policy is Policy.CONFIRM:
            confirm = z3.And(when, known)
            reply = self._reply(item)
            still = reply.is_value(STILL_TRUE)
            carried = z3.And(confirm, still)
            asked = z3.And(when, z3.Not(z3.And(known, still)))
        found = Asked(when, asked, carried, z3.And(when, reset))
        self._answer(item, item.var, found)
        return Passed(item, reach, when, found, confirm, {})

    def _independent(self, item: Item, condition: Condition) -> Term:
        words = f'{item.var} is asked as if nothing were known when "{condition.source}"'
        term = self.condition(condition)
        return self._named(f"independent {item.var}", term, Cause(item.place, words))

    def _reply(self, item: Item) -> Symbol:
        name = self.persons.reply_to(item)
        self.answers[name] = self._fresh(name, self.persons.answers[name])
        return self.answers[name]

    def _battery(self, item: Item, reach: Term, when: Term) -> Passed:
        statements: dict[str, Asked] = {}
        for statement in item.statements:
            shown = z3.And(when, self._shown(statement))
            stands, reset = self._carries(item, statement.var)
            statements[statement.var] = Asked(
                shown, z3.And(shown, z3.Not(stands)), z3.And(shown, stands), z3.And(shown, reset)
            )
        for var, found in statements.items():
            self._answer(item, var, found)
        whole = Asked(
            when,
            z3.Or(*(one.asked for one in statements.values())),
            z3.Or(*(one.carried for one in statements.values())),
            z3.Or(*(one.reset for one in statements.values())),
        )
        return Passed(item, reach, when, whole, NEVER, statements)

    def _shown(self, statement: Statement) -> Term:
        cause = Cause(statement.place, f'{statement.var} is asked when "{statement.when.source}"')
        return self._named(f"when {statement.var}", self.condition(statement.when), cause)

    def _carries(self, item: Item, var: str) -> tuple[Term, Term]:
        """Whether an earlier answer stands without asking; and whether only a reset forbids it."""
        before = self.earlier.get(var)
        if before is None:
            return NEVER, NEVER
        match item.repeat.policy:
            case Policy.ONCE:
                reset = self._was_reset(item)
                return z3.And(before.known, z3.Not(reset)), z3.And(before.known, reset)
            case Policy.UNTIL_EVENT:
                return z3.Or(*(before.is_value(code) for code in item.repeat.until)), NEVER
            case _:
                return NEVER, NEVER

    def _was_reset(self, item: Item) -> Term:
        name = item.repeat.reset_on or ""
        before, now = self.earlier.get(name), self.values.get(name)
        if before is None or now is None:
            return NEVER
        differ = z3.And(before.known, now.known, z3.Not(same(before, now)))
        return self._named(f"reset {name} {item.var}", differ, None)

    def _answer(self, item: Item, var: str, found: Asked) -> None:
        """Take what is answered along, where anything may read it."""
        if self.persons.uses_of(var).unread:
            return
        domain = self.persons.answers[var]
        place = next((one.place for one in item.statements if one.var == var), item.place)
        answer = self.answers[var] = self._fresh(var, domain, place=place)
        values = domain.values
        if isinstance(values, Calendar) and values.until_interview:
            self.rules.append((None, until(answer, self.inputs[INTERVIEW_MONTH])))
        self.values[var] = either(found.asked, answer, found.carried, self.earlier.get(var))

    # --- derived variables ----------------------------------------------------------------------

    def _derive(self, variable: DerivedVariable, reach: Term) -> None:
        cases: tuple[Term, ...] = ()
        match variable.kind:
            case Derivation.CASES:
                cases, value = self._cases(variable, reach)
            case Derivation.UNION_OVER_WAVES:
                value = self._union(variable, reach)
            case _:
                value = self._between(variable, reach)
        self.values[variable.var] = value
        self.derived[variable.var] = Taken(variable, reach, cases, value)

    def _cases(self, variable: DerivedVariable, reach: Term) -> tuple[tuple[Term, ...], Symbol]:
        left, taken = reach, list[Term]()
        by_value: dict[Value | None, list[Term]] = {}
        for at, (condition, code) in enumerate(variable.cases, start=1):
            words = f'{variable.var} is "{code}" when "{condition.source}"'
            holds = self._named(
                f"case {variable.var} {at}",
                self.condition(condition),
                Cause(variable.place, words),
            )
            taken.append(z3.And(left, holds))
            by_value.setdefault(code, []).append(taken[-1])
            left = z3.And(left, z3.Not(holds))
        by_value.setdefault(variable.default, []).append(left)
        by_value.setdefault(None, []).append(z3.Not(reach))
        cases: dict[Value | None, Term] = {
            code: self._named(f"{variable.var}={code}", z3.Or(*terms), None)
            for code, terms in by_value.items()
        }
        return tuple(taken), Coded(cases)

    def _union(self, variable: DerivedVariable, reach: Term) -> Symbol:
        now, before = self.values.get(variable.sources[0]), self.earlier.get(variable.var)
        sources = [one for one in (now, before) if isinstance(one, Many)]
        missing: dict[Value | None, Term] = {}
        if isinstance(now, Many):
            missing = {
                reason: z3.And(reach, term, z3.Not(before.known) if before else ALWAYS)
                for reason, term in now.missing.items()
            }
        known = z3.And(reach, z3.Or(*(one.known for one in sources))) if sources else NEVER
        missing[None] = z3.Not(z3.Or(known, *(t for r, t in missing.items() if r is not None)))
        source = self.instrument.item_by_var.get(variable.sources[0])
        options = source.options if source else ()
        some = {
            option.code: z3.Or(
                *(z3.And(one.known, one.chosen.get(option.code, NEVER)) for one in sources)
            )
            for option in options
        }
        other = z3.Or(*(some[option.code] for option in options if not option.exclusive))
        chosen = {
            option.code: z3.And(some[option.code], z3.Not(other))
            if option.exclusive
            else some[option.code]
            for option in options
        }
        return Many(missing, known, chosen)

    def _between(self, variable: DerivedVariable, reach: Term) -> Symbol:
        in_months = variable.kind is Derivation.MONTHS_BETWEEN
        starts = [self.values[name] for name in variable.sources if name in self.values]
        ends = [self._counted(variable.to, months=in_months)]
        censored = NEVER
        if in_months:
            starts = starts[:1]
            if variable.censor_when is not None:
                censored = self.condition(variable.censor_when)
                ends.append(self._counted(variable.censor_at, months=True))
        # The first known one counts, also when it holds no year.
        has, start, low, high = NEVER, z3.IntVal(0), 0, 0
        for symbol in reversed(starts):
            dated, number, (least, most) = counted(symbol, months=in_months)
            has = z3.If(symbol.known, dated, has)
            start = z3.If(symbol.known, number, start)
            low, high = (min(low or least, least), max(high, most))
        ended, end, (first, last) = ends[0]
        if len(ends) > 1:
            ended = z3.If(censored, ends[1][0], ended)
            end = z3.If(censored, ends[1][1], end)
            first, last = min(first or ends[1][2][0], ends[1][2][0]), max(last, ends[1][2][1])
        known = z3.And(reach, has, ended)
        number = z3.Int(f"#{variable.var}")
        self.rules.append((None, z3.Implies(known, number == end - start)))
        listed: list[tuple[Value, int]] = [
            (one, one) for one in range(first - high, last - low + 1)
        ]
        return Measured({None: z3.Not(known)}, known, (number,), listed)

    def _counted(self, name: str | None, *, months: bool) -> tuple[Term, Term, tuple[int, int]]:
        symbol = self.values.get(name or "")
        return counted(symbol, months=months) if symbol else (NEVER, z3.IntVal(0), (0, 0))
