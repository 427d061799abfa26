"""Rows and columns of a sheet that nobody sees: hidden by hand, or by a filter.

They are read like the others, so whoever hid people to leave them out has to be told.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO
from xml.etree.ElementTree import iterparse

_YES = ("1", "true")
_MOST_COLUMNS = 16_384


@dataclass(frozen=True, slots=True)
class Hidden:
    """What of a sheet does not show; of a CSV file nothing."""

    rows: Sequence[range] = ()
    """Their numbers, as a spreadsheet counts them, in order."""
    columns: Sequence[range] = ()
    """The first is 0."""

    def has_row(self, number: int) -> bool:
        """Tell whether a row does not show."""
        return _among(self.rows, number)

    def has_column(self, at: int) -> bool:
        """Tell whether a column does not show."""
        return _among(self.columns, at)


NOTHING_HIDDEN = Hidden()


def hidden_in(sheet: IO[bytes]) -> Hidden:
    """Return what does not show of the XML of a sheet, which is read as a stream.

    Of rows in one piece only the first and the last are kept: a sheet may hide a million of them.
    """
    rows: list[range] = []
    columns: list[range] = []
    number = 0
    for _, element in iterparse(sheet):  # noqa: S314 (a sheet with entities was refused before)
        name = element.tag.rpartition("}")[2]
        if name == "row":
            number = int(float(element.get("r") or number + 1))
            if element.get("hidden") in _YES:
                _add(rows, range(number, number + 1))
            element.clear()
        elif name == "col" and element.get("hidden") in _YES:
            first, last = int(element.get("min") or 1), int(element.get("max") or _MOST_COLUMNS)
            _add(columns, range(first - 1, min(last, _MOST_COLUMNS)))
    return Hidden(rows, columns)


def _add(ranges: list[range], new: range) -> None:
    if ranges and ranges[-1].stop == new.start:
        new = range(ranges.pop().start, new.stop)
    ranges.append(new)


def _among(ranges: Sequence[range], number: int) -> bool:
    at = bisect_right(ranges, number, key=lambda one: one.start)
    return at > 0 and number in ranges[at - 1]
