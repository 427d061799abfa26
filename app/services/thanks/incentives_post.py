"""Thank-yous by post: a list for whoever fills the envelopes, handed over, and destroyed.

As with letters one is "sent" when its list was handed over, not when the file was made: what a
crash or a lost file leaves can be thrown away, and the same pieces are put on the next list.
"""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from app.panel.incentives import Account, IncentiveStatus, Way
from app.services.context import ServiceContext
from app.services.thanks import incentives_destinations as destinations
from app.services.thanks import incentives_stock as stock
from app.services.thanks.incentives_words import amount_words
from app.storage import incentive_stock, incentives
from app.storage.incentive_stock import Move, Taken
from app.storage.incentives import Incentive
from app.storage.types import new_id

FOLDER = "incentives"
MOST = 5_000
COLUMNS = ("number", "name", "street", "postcode", "city", "language", "value", "code")


class PostError(Exception):
    """A list that cannot be made or changed; the message names nobody."""


@dataclass(frozen=True, slots=True)
class PostList:
    """A list that was made."""

    id: UUID
    file: Path
    rows: int
    no_stock: int
    """Waiting with nothing of their worth in stock."""


def make_list(ctx: ServiceContext, *, by: str, limit: int = MOST) -> PostList | None:
    """Write what is to go by post to a file; ``None`` when there is nothing to send.

    The file is for its owner only, in the data directory. Raises `PostError` without one.
    """
    list_id, now = new_id(), ctx.clock.now()
    file = file_of(ctx, list_id)
    taken: list[tuple[Incentive, Taken]] = []
    with ctx.databases.research.write() as connection:
        waiting = incentives.lock_asked(connection, [Way.POST], now=now, limit=limit)
        for one in waiting:
            piece = incentive_stock.take_piece(connection, one.id, one.worth, by=by, at=now)
            if piece is not None:
                taken.append((one, piece))
        chosen = incentives.ids(one for one, _ in taken)
        detail = {"list": str(list_id)}
        incentives.set_status(
            connection, chosen, IncentiveStatus.LISTED, now, detail, print_list=list_id
        )
        if taken:
            counted = {"list": str(list_id), "pieces": len(taken), "by": by}
            stock.log(ctx, connection, "incentives.listed", "post", counted)
    if not taken:
        return None
    try:
        rows = _write(ctx, file, taken)
    except BaseException:
        _undo(ctx, list_id, by=by)
        raise
    with ctx.databases.research.read() as connection:
        whole = len(incentives.on_list(connection, list_id)) == rows
    if not whole:
        # Written after somebody on it was forgotten: the file has where theirs was to go.
        throw_away(ctx, list_id, by=by)
        raise PostError("somebody on the list was forgotten meanwhile; make it again")
    return PostList(list_id, file, rows, len(waiting) - len(taken))


def handed_over(ctx: ServiceContext, list_id: UUID, *, by: str) -> int:
    """Say that a list went to the post; destroy it and its addresses; return how many are sent.

    Raises `PostError` when there is no such list, or it was handed over or thrown away before.
    """
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        sent = incentives.ids(incentives.lock_on_list(connection, list_id))
        if not sent:
            raise PostError(f"nothing waits on list {list_id}")
        move = Move(Account.RESERVED, Account.SENT, "posted", by, now)
        incentive_stock.move_pieces_of(connection, sent, move)
        incentives.set_status(connection, sent, IncentiveStatus.SENT, now, {"by": by})
        counted = {"list": str(list_id), "pieces": len(sent), "by": by}
        stock.log(ctx, connection, "incentives.posted", "post", counted)
    file_of(ctx, list_id).unlink(missing_ok=True)
    destinations.destroy(ctx, sent)
    return len(sent)


def throw_away(ctx: ServiceContext, list_id: UUID, *, by: str) -> int:
    """Destroy a list that was not handed over; what was on it waits again. Return how many."""
    again = _undo(ctx, list_id, by=by)
    file_of(ctx, list_id).unlink(missing_ok=True)
    return again


def throw_away_lists_with(ctx: ServiceContext, person_id: UUID, *, by: str) -> tuple[int, int]:
    """Destroy the lists that name where somebody's thank-you goes, as `throw_away` does.

    Returns how many lists, and how many thank-yous, of others too, wait again.
    """
    with ctx.databases.research.read() as connection:
        theirs = incentives.of_person(connection, person_id)
    lists = {
        one.print_list
        for one in theirs
        if one.status is IncentiveStatus.LISTED and one.way is Way.POST and one.print_list
    }
    return len(lists), sum(throw_away(ctx, one, by=by) for one in sorted(lists))


def _undo(ctx: ServiceContext, list_id: UUID, *, by: str) -> int:
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        ones = incentives.lock_on_list(connection, list_id)
        nobodys = [one.id for one in ones if one.case_id is None]
        theirs = [one.id for one in ones if one.case_id is not None]
        move = Move(Account.RESERVED, Account.STOCK, "list thrown away", by, now)
        incentive_stock.move_pieces_of(connection, nobodys, move)
        incentives.set_status(connection, nobodys, IncentiveStatus.VOID, now, {"by": by})
        incentives.set_status(
            connection, theirs, IncentiveStatus.ASKED, now, {"by": by}, print_list=None
        )
        if ones:
            counted = {"list": str(list_id), "pieces": len(ones), "by": by}
            stock.log(ctx, connection, "incentives.list_thrown_away", "post", counted)
    return len(theirs)


def _write(ctx: ServiceContext, file: Path, taken: list[tuple[Incentive, Taken]]) -> int:
    known = destinations.read(ctx, incentives.ids(one for one, _ in taken))
    told = io.StringIO(newline="")
    writer = csv.writer(told, lineterminator="\n")
    writer.writerow(COLUMNS)
    for number, (one, piece) in enumerate(taken, start=1):
        to = known.get(one.id)
        if to is None:
            raise PostError(f"thank-you {one.id} has no destination; settle it by `void`")
        writer.writerow(
            [
                number,
                *(_cell(to.get(name, "")) for name in COLUMNS[1:5]),
                one.language,
                amount_words(one.value_cents, one.currency, "nl"),
                stock.read_code(ctx, piece) or "",
            ]
        )
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as target:
        target.write(told.getvalue())
    return len(taken)


def _cell(value: str) -> str:
    """What people typed, so that no spreadsheet takes it for a formula."""
    return " ".join(value.split()).lstrip("=+-@")


def file_of(ctx: ServiceContext, list_id: UUID) -> Path:
    """Return where the file of a list lies, if it is there; `PostError` without a directory."""
    return _folder(ctx) / f"{list_id}.csv"


def _folder(ctx: ServiceContext) -> Path:
    if ctx.settings.data_dir is None:
        raise PostError("lists are kept in a data directory; give one with --data")
    folder = ctx.settings.data_dir / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
