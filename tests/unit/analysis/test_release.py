"""Reading a release folder."""

from __future__ import annotations

import json

import pytest

from analysis.errors import ReleaseError, UnknownVariableError
from analysis.responses import read_release, responses_of
from tests.unit.analysis.releases import write_release


def test_release_is_refused_when_a_file_changed_after_export(tmp_path):
    folder = write_release(tmp_path / "release")
    frame = folder / "frame.csv"
    frame.write_text(frame.read_text().replace("asiel", "gezin", 1))

    with pytest.raises(ReleaseError, match=r"frame\.csv: changed after export"):
        read_release(folder)


def test_release_is_refused_when_a_person_answers_twice_in_a_wave(tmp_path):
    folder = write_release(tmp_path / "release", responses=lambda rows: rows.append(dict(rows[0])))

    with pytest.raises(ReleaseError, match=r"occurs twice in wave 2024"):
        read_release(folder)


def test_release_is_refused_when_the_codebook_promises_a_column_that_is_absent(tmp_path):
    def drop(rows):
        for row in rows:
            del row["d_nu__geen"]

    folder = write_release(tmp_path / "release", responses=drop)

    with pytest.raises(ReleaseError, match="d_nu__geen"):
        read_release(folder)


def test_release_without_manifest_is_no_release(tmp_path):
    with pytest.raises(ReleaseError, match="no manifest"):
        read_release(tmp_path)


def test_manifest_may_list_files_as_rows(tmp_path):
    folder = write_release(tmp_path / "release")
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"] = [{"name": n, "rows": 1, **f} for n, f in manifest["files"].items()]
    path.write_text(json.dumps(manifest))

    assert set(read_release(folder).manifest.hashes) == {m["name"] for m in manifest["files"]}


def test_answer_outside_the_codebook_is_an_error_not_a_loss(tmp_path):
    def corrupt(rows):
        rows[0]["e_meedoen"] = "9"

    responses = responses_of(read_release(write_release(tmp_path / "release", responses=corrupt)))

    with pytest.raises(ReleaseError, match=r"'e_meedoen': answers not in the codebook: 9"):
        responses.coded("e_meedoen")


def test_unknown_variable_is_named_with_its_neighbours(tmp_path):
    release = read_release(write_release(tmp_path / "release"))

    with pytest.raises(
        UnknownVariableError, match="'groepp' is not in the codebook; did you mean groep"
    ):
        _ = release.codebook["groepp"]


def test_answers_are_the_text_of_the_file_and_nothing_else(tmp_path):
    """Codes that look like numbers keep their zeros, and text its commas, quotes and lines."""
    texts = ["01", "1.0", "", 'a, "b"', "two\nlines", "NA", "ያለ", "2024-05"]

    def put(rows):
        for row, text in zip(rows, texts, strict=False):
            row["r_brief"] = text

    responses = responses_of(read_release(write_release(tmp_path / "release", responses=put)))

    assert responses.column("r_brief").tolist()[: len(texts)] == texts
    assert set(responses.column("wave")) == {"2024"}


def test_a_row_with_too_few_cells_is_refused_with_the_file(tmp_path):
    folder = write_release(tmp_path / "release")
    with (folder / "responses.csv").open("a", encoding="utf-8") as lines:
        lines.write("P1,C1\n")

    with pytest.raises(ReleaseError, match=r"responses\.csv"):
        read_release(folder, verify=False)
