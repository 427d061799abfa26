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


def written(found: Tree) -> str:
    """Return a tree as an author writes it; the expression parses to the same tree."""
    match found:
        case Constant(value):
            return "true" if value else "false"
        case Known(name):
            return f"known({name})"
        case OneOf(name, (literal,)):
            return f"{name} == {_operand(literal)}"
        case OneOf(name, literals):
            return f"{name} in ({', '.join(map(_operand, literals))})"
        case Chosen(literal, name):
            return f"{_operand(literal)} in {name}"
        case Compared(left, sign, right):
            return f"{_operand(left)} {sign} {_operand(right)}"
        case Negation(inner):
            return f"not {_bracketed(inner)}"
        case AllOf(parts):
            return " and ".join(map(_bracketed, parts))
        case AnyOf(parts):
            return " or ".join(
                f"({written(one)})" if isinstance(one, AnyOf) else written(one) for one in parts
            )


def _bracketed(found: Tree) -> str:
    return f"({written(found)})" if isinstance(found, AllOf | AnyOf) else written(found)


def _operand(operand: Operand) -> str:
    if isinstance(operand, Variable):
        return operand.name
    return f"'{operand}'" if isinstance(operand, str) else str(operand)
