"""The stock of thank-yous: codes and cards come in, are counted, are written off.

Codes are money. They are encrypted with the ring of the research database, bound to their row; what
finds a code again is a keyed hash; no message of ours repeats one.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.panel.incentives import Account, Imbalance, IncentiveKind, balances, imbalances
from app.panel.states import Role
from app.services.context import ServiceContext
from app.storage import audit, incentive_stock
from app.storage.encryption import Cell, KeyRing
from app.storage.incentive_stock import Batch, Move, NewPiece, Taken
from app.storage.types import new_id

MAY = (Role.RESEARCHER, Role.FIELDWORK, Role.ADMIN)
MOST_PIECES = 100_000
MOST_BYTES = 20_000_000
MOST_CENTS = 100_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}")
_CODE = re.compile(r"[!-~]{4,80}")
_HEADER = frozenset({"code", "codes"})


class StockError(Exception):
    """Nothing was changed; the message names rows and never a code."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class Books:
    """A batch, what its accounts hold, and where its books are off."""

    batch: Batch
    accounts: Mapping[Account, int]
    """Pieces by the books; ``bought`` is what came in."""
    imbalances: Sequence[Imbalance]


def cents_of(value: str) -> int:
    """Return an amount such as ``10.00`` in hundredths; raise `StockError` for anything else."""
    try:
        cents = Decimal(value) * 100
    except InvalidOperation:
        cents = Decimal(0)
    if cents != cents.to_integral_value() or not 1 <= cents <= MOST_CENTS:
        raise StockError(["the value is no amount such as 10.00"])
    return int(cents)


def add_codes(
    ctx: ServiceContext, raw: bytes, *, name: str, value: str, by: str, currency: str = "EUR"
) -> int:
    """Take in a file with a code on each row, all of it or nothing; return how many codes.

    Raises
    ------
    StockError
        With every row that is no code, or stands twice, in the file or in stock before.
    """
    codes = _codes_in(raw)
    key = ctx.settings.contact_index_key
    hashes = {number: _hash(key, code) for number, code in codes}
    problems, first = [], dict[str, int]()
    for number, digest in hashes.items():
        if digest in first:
            problems.append(f"row {number}: the same code as row {first[digest]}")
        first.setdefault(digest, number)
    ring = KeyRing(ctx.settings.staff_keys)
    pieces = []
    for number, code in codes:
        piece_id = new_id()
        sealed = ring.encrypt(code.encode(), _cell(piece_id))
        pieces.append(NewPiece(piece_id, number, sealed, hashes[number]))
    batch = _batch(ctx, name, IncentiveKind.GIFT_CODE, value, currency, by)
    with ctx.databases.research.write() as connection:
        known = incentive_stock.known_hashes(connection, list(first))
        problems += [
            f"row {number}: this code was taken in before"
            for number, digest in hashes.items()
            if digest in known
        ]
        _add(connection, batch, pieces, problems)
    return len(pieces)


def add_cards(
    ctx: ServiceContext, count: int, *, name: str, value: str, by: str, currency: str = "EUR"
) -> int:
    """Take in so many cards of paper or plastic, which bear no code that we know."""
    if not 1 <= count <= MOST_PIECES:
        raise StockError([f"expected 1 to {MOST_PIECES} pieces"])
    pieces = [NewPiece(new_id(), number) for number in range(1, count + 1)]
    batch = _batch(ctx, name, IncentiveKind.VOUCHER, value, currency, by)
    with ctx.databases.research.write() as connection:
        _add(connection, batch, pieces, [])
    return count


def books(ctx: ServiceContext) -> list[Books]:
    """Return the books of every batch, and where they do not balance; reads one moment."""
    with ctx.databases.research.snapshot() as connection:
        return [_books(connection, batch) for batch in incentive_stock.list_batches(connection)]


