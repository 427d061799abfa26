"""The archive of an edition: everything to make it again, and what disclosure control knew.

It holds answers, true counts and which cells were primary. It is for the keepers of the study and
is never published: that is why it lies beside the edition and not in it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from analysis.disclosure.differencing import ReleaseCells
from analysis.edition.whole_folder import MANIFEST
from analysis.errors import AnalysisError
from analysis.responses import REQUIRED_FILES, Release
from analysis.study_files import StudyFiles

DATA, STUDY = "data", "study"
CELLS, LOG = "cells.json", "disclosure.json"


def archive_of(edition: Path) -> Path:
    """Give the place of the archive of an edition: beside it, with ``.archive`` to its name."""
    return edition.with_name(f"{edition.name}.archive")


def write_archive(
    folder: Path,
    release: Release,
    study: StudyFiles,
    cells: ReleaseCells,
    log: Mapping[str, Any],
) -> None:
    """Fill a folder with data, study files, cells with their true counts, and the audit log.

    Answers as they came in (``answers.csv`` of a release) are not copied.
    """
    (folder / DATA).mkdir()
    for name in REQUIRED_FILES:
        shutil.copyfile(release.folder / name, folder / DATA / name)
    manifest = json.loads((release.folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"] = {name: manifest["files"][name] for name in REQUIRED_FILES}
    _write_json(folder / DATA / MANIFEST, manifest)
    _copy_study(study, folder / STUDY)
    _write_json(folder / CELLS, cells.to_json())
    _write_json(folder / LOG, log)


def _copy_study(study: StudyFiles, folder: Path) -> None:
    """Lay the files out as a study does, so that the archived plan finds what belongs to it."""
    kept = (("tables", (study.plan,)), ("weights", study.recipe_files), ("", study.others))
    for name, paths in kept:
        (folder / name).mkdir(parents=True, exist_ok=True)
        for path in paths:
            shutil.copyfile(path, folder / name / path.name)


def read_cells(folders: Iterable[Path]) -> list[ReleaseCells]:
    """Read the cells of earlier editions from their archives or from beside the editions.

    Raises
    ------
    AnalysisError
        If an archive is missing or is none.
    """
    found = []
    for folder in folders:
        place = folder if (folder / CELLS).is_file() else archive_of(folder)
        try:
            document = json.loads((place / CELLS).read_text(encoding="utf-8"))
            found.append(ReleaseCells.from_json(document))
        except (OSError, ValueError, KeyError) as error:
            raise AnalysisError(
                f"{folder}: no archive of an edition (expected {CELLS} in it or in "
                f"{archive_of(folder).name}): {error!r}"
            ) from error
    return found


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
