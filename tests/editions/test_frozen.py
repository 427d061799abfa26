"""An edition is frozen: made again it is the same, interrupted it is not there, and what it has
published binds the next one."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

from tests.editions.conftest import PLAN, ROOT, Edition, run


def test_manifest_names_every_file_with_its_hash_and_what_it_was_made_from(edition: Edition):
    manifest = json.loads(edition.file("manifest.json").read_text(encoding="utf-8"))
    release = json.loads((edition.release / "manifest.json").read_text(encoding="utf-8"))

    files = {path.name for path in edition.folder.iterdir()} - {"manifest.json"}
    assert manifest["files"].keys() == files
    for name, said in manifest["files"].items():
        content = edition.file(name).read_bytes()
        assert (said["sha256"], said["bytes"]) == (
            hashlib.sha256(content).hexdigest(),
            len(content),
        )
    assert manifest["data"]["responses.csv"] == release["files"]["responses.csv"]["sha256"]
    assert {one["wave"] for one in manifest["instrument_versions"]} == {2024, 2025}
    assert manifest["plan"] == {
        "name": PLAN.name,
        "sha256": hashlib.sha256(PLAN.read_bytes()).hexdigest(),
    }
    assert "w1_cs.yaml" in manifest["recipes"]
    assert manifest["synthetic"] is True


def test_made_again_from_its_archive_it_has_the_same_bytes(edition: Edition, tmp_path: Path):
    again = tmp_path / edition.folder.name
    kept = edition.archive
    run("analysis", "report", kept / "data", "--plan", kept / "study/tables" / PLAN.name,
        "--out", again)  # fmt: skip

    first = {path.name: path.read_bytes() for path in edition.folder.iterdir()}
    second = {path.name: path.read_bytes() for path in again.iterdir()}
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    assert "no difference" in run("analysis", "diff", edition.folder, again)


def test_archive_is_beside_the_edition_and_for_its_owner_only(edition: Edition):
    assert stat.S_IMODE(edition.archive.stat().st_mode) == 0o700
    assert not any(path.is_dir() for path in edition.folder.iterdir())
    assert "responses.csv" not in {path.name for path in edition.folder.iterdir()}


def test_interrupted_work_leaves_no_file(edition: Edition, tmp_path: Path):
    command = [sys.executable, "-m", "analysis", "report", str(edition.release),
               "--plan", str(PLAN), "--out", str(tmp_path / "book")]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("disclosure control"):
                process.send_signal(signal.SIGINT)
                break
        rest = process.stderr.read()

    assert process.returncode == 130
    assert "stopped; nothing was written" in rest
    assert list(tmp_path.iterdir()) == []


def without_one_respondent(release: Path, out: Path) -> Path:
    """The same release, but one person of 2024 had their answers taken out."""
    shutil.copytree(release, out)
    frame, responses = (_rows(out / name) for name in ("frame.csv", "responses.csv"))
    gone = next(
        row for row in responses if row["wave"] == "2024" and row["case_status"] == "complete"
    )
    for row in frame:
        if row["case_id"] == gone["case_id"]:
            row["disposition"] = "2.11"
    _write(out / "frame.csv", frame)
    _write(out / "responses.csv", [row for row in responses if row is not gone])
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    for name in ("frame.csv", "responses.csv"):
        content = (out / name).read_bytes()
        manifest["files"][name]["sha256"] = hashlib.sha256(content).hexdigest()
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return out


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_edition_that_differs_by_one_person_from_an_earlier_one_is_refused(
    edition: Edition, tmp_path: Path
):
    release = without_one_respondent(edition.release, tmp_path / "release")

    said = run("analysis", "tables", release, "--plan", PLAN, "--out", tmp_path / "later",
               "--earlier", edition.folder, expect=1)  # fmt: skip

    assert "releases book and later may not both be published" in said
    assert not (tmp_path / "later").exists()
    case = run("analysis", "diff", edition.release, release, expect=1)
    assert case.count("only in first") == 1
