"""The syntax tree of a condition: what the closures run and what the proofs are about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable in a comparison."""

    name: str


Literal = str | int | float
Operand = Variable | Literal


@dataclass(frozen=True, slots=True)
class Constant:
    """``true`` or ``false``."""

    value: bool


@dataclass(frozen=True, slots=True)
class Known:
    """``known(x)``: a substantive answer."""

    name: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """``x in ('a', 'b')``."""

    name: str
    literals: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """``'a' in x``: among the codes of a multiple choice."""

    literal: Literal
    name: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Two operands and the sign between them."""

    left: Operand
    sign: str
    right: Operand


@dataclass(frozen=True, slots=True)
class Negation:
    """``not``."""

    inner: Tree


@dataclass(frozen=True, slots=True)
class AllOf:
    """``and``."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """``or``."""

    parts: tuple[Tree, ...]


Leaf = Constant | Known | OneOf | Chosen | Compared
Tree = Leaf | Negation | AllOf | AnyOf
