"""`python -m app simulate`: invented people answer a server of this machine over HTTP."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from tests.journeys.conftest import MakeStudy
from tests.journeys.fielding import field_panel, write_codes
from tests.journeys.rows import interview_of
from tests.journeys.serving import served


def simulate(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["simulate", *map(str, arguments)])


@pytest.mark.parametrize("habit", [(), ("--double",)])
def test_robots_answer_open_cases_and_tell_what_came_of_it(
    make_study: MakeStudy, tmp_path: Path, habit: tuple[str, ...]
) -> None:
    ctx = make_study("study")
    invited = field_panel(ctx, 2024, each=2)
    codes = write_codes(tmp_path, invited)

    with served(ctx) as url:
        done = simulate("--url", url, "--codes", codes, "--robots", "8", "--json", *habit)

    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["robots"] == 8
    assert sum(told["endings"].values()) == 8
    assert told["errors"] == {}
    assert told["post_ms"]["median"] > 0
    with ctx.databases.research.read() as connection:
        rows = [interview_of(connection, one.case_id) for one in invited[:8]]
    stored = [str(row["status"]) for row in rows]
    assert {ending: stored.count(ending) for ending in set(stored)} == told["endings"]
    # Each saved page is one revision, and so is the submission.
    assert sum(int(str(row["revision"])) for row in rows) == told["saves"] + stored.count(
        "complete"
    )


def test_without_json_the_outcome_is_told_in_words(make_study: MakeStudy, tmp_path: Path) -> None:
    ctx = make_study("study")
    codes = write_codes(tmp_path, field_panel(ctx, 2024, each=1))

    with served(ctx) as url:
        done = simulate("--url", url, "--codes", codes, "--wave", "2024", "--robots", "2")

    assert done.exit_code == 0, done.output
    assert done.output.startswith("wave 2024: 2 robots in ")
    assert "pages saved" in done.output


@pytest.mark.parametrize(
    "url", ["https://survey.example.nl", "http://192.0.2.7:8000", "http://example.org"]
)
def test_other_machines_are_left_alone(make_study: MakeStudy, tmp_path: Path, url: str) -> None:
    codes = write_codes(tmp_path, field_panel(make_study("study"), 2024, each=1))

    done = simulate("--url", url, "--codes", codes)

    assert done.exit_code == 1
    assert f"{url} is not an address such as http://localhost:8000" in done.output


def test_a_wave_without_open_cases_is_named(tmp_path: Path) -> None:
    codes = write_codes(tmp_path, [])

    done = simulate("--codes", codes, "--wave", "2025")

    assert done.exit_code == 1
    assert "has no case to answer in that wave" in done.output
