"""Accounts as the administrator sees and changes them; every change is on the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.panel.states import Role
from app.services.accounts.sign_in_limits import subject_of
from app.services.accounts.staff import Visit
from app.services.context import ServiceContext
from app.storage import audit, passkeys, recovery_codes, staff_links, staff_sessions
from app.storage import staff as accounts
from app.storage.staff import StaffMember


class OwnAccountError(Exception):
    """Nobody changes the own role, or closes the own account."""


class ChangedMeanwhileError(Exception):
    """Somebody else changed the account since the page was made."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account, and when it was last used; ``None`` when it never was."""

    id: UUID
    email: str
    role: Role
    closed_at: datetime | None
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class AccountDetails:
    """One account with its ways in, in numbers."""

    account: Account
    passkeys: int
    recovery_codes: int
    sessions: int


def all_accounts(ctx: ServiceContext) -> list[Account]:
    """Return all accounts, closed ones too, by address."""
    with ctx.databases.research.read() as connection:
        members = accounts.list_members(connection)
        seen = staff_sessions.last_seen(connection)
    return [_account(one, seen.get(one.id)) for one in members]


def one_account(ctx: ServiceContext, staff_id: UUID) -> AccountDetails | None:
    """Return an account with its ways in; ``None`` when there is none."""
    with ctx.databases.research.read() as connection:
        member = accounts.load_member(connection, staff_id)
        if member is None:
            return None
        seen = staff_sessions.last_seen(connection).get(staff_id)
        return AccountDetails(
            _account(member, seen),
            len(passkeys.passkeys_of(connection, staff_id)),
            recovery_codes.count_unused(connection, staff_id),
            len(staff_sessions.list_open(connection, staff_id, at=ctx.clock.now())),
        )


def change_role(
    ctx: ServiceContext, visit: Visit, staff_id: UUID, *, role: Role, seen: Role
) -> None:
    """Give somebody else another role, from their next page on.

    Raises
    ------
    OwnAccountError, ChangedMeanwhileError
        If the change may not, or need not, be made.
    """
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        _may_change(connection, visit, staff_id)
        if not accounts.set_role(connection, staff_id, role, seen=seen):
            raise ChangedMeanwhileError
        audit.append_audit(
            connection,
            at=now,
            staff_id=visit.staff_id,
            action="staff.role_changed",
            subject=subject_of(staff_id),
            detail={"from": str(seen), "to": str(role)},
        )


def close_account(ctx: ServiceContext, visit: Visit, staff_id: UUID) -> None:
    """Close somebody else's account; sessions and links end at once, the record stays.

    Raises
    ------
    OwnAccountError, ChangedMeanwhileError
        If it may not be closed, or is closed already.
    """
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        member = _may_change(connection, visit, staff_id)
        accounts.disable_member(connection, staff_id, at=now)
        passkeys.remove_passkeys(connection, staff_id)
        recovery_codes.replace_codes(connection, staff_id, [], at=now)
        staff_links.end_links_of(connection, member.email, at=now)
        audit.append_audit(
            connection,
            at=now,
            staff_id=visit.staff_id,
            action="staff.closed",
            subject=subject_of(staff_id),
        )


def _may_change(connection: Connection, visit: Visit, staff_id: UUID) -> StaffMember:
    if staff_id == visit.staff_id:
        raise OwnAccountError
    # Two administrators who remove each other at the same moment wait for each other here. Nobody
    # removes themselves, and who removes is administrator still: the last one always stays.
    if visit.staff_id not in accounts.lock_open_admins(connection):
        raise ChangedMeanwhileError
    member = accounts.load_member(connection, staff_id)
    if member is None or member.disabled_at is not None:
        raise ChangedMeanwhileError
    return member


def _account(member: StaffMember, last_seen_at: datetime | None) -> Account:
    return Account(member.id, member.email, member.role, member.disabled_at, last_seen_at)
