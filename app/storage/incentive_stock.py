"""What was bought to thank people with: batches, pieces, and the books.

Every change of a piece and its line in the books are one unit. A piece is taken by locking it
(SKIP LOCKED, or the one writer of SQLite) and bears the id of whom it is for: a unique column, so
that nobody has two and no piece has two people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, insert, select, update

from app.panel.incentives import MOVES, Account, Entry, IncentiveKind
from app.storage import models
from app.storage.rows import as_row
from app.storage.types import new_id, table_of

_batch = table_of(models.IncentiveBatch)
_piece = table_of(models.IncentivePiece)
_entry = table_of(models.IncentiveEntry)
_AT_A_TIME = 1_000
_TRIES = 5


class BooksError(Exception):
    """Pieces are not where they were thought to be; the unit must be given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Pieces of one value that were bought together."""

    id: UUID = field(default_factory=new_id)
    name: str
    kind: IncentiveKind
    currency: str
    value_cents: int
    added_at: datetime
    added_by: str


@dataclass(frozen=True, slots=True)
class NewPiece:
    """A piece of a batch that comes in; a card has no code."""

    id: UUID
    number: int
    code_encrypted: str | None = field(default=None, repr=False)
    code_hash: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Worth:
    """What pieces can stand in for each other."""

    kind: IncentiveKind
    currency: str
    value_cents: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A piece that is set apart for somebody."""

    id: UUID
    code_encrypted: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Move:
    """Why pieces go from one account to another, and on whose word."""

    from_account: Account
    to_account: Account
    reason: str
    by: str
    at: datetime


def find_batch(connection: Connection, name: str) -> Batch | None:
    """Return a batch by its name."""
    row = connection.execute(select(_batch).where(_batch.c.name == name)).one_or_none()
    return None if row is None else Batch(**row._mapping)


def list_batches(connection: Connection) -> list[Batch]:
    """Return the batches, the earliest first."""
    query = select(_batch).order_by(_batch.c.added_at, _batch.c.name)
    return [Batch(**row._mapping) for row in connection.execute(query)]


def known_hashes(connection: Connection, hashes: Sequence[str]) -> set[str]:
    """Return which of some codes, by their keyed hashes, were taken in before."""
    found: set[str] = set()
    for start in range(0, len(hashes), _AT_A_TIME):
        found |= set(
            connection.execute(
                select(_piece.c.code_hash).where(
                    _piece.c.code_hash.in_(hashes[start : start + _AT_A_TIME])
                )
            ).scalars()
        )
    return found


def add_batch(connection: Connection, batch: Batch, pieces: Sequence[NewPiece]) -> None:
    """Take a batch in with all its pieces, and book it."""
    connection.execute(insert(_batch), [as_row(batch)])
    rows = [
        as_row(one) | {"batch_id": batch.id, "account": Account.STOCK, "incentive_id": None}
        for one in pieces
    ]
    for start in range(0, len(rows), _AT_A_TIME):
        connection.execute(insert(_piece), rows[start : start + _AT_A_TIME])
    move = Move(Account.BOUGHT, Account.STOCK, "bought", batch.added_by, batch.added_at)
    _book(connection, {batch.id: len(rows)}, move)


def take_piece(
    connection: Connection, incentive_id: UUID, worth: Worth, *, by: str, at: datetime
) -> Taken | None:
    """Set a piece apart for a thank-you, or return the one that is already; ``None`` without stock.

    The caller has locked the thank-you.
    """
    query = select(_piece.c.id, _piece.c.code_encrypted, _piece.c.account)
    own = connection.execute(query.where(_piece.c.incentive_id == incentive_id)).one_or_none()
    if own is not None:
        if own.account is not Account.RESERVED:
            raise BooksError(f"the piece of thank-you {incentive_id} is {own.account}")
        return Taken(own.id, own.code_encrypted)
    free = (
        query.join(_batch, _batch.c.id == _piece.c.batch_id)
        .where(
            _piece.c.account == Account.STOCK,
            _batch.c.kind == worth.kind,
            _batch.c.currency == worth.currency,
            _batch.c.value_cents == worth.value_cents,
        )
        .order_by(_batch.c.added_at, _batch.c.id, _piece.c.number)
        .limit(1)
        .with_for_update(of=_piece, skip_locked=True)
    )
    # On PostgreSQL one that was taken a moment ago is found by the select and then lost to its
    # lock: no row, while there is stock.
    tries = (connection.execute(free).one_or_none() for _ in range(_TRIES))
    found = next((one for one in tries if one is not None), None)
    if found is None:
        return None
    connection.execute(
        update(_piece)
        .where(_piece.c.id == found.id)
        .values(account=Account.RESERVED, incentive_id=incentive_id)
    )
    move = Move(Account.STOCK, Account.RESERVED, "reserved", by, at)
    _book(connection, _batches_of(connection, [found.id]), move)
    return Taken(found.id, found.code_encrypted)