def write_off(ctx: ServiceContext, name: str, *, reason: str, by: str) -> int:
    """Void what a batch has left in stock, such as codes that expired; return how many pieces."""
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        batch = incentive_stock.find_batch(connection, name)
        if batch is None:
            raise StockError([f"there is no batch {name}"])
        move = Move(Account.STOCK, Account.VOID, reason, by, now)
        count = incentive_stock.write_off_stock(connection, batch.id, move)
        log(ctx, connection, "incentives.written_off", name, {"pieces": count, "by": by})
    return count


def read_code(ctx: ServiceContext, piece: Taken) -> str | None:
    """Return the code of a piece in the clear, for the one who gets it; ``None`` for a card."""
    if piece.code_encrypted is None:
        return None
    ring = KeyRing(ctx.settings.staff_keys)
    return ring.decrypt(piece.code_encrypted, _cell(piece.id)).decode()


def log(
    ctx: ServiceContext,
    connection: Connection,
    action: str,
    subject: str,
    detail: Mapping[str, Any],
) -> None:
    """Put something on record: counts and names of batches, nothing of a person or a code."""
    audit.append_audit(
        connection,
        at=ctx.clock.now(),
        staff_id=None,
        action=action,
        subject=subject,
        detail=detail,
    )


def _codes_in(raw: bytes) -> list[tuple[int, str]]:
    """Return the codes of a file with their rows; the first column counts."""
    codes, problems = [], []
    for number, row in enumerate(_rows_in(raw), start=1):
        if not any(cell.strip() for cell in row):
            continue
        code = unicodedata.normalize("NFKC", row[0]).strip()
        if not _CODE.fullmatch(code):
            problems.append(f"row {number}: no code of 4 to 80 Latin letters, digits and signs")
        codes.append((number, code))
    if not codes:
        problems.append("the file has no codes")
    if len(codes) > MOST_PIECES:
        problems.append(f"more than {MOST_PIECES} codes")
    if problems:
        raise StockError(problems)
    return codes


def _rows_in(raw: bytes) -> list[list[str]]:
    """Return the rows of a file, a heading as an empty one."""
    if len(raw) > MOST_BYTES:
        raise StockError([f"the file is larger than {MOST_BYTES} bytes"])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise StockError(["the file is not UTF-8"]) from None
    separator = max(",;\t", key=text.partition("\n")[0].count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        raise StockError(["the file is no CSV"]) from None
    if rows and rows[0] and rows[0][0].strip().lower() in _HEADER:
        rows[0] = []
    return rows


def _add(
    connection: Connection, batch: Batch, pieces: Sequence[NewPiece], problems: Sequence[str]
) -> None:
    named = incentive_stock.find_batch(connection, batch.name)
    taken = [f"there is a batch {batch.name} already"] if named is not None else []
    if problems or taken:
        raise StockError([*taken, *problems])
    incentive_stock.add_batch(connection, batch, pieces)
    audit.append_audit(
        connection,
        at=batch.added_at,
        staff_id=None,
        action="incentives.bought",
        subject=batch.name,
        detail={
            "pieces": len(pieces),
            "value_cents": batch.value_cents,
            "currency": batch.currency,
            "by": batch.added_by,
        },
    )


def _batch(
    ctx: ServiceContext, name: str, kind: IncentiveKind, value: str, currency: str, by: str
) -> Batch:
    if not _NAME.fullmatch(name):
        raise StockError(["a batch is named by Latin letters, digits, spaces and . _ -"])
    return Batch(
        name=name,
        kind=kind,
        currency=currency,
        value_cents=cents_of(value),
        added_at=ctx.clock.now(),
        added_by=by,
    )


def _books(connection: Connection, batch: Batch) -> Books:
    entries = list(incentive_stock.entries_of(connection, batch.id))
    found = incentive_stock.pieces_by_account(connection, batch.id)
    return Books(batch, balances(entries), imbalances(entries, found, batch.value_cents))


def _hash(key: bytes, code: str) -> str:
    """The same code in other letters is another code: shops tell them apart or not."""
    return hmac.digest(key, b"gift code\0" + code.encode(), hashlib.sha256).hex()


def _cell(piece_id: UUID) -> Cell:
    return Cell("incentive_piece", "code_encrypted", str(piece_id))
