"""Drafts of read-aloud clips by espeak-ng, a separate program that is there or not.

A draft lets a rehearsal hear that every text has its sound. It is no recording: the voice is a
machine's, and Arabic without vowel signs is often read wrongly.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from app.delivery.sound import Samples, read_bytes

PROGRAM = "espeak-ng"
WORDS_A_MINUTE = 140
"""Slower than its 175: for people who are learning to read."""
PAUSE = 700
"""Milliseconds of silence where a name or number will be filled in."""
PATIENCE = 60
"""Seconds for one text."""
_VOICE = re.compile(
    r"\s*\d+\s+(?P<language>\S+)\s+\S+\s+\S+\s+(?P<file>\S+)\s*(?P<others>(\(\S+ \d+\))*)\s*"
)
_DEMANDING = "mb/"
"""Voices that need another program beside espeak-ng, which lists them all the same."""
_VARIANT = "!v/"


class SpeechError(Exception):
    """The program is not there, or made no sound of a text."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice that speaks one very language."""

    file: str
    name: str
    """For the record: program, version, voice."""


class Speech:
    """The program that speaks, found once."""

    def __init__(self, program: str = PROGRAM) -> None:
        path = shutil.which(program)
        if path is None:
            raise SpeechError(f"{program} is not installed")
        self._path = path
        found = re.search(r"\d+(\.\d+)+", self._run(["--version"]).decode(errors="replace"))
        self.name = f"{program} {found.group() if found else ''}".strip()

    def voice(self, language: str) -> Voice | None:
        """Return its own voice for a language, or ``None``: never that of another language.

        A language of which it has only regional voices (English) is spoken by the first of them.
        """
        listed = self._run([f"--voices={language}"]).decode(errors="replace").splitlines()
        for match in filter(None, map(_VOICE.fullmatch, listed)):
            file = match["file"]
            speaks = [match["language"], *re.findall(r"\((\S+) ", match["others"])]
            if language in speaks and not file.startswith((_DEMANDING, _VARIANT)):
                return Voice(file, f"{self.name} {file}")
        return None

    def say(self, voice: Voice, segments: Sequence[str]) -> Samples:
        """Return how it says the segments of a text, with a pause between two of them.

        Raises `SpeechError` when it fails, or takes too long.
        """
        pause = f'<break time="{PAUSE}ms"/>'
        words = pause.join(escape(one) for one in segments)
        options = ["-v", voice.file, "-s", str(WORDS_A_MINUTE), "-b", "1", "-m"]
        # By its input, not as an argument: a text that starts with "-" is no option.
        sound = self._run([*options, "--stdin", "--stdout"], f"<speak>{words}</speak>")
        if not sound:
            raise SpeechError(f"{self.name} made no sound")
        return read_bytes(sound)

    def _run(self, arguments: Sequence[str], words: str = "") -> bytes:
        try:
            done = subprocess.run(  # noqa: S603 (no shell; the words go in as input)
                [self._path, *arguments],
                input=words.encode(),
                capture_output=True,
                timeout=PATIENCE,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise SpeechError(f"{PROGRAM} failed: {error}") from error
        return done.stdout
