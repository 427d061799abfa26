"""`waves preload`, as staff type it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.clock import FixedClock
from app.panel.states import Role
from app.services.bootstrap import make_context
from app.settings import Settings
from app.storage.migrate import upgrade
from tests.integration.preloads.conftest import STUDY, F, Panel, R, first_wave
from tests.integration.staff.conftest import add_account


@pytest.fixture
def panel(tmp_path: Path) -> Iterator[Panel]:
    """A data directory with a panel of two, in the wave of 2025 that is not open yet.

    Commands read the plan of the study that ships: in it too 2025 builds on 2024.
    """
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "demo.json").write_text("{}")
    settings = Settings.from_environment({}, data_dir=folder)
    upgrade(settings.database_url, settings.contacts_url)
    clock = FixedClock(datetime(2024, 1, 1, tzinfo=UTC))
    panel = Panel(make_context(settings, clock, study=STUDY))
    first_wave(panel, [{"w_stad": "ede"}, {"w_stad": "epe", "w_geboren": "1988"}])
    for person_id in panel.people:
        panel.enrol(2025, person_id=person_id)
    add_account(panel.ctx, Role.RESEARCHER, R)
    add_account(panel.ctx, Role.FIELDWORK, F)
    yield panel
    panel.ctx.databases.close()


def run(panel: Panel, *arguments: str | Path) -> Result:
    folder = panel.ctx.settings.data_dir
    given = ["--data", str(folder), "waves", "preload", "--wave", "2025", *map(str, arguments)]
    return CliRunner().invoke(main, given)


def said(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output


def test_from_freezing_to_approval(panel: Panel, tmp_path: Path) -> None:
    file = tmp_path / "review.csv"
    assert said(run(panel, "--by", F)).startswith(
        "wave 2025: 2 preloads frozen as version 1, of what was told in 2024\ndrawn for x_di: "
    )
    looked = said(run(panel, "--by", R, "--review", file, "--sample", "1"))
    assert f"{file}: version 1 of wave 2025, 2 people, 5 variables that it looks back at" in looked
    assert "1 people in words" in looked
    approved = run(panel, "--by", R, "--approve")
    assert said(approved) == f"wave 2025: version 1 approved by {R}\n"
    assert "approved 2" in said(run(panel, "--list"))
    assert "0 preloads frozen anew: all as in version 1" in said(run(panel, "--by", F))


def test_correction_makes_a_new_version(panel: Panel, tmp_path: Path) -> None:
    said(run(panel, "--by", F))
    whole = run(panel, "--by", R, "--leave-out", "w_geboren", "--reason", "typed wrongly")
    assert "1 corrections recorded, 0 were known" in said(whole)
    assert "2 preloads frozen as version 2 without 1 answers" in whole.output
    file = tmp_path / "wrong.csv"
    file.write_text(f"person_id,variable,reason\n{panel.people[0].hex},w_stad,phoned us\n")
    # Of the first person nothing is left.
    assert "1 preloads frozen as version 3 without 2" in said(
        run(panel, "--by", R, "--leave-out-file", file)
    )
    assert "1 corrections ended" in said(run(panel, "--by", R, "--put-back", "w_stad"))
    listed = said(run(panel, "--list")).splitlines()
    assert [line.split("  ")[-1] for line in listed] == ["replaced"] * 3 + ["not reviewed"]


def test_faults_of_a_file_are_told_together_and_nothing_is_frozen(
    panel: Panel, tmp_path: Path
) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text("person_id,variable,reason\nnobody,w_stad,why\n,w_stat,\nx,y\n")
    refused = run(panel, "--by", R, "--leave-out-file", file)
    assert refused.exit_code == 1
    assert "line 4: 2 cells, expected 3" in refused.output
    file.write_text("person_id,variable,reason\nnobody,w_stad,why\nnobody,w_stat,\n")
    refused = run(panel, "--by", R, "--leave-out-file", file)
    assert refused.output.splitlines() == [
        "line 2: no such person in wave 2025",
        'line 3: wave 2025 looks back at no variable "w_stat"',
        "line 3: no such person in wave 2025",
        "line 3: no reason is given",
        "Error: nothing was left out and nothing frozen",
    ]
    assert said(run(panel, "--list")) == ""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "line 1: expected the columns person_id, variable, reason"),
        (b"person,variable,reason\n", "line 1: expected the columns"),
        (b"person_id,variable,reason\n", "the file has no lines"),
        (b"\xff\xfe", "the file is not UTF-8"),
        (b'person_id,variable,reason\n"a,b', "unexpected end of data"),
    ],
)
def test_file_that_is_none_is_refused(
    panel: Panel, tmp_path: Path, content: bytes, words: str
) -> None:
    file = tmp_path / "wrong.csv"
    file.write_bytes(content)
    refused = run(panel, "--by", R, "--leave-out-file", file)
    assert refused.exit_code == 1
    assert words in refused.output


def test_who_works_with_names_sees_no_answers(panel: Panel, tmp_path: Path) -> None:
    said(run(panel, "--by", F))
    for what in (["--review", tmp_path / "r.csv"], ["--approve"], ["--leave-out", "w_stad"]):
        refused = run(panel, "--by", F, *what)
        assert refused.exit_code == 1
        assert "fieldwork; this is for admin, researcher" in refused.output
    assert not (tmp_path / "r.csv").exists()


def test_what_cannot_be_asked_for_is_said(panel: Panel, tmp_path: Path) -> None:
    assert "--by: who does it goes on record" in run(panel).output
    assert "one thing at a time" in run(panel, "--by", R, "--approve", "--list").output
    assert "no preload of wave 2025 is frozen" in run(panel, "--by", R, "--approve").output
    said(run(panel, "--by", F))
    assert "nobody looked at version 1" in run(panel, "--by", R, "--approve").output
    there = tmp_path / "there.csv"
    there.write_text("mine")
    assert "is there already" in run(panel, "--by", R, "--review", there).output
    assert there.read_text() == "mine"
