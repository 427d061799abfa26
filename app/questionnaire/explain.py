"""Why a condition holds or not: its tree again, with the value and the truth of every part.

Truth here has three values. `Truth.OPEN` stands where an answer that is still to come may turn it:
Kleene's strong logic, so that "no" is said only of what nothing can turn any more. Once every
question that is read has been passed, a truth is that of the compiled condition itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.questionnaire.expression import compiled, tree
from app.questionnaire.expression_tree import (
    AllOf,
    AnyOf,
    Chosen,
    Compared,
    Constant,
    Known,
    Leaf,
    Negation,
    OneOf,
    Tree,
    Variable,
    written,
)
from app.questionnaire.model import Condition, Value


class Truth(StrEnum):
    """Whether something holds, as far as it is known."""

    YES = "yes"
    NO = "no"
    OPEN = "open"


class Join(StrEnum):
    """How the parts of a reason make the whole."""

    LEAF = "leaf"
    ALL = "all"
    ANY = "any"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Read:
    """A variable that a condition reads, and its value; ``None`` where it has none (yet)."""

    var: str
    value: Value | None


@dataclass(frozen=True, slots=True)
class Reason:
    """A part of a condition: what it says, whether it holds, and what it is made of."""

    truth: Truth
    join: Join
    source: str
    """The expression of this part."""
    leaf: Leaf | None = None
    reads: tuple[Read, ...] = ()
    parts: tuple[Reason, ...] = ()


def explained(
    condition: Condition, values: Mapping[str, Value], coming: Collection[str] = ()
) -> Reason:
    """Return why a condition holds or not.

    Parameters
    ----------
    values
        As `Route.values` has them: frame, assigned, derived, carried and answered variables.
    coming
        Variables whose value is still to come: their questions have not been passed. What
        ``values`` has of them (a calculated one may have its default) counts for nothing yet.
    """
    return _reason(tree(condition.source), values, frozenset(coming))


def _reason(found: Tree, values: Mapping[str, Value], coming: frozenset[str]) -> Reason:
    match found:
        case Negation(inner):
            part = _reason(inner, values, coming)
            return Reason(_turned(part.truth), Join.NOT, written(found), parts=(part,))
        case AllOf(parts):
            several = tuple(_reason(one, values, coming) for one in parts)
            truth = _joined(several, Truth.NO, Truth.YES)
            return Reason(truth, Join.ALL, written(found), parts=several)
        case AnyOf(parts):
            several = tuple(_reason(one, values, coming) for one in parts)
            truth = _joined(several, Truth.YES, Truth.NO)
            return Reason(truth, Join.ANY, written(found), parts=several)
        case _:
            names = variables_of(found)
            holds = Truth.YES if compiled(found)(values) else Truth.NO
            reads = tuple(
                Read(name, None if name in coming else values.get(name)) for name in names
            )
            truth = Truth.OPEN if coming.intersection(names) else holds
            return Reason(truth, Join.LEAF, written(found), found, reads)


def _turned(truth: Truth) -> Truth:
    return {Truth.YES: Truth.NO, Truth.NO: Truth.YES}.get(truth, truth)


def _joined(parts: Sequence[Reason], settles: Truth, otherwise: Truth) -> Truth:
    """One part that settles it does, whatever the others are; an open one keeps it open."""
    truths = {one.truth for one in parts}
    if settles in truths:
        return settles
    return Truth.OPEN if Truth.OPEN in truths else otherwise


def variables_of(leaf: Leaf) -> tuple[str, ...]:
    """Return the variables that one comparison reads, in the order they stand."""
    match leaf:
        case Constant():
            return ()
        case Known(name) | OneOf(name, _) | Chosen(_, name):
            return (name,)
        case Compared(left, _, right):
            named = [one.name for one in (left, right) if isinstance(one, Variable)]
            return tuple(dict.fromkeys(named))
