"""Letters that are due: into a print batch, and from there to the post.

A letter in a batch stays due until the batch is handed over: a file that was lost or thrown away
has reached nobody, and its letters can be printed again. It is not looked at again before it goes:
on paper it cannot be taken out of the pile.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select, update

from app.messages.channels import Channel
from app.messages.providers import Claimed
from app.messages.sending_rules import TO_PRINT, Cancel, Go, SendingRules, verdict
from app.messages.statuses import MessageStatus
from app.storage import models
from app.storage.due_messages import claimed_from, lock_due
from app.storage.messages import cancel_these, note
from app.storage.types import table_of

_message = table_of(models.Message)

_BATCH = 1_000


def letters_to_print(
    connection: Connection,
    wave: int,
    step: str,
    rules: SendingRules,
    *,
    limit: int,
    now: datetime,
    due_by: datetime | None = None,
) -> list[Claimed]:
    """Return due letters of a step that may go, locked; those that never may are cancelled.

    ``due_by`` is a later moment than now: letters are printed before the day they are for.

    The caller puts them into a print batch (`put_in_batch`) in the same unit, and renders after
    it. Quiet hours and pace are for what disturbs people when it is sent; a letter does not.
    """
    letters, never = [], []
    of_step = (wave, step)
    due = lock_due(
        connection,
        Channel.LETTER,
        rules,
        now,
        limit=limit,
        only=of_step,
        due_by=due_by,
        fielded=TO_PRINT,
    )
    for row, facts in due:
        found = verdict(facts, rules, now, TO_PRINT)
        if isinstance(found, Cancel):
            never.append((row.id, found.reason))
        elif isinstance(found, Go):
            letters.append(claimed_from(row, attempt=1, worker="print"))
    for reason in {reason for _, reason in never}:
        ids = [one for one, why in never if why == reason]
        cancel_these(connection, ids, reason, {"by": "rules"}, now)
    return letters


def put_in_batch(connection: Connection, message_ids: Sequence[UUID], batch_id: UUID) -> None:
    """Say that due letters are printed in a batch; they are not given out again."""
    for start in range(0, len(message_ids), _BATCH):
        connection.execute(
            update(_message)
            .where(
                _message.c.id.in_(message_ids[start : start + _BATCH]),
                _message.c.status == MessageStatus.DUE,
                _message.c.print_batch_id.is_(None),
            )
            .values(print_batch_id=batch_id)
        )


def batch_handed_over(
    connection: Connection,
    batch_id: UUID,
    *,
    by: str,
    now: datetime,
    except_: Collection[UUID] = (),
) -> int:
    """Make the letters of a batch sent and return how many; again, it changes nothing.

    ``except_`` are letters that were taken out of the pile.
    """
    ids = [one for one in _due_in(connection, batch_id) if one not in except_]
    for start in range(0, len(ids), _BATCH):
        some = ids[start : start + _BATCH]
        connection.execute(
            update(_message)
            .where(_message.c.id.in_(some))
            .values(
                status=MessageStatus.SENT,
                settled_at=now,
                attempts=_message.c.attempts + 1,
                provider="print",
            )
        )
        note(connection, some, MessageStatus.SENT, now, {"by": by, "batch": str(batch_id)})
    return len(ids)


def empty_batch(connection: Connection, batch_id: UUID) -> int:
    """Take the letters out of a batch that was never handed over; return how many."""
    ids = _due_in(connection, batch_id)
    for start in range(0, len(ids), _BATCH):
        connection.execute(
            update(_message)
            .where(_message.c.id.in_(ids[start : start + _BATCH]))
            .values(print_batch_id=None)
        )
    return len(ids)


def _due_in(connection: Connection, batch_id: UUID) -> list[UUID]:
    query = select(_message.c.id).where(
        _message.c.print_batch_id == batch_id, _message.c.status == MessageStatus.DUE
    )
    return list(connection.execute(query.with_for_update()).scalars())
