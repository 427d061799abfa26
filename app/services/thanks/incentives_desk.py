"""What of thank-yous waits for somebody: to be sent, to be listed, to be handed to the post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.panel.incentives import Account, Way
from app.services.context import ServiceContext
from app.services.thanks import incentives_post as post
from app.services.thanks import incentives_stock as stock
from app.storage import audit, incentives
from app.storage.incentive_stock import Worth
from app.storage.incentives import OpenList

__all__ = ["SENT_BY_US", "OpenList", "Waiting", "Worth", "list_of", "lists", "take_list", "waiting"]

SENT_BY_US = (Way.EMAIL, Way.SMS)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Thank-yous of one worth that people asked for and that wait to go one way."""

    way: Way
    worth: Worth
    count: int
    later: int
    """Of those, how many are tried again later: the provider could not take them."""
    in_stock: int
    """Pieces of that worth that are left, for all ways together."""

    @property
    def short(self) -> bool:
        """Whether there is less in stock than waits."""
        return self.in_stock < self.count


def waiting(ctx: ServiceContext, *ways: Way) -> list[Waiting]:
    """Return what waits to go these ways, by worth."""
    left: dict[Worth, int] = {}
    for one in stock.books(ctx):
        worth = Worth(one.batch.kind, one.batch.currency, one.batch.value_cents)
        left[worth] = left.get(worth, 0) + one.accounts[Account.STOCK]
    with ctx.databases.research.read() as connection:
        asked = incentives.asked_counts(connection, now=ctx.clock.now())
    return [
        Waiting(one.way, one.worth, one.count, one.later, left.get(one.worth, 0))
        for one in asked
        if one.way in ways
    ]


def lists(ctx: ServiceContext) -> Sequence[OpenList]:
    """Return the lists for the post that nobody has handed over yet, the earliest first."""
    with ctx.databases.research.read() as connection:
        return incentives.open_lists(connection)


def list_of(ctx: ServiceContext, list_id: UUID) -> OpenList | None:
    """Return a list that waits, or ``None``: there is none, or it is settled."""
    return next((one for one in lists(ctx) if one.id == list_id), None)


def take_list(ctx: ServiceContext, list_id: UUID, *, staff_id: UUID) -> bytes | None:
    """Return the file of a list that waits, for who fills the envelopes; that is put on record.

    ``None`` when there is no such list, it is settled, or its file was lost. Raises `PostError`
    without a data directory.
    """
    found = list_of(ctx, list_id)
    file = post.file_of(ctx, list_id)
    if found is None or not file.is_file():
        return None
    content = file.read_bytes()
    with ctx.databases.research.write() as connection:
        audit.append_audit(
            connection,
            at=ctx.clock.now(),
            staff_id=staff_id,
            action="incentives.list_taken",
            subject="post",
            detail={"list": str(list_id), "addresses": found.addresses},
        )
    return content
