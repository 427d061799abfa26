"""What every step of a wave would still send, what it sent, and whom it missed."""

from __future__ import annotations

from dataclasses import dataclass

from app.messages.plan import ContactStep
from app.messages.statuses import MailingStatus
from app.services.context import ServiceContext
from app.services.fieldwork.fieldwork_ticks import due_messages
from app.services.messaging.addressing import load_field
from app.services.messaging.contact_plan import load_contact_plan
from app.services.messaging.mailings import MailingRefusedError
from app.services.messaging.rehearsal_counts import StepCount, count_step
from app.storage import mailings
from app.storage.mailings import Mailing
from app.storage.waves import load_wave


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step of the plan in a wave: what it would send now, and whether it was let go."""

    step: ContactStep
    count: StepCount
    """Of everybody, also who has a message of it: what the word of who lets it go covers."""
    left: StepCount
    """Of who has no message of it yet, and did not miss it."""
    had: int
    """Cases with a message of it, whatever became of that."""
    missed: int
    """Cases whose day for a step that runs passed without one, so long ago that it is not made."""
    mailing: Mailing | None


def planned(ctx: ServiceContext, year: int) -> list[PlannedStep]:
    """Return every step of the plan with its counts as of now, changing nothing.

    Raises
    ------
    MailingRefusedError
        If there is no such wave or the study sends nothing.
    """
    now = ctx.clock.now()
    plan = load_contact_plan(ctx.study)
    if plan is None:
        raise MailingRefusedError("the study has no contact plan: it sends nothing")
    with ctx.databases.research.snapshot() as connection:
        wave = load_wave(connection, year)
        if wave is None:
            raise MailingRefusedError(f"there is no wave {year}")
        field = load_field(ctx, connection, wave, plan)
        let_go = {one.step: one for one in mailings.list_mailings(connection, wave=year)}
        there = {one.id: mailings.sent_days(connection, year, one.id) for one in plan.steps}
    found = []
    for step in plan.steps:
        mailing, has = let_go.get(step.id), there[step.id]
        missed = 0
        if mailing is not None and mailing.status is MailingStatus.RUNNING:
            _, missed, _ = due_messages(plan, step, mailing, field, has, now)
        whole = count_step(plan, step, wave, field, now)
        left = count_step(plan, step, wave, field, now, but=has)
        found.append(PlannedStep(step, whole, left, len(has), missed, mailing))
    return found
