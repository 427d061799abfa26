"""The condition language: parsed to a tree, compiled to closures, two-valued, without `eval`.

Grammar and meaning are those of the item bank (`expression_language`): a missing variable makes a
comparison false unless the missing code itself is named; ``x != v`` is exactly ``not (x == v)``;
order comparisons are false for a missing variable; months compare as text. The proofs
read the same tree (`tree`), so that what is proven is what is run.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.questionnaire.expression_tree import (
    AllOf,
    AnyOf,
    Chosen,
    Compared,
    Constant,
    Known,
    Literal,
    Negation,
    OneOf,
    Operand,
    Tree,
    Variable,
)
from app.questionnaire.model import Condition, Missing, Value

Test = Callable[[Mapping[str, Value]], bool]

MAX_DEPTH = 20
"""Parentheses and `not` within each other; more is a mistake or an attack, never a question."""

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'[^']*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<symbol>==|!=|<=|>=|<|>|\(|\)|,))"
)
_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z", re.ASCII)
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
KEYWORDS = frozenset(("and", "or", "not", "in", "known", "true", "false"))
MAX_DIGITS = 15
"""Of a number: more cannot be compared exactly, and Python refuses or overflows on thousands."""


class ExpressionError(ValueError):
    """An expression that cannot be read; ``column`` counts from 1."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"column {column}: {message}")
        self.column = column


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    value: str
    column: int


def parse(source: str) -> Condition:
    """Return the compiled condition.

    Raises
    ------
    ExpressionError
        With the column, what was found and what was expected.
    """
    parser = _Parser(source)
    found = parser.whole()
    return Condition(source=source, reads=frozenset(parser.reads), test=compiled(found))


def tree(source: str) -> Tree:
    """Return the syntax tree of a condition; raises as `parse` does."""
    return _Parser(source).whole()


def compiled(found: Tree) -> Test:
    """Return the test that a tree stands for."""
    match found:
        case Constant(value):
            return lambda _values: value
        case Known(name):
            return lambda values: is_known(values.get(name))
        case OneOf(name, literals):
            return _one_of(name, literals)
        case Chosen(literal, name):
            return _chosen(literal, name)
        case Compared(left, sign, right):
            return _compare(left, sign, right)
        case Negation(inner):
            one = compiled(inner)
            return lambda values: not one(values)
        case AllOf(parts):
            return _all_of([compiled(part) for part in parts])
        case AnyOf(parts):
            return _any_of([compiled(part) for part in parts])


def is_known(value: Value | float | None) -> bool:
    """Tell whether a value is a substantive answer."""
    return value is not None and not isinstance(value, Missing)


class _Parser:
    """Recursive descent over the grammar in the module's docstring."""

    def __init__(self, source: str) -> None:
        self.tokens = _tokenise(source)
        self.at = 0
        self.end_column = len(source) + 1
        self.reads: set[str] = set()

    def whole(self) -> Tree:
        found = self.expression(0)
        self.expect_end()
        return found

    def expression(self, depth: int) -> Tree:
        terms = [self.term(depth)]
        while self.take("name", "or"):
            terms.append(self.term(depth))
        return terms[0] if len(terms) == 1 else AnyOf(tuple(terms))

    def term(self, depth: int) -> Tree:
        factors = [self.factor(depth)]
        while self.take("name", "and"):
            factors.append(self.factor(depth))
        return factors[0] if len(factors) == 1 else AllOf(tuple(factors))

    def factor(self, depth: int) -> Tree:
        if depth > MAX_DEPTH:
            raise self.error(f"nested more than {MAX_DEPTH} deep")
        if self.take("name", "not"):
            return Negation(self.factor(depth + 1))
        return self.test(depth)

    def test(self, depth: int) -> Tree:
        if self.take("name", "true"):
            return Constant(True)
        if self.take("name", "false"):
            return Constant(False)
        if self.take("name", "known"):
            self.need("symbol", "(")
            name = self.variable()
            self.need("symbol", ")")
            return Known(name)
        if self.take("symbol", "("):
            inner = self.expression(depth + 1)
            self.need("symbol", ")")
            return inner
        return self.comparison()

    def comparison(self) -> Tree:
        left = self.operand()
        if self.take("name", "in"):
            if isinstance(left, Variable):
                return OneOf(left.name, tuple(self.literals()))
            return Chosen(left, self.variable())
        token = self.peek()
        if token is None or token.kind != "symbol" or token.value in "(),":
            raise self.error("expected a comparison (==, !=, <, <=, >, >=, in)")
        self.at += 1
        return Compared(left, token.value, self.operand())

    def literals(self) -> list[Literal]:
        self.need("symbol", "(")
        found = [self.literal()]
        while self.take("symbol", ","):
            found.append(self.literal())
        self.need("symbol", ")")
        return found

    def literal(self) -> Literal:
        value = self.operand()
        if isinstance(value, Variable):
            self.at -= 1
            raise self.error("expected a text in single quotes or a number")
        return value

    def variable(self) -> str:
        value = self.operand()
        if not isinstance(value, Variable):
            self.at -= 1
            raise self.error("expected a variable")
        return value.name

    def operand(self) -> Operand:
        token = self.peek()
        if token is None or token.kind == "symbol" or token.value in KEYWORDS:
            raise self.error("expected a variable, a text in single quotes or a number")
        self.at += 1
        if token.kind == "text":
            return token.value[1:-1]
        if token.kind == "number":
            if len(token.value) > MAX_DIGITS:
                self.at -= 1
                raise self.error(f"expected a number of at most {MAX_DIGITS} digits")
            return float(token.value) if "." in token.value else int(token.value)
        self.reads.add(token.value)
        return Variable(token.value)

    def peek(self) -> _Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, kind: str, value: str) -> bool:
        token = self.peek()
        if token is not None and token.kind == kind and token.value == value:
            self.at += 1
            return True
        return False

    def need(self, kind: str, value: str) -> None:
        if not self.take(kind, value):
            raise self.error(f'expected "{value}"')

    def expect_end(self) -> None:
        if self.peek() is not None:
            raise self.error("expected the end, `and` or `or`")

    def error(self, expected: str) -> ExpressionError:
        token = self.peek()
        if token is None:
            return ExpressionError(f"found the end; {expected}", self.end_column)
        return ExpressionError(f'found "{token.value}"; {expected}', token.column)


