"""How often somebody may be wrong at the staff door, and what is put on record of it.

Counted are misses, by account and by address, in hashes that change daily. What was typed is kept
nowhere: it may be a password.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from app.services.context import ServiceContext
from app.storage import audit
from app.storage.misses import hash_source, sign_in_misses

MISS_WINDOW = timedelta(minutes=10)
MISS_MEMORY = timedelta(hours=1)
MISSES_FROM_HERE = 10
"""Wrong tries of one account from one address in an hour, before both have to wait."""
MISSES_OF_ADDRESS = 30
MISSES_OF_ACCOUNT = 100
"""From all addresses: high, so that no outsider locks somebody out by guessing wrong."""
MISSES_OF_CODE = 10
"""Wrong codes after a right password: whoever comes that far and guesses is not let on."""

Limits = dict[str, int]
"""What is counted, and how many misses of it an hour are too many."""


def of_password(account: str, address: str) -> Limits:
    """Return the limits of guessing passwords."""
    return {
        f"sign-in {account} at {address}": MISSES_FROM_HERE,
        f"sign-in at {address}": MISSES_OF_ADDRESS,
        f"sign-in {account}": MISSES_OF_ACCOUNT,
    }


def of_address(address: str) -> Limits:
    """Return the limits of whoever comes without an account: with a passkey, or with a link."""
    return {f"sign-in at {address}": MISSES_OF_ADDRESS}


def of_second_factor(staff_id: UUID) -> Limits:
    """Return the limits of codes, passkeys and recovery codes of one account, taken together."""
    return {f"code of {staff_id.hex}": MISSES_OF_CODE}


def too_many(ctx: ServiceContext, connection: Connection, limits: Limits) -> bool:
    """Tell whether one of the limits was reached in the last hour."""
    now = ctx.clock.now()
    return any(
        sign_in_misses.of_source(connection, _hashed(ctx, source, now), since=now - MISS_MEMORY)
        >= limit
        for source, limit in limits.items()
    )


def note_miss(
    ctx: ServiceContext, limits: Iterable[str], staff_id: UUID | None, wrong: str
) -> None:
    """Count a miss and put it on record; ``wrong`` is the kind of proof that did not hold."""
    now = ctx.clock.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    window = now - (now - hour) % MISS_WINDOW
    with ctx.databases.research.write() as connection:
        for source in limits:
            sign_in_misses.add(connection, _hashed(ctx, source, now), window_start=window)
        sign_in_misses.forget(connection, before=now - timedelta(days=1))
        on_record(connection, "staff.sign_in_failed", staff_id, now, wrong=wrong)


def on_record(
    connection: Connection,
    action: str,
    staff_id: UUID | None,
    at: datetime,
    **detail: str | int | None,
) -> None:
    """Add to the audit log what somebody did at the door, or with the own account."""
    audit.append_audit(
        connection,
        at=at,
        staff_id=staff_id,
        action=action,
        subject=subject_of(staff_id),
        detail=detail,
    )


def subject_of(staff_id: UUID | None) -> str:
    """Return how the audit log names an account."""
    return f"staff {staff_id.hex}" if staff_id else "unknown account"


def _hashed(ctx: ServiceContext, source: str, now: datetime) -> str:
    return hash_source(ctx.settings.secret_key, source, on=now.date())
