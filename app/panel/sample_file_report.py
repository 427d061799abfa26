"""What was found in a register file, as lines for whoever took it in; no value of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.panel.sample_file_rows import Checked, Fault, harmless

SHOWN = 20
"""Lines of one kind; a report file has all."""


def fault_lines(title: str, faults: Iterable[Fault]) -> Iterator[str]:
    """Return what was found, the same in many rows as one line, in the order of the rows."""
    rows_of: dict[tuple[str, str, str], list[int]] = {}
    for row, column, found, expected in sorted(faults):
        rows_of.setdefault((column, found, expected), []).append(row)
    groups = list(rows_of.items())
    for (column, found, expected), rows in groups[:SHOWN]:
        yield f"{title}: {_place(column, rows)}: found {found}, expected {expected}"
    if left := sum(len(rows) for _, rows in groups[SHOWN:]):
        yield f"{title}: {left:,} more; --report lists them"


def summary(checked: Checked) -> str:
    """Return how many faults there are, and in how many rows."""
    count = len(checked.faults) + checked.unlisted
    beyond = f" (the first {len(checked.faults):,} are listed)" if checked.unlisted else ""
    said = f"{count:,} {'fault' if count == 1 else 'faults'}{beyond}"
    if not checked.faulty_rows:
        return f"{said} of the file as a whole; {checked.read:,} rows were read."
    return f"{said} in {checked.faulty_rows:,} of {checked.read:,} rows."


def _place(column: str, rows: list[int]) -> str:
    of_row = column == "(row)"
    if rows[0] <= 1:
        return column if column.startswith("(") else f"column {harmless(column)}"
    more = len(rows) - 1
    others = f" and {more:,} more {'row' if more == 1 else 'rows'}" if more else ""
    return f"row {rows[0]}{others}" + ("" if of_row else f": column {harmless(column)}")
