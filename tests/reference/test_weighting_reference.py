"""Every reference case, through the public API, at its tolerance."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reference.agreement import disagreements
from tests.reference.run_cases import Folder, plain, run_case

HERE = Path(__file__).parent / "weighting"
FOLDERS = {name: Folder(HERE / f"{name}.json") for name in ("expected", "two_stage")}
CASES = [(name, case) for name, folder in FOLDERS.items() for case in folder.cases]


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{n}-{c['id']}" for n, c in CASES])
def test_result_agrees_with_r(name, case):
    got = plain(run_case(FOLDERS[name], case))

    assert disagreements(case, got, HERE) == []


@pytest.mark.parametrize(
    ("fault", "level"),
    [
        ("empty_level", "onbekend"),
        ("missing_level", "overig"),
        ("inconsistent", "30600"),
        ("na_in_aux", "3 of"),
    ],
)
def test_faulty_margin_is_refused_by_name_and_level(fault, level):
    case = next(c for _, c in CASES if c["args"].get("fault") == fault)

    refusal = run_case(FOLDERS["expected"], case)

    assert refusal["must_fail"] is True
    assert case["args"]["margin"] in refusal["message"]
    assert level in refusal["message"]


def test_infeasible_bounds_name_what_cannot_be_met():
    for _, case in CASES:
        if case["id"].endswith("infeasible_bounds"):
            message = run_case(FOLDERS["expected"], case)["message"]
            assert "api99" in message
            assert "nearest" in message


def test_command_writes_every_case(tmp_path):
    """Cases are chosen by operation: the command knows no case by its name."""
    document = json.loads((HERE / "two_stage.json").read_text())
    for number, case in enumerate(document["cases"]):
        case["id"] = f"other-{number}"
    (tmp_path / "apiclus2.csv").write_bytes((HERE / "apiclus2.csv").read_bytes())
    (tmp_path / "expected.json").write_text(json.dumps(document))

    done = subprocess.run(
        [
            sys.executable,
            "tests/reference/run_cases.py",
            tmp_path / "expected.json",
            "--out",
            tmp_path / "got.json",
        ],
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    got = json.loads((tmp_path / "got.json").read_text())
    assert all(not disagreements(case, got[case["id"]], tmp_path) for case in document["cases"])
