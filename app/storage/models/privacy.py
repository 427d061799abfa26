"""What people allowed, what they asked of us about their data, and who was forgotten."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.panel.privacy import Asked, Purpose, Through
from app.storage.models.base import ResearchBase
from app.storage.models.panel import Person, SurveyCase
from app.storage.types import JsonObject, Sequential, new_id, word


class ConsentEvent(ResearchBase):
    """Somebody said yes or no to one purpose; rows are added and never changed (a trigger)."""

    __tablename__ = "consent_event"
    __table_args__ = (CheckConstraint("length(text_hash) = 64", name="text_hash_is_sha256"),)

    id: Mapped[int] = mapped_column(Sequential, primary_key=True, autoincrement=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    case_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(SurveyCase.id, ondelete="CASCADE"), index=True
    )
    purpose: Mapped[Purpose] = mapped_column(word(Purpose, "purpose"))
    given: Mapped[bool]
    at: Mapped[datetime]
    through: Mapped[Through] = mapped_column(word(Through, "through"))
    by: Mapped[str]
    """Who wrote it down: ``self``, or the account of a member of staff."""
    language: Mapped[str]
    version_id: Mapped[str | None]
    """Instrument version that showed the text; ``None`` where no questionnaire did."""
    text_hash: Mapped[str]
    """SHA-256 of the words as shown, in that language."""


class PrivacyRequest(ResearchBase):
    """Something a person asked about the own data, and by when it has to be done."""

    __tablename__ = "privacy_request"
    __table_args__ = (
        CheckConstraint("(handled_at IS NULL) = (handled_by IS NULL)", name="handled_by_somebody"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="RESTRICT"), index=True)
    asked: Mapped[Asked] = mapped_column(word(Asked, "asked"))
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    """A month after it was asked (GDPR article 12(3))."""
    through: Mapped[Through] = mapped_column(word(Through, "through"))
    by: Mapped[str]
    handled_at: Mapped[datetime | None]
    handled_by: Mapped[str | None]
    outcome: Mapped[JsonObject]
    """What was done, in counts and names of tables; never words about the person."""


class Erasure(ResearchBase):
    """A person who was forgotten, under the pseudonym that is all that is left.

    No foreign key: a restored backup may lack the person, and has to be erased again all the same.
    """

    __tablename__ = "erasure"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    erased_at: Mapped[datetime]
    by: Mapped[str]
    reason: Mapped[str]
    """``asked``, ``retention`` or ``withdrawn``."""
    proof: Mapped[JsonObject]
    """Rows removed by table, and what was looked through afterwards."""
