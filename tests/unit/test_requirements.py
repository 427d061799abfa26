"""On a machine that promises a server or browser, a test that needs it cannot be skipped."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SKIPPING = """
import pytest

@pytest.mark.postgresql
def test_needs_a_server():
    pytest.skip("no server here")

@pytest.fixture
def server():
    pytest.skip("no server here either")

@pytest.mark.postgresql
def test_needs_a_server_through_a_fixture(server):
    pass

@pytest.mark.browser
def test_needs_a_browser():
    pytest.skip("no browser here")

@pytest.mark.postgresql
def test_runs():
    pass
"""


def run(tmp_path: Path, require: str) -> str:
    (tmp_path / "test_skipping.py").write_text(SKIPPING)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  postgresql: x\n  browser: y\n")
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.requirements", "-rsf", "."],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "REQUIRE": require, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return finished.stdout + finished.stderr


def test_skip_is_a_skip_where_nothing_is_required(tmp_path: Path) -> None:
    assert "1 passed, 3 skipped" in run(tmp_path, "")


def test_skip_of_a_required_kind_is_a_failure_that_says_why(tmp_path: Path) -> None:
    output = run(tmp_path, "postgresql")
    assert "1 passed, 1 skipped, 1 error" in output or "1 failed, 1 passed, 1 skipped" in output
    assert "REQUIRE=postgresql, but: Skipped: no server here" in output
    assert "no server here either" in output


@pytest.mark.parametrize("require", ["postgres", "browser,chrome"])
def test_requirement_that_is_no_marker_is_refused(tmp_path: Path, require: str) -> None:
    assert "REQUIRE names no marker" in run(tmp_path, require)
