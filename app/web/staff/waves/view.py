"""What the templates of a wave get: ready words and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.web.staff.view import BarChart, Table, Words


@dataclass(frozen=True, slots=True)
class WavesView:
    """The list of waves; no chart before anybody was sampled."""

    chart: BarChart | None
    table: Table


@dataclass(frozen=True, slots=True)
class Step:
    """A step in the life of a wave: a link to the page that asks, or a button that does it."""

    words: str
    url: str
    asks_first: bool = True
    main: bool = False
    does: str | None = None
    """What a button without a page of its own does."""


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task before the field: what is done or missing, and where it is done."""

    words: str
    state: str
    """``done``, ``must`` or ``should``."""
    state_words: str
    detail: str
    url: str | None
    link_words: str


@dataclass(frozen=True, slots=True)
class Trial:
    """An invented case to try the wave with, as a QR code and as text."""

    code: str
    url: str
    qr: Markup
    language: str
    only_here: bool
    """The address is that of this machine itself: a phone cannot reach it."""


@dataclass(frozen=True, slots=True)
class WaveView:
    """The overview of one wave."""

    year: int
    status: str
    status_words: str
    facts: Sequence[tuple[str, Words]]
    summary: str
    next_words: str
    """What comes next in its life, and when."""
    tasks: Sequence[TaskLine]
    steps: Sequence[Step]
    seen: str
    """The status this page shows: a step taken from an older page changes nothing."""
    trial: Trial | None
    no_trial: str | None
    """Why there is no case to try it with, where one might look for it."""
    chart: BarChart
    by_group: Table
    by_language: Table | None
    open_link: str | None
    history: Table


@dataclass(frozen=True, slots=True)
class StepView:
    """The page that asks before a step is taken."""

    url: str
    does: Sequence[str]
    """What the step does, a sentence each."""
    missing: Sequence[TaskLine]
    button: str
    seen: str
    note: str
    """What was typed before."""
    blocked: bool
    """The step cannot be taken yet: something that has to be there is missing."""
