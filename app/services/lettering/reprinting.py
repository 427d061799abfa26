"""Letters that were handed over and never posted: the printer jammed, the boxes got wet.

What was handed over counts as sent, and is not printed again: nobody is to get a letter twice. Only
people know that a batch was destroyed on its way. So one asks and another agrees, on record.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from app.messages.statuses import MessageStatus
from app.services.context import ServiceContext
from app.services.members.people_news import WORD
from app.storage import audit, incentive_letters, letter_messages, print_batches
from app.storage.moment import Moment, database_now
from app.storage.print_batches import PrintBatch
from app.storage.staff import StaffMember

_ASKED = "letters.reprint_asked"
_AGREED = "letters.reprinted"


class ReprintError(Exception):
    """The letters of a batch are not made due again; the message says why and names nobody."""


def ask(
    ctx: ServiceContext,
    batch_id: UUID,
    member: StaffMember,
    *,
    reason: str,
    moment: Moment = database_now,
) -> int:
    """Ask for the letters of a batch to be printed again; return how many there are.

    Raises
    ------
    ReprintError
        If they may be in the post, or the reason is no word.
    """
    if not WORD.fullmatch(reason):
        raise ReprintError("the reason is a word such as printer_jammed")
    with ctx.databases.research.write() as connection:
        batch, letters = _never_posted(connection, batch_id)
        detail: dict[str, str | int] = {"reason": reason, "letters": letters}
        _log(connection, _ASKED, batch, member, moment, detail)
    return letters


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody's word that a batch never reached the post; another has to agree."""

    by: str
    reason: str


def agree(
    ctx: ServiceContext, batch_id: UUID, member: StaffMember, *, moment: Moment = database_now
) -> int:
    """Make the letters of a batch due again, as somebody else asked for; return how many.

    They go to whom they may go at that time: who refused since gets none.

    Raises
    ------
    ReprintError
        If nobody asked, the same person did, or they may be in the post.
    """
    with ctx.databases.research.write() as connection:
        batch, _ = _never_posted(connection, batch_id)
        word = asked_in(connection, batch_id)
        if word is None:
            raise ReprintError("nobody asked for this batch to be printed again: --reason")
        if word.by == member.email:
            raise ReprintError(f"{member.email} asked for it: somebody else has to agree")
        letters = letter_messages.due_again(
            connection, batch_id, by=member.email, now=moment(connection)
        )
        _log(connection, _AGREED, batch, member, moment, {"asked_by": word.by, "letters": letters})
    return letters


def _never_posted(connection: Connection, batch_id: UUID) -> tuple[PrintBatch, int]:
    """A batch whose letters nothing shows to have arrived, and how many they are."""
    batch = print_batches.load_batch(connection, batch_id)
    if batch is None:
        raise ReprintError(f"there is no batch {batch_id}")
    if batch.handed_over_at is None:
        raise ReprintError("it was not handed over: destroy it, and print again")
    if batch.destroyed_at is None:
        raise ReprintError("its files are there: print those, or destroy them first")
    counts = letter_messages.statuses_in(connection, batch_id)
    if set(counts) & {MessageStatus.RETURNED, MessageStatus.DELIVERED}:
        raise ReprintError("letters of it came back from the post: it was posted")
    if cards := incentive_letters.sent_with(connection, batch_id):
        raise ReprintError(f"{cards} cards went with it: take those out of the post first")
    letters = counts.get(MessageStatus.SENT, 0)
    if not letters:
        raise ReprintError("none of its letters is sent: there is nothing to print again")
    return batch, letters


def asked_in(connection: Connection, batch_id: UUID) -> Asked | None:
    """Return who asked for a batch to be printed again, while nobody has agreed."""
    found: Asked | None = None
    for event in audit.events_of(connection, (_ASKED, _AGREED)):
        if event.detail["batch"] == str(batch_id):
            word = Asked(str(event.detail["by"]), str(event.detail.get("reason", "")))
            found = word if event.action == _ASKED else None
    return found


def _log(
    connection: Connection,
    action: str,
    batch: PrintBatch,
    member: StaffMember,
    moment: Moment,
    detail: dict[str, str | int],
) -> None:
    audit.append_audit(
        connection,
        at=moment(connection),
        staff_id=member.id,
        action=action,
        subject=f"wave {batch.wave}",
        detail={"batch": str(batch.id), "step": batch.step, "by": member.email, **detail},
    )
