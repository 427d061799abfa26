"""Answers that a person cannot tell apart: two of one list in the same words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from app.questionnaire.model import Bank, Option, Place, Text
from app.questionnaire.written import bare


@dataclass(frozen=True, slots=True)
class SameWords:
    """Two texts of one list that say the same in a language."""

    context: str
    """The later one, by its name among the texts of the bank."""
    before: str
    """The one that said it first."""
    language: str
    words: str
    place: Place
    """Of the question, or of the first that uses the scale."""

    def __str__(self) -> str:
        return f'says "{self.words}" in {self.language}, as {self.before} does'


def same_words(bank: Bank, languages: Sequence[str]) -> Iterator[SameWords]:
    """Yield the options of a question or scale, and the statements of a battery, said alike."""
    if not bank.items:
        return
    root = PurePosixPath(bank.items[0].place.file).parent.parent
    study = Place(str(root / "study.yaml"), 1)
    missing = [(f"missing|{code}", text, study) for code, text in bank.missing.items()]
    yield from _alike(missing, languages)
    for scale in bank.scales.values():
        places = [item.place for item in bank.items if item.scale == scale.id]
        place = places[0] if places else study
        yield from _alike(_named(f"scale {scale.id}|", scale.options, place), languages)
    for item in bank.items:
        if item.scale is None:
            named = _named(f"{item.var}|option ", item.options, item.place)
            yield from _alike(named, languages)
        yield from _alike([(one.var, one.text, one.place) for one in item.statements], languages)


def _named(head: str, options: Sequence[Option], place: Place) -> list[tuple[str, Text, Place]]:
    return [(f"{head}{one.code}", one.text, place) for one in options]


def _alike(
    texts: Sequence[tuple[str, Text, Place]], languages: Sequence[str]
) -> Iterator[SameWords]:
    for language in languages:
        first: dict[str, str] = {}
        for context, text, place in texts:
            if language not in text:
                continue
            before = first.setdefault(bare(text[language]), context)
            if before != context:
                yield SameWords(context, before, language, text[language], place)
