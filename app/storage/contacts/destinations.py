"""Where thank-yous go, as people said for that alone; each under a key of its own.

A row hangs on no person. Its id is a keyed hash of the id of the thank-you: who has only the two
databases cannot tell which belongs to which case.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, select

from app.storage.contacts.keys import ContactKeys
from app.storage.contacts.models import IncentiveDestination
from app.storage.encryption import Cell, KeyRing, new_key
from app.storage.types import table_of
from app.storage.upsert import replacing

_destination = table_of(IncentiveDestination)
_put = replacing(_destination)
_AT_A_TIME = 1_000
_OWN = "destination"


def handle_of(keys: ContactKeys, incentive_id: UUID) -> UUID:
    """Return the id under which the destination of a thank-you stands."""
    digest = hmac.digest(keys.index_key, b"thank-you\0" + incentive_id.bytes, hashlib.sha256)
    return UUID(bytes=digest[:16])


def put_destination(
    connection: Connection, keys: ContactKeys, incentive_id: UUID, value: str, *, at: datetime
) -> None:
    """Keep where a thank-you goes, in the place of what was said before."""
    handle, key = handle_of(keys, incentive_id), new_key()
    row = {
        "id": handle,
        "wrapped_key": keys.ring.encrypt(key, _cell(handle, "wrapped_key")),
        "value_encrypted": KeyRing({_OWN: key}).encrypt(
            value.encode(), _cell(handle, "value_encrypted")
        ),
        "left_at": at,
    }
    connection.execute(_put.on(connection), row)


def load_destinations(
    connection: Connection, keys: ContactKeys, incentive_ids: Iterable[UUID]
) -> dict[UUID, str]:
    """Return where thank-yous go, by their ids; those that are not known are not in it."""
    by_handle = {handle_of(keys, one): one for one in incentive_ids}
    handles, found = list(by_handle), {}
    for start in range(0, len(handles), _AT_A_TIME):
        rows = connection.execute(
            select(
                _destination.c.id, _destination.c.wrapped_key, _destination.c.value_encrypted
            ).where(_destination.c.id.in_(handles[start : start + _AT_A_TIME]))
        )
        for handle, wrapped, value in rows:
            own = KeyRing({_OWN: keys.ring.decrypt(wrapped, _cell(handle, "wrapped_key"))})
            plain = own.decrypt(value, _cell(handle, "value_encrypted"))
            found[by_handle[handle]] = plain.decode()
    return found


def destroy_destinations(
    connection: Connection, keys: ContactKeys, incentive_ids: Iterable[UUID]
) -> int:
    """Destroy destinations with their keys; return how many there were."""
    handles = [handle_of(keys, one) for one in incentive_ids]
    return sum(
        connection.execute(
            delete(_destination).where(_destination.c.id.in_(handles[start : start + _AT_A_TIME]))
        ).rowcount
        for start in range(0, len(handles), _AT_A_TIME)
    )


def destroy_all_but(
    connection: Connection, keys: ContactKeys, wanted: Collection[UUID], *, before: datetime
) -> int:
    """Destroy destinations left before a moment that none of some thank-yous needs; count them.

    They are left behind where a process died between the two databases.
    """
    kept = {handle_of(keys, one) for one in wanted}
    there = connection.execute(
        select(_destination.c.id).where(_destination.c.left_at < before)
    ).scalars()
    gone = [one for one in there if one not in kept]
    for start in range(0, len(gone), _AT_A_TIME):
        connection.execute(
            delete(_destination).where(_destination.c.id.in_(gone[start : start + _AT_A_TIME]))
        )
    return len(gone)


def _cell(handle: UUID, column: str) -> Cell:
    return Cell("incentive_destination", column, str(handle))
