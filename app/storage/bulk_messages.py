"""Many messages of synthetic people settled in one stroke; real ones are sent one by one.

The verdict over each message, and the statuses and events it leaves, are those of the worker: only
the provider is not called, and a thousand messages share a unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, update

from app.messages.channels import Channel
from app.messages.providers import Claimed
from app.messages.sending_rules import Cancel, Go, SendingRules, verdict
from app.messages.statuses import MessageStatus
from app.storage import models
from app.storage.due_messages import claimed_from, lock_due
from app.storage.messages import cancel_these, note
from app.storage.types import table_of

_message = table_of(models.Message)

_BATCH = 1_000
_LEASE = timedelta(minutes=10)


def claim_at_once(
    connection: Connection, channel: Channel, rules: SendingRules, now: datetime, *, worker: str
) -> list[Claimed]:
    """Take every message of a channel that may go now, one a person; cancel those that never may.

    One a person, because what a person got lately is counted before any of them goes.
    """
    going: list[Claimed] = []
    never: dict[str, list[UUID]] = {}
    seen: set[UUID] = set()
    if rules.quiet.next_allowed(now) > now:
        return going
    for row, facts in lock_due(connection, channel, rules, now, limit=100_000):
        found = verdict(facts, rules, now)
        if isinstance(found, Cancel):
            never.setdefault(found.reason, []).append(row.id)
        elif isinstance(found, Go) and row.person_id not in seen:
            seen.add(row.person_id)
            going.append(claimed_from(row, attempt=row.attempts + 1, worker=worker))
    for reason, ids in sorted(never.items()):
        cancel_these(connection, ids, reason, {"by": "rules"}, now)
    _set(connection, [one.id for one in going], MessageStatus.SENDING, now, worker=worker)
    return going


def settle_at_once(
    connection: Connection,
    ids: Sequence[UUID],
    status: MessageStatus,
    now: datetime,
    *,
    provider: str,
    reason: str | None = None,
    cost: int = 0,
) -> None:
    """Write down what became of messages that `claim_at_once` took."""
    sent = status is MessageStatus.SENT
    _set(
        connection,
        ids,
        status,
        now,
        provider=provider,
        reason=reason,
        parts=1 if sent else None,
        cost=cost if sent else None,
    )


def _set(
    connection: Connection,
    ids: Sequence[UUID],
    status: MessageStatus,
    now: datetime,
    **values: object,
) -> None:
    sending = status is MessageStatus.SENDING
    known: dict[str, object] = {**values, "status": status}
    if sending:
        known |= {"attempts": _message.c.attempts + 1, "lease_until": now + _LEASE}
    else:
        known |= {"settled_at": now, "lease_until": None}
    for start in range(0, len(ids), _BATCH):
        some = ids[start : start + _BATCH]
        connection.execute(update(_message).where(_message.c.id.in_(some)).values(known))
        note(connection, some, status, now, {"reason": values.get("reason"), "attempt": 1})
