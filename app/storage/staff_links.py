"""Links that an administrator hands over: hashes only, each used once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from app.panel.states import Role
from app.storage import models
from app.storage.models.staff import LinkKind
from app.storage.rows import columns_for
from app.storage.types import new_id, table_of

_link = table_of(models.StaffLink)
_staff = table_of(models.Staff)


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it stands; its token is nowhere."""

    id: UUID
    kind: LinkKind
    email: str
    role: Role | None
    made_by: UUID
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    ended_at: datetime | None


_LINK = columns_for(Link, _link)


def add_link(
    connection: Connection,
    token: str,
    kind: LinkKind,
    *,
    email: str,
    role: Role | None,
    made_by: UUID,
    at: datetime,
    expires_at: datetime,
) -> UUID:
    """Store a link; an earlier one of its kind for this address works no more."""
    account = email.strip().lower()
    connection.execute(
        update(_link)
        .where(
            _link.c.email == account,
            _link.c.kind == kind,
            _link.c.used_at.is_(None),
            _link.c.ended_at.is_(None),
        )
        .values(ended_at=at)
    )
    link_id = new_id()
    connection.execute(
        insert(_link),
        {
            "id": link_id,
            "token_hash": _hash(token),
            "kind": kind,
            "email": account,
            "role": role,
            "made_by": made_by,
            "made_at": at,
            "expires_at": expires_at,
        },
    )
    return link_id


def find_link(connection: Connection, token: str) -> Link | None:
    """Return the link of a token, whether or not it still works."""
    row = connection.execute(select(*_LINK).where(_link.c.token_hash == _hash(token))).one_or_none()
    return None if row is None else Link(*row)


def waiting_links(connection: Connection, *, at: datetime) -> Sequence[tuple[Link, str]]:
    """Return the links that still work, each with the address of who made it, latest first."""
    rows = connection.execute(
        select(*_LINK, _staff.c.email)
        .join_from(_link, _staff, _link.c.made_by == _staff.c.id)
        .where(_link.c.used_at.is_(None), _link.c.ended_at.is_(None), _link.c.expires_at > at)
        .order_by(_link.c.made_at.desc(), _link.c.id)
    )
    return [(Link(*row[: len(_LINK)]), str(row[-1])) for row in rows]


def use_link(connection: Connection, link_id: UUID, *, at: datetime) -> bool:
    """Use a link up; false when that was done, or it was ended, a moment ago."""
    used = connection.execute(
        update(_link)
        .where(
            _link.c.id == link_id,
            _link.c.used_at.is_(None),
            _link.c.ended_at.is_(None),
            _link.c.expires_at > at,
        )
        .values(used_at=at)
    )
    return used.rowcount == 1


def end_link(connection: Connection, link_id: UUID, *, at: datetime) -> str | None:
    """Take a link back and return whose it was; ``None`` when it does not work any more."""
    row = connection.execute(
        update(_link)
        .where(_link.c.id == link_id, _link.c.used_at.is_(None), _link.c.ended_at.is_(None))
        .values(ended_at=at)
        .returning(_link.c.email)
    ).one_or_none()
    return None if row is None else str(row.email)


def end_links_of(connection: Connection, email: str, *, at: datetime) -> None:
    """Take all links of an address back."""
    connection.execute(
        update(_link)
        .where(
            _link.c.email == email.strip().lower(),
            _link.c.used_at.is_(None),
            _link.c.ended_at.is_(None),
        )
        .values(ended_at=at)
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
