"""Figures that take long to work out, kept as files until something happened that changes them.

Counts only, never a person. In ``DIR/figures/``; without a data directory in a private folder of
this process. A file that cannot be read is worked out again.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.services.context import ServiceContext

FOLDER = "figures"
_FORMAT = 1
"""Goes up when what is kept changes its shape: files of before are worked out again."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Figures as they were worked out."""

    made_at: datetime
    took_s: float
    """Seconds it took."""
    fingerprint: str
    """Of what was known then: equal when nothing happened since."""
    content: Mapping[str, Any] = field(repr=False)


def take(ctx: ServiceContext, name: str) -> Kept | None:
    """Return what is kept under a name, or ``None``."""
    try:
        told = json.loads(_file(ctx, name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(told, dict) or told.get("format") != _FORMAT:
        return None
    return Kept(
        datetime.fromisoformat(told["made_at"]),
        float(told["took_s"]),
        str(told["fingerprint"]),
        told["content"],
    )


def put(ctx: ServiceContext, name: str, kept: Kept) -> None:
    """Keep figures under a name; whoever reads meanwhile gets the old ones whole."""
    file = _file(ctx, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    told = {
        "format": _FORMAT,
        "made_at": kept.made_at.isoformat(),
        "took_s": kept.took_s,
        "fingerprint": kept.fingerprint,
        "content": kept.content,
    }
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    draft.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    draft.replace(file)


def _file(ctx: ServiceContext, name: str) -> Path:
    if ctx.settings.data_dir is not None:
        return ctx.settings.data_dir / FOLDER / f"{name}.json"
    database = hashlib.sha256(ctx.settings.database_url.encode()).hexdigest()[:16]
    return _private_folder() / database / f"{name}.json"


@lru_cache(maxsize=1)
def _private_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="perspectief-figures-"))
