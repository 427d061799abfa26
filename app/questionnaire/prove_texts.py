"""The texts of a question's page, and which one a person reads."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.questionnaire.model import Item, Text
from app.questionnaire.wording import BUILT_IN

_INSERTION = re.compile(r"\{([a-z0-9_]+)\}")


@dataclass(frozen=True, slots=True)
class Words:
    """One text: of the question, of a variant (counted from 1), or of the repeat."""

    what: str
    variant: int
    inserts: frozenset[str]
    """Variables it repeats; what a repeat inserts of an earlier wave is always there."""

    @property
    def of_repeat(self) -> bool:
        """True for the text that asks about an earlier answer."""
        return self.what == "the text of the repeat"


def texts_of(item: Item) -> tuple[Words, ...]:
    """Return the texts that may stand above a question."""
    found = [
        Words(f"variant {at}", at, _inserts(variant.text))
        for at, variant in enumerate(item.variants, start=1)
    ]
    found.append(Words("the text", 0, _inserts(item.text)))
    if item.repeat.text is not None:
        found.append(Words("the text of the repeat", 0, _inserts(item.repeat.text)))
    return tuple(found)


def _inserts(text: Text) -> frozenset[str]:
    return frozenset(
        name for words in text.values() for name in _INSERTION.findall(words)
    ) - frozenset(BUILT_IN)
