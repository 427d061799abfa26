"""A program that speaks without espeak-ng: a hum as long as the words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.delivery.sound import Samples
from app.delivery.speech import SpeechError, Voice
from app.services.speech.audio_drafting import Drafted, draft
from tests.integration.audio.conftest import Studio
from tests.unit.delivery.synthetic_speech import speech


@dataclass
class Hum:
    """Hums Dutch; does at a text what it is told."""

    name: str = "hum 1.0"
    said: list[list[str]] = field(default_factory=list)
    before: Callable[[Sequence[str]], None] = lambda _: None

    def voice(self, language: str) -> Voice | None:
        return Voice("hum/nl", "hum 1.0 hum/nl") if language == "nl" else None

    def say(self, voice: Voice, segments: Sequence[str]) -> Samples:
        self.before(segments)
        self.said.append(list(segments))
        return Samples(speech(0.5, rate=22_050), 22_050)


def fails_at(words: str) -> Callable[[Sequence[str]], None]:
    def before(segments: Sequence[str]) -> None:
        if words in segments:
            raise SpeechError("no sound")

    return before


def make_drafts(studio: Studio, hum: Hum, language: str = "nl") -> Drafted:
    return draft(studio.ctx, language, studio.texts, by="desk", speech=hum)  # type: ignore[arg-type]


def add_draft(studio: Studio, name: str) -> None:
    draft(
        studio.ctx,
        "nl",
        [studio.text(name)],
        by="desk",
        speech=Hum(),  # type: ignore[arg-type]
    )
