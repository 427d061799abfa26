"""The head of the log, written down every day where the database does not reach, and signed.

Whoever owns the database can write its log anew, chain and all. What was written here before, in a
file that is only added to, tells. Each line carries an HMAC-SHA-256 (RFC 2104) under a key of the
installation, so that a line cannot be made up by somebody who has the file and the database only.
Whoever has the keys too can: a copy of the file, or of a line, belongs on another machine.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from app.services.context import STUDY_ZONE, ServiceContext
from app.storage import audit
from app.storage.audit import Head

FILE_NAME = "audit-heads.jsonl"
_PURPOSE = b"perspectief: head of the audit log"


@dataclass(frozen=True, slots=True)
class KeptHead:
    """The last row of the log as it was on some day."""

    day: date
    head: Head
    at: datetime
    genuine: bool
    """The line is as it was written: its signature fits."""


def keep_today(ctx: ServiceContext) -> KeptHead | None:
    """Write down the head of today, once a day; ``None`` when that was done or there is no place.

    Days are those of Amsterdam. An empty log has no head.
    """
    folder = ctx.settings.data_dir
    now = ctx.clock.now()
    today = now.astimezone(STUDY_ZONE).date()
    if folder is None or any(one.day == today for one in kept_heads(ctx)):
        return None
    with ctx.databases.research.read() as connection:
        head = audit.head(connection)
    if head.seq == 0:
        return None
    told = _content(today, head, now)
    line = json.dumps({**told, "signature": _signature(ctx, told)}, separators=(",", ":"))
    descriptor = os.open(folder / FILE_NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return KeptHead(today, head, now, genuine=True)


def kept_heads(ctx: ServiceContext) -> Sequence[KeptHead]:
    """Return the heads that were written down, the earliest first; none without a data directory.

    A line that cannot be read is passed over: it proves nothing, and the others still do.
    """
    folder = ctx.settings.data_dir
    if folder is None or not (folder / FILE_NAME).exists():
        return ()
    found = []
    for line in (folder / FILE_NAME).read_bytes().split(b"\n"):
        try:
            told = json.loads(line)
            signature = str(told.pop("signature"))
            head = Head(int(told["seq"]), str(told["hash"]))
            day, at = date.fromisoformat(told["day"]), datetime.fromisoformat(told["at"])
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        genuine = hmac.compare_digest(signature.encode(), _signature(ctx, told).encode())
        found.append(KeptHead(day, head, at, genuine))
    return tuple(found)


def heads_file(ctx: ServiceContext) -> Path | None:
    """Return where the heads are written; ``None`` for an installation without a data directory."""
    folder = ctx.settings.data_dir
    return folder / FILE_NAME if folder is not None else None


def _content(day: date, head: Head, at: datetime) -> dict[str, object]:
    return {"day": day.isoformat(), "seq": head.seq, "hash": head.hash, "at": at.isoformat()}


def _signature(ctx: ServiceContext, told: dict[str, object]) -> str:
    # A key of its own, so that what is signed here is a signature of nothing else.
    key = hmac.new(ctx.settings.secret_key.encode(), _PURPOSE, hashlib.sha256).digest()
    plain = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, plain.encode(), hashlib.sha256).hexdigest()
