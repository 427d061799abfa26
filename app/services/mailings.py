"""Letting the steps of a contact plan go: asked for, approved by a second person, stopped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from app.messages.plan import ContactPlan, ContactStep
from app.messages.sending_rules import Reason
from app.messages.statuses import MailingStatus
from app.panel.states import Role, WaveStatus
from app.services.addressing import Field, load_field
from app.services.contact_plan import load_contact_plan
from app.services.context import ServiceContext
from app.services.rehearsal_counts import StepCount, count_step
from app.services.rehearsed import standing_rehearsal
from app.storage import audit, mailings
from app.storage.mailings import Mailing
from app.storage.messages import cancel_due
from app.storage.staff import StaffMember
from app.storage.waves import Wave, load_wave

MAY_SEND = frozenset({Role.FIELDWORK, Role.RESEARCHER, Role.ADMIN})
ALONE = 500
"""Messages that one person may let go; more need a second one."""
_IN_TIME = (WaveStatus.REHEARSED, WaveStatus.OPEN, WaveStatus.PAUSED)


class MailingRefusedError(Exception):
    """A step cannot be let go or stopped; the message says why."""


class ProofNeededError(MailingRefusedError):
    """More than `ALONE` messages: whoever asks or approves has to sign in."""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step of the plan in a wave: what it would send now, and whether it was let go."""

    step: ContactStep
    count: StepCount
    mailing: Mailing | None


def planned(ctx: ServiceContext, year: int) -> list[PlannedStep]:
    """Return every step of the plan with its counts as of now, changing nothing.

    Raises
    ------
    MailingRefusedError
        If there is no such wave or the study sends nothing.
    """
    now = ctx.clock.now()
    with ctx.databases.research.snapshot() as connection:
        wave, plan, field = _look(ctx, connection, year)
        let_go = {one.step: one for one in mailings.list_mailings(connection, wave=year)}
    return [
        PlannedStep(step, count_step(plan, step, wave, field, now), let_go.get(step.id))
        for step in plan.steps
    ]


def request(
    ctx: ServiceContext, year: int, step: str, member: StaffMember, *, proven: bool
) -> Mailing:
    """Ask for a step: up to `ALONE` messages go on this word, more wait for a second person.

    Parameters
    ----------
    proven
        Whether the member signed in for this; needed where a second person is: nobody shall ask in
        one name and approve in another.

    Raises
    ------
    MailingRefusedError
        If the wave does not stand for it, or the step was asked for already.
    NotRehearsedError
        If the wave was not rehearsed, or something changed since.
    """
    _allowed(member)
    now = ctx.clock.now()
    with ctx.databases.research.snapshot() as connection:
        wave, plan, field = _look(ctx, connection, year)
        found = _step(plan, step)
        if wave.status not in _IN_TIME:
            raise MailingRefusedError(f"wave {year} is {wave.status}: rehearse it first")
        standing_rehearsal(ctx, connection, wave, field)
    if unknown := _unknown(ctx):
        raise MailingRefusedError(f"{unknown} messages have an unknown outcome: settle them first")
    count = count_step(plan, found, wave, field, now)
    expected = sum(count.at_most.values())
    if expected == 0:
        raise MailingRefusedError(f"{step} goes to nobody")
    if expected > ALONE and not proven:
        raise ProofNeededError(f"{step} has {expected} messages: sign in to ask for it")
    alone = expected <= ALONE
    mailing = Mailing(
        wave=year,
        step=step,
        channel=found.channel,
        status=MailingStatus.RUNNING if alone else MailingStatus.WAITING,
        due_at=count.first_due or now,
        expected=expected,
        requested_by=member.email,
        requested_at=now,
        approved_by=member.email if alone else None,
        approved_at=now if alone else None,
    )
    with ctx.databases.research.write() as connection:
        there = mailings.load_mailing(connection, year, step, for_update=True)
        if there is not None and there.status in (MailingStatus.WAITING, MailingStatus.RUNNING):
            raise MailingRefusedError(f"{step} was asked for already and is {there.status}")
        mailings.put_mailing(connection, mailing)
        _record(connection, "mailing.request", mailing, member, now)
    return mailing


