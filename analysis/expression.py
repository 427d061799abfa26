"""Conditions of the item bank, evaluated over all rows of a release at once.

The grammar and the meaning of missing operands are the item bank's own::

    expr    := term ('or' term)*
    term    := factor ('and' factor)*
    factor  := 'not' factor | test
    test    := operand [('==' | '!=' | '<' | '<=' | '>' | '>=') operand]
             | operand 'in' '(' literal (',' literal)* ')'
             | literal 'in' variable
             | 'known' '(' variable ')' | '(' expr ')' | 'true' | 'false'

Logic is two-valued. ``==`` and ``in`` compare stored codes; ``x != v`` is exactly ``not (x == v)``;
``<`` and its kin are false for a missing operand; a number is compared as a number, text as text
(months are text ``YYYY-MM`` or ``YYYY``).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.arrays import BoolArray
from analysis.codebook import MISSING_CODES, Missing
from analysis.errors import ExpressionError

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'[^']*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][\w.]*)"
    r"|(?P<op>==|!=|<=|>=|<|>|\(|\)|,))"
)
_KEYWORDS = frozenset({"and", "or", "not", "in", "known", "true", "false"})
_ORDER: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NEVER_COMPARED = frozenset({Missing.NA_ROUTE.value, Missing.BREAK_OFF.value})


class Rows(Protocol):
    """Where the values of variables come from."""

    def __len__(self) -> int: ...

    def column(self, name: str) -> pd.Series:
        """Give the stored codes of a single-answer variable; '' where it has none."""

    def chosen(self, name: str, code: str) -> BoolArray:
        """Tell where a code of a multiple-answer variable was chosen."""

    def known(self, name: str) -> BoolArray:
        """Tell where a variable has a substantive answer."""


Test = Callable[[Rows], BoolArray]


@dataclass(frozen=True)
class Expression:
    """A parsed condition: its source, the variables it reads, and the test."""

    source: str
    reads: tuple[str, ...]
    test: Test

    def __call__(self, rows: Rows) -> BoolArray:
        """Give one truth value per row."""
        return self.test(rows)


@lru_cache(maxsize=4096)
def parse(source: str) -> Expression:
    """Parse a condition.

    Raises
    ------
    ExpressionError
        With the position and what was expected.
    """
    parser = _Parser(source)
    test = parser.expression()
    parser.expect_end()
    return Expression(source, tuple(dict.fromkeys(parser.reads)), test)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


@dataclass(frozen=True)
class _Operand:
    """A variable's name or a literal."""

    variable: str | None = None
    literal: str | float | None = None


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.reads: list[str] = []
        self.tokens = list(_tokens(source))
        self.next = 0

    def expression(self) -> Test:
        tests = [self._term()]
        while self._take("or"):
            tests.append(self._term())
        return tests[0] if len(tests) == 1 else _any(tests)

    def expect_end(self) -> None:
        if self.next < len(self.tokens):
            self._fail("end of expression")

    def _term(self) -> Test:
        tests = [self._factor()]
        while self._take("and"):
            tests.append(self._factor())
        return tests[0] if len(tests) == 1 else _all(tests)

    def _factor(self) -> Test:
        if self._take("not"):
            inner = self._factor()
            return lambda rows: ~inner(rows)
        return self._test()

    def _test(self) -> Test:
        if self._take("true"):
            return lambda rows: np.ones(len(rows), dtype=bool)
        if self._take("false"):
            return lambda rows: np.zeros(len(rows), dtype=bool)
        if self._take("known"):
            self._need("(")
            name = self._variable()
            self._need(")")
            return lambda rows: rows.known(name)
        if self._take("("):
            inner = self.expression()
            self._need(")")
            return inner
        return self._comparison()

    def _comparison(self) -> Test:
        left = self._operand()
        if self._take("in"):
            if left.variable is None:
                return _chosen(self._variable(), str(left.literal))
            return _among(left.variable, self._literals())
        symbol = self._peek()
        if symbol in {"==", "!="}:
            self.next += 1
            equal = _equal(left, self._operand())
            return equal if symbol == "==" else lambda rows: ~equal(rows)
        if symbol in _ORDER:
            self.next += 1
            return _ordered(symbol, left, self._operand())
        return self._fail("a comparison")

    def _literals(self) -> frozenset[str]:
        self._need("(")
        found = [self._literal()]
        while self._take(","):
            found.append(self._literal())
        self._need(")")
        return frozenset(found)

    def _literal(self) -> str:
        operand = self._operand()
        if operand.literal is None:
            self.next -= 1
            self._fail("a literal")
        return str(operand.literal)

    def _operand(self) -> _Operand:
        token = self.tokens[self.next] if self.next < len(self.tokens) else None
        if token is None or token.kind == "op" or token.text in _KEYWORDS:
            self._fail("a variable or a literal")
            raise AssertionError
        self.next += 1
        if token.kind == "text":
            return _Operand(literal=token.text[1:-1])
        if token.kind == "number":
            return _Operand(literal=float(token.text))
        self.reads.append(token.text)
        return _Operand(variable=token.text)

    def _variable(self) -> str:
        operand = self._operand()
        if operand.variable is None:
            self.next -= 1
            self._fail("a variable")
            raise AssertionError
        return operand.variable

    def _peek(self) -> str:
        return self.tokens[self.next].text if self.next < len(self.tokens) else ""

    def _take(self, text: str) -> bool:
        if self._peek() == text and self.tokens[self.next].kind != "text":
            self.next += 1
            return True
        return False

    def _need(self, text: str) -> None:
        if not self._take(text):
            self._fail(f"'{text}'")

    def _fail(self, expected: str) -> Test:
        at = self.tokens[self.next].at if self.next < len(self.tokens) else len(self.source)
        found = self._peek() or "the end"
        raise ExpressionError(
            f"{self.source!r}, column {at + 1}: found {found}, expected {expected}"
        )


