"""Conditions as terms over symbols, and what each comparison in them needs to know."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from functools import cache

import z3

from app.questionnaire.expression import Test, compiled, is_known, tree
from app.questionnaire.expression_tree import (
    AllOf,
    AnyOf,
    Chosen,
    Compared,
    Constant,
    Known,
    Leaf,
    Literal,
    Negation,
    OneOf,
    Tree,
    Variable,
)
from app.questionnaire.model import Condition, Value
from app.questionnaire.prove_symbols import (
    NEVER,
    Accepts,
    Coded,
    Many,
    Measured,
    Symbol,
    Term,
    rank_of,
)

_SIGNS: dict[str, Callable[[Term, Term], Term]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@cache
def tree_of(condition: Condition) -> Tree:
    """Return the syntax tree of a compiled condition."""
    return tree(condition.source)


def leaves(found: Tree) -> Iterator[Leaf]:
    """Yield the comparisons of a tree."""
    match found:
        case Negation(inner):
            yield from leaves(inner)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)
        case _:
            yield found


def names_of(leaf: Leaf) -> tuple[str, ...]:
    """Return the variables a comparison reads."""
    match leaf:
        case Known(name) | OneOf(name) | Chosen(_, name):
            return (name,)
        case Compared(left, _, right):
            both = (side.name for side in (left, right) if isinstance(side, Variable))
            return tuple(dict.fromkeys(both))
        case Constant():
            return ()


def literals_of(leaf: Leaf) -> tuple[Literal, ...]:
    """Return what a comparison has written out."""
    match leaf:
        case OneOf(_, literals):
            return literals
        case Chosen(literal):
            return (literal,)
        case Compared(left, _, right):
            return tuple(side for side in (left, right) if not isinstance(side, Variable))
        case _:
            return ()


def one_by_one(leaf: Leaf) -> tuple[Leaf, ...]:
    """Return a list of codes as comparisons with each; another comparison as itself."""
    if isinstance(leaf, OneOf):
        return tuple(OneOf(leaf.name, (literal,)) for literal in leaf.literals)
    return (leaf,)


class Terms:
    """Makes terms of conditions over the symbols known so far; what is not there is missing."""

    def __init__(self, symbols: Mapping[str, Symbol]) -> None:
        self.symbols = symbols
        self.loose = 0
        """Comparisons left open, because two kinds of values were set beside each other."""

    def of(self, found: Tree) -> Term:
        """Return the term of a tree."""
        match found:
            case Negation(inner):
                return z3.Not(self.of(inner))
            case AllOf(parts):
                return z3.And(*(self.of(part) for part in parts))
            case AnyOf(parts):
                return z3.Or(*(self.of(part) for part in parts))
            case _:
                return self.leaf(found)

    def leaf(self, leaf: Leaf) -> Term:
        """Return the term of one comparison."""
        test = compiled(leaf)
        names = names_of(leaf)
        if not names:
            return z3.BoolVal(test({}))
        if len(names) == 1:
            name = names[0]
            symbol = self.symbols.get(name)
            if symbol is None:
                return z3.BoolVal(test({}))
            if isinstance(leaf, Chosen) and isinstance(symbol, Many):
                return symbol.has(str(leaf.literal))
            return symbol.holds(lambda value: test(_only(name, value)))
        return self.pair(leaf, *names) if isinstance(leaf, Compared) else NEVER

    def pair(self, leaf: Compared, left: str, right: str) -> Term:
        """Return the term of one variable compared with another."""
        one, other = self.symbols.get(left), self.symbols.get(right)
        negated = leaf.sign == "!="
        if one is None or other is None:
            return z3.BoolVal(negated)
        if negated:
            return z3.Not(self.pair(Compared(leaf.left, "==", leaf.right), left, right))
        if isinstance(one, Many) or isinstance(other, Many):
            alike = isinstance(one, Many) and isinstance(other, Many) and leaf.sign == "=="
            return same(one, other) if alike else NEVER
        test = compiled(leaf)
        if isinstance(one, Coded):
            return _case_by_case(one, left, other, right, test)
        if isinstance(other, Coded):
            return _case_by_case(other, right, one, left, test)
        if one.is_calendar == other.is_calendar:
            both = z3.And(one.known, other.known)
            first, second = rank_of(one.parts), rank_of(other.parts)
            if leaf.sign == "==":
                return z3.And(both, first == second)
            return z3.And(both, _SIGNS[leaf.sign](first, second))
        self.loose += 1
        return z3.And(one.known, other.known, z3.FreshBool("loose"))


def _case_by_case(one: Coded, name: str, other: Symbol, other_name: str, test: Test) -> Term:
    return z3.Or(
        *(
            z3.And(term, other.holds(_beside(test, name, value, other_name)))
            for value, term in one.cases.items()
        )
    )


def _beside(test: Test, name: str, value: Value | None, other_name: str) -> Accepts:
    return lambda beside: test(_both(name, value, other_name, beside))


def same(one: Symbol, other: Symbol) -> Term:
    """Return that two values of one kind are known and equal."""
    if isinstance(one, Coded) and isinstance(other, Coded):
        shared = (value for value in one.cases if is_known(value) and value in other.cases)
        return z3.Or(*(z3.And(one.cases[value], other.cases[value]) for value in shared))
    if isinstance(one, Many) and isinstance(other, Many):
        codes = {*one.chosen, *other.chosen}
        bits = (one.chosen.get(code, NEVER) == other.chosen.get(code, NEVER) for code in codes)
        return z3.And(one.known, other.known, *bits)
    if isinstance(one, Measured) and isinstance(other, Measured):
        return z3.And(one.known, other.known, rank_of(one.parts) == rank_of(other.parts))
    return NEVER


def _only(name: str, value: Value | None) -> dict[str, Value]:
    return {} if value is None else {name: value}


def _both(one: str, value: Value | None, other: str, beside: Value | None) -> dict[str, Value]:
    return {**_only(one, value), **_only(other, beside)}
