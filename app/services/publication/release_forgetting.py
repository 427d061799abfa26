"""Releases that hold somebody who is forgotten lose their data: rows, weights, archived answers.

The tables and the report stay, nobody stands in them; so do the counts that later publications are
held against. A release is not rewritten without the person: it would bear the number and the hashes
of another one. It is made anew from the waves, under a new number.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from app.services.publication.releases import (
    ABOUT_PERSONS,
    DATA,
    FOLDER,
    READ_ONLY,
    RECORD,
    WITHOUT_DATA,
    remove,
)

IN_THE_MAKING = ".making-"
_FRAME = f"{DATA}/frame.csv"


def forget_in_releases(folder: Path, cases: Sequence[UUID], *, at: datetime) -> int:
    """Destroy the data of every release that holds one of these cases; return how many files went.

    What is being made at this moment goes whole, whoever is in it: it may hold the person, and its
    job then says that it was stopped.

    Parameters
    ----------
    folder
        The data directory of the installation.
    """
    root = folder / FOLDER
    if not root.is_dir():
        return 0
    gone = 0
    for release in sorted(root.iterdir()):
        if release.name.startswith(IN_THE_MAKING):
            gone += _destroy(release)
        elif (release / RECORD).is_file() and holds(release, cases):
            gone += sum(_destroy(release / part) for part in ABOUT_PERSONS)
            _say_so(release / WITHOUT_DATA, at)
    return gone


def holds(release: Path, cases: Sequence[UUID]) -> bool:
    """Tell whether the frame of a release has one of these cases; without data it has none."""
    frame = release / _FRAME
    if not frame.is_file():
        return False
    content = frame.read_bytes()
    return any(case.hex.encode() in content for case in cases)


def _destroy(folder: Path) -> int:
    files = sum(path.is_file() for path in folder.rglob("*"))
    remove(folder)
    return files


def _say_so(path: Path, at: datetime) -> None:
    if not path.exists():
        path.write_text(json.dumps({"at": at.isoformat()}) + "\n", encoding="utf-8", newline="\n")
        path.chmod(READ_ONLY)
