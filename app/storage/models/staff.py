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
    form_key: Mapped[str]
    """What tokens of forms are bound to: it stays when the token of the cookie is replaced."""
    device: Mapped[str | None]
    """Browser and system in two words, as told at sign-in; ``None`` for the command line."""
    confirmed_hash: Mapped[str | None]
    """SHA-256 of the token that proves a recent confirmation; lives in a cookie of its own."""
    confirmed_at: Mapped[datetime | None]


class Passkey(ResearchBase):
    """A WebAuthn credential of a member of staff; only its public half is here."""

    __tablename__ = "passkey"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id, ondelete="CASCADE"), index=True)
    credential_id: Mapped[str] = mapped_column(unique=True)
    """base64url, as browsers say it."""
    public_key: Mapped[str]
    """COSE key, base64url."""
    sign_count: Mapped[int] = mapped_column(BigInteger)
    """0 for passkeys that do not count, which most synchronised ones do not."""
    rp_id: Mapped[str]
    """The host for which it was made; browsers offer it nowhere else."""
    transports: Mapped[str]
    """How it is reached, in the words of the browser, separated by spaces."""
    name: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class ChallengePurpose(StrEnum):
    """What the answer to a challenge is good for, and for nothing else."""

    SIGN_IN = "sign_in"
    CONFIRM = "confirm"
    REGISTER = "register"


class PasskeyChallenge(ResearchBase):
    """A number that a passkey has to sign; taken away by the first answer."""

    __tablename__ = "passkey_challenge"
    __table_args__ = (Index(None, "expires_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    """SHA-256 of the challenge, in hexadecimal."""
    purpose: Mapped[ChallengePurpose] = mapped_column(word(ChallengePurpose, "purpose"))
    bound_to: Mapped[str] = mapped_column(index=True)
    """The browser that asked: what the tokens of its forms are bound to."""
    expires_at: Mapped[datetime]


class RecoveryCode(ResearchBase):
    """A code on paper for who lost the phone; works once."""

    __tablename__ = "recovery_code"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id, ondelete="CASCADE"), index=True)
    code_hash: Mapped[str]
    """argon2id."""
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LinkKind(StrEnum):
    """What a link that an administrator hands over opens."""

    INVITATION = "invitation"
    SECOND_FACTOR = "second_factor"
    """Set up a second factor again, with the password."""
    PASSWORD = "password"  # noqa: S105 - a kind, not a secret
    """Choose a password again, with a second factor."""


class StaffLink(ResearchBase):
    """A link that works once, for an account to be or one that lost a way in."""

    __tablename__ = "staff_link"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_in_lower_case"),
        CheckConstraint(
            "(kind = 'invitation') = (role IS NOT NULL)", name="invitation_says_the_role"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of the token, in hexadecimal."""
    kind: Mapped[LinkKind] = mapped_column(word(LinkKind, "kind"))
    email: Mapped[str] = mapped_column(index=True)
    role: Mapped[Role | None] = mapped_column(word(Role, "role"))
    made_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id, ondelete="RESTRICT"), index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """Taken back, or replaced by a newer one."""


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
