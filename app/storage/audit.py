"""The log of what staff did, chained so that a change to the past shows.

Each row carries SHA-256 over the hash of the row before it and its own content. Rows are numbered
without gaps. Whoever can write the whole table can also write a new chain; therefore the head is
to be kept elsewhere, and `verify_chain` compares with it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, text

from app.storage.models import AuditEvent
from app.storage.types import table_of

_audit = table_of(AuditEvent)

ORIGIN = "0" * 64
"""What the first row carries as the hash before it."""

_LOCK = 0x5065_7273  # "Pers": any number will do, as long as nothing else locks it
_FETCHED_AT_A_TIME = 1_000
_SHIFTS = 1_000
"""How far a row may have been renumbered for its old number to be found again."""


class Head(NamedTuple):
    """The last row of the chain: its number and hash."""

    seq: int
    hash: str


class Event(NamedTuple):
    """Something on record."""

    action: str
    at: datetime
    detail: Mapping[str, Any]
    subject: str


class Tampering(StrEnum):
    """What was done to the log, as far as the rows that are left tell."""

    CHANGED = "changed"
    REMOVED = "removed"
    """Between the row before and this one; ``Break.count`` rows are gone."""
    MOVED = "moved"
    """It says that it follows a row which stands elsewhere: ``Break.other``."""
    ADDED = "added"
    """Rows were put in before it, and the rest was numbered anew."""
    CUT_OFF = "cut off"
    """Rows at the end are gone: a head that was kept elsewhere tells."""
    REWRITTEN = "rewritten"
    """The chain is whole and another one than the head that was kept elsewhere."""


@dataclass(frozen=True, slots=True)
class Break:
    """The first row at which the chain does not hold, and why."""

    seq: int
    reason: str
    kind: Tampering = field(default=Tampering.CHANGED, compare=False)
    count: int | None = field(default=None, compare=False)
    """How many rows are gone or were added, where that is known."""
    other: int | None = field(default=None, compare=False)
    """Where the row stands now that it says it follows."""


def append_audit(
    connection: Connection,
    *,
    at: datetime,
    staff_id: UUID | None,
    action: str,
    subject: str,
    detail: Mapping[str, Any] | None = None,
) -> Head:
    """Add a row to the log in the unit of what it tells about, and return the new head.

    ``detail`` holds texts, whole numbers, booleans, ``None``, and lists and objects of these.
    """
    if connection.dialect.name == "postgresql":
        # One writer at a time, until the unit ends; on SQLite that is so already.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    previous = head(connection)
    row: dict[str, Any] = {
        "seq": previous.seq + 1,
        "at": at.astimezone(UTC),
        "staff_id": staff_id,
        "action": action,
        "subject": subject,
        "detail": dict(detail or {}),
        "previous_hash": previous.hash,
    }
    row["hash"] = _hash(row)
    connection.execute(insert(_audit), row)
    return Head(row["seq"], row["hash"])


def head(connection: Connection) -> Head:
    """Return the last row of the chain; number 0 when the log is empty."""
    last = connection.execute(
        select(_audit.c.seq, _audit.c.hash).order_by(_audit.c.seq.desc()).limit(1)
    ).one_or_none()
    return Head(0, ORIGIN) if last is None else Head(*last)


def events_of(connection: Connection, actions: Collection[str]) -> list[Event]:
    """Return what is on record of some kinds, the earliest first."""
    query = select(_audit.c.action, _audit.c.at, _audit.c.detail, _audit.c.subject).where(
        _audit.c.action.in_(actions)
    )
    return [Event(*row) for row in connection.execute(query.order_by(_audit.c.seq))]


def verify_chain(
    connection: Connection,
    *,
    known: Head | None = None,
    kept: Mapping[int, str] | None = None,
) -> Break | None:
    """Return the first row that was changed, added or removed, or ``None`` when all holds.

    Parameters
    ----------
    known
        A head that was kept elsewhere: without it, rows cut off at the end do not show.
    kept
        More such heads: hash by number.
    """
    heads = dict(kept or {})
    if known is not None and known.seq:
        heads[known.seq] = known.hash
    query = select(_audit).order_by(_audit.c.seq).execution_options(yield_per=_FETCHED_AT_A_TIME)
    previous = Head(0, ORIGIN)
    with connection.execute(query) as rows:
        for row in rows:
            if found := _fault(row, previous):
                break
            previous = Head(row.seq, row.hash)
            if heads.get(row.seq, row.hash) != row.hash:
                words = "differs from the head kept elsewhere"
                return Break(row.seq, words, Tampering.REWRITTEN)
        else:
            if heads and max(heads) > previous.seq:
                words = "rows at the end are missing"
                gone = max(heads) - previous.seq
                return Break(previous.seq + 1, words, Tampering.CUT_OFF, gone)
            return None
    return _explained(connection, row, found)


def _fault(row: Row[Any], previous: Head) -> Break | None:
    if row.seq != previous.seq + 1:
        gone = row.seq - previous.seq - 1
        return Break(row.seq, f"follows row {previous.seq}", Tampering.REMOVED, gone)
    if row.previous_hash != previous.hash:
        return Break(row.seq, "does not carry the hash of the row before it")
    if row.hash != _hash(row._asdict()):
        return Break(row.seq, "its content is not what was hashed")
    return None


def _explained(connection: Connection, row: Row[Any], found: Break) -> Break:
    """Return a break with what was done, where the rows that are left tell it."""
    if found.kind is Tampering.REMOVED:
        return found
    content = row._asdict()
    at = connection.execute(
        select(_audit.c.seq).where(_audit.c.hash == row.previous_hash).limit(1)
    ).scalar_one_or_none()
    # Rows that changed places say so by what they follow; each still hashes under its old number.
    for shift in range(1, _SHIFTS + 1):
        for sign, kind in ((1, Tampering.REMOVED), (-1, Tampering.ADDED)):
            if row.hash == _hash({**content, "seq": row.seq + sign * shift}):
                if at is not None and at != row.seq - 1:
                    return replace(found, kind=Tampering.MOVED, other=at)
                return replace(found, kind=kind, count=shift)
    return found


def _hash(row: Mapping[str, Any]) -> str:
    staff_id = row["staff_id"]
    content = [
        row["seq"],
        row["at"].isoformat(timespec="microseconds"),
        None if staff_id is None else staff_id.hex,
        row["action"],
        row["subject"],
        row["detail"],
    ]
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{row['previous_hash']}{canonical}".encode()).hexdigest()
