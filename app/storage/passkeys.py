"""Passkeys, and the challenges that they have to sign."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, insert, or_, select, update

from app.storage import models
from app.storage.models.staff import ChallengePurpose
from app.storage.rows import as_row, columns_for
from app.storage.types import table_of

_passkey = table_of(models.Passkey)
_challenge = table_of(models.PasskeyChallenge)


@dataclass(frozen=True, slots=True)
class Passkey:
    """A credential with its public key; nothing in it opens a door."""

    id: UUID
    staff_id: UUID
    credential_id: str
    public_key: str
    sign_count: int
    rp_id: str
    transports: str
    name: str
    created_at: datetime
    last_used_at: datetime | None


_PASSKEY = columns_for(Passkey, _passkey)


def add_passkey(connection: Connection, passkey: Passkey) -> None:
    """Store a passkey; raises `IntegrityError` when its credential is known already."""
    connection.execute(insert(_passkey), as_row(passkey))


def passkeys_of(connection: Connection, staff_id: UUID) -> Sequence[Passkey]:
    """Return the passkeys of an account, the oldest first."""
    rows = connection.execute(
        select(*_PASSKEY)
        .where(_passkey.c.staff_id == staff_id)
        .order_by(_passkey.c.created_at, _passkey.c.id)
    )
    return [Passkey(*row) for row in rows]


def find_passkey(connection: Connection, credential_id: str) -> Passkey | None:
    """Return the passkey with a credential id, whoever's it is."""
    row = connection.execute(
        select(*_PASSKEY).where(_passkey.c.credential_id == credential_id)
    ).one_or_none()
    return None if row is None else Passkey(*row)


def use_passkey(connection: Connection, passkey_id: UUID, *, count: int, at: datetime) -> bool:
    """Note that a passkey signed; false when its count was reached before, or it is gone.

    A count of 0 says that this passkey does not count.
    """
    used = connection.execute(
        update(_passkey)
        .where(
            _passkey.c.id == passkey_id,
            or_(_passkey.c.sign_count < count, _passkey.c.sign_count == 0),
        )
        .values(sign_count=count, last_used_at=at)
    )
    return used.rowcount == 1


def remove_passkey(connection: Connection, staff_id: UUID, passkey_id: UUID) -> str | None:
    """Remove a passkey of an account and return its name; ``None`` when there is none."""
    row = connection.execute(
        delete(_passkey)
        .where(_passkey.c.id == passkey_id, _passkey.c.staff_id == staff_id)
        .returning(_passkey.c.name)
    ).one_or_none()
    return None if row is None else str(row.name)


def remove_passkeys(connection: Connection, staff_id: UUID) -> int:
    """Remove all passkeys of an account; return how many there were."""
    return connection.execute(delete(_passkey).where(_passkey.c.staff_id == staff_id)).rowcount


def keep_challenge(
    connection: Connection,
    challenge: bytes,
    purpose: ChallengePurpose,
    *,
    bound_to: str,
    at: datetime,
    expires_at: datetime,
) -> None:
    """Store a challenge for one browser; its earlier ones, and all that are over, are dropped."""
    connection.execute(
        delete(_challenge).where(
            or_(_challenge.c.bound_to == bound_to, _challenge.c.expires_at <= at)
        )
    )
    connection.execute(
        insert(_challenge),
        {
            "id": _key(challenge),
            "purpose": purpose,
            "bound_to": bound_to,
            "expires_at": expires_at,
        },
    )


def take_challenge(
    connection: Connection,
    challenge: bytes,
    purpose: ChallengePurpose,
    *,
    bound_to: str,
    at: datetime,
) -> bool:
    """Use a challenge up; false when it was not given to this browser for this, or is over."""
    taken = connection.execute(
        delete(_challenge).where(
            _challenge.c.id == _key(challenge),
            _challenge.c.purpose == purpose,
            _challenge.c.bound_to == bound_to,
            _challenge.c.expires_at > at,
        )
    )
    return taken.rowcount == 1


def _key(challenge: bytes) -> str:
    return hashlib.sha256(challenge).hexdigest()
