"""Taking a message that is due, and writing down what came of it.

At most once: a message is "sending" in a committed row before anybody calls a provider. When its
lease ends without an outcome nobody knows whether it went out, and it is never taken again. A
claim is known by message, worker and attempt: an outcome that is recorded late or twice finds that
it is no longer about this claim, and changes nothing.

Whether it may go is looked at in the unit that takes it, after its case and person are locked: an
interview that ends at that moment has ended before, and the message is cancelled, or after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select, update

from app.messages.channels import Channel
from app.messages.pace import Pace, PaceState, after_one, after_too_many, retry_delay
from app.messages.providers import Attempt, Claimed
from app.messages.sending_rules import Cancel, Go, SendingRules, verdict
from app.messages.statuses import MessageStatus, Outcome, may_become
from app.storage import models
from app.storage.due_messages import claimed_from, lock_due
from app.storage.messages import cancel_these, change_status, find_by_provider, note
from app.storage.moment import Moment
from app.storage.rows import as_row
from app.storage.types import table_of
from app.storage.upsert import keeping

_message = table_of(models.Message)
_pace = table_of(models.ChannelPace)
_add_pace = keeping(_pace)

LOOKED_AT = 20
"""Due messages looked at in one unit: most go, and those that are cancelled go in one stroke."""
MOST_ATTEMPTS = 8
"""Then a message is given up: a little over four hours after the first."""
SLOWS_EVERYBODY = 3
"""Attempts of one message that may stop the whole channel when a provider says "too many". A
server that says so to the same message again means that message: it alone waits, ever longer."""
MOST_TOO_MANY = 32
"""Then such a message is given up: after about a week, as a wrong password of ours is told so too.
Others go on meanwhile."""
_LAPSED_AT_ONCE = 500
_AGAIN = (Outcome.RETRY, Outcome.THROTTLED)


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """Who asks for a message, and by which rules it may be given."""

    channel: Channel
    worker: str
    lease: timedelta
    pace: Pace
    rules: SendingRules


class Taken(NamedTuple):
    """What came of asking for a message."""

    message: Claimed | None
    cancelled: int
    """Due messages that turned out to be never sent."""
    wait: timedelta | None
    """How long to wait before asking again, where that is known."""


def claim_next(connection: Connection, request: ClaimRequest, moment: Moment) -> Taken:
    """Take the next due message of a channel, as "sending" until its lease ends.

    Nothing is taken in quiet hours or faster than the pace of the channel. Messages found on the
    way that may never be sent are cancelled.
    """
    state = _lock_pace(connection, request.channel, moment)
    now = moment(connection)
    wait = max(state.wait(now), request.rules.quiet.next_allowed(now) - now)
    if wait > timedelta():
        return Taken(None, 0, wait)
    message, cancelled = None, 0
    due = lock_due(connection, request.channel, request.rules, now, limit=LOOKED_AT)
    for row, facts in due:
        found = verdict(facts, request.rules, now)
        if isinstance(found, Cancel):
            cancelled += cancel_these(connection, [row.id], found.reason, {"by": "rules"}, now)
        elif isinstance(found, Go):
            message = _take(connection, row, request, now)
            _set_pace(connection, request.channel, after_one(state, request.pace, now))
            break
    return Taken(message, cancelled, None)


def record_attempt(
    connection: Connection, claimed: Claimed, provider: str, attempt: Attempt, moment: Moment
) -> MessageStatus | None:
    """Write down what a call came to and return the status; ``None`` when it is no news.

    After a lease that ended meanwhile, the message was said to be unknown: an outcome still tells
    what it was, and one that says "certainly not taken" makes it failed, not due.
    """
    too_many = attempt.outcome is Outcome.THROTTLED and claimed.attempt <= SLOWS_EVERYBODY
    # In the order in which a claim takes them: pace first, then the message.
    state = _lock_pace(connection, claimed.channel, moment) if too_many else None
    row = _still_ours(connection, claimed)
    now = moment(connection)
    if state is not None:
        state = after_too_many(state, now)
        _set_pace(connection, claimed.channel, state)
    if row is None:
        return None
    values: dict[str, object] = {}
    detail: dict[str, Any] = {
        "outcome": attempt.outcome,
        "reason": attempt.reason,
        "provider": provider,
        "attempt": claimed.attempt,
    }
    if attempt.outcome in _AGAIN:
        status = _again(attempt.outcome, row.status, claimed.attempt)
        if status is MessageStatus.DUE:
            values = {"worker": None, "not_before": _next_try(claimed, state, now)}
    else:
        status = _ended(attempt.outcome)
        values = {"provider": provider, "parts": attempt.parts, "cost": attempt.cost}
        if attempt.outcome is not Outcome.REFUSED:
            values |= _reference(connection, provider, attempt.reference, detail)
        else:
            values |= {"parts": None, "cost": None}
    if may_become(row.status, status):
        told = None if status in (MessageStatus.DUE, MessageStatus.SENT) else attempt.reason
        change_status(
            connection, claimed.id, row.status, status, now, detail, reason=told, **values
        )
        return status
    if values and attempt.outcome not in _AGAIN:
        # A report was faster and knows more; what it cost is known only now.
        connection.execute(update(_message).where(_message.c.id == claimed.id).values(values))
    return None


def record_not_called(
    connection: Connection, claimed: Claimed, reason: str, *, again: bool, now: datetime
) -> MessageStatus | None:
    """Write down that no provider was called: due again, or there is nothing to send.

    When the lease ended meanwhile it is failed: unknown messages never become due again.
    """
    row = _still_ours(connection, claimed)
    if row is None:
        return None
    wanted = MessageStatus.DUE if again else MessageStatus.CANCELLED
    for status in (wanted, MessageStatus.FAILED):
        if may_become(row.status, status):
            why = None if status is MessageStatus.DUE else reason
            values = {"worker": None} if status is MessageStatus.DUE else {}
            change_status(
                connection,
                claimed.id,
                row.status,
                status,
                now,
                {"reason": reason, "attempt": claimed.attempt},
                reason=why,
                **values,
            )
            return status
    return None


def lapse(connection: Connection, moment: Moment) -> int:
    """Say of messages whose lease ended that nobody knows whether they went out; count them."""
    now = moment(connection)
    ids = list(
        connection.execute(
            select(_message.c.id)
            .where(_message.c.status == MessageStatus.SENDING, _message.c.lease_until < now)
            .limit(_LAPSED_AT_ONCE)
            .with_for_update(skip_locked=True)
        ).scalars()
    )
    if ids:
        connection.execute(
            update(_message)
            .where(_message.c.id.in_(ids))
            .values(
                status=MessageStatus.UNKNOWN,
                reason="lease_lapsed",
                lease_until=None,
                settled_at=now,
            )
        )
        note(connection, ids, MessageStatus.UNKNOWN, now, {"reason": "lease_lapsed"})
    return len(ids)


def pace_of(connection: Connection, channel: Channel) -> PaceState | None:
    """Return where a channel stands; ``None`` when nothing was ever sent by it."""
    row = connection.execute(
        select(_pace.c.free_at, _pace.c.slowdowns, _pace.c.slowed_at).where(
            _pace.c.channel == channel
        )
    ).one_or_none()
    return None if row is None else PaceState(*row)


def _take(connection: Connection, row: Row[Any], request: ClaimRequest, now: datetime) -> Claimed:
    claimed = claimed_from(row, attempt=row.attempts + 1, worker=request.worker)
    change_status(
        connection,
        claimed.id,
        MessageStatus.DUE,
        MessageStatus.SENDING,
        now,
        {"worker": claimed.worker, "attempt": claimed.attempt},
        attempts=claimed.attempt,
        worker=claimed.worker,
        lease_until=now + request.lease,
    )
    return claimed


def _still_ours(connection: Connection, claimed: Claimed) -> Row[Any] | None:
    """Lock the message; return it when the claim is still the last one made on it."""
    return connection.execute(
        select(_message.c.status)
        .where(
            _message.c.id == claimed.id,
            _message.c.worker == claimed.worker,
            _message.c.attempts == claimed.attempt,
        )
        .with_for_update()
    ).one_or_none()


def _again(outcome: Outcome, was: MessageStatus, attempt: int) -> MessageStatus:
    if was is not MessageStatus.SENDING:
        return MessageStatus.FAILED
    if attempt >= (MOST_ATTEMPTS if outcome is Outcome.RETRY else MOST_TOO_MANY):
        return MessageStatus.FAILED
    return MessageStatus.DUE


def _next_try(claimed: Claimed, slowed: PaceState | None, now: datetime) -> datetime:
    if slowed is not None:
        return slowed.free_at
    return now + retry_delay(claimed.attempt, (claimed.id.int % 1000) / 1000)


def _ended(outcome: Outcome) -> MessageStatus:
    return {
        Outcome.ACCEPTED: MessageStatus.SENT,
        Outcome.DUPLICATE: MessageStatus.SENT,
        Outcome.REFUSED: MessageStatus.REFUSED,
        Outcome.UNKNOWN: MessageStatus.UNKNOWN,
    }[outcome]


def _reference(
    connection: Connection, provider: str, reference: str | None, detail: dict[str, Any]
) -> dict[str, object]:
    """Return the provider's name for a message, unless it gave that name to another one."""
    if reference is not None and find_by_provider(connection, provider, reference) is not None:
        detail["reference_taken"] = True
        return {}
    return {"provider_reference": reference}


def _lock_pace(connection: Connection, channel: Channel, moment: Moment) -> PaceState:
    query = (
        select(_pace.c.free_at, _pace.c.slowdowns, _pace.c.slowed_at)
        .where(_pace.c.channel == channel)
        .with_for_update()
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        first = as_row(PaceState(moment(connection))) | {"channel": channel}
        connection.execute(_add_pace.on(connection), first)
        row = connection.execute(query).one()
    return PaceState(*row)


def _set_pace(connection: Connection, channel: Channel, state: PaceState) -> None:
    connection.execute(update(_pace).where(_pace.c.channel == channel).values(**as_row(state)))
