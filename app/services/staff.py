"""Staff at the door: accounts, password and code, sessions that end by themselves.

A session begins with the right password (stage ``password``: it opens nothing but the question for
the code) and is replaced, token and all, when the code is right too. Whatever is wrong, the answer
is the same and takes about the same time, whether the account exists or not.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from threading import Semaphore
from uuid import UUID

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection

from app.clock import authenticator_time
from app.panel.access_code import normalise
from app.panel.states import Role
from app.services.context import ServiceContext
from app.settings import Argon2Cost
from app.storage import audit
from app.storage import staff as accounts
from app.storage.encryption import KeyRing
from app.storage.misses import hash_source, sign_in_misses
from app.storage.models.staff import SignInStage
from app.storage.staff import StaffMember

logger = logging.getLogger(__name__)

PASSWORD_MIN = 15
"""Length is the only rule; 15 is what NIST SP 800-63B-4, 3.1.1.2, asks of one that stands alone."""
PASSWORD_MAX = 1_000
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
CODE_TIME = timedelta(minutes=10)
"""How long the right password waits for its code."""
TOUCH_EVERY = timedelta(minutes=1)
"""How exactly "last seen" is kept: a page that is only read should not write every time."""

TOTP_STEP_S = 30
TOTP_WINDOW = 1
"""Steps a clock may be off, either way; RFC 6238, 5.2."""

MISS_WINDOW = timedelta(minutes=10)
MISS_MEMORY = timedelta(hours=1)
MISSES_FROM_HERE = 10
"""Wrong tries of one account from one address in an hour, before both have to wait."""
MISSES_OF_ADDRESS = 30
MISSES_OF_ACCOUNT = 100
"""From all addresses: high, so that no outsider locks somebody out by guessing wrong."""
MISSES_OF_CODE = 10
"""Wrong codes after a right password: whoever comes that far and guesses is not let on."""

# Hashing takes a processor and 19 MiB for tens of milliseconds: respondents need both.
_hashing = Semaphore(2)


class PasswordTooShortError(ValueError):
    """A new password has fewer characters than `PASSWORD_MIN`."""


class Refusal(StrEnum):
    """Why somebody is not let in."""

    WRONG = "wrong"
    """No such account, wrong password, closed account, wrong or used code: not told apart."""
    TOO_MANY = "too_many"
    ENDED = "ended"
    """The right password was too long ago: begin again."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser of a member of staff, and how far it got."""

    staff_id: UUID
    email: str
    role: Role
    stage: SignInStage
    key: str
    """Names the session, for the tokens of its forms; the cookie does not follow from it."""

    @property
    def signed_in(self) -> bool:
        """Whether password and code were both right."""
        return self.stage is SignInStage.FULL


# --- accounts -------------------------------------------------------------------------------------


def add_member(
    ctx: ServiceContext, *, email: str, password: str, role: Role, totp_secret: str | None = None
) -> str:
    """Add an account and return its TOTP secret (base32), to be put into an authenticator.

    Raises
    ------
    PasswordTooShortError
        If the password has fewer than `PASSWORD_MIN` characters.
    sqlalchemy.exc.IntegrityError
        If there is an account with this e-mail address.
    """
    if len(password) < PASSWORD_MIN:
        raise PasswordTooShortError(
            f"the password: found {len(password)} characters, expected at least {PASSWORD_MIN}"
        )
    secret = totp_secret or pyotp.random_base32()
    password_hash = _hasher(ctx.settings.argon2).hash(_plain(password))
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        staff_id = accounts.add_member(
            connection,
            KeyRing(ctx.settings.staff_keys),
            email=email,
            password_hash=password_hash,
            totp_secret=secret,
            role=role,
            at=now,
        )
        audit.append_audit(
            connection,
            at=now,
            staff_id=None,
            action="staff.added",
            subject=f"staff {staff_id.hex}",
            detail={"role": str(role)},
        )
    return secret


# --- signing in -----------------------------------------------------------------------------------


