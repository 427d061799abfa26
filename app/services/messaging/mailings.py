"""Letting the steps of a contact plan go: asked for, approved by a second person, stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from app.messages.plan import ContactPlan, ContactStep
from app.messages.sending_rules import Reason
from app.messages.statuses import MailingStatus
from app.panel.states import Role, WaveStatus
from app.services.context import ServiceContext
from app.services.members.restored_news import open_gap
from app.services.messaging.addressing import Field, load_field
from app.services.messaging.contact_plan import load_contact_plan
from app.services.messaging.rehearsal_counts import count_step
from app.services.messaging.rehearsed import standing_rehearsal
from app.services.messaging.restored_steps import NONE_WENT_OUT, LostDays, in_doubt, refusal_of
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


class StepsRefusedError(MailingRefusedError):
    """Some of several steps cannot be approved, so none was; ``reasons`` by step."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__("; ".join(reasons.values()))
        self.reasons = dict(reasons)


@dataclass(frozen=True, slots=True)
class Approval:
    """A step that runs now."""

    mailing: Mailing
    new: bool
    """Whether it was this word that let it go; it ran already otherwise."""


def request(
    ctx: ServiceContext,
    year: int,
    step: str,
    member: StaffMember,
    *,
    proven: bool,
    again: bool = False,
    none_went_out: bool = False,
) -> Mailing:
    """Ask for a step: up to `ALONE` messages go on this word, more wait for a second person.

    Parameters
    ----------
    proven
        Whether the member signed in for this; needed where a second person is: nobody shall ask in
        one name and approve in another.
    again
        Ask anew for a step that runs: who missed their day get it from now on. Who has a message
        of it gets no other.
    none_went_out
        The word that nothing of it went out in days a restore lost; on record.

    Raises
    ------
    MailingRefusedError
        If the wave does not stand for it, or the step was asked for already, or it may have gone
        out in days that a restore lost.
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
        _refuse_without_news(connection)
        doubt = in_doubt(connection, wave, step)
        if doubt is not None and not none_went_out:
            raise MailingRefusedError(refusal_of(year, step, doubt))
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
        stands = (MailingStatus.WAITING, *(() if again else (MailingStatus.RUNNING,)))
        if there is not None and there.status in stands:
            raise MailingRefusedError(f"{step} was asked for already and is {there.status}")
        mailings.put_mailing(connection, mailing)
        if doubt is not None:
            _record(connection, NONE_WENT_OUT, mailing, member, now)
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
    (approval,) = approve_all(ctx, year, [step], member, proven=proven)
    if not approval.new:
        raise MailingRefusedError(f"{step} is running: there is nothing to approve")
    return approval.mailing


def approve_all(
    ctx: ServiceContext,
    year: int,
    steps: Sequence[str],
    member: StaffMember,
    *,
    proven: bool,
    none_went_out: bool = False,
) -> list[Approval]:
    """Let steps go that somebody else asked for: all of them or none.

    What runs already is no fault: it is told as such and left alone. ``none_went_out`` is the word
    that nothing of them went out in days a restore lost; on record.

    Raises
    ------
    StepsRefusedError
        If any does not wait, or the same person asked for it, or it grew since; with every reason.
    MailingRefusedError
        If the wave does not stand for it, or the member may not.
    NotRehearsedError
        If something changed since the rehearsal.
    """
    _allowed(member)
    if not proven:
        raise ProofNeededError("sign in to approve")
    now = ctx.clock.now()
    with ctx.databases.research.snapshot() as connection:
        wave, plan, field = _look(ctx, connection, year)
        if wave.status not in _IN_TIME:
            raise MailingRefusedError(f"wave {year} is {wave.status}")
        _refuse_without_news(connection)
        doubts = {step: in_doubt(connection, wave, step) for step in steps}
        standing_rehearsal(ctx, connection, wave, field)
    known = {one.id: one for one in plan.steps if one.id in steps}
    counts = {
        name: sum(count_step(plan, one, wave, field, now).at_most.values())
        for name, one in known.items()
    }
    found: list[Approval] = []
    refusals: dict[str, str] = {}
    with ctx.databases.research.write() as connection:
        for step in sorted(set(steps)):
            if step not in known:
                refusals[step] = _no_such_step(plan, step)
                continue
            there = mailings.load_mailing(connection, year, step, for_update=True)
            reason = _reason_not_to(there, step, member, counts[step])
            if reason is None and not none_went_out:
                reason = _reason_of_doubt(there, doubts[step])
            if reason is not None or there is None:
                refusals[step] = reason or ""
                continue
            new = there.status is MailingStatus.WAITING
            if new:
                there = replace(
                    there, status=MailingStatus.RUNNING, approved_by=member.email, approved_at=now
                )
            found.append(Approval(there, new))
        if refusals:
            raise StepsRefusedError(refusals)
        _let_run(connection, found, doubts, member, now)
    return sorted(found, key=lambda one: steps.index(one.mailing.step))


def _let_run(
    connection: Connection,
    approvals: Sequence[Approval],
    doubts: Mapping[str, LostDays | None],
    member: StaffMember,
    now: datetime,
) -> None:
    for mailing in (one.mailing for one in approvals if one.new):
        mailings.put_mailing(connection, mailing)
        if doubts[mailing.step] is not None:
            _record(connection, NONE_WENT_OUT, mailing, member, now)
        _record(connection, "mailing.approve", mailing, member, now)


def _reason_of_doubt(there: Mailing | None, lost: LostDays | None) -> str | None:
    """Why a step that a restore halted waits for more than a second person."""
    if there is None or there.status is MailingStatus.RUNNING or lost is None:
        return None
    return refusal_of(there.wave, there.step, lost)


def _reason_not_to(
    there: Mailing | None, step: str, member: StaffMember, messages: int
) -> str | None:
    """Why a step that somebody asked for cannot be approved; ``None`` when it can, or runs."""
    if there is None:
        return f"{step} is not asked for: there is nothing to approve"
    if there.status is MailingStatus.RUNNING:
        return None
    if there.status is not MailingStatus.WAITING:
        return f"{step} is {there.status}: there is nothing to approve"
    if there.requested_by == member.email:
        return f"{member.email} asked for {step}: somebody else approves it"
    if messages > there.expected:
        return f"{step} has more messages than were asked for: ask again"
    return None


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
        raise MailingRefusedError(_no_such_step(plan, name))
    return found


def _no_such_step(plan: ContactPlan, name: str) -> str:
    known = ", ".join(one.id for one in plan.steps)
    return f'the plan has no step "{name}", only {known}'


def _refuse_without_news(connection: Connection) -> None:
    if (gap := open_gap(connection)) is not None:
        raise MailingRefusedError(
            f"{gap}: bring it in again, then say so with `people restored --confirm`"
        )


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
