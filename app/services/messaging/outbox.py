"""What staff see of the outbox and do with it: count, look at what is unknown, settle, cancel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.messages.channels import Channel
from app.messages.statuses import MessageStatus
from app.panel.states import Role
from app.services.context import ServiceContext
from app.services.open_ended.open_answers import member_who
from app.storage import audit, messages
from app.storage.message_claims import pace_of
from app.storage.messages import MessageCount, StoredMessage
from app.storage.moment import Moment, database_now

__all__ = [
    "MAY_STEER", "ChannelState", "MessageCount", "NotUnknownError", "StoredMessage", "cancel",
    "channels", "counts", "settle", "unknown_messages",
]  # fmt: skip

MAY_STEER = frozenset({Role.FIELDWORK, Role.RESEARCHER, Role.ADMIN})


class NotUnknownError(Exception):
    """Messages that are not unknown were to be settled; nothing was written."""


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How fast a channel is allowed to go at the moment."""

    channel: Channel
    free_at: datetime
    halved: int
    """How often its speed is halved, because a provider said that it was too much."""
    waiting: int = 0
    """Messages of running steps that are due and wait for it."""

    def paused(self, now: datetime) -> bool:
        """Tell whether nothing goes at a moment because a provider said that it was too much."""
        return bool(self.halved) and self.free_at > now


def counts(ctx: ServiceContext, wave: int | None = None) -> list[MessageCount]:
    """Count messages by wave, step, channel, language, status and reason."""
    with ctx.databases.research.read() as connection:
        return messages.count_messages(connection, wave)


def unknown_messages(ctx: ServiceContext, wave: int | None = None) -> list[StoredMessage]:
    """Return the messages of which nobody knows whether they went out."""
    with ctx.databases.research.read() as connection:
        return messages.list_messages(connection, wave=wave, statuses=[MessageStatus.UNKNOWN])


def channels(ctx: ServiceContext, *, moment: Moment = database_now) -> list[ChannelState]:
    """Return how fast each channel that was ever used may go, and what waits for it."""
    with ctx.databases.research.read() as connection:
        now = moment(connection)
        states = [(channel, pace_of(connection, channel)) for channel in Channel]
        # What was told "not now" is due when the channel is free again.
        waiting = {
            channel: messages.count_due(connection, channel, max(now, state.free_at))
            for channel, state in states
            if state is not None
        }
    return [
        ChannelState(channel, state.free_at, state.slowness(now), waiting[channel])
        for channel, state in states
        if state is not None
    ]


def settle(ctx: ServiceContext, ids: list[UUID], *, sent: bool, email: str) -> int:
    """Write down what a member of staff found out about unknown messages; all or none.

    They are not sent again either way: who did not get one gets the next step.

    Raises
    ------
    NotAllowedError
        If the member may not.
    NotUnknownError
        If one of them is not unknown.
    """
    member = member_who(ctx, email, MAY_STEER)
    with ctx.databases.research.write() as connection:
        now = database_now(connection)
        known = [
            one
            for one in dict.fromkeys(ids)
            if messages.settle(connection, one, sent=sent, by=email, now=now) is None
        ]
        if known:
            raise NotUnknownError(
                f"{len(known)} of {len(ids)} are not unknown, for example {known[0]}"
            )
        audit.append_audit(
            connection,
            at=now,
            staff_id=member.id,
            action="outbox.settle",
            subject=f"{len(ids)} messages",
            detail={"sent": sent, "messages": [str(one) for one in ids]},
        )
    return len(ids)


def cancel(
    ctx: ServiceContext,
    wave: int,
    *,
    reason: str,
    email: str,
    step: str | None = None,
    channel: Channel | None = None,
) -> int:
    """Cancel the due messages of a wave, or of one step or channel of it; return how many.

    For good: a message that was cancelled is never made again. To halt a step for a while, stop
    nothing: pause the wave.
    """
    member = member_who(ctx, email, MAY_STEER)
    with ctx.databases.research.write() as connection:
        now = database_now(connection)
        cancelled = messages.cancel_due(
            connection, reason="by_staff", by=email, now=now, wave=wave, step=step, channel=channel
        )
        audit.append_audit(
            connection,
            at=now,
            staff_id=member.id,
            action="outbox.cancel",
            subject=f"wave {wave}",
            detail={
                "step": step,
                "channel": None if channel is None else str(channel),
                "reason": reason,
                "messages": cancelled,
            },
        )
    return cancelled