def check_password(
    ctx: ServiceContext, email: str, password: str, *, address: str
) -> str | Refusal:
    """Return the token of a session that waits for the code, or why there is none.

    Parameters
    ----------
    address
        Network address of the sender; kept as a hash that changes daily, and only of misses.
    """
    now = ctx.clock.now()
    account = email.strip().lower()
    limits = {
        f"sign-in {account} at {address}": MISSES_FROM_HERE,
        f"sign-in at {address}": MISSES_OF_ADDRESS,
        f"sign-in {account}": MISSES_OF_ACCOUNT,
    }
    member = None
    with ctx.databases.research.read() as connection:
        if _too_many(ctx, connection, limits, now):
            logger.warning("sign-in refused: too many wrong tries")
            return Refusal.TOO_MANY
        if "\0" not in account:  # PostgreSQL takes none, and no account has one.
            member = accounts.find_member(connection, account)
    right = _password_fits(ctx, member, password)
    if member is None or not right or member.disabled_at is not None:
        _note_miss(ctx, list(limits), member, step=SignInStage.PASSWORD)
        return Refusal.WRONG
    token = secrets.token_urlsafe(32)
    renewed = _renewed_hash(ctx, member, password)
    with ctx.databases.research.write() as connection:
        if renewed is not None:
            accounts.set_password_hash(connection, member.id, renewed)
        accounts.open_session(
            connection,
            token,
            member.id,
            stage=SignInStage.PASSWORD,
            at=now,
            expires_at=now + CODE_TIME,
        )
    return token


def check_code(ctx: ServiceContext, token: str, typed: str) -> str | Refusal:
    """Return the token of a full session for the right code; the waiting session ends."""
    now = ctx.clock.now()
    with ctx.databases.research.read() as connection:
        found = accounts.load_session(connection, token)
        if found is None or not _lives(*found, now) or found[0].stage is not SignInStage.PASSWORD:
            return Refusal.ENDED
        member = found[1]
        limits = {f"code of {member.id.hex}": MISSES_OF_CODE}
        too_many = _too_many(ctx, connection, limits, now)
    if too_many:
        logger.warning("code refused: too many wrong tries", extra={"staff": member.id.hex})
        return Refusal.TOO_MANY
    secret = accounts.totp_secret(KeyRing(ctx.settings.staff_keys), member)
    # That a code works once is told by the same clock, also where the site runs at a made-up time.
    step = _step_of(secret, typed, authenticator_time(ctx.clock))
    fresh = secrets.token_urlsafe(32)
    if step is not None:
        with ctx.databases.research.write() as connection:
            # The code may have been used by another browser a moment ago: it works once.
            if accounts.use_totp_step(connection, member.id, step):
                accounts.revoke_session(connection, token, at=now)
                accounts.open_session(
                    connection,
                    fresh,
                    member.id,
                    stage=SignInStage.FULL,
                    at=now,
                    expires_at=now + LONGEST,
                )
                _record(connection, "staff.signed_in", member.id, now)
                return fresh
    _note_miss(ctx, list(limits), member, step=SignInStage.FULL)
    return Refusal.WRONG


def visit_of(ctx: ServiceContext, token: str | None) -> Visit | None:
    """Return whose browser this is, or ``None`` without a living session."""
    if not token:
        return None
    now = ctx.clock.now()
    with ctx.databases.research.read() as connection:
        found = accounts.load_session(connection, token)
    if found is None or not _lives(*found, now):
        return None
    session, member = found
    if now - session.last_seen_at >= TOUCH_EVERY:
        with ctx.databases.research.write() as connection:
            accounts.touch_session(connection, token, at=now)
    return Visit(member.id, member.email, member.role, session.stage, session.id)


def sign_out(ctx: ServiceContext, token: str | None) -> None:
    """End a session, if it is one."""
    if not token:
        return
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        found = accounts.load_session(connection, token)
        if found is None or found[0].revoked_at is not None:
            return
        session, member = found
        accounts.revoke_session(connection, token, at=now)
        if session.stage is SignInStage.FULL:
            _record(connection, "staff.signed_out", member.id, now)


