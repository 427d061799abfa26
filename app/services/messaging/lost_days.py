"""Days of which the record is lost: what was sent between a backup and its restore.

Messages that went out after the backup are due again in what comes back, and those that were put
down after it are not there at all. Sending them would be sending twice. So whatever would have gone
out by itself in those days is said to be unknown: it is never sent again, a report of a provider
about it is still believed, and a person settles the rest.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.messages.channels import Channel
from app.messages.plan import ContactPlan, ContactStep
from app.services.context import ServiceContext
from app.services.fieldwork.fieldwork_ticks import CATCH_UP, made_until, new_message, wants
from app.services.messaging.addressing import Field, due_times, load_field
from app.services.messaging.contact_plan import load_contact_plan
from app.services.messaging.outbox import MAY_STEER
from app.services.open_ended.open_answers import member_who
from app.storage import audit, mailings, messages
from app.storage.messages import NewMessage
from app.storage.moment import database_now
from app.storage.waves import load_wave

RESTORED = "restored"
"""The reason of a message that may have gone out in days of which the record is lost."""


class NoSuchStepError(Exception):
    """A step or wave does not exist; nothing was written."""


@dataclass(frozen=True, slots=True)
class Halted:
    """A step that ran when a backup was made, and waits since it was restored."""

    wave: int
    step: str
    channel: Channel
    let_go: datetime
    """When somebody let it go."""


@dataclass(frozen=True, slots=True)
class LostDays:
    """From the moment of a backup to that of its restore."""

    since: datetime
    until: datetime


def hold_what_ran(
    ctx: ServiceContext, halted: Collection[Halted], days: LostDays
) -> dict[tuple[int, str], int]:
    """Hold what workers would have sent by themselves in lost days; count by wave and step.

    Letters are not in it: no worker prints, and whoever printed knows. `hold` is for them.

    Raises
    ------
    ContactPlanError
        If the plan cannot be read.
    NoSuchStepError
        If the plan has no such step any more.
    """
    return {
        (one.wave, one.step): _hold(ctx, one, days, staff_id=None, by="restore")
        for one in halted
        if one.channel is not Channel.LETTER
    }


def hold(ctx: ServiceContext, wave: int, step: str, days: LostDays, *, email: str) -> int:
    """Hold what of a step went out in lost days, or may have; return how many messages.

    For letters that went to the printer in those days, and for steps that somebody let go in them.
    Saying it twice changes nothing.

    Raises
    ------
    ContactPlanError
        If the plan cannot be read.
    NoSuchStepError
        If there is no such wave or step.
    NotAllowedError
        If the member may not.
    """
    member = member_who(ctx, email, MAY_STEER)
    plan = load_contact_plan(ctx.study)
    found = plan.step(step) if plan is not None else None
    if found is None:
        raise NoSuchStepError(f'the plan has no step "{step}"')
    with ctx.databases.research.read() as connection:
        known = mailings.load_mailing(connection, wave, step)
    let_go = days.since if known is None else known.approved_at or known.requested_at
    halted = Halted(wave, step, found.channel, let_go)
    return _hold(ctx, halted, days, staff_id=member.id, by=member.email)


def settle_restored(ctx: ServiceContext, wave: int, step: str, *, sent: bool, email: str) -> int:
    """Write down what became of the messages of a step that were held; return how many.

    Raises
    ------
    NotAllowedError
        If the member may not.
    """
    member = member_who(ctx, email, MAY_STEER)
    with ctx.databases.research.write() as connection:
        now = database_now(connection)
        ids = messages.unknown_because(connection, wave=wave, step=step, reason=RESTORED)
        settled = sum(
            messages.settle(connection, one, sent=sent, by=email, now=now) is not None
            for one in ids
        )
        audit.append_audit(
            connection,
            at=now,
            staff_id=member.id,
            action="outbox.settle",
            subject=f"wave {wave} {step}",
            detail={"sent": sent, "messages": settled, "reason": RESTORED},
        )
    return settled


def _hold(
    ctx: ServiceContext, halted: Halted, days: LostDays, *, staff_id: UUID | None, by: str
) -> int:
    plan = load_contact_plan(ctx.study)
    step = plan.step(halted.step) if plan is not None else None
    with ctx.databases.research.snapshot() as connection:
        wave = load_wave(connection, halted.wave)
        if plan is None or step is None or wave is None:
            raise NoSuchStepError(f"wave {halted.wave} has no step {halted.step}")
        field = load_field(ctx, connection, wave, plan)
        new, until = _would_be(connection, plan, step, field, halted, days)
    with ctx.databases.research.write() as connection:
        now = database_now(connection)
        messages.add_due(connection, new, now=now)
        held = messages.presume_sent(
            connection, wave=halted.wave, step=halted.step, by=until, reason=RESTORED, now=now
        )
        audit.append_audit(
            connection,
            at=now,
            staff_id=staff_id,
            action="outbox.hold",
            subject=f"wave {halted.wave} {halted.step}",
            detail={
                "by": by,
                "since": days.since.isoformat(),
                "until": days.until.isoformat(),
                "messages": held,
            },
        )
    return held


def _would_be(
    connection: Connection,
    plan: ContactPlan,
    step: ContactStep,
    field: Field,
    halted: Halted,
    days: LostDays,
) -> tuple[list[NewMessage], datetime]:
    """The messages that a tick would have put down in lost days, and until when those were due."""
    there = mailings.sent_days(connection, halted.wave, step.id)
    cases = {one.case_id: one for one in field.meant(step) if wants(one, step, field, there)}
    due = due_times(plan, step, field.wave, cases.values(), not_before=halted.let_go, there=there)
    until = made_until(step, due, days.until) if due else days.until
    if step.channel is Channel.LETTER:
        until = max([until, *there.values()])  # put down long before, printed at any time since
    new = [
        new_message(cases[case_id], step, field.wave, at)
        for case_id, at in due.items()
        if days.since - CATCH_UP <= at <= until
    ]
    return new, until
