"""How much of a register file is read, and the error of a file that is refused."""

from __future__ import annotations

from dataclasses import dataclass

_MEGA = 1_000_000


TOO_LONG = "\ufdd2"
"""Stands for a cell that is longer than any is read: a character that no text may hold."""
LONGEST_CELL = 5_000


class SampleFileError(Exception):
    """A file that is refused as a whole; the message says why and holds no cell of it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one file."""

    bytes: int = 20 * _MEGA
    ratio: int = 50
    """Unpacked over packed (OWASP ASVS 5.2.3); more is a bomb."""
    rows: int = 200_000
    columns: int = 200


def megabytes(size: int) -> str:
    """Return a number of bytes for people."""
    return f"{size / _MEGA:.1f} MB"