def record(
    ctx: ServiceContext,
    visit: Visit,
    action: str,
    subject: str,
    detail: dict[str, str | int | None],
) -> None:
    """Add to the audit log what a member of staff did that changed nothing else: an export."""
    with ctx.databases.research.write() as connection:
        audit.append_audit(
            connection,
            at=ctx.clock.now(),
            staff_id=visit.staff_id,
            action=action,
            subject=subject,
            detail=detail,
        )


# --- what these share -----------------------------------------------------------------------------


def _lives(session: accounts.Session, member: StaffMember, now: datetime) -> bool:
    return (
        session.revoked_at is None
        and member.disabled_at is None
        and now < session.expires_at
        and now - session.last_seen_at < IDLE
    )


def _step_of(secret: str, typed: str, now: datetime) -> int | None:
    """The 30-second step whose code was typed, in digits of any script; ``None`` if none near is.

    All steps of the window are compared, so that the time tells nothing.
    """
    code = normalise(typed[:40]) or ""
    totp = pyotp.TOTP(secret, interval=TOTP_STEP_S)
    present = int(now.timestamp()) // TOTP_STEP_S
    steps = range(present - TOTP_WINDOW, present + TOTP_WINDOW + 1)
    fitting = [s for s in steps if hmac.compare_digest(totp.generate_otp(s), code)]
    return fitting[-1] if fitting else None


def _password_fits(ctx: ServiceContext, member: StaffMember | None, password: str) -> bool:
    stored = member.password_hash if member else _hash_of_nobody(ctx.settings.argon2)
    with _hashing:
        try:
            _hasher(ctx.settings.argon2).verify(stored, _plain(password))
        except (VerificationError, InvalidHashError):
            return False
    return member is not None


def _renewed_hash(ctx: ServiceContext, member: StaffMember, password: str) -> str | None:
    """The password hashed anew when the cost of hashing was set higher since."""
    hasher = _hasher(ctx.settings.argon2)
    if not hasher.check_needs_rehash(member.password_hash):
        return None
    with _hashing:
        return hasher.hash(_plain(password))


def _plain(password: str) -> str:
    # One keyboard sends é as one character, another as two: both are the same password.
    return unicodedata.normalize("NFC", password[:PASSWORD_MAX])


@lru_cache(maxsize=4)
def _hasher(cost: Argon2Cost) -> PasswordHasher:
    return PasswordHasher(cost.passes, cost.memory_kib, cost.lanes)


@lru_cache(maxsize=4)
def _hash_of_nobody(cost: Argon2Cost) -> str:
    return _hasher(cost).hash(secrets.token_urlsafe(32))


def _too_many(
    ctx: ServiceContext, connection: Connection, limits: dict[str, int], now: datetime
) -> bool:
    return any(
        sign_in_misses.of_source(connection, _hashed(ctx, source, now), since=now - MISS_MEMORY)
        >= limit
        for source, limit in limits.items()
    )


def _note_miss(
    ctx: ServiceContext, sources: list[str], member: StaffMember | None, *, step: SignInStage
) -> None:
    """Count a miss and put it on record. What was typed is not: it may be a password."""
    now = ctx.clock.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    window = now - (now - hour) % MISS_WINDOW
    with ctx.databases.research.write() as connection:
        for source in sources:
            sign_in_misses.add(connection, _hashed(ctx, source, now), window_start=window)
        sign_in_misses.forget(connection, before=now - timedelta(days=1))
        _record(
            connection,
            "staff.sign_in_failed",
            member.id if member else None,
            now,
            wrong="password" if step is SignInStage.PASSWORD else "code",
        )


def _record(
    connection: Connection, action: str, staff_id: UUID | None, at: datetime, **detail: str
) -> None:
    subject = f"staff {staff_id.hex}" if staff_id else "unknown account"
    audit.append_audit(
        connection, at=at, staff_id=staff_id, action=action, subject=subject, detail=detail
    )


def _hashed(ctx: ServiceContext, source: str, now: datetime) -> str:
    return hash_source(ctx.settings.secret_key, source, on=now.date())
