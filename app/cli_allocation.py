"""How many units of each stratum a command draws, as it is told by options and files."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import click

from app.services.fieldwork import draws


def allocation_of(
    file: Path | None, size: int | None, minimum: int, optimal: Path | None
) -> draws.Allocation:
    """Return how a draw is divided: by a size, or by a file with columns ``stratum,units``.

    Raises
    ------
    click.UsageError, click.ClickException
        If not exactly one of the two is given, or a file cannot be read so.
    """
    if (file is None) == (size is None):
        raise click.UsageError("give --size or --allocation, one of the two")
    given = None if file is None else _numbers(file, "units")
    deviations = None if optimal is None else _numbers(optimal, "deviation")
    whole = None if given is None else {name: int(value) for name, value in given.items()}
    return draws.Allocation(whole, size, minimum, deviations)


def _numbers(file: Path, column: str) -> Mapping[str, float]:
    """Return the numbers of a CSV by stratum."""
    found: dict[str, float] = {}
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            for line, row in enumerate(csv.DictReader(lines), 2):
                stratum, value = row["stratum"], float(row[column])
                if stratum in found or value < 0 or (column == "units" and value % 1):
                    raise click.ClickException(f"{file.name}:{line}: twice, or no such number")
                found[stratum] = value
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise click.ClickException(f"{file.name}: expected columns stratum,{column}") from error
    return found
