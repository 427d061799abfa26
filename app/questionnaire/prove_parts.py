"""The parts of a condition that may each make it true; one that never can is a slip of the pen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import z3

from app.questionnaire.expression import compiled, tree
from app.questionnaire.expression_tree import (
    AllOf,
    AnyOf,
    Compared,
    Constant,
    Negation,
    Tree,
    written,
)
from app.questionnaire.model import Value
from app.questionnaire.prove_symbols import Term
from app.questionnaire.prove_terms import Terms, one_by_one
from app.questionnaire.prove_witness import Walked

Holds = Callable[[Mapping[str, Value]], bool]


@dataclass(frozen=True)
class Context:
    """Who is meant: as a term, and as a test of a respondent's route."""

    term: Term
    seen: Callable[[Walked], bool]

    def and_(self, term: Term, holds: Holds) -> Context:
        """Return those of whom something more is true."""
        seen = self.seen
        return Context(
            z3.And(self.term, term), lambda walked: seen(walked) and holds(walked.values)
        )


@dataclass(frozen=True)
class Part:
    """One comparison that ought to be true for somebody."""

    words: str
    term: Term
    seen: Callable[[Walked], bool]
    always: bool = False
    """The whole condition, which ought to be false for somebody."""


def parts(terms: Terms, source: str, context: Context) -> Iterator[Part]:
    """Yield what ought to be possible in a condition, where ``context`` comes to it.

    A comparison that is one of several ways to make it true ought to do so for somebody; one that
    is denied ought to be true for somebody who comes there. A comparison without alternatives is
    not repeated: it is possible if the condition is.
    """
    whole = tree(source)
    if whole == Constant(True):
        return
    yield from _parts(terms, whole, context, context, denied=False, one_way=True)
    if not isinstance(whole, Constant):
        opposite = Negation(whole)
        never = context.and_(terms.of(opposite), compiled(opposite))
        yield Part(f'"{source}"', never.term, never.seen, always=True)


def _parts(
    terms: Terms, found: Tree, here: Context, context: Context, *, denied: bool, one_way: bool
) -> Iterator[Part]:
    match found:
        case Negation(inner):
            yield from _parts(terms, inner, here, context, denied=not denied, one_way=one_way)
        case AllOf(several) | AnyOf(several):
            together = isinstance(found, AllOf) is not denied
            for at, one in enumerate(several):
                others = (*several[:at], *several[at + 1 :]) if together else ()
                beside = here
                for other in others:
                    wanted = Negation(other) if denied else other
                    beside = beside.and_(terms.of(wanted), compiled(wanted))
                yield from _parts(
                    terms, one, beside, context, denied=denied, one_way=one_way and together
                )
        case Compared(left, "!=", right):
            same = Compared(left, "==", right)
            yield from _parts(terms, same, here, context, denied=not denied, one_way=one_way)
        case Constant():
            return
        case _:
            listed = one_by_one(found)
            if one_way and not denied and len(listed) == 1:
                return
            for leaf in listed:
                place = (context if denied else here).and_(terms.leaf(leaf), compiled(leaf))
                yield Part(written(leaf), place.term, place.seen)
