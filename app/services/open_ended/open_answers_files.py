"""Batches of open answers as files: CSV for spreadsheets, JSON for programs.

What people wrote goes through spreadsheets, so a cell never begins like a formula (OWASP, "CSV
Injection"); reading a file undoes exactly what writing did.
"""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from app.services.open_ended.open_answers import Batch, Cells

Format = TypeVar("Format")

FORMAT = "perspectief-open-answers/1"
MAX_BYTES = 50_000_000
_LIKE_A_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""Apostrophes count too: one more is put before them, so that one less gives back what was."""


class FileFaultError(Exception):
    """A file cannot be written or is no batch."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file and where it begins; ``number`` counts lines, in JSON rows, from 1."""

    number: int
    cells: Cells


def write_batch(path: Path, batch: Batch, study: str) -> None:
    """Write a batch where nothing is yet, readable by its owner only.

    Raises
    ------
    FileFaultError
        If there is a file already (it may hold somebody's work), or the ending is another one.
    """
    write_own(path, _format_of(path, {".csv": _as_csv(batch), ".json": _as_json(batch, study)}))


def write_own(path: Path, text: str) -> None:
    """Write a file with answers where nothing is yet, readable by its owner only.

    Raises
    ------
    FileFaultError
        If there is a file already, or it cannot be written.
    """
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise FileFaultError(f"{path} is there already and may hold work") from error
    except OSError as error:
        raise FileFaultError(f"{path}: {error.strerror}") from error
    try:
        with os.fdopen(file, "w", encoding="utf-8", newline="") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
    except BaseException:
        # Also Ctrl-C: half a file of answers is still a file of answers.
        path.unlink(missing_ok=True)
        raise


def check_target(path: Path) -> None:
    """Raise `FileFaultError` for a target that `write_batch` would refuse, before anything else."""
    _format_of(path, {".csv": "", ".json": ""})
    if path.exists():
        raise FileFaultError(f"{path} is there already and may hold work")
    if not path.parent.is_dir():
        raise FileFaultError(f"{path.parent} is no folder")


def read_batch(path: Path) -> list[Line]:
    """Return the rows of a batch; commas and semicolons are both understood.

    Raises
    ------
    FileFaultError
        If it is no batch. The message never quotes what is in the file.
    """
    parse = _format_of(path, {".csv": _from_csv, ".json": _from_json})
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise FileFaultError(f"{path}: {error.strerror}") from error
    if len(raw) > MAX_BYTES:
        raise FileFaultError(f"{path} is larger than {MAX_BYTES} bytes")
    try:
        return parse(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise FileFaultError(f"{path}:{line}: is not UTF-8; save it as CSV UTF-8") from None
    except csv.Error as error:
        raise FileFaultError(f"{path}: is not CSV: {error}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FileFaultError(f"{path} is no batch of open answers") from None


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if _LIKE_A_FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """Return what was in a cell before `guarded`."""
    return cell[1:] if cell.startswith("'") and _LIKE_A_FORMULA.match(cell[1:]) else cell


def _as_csv(batch: Batch) -> str:
    text = StringIO(newline="")
    header = list(batch.rows[0]) if batch.rows else ["entry", "stage"]
    writer = csv.DictWriter(text, header, lineterminator="\n")
    writer.writeheader()
    for row in batch.rows:
        writer.writerow({column: guarded(cell) for column, cell in row.items()})
    # Without the mark spreadsheets read UTF-8 as something else.
    return f"\ufeff{text.getvalue()}"


def _as_json(batch: Batch, study: str) -> str:
    content = {
        "format": FORMAT,
        "study": study,
        "stage": str(batch.stage),
        "holds": batch.holds,
        "rows": [dict(row) for row in batch.rows],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _from_csv(text: str) -> list[Line]:
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header = [name.strip().lower() for name in reader.fieldnames or ()]
    if not {"entry", "stage"} <= set(header) or len(set(header)) < len(header):
        raise ValueError("header")
    reader.fieldnames = header
    lines, at = [], 2
    for row in reader:
        if None in row or None in row.values():
            raise csv.Error(f"line {at} has more or fewer cells than the first line")
        if any(row.values()):
            lines.append(Line(at, {name: unguarded(cell) for name, cell in row.items()}))
        at = reader.line_num + 1
    return lines


def _from_json(text: str) -> list[Line]:
    content: Any = json.loads(text)
    if content["format"] != FORMAT:
        raise ValueError("format")
    rows = [{str(name): cell for name, cell in row.items()} for row in content["rows"]]
    if any(not isinstance(cell, str) for row in rows for cell in row.values()):
        raise TypeError("cell")
    return [Line(number, row) for number, row in enumerate(rows, 1)]


def _format_of(path: Path, formats: Mapping[str, Format]) -> Format:
    try:
        return formats[path.suffix.lower()]
    except KeyError:
        raise FileFaultError(f"{path}: expected a name ending in .csv or .json") from None
