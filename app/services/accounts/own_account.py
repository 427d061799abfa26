"""What a member of staff does with the own account: password, authenticator, sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.services.accounts import passwords
from app.services.accounts.passwords import PasswordFault
from app.services.accounts.sign_in_limits import note_miss, of_second_factor, on_record, too_many
from app.services.accounts.staff import IDLE, Refusal, Visit
from app.services.context import ServiceContext
from app.storage import staff as accounts
from app.storage import staff_sessions


class Same(StrEnum):
    """A new password that is none."""

    SAME = "same"


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A browser in which somebody is signed in."""

    key: str
    device: str | None
    since: datetime
    last_seen_at: datetime
    here: bool
    """Whether it is the one that asks."""


def sessions_of(ctx: ServiceContext, visit: Visit) -> list[OpenSession]:
    """Return where somebody is signed in, this browser first."""
    now = ctx.clock.now()
    with ctx.databases.research.read() as connection:
        found = staff_sessions.list_open(connection, visit.staff_id, at=now)
    living = [
        OpenSession(
            one.form_key, one.device, one.created_at, one.last_seen_at, one.form_key == visit.key
        )
        for one in found
        if now - one.last_seen_at < IDLE
    ]
    return sorted(living, key=lambda one: not one.here)


def end_session(ctx: ServiceContext, visit: Visit, key: str) -> bool:
    """End one of one's own sessions, at once; false when there is none with this key."""
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        ended = staff_sessions.end_session(connection, visit.staff_id, key, at=now)
        if ended:
            on_record(connection, "staff.session_ended", visit.staff_id, now)
    return ended


def end_other_sessions(ctx: ServiceContext, visit: Visit) -> int:
    """End all of one's sessions but this one; return how many."""
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        count = staff_sessions.end_sessions(connection, visit.staff_id, at=now, but=visit.key)
        on_record(connection, "staff.other_sessions_ended", visit.staff_id, now, count=count)
    return count


def change_password(
    ctx: ServiceContext, visit: Visit, *, old: str, new: str
) -> Refusal | PasswordFault | Same | None:
    """Replace one's own password and end all other sessions; say why not."""
    limits = of_second_factor(visit.staff_id)
    with ctx.databases.research.read() as connection:
        if too_many(ctx, connection, limits):
            return Refusal.TOO_MANY
        member = accounts.load_member(connection, visit.staff_id)
    if member is None or not passwords.fits(ctx, member.password_hash, old):
        note_miss(ctx, limits, visit.staff_id, "password")
        return Refusal.WRONG
    if fault := passwords.fault_of(new, visit.email):
        return fault
    if passwords.fits(ctx, member.password_hash, new):
        return Same.SAME
    password_hash, now = passwords.hashed(ctx, new), ctx.clock.now()
    with ctx.databases.research.write() as connection:
        accounts.set_password_hash(connection, visit.staff_id, password_hash)
        staff_sessions.end_sessions(connection, visit.staff_id, at=now, but=visit.key)
        on_record(connection, "staff.password_changed", visit.staff_id, now)
    return None
