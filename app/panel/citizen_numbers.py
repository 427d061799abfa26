"""Citizen service numbers (BSN): known by their 11-test, so that none is ever taken in.

One in eleven numbers of nine digits passes by chance. A column of them is told from other numbers
by the share that passes; in a street or an e-mail address, where no number belongs, one will do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_GAP = r"[ ._/\-]?"
_RUN = re.compile(rf"(?<!\d)(?<!\d[ ._/\-])\d(?:{_GAP}\d){{7,8}}(?!\d)", re.ASCII)
"""Eight or nine digits, with what people put between them; in front and behind stands anything:
a quotation mark of a spreadsheet, letters, ".0" of a number that was read as a measurement."""


def passes_eleven_test(digits: str) -> bool:
    """Tell whether digits are a BSN; eight stand for nine whose zero a spreadsheet took.

    The digits times 9, 8, … 2 and -1 add up to a multiple of 11 (Logisch Ontwerp BSN).
    """
    if len(digits) not in (8, 9) or not (digits.isascii() and digits.isdigit()):
        return False
    digits = digits.zfill(9)
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return total % 11 == 0 and digits != "0" * 9


def numbers_in(text: str) -> list[str]:
    """Return the runs of eight or nine digits in a text, without what stands between them."""
    return [re.sub(r"\D", "", found.group()) for found in _RUN.finditer(text)]


def holds_citizen_number(text: str) -> bool:
    """Tell whether nine digits that pass the test stand somewhere in a text."""
    return any(len(one) == 9 and passes_eleven_test(one) for one in numbers_in(text))


class CitizenNumberColumns:
    """Watches the columns of a file for numbers that pass the test more often than by chance."""

    _FEW = 3
    _MANY = 12
    """From so many numbers on, half of them passing is not chance (P < 0.0003)."""

    def __init__(self, columns: int) -> None:
        self._numbers = [0] * columns
        self._passed = [0] * columns

    def see(self, cells: Sequence[str]) -> None:
        """Count the numbers in the cells of a row, and those that pass."""
        if _RUN.search("\n".join(cells)) is None:
            return
        for at, cell in enumerate(cells[: len(self._numbers)]):
            found = numbers_in(cell)
            if found:
                self._numbers[at] += 1
                self._passed[at] += any(map(passes_eleven_test, found))

    def found(self) -> list[int]:
        """Return the columns that hold such numbers: three and no other, or half of many."""
        return [
            at
            for at, (numbers, passed) in enumerate(zip(self._numbers, self._passed, strict=True))
            if passed >= self._FEW
            and (passed == numbers or (numbers >= self._MANY and 2 * passed >= numbers))
        ]

    def suspected(self) -> list[int]:
        """Return the columns of which one or two numbers, all there are, pass: perhaps chance."""
        return [
            at
            for at, (numbers, passed) in enumerate(zip(self._numbers, self._passed, strict=True))
            if 0 < passed == numbers < self._FEW
        ]
