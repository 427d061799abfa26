"""What a job is given beside its arguments: a way to say how far it is, and words to say it in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from app.services.context import ServiceContext


class Say(Protocol):
    """Words of the staff site, in the language of whoever asked for the job."""

    def __call__(self, message: str, /, **values: object) -> str:
        """Return the words with their values filled in."""
        ...


class JobStoppedError(Exception):
    """Somebody asked the job to stop; what it began is undone by whoever began it."""


class JobRefusedError(Exception):
    """The job cannot be done; the message says why, in the language of whoever asked."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What came of a job: words, and the page where the outcome is."""

    words: str
    leads_to: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Handed to a job: `at` says how far it is, ``say`` makes words."""

    note: Callable[[float | None, str], None]
    say: Say
    language: str

    def at(self, share: float | None, words: str = "") -> None:
        """Say how much is done, 0 to 1 or unknown; raise `JobStoppedError` if asked to stop."""
        self.note(share, words)


Run = Callable[[ServiceContext, Mapping[str, Any], Progress], Finished]


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of job: what it does, and what it is called."""

    run: Run
    title: Callable[[Say, Mapping[str, Any]], str]
