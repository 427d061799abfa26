"""What people write in the impact assessment of a study: versions that are kept and signed.

Kept in the data directory as lines that are only added, one a version or signature, each with the
hash of what it holds. The hash also goes on the log of staff, which is chained: a version that is
changed afterwards shows.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.panel.dpia import names_of_fields
from app.services.accounts.staff import Visit
from app.services.context import ServiceContext
from app.storage import audit

FILE_NAME = "dpia.jsonl"
LONGEST = 8_000
"""Characters of one field: about three printed pages."""


class Capacity(StrEnum):
    """As what somebody signs."""

    OFFICER = "officer"
    """The data protection officer, who advised: GDPR article 35(2)."""
    CONTROLLER = "controller"
    """On behalf of the controller, who decides."""


class NoPlaceError(Exception):
    """The installation has no data directory to keep an assessment in."""


class ChangedError(Exception):
    """Somebody saved another version meanwhile; nothing was saved."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Somebody's name under one version."""

    version: int
    capacity: Capacity
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """What was filled in at some moment."""

    number: int
    """From 1; 0 is the empty form."""
    texts: Mapping[str, str]
    by: str
    at: datetime | None
    study_hash: str
    """Of what the system knew of the study then: a later other one means: look again."""
    hash: str
    signatures: Sequence[Signature]


EMPTY = Version(0, {}, "", None, "", "", ())


def versions(ctx: ServiceContext) -> list[Version]:
    """Return all versions, the earliest first; none where nothing was filled in."""
    file = _file(ctx)
    if file is None or not file.exists():
        return []
    return _read(file.read_bytes())


def latest(ctx: ServiceContext) -> Version:
    """Return the latest version, or the empty form."""
    found = versions(ctx)
    return found[-1] if found else EMPTY


def save(
    ctx: ServiceContext, visit: Visit, texts: Mapping[str, str], *, seen: int, study_hash: str
) -> Version:
    """Keep a new version and return it; the one that was seen has to be the latest still.

    Raises
    ------
    ChangedError
        If somebody saved one meanwhile.
    NoPlaceError
        If there is no data directory.
    """
    kept = {
        name: texts[name].strip()[:LONGEST]
        for name in names_of_fields()
        if texts.get(name, "").strip()
    }
    told = {
        "kind": "version",
        "number": seen + 1,
        "texts": kept,
        "by": visit.email,
        "at": ctx.clock.now().isoformat(),
        "study": study_hash,
    }
    made = _add(ctx, told, seen)
    _log(ctx, visit, "dpia.saved", {"version": seen + 1, "hash": made})
    return latest(ctx)


def sign(ctx: ServiceContext, visit: Visit, number: int, capacity: Capacity) -> None:
    """Put a name under the latest version; the same name again changes nothing.

    Raises
    ------
    ChangedError
        If it is not the latest version.
    NoPlaceError
        If there is no data directory.
    """
    version = latest(ctx)
    if version.number != number or number == 0:
        raise ChangedError
    if any(one.by == visit.email and one.capacity is capacity for one in version.signatures):
        return
    told = {
        "kind": "signature",
        "version": number,
        "of": version.hash,
        "as": str(capacity),
        "by": visit.email,
        "at": ctx.clock.now().isoformat(),
    }
    _add(ctx, told, number)
    _log(ctx, visit, "dpia.signed", {"version": number, "hash": version.hash, "as": str(capacity)})


def has_place(ctx: ServiceContext) -> bool:
    """Tell whether versions can be kept here."""
    return _file(ctx) is not None


def _file(ctx: ServiceContext) -> Path | None:
    folder = ctx.settings.data_dir
    return folder / FILE_NAME if folder is not None else None


def _add(ctx: ServiceContext, told: dict[str, Any], seen: int) -> str:
    """Add a line when ``seen`` is the latest version still; return its hash."""
    file = _file(ctx)
    if file is None:
        raise NoPlaceError
    told["hash"] = _hash(told)
    line = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b") as target:
        # Two people may press Save at the same moment: the second is told.
        fcntl.flock(target, fcntl.LOCK_EX)
        content = target.read()
        known = _read(content)
        if (known[-1].number if known else 0) != seen:
            raise ChangedError
        # Half a line of before a crash would swallow this one.
        target.truncate(content.rfind(b"\n") + 1)
        target.write(line)
        target.flush()
        os.fsync(target.fileno())
    return str(told["hash"])


def _read(content: bytes) -> list[Version]:
    found: list[Version] = []
    *whole, _half = content.split(b"\n")
    for line in whole:
        told = json.loads(line)
        at = datetime.fromisoformat(told["at"])
        if told["kind"] == "version":
            found.append(
                Version(
                    told["number"], told["texts"], told["by"], at, told["study"], told["hash"], ()
                )
            )
        elif found and found[-1].number == told["version"]:
            signature = Signature(told["version"], Capacity(told["as"]), told["by"], at)
            last = found[-1]
            found[-1] = Version(
                last.number, last.texts, last.by, last.at, last.study_hash, last.hash,
                (*last.signatures, signature),
            )  # fmt: skip
    return found


def _hash(told: Mapping[str, Any]) -> str:
    plain = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _log(ctx: ServiceContext, visit: Visit, action: str, detail: dict[str, Any]) -> None:
    with ctx.databases.research.write() as connection:
        audit.append_audit(
            connection,
            at=ctx.clock.now(),
            staff_id=visit.staff_id,
            action=action,
            subject="impact assessment",
            detail={"by": visit.email, **detail},
        )
