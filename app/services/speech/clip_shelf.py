"""The clips of every language, kept in memory as long as the language's edition stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from app.storage import audio
from app.storage.audio import ClipRef


@dataclass
class ClipShelf:
    """What clips there are, read again only when somebody added or removed one.

    A page asks for the edition of its language, one number; on the other side of a deployment a
    command may have added clips, and no process has to be told.
    """

    _read: dict[str, tuple[int, Mapping[str, ClipRef]]] = field(default_factory=dict)

    def get(self, connection: Connection, language: str) -> Mapping[str, ClipRef]:
        """Return the clips of a language by the hash of the words they say."""
        edition = audio.edition(connection, language)
        if edition == 0:
            return {}
        kept = self._read.get(language)
        if kept is None or kept[0] != edition:
            # The number was read before the clips: clips newer than it are read once more.
            kept = self._read[language] = (edition, audio.load_clips(connection, language))
        return kept[1]
