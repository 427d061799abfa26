"""Spreadsheet number formats: the marks of `analysis.printed` on cells that stay numbers."""

from __future__ import annotations

from enum import StrEnum

from analysis.printed import (
    MEAN_DECIMALS,
    PEOPLE,
    SHARE_DECIMALS,
    SMALL,
    TOTAL_SHARE,
    decimals_of,
)


class Unit(StrEnum):
    """What a number counts."""

    SHARE = "share"
    """From 0 to 1, shown in per cent."""
    MEAN = "mean"
    COUNT = "count"


MARK_WIDTH = "_)"
"""Room where another cell of the column has a bracket or mark, so that the digits line up."""
TEXT = f"@{MARK_WIDTH}"


def unit_of(statistic: str) -> Unit:
    """Give the unit of a line of a table."""
    if statistic == PEOPLE:
        return Unit.COUNT
    return Unit.SHARE if statistic in {"share", "net", TOTAL_SHARE} else Unit.MEAN


def number_format(value: float, unit: Unit, flag: str = "", *, signed: bool = False) -> str:
    """Give the format that shows every decimal of a value.

    ``flag`` is that of the cell: ``bracketed`` puts it in brackets, ``small`` a mark behind it.
    ``signed`` shows the plus of a change.
    """
    digits = _digits(value, unit)
    if not signed:
        return _marked(digits, flag)
    return ";".join(_marked(f"{sign}{digits}", flag) for sign in ("+", '"\N{MINUS SIGN}"', ""))


def _digits(value: float, unit: Unit) -> str:
    match unit:
        case Unit.SHARE:
            return f"0.{'0' * (decimals_of(value, SHARE_DECIMALS) - 2)}%"
        case Unit.MEAN:
            return f"#,##0.{'0' * decimals_of(value, MEAN_DECIMALS)}"
        case Unit.COUNT:
            decimals = decimals_of(value, 0)
            return f"#,##0.{'0' * decimals}" if decimals else "#,##0"


def _marked(digits: str, flag: str) -> str:
    if flag == "bracketed":
        return rf"\({digits}\)"
    if flag == "small":
        return f'{digits}"{SMALL}"'
    return f"{digits}{MARK_WIDTH}"
