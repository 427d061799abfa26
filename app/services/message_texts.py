"""The words of letters, e-mails and text messages, in the languages somebody is written to."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.i18n.study_catalogs import StudyCatalog, read_study_catalog, translated_messages
from app.messages.texts import MessageTexts, read_message_texts
from app.questionnaire.document import Problem, by_place
from app.questionnaire.source import load_bank


def load_message_texts(
    study: Path, translations: Path, languages: Iterable[str]
) -> tuple[MessageTexts | None, list[Problem]]:
    """Return all words a study sends, in the languages asked for, and everything that is wrong.

    ``languages`` are codes such as ``ti``; those the study is written in need no catalog and are
    always there. With problems the texts are returned all the same when they could be read: a
    text lacks the languages it has no sound translation for, and `spoken_in` says which are whole.
    ``None`` means that the study or its letters cannot be read.
    """
    bank, problems = load_bank(study)
    if bank is None:
        return None, problems
    texts, problems = read_message_texts(study, bank.languages)
    if texts is None:
        return None, problems
    catalogs: dict[str, StudyCatalog] = {}
    for code in dict.fromkeys(languages):
        if code not in bank.languages:
            catalog, faults = read_study_catalog(translations, bank.study, code)
            problems += faults
            if catalog is not None:
                catalogs[code] = catalog
    filled, faults = translated_messages(texts, catalogs, source=bank.languages[0])
    return filled, by_place([*problems, *faults])


def spoken_in(texts: MessageTexts) -> frozenset[str]:
    """Return the languages in which not one text is missing."""
    languages = [frozenset(one.text) for one in texts.all()]
    return frozenset.intersection(*languages) if languages else frozenset()
