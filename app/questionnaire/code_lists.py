"""Long lists a person picks from by typing: municipalities from a file, countries from CLDR."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from babel import Locale, UnknownLocaleError

from app.questionnaire.document import Problem
from app.questionnaire.model import CodeEntry, Place
from app.questionnaire.spellings import fits_page, fold_name, fold_without_article

# CLDR's two-letter territories that are no country one is born in: groupings, uninhabited
# exceptional reservations of ISO 3166-1, and the codes for testing and unknown.
_NOT_A_COUNTRY = frozenset(
    ("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ")
)

MAX_CANDIDATES = 10

BESIDE = " – "
"""Between a name in the page's script and the name in the list."""

_LATIN = "nl"


def countries(languages: Sequence[str]) -> tuple[CodeEntry, ...]:
    """Return the ISO 3166-1 countries named by CLDR in each language, by code."""
    names = {language: _territories(language) for language in languages}
    codes = sorted(
        code
        for code in names[languages[0]]
        if len(code) == 2 and code.isalpha() and code not in _NOT_A_COUNTRY
    )
    return tuple(
        CodeEntry(code, {language: names[language].get(code, code) for language in languages})
        for code in codes
    )


def _territories(language: str) -> dict[str, str]:
    locale = locale_of(language)
    named = locale.territories if locale is not None else {}
    return {str(code): str(name) for code, name in named.items()}


def locale_of(language: str) -> Locale | None:
    """Return what CLDR knows of a language; ``None`` for a code that it does not know."""
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError, TypeError):
        return None


def read_code_list(
    file: Path, name: str, languages: Sequence[str], problems: list[Problem]
) -> tuple[CodeEntry, ...]:
    """Return the entries of a CSV with columns ``code``, ``name`` and, optionally, ``also``.

    Names are the same in every language; ``also`` holds other names, separated by semicolons.
    """
    try:
        # Spreadsheets put a byte order mark before the first column's name.
        text = file.read_text(encoding="utf-8-sig")
        reader = csv.DictReader(StringIO(text, newline=""), strict=True)
        header = set(reader.fieldnames or ())
        rows = [(reader.line_num, row) for row in reader]
    except UnicodeDecodeError:
        problems.append(Problem(Place(name, 1), "is not UTF-8"))
        return ()
    except (OSError, csv.Error) as error:
        problems.append(Problem(Place(name, 1), f"cannot be read: {error}"))
        return ()
    if not {"code", "name"} <= header or not rows:
        message = "expected a line with the columns code and name, and lines below it"
        problems.append(Problem(Place(name, 1), message))
        return ()
    entries: list[CodeEntry] = []
    seen: dict[str, int] = {}
    for line, row in rows:
        code, words = (row["code"] or "").strip(), (row["name"] or "").strip()
        if not code or not words:
            problems.append(Problem(Place(name, line), "a line needs a code and a name"))
        elif not f"{code}{words}".isprintable():
            problems.append(
                Problem(Place(name, line), "code or name holds an unprintable character")
            )
        elif code in seen:
            message = f'code "{code}" stands on line {seen[code]} too'
            problems.append(Problem(Place(name, line), message))
        else:
            seen[code] = line
            also = tuple(filter(None, (one.strip() for one in (row.get("also") or "").split(";"))))
            entries.append(CodeEntry(code, dict.fromkeys(languages, words), also))
    return tuple(entries)


@dataclass(frozen=True, slots=True)
class Match:
    """What typed words may mean: exactly one entry, or up to ten candidates, best first."""

    exact: CodeEntry | None
    candidates: tuple[CodeEntry, ...] = ()


def match_typed(entries: Sequence[CodeEntry], language: str, typed: str) -> Match:
    """Return the entry, or the entries, that a person may mean.

    Case, accents, spaces and punctuation do not count, nor do the ways of writing one sound that
    people vary (`spellings`); every language's name is understood, so that "Syrië" is found on
    the English page too. A name that two entries share is not exact.
    """
    wanted = fold_name(typed)
    if not wanted:
        return Match(None)
    named = [(entry, {fold_name(one) for one in _names(entry)}) for entry in entries]
    code = typed.strip().upper()
    exact = [entry for entry, names in named if wanted in names or code == entry.code]
    if not exact and BESIDE in typed:
        # What the type-ahead offered: a name in the page's script and the name beside it.
        parts = {fold_name(part) for part in typed.split(BESIDE)}
        exact = [entry for entry, names in named if parts <= names]
    if not exact:
        bare = fold_without_article(typed)
        exact = [
            entry
            for entry in entries
            if any(bare == fold_without_article(one) for one in _names(entry))
        ]
    if len(exact) == 1:
        return Match(exact[0])
    ranked: list[tuple[int, str, CodeEntry]] = []
    for entry, names in named:
        rank = min(_distance(wanted, name) for name in names)
        if rank < _FAR:
            ranked.append((rank, entry.text.get(language, entry.code), entry))
    ranked.sort(key=lambda one: one[:2])
    return Match(None, tuple(entry for _, _, entry in ranked[:MAX_CANDIDATES]))


def offered_names(entries: Sequence[CodeEntry], language: str) -> list[str]:
    """Return the names to offer while somebody types, sorted; each is understood as it stands.

    On a page in another script a name that is written in Latin letters has the same name in the
    page's script before it, "روتردام – Rotterdam": either half finds it.
    """
    offered: set[str] = set()
    for entry in entries:
        name = entry.text[language]
        own = next((one for one in (name, *entry.also) if fits_page(one, language)), name)
        offered.add(name if own == name else f"{own}{BESIDE}{name}")
        offered.update(one for one in entry.also if fits_page(one, _LATIN))
    return sorted(offered)


def _names(entry: CodeEntry) -> tuple[str, ...]:
    return (*entry.text.values(), *entry.also)


_FAR = 9


def _distance(wanted: str, name: str) -> int:
    """Rank a name: starts with, holds, or one or two typing errors away; `_FAR` is no match."""
    if name.startswith(wanted):
        return 0
    if wanted in name:
        return 1
    allowed = 1 if len(wanted) <= 5 else 2
    return 2 + edits if (edits := _edits(wanted, name, allowed)) <= allowed else _FAR


def _edits(one: str, other: str, limit: int) -> int:
    """Levenshtein distance, given up above ``limit``."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    previous = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        current = [row]
        for column, against in enumerate(other, start=1):
            change = previous[column - 1] + (letter != against)
            current.append(min(change, previous[column] + 1, current[-1] + 1))
        if min(current) > limit:
            return limit + 1
        previous = current
    return previous[-1]
