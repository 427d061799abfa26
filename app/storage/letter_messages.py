"""Letters that are due: into a print batch, and from there to the post.

A letter in a batch stays due until the batch is handed over: a file that was lost or thrown away
has reached nobody, and its letters can be printed again. Whether each may still go is looked at
again at that moment (`letters_in_batch`): somebody takes the others out of the pile.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, exists, func, null, select, update

from app.messages.channels import Channel
from app.messages.providers import Claimed
from app.messages.sending_rules import TO_PRINT, Cancel, Go, SendingRules, verdict
from app.messages.statuses import MessageStatus, PersonEventKind
from app.storage import incentive_letters, models
from app.storage.due_messages import claimed_from, lock_due
from app.storage.messages import cancel_these, note
from app.storage.people import barrier
from app.storage.types import table_of

_message = table_of(models.Message)
_case = table_of(models.SurveyCase)
_person = table_of(models.Person)
_event = table_of(models.PersonEvent)

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


@dataclass(frozen=True, slots=True)
class PrintedLetter:
    """A letter of a batch that is not handed over, and why it may not go any more."""

    id: UUID
    person_id: UUID
    case_status: str
    barrier: str | None
    moved: bool
    """Whether there is another address since it was printed."""


def letters_in_batch(
    connection: Connection, batch_id: UUID, *, printed_at: datetime
) -> list[PrintedLetter]:
    """Return the letters of a batch that was not handed over, as their people stand now; locked.

    A refusal that is written down at that moment is so before, and seen here, or after.
    """
    connection.execute(
        select(_message.c.id)
        .select_from(
            _message.join(_case, _case.c.id == _message.c.case_id).join(
                _person, _person.c.id == _case.c.person_id
            )
        )
        .where(_message.c.print_batch_id == batch_id, _message.c.status == MessageStatus.DUE)
        .with_for_update(of=[_message, _case, _person], key_share=True)
    )
    moved = exists(
        select(null()).where(
            _event.c.person_id == _case.c.person_id,
            _event.c.kind == PersonEventKind.ADDRESS_CHANGED,
            _event.c.at > printed_at,
        )
    )
    rows = connection.execute(
        select(
            _message.c.id,
            _case.c.person_id,
            _case.c.status,
            barrier(_case.c.person_id, Channel.LETTER, _message.c.wave),
            moved,
        )
        .join(_case, _case.c.id == _message.c.case_id)
        .where(_message.c.print_batch_id == batch_id, _message.c.status == MessageStatus.DUE)
        .order_by(_message.c.id)
    )
    return [PrintedLetter(*row) for row in rows]


def count_in_batch(connection: Connection, batch_id: UUID) -> int:
    """Return how many letters a batch that was not handed over holds."""
    return connection.execute(
        select(func.count())
        .select_from(_message)
        .where(_message.c.print_batch_id == batch_id, _message.c.status == MessageStatus.DUE)
    ).scalar_one()


@dataclass(frozen=True, slots=True)
class DueLetter:
    """A letter that waits for a batch."""

    id: UUID
    case_id: UUID
    person_id: UUID
    step: str
    text: str
    language: str


def letters_outside(connection: Connection, wave: int, step: str | None = None) -> list[DueLetter]:
    """Return the due letters of a wave, or of a step, that are in no batch."""
    query = (
        select(
            _message.c.id,
            _message.c.case_id,
            _case.c.person_id,
            _message.c.step,
            _message.c.text,
            _message.c.language,
        )
        .join(_case, _case.c.id == _message.c.case_id)
        .where(
            _message.c.wave == wave,
            _message.c.channel == Channel.LETTER,
            _message.c.status == MessageStatus.DUE,
            _message.c.print_batch_id.is_(None),
        )
        .order_by(_message.c.step, _message.c.id)
    )
    if step is not None:
        query = query.where(_message.c.step == step)
    return [DueLetter(*row) for row in connection.execute(query)]


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
    incentive_letters.went_with(connection, batch_id, by=by, now=now)
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
    incentive_letters.taken_out(connection, batch_id)
    return len(ids)


def statuses_in(connection: Connection, batch_id: UUID) -> dict[MessageStatus, int]:
    """Return how many letters of a batch are in which state."""
    query = select(_message.c.status, func.count()).where(_message.c.print_batch_id == batch_id)
    return {row[0]: row[1] for row in connection.execute(query.group_by(_message.c.status))}


def due_again(connection: Connection, batch_id: UUID, *, by: str, now: datetime) -> int:
    """Make sent letters of a batch due again, out of the batch; return how many.

    Against the order of states (`may_become`): for letters of which people say that they never
    reached the post.
    """
    query = select(_message.c.id).where(
        _message.c.print_batch_id == batch_id, _message.c.status == MessageStatus.SENT
    )
    ids = list(connection.execute(query.with_for_update()).scalars())
    for start in range(0, len(ids), _BATCH):
        some = ids[start : start + _BATCH]
        connection.execute(
            update(_message)
            .where(_message.c.id.in_(some))
            .values(status=MessageStatus.DUE, settled_at=None, provider=None, print_batch_id=None)
        )
        note(connection, some, MessageStatus.DUE, now, {"by": by, "never_posted": str(batch_id)})
    return len(ids)


def _due_in(connection: Connection, batch_id: UUID) -> list[UUID]:
    query = select(_message.c.id).where(
        _message.c.print_batch_id == batch_id, _message.c.status == MessageStatus.DUE
    )
    return list(connection.execute(query.with_for_update()).scalars())
