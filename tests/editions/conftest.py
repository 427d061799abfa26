"""One edition of a demo study, made by the commands; all tests of this folder read its files."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLAN = ROOT / "surveys/perspectief/tables/key_figures.yaml"


def run(*arguments: str | Path, expect: int = 0) -> str:
    """Run a command of the project; give what it says on standard output and standard error."""
    done = subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == expect, done.stderr[-2000:]
    return done.stdout + done.stderr


@dataclass(frozen=True)
class Edition:
    """A release and the edition of it."""

    release: Path
    folder: Path

    @property
    def archive(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.archive")

    def file(self, name: str) -> Path:
        return self.folder / name


@pytest.fixture(scope="session")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """Key figures of 1,200 synthetic people in two waves: many cells have to be masked."""
    place = tmp_path_factory.mktemp("edition")
    run("app", "--data", place / "demo", "demo", "--people", "1200",
        "--waves", "2024,2025", "--seed", "4", "--no-serve", "--json")  # fmt: skip
    run(
        "app", "--data", place / "demo", "export", "--wave", "2024,2025", "--out", place / "release"
    )
    run("analysis", "report", place / "release", "--plan", PLAN, "--out", place / "book")
    return Edition(place / "release", place / "book")
