"""The files of the repository, and what Python modules import."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("app", "surveys", "migrations", "analysis", "translations", "tests", "docs", ".ci")
NOT_OURS = {"__pycache__", ".hypothesis"}


def our_files() -> Iterator[Path]:
    """Everything that is written by hand: the fixed folders, and the files beside them."""
    yield from (file for file in ROOT.iterdir() if file.is_file())
    for folder in FOLDERS:
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and not NOT_OURS & {*file.parts}:
                yield file


def text_of(file: Path) -> str | None:
    """The text of a file; ``None`` for a picture, a font, a workbook."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def modules(package: str) -> Iterator[Path]:
    """The Python files of a package, ``app/questionnaire`` or ``analysis``."""
    return (ROOT / package).rglob("*.py")


def imported(file: Path) -> set[str]:
    """What a module imports from outside the standard library; of ours two parts of the name."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        else:
            continue
        for name in names:
            top = name.split(".")[0]
            if top not in sys.stdlib_module_names:
                found.add(".".join(name.split(".")[:2]) if top in ("app", "analysis") else top)
    return found
