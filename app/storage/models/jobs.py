"""Long work that staff ask for and may leave."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Double, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.models.base import ResearchBase
from app.storage.models.staff import Staff
from app.storage.types import JsonObject, new_id, word


class JobState(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    """On somebody's word."""


class Job(ResearchBase):
    """One piece of long work; its outcome is kept where it belongs, here is only the way to it."""

    __tablename__ = "job"
    __table_args__ = (CheckConstraint("share >= 0 AND share <= 1", name="share_is_a_share"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    arguments: Mapped[JsonObject]
    """What it is about: years, names, ids; never a person's name, address or answer."""
    language: Mapped[str]
    """Of whoever asked: its words are in it."""
    asked_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id, ondelete="RESTRICT"), index=True)
    asked_at: Mapped[datetime]
    state: Mapped[JobState] = mapped_column(word(JobState, "state"), index=True)
    started_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    """When its process last said that it lives."""
    finished_at: Mapped[datetime | None]
    stop_asked_at: Mapped[datetime | None]
    share: Mapped[float | None] = mapped_column(Double)
    """How much is done, 0 to 1; ``None`` where that is not known."""
    words: Mapped[str]
    leads_to: Mapped[str | None]
    """Address of the page with the outcome."""
