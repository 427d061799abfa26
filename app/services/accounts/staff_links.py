"""Links that an administrator hands over: to join, or to get back in after losing something.

A link is half of what is needed. To join, it is all: the account begins with it. To set up a second
factor again it takes the password too, and to choose a password again it takes the second factor:
so neither the administrator who makes a link, nor who finds it, gets into somebody's account alone.
Who lost both is closed and invited again, which everybody sees on the audit log.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from app.panel.states import Role
from app.services.accounts import authenticators, passwords, recovery
from app.services.accounts.passwords import PasswordFault
from app.services.accounts.sign_in_limits import (
    note_miss,
    of_password,
    of_second_factor,
    on_record,
    subject_of,
    too_many,
)
from app.services.accounts.staff import Entry, Refusal, Visit, let_in, record, visit_of
from app.services.context import ServiceContext
from app.storage import audit, passkeys, recovery_codes, staff_links, staff_sessions
from app.storage import staff as accounts
from app.storage.encryption import Cell, DecryptionError, KeyRing
from app.storage.models.staff import LinkKind
from app.storage.staff import StaffMember
from app.storage.staff_links import Link

__all__ = ["Link", "LinkKind"]

INVITATION_LASTS = timedelta(days=7)
WAY_BACK_LASTS = timedelta(days=1)


class AccountExistsError(Exception):
    """Somebody with this address has an account that is open."""


class NoAccountError(Exception):
    """There is no open account to make a link for, or it is one's own."""


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link as it is shown, once."""

    token: str
    kind: LinkKind
    email: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that works, and the account it leads to where there is one already."""

    link: Link
    member: StaffMember | None

    @property
    def owner(self) -> UUID:
        """What a new authenticator is made for."""
        return self.member.id if self.member else self.link.id


@dataclass(frozen=True, slots=True)
class Joined:
    """Let in: the tokens of the session, and the recovery codes, shown once."""

    entry: Entry
    codes: list[str]


# --- what the administrator does ------------------------------------------------------------------


def invite(ctx: ServiceContext, visit: Visit, *, email: str, role: Role) -> NewLink:
    """Make a link with which somebody joins in a role.

    Raises
    ------
    AccountExistsError
        If there is an open account with this address.
    """
    with ctx.databases.research.read() as connection:
        member = accounts.find_member(connection, email)
    if member is not None and member.disabled_at is None:
        raise AccountExistsError
    return _made(ctx, visit, LinkKind.INVITATION, email, role, INVITATION_LASTS)


def way_back(ctx: ServiceContext, visit: Visit, staff_id: UUID, kind: LinkKind) -> NewLink:
    """Make a link for somebody who lost the second factor, or forgot the password.

    Raises
    ------
    NoAccountError
        If there is no such open account, or it is one's own: that has pages of its own.
    """
    with ctx.databases.research.read() as connection:
        member = accounts.load_member(connection, staff_id)
    if member is None or member.disabled_at is not None or staff_id == visit.staff_id:
        raise NoAccountError
    return _made(ctx, visit, kind, member.email, None, WAY_BACK_LASTS, member)


def waiting_links(ctx: ServiceContext) -> list[tuple[Link, str]]:
    """Return the links that were not used yet, each with the address of who made it."""
    with ctx.databases.research.read() as connection:
        return list(staff_links.waiting_links(connection, at=ctx.clock.now()))


def take_back(ctx: ServiceContext, visit: Visit, link_id: UUID) -> str | None:
    """End a link and return whose it was; ``None`` when it works no more already."""
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        email = staff_links.end_link(connection, link_id, at=now)
        if email is not None:
            audit.append_audit(
                connection,
                at=now,
                staff_id=visit.staff_id,
                action="staff.link_taken_back",
                subject=f"link {link_id.hex}",
            )
    return email


# --- what the person does who got it --------------------------------------------------------------


def open_link(ctx: ServiceContext, token: str) -> OpenLink | None:
    """Return the link of a token; ``None`` when it was used, taken back, is over or never was."""
    with ctx.databases.research.read() as connection:
        link = staff_links.find_link(connection, token)
        member = None if link is None else accounts.find_member(connection, link.email)
    if link is None or link.used_at is not None or link.ended_at is not None:
        return None
    if link.expires_at <= ctx.clock.now():
        return None
    is_open = member is not None and member.disabled_at is None
    if is_open is (link.kind is LinkKind.INVITATION):
        return None
    return OpenLink(link, member)


def chosen_password(ctx: ServiceContext, opened: OpenLink, password: str) -> str | PasswordFault:
    """Return a new password as its hash, sealed for the next page of this link; or its fault."""
    fault = passwords.fault_of(password, opened.link.email)
    return fault or _seal(ctx, opened.link, passwords.hashed(ctx, password))


def own_password(
    ctx: ServiceContext, opened: OpenLink, password: str, *, address: str
) -> str | Refusal:
    """Return, sealed for the next page, that somebody gave the password of the account."""
    member = opened.member
    limits = of_password(opened.link.email, address)
    with ctx.databases.research.read() as connection:
        if too_many(ctx, connection, limits):
            return Refusal.TOO_MANY
    if member is None or not passwords.fits(ctx, member.password_hash, password):
        note_miss(ctx, limits, member.id if member else None, "password")
        return Refusal.WRONG
    return _seal(ctx, opened.link, member.password_hash)


