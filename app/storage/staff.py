"""Members of staff and their sessions."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert, or_, select, update

from app.panel.states import Role
from app.storage import models
from app.storage.encryption import Cell, KeyRing
from app.storage.models.staff import SignInStage
from app.storage.rows import columns_for
from app.storage.types import new_id, table_of

_staff = table_of(models.Staff)
_session = table_of(models.StaffSession)


@dataclass(frozen=True, slots=True)
class StaffMember:
    """An account. The TOTP secret is still encrypted; see `totp_secret`."""

    id: UUID
    email: str
    password_hash: str
    totp_secret: str
    role: Role
    disabled_at: datetime | None
    last_totp_step: int | None


@dataclass(frozen=True, slots=True)
class Session:
    """How far somebody is signed in, and for how long."""

    id: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    stage: SignInStage
    revoked_at: datetime | None
    form_key: str
    device: str | None
    confirmed_hash: str | None
    confirmed_at: datetime | None


_MEMBER = columns_for(StaffMember, _staff)
_SESSION = columns_for(Session, _session)


def add_member(
    connection: Connection,
    ring: KeyRing,
    *,
    email: str,
    password_hash: str,
    totp_secret: str,
    role: Role,
    at: datetime,
) -> UUID:
    """Store an account, its TOTP secret encrypted, and return its id."""
    staff_id = new_id()
    connection.execute(
        insert(_staff),
        {
            "id": staff_id,
            "email": email.strip().lower(),
            "password_hash": password_hash,
            "totp_secret": ring.encrypt(totp_secret.encode(), _totp_cell(staff_id)),
            "role": role,
            "created_at": at,
        },
    )
    return staff_id


def totp_secret(ring: KeyRing, member: StaffMember) -> str:
    """Return the TOTP secret of an account, in base32."""
    return ring.decrypt(member.totp_secret, _totp_cell(member.id)).decode()


def find_member(connection: Connection, email: str) -> StaffMember | None:
    """Return the account with an e-mail address, closed ones too."""
    row = connection.execute(
        select(*_MEMBER).where(_staff.c.email == email.strip().lower())
    ).one_or_none()
    return None if row is None else StaffMember(*row)


def load_member(connection: Connection, staff_id: UUID) -> StaffMember | None:
    """Return an account by its id, closed ones too."""
    row = connection.execute(select(*_MEMBER).where(_staff.c.id == staff_id)).one_or_none()
    return None if row is None else StaffMember(*row)


def list_members(connection: Connection) -> list[StaffMember]:
    """Return all accounts by e-mail address."""
    return [StaffMember(*row) for row in connection.execute(select(*_MEMBER).order_by("email"))]


def set_password_hash(connection: Connection, staff_id: UUID, password_hash: str) -> None:
    """Replace the password hash of an account."""
    connection.execute(
        update(_staff).where(_staff.c.id == staff_id).values(password_hash=password_hash)
    )


def set_totp(
    connection: Connection, ring: KeyRing, staff_id: UUID, secret: str, *, step: int
) -> None:
    """Replace the TOTP secret of an account; the step whose code proved it is used up."""
    sealed = ring.encrypt(secret.encode(), _totp_cell(staff_id))
    connection.execute(
        update(_staff)
        .where(_staff.c.id == staff_id)
        .values(totp_secret=sealed, last_totp_step=step)
    )


def set_role(connection: Connection, staff_id: UUID, role: Role, *, seen: Role) -> bool:
    """Give an account another role; false when it has another one than was seen by now."""
    changed = connection.execute(
        update(_staff).where(_staff.c.id == staff_id, _staff.c.role == seen).values(role=role)
    )
    return changed.rowcount == 1


def open_member(connection: Connection, staff_id: UUID, *, password_hash: str, role: Role) -> None:
    """Open an account, also one that was closed; what it did before stays on record."""
    connection.execute(
        update(_staff)
        .where(_staff.c.id == staff_id)
        .values(disabled_at=None, password_hash=password_hash, role=role)
    )


def lock_open_admins(connection: Connection) -> set[UUID]:
    """Return who is administrator now, and keep that so until the unit ends."""
    query = (
        select(_staff.c.id)
        .where(_staff.c.role == Role.ADMIN, _staff.c.disabled_at.is_(None))
        .order_by(_staff.c.id)
        .with_for_update()
    )
    return set(connection.scalars(query))


def disable_member(connection: Connection, staff_id: UUID, *, at: datetime) -> None:
    """Close an account and end its sessions."""
    connection.execute(update(_staff).where(_staff.c.id == staff_id).values(disabled_at=at))
    connection.execute(
        update(_session)
        .where(_session.c.staff_id == staff_id, _session.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )


def use_totp_step(connection: Connection, staff_id: UUID, step: int) -> bool:
    """Use up a TOTP step; false when it, or a later one, was used before."""
    used = connection.execute(
        update(_staff)
        .where(
            _staff.c.id == staff_id,
            or_(_staff.c.last_totp_step.is_(None), _staff.c.last_totp_step < step),
        )
        .values(last_totp_step=step)
    )
    return used.rowcount == 1


def session_id(token: str) -> str:
    """Return the key under which the session of a token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(
    connection: Connection,
    token: str,
    staff_id: UUID,
    *,
    stage: SignInStage,
    at: datetime,
    expires_at: datetime,
    device: str | None = None,
    proof: str | None = None,
) -> None:
    """Store a session; ``proof`` is the token that shows who is there, where somebody just did."""
    connection.execute(
        insert(_session),
        {
            "id": session_id(token),
            "staff_id": staff_id,
            "created_at": at,
            "last_seen_at": at,
            "expires_at": expires_at,
            "stage": stage,
            "form_key": secrets.token_hex(16),
            "device": device,
            "confirmed_hash": None if proof is None else session_id(proof),
            "confirmed_at": None if proof is None else at,
        },
    )


def load_session(connection: Connection, token: str) -> tuple[Session, StaffMember] | None:
    """Return the session of a token and its account, whether or not they are still good."""
    row = connection.execute(
        select(*_SESSION, *_MEMBER)
        .join_from(_session, _staff, _session.c.staff_id == _staff.c.id)
        .where(_session.c.id == session_id(token))
    ).one_or_none()
    if row is None:
        return None
    own = len(_SESSION)
    return Session(*row[:own]), StaffMember(*row[own:])


def touch_session(connection: Connection, token: str, *, at: datetime) -> None:
    """Note that a session was used."""
    connection.execute(
        update(_session).where(_session.c.id == session_id(token)).values(last_seen_at=at)
    )


def revoke_session(connection: Connection, token: str, *, at: datetime) -> None:
    """End a session."""
    connection.execute(
        update(_session)
        .where(_session.c.id == session_id(token), _session.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )


def _totp_cell(staff_id: UUID) -> Cell:
    return Cell("staff", "totp_secret", str(staff_id))
