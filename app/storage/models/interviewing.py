"""Interviews and answers: what every page turn reads and writes.

The tables keyed by interview and something else are stored in the order of that key on SQLite
(``WITHOUT ROWID``): one tree to write instead of two, and the answers of a person lie together.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.panel.states import CaseStatus, Mode
from app.storage.models.base import ResearchBase
from app.storage.models.panel import InstrumentVersion, SurveyCase
from app.storage.types import Sequential, new_id, word

BY_KEY = {"sqlite_with_rowid": False, "implicit_returning": False}


class Interview(ResearchBase):
    """The one interview of a case."""

    __tablename__ = "interview"
    __table_args__ = (
        CheckConstraint("revision >= 0", name="revision_counts_from_zero"),
        CheckConstraint("(submitted_at IS NULL) = (ended_as IS NULL)", name="ended_when_submitted"),
        CheckConstraint(
            "(ended_as IS NULL AND status IN ('open', 'partial')) OR"
            " (ended_as NOT IN ('open', 'partial') AND status = ended_as)",
            name="status_is_its_ending",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(
        ForeignKey(SurveyCase.id, ondelete="RESTRICT"), unique=True
    )
    version_id: Mapped[str] = mapped_column(
        ForeignKey(InstrumentVersion.id, ondelete="RESTRICT"), index=True
    )
    language: Mapped[str]
    mode: Mapped[Mode] = mapped_column(word(Mode, "mode"))
    revision: Mapped[int]
    """Counts the saved pages; a page posts the revision it was made from."""
    status: Mapped[CaseStatus] = mapped_column(word(CaseStatus, "status"))
    started_at: Mapped[datetime]
    last_saved_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    ended_as: Mapped[CaseStatus | None] = mapped_column(word(CaseStatus, "ended_as"))
    interview_month: Mapped[str | None]
    """``YYYY-MM`` of the first answer, in the time zone of the study."""
    has_contact_answers: Mapped[bool]
    """Whether an answer went to the contact database; says no more than that."""
    device: Mapped[str | None]
    """``phone``, ``tablet`` or ``computer``, of the first page; nothing finer is kept."""
    door: Mapped[str | None]
    """``qr``, ``typed``, ``open_link`` or ``staff``: how the interview was entered at first."""


class AnswerEvent(ResearchBase):
    """One answer as it was given; rows are added and never changed (a trigger sees to it)."""

    __tablename__ = "answer_event"
    __table_args__ = {"implicit_returning": False}  # noqa: RUF012 - SQLAlchemy reads it once

    id: Mapped[int] = mapped_column(Sequential, primary_key=True, autoincrement=True)
    interview_id: Mapped[UUID] = mapped_column(
        ForeignKey(Interview.id, ondelete="RESTRICT"), index=True
    )
    variable: Mapped[str]
    value: Mapped[str]
    language: Mapped[str]
    mode: Mapped[Mode] = mapped_column(word(Mode, "mode"))
    version_id: Mapped[str]
    """No foreign key: it is the interview's at that time, and an index here costs every save."""
    op_id: Mapped[str]
    revision: Mapped[int]
    saved_at: Mapped[datetime]


class Answer(ResearchBase):
    """The latest answer to each question of an interview, on the route or off it."""

    __tablename__ = "current_answer"
    __table_args__ = BY_KEY

    interview_id: Mapped[UUID] = mapped_column(
        ForeignKey(Interview.id, ondelete="CASCADE"), primary_key=True
    )
    variable: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    revision: Mapped[int]
    op_id: Mapped[str]
    saved_at: Mapped[datetime]


class Operation(ResearchBase):
    """A page that was saved: the same page sent again is answered from here."""

    __tablename__ = "operation"
    __table_args__ = BY_KEY

    interview_id: Mapped[UUID] = mapped_column(
        ForeignKey(Interview.id, ondelete="CASCADE"), primary_key=True
    )
    op_id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    """Hash of what was posted: one operation id with two contents is a fault of the client."""
    page: Mapped[str]
    location: Mapped[str]
    """Where the first answer to this operation led."""
    revision: Mapped[int]
    saved_at: Mapped[datetime]
