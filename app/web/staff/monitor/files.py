"""The tables of the monitor as CSV: numbers as they are, for a spreadsheet or a program."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Response

from app.panel.outcome_rates import RATES
from app.web.staff.listing import CSV_TYPE, tame

Rows = Iterator[Sequence[object]]


def file_of(table: str, told: Mapping[str, Any], mark: str, *, name: str) -> Response:
    """Return a table as a file; shares are 0 to 1, an empty cell has no value.

    ``table`` is one of ``curve``, ``rates``, ``outcomes``, ``break-offs``, ``sent`` and
    ``undelivered``; ``mark`` is what the first two are split by, empty for everybody.
    """
    rows = {
        "curve": lambda: _curve(told["curves"][mark]),
        "rates": lambda: _rates([*told["rates"][""], *(told["rates"][mark] if mark else ())]),
        "outcomes": lambda: _plain(("code", "reason", "cases"), told["outcomes"]),
        "break-offs": lambda: _plain(
            ("page", "stopped", "saw"), [one[:3] for one in told["break_offs"]]
        ),
        "sent": lambda: _plain(("day", "channel", "messages"), told["sent"]),
        "undelivered": lambda: _plain(
            ("channel", "status", "reason", "messages"), told["undelivered"]
        ),
    }[table]()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow([tame(cell) for cell in row])
    response = Response("\ufeff" + out.getvalue(), content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{table}.csv"'
    return response


def _curve(curves: Sequence[Mapping[str, Any]]) -> Rows:
    yield ("group", "eligible", "day", "begun", "finished")
    for one in curves:
        for day, begun, finished in one["days"]:
            yield (one["code"] or "all", one["eligible"], day, begun, finished)


def _rates(groups: Sequence[Mapping[str, Any]]) -> Rows:
    yield ("group", "cases", "e", "rate", "value", "above", "below", "weighted")
    for one in groups:
        for name in RATES:
            above, below = one["rates"][name]
            value = above / below if below else None
            weighted = one["weighted"][name]
            yield (
                one["code"] or "all", one["cases"], one["e"], name, value, above, below, weighted,
            )  # fmt: skip


def _plain(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> Rows:
    yield head
    yield from rows