def _tokenise(source: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    stripped = source.rstrip()
    while at < len(stripped):
        match = _TOKEN.match(stripped, at)
        if match is None:
            column = at + len(stripped[at:]) - len(stripped[at:].lstrip()) + 1
            raise ExpressionError(f"cannot read {stripped[column - 1]!r}", column)
        kind = str(match.lastgroup)
        tokens.append(_Token(kind, match.group(kind), match.start(kind) + 1))
        at = match.end()
    return tokens


def _any_of(tests: list[Test]) -> Test:
    def test(values: Mapping[str, Value]) -> bool:
        return any(one(values) for one in tests)

    return test


def _all_of(tests: list[Test]) -> Test:
    def test(values: Mapping[str, Value]) -> bool:
        return all(one(values) for one in tests)

    return test


def _one_of(name: str, literals: tuple[Literal, ...]) -> Test:
    codes = frozenset(literal for literal in literals if isinstance(literal, str))
    numbers = frozenset(float(literal) for literal in literals if not isinstance(literal, str))

    def test(values: Mapping[str, Value]) -> bool:
        value = values.get(name)
        return value in codes or (bool(numbers) and _number(value) in numbers)

    return test


def _chosen(literal: Literal, name: str) -> Test:
    code = str(literal)

    def test(values: Mapping[str, Value]) -> bool:
        value = values.get(name)
        return code in value if isinstance(value, tuple) else value == code

    return test


def _compare(left: Operand, sign: str, right: Operand) -> Test:
    if sign in ("==", "!="):
        equal = _equality(left, right)
        return equal if sign == "==" else (lambda values: not equal(values))
    compare = _ORDER[sign]
    numeric = not (isinstance(left, str) or isinstance(right, str))

    def test(values: Mapping[str, Value]) -> bool:
        first, second = _read(left, values), _read(right, values)
        if not (is_known(first) and is_known(second)):
            return False
        if isinstance(first, tuple) or isinstance(second, tuple):
            # Several codes are neither more nor less than anything.
            return False
        if numeric:
            a, b = _number(first), _number(second)
            if a is not None and b is not None:
                return compare(a, b)
            if not (isinstance(left, Variable) and isinstance(right, Variable)):
                return False
        return compare(str(first), str(second))

    return test


def _equality(left: Operand, right: Operand) -> Test:
    if isinstance(left, Variable) and isinstance(right, str):
        name, code = left.name, right
        return lambda values: values.get(name) == code

    def test(values: Mapping[str, Value]) -> bool:
        first, second = _read(left, values), _read(right, values)
        if first is None or second is None:
            return False
        if isinstance(first, int | float) or isinstance(second, int | float):
            return _number(first) == _number(second) is not None
        # Two missing answers say nothing about being the same.
        both_variables = isinstance(left, Variable) and isinstance(right, Variable)
        if both_variables and not (is_known(first) and is_known(second)):
            return False
        return first == second

    return test


def _read(operand: Operand, values: Mapping[str, Value]) -> Value | float | None:
    return values.get(operand.name) if isinstance(operand, Variable) else operand


def _number(value: object) -> float | None:
    if value is None or isinstance(value, Missing | tuple):
        return None
    # Python would take "nan", "1_000" and "infinity" for numbers as well.
    text = str(value)
    return float(text) if _NUMBER.match(text) else None


ALWAYS = parse("true")
"""The condition of an item that everybody gets."""
