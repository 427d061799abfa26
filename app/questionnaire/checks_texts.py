"""What can be wrong with the words of a bank: insertions that nothing fills, and length."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.questionnaire.document import Problem
from app.questionnaire.model import Bank, Item, Kind, Place, Store, Text
from app.questionnaire.wording import BUILT_IN

_INSERTION = re.compile(r"\{([^{}]*)\}")
MAX_QUESTION = 300
"""Characters of a question; longer does not fit a small phone beside its options."""


@dataclass(frozen=True, slots=True)
class _Words:
    """A text, where it stands, what it is, and what may be inserted in it."""

    place: Place
    what: str
    text: Text
    allowed: frozenset[str] = frozenset()


def text_problems(bank: Bank, order: Mapping[str, float]) -> Iterator[Problem]:
    """Yield the problems of all texts; ``order`` is the position of each variable."""
    for words in _texts(bank, order):
        for language, written in words.text.items():
            for name in _INSERTION.findall(written):
                if name not in words.allowed:
                    why = _why_not(name, order)
                    message = f'{words.what}: insertion "{{{name}}}" in language {language} {why}'
                    yield Problem(words.place, message)
            if len(written) > MAX_QUESTION:
                message = f"{words.what} is {len(written)} characters, at most {MAX_QUESTION}"
                yield Problem(words.place, message)
        yield from _differing(words)


def _why_not(name: str, order: Mapping[str, float]) -> str:
    if name in BUILT_IN:
        return "is for the text of a repeat, and contact details are masked there"
    if name in order:
        return "is not filled in here: expected in a question, after what it repeats"
    return "is unknown"


def _differing(words: _Words) -> Iterator[Problem]:
    names = {code: sorted(_INSERTION.findall(one)) for code, one in words.text.items()}
    if len({tuple(found) for found in names.values()}) > 1:
        shown = "; ".join(f"{code}: {', '.join(found) or '-'}" for code, found in names.items())
        message = f"{words.what}: insertions differ between languages ({shown})"
        yield Problem(words.place, message)


def _texts(bank: Bank, order: Mapping[str, float]) -> Iterator[_Words]:
    for at, item in enumerate(bank.items):
        earlier = frozenset(name for name, position in order.items() if position < at)
        yield _Words(item.place, item.var, item.text, earlier)
        for variant in item.variants:
            yield _Words(item.place, f"{item.var} variant", variant.text, earlier)
        if item.repeat.text is not None:
            allowed = earlier | _of_earlier_wave(item)
            yield _Words(item.place, f"{item.var} repeat text", item.repeat.text, allowed)
        if item.help is not None:
            yield _Words(item.place, f"{item.var} help", item.help)
        for statement in item.statements:
            yield _Words(statement.place, statement.var, statement.text)
        for option in item.options:
            yield _Words(item.place, f"{item.var} option {option.code}", option.text)
    for termination in bank.terminations:
        what = f'termination after "{termination.after}"'
        yield _Words(termination.place, what, termination.text)


def _of_earlier_wave(item: Item) -> frozenset[str]:
    """Contact details that were typed are never shown in full again."""
    picked = item.kind in (Kind.SINGLE, Kind.MULTIPLE, Kind.CONSENT)
    if item.store is Store.CONTACT and not picked:
        return BUILT_IN - {"prev"}
    return BUILT_IN
