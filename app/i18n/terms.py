"""The term base: one agreed word per concept and language, in ``translations/terms.csv``.

A respondent who reads two words for one thing thinks they are two things. The Dutch official term
stands in brackets at its first use, because letters and officials use it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO
from pathlib import Path

from app.questionnaire.document import Problem
from app.questionnaire.model import Place

TERMS = "terms.csv"
"""In the folder of the translations."""
_COLUMNS = ("id", "official", "brackets", "nl", "en")
_AFTER = ("definition", "note", "status")
STATUSES = ("draft", "reviewed")
_ENDINGS = "(?:en|n|s|'s|e)?"
"""What a Dutch term may have behind it in a sentence."""


@dataclass(frozen=True, slots=True)
class Term:
    """One concept and the words agreed for it."""

    id: str
    official: str
    """As Dutch letters and officials say it."""
    brackets: bool
    """The official term stands in brackets at its first use in a translation."""
    forms: tuple[str, ...]
    """How the Dutch questions say it."""
    words: Mapping[str, tuple[str, ...]]
    """By language; the first is the agreed word, others are forms of it that count too."""
    definition: str
    note: str
    status: str
    line: int


def read_terms(path: Path) -> tuple[list[Term], list[Problem]]:
    """Return the terms in file order, and what is wrong with the file, with its lines."""
    place = path.name
    text = path.read_text(encoding="utf-8-sig")
    reader = csv.DictReader(StringIO(text, newline=""), strict=True)
    header = tuple(reader.fieldnames or ())
    if header[: len(_COLUMNS)] != _COLUMNS or header[-len(_AFTER) :] != _AFTER:
        expected = ", ".join((*_COLUMNS, "… languages …", *_AFTER))
        return [], [Problem(Place(place, 1), f"expected the columns {expected}")]
    languages = ("en", *header[len(_COLUMNS) : -len(_AFTER)])
    terms: list[Term] = []
    problems: list[Problem] = []
    for row in reader:
        cells = {name: (cell or "").strip() for name, cell in row.items() if name is not None}
        term = _term(cells, languages, reader.line_num)
        faults = _faults(cells, languages, {one.id for one in terms})
        problems += [Problem(Place(place, reader.line_num), fault) for fault in faults]
        terms.append(term)
    return terms, problems


def _term(cells: Mapping[str, str], languages: Sequence[str], line: int) -> Term:
    return Term(
        id=cells["id"],
        official=cells["official"],
        brackets=cells["brackets"] == "yes",
        forms=_several(cells["nl"]),
        words={code: _several(cells[code]) for code in languages},
        definition=cells["definition"],
        note=cells["note"],
        status=cells["status"],
        line=line,
    )


def _several(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, (one.strip() for one in cell.split(";"))))


def _faults(cells: Mapping[str, str], languages: Sequence[str], known: set[str]) -> list[str]:
    name = cells["id"]
    faults = [f'"{name}" has no {column}' for column in ("official", "nl") if not cells[column]]
    faults += [f'"{name}" has no word in {code}' for code in languages if not cells[code]]
    if name in known:
        faults.append(f'"{name}" stands twice')
    if cells["brackets"] not in ("yes", "no"):
        faults.append(f'"{name}": brackets is "{cells["brackets"]}", expected yes or no')
    if cells["status"] not in STATUSES:
        faults.append(f'"{name}": status is "{cells["status"]}", expected draft or reviewed')
    return faults


def terms_in(source: str, terms: Sequence[Term]) -> list[Term]:
    """Return the terms that a Dutch text uses, in the order of the term base."""
    return [term for term in terms if _pattern(term.forms).search(source)]


@lru_cache(maxsize=500)
def _pattern(forms: tuple[str, ...]) -> re.Pattern[str]:
    """An abbreviation is one in capitals only: MAP is a course, a map is a folder."""
    found = []
    for form in sorted(forms, key=len, reverse=True):
        words = re.escape(form)
        found.append(words if form.isupper() else f"(?i:{words}{_ENDINGS})")
    return re.compile(rf"(?<![\w-])(?:{'|'.join(found)})(?![\w-])")


def lacking(source: str, translation: str, language: str, terms: Sequence[Term]) -> list[Term]:
    """Return the terms of a source whose agreed word its translation does not have.

    Words are compared by their stem, since Arabic and Tigrinya put letters before a word and
    Turkish puts them behind it: this may miss a wrong word, and is a warning only.
    """
    return [
        term
        for term in terms_in(source, terms)
        if term.words.get(language)
        and not any(_says(translation, words) for words in term.words[language])
    ]


def first_uses_without_brackets(
    pairs: Sequence[tuple[str, str]], terms: Sequence[Term]
) -> list[tuple[int, Term]]:
    """Return where a term is first used, by place in ``pairs``, without its Dutch word.

    ``pairs`` are source and translation in the order of the questionnaire. A first use that is
    not translated yet is no fault.
    """
    found = []
    for term in terms:
        uses = (at for at, (source, _) in enumerate(pairs) if _pattern(term.forms).search(source))
        at = next(uses, None)
        translation = pairs[at][1].casefold() if at is not None else ""
        if at is not None and translation and term.brackets:
            found += [(at, term)] if term.official.casefold() not in translation else []
    return found


def _says(translation: str, words: str) -> bool:
    text = translation.casefold()
    return all(_stem(word) in text for word in words.casefold().split())


def _stem(word: str) -> str:
    word = word.strip("()").removeprefix("ال")
    ending = 2 if len(word) > 5 else 1 if len(word) > 3 else 0
    return word[: len(word) - ending]
