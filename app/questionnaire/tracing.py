"""The route told page by page: what of a questionnaire somebody sees, what not, and why.

Nothing here decides: `routing.route` does, and this tells what it decided by the same conditions
and the same values. Answers that are still to come leave a page open instead of "not asked".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.questionnaire.answers import confirm_variable, other_variable
from app.questionnaire.explain import Reason, Truth, explained
from app.questionnaire.expression import is_known
from app.questionnaire.model import Instrument, Item, Policy, Statement, Termination, Value
from app.questionnaire.routing import Known, Page, Route, route


class Standing(StrEnum):
    """How a question stands for somebody who has come this far."""

    ANSWERED = "answered"
    HERE = "here"
    """Its page is the first one without an answer."""
    AHEAD = "ahead"
    """On the route, and not answered yet."""
    OPEN = "open"
    """An answer still to come decides."""
    NOT_ASKED = "not asked"
    CARRIED = "carried"
    """The answer of an earlier wave stands, so the question is not asked."""
    AFTER_THE_END = "after the end"
    """The interview ended before it."""


@dataclass(frozen=True, slots=True)
class TracedStatement:
    """A statement of a battery: asked, carried or left out, with its own condition."""

    statement: Statement
    reason: Reason
    carried: bool


@dataclass(frozen=True, slots=True)
class TracedEnding:
    """Where the interview may end after a question, and whether it does."""

    termination: Termination
    reason: Reason


@dataclass(frozen=True, slots=True)
class Traced:
    """One question of the questionnaire: how it stands, its pages, and why."""

    item: Item
    standing: Standing
    pages: tuple[Page, ...]
    reason: Reason
    statements: tuple[TracedStatement, ...]
    endings: tuple[TracedEnding, ...]


def trace(
    instrument: Instrument,
    known: Known,
    answers: Mapping[str, Value],
    walked: Route | None = None,
) -> list[Traced]:
    """Return every question of a questionnaire, in order, with how it stands and why.

    ``walked`` is the route of these answers, where somebody has found it already.
    """
    found = walked if walked is not None else route(instrument, known, answers)
    return list(_Tracer(instrument, known, found).items())


class _Tracer:
    def __init__(self, instrument: Instrument, known: Known, walked: Route) -> None:
        self.instrument = instrument
        self.known = known
        self.route = walked
        self.order = {item.var: at for at, item in enumerate(instrument.items)}
        self.pages: dict[str, list[Page]] = {}
        for page in walked.pages:
            self.pages.setdefault(page.item.var, []).append(page)
        ended, here = walked.termination, walked.first_open
        self.end = self.order[ended.after] if ended else len(instrument.items)
        self.here = self.order[here.item.var] if here else len(instrument.items)
        self.coming = frozenset(self._still_to_come())

    def items(self) -> Iterator[Traced]:
        for at, item in enumerate(self.instrument.items):
            yield self.item(at, item)

    def item(self, at: int, item: Item) -> Traced:
        # What comes later than a question cannot decide about it.
        reason = explained(item.when, self.route.values, self.coming)
        pages = tuple(self.pages.get(item.var, ()))
        return Traced(
            item=item,
            standing=self.standing(at, item, pages, reason),
            pages=pages,
            reason=reason,
            statements=tuple(
                TracedStatement(
                    one,
                    explained(one.when, self.route.values, self.coming),
                    one.var in self.route.carried,
                )
                for one in item.statements
            ),
            endings=tuple(
                TracedEnding(one, explained(one.when, self.route.values, self.coming))
                for one in self.instrument.terminations_after.get(item.var, ())
            ),
        )

    def standing(self, at: int, item: Item, pages: tuple[Page, ...], reason: Reason) -> Standing:
        if at > self.end:
            return Standing.AFTER_THE_END
        if pages:
            first_open = self.route.first_open
            if all(page.id in self.route.answered for page in pages):
                return Standing.ANSWERED
            return Standing.HERE if first_open in pages else Standing.AHEAD
        if reason.truth is Truth.OPEN:
            return Standing.OPEN
        if reason.truth is Truth.YES:
            return self._without_a_page(item)
        return Standing.NOT_ASKED

    def _without_a_page(self, item: Item) -> Standing:
        if item.repeat.reset_on in self.coming:
            return Standing.OPEN
        names = [one.var for one in item.statements] or [item.var]
        if any(name in self.route.carried for name in names):
            return Standing.CARRIED
        reasons = [explained(one.when, self.route.values, self.coming) for one in item.statements]
        undecided = any(one.truth is Truth.OPEN for one in reasons)
        return Standing.OPEN if undecided else Standing.NOT_ASKED

    def _still_to_come(self) -> Iterator[str]:
        """Variables that the rest of the questionnaire may still give a value."""
        if self.route.termination is not None:
            return
        for item in self.instrument.items[self.here :]:
            names = (item.var, *(one.var for one in item.statements))
            asked = [*names, *map(other_variable, names), confirm_variable(item.var)]
            yield from (name for name in asked if name not in self.route.values)
            # Calculated before its questions were passed, it has a default at most.
            for derived in self.instrument.derived_after.get(item.var, ()):
                yield derived.var


def asked_again(item: Item, known: Known) -> bool:
    """Tell whether an earlier answer of this person has a say in how a question is asked."""
    before = known.preload.answers.get(item.var)
    return (
        before is not None
        and is_known(before.value)
        and item.repeat.policy is not Policy.EVERY_WAVE
    )
