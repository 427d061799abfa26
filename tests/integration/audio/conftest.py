"""The small study with its clips, on each engine in turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.clock import FixedClock
from app.i18n.spoken import SpokenText, text_hash
from app.services.context import ServiceContext
from app.services.speech import audio
from app.services.speech.audio import AudioCoverage, ClipRef
from app.services.speech.audio_lists import file_name
from app.services.speech.audio_recording import TakenIn, take_in
from app.storage.audit import verify_chain
from tests.builders import KINDS, context
from tests.unit.delivery.synthetic_speech import write_speech

NOON = datetime(2024, 2, 1, 12, 0, tzinfo=UTC)


@dataclass
class Studio:
    """Who records the Dutch texts of the small study."""

    ctx: ServiceContext
    folder: Path
    texts: list[SpokenText]

    def text(self, name: str) -> SpokenText:
        return next(one for one in self.texts if one.name == name)

    def recording(self, name: str, ending: str = ".wav", **given: Any) -> Path:
        """Record a text for as long as it takes, under the name that the list gives."""
        text = self.text(name)
        seconds = given.pop("seconds", 0.5 + len(text.text) * 0.08)
        return write_speech(self.folder / file_name(text, ending), seconds, **given)

    def add(self, *files: Path, replace: bool = False, speaker: str = "Mw. Stem") -> TakenIn:
        return take_in(
            self.ctx, "nl", self.texts, files, speaker=speaker, by="desk", replace=replace
        )

    def change(self, name: str, words: str) -> None:
        """Let a researcher change the words of a text."""
        self.texts = [
            SpokenText(one.name, one.kind, one.language, words, one.place)
            if one.name == name
            else one
            for one in self.texts
        ]

    def clip(self, words: str) -> ClipRef | None:
        found = audio.clips(self.ctx, "nl", [text_hash(words)])
        return found.get(text_hash(words))

    def coverage(self) -> AudioCoverage:
        return audio.audio_coverage(self.ctx.databases.research, "nl", self.texts)


@pytest.fixture
def studio(database_urls: tuple[str, str], tmp_path: Path) -> Iterator[Studio]:
    ctx = context(database_urls, FixedClock(NOON))
    yield Studio(ctx, tmp_path / "recordings", audio.texts_to_speak(KINDS, "nl"))
    with ctx.databases.research.snapshot() as connection:
        assert verify_chain(connection) is None
    ctx.databases.close()