def approve(
    ctx: ServiceContext, year: int, step: str, member: StaffMember, *, proven: bool
) -> Mailing:
    """Let a step go that somebody else asked for.

    Raises
    ------
    MailingRefusedError
        If it does not wait, or the same person asked for it, or it grew since.
    NotRehearsedError
        If something changed since the rehearsal.
    """
    _allowed(member)
    if not proven:
        raise ProofNeededError("sign in to approve")
    now = ctx.clock.now()
    with ctx.databases.research.snapshot() as connection:
        wave, plan, field = _look(ctx, connection, year)
        count = count_step(plan, _step(plan, step), wave, field, now)
        if wave.status not in _IN_TIME:
            raise MailingRefusedError(f"wave {year} is {wave.status}")
        standing_rehearsal(ctx, connection, wave, field)
    with ctx.databases.research.write() as connection:
        there = mailings.load_mailing(connection, year, step, for_update=True)
        if there is None or there.status is not MailingStatus.WAITING:
            status = "not asked for" if there is None else there.status
            raise MailingRefusedError(f"{step} is {status}: there is nothing to approve")
        if there.requested_by == member.email:
            raise MailingRefusedError(f"{member.email} asked for {step}: somebody else approves it")
        if sum(count.at_most.values()) > there.expected:
            raise MailingRefusedError(f"{step} has more messages than were asked for: ask again")
        approved = replace(
            there, status=MailingStatus.RUNNING, approved_by=member.email, approved_at=now
        )
        mailings.put_mailing(connection, approved)
        _record(connection, "mailing.approve", approved, member, now)
    return approved


def stop(ctx: ServiceContext, year: int, step: str, member: StaffMember, *, why: str) -> int:
    """Stop a step and cancel for good what of it is due; return how many messages.

    A step that was stopped can be asked for again; it then goes to those who have no message of it.
    """
    _allowed(member)
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        there = mailings.load_mailing(connection, year, step, for_update=True)
        if there is None or there.status is MailingStatus.STOPPED:
            raise MailingRefusedError(f"{step} does not go out: there is nothing to stop")
        stopped = replace(there, status=MailingStatus.STOPPED)
        mailings.put_mailing(connection, stopped)
        cancelled = cancel_due(
            connection,
            reason=Reason.MAILING_STOPPED,
            by=member.email,
            now=now,
            wave=year,
            step=step,
        )
        _record(connection, "mailing.stop", stopped, member, now, why=why, cancelled=cancelled)
    return cancelled


def let_go(ctx: ServiceContext, year: int) -> list[Mailing]:
    """Return the steps of a wave that somebody asked for."""
    with ctx.databases.research.read() as connection:
        return mailings.list_mailings(connection, wave=year)


def _look(
    ctx: ServiceContext, connection: Connection, year: int
) -> tuple[Wave, ContactPlan, Field]:
    plan = load_contact_plan(ctx.study)
    if plan is None:
        raise MailingRefusedError("the study has no contact plan: it sends nothing")
    wave = load_wave(connection, year)
    if wave is None:
        raise MailingRefusedError(f"there is no wave {year}")
    return wave, plan, load_field(ctx, connection, wave, plan)


def _step(plan: ContactPlan, name: str) -> ContactStep:
    found = plan.step(name)
    if found is None:
        known = ", ".join(one.id for one in plan.steps)
        raise MailingRefusedError(f'the plan has no step "{name}", only {known}')
    return found


def _unknown(ctx: ServiceContext) -> int:
    with ctx.databases.research.read() as connection:
        return mailings.count_unknown(connection)


def _allowed(member: StaffMember) -> None:
    if member.disabled_at is not None or member.role not in MAY_SEND:
        raise MailingRefusedError(f"{member.email} may not send anything")


def _record(
    connection: Connection,
    action: str,
    mailing: Mailing,
    member: StaffMember,
    now: datetime,
    **more: str | int,
) -> None:
    audit.append_audit(
        connection,
        at=now,
        staff_id=member.id,
        action=action,
        subject=f"wave {mailing.wave} {mailing.step}",
        detail={
            "by": member.email,
            "status": str(mailing.status),
            "expected": mailing.expected,
            **more,
        },
    )
