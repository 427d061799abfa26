"""The people a wave may meet: what is known of them, what they may answer, drawn or all at once."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from app.questionnaire.answers import confirm_variable
from app.questionnaire.expression import compiled
from app.questionnaire.expression_tree import Leaf
from app.questionnaire.model import (
    Condition,
    Derivation,
    Instrument,
    Item,
    Kind,
    Missing,
    Policy,
    Value,
)
from app.questionnaire.prove_domain import (
    INTERVIEW_MONTH,
    Codes,
    Domain,
    domains_of,
    earlier_of,
    of_assigned,
    of_frame,
    of_interview_month,
)
from app.questionnaire.prove_symbols import Accepts, Uses
from app.questionnaire.prove_terms import leaves, literals_of, names_of, one_by_one, tree_of
from app.questionnaire.prove_texts import texts_of
from app.questionnaire.routing import Earlier, Known, Preload


@dataclass(frozen=True, slots=True)
class Respondent:
    """One person: what is known before, and the answer to whatever may be asked."""

    known: Known
    answers: Mapping[str, Value]


@dataclass
class Persons:
    """What may be known of, and answered by, the respondents of a wave.

    ``asked_before`` has the latest earlier wave in which a variable was asked. What earlier waves
    left is free: any mixture of answers, so that what is impossible here is impossible for all.
    """

    instrument: Instrument
    asked_before: Mapping[str, int]

    def uses_of(self, name: str) -> Uses:
        """Return what conditions, derived variables and repeats ask of a variable."""
        return self._all_uses.get(name, _UNREAD)

    @cached_property
    def inputs(self) -> dict[str, Domain]:
        """Frame, drawn variables and the month of the interview."""
        wave = self.instrument.wave
        found = {
            one.var: of_frame(one, wave, self._literals.get(one.var, frozenset()))
            for one in self.instrument.frame
        }
        found["wave"] = Domain(Codes((str(wave),)))
        found |= {one.var: of_assigned(one) for one in self.instrument.assigned}
        found[INTERVIEW_MONTH] = of_interview_month(wave)
        return found

    @cached_property
    def answers(self) -> dict[str, Domain]:
        """What pages save, by variable; also confirm pages."""
        found = domains_of(self.instrument, self._literals)
        replies = Codes(tuple(option.code for option in self.instrument.confirm))
        for item in self.instrument.items:
            if item.repeat.policy is Policy.CONFIRM:
                missing = () if item.required else (Missing.SKIP,)
                found[self.reply_to(item)] = Domain(replies, missing)
        return found

    @cached_property
    def earlier(self) -> dict[str, Domain]:
        """What earlier waves may have left of what this one looks back at."""
        found: dict[str, Domain] = {}
        for item in self.instrument.items:
            looks_back = item.repeat.policy is not Policy.EVERY_WAVE or item.repeat.text
            for var in [one.var for one in item.statements] or [item.var]:
                wanted = looks_back or var in self._reset_on
                if wanted and var in self.asked_before and item.kind is not Kind.INFO:
                    found[var] = earlier_of(self.answers[var], self.instrument.wave)
        for derived in self.instrument.derived:
            source = derived.sources[0] if derived.sources else ""
            union = derived.kind is Derivation.UNION_OVER_WAVES
            if union and source in self.answers and derived.var in self.asked_before:
                found[derived.var] = earlier_of(self.answers[source], self.instrument.wave)
        return found

    def reply_to(self, item: Item) -> str:
        """Return the name of the answer to an item's confirm page."""
        return confirm_variable(item.var)

    def before(self, var: str, value: Value) -> Earlier:
        """Return a value as the latest wave that asked it would have left it."""
        return Earlier(value, self.asked_before[var])

    def preload(self, earlier: Mapping[str, Value | None]) -> Preload:
        """Return what earlier waves left, with the months they were answered in."""
        kept = {var: self.before(var, value) for var, value in earlier.items() if value is not None}
        return Preload(kept, {one.wave: f"{one.wave}-02" for one in kept.values()})

    def draw(self, rng: random.Random, *, panel: bool) -> Respondent:
        """Return a person at random; of the panel when they took part before."""
        month = str(self.inputs[INTERVIEW_MONTH].known(rng, "9999-12"))
        inputs = {name: domain.sample(rng, month) for name, domain in self.inputs.items()}
        answers = {name: domain.sample(rng, month) for name, domain in self.answers.items()}
        earlier: dict[str, Value | None] = {}
        if panel:
            earlier = {
                var: domain.known(rng, month) if rng.random() < 0.7 else None
                for var, domain in self.earlier.items()
            }
        return self.person({**inputs, INTERVIEW_MONTH: month}, answers, earlier)

    def person(
        self,
        inputs: Mapping[str, Value | None],
        answers: Mapping[str, Value | None],
        earlier: Mapping[str, Value | None],
    ) -> Respondent:
        """Return the respondent with these values."""
        drawn = {one.var for one in self.instrument.assigned}
        given = {name: value for name, value in inputs.items() if value is not None}
        known = Known(
            frame={
                name: value
                for name, value in given.items()
                if name not in drawn and name not in (INTERVIEW_MONTH, "wave")
            },
            assigned={name: str(value) for name, value in given.items() if name in drawn},
            preload=self.preload(earlier),
            interview_month=str(given[INTERVIEW_MONTH]),
        )
        said = {name: value for name, value in answers.items() if value is not None}
        return Respondent(known, said)

    # --- what is asked of each variable ---------------------------------------------------------

    @cached_property
    def _leaves(self) -> tuple[Leaf, ...]:
        found = (leaf for one in conditions_of(self.instrument) for leaf in leaves(tree_of(one)))
        return tuple(dict.fromkeys(found))

    @cached_property
    def _literals(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for leaf in self._leaves:
            for name in names_of(leaf):
                found.setdefault(name, set()).update(map(str, literals_of(leaf)))
        return {name: frozenset(texts) for name, texts in found.items()}

    @cached_property
    def _reset_on(self) -> frozenset[str]:
        return frozenset(item.repeat.reset_on or "" for item in self.instrument.items)

    @cached_property
    def _all_uses(self) -> dict[str, Uses]:
        tests: dict[str, list[Accepts]] = {}
        compared = {*self._reset_on, *(self.reply_to(item) for item in self.instrument.items)}
        measured: set[str] = set()
        read: set[str] = set()
        for leaf in self._leaves:
            names = names_of(leaf)
            read |= {*names}
            if len(names) == 1:
                # Code by code, as the claims about a list of codes are.
                tests.setdefault(names[0], []).extend(
                    _alone(one, names[0]) for one in one_by_one(leaf)
                )
            else:
                compared |= {*names}
        for derived in self.instrument.derived:
            if derived.kind is Derivation.UNION_OVER_WAVES:
                compared |= {*derived.sources, derived.var}
            elif derived.kind is not Derivation.CASES:
                measured |= {*derived.sources, derived.to or "", derived.censor_at or ""}
        for item in self.instrument.items:
            for var in [one.var for one in item.statements] or [item.var]:
                tests.setdefault(var, []).extend(_equal(code) for code in item.repeat.until)
        measured.add(INTERVIEW_MONTH)
        every = {*tests, *compared, *measured, *read, *self.inserted}
        return {
            name: Uses(
                tuple(tests.get(name, ())),
                name in compared,
                name in measured,
                name not in read | compared | measured | self.inserted,
            )
            for name in every
        }

    @cached_property
    def inserted(self) -> frozenset[str]:
        """Variables that texts repeat."""
        return frozenset(name for item in self.instrument.items for name in insertions_of(item))


_UNREAD = Uses(unread=True)


def _alone(leaf: Leaf, name: str) -> Accepts:
    test = compiled(leaf)
    return lambda value: test({} if value is None else {name: value})


def _equal(code: str) -> Accepts:
    return lambda value: value == code


def conditions_of(instrument: Instrument) -> Iterator[Condition]:
    """Yield every condition of an instrument."""
    for item in instrument.items:
        yield item.when
        yield from (statement.when for statement in item.statements)
        yield from (variant.when for variant in item.variants)
        if item.repeat.independent is not None:
            yield item.repeat.independent
    for derived in instrument.derived:
        yield from (condition for condition, _ in derived.cases)
        if derived.censor_when is not None:
            yield derived.censor_when
    for termination in instrument.terminations:
        yield termination.when


def insertions_of(item: Item) -> frozenset[str]:
    """Return the names that the texts of an item insert."""
    return frozenset(name for one in texts_of(item) for name in one.inserts)
