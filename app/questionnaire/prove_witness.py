"""From what a solver found to a person, and from a person back to what a solver knows."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import z3

from app.questionnaire.model import Item, Value
from app.questionnaire.prove_domain import INTERVIEW_MONTH
from app.questionnaire.prove_persons import Respondent
from app.questionnaire.prove_route import WaveTerms
from app.questionnaire.prove_symbols import Coded, Many, Symbol, Term
from app.questionnaire.routing import PageKind, Route, route


@dataclass(frozen=True)
class Walked:
    """A respondent and the route that `routing.route` gives."""

    terms: WaveTerms
    respondent: Respondent
    route: Route

    @classmethod
    def of(cls, terms: WaveTerms, respondent: Respondent) -> Walked:
        """Return where a respondent comes."""
        walked = route(terms.instrument, respondent.known, respondent.answers)
        return cls(terms, respondent, walked)

    @property
    def values(self) -> Mapping[str, Value]:
        """Every value along the route."""
        return self.route.values

    @cached_property
    def reached(self) -> frozenset[str]:
        """The items before which nobody was ended, by name."""
        names = [item.var for item in self.terms.instrument.items]
        if self.route.termination is not None:
            names = names[: names.index(self.route.termination.after) + 1]
        return frozenset(names)

    @cached_property
    def asked(self) -> frozenset[str]:
        """Variables that a page of the route asks."""
        return frozenset(name for page in self.route.pages for name in page.variables)

    @cached_property
    def questions(self) -> frozenset[str]:
        """Items with a page of their own, apart from confirm pages."""
        pages = self.route.pages
        return frozenset(page.item.var for page in pages if page.kind is PageKind.QUESTION)

    def meets(self, item: Item) -> bool:
        """Tell whether the item is reached and its condition holds."""
        return item.var in self.reached and item.when(self.values)


def person_of(terms: WaveTerms, model: z3.ModelRef, rng: random.Random) -> Respondent:
    """Return the respondent that a solver found; what plays no part is drawn at random."""
    inputs = {name: read(symbol, model) for name, symbol in terms.inputs.items()}
    month = str(inputs[INTERVIEW_MONTH])
    answers: dict[str, Value | None] = {
        name: domain.sample(rng, month)
        for name, domain in terms.persons.answers.items()
        if name not in terms.answers
    }
    answers |= {name: read(symbol, model) for name, symbol in terms.answers.items()}
    earlier = {name: read(symbol, model) for name, symbol in terms.earlier.items()}
    return terms.persons.person(inputs, answers, earlier)


def read(symbol: Symbol, model: z3.ModelRef) -> Value | None:
    """Return the value that a symbol has in a model."""
    if isinstance(symbol, Coded):
        return next((value for value, term in symbol.cases.items() if _true(model, term)), None)
    for value, term in symbol.missing.items():
        if _true(model, term):
            return value
    if not _true(model, symbol.known):
        return None
    if isinstance(symbol, Many):
        return tuple(code for code, term in symbol.chosen.items() if _true(model, term))
    rank = model.eval(symbol.rank, model_completion=True).as_long()
    return next((value for value, one in symbol.listed if one == rank), None)


def _true(model: z3.ModelRef, term: Term) -> bool:
    return bool(z3.is_true(model.eval(term, model_completion=True)))


def pinned(terms: WaveTerms, respondent: Respondent) -> list[Term]:
    """Return that everybody is this respondent."""
    known = respondent.known
    inputs: dict[str, Value] = {
        **known.frame,
        "wave": str(terms.instrument.wave),
        **known.assigned,
        INTERVIEW_MONTH: known.interview_month or "",
    }
    earlier = {var: one.value for var, one in known.preload.answers.items()}
    return [
        *_each(terms.inputs, inputs),
        *_each(terms.answers, respondent.answers),
        *_each(terms.earlier, earlier),
    ]


def _each(symbols: Mapping[str, Symbol], values: Mapping[str, Value]) -> Iterator[Term]:
    for name, symbol in symbols.items():
        yield symbol.is_value(values.get(name))


def page_terms(terms: WaveTerms) -> dict[str, Term]:
    """Return, for every page there may be, who meets it."""
    found: dict[str, Term] = {}
    for passed in terms.passed.values():
        item = passed.item
        if not passed.statements:
            found[item.var] = passed.whole.asked
            found[f"{item.var}-confirm"] = passed.confirm
            continue
        asked = [one.asked for one in passed.statements.values()]
        for number in range(1, -(-len(asked) // item.per_screen) + 1):
            page_id = item.var if number == 1 else f"{item.var}-{number}"
            found[page_id] = at_least(asked, (number - 1) * item.per_screen + 1)
    return found


def at_least(terms: Sequence[Term], most: int) -> Term:
    """Return that this many of some hold."""
    return z3.PbGe([(term, 1) for term in terms], most)
