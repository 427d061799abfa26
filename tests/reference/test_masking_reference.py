"""Tables to mask: nothing primary comes back, and little more is masked than must be."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.reference import masking
from tests.reference.run_cases import run_masking

HERE = Path(__file__).parent / "weighting"
CASES = json.loads((HERE / "sdc.json").read_text())["cases"]
ALLOWED = 1.5
SECONDS = 20.0
SMALL = [(seed, rows, columns) for seed in range(6) for rows, columns in ((3, 4), (5, 4))]
LARGE = [(20, 12, 6.0), (20, 12, 10.0), (20, 12, 25.0), (20, 12, 90.0), (16, 10, 14.0)]


def case_of(counts, minimum=10) -> dict:
    rows, columns = np.shape(counts)
    return {
        "id": "any",
        "rows": [f"r{k}" for k in range(rows)],
        "cols": [f"c{k}" for k in range(columns)],
        "counts": np.asarray(counts).tolist(),
        "rule": {
            "min_count": minimum,
            "interval_width": minimum,
            "zeros": "published",
            "grand_total": "published",
        },
    }


def pattern(case) -> tuple[np.ndarray, np.ndarray]:
    full = masking.with_totals(case["counts"])
    masked = np.zeros(full.shape, dtype=bool)
    masked[tuple(np.array(run_masking(None, case), dtype=int).reshape(-1, 2).T)] = True
    return full, masked


def recovered(case) -> list[tuple[int, float]]:
    """Primary cells that are printed, or known better than they may be."""
    full, masked = pattern(case)
    rule = case["rule"]
    small = np.flatnonzero((full.ravel() > 0) & (full.ravel() < rule["min_count"]))
    widths = [(int(cell), masking.width(full, masked, cell)) for cell in small]
    return [(cell, wide) for cell, wide in widths if wide < rule["interval_width"] - 1e-6]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_reference_table_is_protected_at_the_least_cost(case):
    full, masked = pattern(case)

    assert recovered(case) == []
    assert not masked[-1, -1]
    assert masking.cost(full, masked) == case["expected"]["optimal_cost"]


@pytest.mark.parametrize(("seed", "rows", "columns"), SMALL)
def test_other_small_tables_are_protected_near_the_optimum(seed, rows, columns):
    counts = masking.random_counts(seed, rows, columns, 14.0)
    case = case_of(counts)

    full, masked = pattern(case)

    assert recovered(case) == []
    assert masking.cost(full, masked) <= ALLOWED * masking.least_cost(counts, 10, 10.0) + 1e-6


@pytest.mark.parametrize(("rows", "columns", "per_cell"), LARGE)
def test_large_tables_are_protected_in_time(rows, columns, per_cell):
    case = case_of(masking.random_counts(7, rows, columns, per_cell))
    started = time.process_time()
    run_masking(None, case)
    taken = time.process_time() - started

    assert taken < SECONDS
    assert recovered(case) == []


def test_zeros_stay_printed_unless_that_is_dear():
    counts = masking.random_counts(3, 12, 8, 40.0)
    full, masked = pattern(case_of(counts))

    assert (full == 0).any()
    assert not masked[full == 0].any()


def test_order_of_rows_and_columns_plays_no_part():
    case = case_of(masking.random_counts(11, 8, 6, 12.0))
    turned = case | {
        "rows": case["rows"][::-1],
        "cols": case["cols"][::-1],
        "counts": np.asarray(case["counts"])[::-1, ::-1].tolist(),
    }

    masked, back = pattern(case)[1], pattern(turned)[1]

    assert (masked[:-1, :-1] == back[:-1, :-1][::-1, ::-1]).all()
    assert (masked[:-1, -1] == back[:-1, -1][::-1]).all()
    assert (masked[-1, :-1] == back[-1, :-1][::-1]).all()


@pytest.mark.parametrize("named", ["expected.json", "sdc.json"])
def test_command_masks_any_folder_by_definition(tmp_path, named):
    """Beside the cases of `expected.json`, or named by itself; whatever the cases are called."""
    cases = [case | {"id": f"other-{k}"} for k, case in enumerate(CASES[:3])]
    bare = [{key: case[key] for key in ("id", "rows", "cols", "counts", "rule")} for case in cases]
    (tmp_path / "sdc.json").write_text(
        json.dumps({"format": "weighting-oracle-sdc/1", "cases": bare})
    )
    empty = {"format": "weighting-oracle/1", "cases": [], "designs": {}, "datasets": {}}
    (tmp_path / "expected.json").write_text(json.dumps(empty))
    command = ["tests/reference/run_cases.py", tmp_path / named, "--out", tmp_path / "got.json"]

    done = subprocess.run([sys.executable, *command], check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    got = json.loads((tmp_path / "got.json").read_text())
    assert got == {case["id"]: run_masking(None, case) for case in cases}
