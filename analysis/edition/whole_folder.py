"""A folder of files that are all there or not there at all."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.errors import AnalysisError

MANIFEST = "manifest.json"
RESPONSES = "responses.csv"
_OWNER_ONLY = 0o700


@contextmanager
def whole_folder(out: Path, *, private: bool = False) -> Iterator[Path]:
    """Give a place to write files to; they move to ``out`` when the block ends well.

    After an error or Ctrl-C nothing of them is left. Other files in ``out`` stay; but where the new
    files have a manifest, those that the manifest of an earlier edition lists go: two editions are
    never mixed. The manifest moves last, so that a folder with a manifest is complete. ``private``
    keeps other users of the machine out of the folder.

    Raises
    ------
    AnalysisError
        If ``out`` is a release: its files would be replaced.
    """
    out = out.resolve()
    if not private:
        refuse_release(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as folder:
        place = Path(folder)
        yield place
        out.mkdir(exist_ok=True)
        if private:
            out.chmod(_OWNER_ONLY)
        if (place / MANIFEST).is_file():
            for name in _listed(out):
                (out / name).unlink(missing_ok=True)
            (out / MANIFEST).unlink(missing_ok=True)
        for path in sorted(place.iterdir(), key=lambda path: path.name == MANIFEST):
            target = out / path.name
            if target.is_dir():
                shutil.rmtree(target)
            path.replace(target)


def refuse_release(out: Path) -> None:
    """Raise `AnalysisError` when a folder to write to is a release: its files would be replaced."""
    if (out / RESPONSES).exists():
        raise AnalysisError(f"{out}: holds a release; name another folder for what is made of it")


def _listed(folder: Path) -> list[str]:
    try:
        files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError):
        return []
    return [name for name in files if "/" not in name]
