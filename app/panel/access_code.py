"""Access codes: 13 random digits and a check digit, read in any digits a person may type.

A typing error is told apart from a guess before anything is looked up: the check digit of Damm
finds every single wrong digit and every swap of two neighbours.
"""

from __future__ import annotations

import secrets
import unicodedata
from typing import Protocol

LENGTH = 14
"""13 random digits (43 bits) and the check digit."""

_GROUPS = (4, 5, 5)

# The weakly totally anti-symmetric quasigroup of order 10 with a zero diagonal, from H. M. Damm,
# "Total anti-symmetrische Quasigruppen", dissertation, Philipps-Universität Marburg, 2004.
# Row: the digit so far; column: the next digit.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)

_DIGITS = {
    ord(zero) + value: str(value) for zero in ("0", "٠", "۰") for value in range(10)
}  # ASCII, Arabic-Indic, Persian


class RandomDigits(Protocol):
    """Where digits come from: `secrets.SystemRandom`, or a seeded `random.Random` for a demo."""

    def randrange(self, start: int, /) -> int:
        """Return a whole number from 0 up to but not including ``start``."""
        ...


def check_digit(digits: str) -> str:
    """Return the Damm check digit of ASCII digits."""
    state = 0
    for digit in digits:
        state = _DAMM[state][int(digit)]
    return str(state)


def generate(source: RandomDigits | None = None) -> str:
    """Return a new code of 14 ASCII digits; by default from the system's secure generator."""
    source = source or secrets.SystemRandom()
    digits = f"{source.randrange(10 ** (LENGTH - 1)):0{LENGTH - 1}d}"
    return digits + check_digit(digits)


def normalise(typed: str) -> str | None:
    """Return what was typed as ASCII digits, or ``None`` when it holds anything but digits.

    Spaces, hyphens, dots and invisible marks (direction marks, joiners, no-break spaces) between
    the digits are passed over. The result need not be a well-formed code.
    """
    if len(typed) > 20 * LENGTH:
        return None
    kept = []
    for character in typed:
        digit = _DIGITS.get(ord(character))
        if digit is not None:
            kept.append(digit)
        elif not _is_filler(character):
            return None
    return "".join(kept)


def is_well_formed(code: str) -> bool:
    """Tell whether a code in ASCII digits has the right length and check digit."""
    return (
        len(code) == LENGTH
        and code.isascii()
        and code.isdigit()
        and check_digit(code[:-1]) == code[-1]
    )


def format_code(code: str) -> str:
    """Return a code as printed: ``4-5-5`` digits with spaces between."""
    parts, start = [], 0
    for size in _GROUPS:
        parts.append(code[start : start + size])
        start += size
    return " ".join(parts)


def _is_filler(character: str) -> bool:
    # Zs: spaces; Cf: direction marks and joiners; Pd: hyphens and dashes of every width.
    return character in ".·\t\r\n" or unicodedata.category(character) in ("Zs", "Cf", "Pd")
