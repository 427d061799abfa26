"""Sound files in and out: what is taken, what is measured, what a clip weighs."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.delivery import sound
from app.delivery.sound import NotSoundError, Samples, as_mp3, measure, read_bytes, read_file
from tests.unit.delivery.synthetic_speech import speech, write_speech


def decoded(mp3: bytes) -> tuple[np.ndarray, int]:
    values, rate = soundfile.read(io.BytesIO(mp3))
    return values, rate


@pytest.mark.parametrize("ending", ["wav", "mp3", "ogg"])
@pytest.mark.parametrize(("rate", "channels"), [(44_100, 2), (16_000, 1)])
def test_a_recording_of_a_phone_or_a_studio_becomes_a_small_clip_of_one_channel(
    tmp_path: Path, ending: str, rate: int, channels: int
) -> None:
    file = write_speech(tmp_path / f"a.{ending}", 3.0, rate=rate, channels=channels)

    mp3, seconds = as_mp3(read_file(file))

    values, _ = decoded(mp3)
    assert values.ndim == 1
    assert seconds == pytest.approx(3.2, abs=0.1)
    assert len(mp3) / seconds <= 4_000


def test_a_soft_and_a_loud_recording_are_heard_equally_loud_and_neither_distorts() -> None:
    heard = []
    for loudness in (0.02, 0.3):
        values, _ = decoded(as_mp3(Samples(speech(3, rate=22_050, loudness=loudness), 22_050))[0])
        assert np.abs(values).max() < 1
        heard.append(np.sqrt(np.mean(values**2)))

    assert heard[0] == pytest.approx(heard[1], rel=0.05)


def test_silence_and_clipping_are_measured(tmp_path: Path) -> None:
    file = write_speech(tmp_path / "a.wav", 2.0, before=1.5, after=0.5, loudness=5.0)

    found = measure(read_file(file))

    assert found.before == pytest.approx(1.5, abs=0.05)
    assert found.after == pytest.approx(0.5, abs=0.2)
    assert found.spoken == pytest.approx(2.0, abs=0.2)
    assert found.clipped > 0.1
    quiet = measure(Samples(np.zeros(1000), 8_000))
    assert (quiet.spoken, quiet.before) == (0, 0.125)


def test_a_file_that_is_no_sound_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.mp3"
    for content in (b"", b"<html>", b"RIFF" + bytes(100), os.urandom(50_000)):
        file.write_bytes(content)
        with pytest.raises(NotSoundError):
            read_file(file)


def test_a_file_in_another_format_than_its_name_says_is_refused(tmp_path: Path) -> None:
    flac = tmp_path / "a.wav"
    soundfile.write(flac, speech(1), 48_000, format="FLAC")

    with pytest.raises(NotSoundError, match="which its name does not say"):
        read_file(flac)


def test_a_huge_file_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.wav"
    with file.open("wb") as opened:
        opened.truncate(sound.MAX_BYTES + 1)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("was read"))

    with pytest.raises(NotSoundError, match="at most 20 MB"):
        read_file(file)


def test_a_small_file_of_hours_is_refused_without_unpacking_all_of_it() -> None:
    packed = io.BytesIO()
    with soundfile.SoundFile(packed, "w", 8_000, 1, format="OGG") as opened:
        for _ in range(20):
            opened.write(np.zeros(8_000 * 30))
    assert len(packed.getvalue()) < 200_000

    with pytest.raises(NotSoundError, match="lasts over 180 seconds"):
        read_bytes(packed.getvalue(), ("OGG",))


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "a.wav"
    os.mkfifo(pipe)

    with pytest.raises(NotSoundError, match="is not a file"):
        read_file(pipe)


def test_a_missing_file_and_values_that_are_no_sound_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotSoundError, match="No such file"):
        read_file(tmp_path / "a.wav")
    broken = tmp_path / "b.wav"
    soundfile.write(broken, np.array([0.0, np.nan, np.inf] * 100), 48_000, subtype="FLOAT")
    with pytest.raises(NotSoundError, match="no sound"):
        read_file(broken)
