"""Significance marks: each compares two columns, and says something about both."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from string import ascii_lowercase

import pandas as pd

from analysis.arrays import BoolArray
from analysis.shares import TOTAL

LETTERS = "letters"
_AGAINST_REST = "+-"
_CHANGE = "*"


def printed_marks(rows: pd.DataFrame, hidden: BoolArray) -> list[str]:
    """Give the marks of each row without those that compare with a hidden number.

    A letter goes when the number of its column is hidden. A mark of a column against the rest goes
    when the total is hidden, or every other column of the breakdown. Rows without marks, and rows
    that are hidden themselves, give ''.

    Notes
    -----
    Columns are a, b, c, ... in the order in which the rows of a question first show them, over all
    waves of a table.
    """
    lines = rows[["table", "wave", "stub", "stub_code", "banner", "banner_code", "statistic"]]
    columns: dict[tuple[Hashable, ...], list[str]] = {}
    shown: dict[tuple[Hashable, ...], dict[str, bool]] = {}
    for at, (table, wave, stub, stub_code, banner, code, statistic) in enumerate(
        lines.itertuples(index=False)
    ):
        order = columns.setdefault((table, stub, banner), [])
        if code not in order:
            order.append(code)
        if not statistic.startswith(LETTERS):
            key = (table, wave, stub, stub_code, statistic, banner)
            shown.setdefault(key, {})[code] = not hidden[at]
    kept = []
    for at, ((table, wave, stub, stub_code, banner, code, statistic), flag) in enumerate(
        zip(lines.itertuples(index=False), rows["flag"], strict=True)
    ):
        if hidden[at] or not statistic.startswith(LETTERS):
            kept.append("")
            continue
        of = statistic.partition(":")[2] or "share"
        own = shown.get((table, wave, stub, stub_code, of, banner), {})
        total = shown.get((table, wave, stub, stub_code, of, TOTAL), {})
        others = [is_shown for other, is_shown in own.items() if other != code]
        rest_shown = all(total.values()) and any(others)
        kept.append("".join(_said(str(flag), columns[table, stub, banner], own, rest_shown)))
    return kept


def _said(flag: str, columns: list[str], shown: dict[str, bool], rest_shown: bool) -> Iterator[str]:
    for mark in flag:
        if mark in _AGAINST_REST:
            if rest_shown:
                yield mark
        elif mark == _CHANGE or shown.get(columns[ascii_lowercase.index(mark.lower())], False):
            yield mark
