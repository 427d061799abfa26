"""Codes of an authenticator app (TOTP, RFC 6238), and setting one up."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pyotp

from app.clock import authenticator_time
from app.panel.access_code import normalise
from app.services.accounts.sign_in_limits import note_miss, of_second_factor, on_record, too_many
from app.services.context import ServiceContext
from app.storage import staff as accounts
from app.storage.encryption import Cell, DecryptionError, KeyRing
from app.storage.staff import StaffMember

TOTP_STEP_S = 30
TOTP_WINDOW = 1
"""Steps a clock may be off, either way; RFC 6238, 5.2."""
ISSUER = "Perspectief"


@dataclass(frozen=True, slots=True)
class NewAuthenticator:
    """A secret that is not in use yet: shown as a QR code, proved by a code."""

    secret: str
    """Base32, to be typed where no camera is."""
    uri: str
    """What the QR code says."""
    sealed: str
    """The secret, encrypted for one account: the form carries it, the server keeps nothing."""


def step_of(ctx: ServiceContext, secret: str, typed: str) -> int | None:
    """Return the 30-second step whose code was typed, in digits of any script; ``None`` if none.

    All steps of the window are compared, so that the time tells nothing.
    """
    return _step_at(secret, typed, authenticator_time(ctx.clock))


def check_own_code(ctx: ServiceContext, member: StaffMember, typed: str) -> bool:
    """Use up the code of an account's authenticator; false when it is wrong or was used.

    Misses are counted; who calls this has asked `may_try_code` before.
    """
    secret = accounts.totp_secret(KeyRing(ctx.settings.staff_keys), member)
    step = step_of(ctx, secret, typed)
    if step is not None:
        with ctx.databases.research.write() as connection:
            if accounts.use_totp_step(connection, member.id, step):
                return True
    note_miss(ctx, of_second_factor(member.id), member.id, "code")
    return False


def may_try_code(ctx: ServiceContext, staff_id: UUID) -> bool:
    """Tell whether an account has tries left for codes of any kind in this hour."""
    with ctx.databases.research.read() as connection:
        return not too_many(ctx, connection, of_second_factor(staff_id))


def new_authenticator(ctx: ServiceContext, owner: UUID, email: str) -> NewAuthenticator:
    """Return a fresh secret for an account, or for a link that becomes one."""
    secret = pyotp.random_base32()
    ring = KeyRing(ctx.settings.staff_keys)
    return _authenticator(secret, email, ring.encrypt(secret.encode(), _cell(owner)))


def reopened(ctx: ServiceContext, owner: UUID, email: str, sealed: str) -> NewAuthenticator | None:
    """Return the secret that a form carried; ``None`` when it was not made for this account."""
    try:
        secret = KeyRing(ctx.settings.staff_keys).decrypt(sealed, _cell(owner)).decode()
    except (DecryptionError, UnicodeError, ValueError):
        return None
    return _authenticator(secret, email, sealed)


def replace_authenticator(ctx: ServiceContext, staff_id: UUID, secret: str, typed: str) -> bool:
    """Make a new secret the one of an account; false when the code does not prove it."""
    step = step_of(ctx, secret, typed)
    if step is None:
        return False
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        accounts.set_totp(connection, KeyRing(ctx.settings.staff_keys), staff_id, secret, step=step)
        on_record(connection, "staff.authenticator_replaced", staff_id, now)
    return True


def _authenticator(secret: str, email: str, sealed: str) -> NewAuthenticator:
    uri = pyotp.TOTP(secret, interval=TOTP_STEP_S).provisioning_uri(name=email, issuer_name=ISSUER)
    return NewAuthenticator(secret, uri, sealed)


def _step_at(secret: str, typed: str, now: datetime) -> int | None:
    code = normalise(typed[:40]) or ""
    totp = pyotp.TOTP(secret, interval=TOTP_STEP_S)
    present = int(now.timestamp()) // TOTP_STEP_S
    steps = range(present - TOTP_WINDOW, present + TOTP_WINDOW + 1)
    fitting = [s for s in steps if hmac.compare_digest(totp.generate_otp(s), code)]
    return fitting[-1] if fitting else None


def _cell(owner: UUID) -> Cell:
    return Cell("staff", "new_totp_secret", str(owner))
