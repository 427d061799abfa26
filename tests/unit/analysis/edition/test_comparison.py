"""What differs between two releases: cases and variables by name, never an answer."""

import json
import shutil
from pathlib import Path

import pytest

from analysis.edition.comparison import compare
from analysis.errors import AnalysisError
from analysis.tables import COLUMNS
from tests.unit.analysis.releases import Row, write_release

TABLES = f"{','.join(COLUMNS)}\n"


def with_tables(folder: Path, *rows: str, **parts: object) -> Path:
    """An edition: a release in its archive, and a table of these rows."""
    folder.mkdir()
    write_release(folder.with_name(f"{folder.name}.archive") / "data")
    (folder / "tables.csv").write_text(TABLES + "".join(f"{row}\n" for row in rows))
    (folder / "manifest.json").write_text(json.dumps(parts))
    return folder


def test_two_copies_do_not_differ(tmp_path):
    first = write_release(tmp_path / "a")
    shutil.copytree(first, tmp_path / "b")

    assert compare(first, tmp_path / "b").is_equal


def test_cases_that_came_and_went_are_named(tmp_path):
    gone: list[str] = []

    def without_first(rows: list[Row]) -> None:
        gone.append(rows.pop(0)["case_id"])

    first = write_release(tmp_path / "a")
    second = write_release(tmp_path / "b", responses=without_first)

    there = list(compare(first, second).lines())
    back = list(compare(second, first).lines())
    assert f"case {gone[0]}, wave 2024: only in first" in there
    assert f"case {gone[0]}, wave 2024: only in second" in back


def test_changed_answers_are_named_by_variable_and_never_said(tmp_path):
    def change(rows: list[Row]) -> None:
        rows[3]["e_meedoen"] = "SECRET"

    first = write_release(tmp_path / "a")
    second = write_release(tmp_path / "b", responses=change)

    (case,) = compare(first, second).cases
    assert (case.what, case.variables) == ("other values", ("e_meedoen",))
    assert "SECRET" not in "\n".join(compare(first, second).lines())


def test_cell_that_differs_says_how_and_by_which_cause(tmp_path):
    row = "t1,2024,e_meedoen,1,total,total,share,{},0.02,0.1,0.3,400,20000.0,390.0,"
    first = with_tables(tmp_path / "a", row.format(0.21), recipes={"w1_cs.yaml": "1"})
    second = with_tables(tmp_path / "b", row.format(0.22), recipes={"w1_cs.yaml": "2"})

    found = compare(first, second)
    (cell,) = found.cells
    assert found.parts == {"recipe": ("w1_cs.yaml",)}
    assert cell.what == "value 0.21 -> 0.22"
    assert cell.causes == ("recipe differs",)


def test_cell_whose_answers_changed_says_how_many(tmp_path):
    row = "t1,2024,e_meedoen,1,total,total,share,{},0.02,0.1,0.3,400,20000.0,390.0,"
    other = "t1,2024,d_nu,betaald,total,total,share,{},0.02,0.1,0.3,400,20000.0,390.0,"
    first = with_tables(tmp_path / "a", row.format(0.21), other.format(0.5))
    second = with_tables(tmp_path / "b", row.format(0.22), other.format(0.4))

    def change(rows: list[Row]) -> None:
        rows[3]["e_meedoen"] = "5"
        rows[4]["e_meedoen"] = "5"

    write_release(tmp_path / "b.archive" / "data", responses=change)

    meedoen, work = compare(first, second).cells
    assert meedoen.causes == ("2 answers to e_meedoen changed",)
    assert work.causes == ("other answers changed, which weights or conditions may use",)


def test_folder_without_responses_is_refused_with_what_was_expected(tmp_path):
    first = write_release(tmp_path / "a")
    (tmp_path / "empty").mkdir()

    with pytest.raises(AnalysisError, match=r"expected responses\.csv"):
        compare(first, tmp_path / "empty")
