"""The words of letters, e-mails and text messages, in the languages somebody is written to."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
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
    ``None`` means that the study or its letters cannot be read. Read again only when a file of
    the study or a catalog changed: workers ask at every look, and reading takes a second.
    """
    wanted = tuple(dict.fromkeys(languages))
    texts, problems = _read_texts(study, translations, wanted, _state(study, translations))
    return texts, list(problems)


def _state(study: Path, translations: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes when a file of the study or a catalog does: names, sizes, times."""
    files = sorted([*study.rglob("*"), *translations.rglob("*.po")])
    found = ((str(one), one.stat()) for one in files if one.is_file())
    return tuple((name, known.st_size, known.st_mtime_ns) for name, known in found)


@lru_cache(maxsize=8)
def _read_texts(
    study: Path, translations: Path, languages: tuple[str, ...], _of: tuple[object, ...]
) -> tuple[MessageTexts | None, list[Problem]]:
    bank, problems = load_bank(study)
    if bank is None:
        return None, problems
    texts, problems = read_message_texts(study, bank.languages)
    if texts is None:
        return None, problems
    catalogs: dict[str, StudyCatalog] = {}
    for code in languages:
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
