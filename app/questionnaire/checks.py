"""Static checks of a bank: what can be wrong although every file was read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from app.questionnaire.answers import confirm_variable, other_variable
from app.questionnaire.document import Problem
from app.questionnaire.model import (
    Bank,
    Condition,
    DerivedVariable,
    Item,
    Kind,
    Missing,
    Place,
    Policy,
    Text,
)

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_CODE = re.compile(r"[A-Za-z0-9_.]+\Z")
_CHOICES = {Kind.SINGLE, Kind.MULTIPLE, Kind.BATTERY, Kind.CONSENT}
_BUILT_IN = {"prev", "prev_masked", "prev_month"}
_ALWAYS_KNOWN = {"wave", "interview_month"}
MAX_PER_SCREEN = 6
MAX_QUESTION = 300
"""Characters of a question; longer does not fit a small phone beside its options."""


def check_bank(bank: Bank) -> list[Problem]:
    """Return every problem of the bank: names, order, codes, scales, texts, repeats."""
    return [
        *_names(bank),
        *_conditions(bank),
        *_structure(bank),
        *_texts(bank),
    ]


def _names(bank: Bank) -> Iterator[Problem]:
    seen = {variable.var: "the frame" for variable in bank.frame}
    seen |= {variable.var: "the paradata" for variable in bank.paradata}
    seen |= {variable.var: "the assigned variables" for variable in bank.assigned}
    study = Place("study.yaml", 1)
    for variable in bank.derived:
        if variable.var in seen:
            yield Problem(variable.place, f'"{variable.var}" is in {seen[variable.var]} too')
        seen[variable.var] = "the derived variables"
    for item in bank.items:
        for var, place in _own_names(item):
            if not _NAME.match(var):
                yield Problem(place, f'variable "{var}": use lower-case letters, digits and _')
            if var in seen:
                yield Problem(place, f'variable "{var}" is in {seen[var]} too')
            seen[var] = f"line {place.line} of {place.file}"


def _own_names(item: Item) -> Iterator[tuple[str, Place]]:
    yield item.var, item.place
    for statement in item.statements:
        yield statement.var, statement.place
    if item.repeat.policy is Policy.CONFIRM:
        yield confirm_variable(item.var), item.place
    if any(option.specify for option in item.options):
        yield other_variable(item.var), item.place


def _conditions(bank: Bank) -> Iterator[Problem]:
    """Every condition reads variables that exist and come earlier."""
    order = _order(bank)
    for item in bank.items:
        at = order[item.var]
        yield from _reads(item.when, item.place, at, order)
        for statement in item.statements:
            yield from _reads(statement.when, statement.place, at, order)
        for variant in item.variants:
            yield from _reads(variant.when, item.place, at, order)
        reset = item.repeat.reset_on
        if reset is not None and order.get(reset, at) >= at:
            yield Problem(item.place, f'reset_on "{reset}" is not an earlier variable')
    for variable in bank.derived:
        yield from _derived_reads(variable, order)
    study = Place("study.yaml", 1)
    for termination in bank.terminations:
        if termination.after in order:
            yield from _reads(termination.when, study, order[termination.after] + 1, order)
        else:
            yield Problem(study, f'termination after "{termination.after}": no such item')
    for assigned in bank.assigned:
        if assigned.after not in order:
            yield Problem(study, f'assigned after "{assigned.after}": no such item')


def _derived_reads(variable: DerivedVariable, order: dict[str, float]) -> Iterator[Problem]:
    if variable.after not in order:
        yield Problem(variable.place, f'after "{variable.after}": no such item')
        return
    reads = {name for condition, _ in variable.cases for name in condition.reads}
    reads |= variable.censor_when.reads if variable.censor_when else set()
    reads |= {*variable.sources, *filter(None, (variable.to, variable.censor_at))}
    for name in sorted(reads):
        if name not in order:
            yield Problem(variable.place, f'"{variable.var}" reads unknown variable "{name}"')
        elif order[name] >= order[variable.var]:
            message = f'"{variable.var}" reads "{name}", which comes after "{variable.after}"'
            yield Problem(variable.place, message)


def _order(bank: Bank) -> dict[str, float]:
    """Position of each variable; derived ones stand half a step after the item they wait for."""
    order: dict[str, float] = dict.fromkeys(_ALWAYS_KNOWN, -1.0)
    order |= {frame.var: -1.0 for frame in bank.frame}
    order |= {assigned.var: -1.0 for assigned in bank.assigned}
    for at, item in enumerate(bank.items):
        order[item.var] = float(at)
        order |= {statement.var: float(at) for statement in item.statements}
    waiting: dict[str, int] = {}
    for variable in bank.derived:
        if variable.after in order:
            # Derived variables that wait for the same item may read each other in file order.
            waiting[variable.after] = waiting.get(variable.after, 0) + 1
            order[variable.var] = order[variable.after] + min(waiting[variable.after] / 1000, 0.9)
    return order


def _reads(
    condition: Condition, place: Place, at: float, order: dict[str, float]
) -> Iterator[Problem]:
    for name in sorted(condition.reads):
        if name not in order:
            yield Problem(place, f'condition reads unknown variable "{name}"')
        elif order[name] >= at:
            yield Problem(place, f'condition reads "{name}", which is not asked earlier')


def _structure(bank: Bank) -> Iterator[Problem]:
    for item in bank.items:
        for message in _faults(item, bank):
            yield Problem(item.place, f"{item.var}: {message}")


def _faults(item: Item, bank: Bank) -> Iterator[str]:
    yield from _option_faults(item)
    if (item.kind is Kind.BATTERY) != bool(item.statements):
        yield "a battery, and only a battery, has statements"
    if (item.kind is Kind.CODE_LIST) != (item.code_list is not None):
        yield "a code list, and only a code list, names its list"
    if item.code_list is not None and item.code_list not in bank.code_lists:
        yield f'unknown code list "{item.code_list}"'
    if not 1 <= item.per_screen <= MAX_PER_SCREEN:
        yield f"per_screen is {item.per_screen}, expected 1 to {MAX_PER_SCREEN}"
    if item.required and item.kind is not Kind.CONSENT:
        yield "only consent may be required: everything else may be left unanswered"
    for name, known in (
        (item.concept, bank.concepts),
        *((one, bank.research_questions) for one in item.research_questions),
        *((one, bank.indicators) for one in item.indicators),
    ):
        if name not in known:
            yield f'"{name}" is not in study.yaml'
    yield from _repeat_faults(item, [option.code for option in item.options])


def _option_faults(item: Item) -> Iterator[str]:
    codes = [option.code for option in item.options]
    if item.kind in _CHOICES and not codes:
        yield "needs options or a scale"
    if item.kind not in _CHOICES and codes:
        yield f"type {item.kind} has no options"
    for code in codes:
        if code in set(Missing):
            yield f'option code "{code}" is kept for missing answers'
        elif not _CODE.match(code):
            yield f'option code "{code}": use letters, digits, _ and .'
    if item.kind is not Kind.MULTIPLE and any(option.exclusive for option in item.options):
        yield "only multiple choice has exclusive options"
    most = item.limits.max_choices
    if most is not None and (item.kind is not Kind.MULTIPLE or not 1 <= most <= len(codes)):
        yield f"max_choices is {most}, expected 1 to {len(codes)} on a multiple choice"


def _repeat_faults(item: Item, codes: list[str]) -> Iterator[str]:
    repeat = item.repeat
    if repeat.policy is Policy.UNTIL_EVENT:
        if not repeat.until:
            yield "until_event needs the codes that end it"
        for code in repeat.until:
            if code not in codes:
                yield f'until names "{code}", which is not an option'
    elif repeat.until:
        yield f"policy {repeat.policy} has no until"
    if repeat.policy is Policy.CONFIRM and repeat.text is None:
        yield "confirm needs the text that names the earlier answer"
    if repeat.policy is Policy.CONFIRM and item.kind is Kind.BATTERY:
        yield "a battery cannot be confirmed as a whole"


def _texts(bank: Bank) -> Iterator[Problem]:
    known = set(_order(bank)) | _BUILT_IN
    for item in bank.items:
        texts: list[tuple[Place, str, Text]] = [(item.place, item.var, item.text)]
        if item.help is not None:
            texts.append((item.place, f"{item.var} help", item.help))
        if item.repeat.text is not None:
            texts.append((item.place, f"{item.var} repeat text", item.repeat.text))
        texts += [(item.place, f"{item.var} variant", one.text) for one in item.variants]
        texts += [(one.place, one.var, one.text) for one in item.statements]
        texts += [(item.place, f"{item.var} option {one.code}", one.text) for one in item.options]
        for place, what, text in texts:
            yield from _placeholders(place, what, text, known)
            yield from _lengths(place, what, text.values())


def _placeholders(place: Place, what: str, text: Text, known: set[str]) -> Iterator[Problem]:
    by_language = {code: sorted(_PLACEHOLDER.findall(words)) for code, words in text.items()}
    for code, names in by_language.items():
        for name in names:
            if name not in known:
                yield Problem(place, f'{what}: unknown insertion "{{{name}}}" in language {code}')
    if len({tuple(names) for names in by_language.values()}) > 1:
        shown = "; ".join(
            f"{code}: {', '.join(names) or '-'}" for code, names in by_language.items()
        )
        yield Problem(place, f"{what}: insertions differ between languages ({shown})")


def _lengths(place: Place, what: str, texts: Iterable[str]) -> Iterator[Problem]:
    for words in texts:
        if len(words) > MAX_QUESTION:
            yield Problem(place, f"{what} is {len(words)} characters, at most {MAX_QUESTION}")
