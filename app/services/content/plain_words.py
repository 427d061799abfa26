"""What could be said in plainer words in a study: warnings, never a reason to refuse."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from app.i18n.remarks import comment_lines
from app.i18n.terms import TERMS, read_terms
from app.messages.texts import read_message_texts
from app.questionnaire.document import Problem
from app.questionnaire.model import Bank
from app.questionnaire.plain_language import Vocabulary, remarks, study_remarks
from app.questionnaire.text_places import text_places
from app.questionnaire.texts import texts_of
from app.services.content.instruments import TRANSLATIONS


def plain_warnings(bank: Bank, study: Path, translations: Path = TRANSLATIONS) -> list[Problem]:
    """Return what could be plainer in questions, letters and messages, with file and line.

    Words of the term base are let through: they stand on the letters that people hold.
    """
    messages, _ = read_message_texts(study, bank.languages)
    texts = [*texts_of(bank), *(messages.all() if messages is not None else ())]
    return study_remarks(texts, text_places(bank, study, texts), _vocabulary(translations))


def plain_comments(
    sources: Sequence[str], language: str, translations: Path = TRANSLATIONS
) -> list[str]:
    """Return what could be plainer in a source text, as comments for who translates it.

    A translator need not copy a hard word: what is meant is often said more simply.
    """
    known = _vocabulary(translations)
    found = [one.message for text in sources for one in remarks(text, language, known)]
    return [line for words in dict.fromkeys(found) for line in comment_lines("plain", words)]


@cache
def _vocabulary(translations: Path) -> Vocabulary:
    file = translations / TERMS
    terms, _ = read_terms(file) if file.exists() else ([], [])
    return Vocabulary.of(
        word for term in terms for word in (term.official, *term.forms, *term.words.get("en", ()))
    )
