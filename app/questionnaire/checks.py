"""Static checks of a bank: what can be wrong although every file was read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.questionnaire.answers import confirm_variable, other_variable
from app.questionnaire.checks_items import item_faults
from app.questionnaire.checks_texts import text_problems
from app.questionnaire.checks_words import word_problems
from app.questionnaire.document import Problem
from app.questionnaire.expression import KEYWORDS
from app.questionnaire.model import (
    Bank,
    Condition,
    Derivation,
    DerivedVariable,
    Item,
    Kind,
    Place,
    Policy,
)
from app.questionnaire.wording import BUILT_IN

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_ALWAYS_KNOWN = frozenset(("wave", "interview_month"))
CORE = "core"
"""The block of items that everybody is asked."""
_PAGES = frozenset(
    ("review", "done", "op", "rev", "csrf_token", "prompted", "language", "beside", "from")
)
"""Addresses and inputs that the respondent pages keep for themselves; so do `back` and `stop`."""

RESERVED = KEYWORDS | BUILT_IN | _ALWAYS_KNOWN | _PAGES | {"back", "stop"}


def check_bank(bank: Bank, *, whole: bool) -> list[Problem]:
    """Return every problem of the bank: names, order, codes, scales, texts, repeats.

    Unless the bank is ``whole`` (a file of it could not be read), nothing is said of what one
    question asks of another: it may stand in that file.
    """
    found = [*_names(bank), *_items(bank)]
    if whole:
        order = _Order.of(bank)
        found += [*_conditions(bank, order), *_derived(bank, order), *_blocks(bank)]
        found += text_problems(bank, order.variables)
        found += word_problems(bank)
    return found


def _items(bank: Bank) -> Iterator[Problem]:
    for item in bank.items:
        for fault in item_faults(item, bank):
            yield Problem(item.place, f"{item.var}: {fault}")


def _names(bank: Bank) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for var, place, group in _claims(bank):
        if not _NAME.match(var):
            yield Problem(place, f'variable "{var}": use lower-case letters, digits and _')
        if var in seen:
            yield Problem(place, f'variable "{var}" is in {seen[var]} too')
        if var in RESERVED and group not in ("the frame", "the paradata"):
            yield Problem(place, f'variable "{var}": this name has a meaning of its own')
        seen[var] = group or f"line {place.line} of {place.file}"


def _claims(bank: Bank) -> Iterator[tuple[str, Place, str]]:
    """Every name, where it stands, and the list it stands in; questions stand in no list."""
    for frame in bank.frame:
        yield frame.var, frame.place, "the frame"
    for paradata in bank.paradata:
        yield paradata.var, paradata.place, "the paradata"
    for assigned in bank.assigned:
        yield assigned.var, assigned.place, "the assigned variables"
    for derived in bank.derived:
        yield derived.var, derived.place, "the derived variables"
    for item in bank.items:
        yield item.var, item.place, ""
        for statement in item.statements:
            yield statement.var, statement.place, ""
        if item.repeat.policy is Policy.CONFIRM:
            yield confirm_variable(item.var), item.place, ""
        if any(option.specify for option in item.options):
            yield other_variable(item.var), item.place, ""


@dataclass(frozen=True, slots=True)
class _Order:
    """Where along the questionnaire things stand."""

    items: Mapping[str, float]
    """All items, also those without an answer: what may stand under ``after``."""
    variables: Mapping[str, float]
    """What conditions and texts may name; a derived variable comes just after what it waits for."""

    @classmethod
    def of(cls, bank: Bank) -> _Order:
        variables: dict[str, float] = dict.fromkeys(_ALWAYS_KNOWN, -1.0)
        variables |= {frame.var: -1.0 for frame in bank.frame}
        variables |= {assigned.var: -1.0 for assigned in bank.assigned}
        items: dict[str, float] = {}
        for at, item in enumerate(bank.items):
            items[item.var] = float(at)
            names = [one.var for one in item.statements] or [item.var]
            if item.kind is not Kind.INFO:
                variables |= dict.fromkeys(names, float(at))
        waiting: dict[str, int] = {}
        for derived in bank.derived:
            if derived.after in items:
                # Those that wait for the same item may read each other in file order.
                waiting[derived.after] = waiting.get(derived.after, 0) + 1
                step = min(waiting[derived.after] / 1000, 0.9)
                variables[derived.var] = items[derived.after] + step
        return cls(items, variables)


def _conditions(bank: Bank, order: _Order) -> Iterator[Problem]:
    """Every condition reads variables that exist and come earlier."""
    for item in bank.items:
        at = order.items[item.var]
        yield from _reads(item.when, item.place, at, order)
        for statement in item.statements:
            yield from _reads(statement.when, statement.place, at, order)
        for variant in item.variants:
            yield from _reads(variant.when, item.place, at, order)
        reset = item.repeat.reset_on
        if reset is not None and order.variables.get(reset, at) >= at:
            yield Problem(item.place, f'reset_on "{reset}" is not an earlier variable')
    for termination in bank.terminations:
        if termination.after in order.items:
            at = order.items[termination.after] + 1
            yield from _reads(termination.when, termination.place, at, order)
        else:
            message = f'termination after "{termination.after}": no such item'
            yield Problem(termination.place, message)
    for assigned in bank.assigned:
        if assigned.after not in order.items:
            yield Problem(assigned.place, f'assigned after "{assigned.after}": no such item')


def _blocks(bank: Bank) -> Iterator[Problem]:
    drawn = {value for one in bank.assigned for value in one.values}
    for item in bank.items:
        if drawn and item.block != CORE and item.block not in drawn:
            known = ", ".join([CORE, *sorted(drawn)])
            yield Problem(item.place, f'{item.var}: block is "{item.block}", expected {known}')


def blocks_not_asked_for(bank: Bank) -> list[Problem]:
    """Return the items of a block whose condition lets others in: weights go by the block."""
    drawn: dict[str, set[str]] = {}
    for one in bank.assigned:
        for value in one.values:
            drawn.setdefault(value, set()).add(one.var)
    return [
        Problem(
            item.place,
            f'{item.var}: block is "{item.block}", its condition does not ask for it',
        )
        for item in bank.items
        if item.block in drawn
        and not (drawn[item.block] & item.when.reads and f"'{item.block}'" in item.when.source)
    ]


def _reads(condition: Condition, place: Place, at: float, order: _Order) -> Iterator[Problem]:
    for name in sorted(condition.reads):
        if name not in order.variables:
            yield Problem(place, f'condition reads unknown variable "{name}"')
        elif order.variables[name] >= at:
            yield Problem(place, f'condition reads "{name}", which is not asked earlier')


def _derived(bank: Bank, order: _Order) -> Iterator[Problem]:
    items = {item.var: item for item in bank.items}
    for variable in bank.derived:
        for fault in _derived_faults(variable, items):
            yield Problem(variable.place, f"{variable.var}: {fault}")
        if variable.after in order.items:
            yield from _derived_reads(variable, order)
        else:
            yield Problem(variable.place, f'after "{variable.after}": no such item')


def _derived_faults(variable: DerivedVariable, items: Mapping[str, Item]) -> Iterator[str]:
    kind, sources = variable.kind, variable.sources
    if kind is Derivation.CASES and not variable.cases:
        yield "kind cases needs at least one case"
    if kind is Derivation.YEARS_BETWEEN and not (sources and variable.to):
        yield "kind years_between needs from and to"
    if kind is Derivation.MONTHS_BETWEEN and not (len(sources) == 1 and variable.to):
        yield "kind months_between needs one variable in from, and to"
    if (variable.censor_when is None) != (variable.censor_at is None):
        yield "censor_when and censor_at go together"
    if kind is Derivation.UNION_OVER_WAVES:
        source = items.get(sources[0]) if len(sources) == 1 else None
        if source is None or source.kind is not Kind.MULTIPLE:
            yield "kind union_over_waves needs one multiple choice in from"
        elif variable.after in items and not {*items[variable.after].waves} <= {*source.waves}:
            yield f'"{source.var}" is not asked in every wave that asks "{variable.after}"'


def _derived_reads(variable: DerivedVariable, order: _Order) -> Iterator[Problem]:
    reads = {name for condition, _ in variable.cases for name in condition.reads}
    reads |= variable.censor_when.reads if variable.censor_when else set()
    reads |= {*variable.sources, *filter(None, (variable.to, variable.censor_at))}
    for name in sorted(reads):
        if name not in order.variables:
            yield Problem(variable.place, f'"{variable.var}" reads unknown variable "{name}"')
        elif order.variables[name] >= order.variables[variable.var]:
            message = f'"{variable.var}" reads "{name}", which comes after "{variable.after}"'
            yield Problem(variable.place, message)
