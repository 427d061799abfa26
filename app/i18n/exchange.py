"""Strings on their way to a translator and back, whatever the format of the file.

A file holds rows; a row names a string, repeats its source and brings a translation. What comes
back is judged row by row, and taken in whole or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from app.i18n.entries import Entry
from app.i18n.remarks import RemarkError, Remarks, Review, Standing, keyed, read_state, source_hash
from app.i18n.translation_checks import plural_faults, translation_faults
from app.questionnaire.written import bare

_IN_A_LANGUAGE = re.compile(r"(kind|file|in \w+|term|longest|plain): ?(.*)")
"""What the program tells translators of a string; among it the source in other languages."""
MAX_BYTES = 20_000_000
"""A catalog of a large study is a tenth of this."""


class ExchangeError(ValueError):
    """A file that cannot be read at all; the message says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One string, as a file brings it back."""

    at: str
    """Where in the file, for a message: ``row 12``, ``line 40``."""
    context: str
    sources: tuple[str, ...]
    translations: tuple[str, ...]
    state: str = ""
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    fault: str = ""
    """Why the row itself cannot be read."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file brings back."""

    language: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row cannot be taken in."""

    at: str
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.at}: {self.name}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Incoming:
    """What an import would change, and what stands against it."""

    changed: Mapping[tuple[str, ...], tuple[tuple[str, ...], Remarks]] = field(default_factory=dict)
    """By `Entry.key`: the translations and remarks that take the place of the present ones."""
    unchanged: int = 0
    empty: int = 0
    """Rows without a translation; they take nothing away."""
    problems: tuple[RowProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """What an import is judged by."""

    language: str
    plural_forms: int
    longest: Mapping[str, int] = field(default_factory=dict)
    """Characters, by context."""
    reviewed: Review | None = None
    """Every translation of the file was found good by this person."""
    force: bool = False
    """A draft may take the place of a reviewed translation."""


def judge(rows: Sequence[Row], entries: Sequence[Entry], rules: Rules) -> Incoming:
    """Return what the rows would change, with every problem of every row."""
    known = {entry.key: entry for entry in entries}
    by_context = {entry.context: entry for entry in entries if entry.context}
    changed: dict[tuple[str, ...], tuple[tuple[str, ...], Remarks]] = {}
    problems: list[RowProblem] = []
    seen: dict[tuple[str, ...], str] = {}
    unchanged = empty = 0
    for row in rows:
        key = (row.context, *row.sources)
        entry = known.get(key)
        if row.fault:
            problems.append(_problem(row, row.fault))
        elif entry is None:
            problems.append(_problem(row, _why_unknown(row, by_context)))
        elif key in seen:
            problems.append(_problem(row, f"stands in {seen[key]} too"))
        elif not any(row.translations):
            empty += 1
        elif reasons := _reasons(row, entry, rules):
            problems += [_problem(row, reason) for reason in reasons]
        else:
            fresh = _fresh(row, entry, rules)
            if fresh == (entry.translations, entry.remarks):
                unchanged += 1
            else:
                changed[key] = fresh
        seen.setdefault(key, row.at)
    problems += _said_alike(rows, known, changed)
    return Incoming(changed, unchanged, empty, tuple(problems))


def _said_alike(
    rows: Sequence[Row],
    known: Mapping[tuple[str, ...], Entry],
    changed: Mapping[tuple[str, ...], tuple[tuple[str, ...], Remarks]],
) -> Iterator[RowProblem]:
    """Yield the new words of an answer that another answer of the same list has too."""
    said: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    for key, entry in known.items():
        words = changed[key][0] if key in changed else entry.translations
        if (list_ := _list_of(entry.context)) and any(words):
            said.setdefault((list_, bare(words[0])), []).append(key)
    for row in rows:
        key = (row.context, *row.sources)
        if key in changed and changed[key][0] != known[key].translations:
            alike = said.get((_list_of(row.context), bare(row.translations[0])), [])
            for other in alike:
                if other != key:
                    yield _problem(row, f'says the same as "{other[0]}"')


def _list_of(context: str) -> str:
    """The scale or question whose answer a text is; empty for other texts."""
    match = re.fullmatch(r"(scale [^|]+\||[^|]+\|option )[^|]+|(missing\|).+", context)
    return match[1] or match[2] if match else ""


def _problem(row: Row, reason: str) -> RowProblem:
    return RowProblem(row.at, row.context or row.sources[0][:40], reason)


def _why_unknown(row: Row, by_context: Mapping[str, Entry]) -> str:
    entry = by_context.get(row.context)
    if entry is None:
        return "there is no such string in the catalog"
    return f'the source text is another than in the catalog ("{entry.sources[0][:60]}")'


def _reasons(row: Row, entry: Entry, rules: Rules) -> list[str]:
    reasons = plural_faults(row.sources, row.translations, rules.plural_forms)
    longest = rules.longest.get(row.context)
    said = keyed(entry.comments, _IN_A_LANGUAGE)
    beside = [words for key, words in said if key.startswith("in ")]
    for at, translation in enumerate(row.translations):
        # The first form may say "one" without a number; all others are forms of the plural.
        source = row.sources[min(at, len(row.sources) - 1)]
        faults = translation_faults(
            source, translation, rules.language, max_length=longest, beside=beside
        )
        form = f"form {at}: " if len(row.translations) > 1 else ""
        reasons += [f"{form}{fault}" for fault in faults if translation]
    try:
        review = _review(row, entry, rules)
    except RemarkError as error:
        return [*reasons, str(error)]
    if rules.reviewed is None and review not in (None, entry.remarks.review):
        # The file of a translator is no proof of who looked at it.
        reasons.append(f"the catalog does not say {review}; whoever reviewed it: --reviewed-by")
    overwrites = row.translations != entry.translations and review is None
    if overwrites and entry.standing is Standing.REVIEWED and not rules.force:
        reasons.append(f"a draft would take the place of what was {entry.remarks.review}; --force")
    return reasons


def _review(row: Row, entry: Entry, rules: Rules) -> Review | None:
    """A review counts for the words that were reviewed: changed words need a new one."""
    if rules.reviewed is not None:
        return rules.reviewed
    review = read_state(row.state)
    old = row.translations != entry.translations and review == entry.remarks.review
    return None if old else review


def _fresh(row: Row, entry: Entry, rules: Rules) -> tuple[tuple[str, ...], Remarks]:
    remarks = replace(
        entry.remarks,
        review=_review(row, entry, rules),
        source=source_hash(*row.sources) if entry.context else entry.remarks.source,
        was=None,
        doubts=row.doubts or entry.remarks.doubts,
        notes=row.notes or entry.remarks.notes,
    )
    unconfirmed = (
        entry.standing is Standing.STALE
        and row.translations == entry.translations
        and remarks.review == entry.remarks.review
    )
    # An old translation that merely comes along in the file is as old as it was.
    return row.translations, entry.remarks if unconfirmed else remarks


def review_of(name: str | None, on: date) -> Review | None:
    """Return the review by a named person; ``None`` when nobody is named."""
    return Review(name.strip(), on) if name and name.strip() else None
