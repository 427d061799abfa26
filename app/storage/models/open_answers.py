"""Open answers on their way to codes: which answer, and what staff did with it.

No original words here: they stay with the answers. An interview that is erased takes along what
staff made of its words.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.panel.open_answers import Step
from app.storage.models.base import ResearchBase
from app.storage.models.interviewing import Interview
from app.storage.models.staff import Staff
from app.storage.types import Sequential, new_id, word


class OpenAnswer(ResearchBase):
    """One revision of one answer, under an id that tells nothing: staff files carry it."""

    __tablename__ = "open_answer"
    __table_args__ = (UniqueConstraint("interview_id", "variable", "revision"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    interview_id: Mapped[UUID] = mapped_column(ForeignKey(Interview.id, ondelete="CASCADE"))
    variable: Mapped[str]
    revision: Mapped[int]
    """Of the interview when the answer was saved; another answer has another one."""


class OpenAnswerEvent(ResearchBase):
    """One step of a member of staff; rows are added and never changed (a trigger sees to it)."""

    __tablename__ = "open_answer_event"
    __table_args__ = (
        CheckConstraint(
            "(text IS NOT NULL) = (step IN ('redacted', 'translated'))", name="words_of_its_step"
        ),
        CheckConstraint("(language IS NOT NULL) = (step = 'redacted')", name="language_of_words"),
        CheckConstraint(
            "(codes IS NOT NULL) = (step IN ('coded', 'settled'))"
            " AND (codes IS NULL) = (frame_version IS NULL)",
            name="codes_of_a_frame",
        ),
    )

    id: Mapped[int] = mapped_column(Sequential, primary_key=True, autoincrement=True)
    open_answer_id: Mapped[UUID] = mapped_column(
        ForeignKey(OpenAnswer.id, ondelete="CASCADE"), index=True
    )
    step: Mapped[Step] = mapped_column(word(Step, "step"))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id, ondelete="RESTRICT"), index=True)
    at: Mapped[datetime]
    text: Mapped[str | None]
    language: Mapped[str | None]
    codes: Mapped[str | None]
    """Joined by commas, in the order of the code frame."""
    frame_version: Mapped[int | None]
