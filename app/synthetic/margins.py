"""Published counts read from the margin files, and whole people made of them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path


class MarginError(ValueError):
    """A margin file lacks a count that the population needs."""


Row = Mapping[str, str]
"""One line of a margin file; read are ``margin``, ``category`` and ``value``."""


def read_rows(path: Path) -> list[Row]:
    """Return the lines of a CSV file with a header."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def group_by_act(rows: Iterable[Row]) -> dict[str, int]:
    """Return persons per cell, for example ``{"asiel_wi2021": 34400, …}``, without the total.

    Raises
    ------
    MarginError
        If the file holds no ``group_x_act`` counts.
    """
    counts = {
        _parts(row)["groep"]: int(row["value"]) for row in rows if row["margin"] == "group_x_act"
    }
    counts.pop("all", None)
    if not counts:
        raise MarginError("no group_x_act counts: expected rows groep=<group>_<act>")
    return counts


def nationality_by_group(rows: Iterable[Row]) -> dict[str, dict[str, int]]:
    """Return persons by ``asiel`` or ``gezin_overig`` and nationality, as published.

    Raises
    ------
    MarginError
        If either of the two published columns is missing.
    """
    counts: dict[str, dict[str, int]] = {"asiel": {}, "gezin_overig": {}}
    for row in rows:
        if row["margin"] == "nationality_x_group":
            parts = _parts(row)
            if parts["group"] in counts:
                counts[parts["group"]][parts["nationality"]] = int(row["value"])
    empty = [group for group, found in counts.items() if not found]
    if empty:
        raise MarginError(f"no nationality_x_group counts for {', '.join(empty)}")
    return counts


def apportion(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """Divide whole people in proportion to weights; the largest remainders get the last ones.

    The result sums to ``total`` exactly. Ties go to the name that comes first in ``weights``.
    """
    weight_sum = sum(weights.values())
    exact = {name: total * weight / weight_sum for name, weight in weights.items()}
    counts = {name: int(share) for name, share in exact.items()}
    by_remainder = sorted(exact, key=lambda name: counts[name] - exact[name])
    for name in by_remainder[: total - sum(counts.values())]:
        counts[name] += 1
    return counts


def _parts(row: Row) -> dict[str, str]:
    """``"nationality=SY;group=asiel"`` as a mapping."""
    return dict(part.split("=", 1) for part in row["category"].split(";"))