def finish(
    ctx: ServiceContext,
    opened: OpenLink,
    *,
    sealed_password: str,
    secret: str,
    typed: str,
    device: str | None,
) -> Joined | Refusal:
    """Begin the account, or give it its new second factor, and let its owner in.

    Parameters
    ----------
    sealed_password
        What `chosen_password` or `own_password` returned for this link.
    secret, typed
        The new TOTP secret, and a code of it that shows that the authenticator has it.
    """
    password_hash = _unsealed(ctx, opened.link, sealed_password)
    joining = opened.link.kind is LinkKind.INVITATION
    stale = not joining and (opened.member is None or password_hash != opened.member.password_hash)
    if password_hash is None or stale:
        return Refusal.ENDED
    step = authenticators.step_of(ctx, secret, typed)
    if step is None:
        return Refusal.WRONG
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        if not staff_links.use_link(connection, opened.link.id, at=now):
            return Refusal.ENDED
        staff_id = _account_of(ctx, connection, opened, password_hash)
        accounts.set_totp(connection, KeyRing(ctx.settings.staff_keys), staff_id, secret, step=step)
        # What was lost may be in other hands: nothing of before opens anything.
        passkeys.remove_passkeys(connection, staff_id)
        recovery_codes.replace_codes(connection, staff_id, [], at=now)
        staff_sessions.end_sessions(connection, staff_id, at=now)
        staff_links.end_links_of(connection, opened.link.email, at=now)
        action = "staff.joined" if joining else "staff.second_factor_replaced"
        on_record(connection, action, staff_id, now, link=opened.link.id.hex)
        entry = let_in(ctx, connection, staff_id, device=device, instead_of=None, how="link")
    visit = visit_of(ctx, entry.token, entry.proof)
    return Joined(entry, recovery.make_codes(ctx, visit) if visit else [])


def choose_again(
    ctx: ServiceContext, opened: OpenLink, *, sealed_password: str, typed: str
) -> Refusal | None:
    """Give an account a new password for a code of its authenticator, or a recovery code."""
    password_hash, member = _unsealed(ctx, opened.link, sealed_password), opened.member
    if password_hash is None or member is None or opened.link.kind is not LinkKind.PASSWORD:
        return Refusal.ENDED
    if not authenticators.may_try_code(ctx, member.id):
        return Refusal.TOO_MANY
    now = ctx.clock.now()
    if not _is_second_factor(ctx, member, typed):
        return Refusal.WRONG
    with ctx.databases.research.write() as connection:
        if not staff_links.use_link(connection, opened.link.id, at=now):
            return Refusal.ENDED
        accounts.set_password_hash(connection, member.id, password_hash)
        staff_sessions.end_sessions(connection, member.id, at=now)
        on_record(connection, "staff.password_replaced", member.id, now, link=opened.link.id.hex)
    return None


# --- what these share -----------------------------------------------------------------------------


def _made(
    ctx: ServiceContext,
    visit: Visit,
    kind: LinkKind,
    email: str,
    role: Role | None,
    lasts: timedelta,
    member: StaffMember | None = None,
) -> NewLink:
    now = ctx.clock.now()
    token = secrets.token_urlsafe(32)
    with ctx.databases.research.write() as connection:
        link_id = staff_links.add_link(
            connection,
            token,
            kind,
            email=email,
            role=role,
            made_by=visit.staff_id,
            at=now,
            expires_at=now + lasts,
        )
    subject = subject_of(member.id) if member else f"link {link_id.hex}"
    record(
        ctx,
        visit,
        "staff.invited" if kind is LinkKind.INVITATION else "staff.way_back_given",
        subject,
        {"kind": str(kind), "role": str(role) if role else None, "link": link_id.hex},
    )
    return NewLink(token, kind, email.strip().lower(), now + lasts)


def _account_of(
    ctx: ServiceContext, connection: Connection, opened: OpenLink, password_hash: str
) -> UUID:
    """The account that a link is for: there already, begun with it, or opened again by it."""
    role = opened.link.role
    if opened.member is None:
        return accounts.add_member(
            connection,
            KeyRing(ctx.settings.staff_keys),
            email=opened.link.email,
            password_hash=password_hash,
            totp_secret=secrets.token_urlsafe(32),  # replaced in the same unit
            role=role or Role.INTERVIEWER,
            at=ctx.clock.now(),
        )
    if role is not None:
        accounts.open_member(connection, opened.member.id, password_hash=password_hash, role=role)
    return opened.member.id


def _is_second_factor(ctx: ServiceContext, member: StaffMember, typed: str) -> bool:
    if typed.strip().isdigit() or len(typed) < recovery.LENGTH:
        return authenticators.check_own_code(ctx, member, typed)
    if recovery.use(ctx, member.id, typed):
        return True
    note_miss(ctx, of_second_factor(member.id), member.id, "recovery code")
    return False


def _seal(ctx: ServiceContext, link: Link, password_hash: str) -> str:
    return KeyRing(ctx.settings.staff_keys).encrypt(password_hash.encode(), _cell(link))


def _unsealed(ctx: ServiceContext, link: Link, sealed: str) -> str | None:
    try:
        return KeyRing(ctx.settings.staff_keys).decrypt(sealed, _cell(link)).decode()
    except (DecryptionError, UnicodeError, ValueError):
        return None


def _cell(link: Link) -> Cell:
    return Cell("staff_link", "password_hash", str(link.id))
