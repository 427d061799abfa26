"""Cards that go with letters: they share the fate of the print batch their letter is in.

A batch is handed over, thrown away, or loses a letter that cannot be written; `letter_messages` and
`print_batches` call this in the same unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, select

from app.panel.incentives import Account, IncentiveStatus, Way
from app.storage import incentive_stock, incentives, models
from app.storage.incentive_stock import Move
from app.storage.incentives import Incentive
from app.storage.moment import database_now
from app.storage.types import table_of

_incentive = table_of(models.Incentive)
_message = table_of(models.Message)
_AT_A_TIME = 1_000


def enclose(
    connection: Connection,
    due: Sequence[Incentive],
    print_batch: UUID,
    *,
    by: str,
    now: datetime,
) -> int:
    """Reserve a card for each case that has none yet; return how many there are too few in stock.

    ``due`` are of one rule. The caller gives the unit up when there are too few.
    """
    incentives.make_due(connection, due)
    if not due:
        return 0
    cases = [one.case_id for one in due if one.case_id is not None]
    lacking, chosen = 0, []
    for one in incentives.lock_of_cases(connection, due[0].rule, cases):
        if one.status is not IncentiveStatus.DUE:
            continue
        if incentive_stock.take_piece(connection, one.id, one.worth, by=by, at=now) is None:
            lacking += 1
        chosen.append(one.id)
    incentives.set_status(
        connection,
        chosen,
        IncentiveStatus.LISTED,
        now,
        {"batch": str(print_batch)},
        way=Way.LETTER,
        print_list=print_batch,
    )
    return lacking


def cards_of(connection: Connection, print_batch: UUID, left_out: Collection[UUID]) -> Counter[str]:
    """Return how many cards go with the letters of a batch, by rule.

    ``left_out`` are messages that could not be written.
    """
    without = _cases_of(connection, list(left_out))
    ones = incentives.on_list(connection, print_batch)
    return Counter(one.rule for one in ones if one.case_id not in without)


def went_with(connection: Connection, print_batch: UUID, *, by: str, now: datetime) -> None:
    """Say that a batch was handed over with its cards."""
    sent = incentives.ids(incentives.lock_on_list(connection, print_batch))
    move = Move(Account.RESERVED, Account.SENT, "with a letter", by, now)
    incentive_stock.move_pieces_of(connection, sent, move)
    incentives.set_status(connection, sent, IncentiveStatus.SENT, now, {"by": by})


def sent_with(connection: Connection, print_batch: UUID) -> int:
    """Return how many cards went with a batch that was handed over."""
    query = select(func.count()).where(
        _incentive.c.print_list == print_batch, _incentive.c.status == IncentiveStatus.SENT
    )
    return int(connection.execute(query).scalar_one())


def taken_out(
    connection: Connection, print_batch: UUID, message_ids: Collection[UUID] | None = None
) -> None:
    """Put cards back to stock: of all letters of a batch, or of some that cannot be written."""
    ones = incentives.lock_on_list(connection, print_batch)
    if message_ids is not None:
        cases = _cases_of(connection, list(message_ids))
        ones = [one for one in ones if one.case_id in cases]
    if not ones:
        return
    now = database_now(connection)
    move = Move(Account.RESERVED, Account.STOCK, "letter not printed", "print", now)
    incentive_stock.move_pieces_of(connection, incentives.ids(ones), move)
    theirs = [one.id for one in ones if one.case_id is not None]
    again = {"way": None, "print_list": None}
    incentives.set_status(connection, theirs, IncentiveStatus.DUE, now, {}, **again)
    nobodys = [one.id for one in ones if one.case_id is None]
    incentives.set_status(connection, nobodys, IncentiveStatus.VOID, now, {})


def _cases_of(connection: Connection, message_ids: Sequence[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    for start in range(0, len(message_ids), _AT_A_TIME):
        some = message_ids[start : start + _AT_A_TIME]
        found |= set(
            connection.execute(select(_message.c.case_id).where(_message.c.id.in_(some))).scalars()
        )
    return found
