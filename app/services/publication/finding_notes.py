"""What researchers write beside a finding: kept in order, signed, never changed.

``DIR/findings/notes.jsonl``, a line a note. The audit log has the SHA-256 of each, so that nobody
can alter what somebody else signed. Notes are about numbers; they name nobody.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from app.services.context import ServiceContext
from app.storage import audit
from app.storage.types import new_id

FOLDER, FILE = "findings", "notes.jsonl"


class NoPlaceError(Exception):
    """The installation has no data directory: there is no place for notes."""


@dataclass(frozen=True, slots=True)
class Note:
    """One note, with who signed it and when."""

    id: UUID
    finding: str
    text: str
    at: datetime
    by: str


def notes(ctx: ServiceContext) -> list[Note]:
    """Return all notes, the oldest first."""
    path = _path(ctx)
    if path is None or not path.is_file():
        return []
    return [_read(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def add_note(ctx: ServiceContext, finding: str, text: str, *, by: str, staff_id: UUID) -> Note:
    """Keep a note and return it.

    Raises
    ------
    NoPlaceError
        If the installation has no data directory.
    """
    path = _path(ctx)
    if path is None:
        raise NoPlaceError
    note = Note(new_id(), finding, text, ctx.clock.now(), by)
    line = json.dumps(
        {
            "id": note.id.hex,
            "finding": finding,
            "text": text,
            "at": note.at.isoformat(),
            "by": by,
        },
        ensure_ascii=False,
    )
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # One after the other: two notes in one line would be none.
    with path.open("a", encoding="utf-8", newline="\n") as out:
        fcntl.flock(out, fcntl.LOCK_EX)
        out.write(line + "\n")
    with ctx.databases.research.write() as connection:
        audit.append_audit(
            connection,
            at=note.at,
            staff_id=staff_id,
            action="finding.noted",
            subject=f"finding {finding}",
            detail={"note": note.id.hex, "sha256": hashlib.sha256(line.encode()).hexdigest()},
        )
    return note


def _path(ctx: ServiceContext) -> Path | None:
    folder = ctx.settings.data_dir
    return None if folder is None else folder / FOLDER / FILE


def _read(line: str) -> Note:
    told = json.loads(line)
    at = datetime.fromisoformat(told["at"])
    return Note(UUID(hex=told["id"]), told["finding"], told["text"], at, told["by"])