def _tokens(source: str) -> Iterator[_Token]:
    at = 0
    text = source.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(
                f"{source!r}, column {at + 1}: {text[at]!r} is no part of the language"
            )
        kind = str(match.lastgroup)
        yield _Token(kind, match.group(kind), match.start(kind))
        at = match.end()


def _any(tests: list[Test]) -> Test:
    return lambda rows: np.logical_or.reduce([test(rows) for test in tests])


def _all(tests: list[Test]) -> Test:
    return lambda rows: np.logical_and.reduce([test(rows) for test in tests])


def _chosen(variable: str, code: str) -> Test:
    return lambda rows: rows.chosen(variable, code)


def _among(variable: str, codes: frozenset[str]) -> Test:
    named = list(codes - _NEVER_COMPARED)
    return lambda rows: rows.column(variable).isin(named).to_numpy(dtype=bool)


def _equal(left: _Operand, right: _Operand) -> Test:
    if left.variable is None and right.variable is None:
        same = left.literal == right.literal
        return lambda rows: np.full(len(rows), same)
    if left.variable is None:
        left, right = right, left
    name, other = str(left.variable), right
    if other.variable is not None:
        second = other.variable
        return lambda rows: _same_answer(rows, name, second)
    if isinstance(other.literal, float):
        value = other.literal
        return lambda rows: np.asarray(_numbers(rows, name) == value)
    text = str(other.literal)
    if text in _NEVER_COMPARED:
        return lambda rows: np.zeros(len(rows), dtype=bool)
    return lambda rows: (rows.column(name) == text).to_numpy(dtype=bool)


def _same_answer(rows: Rows, first: str, second: str) -> BoolArray:
    same = (rows.column(first) == rows.column(second)).to_numpy(dtype=bool)
    return np.asarray(same & rows.known(first) & rows.known(second))


def _ordered(symbol: str, left: _Operand, right: _Operand) -> Test:
    compare = _ORDER[symbol]
    as_number = isinstance(left.literal, float) or isinstance(right.literal, float)

    def test(rows: Rows) -> BoolArray:
        if as_number:
            with np.errstate(invalid="ignore"):
                return np.asarray(compare(_number(rows, left), _number(rows, right)), dtype=bool)
        answer = np.ones(len(rows), dtype=bool)
        for operand in (left, right):
            if operand.variable is not None:
                answer &= rows.known(operand.variable)
        if left.literal is None and right.literal is None and _both_numeric(rows, left, right):
            result = compare(_number(rows, left), _number(rows, right))
        else:
            result = compare(_text(rows, left), _text(rows, right))
        return np.asarray(answer & np.asarray(result, dtype=bool))

    return test


def _both_numeric(rows: Rows, left: _Operand, right: _Operand) -> bool:
    """Two variables compare as numbers when every known value of both is one; months are not."""
    for operand in (left, right):
        name = str(operand.variable)
        if np.isnan(_numbers(rows, name)[rows.known(name)]).any():
            return False
    return True


def _number(rows: Rows, operand: _Operand) -> NDArray[np.float64]:
    if operand.variable is not None:
        return _numbers(rows, operand.variable)
    try:
        return np.full(len(rows), float(operand.literal or 0))
    except ValueError:
        raise ExpressionError(f"'{operand.literal}' is compared with a number") from None


def _numbers(rows: Rows, name: str) -> NDArray[np.float64]:
    column = rows.column(name)
    column = column.mask(column.isin(list(MISSING_CODES)))
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)


def _text(rows: Rows, operand: _Operand) -> NDArray[np.object_]:
    if operand.variable is not None:
        return rows.column(operand.variable).to_numpy(dtype=object)
    return np.full(len(rows), str(operand.literal), dtype=object)
