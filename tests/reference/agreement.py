"""Whether a result agrees with a reference case."""

from __future__ import annotations

import csv
import math
from pathlib import Path

NOT_NUMBERS = {"r_message", "weights_file", "replicates_file", "id_column", "message_must_name"}
SMALLEST_SIZE = 1e-6
NOISE = 1e-9
TWIN = "_projection"


def disagreements(case, got, folder: Path):
    """Every place where a result differs from a case, as readable lines; empty when it agrees."""
    expected = dict(case["expected"])
    tolerance = case["tol_rel"]
    found = []
    if "weights_file" in expected and not expected.get("must_fail"):
        found += _weights(folder / expected["weights_file"], got.get("weights", {}), tolerance)
    for name in [name for name in expected if f"{name}{TWIN}" in expected]:
        # Ours is the residual variance; it answers for the block without the twin's name too.
        twin = expected.pop(f"{name}{TWIN}")
        del expected[name]
        answer = got.get(f"{name}{TWIN}", got.get(name))
        found += _compare(twin, answer, tolerance, name, largest(twin))
    return found + _compare(expected, got, tolerance, "", largest(expected))


def largest(value):
    """The largest number of a block, in size."""
    if isinstance(value, dict):
        return max((largest(v) for k, v in value.items() if k not in NOT_NUMBERS), default=0)
    if isinstance(value, list):
        return max((largest(v) for v in value), default=0)
    return abs(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0


def _weights(path, got, tolerance):
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))[1:]
    wanted = {key: float(weight) for key, weight in rows}
    if set(wanted) != set(got):
        return [f"weights of {len(got)} rows, {len(wanted)} were expected"]
    return [
        f"weight of {key}: {got[key]!r}, expected {weight!r}"
        for key, weight in wanted.items()
        if not abs(got[key] - weight) <= tolerance * abs(weight)
    ]


def _compare(expected, got, tolerance, path, size):
    if isinstance(expected, dict):
        if not isinstance(got, dict):
            return [f"{path}: {got!r} is no object"]
        own = largest(expected)
        return [
            line
            for key, value in expected.items()
            if key not in NOT_NUMBERS
            for line in _compare(value, got.get(key, "absent"), tolerance, f"{path}/{key}", own)
        ]
    if isinstance(expected, list):
        if not isinstance(got, list) or len(got) != len(expected):
            return [f"{path}: not a list of {len(expected)}"]
        size = max(size, largest(expected))
        return [
            line
            for k, (value, other) in enumerate(zip(expected, got, strict=True))
            for line in _compare(value, other, tolerance, f"{path}[{k}]", size)
        ]
    return [] if _agrees(expected, got, tolerance, size) else [f"{path}: {got!r}, not {expected!r}"]


def _agrees(expected, got, tolerance, size):
    if isinstance(expected, bool | str):
        return str(expected) == str(got)
    if expected is None:
        return got is None
    if not isinstance(got, int | float) or math.isnan(got):
        return False
    gap = abs(got - expected)
    return gap <= tolerance * max(abs(expected), SMALLEST_SIZE) or gap <= NOISE * size
