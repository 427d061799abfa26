"""Whoever tries the demo finds cases to open in every language of the wave."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from click.testing import CliRunner

from app.cli import main
from app.services.bootstrap import STUDY
from app.services.content.study_calendar import read_wave_plan


def test_small_demo_leaves_three_open_cases_in_each_language(tmp_path: Path) -> None:
    arguments = ["demo", "--people", "60", "--waves", "2024", "--no-serve", "--json"]

    done = CliRunner().invoke(main, ["--data", str(tmp_path / "demo"), *arguments])

    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)["codes"]
    left = Counter(one["language"] for one in told if one["status"] == "open")
    assert left.keys() == {*read_wave_plan(STUDY, 2024).languages}
    assert len(left) == 6
    assert min(left.values()) >= 3
