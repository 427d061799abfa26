"""The list of who was forgotten, outside the databases: a restored backup is held against it.

A file of JSON lines in the data directory: pseudonym, moment, reason; nothing else about anybody.
It is written before anything is erased and flushed to the disk: what was begun is finished, also
after a crash or with yesterday's databases. Keep a copy on another machine, beside the keys.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from app.settings import Settings

FILE_NAME = "erasures.jsonl"


class ErasureListError(Exception):
    """There is no place for the list, or it cannot be read; nothing was erased."""


@dataclass(frozen=True, slots=True)
class Erased:
    """One person who was forgotten."""

    person_id: UUID
    at: datetime
    reason: str
    """``asked``, ``retention`` or ``withdrawn``."""


def list_of(settings: Settings, file: Path | None = None) -> Path:
    """Return where the list of an installation is.

    Raises
    ------
    ErasureListError
        If there is neither a data directory nor a file that was named.
    """
    if file is not None:
        return file
    if settings.data_dir is None:
        raise ErasureListError(
            "who was forgotten is kept in a data directory, outside the databases: give --data,"
            " set PERSPECTIEF_DATA_DIR, or name a file"
        )
    return settings.data_dir / FILE_NAME


def read_list(file: Path) -> list[Erased]:
    """Return who is on a list, the earliest first; empty when there is no such file.

    A last line without an end was being written when the machine stopped: nothing was erased yet
    by it, and it is passed over.

    Raises
    ------
    ErasureListError
        If any other line cannot be read.
    """
    return parse_list(file.read_bytes(), str(file)) if file.exists() else []


def parse_list(content: bytes, name: str) -> list[Erased]:
    """Return who is on a list with this content; see `read_list`."""
    found = []
    *whole, _ = content.split(b"\n")
    for number, line in enumerate(whole, start=1):
        try:
            told = json.loads(line)
            at = datetime.fromisoformat(told["at"])
            found.append(Erased(UUID(told["person"]), at, str(told["reason"])))
        except (ValueError, KeyError, TypeError) as error:
            raise ErasureListError(
                f"{name}:{number}: this is no line of an erasure list"
            ) from error
    return found


def add_to_list(file: Path, people: Iterable[Erased]) -> int:
    """Add people to a list, on disk before this returns; return how many were not on it yet."""
    there = {one.person_id for one in read_list(file)}
    fresh = [one for one in people if one.person_id not in there]
    if not fresh:
        return 0
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b") as target:
        content = target.read()
        # Half a line of before a crash would swallow the next one.
        target.truncate(content.rfind(b"\n") + 1)
        for one in fresh:
            told = {"person": one.person_id.hex, "at": one.at.isoformat(), "reason": one.reason}
            target.write(json.dumps(told, separators=(",", ":")).encode() + b"\n")
        target.flush()
        os.fsync(target.fileno())
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return len(fresh)
