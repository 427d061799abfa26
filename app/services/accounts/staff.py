"""Staff at the door: accounts, password and code, sessions that end by themselves.

A session begins with the right password (stage ``password``: it opens nothing but the question for
the second factor) and is replaced, token and all, when that is right too. Whatever is wrong, the
answer is the same and takes about the same time, whether the account exists or not.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

import pyotp
from sqlalchemy import Connection

from app.panel.states import Role
from app.services.accounts import authenticators, passwords
from app.services.accounts.passwords import PASSWORD_MIN, PasswordFault
from app.services.accounts.sign_in_limits import (
    note_miss,
    of_password,
    on_record,
    subject_of,
    too_many,
)
from app.services.context import ServiceContext
from app.storage import audit
from app.storage import staff as accounts
from app.storage.encryption import KeyRing
from app.storage.models.staff import SignInStage
from app.storage.staff import StaffMember

logger = logging.getLogger(__name__)

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
CODE_TIME = timedelta(minutes=10)
"""How long the right password waits for its code."""
CONFIRMED_FOR = timedelta(minutes=10)
"""How long a proof of who is there is good for what takes data out or cannot be undone."""
TOUCH_EVERY = timedelta(minutes=1)
"""How exactly "last seen" is kept: a page that is only read should not write every time."""


class PasswordTooShortError(ValueError):
    """A new password has fewer characters than `PASSWORD_MIN`."""


class GuessablePasswordError(ValueError):
    """A new password is made of what everybody tries first."""


class Refusal(StrEnum):
    """Why somebody is not let in."""

    WRONG = "wrong"
    """No such account, wrong password, closed account, wrong or used code: not told apart."""
    TOO_MANY = "too_many"
    ENDED = "ended"
    """The right password was too long ago: begin again."""


class Entry(NamedTuple):
    """What a browser is given when it is let in: two tokens, in two cookies."""

    token: str
    proof: str
    """Shows that somebody gave a second factor in this browser a moment ago."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser of a member of staff, and how far it got."""

    staff_id: UUID
    email: str
    role: Role
    stage: SignInStage
    key: str
    """Names the session, for the tokens of its forms; the cookie does not follow from it."""
    confirmed: bool = False
    """Whether a second factor was given in this browser in the last ten minutes."""

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
    GuessablePasswordError
        If it is made of repetitions, rows of keys, the own name or the name of the study.
    sqlalchemy.exc.IntegrityError
        If there is an account with this e-mail address.
    """
    match passwords.fault_of(password, email):
        case None:
            pass
        case PasswordFault.SHORT:
            raise PasswordTooShortError(
                f"the password: found {len(password)} characters, expected at least {PASSWORD_MIN}"
            )
        case fault:
            raise GuessablePasswordError(
                f"the password is {fault}: expected something nobody tries first"
            )
    secret = totp_secret or pyotp.random_base32()
    password_hash = passwords.hashed(ctx, password)
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
            subject=subject_of(staff_id),
            detail={"role": str(role)},
        )
    return secret


# --- signing in -----------------------------------------------------------------------------------


def check_password(
    ctx: ServiceContext, email: str, password: str, *, address: str, device: str | None = None
) -> str | Refusal:
    """Return the token of a session that waits for the code, or why there is none.

    Parameters
    ----------
    address
        Network address of the sender; kept as a hash that changes daily, and only of misses.
    device
        Browser and system in two words, for the list of sessions.
    """
    now = ctx.clock.now()
    account = email.strip().lower()
    limits = of_password(account, address)
    member = None
    with ctx.databases.research.read() as connection:
        if too_many(ctx, connection, limits):
            logger.warning("sign-in refused: too many wrong tries")
            return Refusal.TOO_MANY
        if "\0" not in account:  # PostgreSQL takes none, and no account has one.
            member = accounts.find_member(connection, account)
    right = passwords.fits(ctx, member.password_hash if member else None, password)
    if member is None or not right or member.disabled_at is not None:
        note_miss(ctx, limits, member.id if member else None, "password")
        return Refusal.WRONG
    token = secrets.token_urlsafe(32)
    renewed = None
    if passwords.is_cheaper_than_now(ctx, member.password_hash):
        renewed = passwords.hashed(ctx, password)
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
            device=device,
        )
    return token


def check_code(ctx: ServiceContext, token: str, typed: str) -> Entry | Refusal:
    """Return the tokens of a full session for the right code; the waiting session ends."""
    found = waiting_for_second(ctx, token)
    if isinstance(found, Refusal):
        return found
    session, member = found
    if not authenticators.check_own_code(ctx, member, typed):
        return Refusal.WRONG
    with ctx.databases.research.write() as connection:
        return let_in(ctx, connection, member.id, device=session.device, instead_of=token)


def waiting_for_second(
    ctx: ServiceContext, token: str
) -> tuple[accounts.Session, StaffMember] | Refusal:
    """Return the session that waits for a second factor, or why it waits no longer."""
    with ctx.databases.research.read() as connection:
        found = accounts.load_session(connection, token)
    now = ctx.clock.now()
    if found is None or not _lives(*found, now) or found[0].stage is not SignInStage.PASSWORD:
        return Refusal.ENDED
    if not authenticators.may_try_code(ctx, found[1].id):
        logger.warning("code refused: too many wrong tries", extra={"staff": found[1].id.hex})
        return Refusal.TOO_MANY
    return found


def let_in(
    ctx: ServiceContext,
    connection: Connection,
    staff_id: UUID,
    *,
    device: str | None,
    instead_of: str | None,
    how: str = "code",
) -> Entry:
    """Open a full session, with its proof, for somebody whose second factor was right.

    The session of the token ``instead_of`` ends: no token outlives a step of signing in.
    """
    now = ctx.clock.now()
    entry = Entry(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    if instead_of:
        accounts.revoke_session(connection, instead_of, at=now)
    accounts.open_session(
        connection,
        entry.token,
        staff_id,
        stage=SignInStage.FULL,
        at=now,
        expires_at=now + LONGEST,
        device=device,
        proof=entry.proof,
    )
    on_record(connection, "staff.signed_in", staff_id, now, how=how)
    return entry


def visit_of(ctx: ServiceContext, token: str | None, proof: str | None = None) -> Visit | None:
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
    return Visit(
        member.id,
        member.email,
        member.role,
        session.stage,
        session.form_key,
        confirmed=_is_confirmed(session, proof, now),
    )


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
            on_record(connection, "staff.signed_out", member.id, now)


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


def _is_confirmed(session: accounts.Session, proof: str | None, now: datetime) -> bool:
    return (
        bool(proof)
        and session.confirmed_hash is not None
        and session.confirmed_at is not None
        and hmac.compare_digest(session.confirmed_hash, accounts.session_id(proof or ""))
        and now - session.confirmed_at < CONFIRMED_FOR
    )
