"""That a worker lives: it says so once a minute, in a small file of its own.

A file and no row: a worker that cannot reach the database is still at work, and a minute's news of
a process is nothing to keep. Without a data directory nobody can tell.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from app.services.context import ServiceContext

FOLDER = "heartbeats"
SILENT_FOR = timedelta(minutes=5)
"""A worker beats once a minute, and one message may hold it up for a while."""
FORGOTTEN_AFTER = timedelta(days=7)
_NAME = re.compile(r"[\w-]{1,60}")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Beat:
    """What a worker said last."""

    name: str
    channels: Sequence[str]
    began_at: datetime
    at: datetime

    def silent(self, now: datetime) -> bool:
        """Whether so much time has passed that it is taken for dead."""
        return now - self.at > SILENT_FOR


class Heart:
    """Says that one worker lives, each time it is called; a full disk does not stop the work."""

    def __init__(self, ctx: ServiceContext, name: str, channels: Sequence[str]) -> None:
        if not _NAME.fullmatch(name):
            raise ValueError("a worker's name becomes that of a file")
        self._ctx = ctx
        self._name = name
        self._channels = list(channels)
        self._began_at = ctx.clock.now()

    def __call__(self) -> None:
        """Say it."""
        file = self._file()
        if file is None:
            return
        told = {
            "channels": self._channels,
            "began_at": self._began_at.isoformat(),
            "at": self._ctx.clock.now().isoformat(),
        }
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = file.with_suffix(".new")
            fresh.write_text(json.dumps(told), encoding="utf-8")
            fresh.replace(file)
        except OSError as error:
            log.warning("a worker could not say that it lives: %s", type(error).__name__)

    def stop(self) -> None:
        """Say that it ended as it was meant to: nobody has to look for it."""
        file = self._file()
        if file is not None:
            file.unlink(missing_ok=True)

    def _file(self) -> Path | None:
        folder = self._ctx.settings.data_dir
        return None if folder is None else folder / FOLDER / f"{self._name}.json"


def beats(ctx: ServiceContext) -> list[Beat] | None:
    """Return what workers said last, the latest first; ``None`` where nobody can tell.

    One that ended as it was meant to is not among them; one that was killed is, for a week.
    """
    folder = ctx.settings.data_dir
    if folder is None:
        return None
    now, found = ctx.clock.now(), []
    for file in sorted((folder / FOLDER).glob("*.json")):
        try:
            told = json.loads(file.read_text(encoding="utf-8"))
            moments = (datetime.fromisoformat(told[name]) for name in ("began_at", "at"))
            beat = Beat(file.stem, [str(one) for one in told["channels"]], *moments)
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if now - beat.at > FORGOTTEN_AFTER:
            file.unlink(missing_ok=True)
            continue
        found.append(beat)
    return sorted(found, key=lambda one: one.at, reverse=True)
