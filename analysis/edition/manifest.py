"""The manifest of an edition: what it was made from, and the hash of every file.

It holds no time and no name of a machine: the same release, recipes, plan and code give the same
bytes (design, principle 2).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analysis.disclosure.policy import Policy
from analysis.responses import REQUIRED_FILES, Release

FORMAT = "perspectief-edition/1"
_LIBRARIES = ("numpy", "pandas", "scipy", "xlsxwriter", "reportlab", "pyreadstat")
_CODE = Path(__file__).parents[1]


def sha256(path: Path) -> str:
    """Give the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


@cache
def code_sha256() -> str:
    """Give one hash over the source of `analysis`, names included: the exact code version."""
    digest = hashlib.sha256()
    for path in sorted(_CODE.rglob("*.py")):
        digest.update(f"{path.relative_to(_CODE).as_posix()} {sha256(path)}\n".encode())
    return digest.hexdigest()


def provenance(
    release: Release, *, plan: Path, recipes: Iterable[Path], study: Iterable[Path], policy: Policy
) -> dict[str, Any]:
    """Give what an edition is made from, JSON-ready.

    Parameters
    ----------
    release : Release
    plan : Path
    recipes : iterable of Path
        All recipe files the plan may draw on.
    study : iterable of Path
        Other files of the study that were used: findings, phrases, skeleton of the summary.
    policy : Policy
        The limits of disclosure control.
    """
    manifest = release.manifest
    return {
        "format": FORMAT,
        "study": manifest.study,
        "waves": list(manifest.waves),
        "synthetic": manifest.synthetic,
        "instrument_versions": list(manifest.versions),
        "data": {name: manifest.hashes[name] for name in sorted(REQUIRED_FILES)},
        "recipes": _hashes(recipes),
        "plan": {"name": plan.name, "sha256": sha256(plan)},
        "study_files": _hashes(study),
        "policy": asdict(policy),
        "code": {
            "exported_by": manifest.code_version,
            "analysis_sha256": code_sha256(),
            "libraries": {name: version(name) for name in _LIBRARIES},
        },
    }


def write_manifest(folder: Path, made_from: Mapping[str, Any]) -> None:
    """List the files of a folder with their hashes in its ``manifest.json``."""
    files = {
        path.relative_to(folder).as_posix(): {
            "sha256": sha256(path),
            "bytes": path.stat().st_size,
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    text = json.dumps({**made_from, "files": files}, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def _hashes(paths: Iterable[Path]) -> dict[str, str]:
    return {path.name: sha256(path) for path in sorted(paths)}
