"""An edition is in its folder completely or not at all."""

import json
from pathlib import Path

import pytest

from analysis.edition.whole_folder import whole_folder


def edition(folder: Path, files: dict[str, str]) -> None:
    with whole_folder(folder) as place:
        for name, text in files.items():
            (place / name).write_text(text)
        (place / "manifest.json").write_text(json.dumps({"files": dict.fromkeys(files)}))


def interrupted(folder: Path, interruption: type[BaseException]) -> None:
    with whole_folder(folder) as place:
        (place / "tables.csv").write_text("half")
        raise interruption


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, RuntimeError])
def test_interrupted_work_leaves_nothing_and_an_earlier_edition_untouched(tmp_path, interruption):
    out = tmp_path / "out"
    edition(out, {"tables.csv": "first"})

    with pytest.raises(interruption):
        interrupted(out, interruption)

    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (out / "tables.csv").read_text() == "first"


def test_files_of_an_earlier_edition_do_not_stay_beside_the_new(tmp_path):
    out = tmp_path / "out"
    edition(out, {"tables.csv": "first", "report.pdf": "first"})
    (out / "notes of the analyst.txt").write_text("mine")

    edition(out, {"tables.csv": "second"})

    assert sorted(path.name for path in out.iterdir()) == [
        "manifest.json",
        "notes of the analyst.txt",
        "tables.csv",
    ]
    assert (out / "tables.csv").read_text() == "second"
