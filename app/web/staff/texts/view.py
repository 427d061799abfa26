"""What the templates of texts get: ready words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.web.staff.view import Table


@dataclass(frozen=True, slots=True)
class Download:
    """A file to take home."""

    url: str
    words: str


@dataclass(frozen=True, slots=True)
class LanguageView:
    """A language: how far each part is, and its files."""

    url: str
    lead: str
    left: Sequence[tuple[str, str]]
    """What waits for somebody: addresses of lists, and words with their number."""
    parts: Table
    downloads: Sequence[Download]
    catalogs: Sequence[tuple[str, str]]
    """What can be taken in: value and words."""
    may_keep: bool
    """Whether this installation has a place for edits."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One form of a translation: for a plural, which numbers take it."""

    id: str
    label: str
    words: str
    rows: int


@dataclass(frozen=True, slots=True)
class Aside:
    """Words in another language beside the text, with what they are called."""

    label: str
    words: str
    lang: str
    dir: str
    small: str = ""


@dataclass(frozen=True, slots=True)
class TermView:
    """A term of the source with the agreed words."""

    source: str
    agreed: str
    definition: str
    missing: bool
    """The translation does not say the agreed word."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a text's history."""

    what: str
    who: str
    moment: str
    words: str


@dataclass(frozen=True, slots=True)
class TextView:
    """The editor of one text."""

    url: str
    name: str
    lang: str
    dir: str
    language: str
    state: str
    badge: str
    sources: Sequence[Aside]
    was: str
    """The source that a stale translation was made of."""
    facts: Sequence[tuple[str, str]]
    fields: Sequence[FormField]
    longest: int | None
    doubt: str
    note: str
    seen: str
    may_isolate: bool
    may_review: bool
    no_review: str
    """Why it cannot be reviewed now; empty when it can, or has been."""
    elsewhere: Sequence[Aside]
    terms: Sequence[TermView]
    plain: Sequence[str]
    history: Sequence[Happened]
    clips: Sequence[str]
    record_url: str | None
    preview_url: str | None
    """The page that says it, on a phone of nobody."""
    previous: str | None
    next: str | None
    part_url: str
    may_keep: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """A source with its translation, to be read side by side."""

    url: str
    name: str
    source: str
    words: str
    state: str
    badge: str
    doubt: str
    own: bool
    """A draft in the words of who reads it: a colleague finds it good."""


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of a language to read through and sign off."""

    url: str
    lead: str
    lang: str
    dir: str
    source_lang: str
    pairs: Sequence[Pair]
    seen: str
    may_sign: bool
    why_not: str
    signed: str
    """Who answers for it as it reads today, or did before it changed."""
    sign_words: str
