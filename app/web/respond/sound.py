"""What can be heard of a question page, in the order in which it is read aloud."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Protocol

from app.i18n.spoken import text_hash
from app.web.respond.reading import Reading
from app.web.respond.view import Clip, Field, QuestionView, Words

SOUND_URL = "/audio/{}.mp3"


class Recording(Protocol):
    """What a page needs of a clip."""

    @property
    def id(self) -> str:
        """Its address."""

    @property
    def draft(self) -> bool:
        """Whether a program speaks, for a rehearsal."""


Find = Callable[[str, Iterable[str]], Mapping[str, Recording]]
"""The clips in a language, by hash; texts without a clip are left out."""


def with_sound(view: QuestionView, reading: Reading, find: Find) -> QuestionView:
    """Return the page with its clips; as it was when nothing of it can be heard."""
    hashes = {
        words: text_hash(template)
        for _, words in _in_order(view)
        if (template := reading.template(words)) is not None
    }
    found = find(reading.language, hashes.values())
    if not found:
        return view
    heard = [
        (of, words, found[hashes[words]])
        for of, words in _in_order(view)
        if hashes.get(words) in found
    ]
    return replace(
        view,
        sound=[Clip(of, words, SOUND_URL.format(one.id)) for of, words, one in heard],
        test_voice=any(one.draft for _, _, one in heard),
    )


def _in_order(view: QuestionView) -> Iterator[tuple[str, Words]]:
    """Yield where each text stands on the page, and its words."""
    if view.prompt:
        yield "#prompt", view.prompt
    if view.module_lead:
        yield ".lead", view.module_lead
    yield "h1", view.heading
    if view.help:
        yield ".help", view.help
    for field in view.fields:
        yield from _of_field(field)


def _of_field(field: Field) -> Iterator[tuple[str, Words]]:
    if field.legend:
        yield f"#{field.id}-legend", field.legend
    if field.error:
        yield f"#{field.id}-error", field.error
    for choice in (*field.choices, *field.missing_choices):
        yield f"#{choice.id}", choice.label
