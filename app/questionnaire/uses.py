"""Where a variable of a questionnaire is used: what changes when its answers mean another thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.questionnaire.answers import confirm_variable, other_variable
from app.questionnaire.model import DerivedVariable, Instrument, Item

_INSERTION = re.compile(r"\{([a-z0-9_]+)\}")


class Part(StrEnum):
    """What uses a variable."""

    CONDITION = "condition"
    """Whether a question, or a statement of it, is asked."""
    WORDS = "words"
    """In which words a question is asked: a variant, or an insertion."""
    DERIVED = "derived"
    ENDING = "ending"
    """Whether the interview ends."""
    REPEAT = "repeat"
    """Whether an earlier answer stands."""


@dataclass(frozen=True, slots=True)
class Use:
    """One place: which variable uses it, for what, and the expression or text."""

    by: str
    part: Part
    source: str


def uses_of(instrument: Instrument, var: str) -> list[Use]:
    """Return where a variable is read, its confirmation and own words too, in order."""
    names = frozenset((var, confirm_variable(var), other_variable(var)))
    found: list[Use] = []
    for item in instrument.items:
        found += _of_item(item, names)
        for derived in instrument.derived_after.get(item.var, ()):
            found += _of_derived(derived, names)
        for ending in instrument.terminations_after.get(item.var, ()):
            if names & ending.when.reads:
                found.append(Use(ending.after, Part.ENDING, ending.when.source))
    return list(dict.fromkeys(found))


def _of_item(item: Item, names: frozenset[str]) -> Iterator[Use]:
    if names & item.when.reads:
        yield Use(item.var, Part.CONDITION, item.when.source)
    for statement in item.statements:
        if names & statement.when.reads:
            yield Use(statement.var, Part.CONDITION, statement.when.source)
    for variant in item.variants:
        if names & variant.when.reads:
            yield Use(item.var, Part.WORDS, variant.when.source)
    source = next(iter(item.text.values()), "")
    texts = [source, *(next(iter(one.text.values()), "") for one in item.variants)]
    for text in texts:
        if names & set(_INSERTION.findall(text)):
            yield Use(item.var, Part.WORDS, text)
    repeat = item.repeat
    if repeat.reset_on in names:
        yield Use(item.var, Part.REPEAT, str(repeat.reset_on))
    if repeat.independent is not None and names & repeat.independent.reads:
        yield Use(item.var, Part.REPEAT, repeat.independent.source)


def _of_derived(derived: DerivedVariable, names: frozenset[str]) -> Iterator[Use]:
    for condition, _value in derived.cases:
        if names & condition.reads:
            yield Use(derived.var, Part.DERIVED, condition.source)
    named = {*derived.sources, *filter(None, (derived.to, derived.censor_at))}
    censors = derived.censor_when.reads if derived.censor_when is not None else frozenset()
    if names & (named | censors):
        yield Use(derived.var, Part.DERIVED, ", ".join(sorted(named)))
