"""Recovery codes: ten, on paper, for who lost phone and passkey.

A code has 50 random bits. That is short enough to be typed, and too short for a plain hash, which
who holds a copy of the database could try through (OWASP ASVS 5.0, 6.5.2, asks for 112 bits then):
so it is hashed with argon2id, like a password. Looking one up costs up to ten hashes, a fifth of a
second, at most ten times an hour.
"""

from __future__ import annotations

import secrets
import unicodedata
from uuid import UUID

from app.services.accounts import passwords
from app.services.accounts.sign_in_limits import note_miss, of_second_factor, on_record
from app.services.accounts.staff import Entry, Refusal, Visit, let_in, waiting_for_second
from app.services.context import ServiceContext
from app.storage import recovery_codes as stored

CODES = 10
LENGTH = 10
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is taken for another, or for a digit."""
_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def codes_left(ctx: ServiceContext, visit: Visit) -> int:
    """Return how many codes of somebody still work."""
    with ctx.databases.research.read() as connection:
        return stored.count_unused(connection, visit.staff_id)


def make_codes(ctx: ServiceContext, visit: Visit) -> list[str]:
    """Return new codes for somebody, to be shown once; those of before work no more."""
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(CODES)]
    hashes = [passwords.hashed(ctx, code) for code in codes]
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        stored.replace_codes(connection, visit.staff_id, hashes, at=now)
        on_record(connection, "staff.recovery_codes_made", visit.staff_id, now)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def sign_in(ctx: ServiceContext, token: str, typed: str) -> Entry | Refusal:
    """Return the tokens of a full session for a right password and one of the codes."""
    found = waiting_for_second(ctx, token)
    if isinstance(found, Refusal):
        return found
    session, member = found
    if not use(ctx, member.id, typed):
        note_miss(ctx, of_second_factor(member.id), member.id, "recovery code")
        return Refusal.WRONG
    with ctx.databases.research.write() as connection:
        return let_in(
            ctx,
            connection,
            member.id,
            device=session.device,
            instead_of=token,
            how="recovery code",
        )


def use(ctx: ServiceContext, staff_id: UUID, typed: str) -> bool:
    """Use a code of somebody up; false when it is none, or was used. Misses are not counted."""
    with ctx.databases.research.read() as connection:
        unused = stored.unused_codes(connection, staff_id)
    code = _as_written(typed)
    # All are tried, so that the time does not tell which one it was.
    fitting = [one for one in unused if passwords.fits(ctx, one.code_hash, code)]
    if not fitting:
        return False
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        used = stored.use_code(connection, fitting[0].id, at=now)
        if used:
            on_record(connection, "staff.recovery_code_used", staff_id, now, left=len(unused) - 1)
    return used


def _as_written(typed: str) -> str:
    """What was typed, as the code was shown: any case, with or without the hyphen."""
    plain = unicodedata.normalize("NFKC", typed[:40]).upper()
    return "".join(one for one in plain if one.isalnum()).translate(_MEANT)
