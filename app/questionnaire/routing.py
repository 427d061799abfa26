"""The route of one person through one wave, recomputed from the answers at every request.

Nothing is stored but answers: change an early one and the route is simply another. Answers that
are no longer on the route stay where they are and count as missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from app.questionnaire.answers import confirm_variable, other_variable
from app.questionnaire.derivation import derive
from app.questionnaire.expression import is_known
from app.questionnaire.model import (
    Instrument,
    Item,
    Kind,
    Policy,
    Statement,
    Termination,
    Value,
)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A substantive answer of an earlier wave, and that wave."""

    value: Value
    wave: int


@dataclass(frozen=True, slots=True)
class Preload:
    """What is known from earlier waves, frozen before this wave opened."""

    answers: Mapping[str, Earlier] = field(default_factory=dict)
    months: Mapping[int, str] = field(default_factory=dict)
    """Interview month ``YYYY-MM`` by earlier wave."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Contact answers that staff found wrong: those given before that wave are not shown."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about a person before the first question of this wave."""

    frame: Mapping[str, Value] = field(default_factory=dict)
    assigned: Mapping[str, str] = field(default_factory=dict)
    preload: Preload = field(default_factory=Preload)
    interview_month: str | None = None
    """Month ``YYYY-MM`` of the first answer of this wave."""


class PageKind(StrEnum):
    """A question, or "you said this last time: still true?"."""

    QUESTION = "question"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Page:
    """One screen; ``variables`` are those that must have an answer before the next screen."""

    id: str
    item: Item
    kind: PageKind
    variables: tuple[str, ...]
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class Route:
    """The pages of this person in order, and every value known along them."""

    pages: tuple[Page, ...]
    values: Mapping[str, Value]
    """Frame, assigned, derived, carried and answered variables; what is not here was not asked."""
    carried: Mapping[str, Value]
    answered: frozenset[str]
    """Ids of the pages whose variables all have an answer (also dk, ref, skip)."""
    termination: Termination | None

    @cached_property
    def page_by_id(self) -> dict[str, Page]:
        """Pages on the route by id."""
        return {page.id: page for page in self.pages}

    @cached_property
    def first_open(self) -> Page | None:
        """The first page without an answer; ``None`` when the route has been walked to its end."""
        return next((page for page in self.pages if page.id not in self.answered), None)

    @property
    def complete(self) -> bool:
        """True when every page on the route has been answered."""
        return self.first_open is None

    def after(self, page_id: str) -> Page | None:
        """Return the page to show after one that was just answered.

        The next in order, but never beyond the first open page.
        """
        ids = [page.id for page in self.pages]
        if page_id not in ids:
            return self.first_open
        at = ids.index(page_id) + 1
        if at >= len(ids) or any(one not in self.answered for one in ids[:at]):
            return self.first_open
        return self.pages[at]

    def before(self, page_id: str) -> Page | None:
        """Return the page before one, or ``None`` for the first and for unknown pages."""
        ids = [page.id for page in self.pages]
        at = ids.index(page_id) if page_id in ids else 0
        return self.pages[at - 1] if at > 0 else None

    def reachable(self, page_id: str) -> bool:
        """Tell whether a page may be shown: on the route, with everything before it answered."""
        for page in self.pages:
            if page.id == page_id:
                return True
            if page.id not in self.answered:
                return False
        return False


def route(instrument: Instrument, known: Known, answers: Mapping[str, Value]) -> Route:
    """Return the route that these answers give.

    Parameters
    ----------
    answers
        Current answers of this wave by variable, with `Missing` codes; also those that are no
        longer on the route.
    """
    return _Walk(instrument, known, answers).to_the_end()


Reply = Callable[[Page, Mapping[str, Value], Mapping[str, Value]], Mapping[str, Value] | None]
"""Answers a page: given the values along the route up to it and all answers so far, it returns the
answers of the page, or ``None`` to answer no more."""


def route_answered(
    instrument: Instrument, known: Known, answers: Mapping[str, Value], reply: Reply
) -> tuple[Route, dict[str, Value]]:
    """Return the route of somebody who answers each open page on reaching it, and all answers.

    The same as asking `route` for the first open page again after every answer, in one walk:
    nothing on a route depends on what comes later on it.
    """
    walk = _AnsweringWalk(instrument, known, answers, reply)
    return walk.to_the_end(), walk.given


