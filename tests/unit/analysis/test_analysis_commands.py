"""``python -m analysis`` as typed."""

from __future__ import annotations

import pandas as pd
from click.testing import CliRunner

from analysis.__main__ import cli
from analysis.progress import ProgressDisplay
from analysis.tables import COLUMNS
from tests.unit.analysis.releases import SURVEY, write_release

PLAN = """
recipes: {recipes}
tables:
  - id: t1
    stub: [e_meedoen, d_nu]
    banner: [groep, {{variable: r_route, where: "r_regime == 'wi2021'"}}]
    waves: [2024]
"""


def write_plan(folder):
    path = folder / "plan.yaml"
    path.write_text(PLAN.format(recipes=(SURVEY / "weights").resolve()))
    return path


def test_weight_command_writes_weights_and_diagnostics(tmp_path):
    release = write_release(tmp_path / "release")
    recipe = SURVEY / "weights" / "w1_cs.yaml"

    result = CliRunner().invoke(
        cli, ["weight", str(release), "--recipe", str(recipe), "--out", str(tmp_path / "out")]
    )

    assert result.exit_code == 0, result.output
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "diagnostics.json",
        "weights.csv",
    ]
    assert result.stdout == ""
    assert "w1_cs: calibrate" in result.stderr


def test_tables_command_writes_the_agreed_columns(tmp_path):
    release = write_release(tmp_path / "release")

    result = CliRunner().invoke(
        cli,
        [
            "tables",
            str(release),
            "--plan",
            str(write_plan(tmp_path)),
            "--out",
            str(tmp_path / "out"),
        ],
    )

    assert result.exit_code == 0, result.output
    rows = pd.read_csv(tmp_path / "out" / "tables.csv")
    assert tuple(rows.columns) == COLUMNS
    assert set(rows["banner"]) == {"total", "groep", "r_route"}
    assert not rows.duplicated(
        ["table", "stub", "stub_code", "banner", "banner_code", "statistic"]
    ).any()
    assert "SYNTHETISCH" in (tmp_path / "out" / "notes.txt").read_text()


def test_refused_release_leaves_no_files(tmp_path):
    release = write_release(tmp_path / "release")
    (release / "margins.csv").write_text("margin\n")
    recipe = SURVEY / "weights" / "w1_cs.yaml"

    result = CliRunner().invoke(
        cli, ["weight", str(release), "--recipe", str(recipe), "--out", str(tmp_path / "out")]
    )

    assert result.exit_code == 1
    assert "changed after export" in result.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["release"]


def test_interrupt_halfway_leaves_no_half_file(tmp_path, monkeypatch):
    release = write_release(tmp_path / "release")

    def interrupt(_, line):
        if line.startswith("writing"):
            raise KeyboardInterrupt

    monkeypatch.setattr(ProgressDisplay, "__call__", interrupt)
    result = CliRunner().invoke(
        cli,
        [
            "tables",
            str(release),
            "--plan",
            str(write_plan(tmp_path)),
            "--out",
            str(tmp_path / "out"),
        ],
    )

    assert result.exit_code == 130
    assert not (tmp_path / "out").exists()
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".out")]


def test_plan_without_a_fitting_recipe_says_which_waves(tmp_path):
    release = write_release(tmp_path / "release")
    plan = write_plan(tmp_path)
    plan.write_text(plan.read_text().replace("[2024]", "[2027, 2024]"))

    result = CliRunner().invoke(
        cli, ["tables", str(release), "--plan", str(plan), "--out", str(tmp_path / "out")]
    )

    assert result.exit_code == 1
    assert "waves [2027, 2024]" in result.stderr