def move_pieces_of(connection: Connection, incentive_ids: Sequence[UUID], move: Move) -> int:
    """Move the pieces of some thank-yous; return how many. What has none is passed over.

    Raises `BooksError` when one is on another account.
    """
    moved = 0
    for start in range(0, len(incentive_ids), _AT_A_TIME):
        rows = connection.execute(
            select(_piece.c.id, _piece.c.account)
            .where(_piece.c.incentive_id.in_(incentive_ids[start : start + _AT_A_TIME]))
            .with_for_update()
        ).all()
        moved += _move(connection, [one.id for one in rows], {one.account for one in rows}, move)
    return moved


def write_off_stock(connection: Connection, batch_id: UUID, move: Move) -> int:
    """Void what a batch still has in stock; return how many pieces."""
    ids = list(
        connection.execute(
            select(_piece.c.id)
            .where(_piece.c.batch_id == batch_id, _piece.c.account == Account.STOCK)
            .with_for_update()
        ).scalars()
    )
    return _move(connection, ids, {Account.STOCK} if ids else set(), move)


def code_of(connection: Connection, incentive_id: UUID) -> Taken | None:
    """Return the piece of a thank-you, wherever it is."""
    row = connection.execute(
        select(_piece.c.id, _piece.c.code_encrypted).where(_piece.c.incentive_id == incentive_id)
    ).one_or_none()
    return None if row is None else Taken(row.id, row.code_encrypted)


def pieces_by_account(connection: Connection, batch_id: UUID) -> dict[Account, int]:
    """Return how many pieces of a batch are found on each account."""
    rows = connection.execute(
        select(_piece.c.account, func.count())
        .where(_piece.c.batch_id == batch_id)
        .group_by(_piece.c.account)
    )
    return {row[0]: row[1] for row in rows}


def codes_in_stock(connection: Connection) -> int:
    """Return how many gift codes nobody was given, as far as this database knows."""
    query = select(func.count()).where(
        _piece.c.account == Account.STOCK, _piece.c.code_encrypted.is_not(None)
    )
    return int(connection.execute(query).scalar_one())


def entries_of(connection: Connection, batch_id: UUID) -> Iterator[Entry]:
    """Return the lines of a batch in the books, in their order."""
    rows = connection.execute(
        select(_entry.c.from_account, _entry.c.to_account, _entry.c.pieces, _entry.c.cents)
        .where(_entry.c.batch_id == batch_id)
        .order_by(_entry.c.id)
    )
    return (Entry(*row) for row in rows)


def _move(
    connection: Connection, ids: Sequence[UUID], found_on: Collection[Account], move: Move
) -> int:
    if (move.from_account, move.to_account) not in MOVES:
        raise BooksError(f"nothing goes from {move.from_account} to {move.to_account}")
    if found_on and set(found_on) != {move.from_account}:
        raise BooksError(f"pieces are {', '.join(sorted(found_on))}, not {move.from_account}")
    if not ids:
        return 0
    values: dict[str, object] = {"account": move.to_account}
    if move.to_account is Account.STOCK:
        values["incentive_id"] = None
    batches = _batches_of(connection, ids)
    for start in range(0, len(ids), _AT_A_TIME):
        some = ids[start : start + _AT_A_TIME]
        connection.execute(update(_piece).where(_piece.c.id.in_(some)).values(values))
    _book(connection, batches, move)
    return len(ids)


def _batches_of(connection: Connection, ids: Sequence[UUID]) -> Counter[UUID]:
    found: Counter[UUID] = Counter()
    for start in range(0, len(ids), _AT_A_TIME):
        rows = connection.execute(
            select(_piece.c.batch_id).where(_piece.c.id.in_(ids[start : start + _AT_A_TIME]))
        )
        found.update(rows.scalars())
    return found


def _book(connection: Connection, pieces: Counter[UUID] | dict[UUID, int], move: Move) -> None:
    values = {
        row.id: row.value_cents
        for row in connection.execute(
            select(_batch.c.id, _batch.c.value_cents).where(_batch.c.id.in_(list(pieces)))
        )
    }
    lines = [
        {
            "batch_id": batch_id,
            "at": move.at,
            "from_account": move.from_account,
            "to_account": move.to_account,
            "pieces": count,
            "cents": count * values[batch_id],
            "reason": move.reason,
            "by": move.by,
        }
        for batch_id, count in pieces.items()
    ]
    connection.execute(insert(_entry), lines)
