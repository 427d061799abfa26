"""What a catalog says of each translation beside the words: its state, its source, its doubts.

It stands in translators' comments, which every PO editor keeps and shows::

    # state: reviewed by Mina Ahmadi on 2026-11-21
    # source: 1f2e3d4c
    # doubt: ...
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256
from textwrap import wrap

_KEY = re.compile(r"(state|source|was|doubt|note): ?(.*)")
_WIDTH = 96
"""Characters of a line of a comment."""
_REVIEWED = re.compile(r"reviewed by (\S.*?) on (\d{4}-\d\d-\d\d)\Z")
_HASH = re.compile(r"[0-9a-f]{8}\Z")
DRAFT = "draft"
_EAST_OF_US = timedelta(days=1)
"""Our clock runs in UTC; elsewhere tomorrow has begun."""


class Standing(StrEnum):
    """How far a translation is; only ``draft`` and ``reviewed`` are ever shown to a respondent."""

    MISSING = "missing"
    DRAFT = "draft"
    REVIEWED = "reviewed"
    STALE = "stale"
    """Made of another source text than the one that is asked now."""


class RemarkError(ValueError):
    """A remark that cannot be read; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Review:
    """Who found a translation good, and when."""

    by: str
    on: date

    def can_be_on(self, today: date) -> bool:
        """Tell whether its day has come; a reviewer may be a day ahead of our clock."""
        return self.on <= today + _EAST_OF_US

    def __str__(self) -> str:
        return f"reviewed by {self.by} on {self.on}"


@dataclass(frozen=True, slots=True)
class Remarks:
    """The remarks of one translation."""

    review: Review | None = None
    """``None`` for a draft."""
    source: str | None = None
    """`source_hash` of the text that was translated; ``None`` where that is not known."""
    was: str | None = None
    """That text, when it is another than the present one."""
    doubts: tuple[str, ...] = ()
    """For a native reviewer."""
    notes: tuple[str, ...] = ()
    """Anything else that translators wrote."""


def source_hash(*source: str) -> str:
    """Return eight hexadecimal digits that change when a source text (or its plural) changes."""
    return sha256("\0".join(source).encode()).hexdigest()[:8]


def read_state(state: str) -> Review | None:
    """Return the review of ``reviewed by NAME on DATE``, ``None`` for ``draft``.

    Raises
    ------
    RemarkError
        If it is neither, or the date is none.
    """
    if state.strip() in ("", DRAFT):
        return None
    match = _REVIEWED.match(state.strip())
    try:
        if match is not None:
            return Review(match[1], date.fromisoformat(match[2]))
    except ValueError:
        pass
    expected = f'"{DRAFT}" or "reviewed by NAME on YYYY-MM-DD"'
    raise RemarkError(f'state is "{state[:60]}", expected {expected}')


def read_remarks(comments: Sequence[str]) -> Remarks:
    """Return what translators' comments say; lines without a key go on with the line before.

    Raises
    ------
    RemarkError
        If state or source cannot be read.
    """
    said = keyed(comments, _KEY)
    one = dict(said)
    source = one.get("source")
    if source is not None and not _HASH.match(source):
        raise RemarkError(f'source is "{source[:60]}", expected eight hexadecimal digits')
    return Remarks(
        review=read_state(one.get("state", "")),
        source=source,
        was=one.get("was"),
        doubts=tuple(words for key, words in said if key == "doubt"),
        notes=tuple(words for key, words in said if key in ("note", "") and words),
    )


def keyed(comments: Sequence[str], key: re.Pattern[str]) -> list[tuple[str, str]]:
    """Return comments as key and words; a line without a key goes on with the line before.

    ``key`` matches a whole line: the key and its words. What stands before the first has the key
    "".
    """
    said: list[tuple[str, str]] = []
    for comment in comments:
        match = key.fullmatch(comment)
        if match is not None:
            said.append((match[1], match[2].strip()))
        elif said:
            said[-1] = (said[-1][0], f"{said[-1][1]} {comment.strip()}")
        else:
            said.append(("", comment.strip()))
    return said


def comment_lines(key: str, words: str) -> list[str]:
    """Return ``key: words`` as lines that `keyed` puts together again."""
    # At spaces only: a line broken after a hyphen would come back with a space in the word.
    return wrap(f"{key}: {words}", _WIDTH, break_long_words=False, break_on_hyphens=False)


def as_comments(remarks: Remarks, *, translated: bool) -> list[str]:
    """Return the remarks as comments, in a fixed order; a missing translation has no state."""
    lines: list[str] = []
    if translated:
        lines += comment_lines("state", str(remarks.review or DRAFT))
        if remarks.source is not None:
            lines += comment_lines("source", remarks.source)
        if remarks.was is not None:
            lines += comment_lines("was", remarks.was)
    for doubt in remarks.doubts:
        lines += comment_lines("doubt", doubt)
    for note in remarks.notes:
        lines += comment_lines("note", note)
    return lines


def standing_of(translated: bool, remarks: Remarks, *source: str) -> Standing:
    """Return how far a translation of ``source`` is."""
    if not translated:
        return Standing.MISSING
    if remarks.source not in (None, source_hash(*source)):
        return Standing.STALE
    return Standing.DRAFT if remarks.review is None else Standing.REVIEWED
