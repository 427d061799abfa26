"""What the templates of open answers get: ready words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.web.staff.view import Table, Words


@dataclass(frozen=True, slots=True)
class StageCard:
    """One kind of work: how much waits, and what may be chosen of it."""

    stage: str
    words: str
    told: str
    count: str
    any: bool
    questions: Sequence[tuple[str, str]]
    second: str
    """How many answers wait to be coded by a second person; empty where none do."""


@dataclass(frozen=True, slots=True)
class QueueView:
    """The page that open answers begin on."""

    cards: Sequence[StageCard]
    table: Table
    any: bool
    frames: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an answer; marked when it may tell who somebody is."""

    words: str
    kind: str
    """What it may be; empty for the rest."""


@dataclass(frozen=True, slots=True)
class CodeChoice:
    """A code of the frame as a box to tick."""

    code: str
    words: str
    note: Words
    key: str
    """The key of the keyboard that ticks it."""
    chosen: bool
    by: str
    """Which of two coders chose it."""


@dataclass(frozen=True, slots=True)
class TaskView:
    """One answer to work on."""

    url: str
    reopen_url: str | None
    stage: str
    question: str
    facts: Sequence[tuple[str, str]]
    lang: str
    pieces: Sequence[Piece]
    text: str
    proposed: str
    found: bool
    decision: str
    own: str
    languages: Sequence[tuple[str, str]]
    language: str
    codes: Sequence[CodeChoice]
    basis: str
    year: str
    variable: str
    second: bool
