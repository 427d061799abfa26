"""Showing once more who is there, before data is taken out or something is done for good.

The proof is a second token in a cookie of its own: who has copied the cookie of a session has no
proof, and gets none without the second factor. At each proof the session's token is replaced too
(OWASP ASVS 5.0, 7.2.4).
"""

from __future__ import annotations

import secrets
from uuid import UUID

from app.services.accounts import authenticators
from app.services.accounts.sign_in_limits import on_record
from app.services.accounts.staff import Entry, Refusal, Visit
from app.services.context import ServiceContext
from app.storage import staff as accounts
from app.storage.staff_sessions import renew_session


def confirm_with_code(ctx: ServiceContext, visit: Visit, token: str, typed: str) -> Entry | Refusal:
    """Return new tokens for the right code of somebody's authenticator."""
    if not authenticators.may_try_code(ctx, visit.staff_id):
        return Refusal.TOO_MANY
    with ctx.databases.research.read() as connection:
        member = accounts.load_member(connection, visit.staff_id)
    if member is None or not authenticators.check_own_code(ctx, member, typed):
        return Refusal.WRONG
    return confirmed(ctx, visit.staff_id, token, how="code")


def confirmed(ctx: ServiceContext, staff_id: UUID, token: str, *, how: str) -> Entry | Refusal:
    """Return new tokens for a session whose owner gave a second factor just now."""
    now = ctx.clock.now()
    entry = Entry(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    with ctx.databases.research.write() as connection:
        if not renew_session(connection, token, fresh=entry.token, proof=entry.proof, at=now):
            return Refusal.ENDED
        on_record(connection, "staff.confirmed", staff_id, now, how=how)
    return entry
