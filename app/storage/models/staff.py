"""Staff, their sessions, and the log of what they did."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.panel.states import Role
from app.storage.models.base import ResearchBase
from app.storage.types import JsonObject, new_id, word


class SignInStage(StrEnum):
    """How far somebody got at the door: a session of the first stage opens nothing."""

    PASSWORD = "password"  # noqa: S105 - a stage, not a secret
    FULL = "full"


class Staff(ResearchBase):
    """A member of staff. Accounts are closed, never deleted: the log points at them."""

    __tablename__ = "staff"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_in_lower_case"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    totp_secret: Mapped[str]
    """Encrypted with the staff key ring."""
    role: Mapped[Role] = mapped_column(word(Role, "role"))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    last_totp_step: Mapped[int | None] = mapped_column(BigInteger)
    """The 30-second step of the last code used; no code works twice."""


class StaffSession(ResearchBase):
    """A signed-in browser; the cookie holds the token whose hash is the key here."""

    __tablename__ = "staff_session"
    __table_args__ = (Index(None, "expires_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    """SHA-256 of the token, in hexadecimal."""
    staff_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id, ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    stage: Mapped[SignInStage] = mapped_column(word(SignInStage, "stage"))
    revoked_at: Mapped[datetime | None]


class SignInMiss(ResearchBase):
    """Failed sign-ins, counted per source (account or address) and window of time."""

    __tablename__ = "sign_in_miss"
    __table_args__ = (Index(None, "window_start"),)

    source_hash: Mapped[str] = mapped_column(primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    misses: Mapped[int]


class AuditEvent(ResearchBase):
    """What a member of staff did; each row carries the hash of the one before it."""

    __tablename__ = "audit_event"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    staff_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(Staff.id, ondelete="RESTRICT"), index=True
    )
    """``None`` for what the system does by itself or at the command line."""
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[JsonObject]
    previous_hash: Mapped[str]
    hash: Mapped[str]
