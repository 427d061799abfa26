"""Sound that measures like speech: syllables of a hum, with short silences between them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray


def speech(seconds: float, *, rate: int = 48_000, loudness: float = 0.1) -> NDArray[np.float64]:
    at = np.arange(int(seconds * rate)) / rate
    hum = sum(np.sin(2 * np.pi * 140 * n * at) / n for n in range(1, 12))
    syllables = np.clip(np.sin(2 * np.pi * 4 * at) * 3, 0.02, 1)
    return np.asarray(hum * syllables * loudness)


def write_speech(
    file: Path,
    seconds: float = 2.0,
    *,
    rate: int = 48_000,
    before: float = 0.1,
    after: float = 0.1,
    loudness: float = 0.1,
    channels: int = 1,
) -> Path:
    """Write a recording; the ending of the name says in which format."""
    silence = [np.zeros(int(length * rate)) for length in (before, after)]
    values = np.concatenate([silence[0], speech(seconds, rate=rate, loudness=loudness), silence[1]])
    file.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(
        file, np.clip(np.column_stack([values] * channels), -1, 1), rate,
        format=file.suffix[1:].upper(),
    )  # fmt: skip
    return file
