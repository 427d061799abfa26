"""What authors write is held to what translators are held to: letters, marks, words said twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from app.questionnaire.document import Problem
from app.questionnaire.model import Bank, Place
from app.questionnaire.same_words import same_words
from app.questionnaire.text_places import owners_of
from app.questionnaire.texts import BankText, texts_of
from app.questionnaire.written import can_be_seen, isolate_faults, left_as_it_is, letter_faults

_SAME_IN_TWO_LANGUAGES = 2
"""So many words may well be the same in Dutch and English."""


def word_problems(bank: Bank) -> Iterator[Problem]:
    """Yield what is wrong with the words of every text, in each language they are written in."""
    if not bank.items:
        return
    owners = owners_of(bank)
    root = PurePosixPath(bank.items[0].place.file).parent.parent
    for one in texts_of(bank):
        owner = owners.get(one.context) or owners.get(one.context.partition("|")[0])
        place = owner or Place(str(root / one.file), 1)
        for language, fault in _faults(one):
            yield Problem(place, f"{one.context}: in language {language} {fault}")
    for same in same_words(bank, bank.languages):
        yield Problem(same.place, f"{same.context}: {same}")


def _faults(one: BankText) -> Iterator[tuple[str, str]]:
    first = next(iter(one.text.values()), "")
    for number, (language, written) in enumerate(one.text.items()):
        for fault in (*letter_faults(written), *isolate_faults(written)):
            yield language, fault
        if written.strip() and not can_be_seen(written):
            yield language, "shows nothing"
        if number and left_as_it_is(first, written, words=_SAME_IN_TWO_LANGUAGES):
            yield language, "is not translated: it says what the first language says"
