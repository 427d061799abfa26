"""Sound files in and out: speech as samples, measured, brought to one loudness, as small MP3."""

from __future__ import annotations

import io
import math
import stat
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly

RATE = 22_050
"""Samples a second of every clip: all that a phone's speaker gives of a voice."""
_COMPRESSION = 0.9
"""24 kbit/s at this rate, about 3 KB a second: a page of eight clips costs 45 KB when all play."""
MAX_BYTES = 20_000_000
MAX_SECONDS = 180.0
FORMATS = {".mp3": ("MP3", "MPEG"), ".wav": ("WAV", "WAVEX", "RF64"), ".ogg": ("OGG",)}
"""Endings of files that are read, and what must be in them."""
_RATES = range(8_000, 192_001)
_FRAME = 0.02
"""Seconds that are silent or not as a whole."""
SILENT = 10 ** (-45 / 20)
"""Loudness below which nobody speaks: a quiet room is about half of it."""
_LOUDNESS = 10 ** (-20 / 20)
"""Of speech, as root mean square: options sound as loud as their question."""
_PEAK = 0.95
_CLIPPED = 0.99


class NotSoundError(Exception):
    """A file that is not taken: what it is, in words for who sent it."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Speech, one channel, between -1 and 1."""

    values: NDArray[np.float64]
    rate: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.values) / self.rate


@dataclass(frozen=True, slots=True)
class Measures:
    """What can be heard without listening."""

    seconds: float
    spoken: float
    """Seconds from the first sound to the last."""
    before: float
    """Seconds of silence at the start."""
    after: float
    clipped: float
    """Share of samples at the top of what can be recorded; clear speech has next to none."""


def read_file(path: Path) -> Samples:
    """Return the speech in a file; raise `NotSoundError` for anything else than sound.

    Only a plain file of bearable size is opened: no pipe, no device.
    """
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise NotSoundError("is not a file")
        if facts.st_size > MAX_BYTES:
            raise NotSoundError(f"is {facts.st_size / 1e6:.0f} MB, at most {MAX_BYTES // 10**6} MB")
        content = path.read_bytes()
    except OSError as error:
        raise NotSoundError(f"cannot be read: {error.strerror}") from error
    return read_bytes(content, FORMATS[path.suffix.lower()])


def read_bytes(content: bytes, formats: tuple[str, ...] = FORMATS[".wav"]) -> Samples:
    """Return the speech in the bytes of a sound file; channels become one."""
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as opened:
            if opened.format not in formats:
                raise NotSoundError(f"holds {opened.format}, which its name does not say")
            if opened.samplerate not in _RATES or opened.channels > 2:
                raise NotSoundError("has an unusual sample rate or more than two channels")
            # One frame more than may be there: what a header says of its length need not be true.
            most = int(MAX_SECONDS * opened.samplerate)
            values = opened.read(most + 1, dtype="float64", always_2d=True).mean(axis=1)
            rate = int(opened.samplerate)
    except soundfile.LibsndfileError as error:
        raise NotSoundError("is no sound that can be read (mp3, wav or ogg)") from error
    if len(values) > most:
        raise NotSoundError(f"lasts over {MAX_SECONDS:.0f} seconds")
    if not np.isfinite(values).all():
        raise NotSoundError("holds values that are no sound")
    return Samples(values, rate)


def measure(samples: Samples) -> Measures:
    """Return length, silence and clipping of speech."""
    frames = _frames(samples)
    loud = np.flatnonzero(_loudness(frames) >= SILENT)
    if not len(loud):
        return Measures(samples.seconds, 0.0, samples.seconds, samples.seconds, 0.0)
    before = float(loud[0]) * _FRAME
    after = max(samples.seconds - float(loud[-1] + 1) * _FRAME, 0.0)
    clipped = float(np.mean(np.abs(samples.values) >= _CLIPPED))
    return Measures(samples.seconds, samples.seconds - before - after, before, after, clipped)


def as_mp3(samples: Samples) -> tuple[bytes, float]:
    """Return speech as the MP3 of a clip, at the loudness of all clips, and its seconds."""
    common = math.gcd(RATE, samples.rate)
    values = samples.values
    if samples.rate != RATE:
        values = resample_poly(values, RATE // common, samples.rate // common)
    values = _levelled(Samples(values, RATE))
    file = io.BytesIO()
    soundfile.write(
        file,
        values.astype(np.float32),
        RATE,
        format="MP3",
        subtype="MPEG_LAYER_III",
        bitrate_mode="CONSTANT",
        compression_level=_COMPRESSION,
    )
    return file.getvalue(), len(values) / RATE


def _levelled(samples: Samples) -> NDArray[np.float64]:
    loudness = _loudness(_frames(samples))
    spoken = loudness[loudness >= SILENT]
    peak = float(np.abs(samples.values).max(initial=0.0))
    if not len(spoken) or peak == 0:
        return samples.values
    gain = min(_LOUDNESS / float(np.sqrt(np.mean(spoken**2))), _PEAK / peak)
    return samples.values * gain


def _frames(samples: Samples) -> NDArray[np.float64]:
    size = max(int(samples.rate * _FRAME), 1)
    whole = max(-(-len(samples.values) // size), 1)
    padded = np.zeros(whole * size)
    padded[: len(samples.values)] = samples.values
    return padded.reshape(whole, size)


def _loudness(frames: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.sqrt(np.mean(frames**2, axis=1)))
