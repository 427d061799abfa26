"""What the templates of letters get: ready words and links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.web.staff.view import Table


@dataclass(frozen=True, slots=True)
class StepView:
    """A letter of the plan at the desk: what waits, or why nothing can be printed."""

    step: str
    words: str
    may_print: bool
    reasons: Sequence[tuple[str, str | None]]
    """Why nothing can be printed, each with the page where that changes."""


@dataclass(frozen=True, slots=True)
class BatchView:
    """One batch: what comes next first, then what it is."""

    id: str
    path: str
    stage: str
    badge: str
    stage_words: str
    next_words: str
    facts: Sequence[tuple[str, str]]
    out: Table | None
    """Letters to be taken out of the pile."""
    pulled: Sequence[tuple[str, str, bool]]
    """The same as boxes: reference, words, whether it is ticked."""
    files: Table | None
    became: Table | None
    asked: str | None
    """Who says that it never reached the post, and why."""
    may_hand_over: bool = False
    may_destroy: bool = False
    destroy_words: str = ""
    may_ask: bool = False
    may_agree: bool = False
