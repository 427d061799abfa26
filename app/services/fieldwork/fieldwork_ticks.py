"""What happens by itself when its time comes: waves open and close, messages become due.

Every worker does this, as often as it likes, at the same time as others: whatever was done already
is not done again. Time is that of the database, because workers' clocks differ.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from app.messages.channels import Channel
from app.messages.plan import ContactPlan, ContactStep
from app.messages.schedule import due_at, first_day
from app.messages.statuses import MailingStatus
from app.panel.states import CaseStatus, WaveStatus
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.fieldwork.waves import StepRefusedError, move_wave
from app.services.members.contact_channels import forget_codes
from app.services.messaging.addressing import Field, closed_on, due_times, load_field
from app.services.messaging.contact_plan import load_contact_plan
from app.services.messaging.mailings import ALONE
from app.services.messaging.rehearsed import still_said
from app.services.privacy.audit_heads import keep_today
from app.storage import mailings, messages
from app.storage.mailings import Addressee, Mailing
from app.storage.messages import NewMessage
from app.storage.moment import Moment, database_now
from app.storage.waves import Wave, list_waves

logger = logging.getLogger(__name__)

CALENDAR = "calendar"
"""Who opens and closes a wave on its dates."""
CATCH_UP = timedelta(days=7)
"""How long a step stays open for a case after its moment: a worker that stood still catches up, and
who gets into one of the states meanwhile is taken along."""
LETTER_LEAD = timedelta(days=5)
"""Letters of a reminder are made so long before the first is due: they have to be printed. Those of
the first day of a wave are made as soon as they are let go."""
AT_PEACE = timedelta(hours=24)
"""Who saved an answer within this time is at it, and is not reminded to go on."""
BETWEEN_LASTS = timedelta(days=60)
"""How long after the first day of a step a closed wave is looked at: its spread takes less."""
_SENDING = (WaveStatus.REHEARSED, WaveStatus.OPEN)
_OVER = (WaveStatus.CLOSED, WaveStatus.FROZEN)
"""Only the steps that go between waves are sent then."""


@dataclass
class Ticked:
    """What one look came to."""

    opened: list[int] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    made: dict[tuple[int, str], int] = field(default_factory=dict)
    """New messages by wave and step."""
    held: dict[tuple[int, str], int] = field(default_factory=dict)
    """Messages beyond what was approved: nothing of them is made until somebody asks again."""
    missed: dict[tuple[int, str], int] = field(default_factory=dict)
    """People whose time for a step was longer ago than `CATCH_UP`, because nobody looked or the
    wave was paused. Asked for again, the step goes to them from that day on."""
    unrehearsed: list[int] = field(default_factory=list)
    """Waves whose plan or words are others than were rehearsed: nothing new is made."""
    next_due: datetime | None = None
    """When the first message that is not yet to be put down will be, as things stand."""
    refused: dict[int, str] = field(default_factory=dict)
    """Waves that were to open or close and did not, with the reason."""


def tick(ctx: ServiceContext, *, moment: Moment = database_now) -> Ticked:
    """Open and close waves on their dates, and put down the messages whose time has come."""
    done = Ticked()
    with ctx.databases.research.read() as connection:
        now = moment(connection)
        before = list_waves(connection)
    for wave in before:
        _move(ctx, wave, now, done)
    with ctx.databases.research.read() as connection:
        running = mailings.list_mailings(connection, statuses=[MailingStatus.RUNNING])
        waves = [one for one in list_waves(connection) if one.status in (*_SENDING, *_OVER)]
    # What staff did until today, held fast outside the database once a day.
    keep_today(ctx)
    plan = load_contact_plan(ctx.study) if running else None
    for wave in waves:
        if plan is not None and (of_wave := _in_season(plan, wave, running, now)):
            _make(ctx, plan, wave, of_wave, now, done)
    return done


def _in_season(
    plan: ContactPlan, wave: Wave, running: Iterable[Mailing], now: datetime
) -> list[Mailing]:
    """The mailings that may have messages to make; those of a closed wave only near their day."""
    found = []
    for mailing in running:
        step = plan.step(mailing.step)
        if mailing.wave != wave.year or step is None or step.between != (wave.status in _OVER):
            continue
        if step.between:
            first = due_at(plan, step, first_day(plan, step, closed_on(wave, plan)))
            if not first <= now <= first + BETWEEN_LASTS:
                continue
        found.append(mailing)
    return found


def _move(ctx: ServiceContext, wave: Wave, now: datetime, done: Ticked) -> None:
    today = now.astimezone(STUDY_ZONE).date()
    over = today > wave.closes_on
    if wave.status is WaveStatus.REHEARSED and wave.opens_on <= today and not over:
        to, moved = WaveStatus.OPEN, done.opened
    elif wave.status in (WaveStatus.OPEN, WaveStatus.PAUSED) and over and not _reopened(wave):
        to, moved = WaveStatus.CLOSED, done.closed
    else:
        if wave.status in (WaveStatus.CLOSED, WaveStatus.FROZEN):
            forget_codes(ctx, wave.year)
        return
    try:
        move_wave(ctx, wave.year, to, by=CALENDAR)
    except StepRefusedError as error:
        # Another worker was first, or somebody has to look: the page of the wave says so too.
        logger.warning("wave %d: %s", wave.year, error)
        done.refused[wave.year] = str(error)
    else:
        moved.append(wave.year)


def _reopened(wave: Wave) -> bool:
    """Whether somebody opened a wave after its last day: then somebody closes it too."""
    opened = wave.opened_at
    return opened is not None and opened.astimezone(STUDY_ZONE).date() > wave.closes_on


def _make(
    ctx: ServiceContext,
    plan: ContactPlan,
    wave: Wave,
    running: Iterable[Mailing],
    now: datetime,
    done: Ticked,
) -> None:
    with ctx.databases.research.snapshot() as connection:
        cases = load_field(ctx, connection, wave, plan)
        there = {one.step: mailings.sent_days(connection, wave.year, one.step) for one in running}
        said = still_said(ctx, connection, cases)
    if not said:
        done.unrehearsed.append(wave.year)
        logger.warning("wave %d: its plan or words changed: rehearse again", wave.year)
        return
    for mailing in running:
        step = plan.step(mailing.step)
        if step is None:
            continue
        new, missed, later = due_messages(plan, step, mailing, cases, there[mailing.step], now)
        if later is not None:
            done.next_due = min(later, done.next_due or later)
        if missed:
            done.missed[wave.year, step.id] = missed
        if not new:
            continue
        if len(new) + len(there[mailing.step]) > _allowed(mailing):
            done.held[wave.year, step.id] = len(new)
            logger.warning(
                "wave %d, step %s: %d messages more than were approved",
                wave.year,
                step.id,
                len(new),
            )
            continue
        if made := _put_down(ctx, mailing, new, now):
            done.made[wave.year, step.id] = made


def due_messages(
    plan: ContactPlan,
    step: ContactStep,
    mailing: Mailing,
    cases: Field,
    there: Mapping[UUID, datetime],
    now: datetime,
) -> tuple[list[NewMessage], int, datetime | None]:
    """Return what of a step is to be put down now, how many people missed it, and when it goes on.

    The last is ``None`` when nobody is left for whom its moment is yet to come.
    """
    wanted = {case.case_id: case for case in cases.meant(step) if wants(case, step, cases, there)}
    let_go = mailing.approved_at or mailing.requested_at
    due = due_times(plan, step, cases.wave, wanted.values(), not_before=let_go, there=there)
    if not due:
        return [], 0, None
    until = made_until(step, due, now)
    new = [
        new_message(wanted[case_id], step, cases.wave, at)
        for case_id, at in due.items()
        if now - CATCH_UP <= at <= until and not _at_it(wanted[case_id], step, now)
    ]
    # Who got into the state only now did not miss anything; nobody gets into "open".
    open_ = (case_id for case_id in due if wanted[case_id].status is CaseStatus.OPEN)
    missed = sum(due[case_id] < now - CATCH_UP for case_id in open_)
    ahead = LETTER_LEAD if step.channel is Channel.LETTER else timedelta()
    return new, missed, min((at - ahead for at in due.values() if at > until), default=None)


def made_until(step: ContactStep, due: Mapping[UUID, datetime], now: datetime) -> datetime:
    """Return until when messages of a step must be due to be made at a moment."""
    if step.channel is not Channel.LETTER:
        return now
    # A batch is printed whole: once its first day is near, all of it.
    if step.day == 0 or min(due.values()) <= now + LETTER_LEAD:
        return max(due.values())
    return now + LETTER_LEAD


def new_message(case: Addressee, step: ContactStep, wave: Wave, at: datetime) -> NewMessage:
    """Return the message of a step to a case, due at a moment."""
    return NewMessage(
        case_id=case.case_id,
        wave=wave.year,
        step=step.id,
        channel=step.channel,
        text=step.text_for(took_part=case.took_part),
        language=case.language,
        not_before=at,
    )


def wants(case: Addressee, step: ContactStep, cases: Field, there: Mapping[UUID, datetime]) -> bool:
    """Tell whether a case is to get a step that it has no message of, as it stands now."""
    return (
        case.case_id not in there and case.status in step.to and cases.hindrance(case, step) is None
    )


def _at_it(case: Addressee, step: ContactStep, now: datetime) -> bool:
    return (
        step.after is None
        and case.last_saved_at is not None
        and now - case.last_saved_at < AT_PEACE
    )


def _allowed(mailing: Mailing) -> int:
    """The most messages that the word of whoever let it go covers."""
    if mailing.approved_by == mailing.requested_by:
        return ALONE
    return mailing.expected


def _put_down(ctx: ServiceContext, mailing: Mailing, new: list[NewMessage], now: datetime) -> int:
    with ctx.databases.research.write() as connection:
        there = mailings.load_mailing(connection, mailing.wave, mailing.step, for_update=True)
        if there is None or there.status is not MailingStatus.RUNNING:
            return 0
        return messages.add_due(connection, new, now=now)
