"""Read-aloud clips: what a text sounds like in a language, bound to its exact words."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Double, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.models.base import ResearchBase
from app.storage.types import new_id, word


class ClipKind(StrEnum):
    """Who speaks: a program, for rehearsal, or a person."""

    DRAFT = "draft"
    RECORDED = "recorded"


class AudioClip(ResearchBase):
    """One text read aloud; a clip is replaced by another one with another id, never changed."""

    __tablename__ = "audio_clip"
    __table_args__ = (
        UniqueConstraint("language", "text_hash"),
        CheckConstraint("seconds > 0", name="lasts"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    language: Mapped[str]
    text_hash: Mapped[str]
    """SHA-256 of the words it says, insertions unfilled, in hexadecimal."""
    name: Mapped[str]
    """Of the text when the clip came in: so it is found again when the words have changed."""
    kind: Mapped[ClipKind] = mapped_column(word(ClipKind, "kind"))
    speaker: Mapped[str]
    """Who speaks; of a draft the program and its voice."""
    seconds: Mapped[float] = mapped_column(Double)
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    """Who brought it in."""
    sha256: Mapped[str]
    """Of ``mp3``, in hexadecimal."""
    size: Mapped[int]
    """Bytes of ``mp3``."""
    mp3: Mapped[bytes]
    """Last: SQLite reads the columns before it without the sound."""


class AudioEdition(ResearchBase):
    """How often the clips of a language have changed: processes that know them compare it."""

    __tablename__ = "audio_edition"

    language: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
