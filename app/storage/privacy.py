"""What people asked about their own data, and who was forgotten."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from app.panel.privacy import Asked, Through
from app.storage import models
from app.storage.rows import as_row, columns_for
from app.storage.types import new_id, table_of
from app.storage.upsert import replacing

_request = table_of(models.PrivacyRequest)
_erasure = table_of(models.Erasure)
_put_erasure = replacing(_erasure)


@dataclass(frozen=True, slots=True)
class PrivacyRequest:
    """Something a person asked, and what came of it."""

    person_id: UUID
    asked: Asked
    asked_at: datetime
    due_on: date
    through: Through
    by: str
    """``self``, or the account of a member of staff."""
    handled_at: datetime | None = None
    handled_by: str | None = None
    outcome: Mapping[str, Any] = field(default_factory=dict)
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class Erasure:
    """A person who was forgotten, with the proof."""

    person_id: UUID
    erased_at: datetime
    by: str
    reason: str
    proof: Mapping[str, Any] = field(repr=False)


def add_request(connection: Connection, request: PrivacyRequest) -> None:
    """Put a request on record."""
    connection.execute(insert(_request), as_row(request))


def requests_of(connection: Connection, person_id: UUID) -> list[PrivacyRequest]:
    """Return what a person asked, the latest first."""
    query = select(*columns_for(PrivacyRequest, _request)).where(_request.c.person_id == person_id)
    rows = connection.execute(query.order_by(_request.c.asked_at.desc(), _request.c.id))
    return [PrivacyRequest(*row) for row in rows]


def list_requests(connection: Connection, *, only_open: bool) -> list[PrivacyRequest]:
    """Return all requests, or those that nobody handled, by the day they are due."""
    query = select(*columns_for(PrivacyRequest, _request))
    if only_open:
        query = query.where(_request.c.handled_at.is_(None))
    rows = connection.execute(query.order_by(_request.c.due_on, _request.c.asked_at))
    return [PrivacyRequest(*row) for row in rows]


def load_request(connection: Connection, request_id: UUID) -> PrivacyRequest | None:
    """Return a request, or ``None`` when there is no such request."""
    query = select(*columns_for(PrivacyRequest, _request)).where(_request.c.id == request_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else PrivacyRequest(*row)


def handle_open(
    connection: Connection,
    person_id: UUID,
    *,
    at: datetime,
    by: str,
    outcome: Mapping[str, Any],
    asked: Collection[Asked],
) -> int:
    """Say of the open requests of a person what was done; return how many there were."""
    mine = (
        _request.c.person_id == person_id,
        _request.c.asked.in_(list(asked)),
        _request.c.handled_at.is_(None),
    )
    open_ones = connection.execute(select(_request.c.id).where(*mine)).scalars().all()
    return sum(handle_request(connection, one, at=at, by=by, outcome=outcome) for one in open_ones)


def handle_request(
    connection: Connection, request_id: UUID, *, at: datetime, by: str, outcome: Mapping[str, Any]
) -> bool:
    """Say of one open request what was done; tell whether it was open.

    Why it took longer, where somebody said so, stays beside it.
    """
    waiting = (_request.c.id == request_id, _request.c.handled_at.is_(None))
    before = connection.execute(select(_request.c.outcome).where(*waiting)).scalar_one_or_none()
    if before is None:
        return False
    changed = connection.execute(
        update(_request)
        .where(*waiting)
        .values(handled_at=at, handled_by=by, outcome={**before, **outcome})
    )
    return changed.rowcount == 1


def extend_request(
    connection: Connection, request_id: UUID, *, due_on: date, outcome: Mapping[str, Any]
) -> bool:
    """Move the day by which an open request has to be done; tell whether it was open."""
    changed = connection.execute(
        update(_request)
        .where(_request.c.id == request_id, _request.c.handled_at.is_(None))
        .values(due_on=due_on, outcome=dict(outcome))
    )
    return changed.rowcount == 1


def put_erasure(connection: Connection, erasure: Erasure) -> None:
    """Keep the proof of an erasure; of the same person again, the later one."""
    connection.execute(_put_erasure.on(connection), as_row(erasure))


def load_erasure(connection: Connection, person_id: UUID) -> Erasure | None:
    """Return the erasure of a person, or ``None``."""
    query = select(*columns_for(Erasure, _erasure)).where(_erasure.c.person_id == person_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else Erasure(*row)


def list_erasures(connection: Connection) -> list[Erasure]:
    """Return every erasure, the latest first."""
    query = select(*columns_for(Erasure, _erasure))
    query = query.order_by(_erasure.c.erased_at.desc(), _erasure.c.person_id)
    return [Erasure(*row) for row in connection.execute(query)]


def erased_people(connection: Connection) -> dict[UUID, tuple[datetime, str]]:
    """Return who was erased, when and why."""
    query = select(_erasure.c.person_id, _erasure.c.erased_at, _erasure.c.reason)
    return {row.person_id: (row.erased_at, row.reason) for row in connection.execute(query)}
