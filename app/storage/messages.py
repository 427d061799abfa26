"""Messages: put down as due, reported on, settled, cancelled, counted.

Taking one and sending it is in `message_claims`. Each function belongs to the unit of work of its
caller; ``now`` is the time of the database (`database_now`). Every change of a status leaves a
`MessageEvent`; news that is older than what is known changes nothing (`may_become`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, exists, func, insert, null, select, update

from app.messages.channels import Channel
from app.messages.providers import Report
from app.messages.statuses import MailingStatus, MessageStatus, may_become
from app.storage import models
from app.storage.rows import columns_for
from app.storage.types import new_id, table_of
from app.storage.upsert import keeping

_message = table_of(models.Message)
_event = table_of(models.MessageEvent)
_mailing = table_of(models.Mailing)
_add = keeping(_message)

_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message that is to go out when its time comes."""

    case_id: UUID
    wave: int
    step: str
    channel: Channel
    text: str
    language: str
    not_before: datetime


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message and what became of it."""

    id: UUID
    case_id: UUID
    wave: int
    step: str
    channel: Channel
    text: str
    language: str
    status: MessageStatus
    reason: str | None
    not_before: datetime
    attempts: int
    lease_until: datetime | None
    worker: str | None
    provider: str | None
    provider_reference: str | None
    parts: int | None
    cost: int | None
    print_batch_id: UUID | None
    created_at: datetime
    settled_at: datetime | None
    """When it was decided whether it goes out: sent, refused, cancelled …; later reports leave
    it."""


@dataclass(frozen=True, slots=True)
class MessageCount:
    """How many messages of a wave share these marks."""

    wave: int
    step: str
    channel: Channel
    language: str
    status: MessageStatus
    reason: str | None
    messages: int
    parts: int
    cost: int
    """In hundredths of a cent."""


@dataclass(frozen=True, slots=True)
class PastEvent:
    """A change of a message."""

    at: datetime
    status: MessageStatus
    detail: Mapping[str, Any]


def add_due(connection: Connection, messages: Iterable[NewMessage], *, now: datetime) -> int:
    """Put down messages as due and return how many are new.

    A case that has the step by that channel already keeps the message it has, whatever became of
    it: the same call again changes nothing.
    """
    rows = [
        {
            "id": new_id(),
            "case_id": one.case_id,
            "wave": one.wave,
            "step": one.step,
            "channel": one.channel,
            "text": one.text,
            "language": one.language,
            "status": MessageStatus.DUE,
            "not_before": one.not_before,
            "attempts": 0,
            "created_at": now,
        }
        for one in messages
    ]
    added = 0
    statement = _add.on(connection).returning(_message.c.id)
    for start in range(0, len(rows), _BATCH):
        new = list(connection.execute(statement, rows[start : start + _BATCH]).scalars())
        note(connection, new, MessageStatus.DUE, now, {})
        added += len(new)
    return added


def load_message(connection: Connection, message_id: UUID) -> StoredMessage | None:
    """Return a message, or ``None`` when there is no such message."""
    row = connection.execute(_messages().where(_message.c.id == message_id)).one_or_none()
    return None if row is None else StoredMessage(*row)


def list_messages(
    connection: Connection,
    *,
    wave: int | None = None,
    step: str | None = None,
    channel: Channel | None = None,
    statuses: Collection[MessageStatus] | None = None,
) -> list[StoredMessage]:
    """Return the messages with these marks, by the time they were due."""
    query = _messages().where(*_marked(wave, step, channel))
    if statuses is not None:
        query = query.where(_message.c.status.in_(statuses))
    rows = connection.execute(query.order_by(_message.c.not_before, _message.c.id))
    return [StoredMessage(*row) for row in rows]


def messages_of_case(connection: Connection, case_id: UUID) -> list[StoredMessage]:
    """Return the messages to a case, by the time they were due."""
    rows = connection.execute(
        _messages()
        .where(_message.c.case_id == case_id)
        .order_by(_message.c.not_before, _message.c.id)
    )
    return [StoredMessage(*row) for row in rows]


def message_events(connection: Connection, message_id: UUID) -> list[PastEvent]:
    """Return what happened to a message, the earliest first."""
    rows = connection.execute(
        select(_event.c.at, _event.c.status, _event.c.detail)
        .where(_event.c.message_id == message_id)
        .order_by(_event.c.id)
    )
    return [PastEvent(*row) for row in rows]


def find_by_provider(connection: Connection, provider: str, reference: str) -> UUID | None:
    """Return the message that a provider knows by a name of its own."""
    return connection.execute(
        select(_message.c.id).where(
            _message.c.provider == provider, _message.c.provider_reference == reference
        )
    ).scalar_one_or_none()


def count_messages(connection: Connection, wave: int | None = None) -> list[MessageCount]:
    """Count messages by wave, step, channel, language, status and reason."""
    marks = [
        _message.c[name] for name in ("wave", "step", "channel", "language", "status", "reason")
    ]
    sums = [func.coalesce(func.sum(_message.c[one]), 0).label(one) for one in ("parts", "cost")]
    query = (
        select(*marks, func.count().label("messages"), *sums)
        .where(*_marked(wave, None, None))
        .group_by(*marks)
    )
    return [MessageCount(**row._mapping) for row in connection.execute(query.order_by(*marks))]


def count_due(connection: Connection, channel: Channel, by: datetime) -> int:
    """Return how many messages of running steps are due by a moment, by a channel."""
    runs = select(null()).where(
        _mailing.c.wave == _message.c.wave,
        _mailing.c.step == _message.c.step,
        _mailing.c.status == MailingStatus.RUNNING,
    )
    return connection.execute(
        select(func.count())
        .select_from(_message)
        .where(
            _message.c.status == MessageStatus.DUE,
            _message.c.channel == channel,
            _message.c.not_before <= by,
            exists(runs),
        )
    ).scalar_one()


def apply_report(connection: Connection, report: Report, *, now: datetime) -> bool:
    """Write down news from a provider; tell whether it was news.

    A report for a message that nobody ever tried to send is none: it cannot be about it.
    """
    row = connection.execute(
        select(_message.c.status, _message.c.attempts)
        .where(_message.c.id == report.reference)
        .with_for_update()
    ).one_or_none()
    if row is None or row.attempts == 0 or not may_become(row.status, report.status):
        return False
    detail = {"by": "report", "reported_at": report.at.isoformat(), "reason": report.reason}
    change_status(
        connection, report.reference, row.status, report.status, now, detail, reason=report.reason
    )
    return True


def settle(
    connection: Connection, message_id: UUID, *, sent: bool, by: str, now: datetime
) -> MessageStatus | None:
    """Write down what somebody found out about a message of which nobody knew whether it went out.

    Returns the new status; ``None`` when the message is not unknown, or no longer. It is not sent
    again either way.
    """
    status = connection.execute(
        select(_message.c.status).where(_message.c.id == message_id).with_for_update()
    ).scalar_one_or_none()
    if status is not MessageStatus.UNKNOWN:
        return None
    found = MessageStatus.SENT if sent else MessageStatus.FAILED
    reason = None if sent else "found_not_sent"
    change_status(connection, message_id, status, found, now, {"by": by}, reason=reason)
    return found


def unknown_because(connection: Connection, *, wave: int, step: str, reason: str) -> list[UUID]:
    """Return the messages of a step of which nobody knows, for this reason; locked."""
    return list(
        connection.execute(
            select(_message.c.id)
            .where(
                *_marked(wave, step, None),
                _message.c.status == MessageStatus.UNKNOWN,
                _message.c.reason == reason,
            )
            .with_for_update()
        ).scalars()
    )


def presume_sent(
    connection: Connection, *, wave: int, step: str, by: datetime, reason: str, now: datetime
) -> int:
    """Say of the messages of a step that were due by a moment that nobody knows; count them.

    For days of which the record is lost. A call may have been made, so a report may be about it.
    Letters in a print batch are left alone: whoever has the batch says what became of it.
    """
    due = connection.execute(
        select(_message.c.id)
        .where(
            *_marked(wave, step, None),
            _message.c.status == MessageStatus.DUE,
            _message.c.not_before <= by,
            _message.c.print_batch_id.is_(None),
        )
        .with_for_update()
    )
    ids = list(due.scalars())
    for start in range(0, len(ids), _BATCH):
        chunk = ids[start : start + _BATCH]
        connection.execute(
            update(_message)
            .where(_message.c.id.in_(chunk))
            .values(
                status=MessageStatus.UNKNOWN,
                reason=reason,
                attempts=_message.c.attempts + 1,
                settled_at=now,
            )
        )
        note(connection, chunk, MessageStatus.UNKNOWN, now, {"reason": reason})
    return len(ids)


def cancel_due(
    connection: Connection,
    *,
    reason: str,
    by: str,
    now: datetime,
    wave: int | None = None,
    step: str | None = None,
    channel: Channel | None = None,
    case_ids: Collection[UUID] | None = None,
) -> int:
    """Cancel the due messages with these marks and return how many there were.

    What a worker has taken is not stopped: it is being sent. Letters that are in a print batch are
    not due to be made any more and are left alone.
    """
    base = [_message.c.status == MessageStatus.DUE, _message.c.print_batch_id.is_(None)]
    base += _marked(wave, step, channel)
    chunks: Sequence[Collection[UUID] | None] = [None]
    if case_ids is not None:
        known = list(case_ids)
        chunks = [known[start : start + _BATCH] for start in range(0, len(known), _BATCH)]
    cancelled = 0
    for chunk in chunks:
        where = [*base, *([] if chunk is None else [_message.c.case_id.in_(chunk)])]
        due = connection.execute(select(_message.c.id).where(*where).with_for_update())
        cancelled += cancel_these(connection, list(due.scalars()), reason, {"by": by}, now)
    return cancelled


def cancel_these(
    connection: Connection,
    ids: Sequence[UUID],
    reason: str,
    detail: Mapping[str, Any],
    now: datetime,
) -> int:
    """Cancel due messages that the caller holds locked; return how many."""
    for start in range(0, len(ids), _BATCH):
        chunk = ids[start : start + _BATCH]
        connection.execute(
            update(_message)
            .where(_message.c.id.in_(chunk), _message.c.status == MessageStatus.DUE)
            .values(status=MessageStatus.CANCELLED, reason=reason, settled_at=now)
        )
        note(connection, chunk, MessageStatus.CANCELLED, now, {"reason": reason, **detail})
    return len(ids)


def change_status(
    connection: Connection,
    message_id: UUID,
    was: MessageStatus,
    status: MessageStatus,
    now: datetime,
    detail: Mapping[str, Any],
    *,
    reason: str | None = None,
    **values: object,
) -> None:
    """Move a message that the caller holds locked from one status to another, on record."""
    set_ = {"status": status, "reason": reason, **values}
    if status is not MessageStatus.SENDING:
        set_ |= {"lease_until": None}
    if was in (MessageStatus.DUE, MessageStatus.SENDING) and status is not MessageStatus.DUE:
        set_ |= {"settled_at": None if status is MessageStatus.SENDING else now}
    connection.execute(update(_message).where(_message.c.id == message_id).values(set_))
    note(connection, [message_id], status, now, detail)


def note(
    connection: Connection,
    ids: Sequence[UUID],
    status: MessageStatus,
    now: datetime,
    detail: Mapping[str, Any],
) -> None:
    """Add the same event to some messages."""
    if ids:
        known = {name: value for name, value in detail.items() if value is not None}
        rows = [{"message_id": one, "at": now, "status": status, "detail": known} for one in ids]
        connection.execute(insert(_event), rows)


def _marked(wave: int | None, step: str | None, channel: Channel | None) -> list[Any]:
    marks = (("wave", wave), ("step", step), ("channel", channel))
    return [_message.c[name] == value for name, value in marks if value is not None]


def _messages() -> Select[Any]:
    return select(*columns_for(StoredMessage, _message))