class _Walk:
    """The state of one walk along the items."""

    def __init__(self, instrument: Instrument, known: Known, answers: Mapping[str, Value]) -> None:
        self.instrument = instrument
        self.earlier = known.preload.answers
        self.answers = answers
        self.values: dict[str, Value] = {
            **known.frame,
            "wave": instrument.wave,
            **known.assigned,
        }
        if known.interview_month is not None:
            self.values["interview_month"] = known.interview_month
        self.pages: list[Page] = []
        self.carried: dict[str, Value] = {}
        self.answered: set[str] = set()

    def to_the_end(self) -> Route:
        """Return the route along all items, or up to where it ends early."""
        for item in self.instrument.items:
            self.pass_item(item)
            termination = self.termination_after(item)
            if termination is not None:
                break
        else:
            termination = None
        return Route(
            tuple(self.pages), self.values, self.carried, frozenset(self.answered), termination
        )

    def pass_item(self, item: Item) -> None:
        """Add the item's pages and values, if its condition holds; then derive what waited."""
        if item.when(self.values):
            if item.kind is Kind.BATTERY:
                self.battery(item)
            else:
                self.question(item)
        for variable in self.instrument.derived_after.get(item.var, ()):
            before = self.earlier.get(variable.var)
            source = self.instrument.item_by_var.get(next(iter(variable.sources), ""))
            options = source.options if source else ()
            value = derive(variable, self.values, before.value if before else None, options)
            if value is not None:
                self.values[variable.var] = value

    def termination_after(self, item: Item) -> Termination | None:
        for termination in self.instrument.terminations_after.get(item.var, ()):
            if termination.when(self.values):
                return termination
        return None

    def question(self, item: Item) -> None:
        before = self.earlier.get(item.var)
        if before is not None and is_known(before.value):
            if self.carries(item, before.value):
                self.carry(item.var, before.value)
                return
            if self.confirms(item) and not self.confirmed(item, before.value):
                return
        self.add(Page(item.var, item, PageKind.QUESTION, (item.var,)))

    def confirms(self, item: Item) -> bool:
        """Tell whether an earlier answer is shown to be confirmed; not to the independent arm."""
        independent = item.repeat.independent
        return item.repeat.policy is Policy.CONFIRM and not (
            independent is not None and independent(self.values)
        )

    def confirmed(self, item: Item, before: Value) -> bool:
        """Add the confirm page; return True when the normal question follows it."""
        name = confirm_variable(item.var)
        self.add(Page(f"{item.var}-confirm", item, PageKind.CONFIRM, (name,)))
        reply = self.answers.get(name)
        if reply == "still_true":
            self.carry(item.var, before)
        return reply is not None and reply != "still_true"

    def battery(self, item: Item) -> None:
        asked: list[Statement] = []
        for statement in item.statements:
            if not statement.when(self.values):
                continue
            before = self.earlier.get(statement.var)
            if before is not None and self.carries(item, before.value):
                self.carry(statement.var, before.value)
            else:
                asked.append(statement)
        for at in range(0, len(asked), item.per_screen):
            screen = tuple(asked[at : at + item.per_screen])
            number = at // item.per_screen + 1
            page_id = item.var if number == 1 else f"{item.var}-{number}"
            names = tuple(statement.var for statement in screen)
            self.add(Page(page_id, item, PageKind.QUESTION, names, screen))

    def carries(self, item: Item, before: Value) -> bool:
        """Tell whether an earlier answer stands for this wave without asking."""
        match item.repeat.policy:
            case Policy.ONCE:
                return is_known(before) and not self.was_reset(item)
            case Policy.UNTIL_EVENT:
                return before in item.repeat.until
            case _:
                return False

    def was_reset(self, item: Item) -> bool:
        name = item.repeat.reset_on
        if name is None or name not in self.earlier:
            return False
        now = self.values.get(name)
        before = self.earlier[name].value
        return is_known(now) and is_known(before) and now != before

    def carry(self, var: str, value: Value) -> None:
        self.values[var] = self.carried[var] = value

    def add(self, page: Page) -> None:
        self.pages.append(page)
        complete = True
        for name in page.variables:
            value = self.answers.get(name)
            if value is None:
                complete = False
            else:
                self.values[name] = value
                self.other(page.item, name, value)
        if complete:
            self.answered.add(page.id)

    def other(self, item: Item, name: str, value: Value) -> None:
        """Take the words of "other, namely" along, as long as that option is chosen."""
        words = self.answers.get(other_variable(name))
        if words is not None and wants_words(item, value):
            self.values[other_variable(name)] = words


class _AnsweringWalk(_Walk):
    """A walk of somebody who answers on the way."""

    def __init__(
        self, instrument: Instrument, known: Known, answers: Mapping[str, Value], reply: Reply
    ) -> None:
        self.given = dict(answers)
        super().__init__(instrument, known, self.given)
        self.reply: Reply | None = reply

    def add(self, page: Page) -> None:
        if self.reply is not None and any(name not in self.given for name in page.variables):
            said = self.reply(page, self.values, self.given)
            if said is None:
                self.reply = None
            else:
                self.given.update(said)
        super().add(page)


def wants_words(item: Item, value: Value | None) -> bool:
    """Tell whether a chosen option asks for words of the person's own."""
    chosen = value if isinstance(value, tuple) else (value,)
    return any(option.specify and option.code in chosen for option in item.options)


def page_of(instrument: Instrument, page_id: str) -> tuple[Item, PageKind] | None:
    """Return the item a page id belongs to, on or off the route; ``None`` for an unknown id."""
    if page_id in instrument.item_by_var:
        return instrument.item_by_var[page_id], PageKind.QUESTION
    var, _, rest = page_id.rpartition("-")
    item = instrument.item_by_var.get(var)
    if item is None:
        return None
    if rest == "confirm" and item.repeat.policy is Policy.CONFIRM:
        return item, PageKind.CONFIRM
    screens = -(-len(item.statements) // item.per_screen)
    if rest in map(str, range(2, screens + 1)):
        return item, PageKind.QUESTION
    return None
