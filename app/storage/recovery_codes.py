"""Recovery codes: hashes only, each used once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update

from app.storage import models
from app.storage.types import new_id, table_of

_code = table_of(models.RecoveryCode)


class Unused(NamedTuple):
    """A code that still works, as a hash."""

    id: UUID
    code_hash: str


def replace_codes(
    connection: Connection, staff_id: UUID, hashes: Sequence[str], *, at: datetime
) -> None:
    """Store the codes of an account; those of before work no more."""
    connection.execute(delete(_code).where(_code.c.staff_id == staff_id))
    if not hashes:
        return
    connection.execute(
        insert(_code),
        [{"id": new_id(), "staff_id": staff_id, "code_hash": one, "made_at": at} for one in hashes],
    )


def unused_codes(connection: Connection, staff_id: UUID) -> list[Unused]:
    """Return the codes of an account that were not used."""
    rows = connection.execute(
        select(_code.c.id, _code.c.code_hash)
        .where(_code.c.staff_id == staff_id, _code.c.used_at.is_(None))
        .order_by(_code.c.id)
    )
    return [Unused(*row) for row in rows]


def count_unused(connection: Connection, staff_id: UUID) -> int:
    """Return how many codes of an account still work."""
    query = (
        select(func.count())
        .select_from(_code)
        .where(_code.c.staff_id == staff_id, _code.c.used_at.is_(None))
    )
    return int(connection.execute(query).scalar_one())


def use_code(connection: Connection, code_id: UUID, *, at: datetime) -> bool:
    """Use a code up; false when it was used, or replaced, a moment ago."""
    used = connection.execute(
        update(_code).where(_code.c.id == code_id, _code.c.used_at.is_(None)).values(used_at=at)
    )
    return used.rowcount == 1
