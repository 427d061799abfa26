"""The folder of data files of a release, as the people who get it use it."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from analysis.errors import CancelledError
from analysis.export.microdata import Example, write_microdata
from analysis.export.microdata_weights import replicated
from analysis.export.numbering import read_numbering
from analysis.responses import Release, read_release
from analysis.shares import share
from analysis.weighting.recipe import read_recipe
from analysis.weighting.run import weigh, weighted_responses
from tests.unit.analysis.releases import SURVEY, write_release

EXAMPLE = Example("e_meedoen", "sekse")


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return read_release(write_release(tmp_path / "release", waves=(2024, 2025)))


@pytest.fixture
def recipes(tmp_path: Path) -> Path:
    """The recipes that a small release has people for."""
    folder = tmp_path / "weights"
    folder.mkdir()
    for name in ("w1_cs", "w2_cs", "w12_lg", "w3_cs", "w1_np"):
        text = (SURVEY / f"weights/{name}.yaml").read_text(encoding="utf-8")
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def written(release: Release, recipes: Path, out: Path, **options: object) -> tuple[str, ...]:
    return write_microdata(release, out, recipes=recipes, example=EXAMPLE, **options)


def test_folder_holds_every_file_and_the_text_names_each(release, recipes, tmp_path):
    names = written(release, recipes, tmp_path / "out")

    assert sorted(names) == sorted(path.name for path in (tmp_path / "out").iterdir())
    assert {Path(name).suffix for name in names} >= {".sav", ".dta", ".parquet", ".xml", ".html"}
    text = (tmp_path / "out/LEESMIJ.txt").read_text(encoding="utf-8")
    assert all(name in text for name in names if name != "LEESMIJ.txt")


def test_text_says_microdata_synthetic_weights_by_wave_and_missing_codes(
    release, recipes, tmp_path
):
    written(release, recipes, tmp_path / "out", language="en")

    text = (tmp_path / "out/README.txt").read_text(encoding="utf-8")
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert text.startswith("SYNTHETIC")
    assert "MICRODATA" in text
    assert any(line.startswith("w12_lg 2024, 2025") for line in lines)
    # A wave still to come has no weight, and nobody came by the open link.
    assert not any(line.startswith(("w3_cs", "w1_np")) for line in lines)
    assert any(line.startswith("-3 skip") for line in lines)
    assert "-9991 to -9995" in text


def test_each_row_has_the_weights_of_its_wave_and_its_stratum(release, recipes, tmp_path):
    written(release, recipes, tmp_path / "out")

    frame, _ = pyreadstat.read_sav(tmp_path / "out/perspectief.sav", user_missing=True)
    first = frame["wave"] == 2024
    assert frame.loc[first, "w1_cs"].notna().any()
    assert frame.loc[~first, "w1_cs"].isna().all()
    assert frame.loc[~first, "w2_cs"].notna().any()
    weighted = frame[frame["w1_cs"].notna()]
    assert (weighted["stratum"].str.strip() != "").all()
    assert weighted["stratum_population"].notna().all()
    in_design = frame.loc[frame["w2_cs"].notna(), "stratum_population"]
    assert in_design.notna().all()


def test_frozen_numbers_of_the_study_are_in_the_file(release, recipes, tmp_path):
    numbering = read_numbering(SURVEY / "numbering.json")

    written(release, recipes, tmp_path / "out", numbering=numbering)

    _, about = pyreadstat.read_sav(tmp_path / "out/perspectief.sav", metadataonly=True)
    assert set(about.variable_value_labels["r_grp"]) >= set(numbering["r_grp"].numbers.values())


def test_python_program_remakes_its_table_from_the_file_of_all_waves(release, recipes, tmp_path):
    written(release, recipes, tmp_path / "out")
    (program,) = (tmp_path / "out").glob("*.py")

    done = subprocess.run(
        [sys.executable, program.name], cwd=program.parent, check=False, capture_output=True
    )

    assert done.returncode == 0, done.stderr
    made = pd.read_csv(program.with_name(f"{program.stem}_python.csv"), dtype={"stub_code": str})
    recipe = read_recipe(SURVEY / "weights/w2_cs.yaml")
    rows = share(weighted_responses(release, weigh(release, recipe)), "e_meedoen").rows
    expected = rows[rows["statistic"] == "share"].set_index("stub_code")["value"].dropna()
    total = made[made["banner"] == "total"].set_index("stub_code")["value"]
    assert total[expected.index].to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-9)


def test_replicates_meet_the_margins_and_stand_beside_their_weight(release, recipes, tmp_path):
    names = written(release, recipes, tmp_path / "out", replicates=20)

    assert [name for name in names if name.endswith(".zsav")] == [
        "perspectief-2024-replicates.zsav",
        "perspectief-2025-replicates.zsav",
    ]
    frame, _ = pyreadstat.read_sav(tmp_path / "out" / "perspectief-2024-replicates.zsav")
    replicates = frame[[f"w1_cs_rep{k:03d}" for k in range(1, 21)]].to_numpy()
    groups = pd.get_dummies(frame["groep"]).to_numpy(dtype=float)
    assert replicates.T @ groups == pytest.approx(
        np.tile(frame["w1_cs"].to_numpy() @ groups, (20, 1)), rel=1e-9
    )
    assert replicates.std(axis=1).min() > 0


def test_replicate_errors_agree_with_linearised_ones(release):
    responses = weighted_responses(
        release, weigh(release, read_recipe(SURVEY / "weights/w1_cs.yaml"))
    )
    columns = replicated(responses, 400, seed=3)
    replicates = np.column_stack([c.values for c in columns if "_rep" in c.name]).astype(float)
    said = (responses.column("e_meedoen") == "1").to_numpy(dtype=float)
    known = responses.known("e_meedoen").astype(float)

    shares = (replicates.T @ said) / (replicates.T @ known)

    rows = share(responses, "e_meedoen").rows
    linearised = rows[(rows["statistic"] == "share") & (rows["stub_code"] == "1")]["se"].iloc[0]
    # 400 replicates give the error itself within 1 / sqrt(800) = 3.5 %, three times over.
    assert shares.std(ddof=1) == pytest.approx(linearised, rel=0.12)


def test_only_the_owner_may_read_the_folder(release, recipes, tmp_path):
    written(release, recipes, tmp_path / "out")

    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700


def test_stopped_work_leaves_no_file(release, recipes, tmp_path):
    told: list[str] = []

    def stop(line: str) -> None:
        told.append(line)
        if "parquet" in line:
            raise CancelledError

    with pytest.raises(CancelledError):
        written(release, recipes, tmp_path / "out", progress=stop)

    assert "file 1 of 5: perspectief.sav" in told
    assert not (tmp_path / "out").exists()


def test_same_release_gives_the_same_bytes(release, recipes, tmp_path):
    for name in ("a", "b"):
        written(release, recipes, tmp_path / name, replicates=5)

    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name
