"""Read-aloud clips by language and hash, and the edition that tells when they changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select

from app.storage.models import AudioClip, AudioEdition, ClipKind
from app.storage.rows import as_row, columns_for
from app.storage.types import table_of
from app.storage.upsert import Upsert

_clip = table_of(AudioClip)
_edition = table_of(AudioEdition)
_next_edition = Upsert(
    _edition,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["language"], set_={"number": _edition.c.number + 1}
    ),
)
_AT_A_TIME = 500
"""Values in one statement: engines allow no endless lists."""


@dataclass(frozen=True, slots=True)
class ClipRef:
    """What a page needs of a clip: its address, its length, and whether a program speaks."""

    id: str
    """For the address ``/audio/<id>.mp3``; another recording has another one."""
    seconds: float
    draft: bool


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip without its sound."""

    id: UUID
    language: str
    text_hash: str
    name: str
    kind: ClipKind
    speaker: str
    seconds: float
    made_at: datetime
    made_by: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Sound:
    """The sound of a clip."""

    mp3: bytes
    sha256: str


_COLUMNS = columns_for(Clip, _clip)
_OF_LANGUAGE = select(_clip.c.text_hash, _clip.c.id, _clip.c.seconds, _clip.c.kind)


def edition(connection: Connection, language: str) -> int:
    """Return how often the clips of a language have changed; 0 when there never was one."""
    number = connection.execute(
        select(_edition.c.number).where(_edition.c.language == language)
    ).scalar_one_or_none()
    return number or 0


def load_clips(connection: Connection, language: str) -> Mapping[str, ClipRef]:
    """Return the clips of a language by the hash of the words they say."""
    rows = connection.execute(_OF_LANGUAGE.where(_clip.c.language == language))
    return {
        text_hash: ClipRef(id_.hex, seconds, kind is ClipKind.DRAFT)
        for text_hash, id_, seconds, kind in rows
    }


def list_clips(connection: Connection, language: str) -> list[Clip]:
    """Return all that is known of the clips of a language but their sound, by name."""
    rows = connection.execute(
        select(*_COLUMNS).where(_clip.c.language == language).order_by(_clip.c.name, _clip.c.id)
    )
    return [Clip(*row) for row in rows]


def languages(connection: Connection) -> list[str]:
    """Return the languages that have a clip."""
    return sorted(connection.execute(select(_clip.c.language).distinct()).scalars())


def find_sound(connection: Connection, clip_id: UUID) -> Sound | None:
    """Return the sound of a clip."""
    row = connection.execute(
        select(_clip.c.mp3, _clip.c.sha256).where(_clip.c.id == clip_id)
    ).one_or_none()
    return None if row is None else Sound(*row)


def begin_edition(connection: Connection, language: str) -> None:
    """Say that the clips of a language are about to change.

    First of all in the unit: who writes the same language at the same time waits here, and no
    reader sees the new number before the new clips.
    """
    connection.execute(_next_edition.on(connection), {"language": language, "number": 1})


def hashes_with_clip(connection: Connection, language: str) -> set[str]:
    """Return the hashes of the words that have a clip."""
    return set(
        connection.execute(select(_clip.c.text_hash).where(_clip.c.language == language)).scalars()
    )


def add_clip(connection: Connection, clip: Clip, mp3: bytes) -> None:
    """Add a clip with its sound, in the place of the one that says the same words."""
    connection.execute(
        delete(_clip).where(_clip.c.language == clip.language, _clip.c.text_hash == clip.text_hash)
    )
    connection.execute(insert(_clip), {**as_row(clip), "mp3": mp3})


def remove_clips(connection: Connection, ids: Collection[UUID]) -> None:
    """Remove clips; what is removed is gone."""
    listed = list(ids)
    for start in range(0, len(listed), _AT_A_TIME):
        some = listed[start : start + _AT_A_TIME]
        connection.execute(delete(_clip).where(_clip.c.id.in_(some)))
