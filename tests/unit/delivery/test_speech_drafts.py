"""The program that speaks: which voice for which language, and a pause at what is filled in."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import numpy as np
import pytest

from app.delivery.sound import SILENT, Samples, as_mp3
from app.delivery.speech import PROGRAM, Speech, SpeechError

LISTED = """\
Pty Language       Age/Gender VoiceName          File                 Other Languages
 1  ar              --/M      arabic-mbrola-1    mb/mb-ar1
 5  ar              --/M      Arabic             sem/ar
 2  en-gb           --/M      English_(Great_Britain) gmw/en               (en 2)
 5  variant         --/M      Storm              !v/Storm             (en-us 5)
 5  fa-latn         --/M      Persian_(Pinglish) ira/fa-Latn
"""
"""As espeak-ng 1.51 writes it."""


@pytest.fixture
def stand_in(tmp_path: Path) -> Speech:
    """A program that lists voices and fails at everything else."""
    program = tmp_path / "speaks"
    program.write_text(
        f"#!/bin/sh\ncase $1 in --version) echo 'speaks: 1.51 Data at: /x';;"
        f" --voices=*) cat <<'END'\n{LISTED}END\n;; *) exit 1;; esac\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return Speech(str(program))


def test_a_language_is_spoken_by_its_own_voice_or_by_none(stand_in: Speech) -> None:
    arabic, english = stand_in.voice("ar"), stand_in.voice("en")

    # Not the first of the list: that one needs another program.
    assert arabic is not None
    assert arabic.file == "sem/ar"
    assert english is not None
    assert english.file == "gmw/en"
    assert stand_in.voice("ti") is None
    # "fa-latn" reads Persian in Latin letters: our Persian would be spelled out.
    assert stand_in.voice("fa") is None
    assert stand_in.voice("en-us") is None


def test_a_program_that_is_not_there_or_fails_is_told_in_words(stand_in: Speech) -> None:
    with pytest.raises(SpeechError, match="is not installed"):
        Speech("no-such-program-at-all")
    voice = stand_in.voice("ar")
    assert voice is not None
    with pytest.raises(SpeechError, match="failed"):
        stand_in.say(voice, ["words"])


@pytest.fixture
def espeak() -> Speech:
    if shutil.which(PROGRAM) is None:
        pytest.skip("espeak-ng is not installed")
    return Speech()


@pytest.mark.espeak
def test_it_speaks_five_of_our_languages_and_no_tigrinya(espeak: Speech) -> None:
    spoken = {code for code in ("nl", "en", "ar", "tr", "fa", "ti") if espeak.voice(code)}

    assert spoken == {"nl", "en", "ar", "tr", "fa"}


@pytest.mark.espeak
def test_what_is_filled_in_on_the_page_is_heard_as_a_pause(espeak: Speech) -> None:
    voice = espeak.voice("nl")
    assert voice is not None

    filled = espeak.say(voice, ["U woont nog steeds in", "en u wilt daar blijven."])
    plain = espeak.say(voice, ["U woont nog steeds in en u wilt daar blijven."])

    assert longest_silence(filled) > 0.5 > longest_silence(plain)


@pytest.mark.espeak
@pytest.mark.parametrize("words", ["Werkt u?", "-v fa & <b> \"x\" 'y'; $(id)", "--help"])
def test_any_text_is_words_to_say_and_never_an_option(espeak: Speech, words: str) -> None:
    voice = espeak.voice("nl")
    assert voice is not None

    mp3, seconds = as_mp3(espeak.say(voice, [words]))

    assert seconds > 0.5
    assert len(mp3) / seconds <= 4_000


def longest_silence(samples: Samples) -> float:
    """Seconds of the longest silence between two sounds."""
    loud = np.flatnonzero(np.abs(samples.values) > SILENT)
    return float(np.diff(loud).max()) / samples.rate
