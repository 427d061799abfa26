"""When the messages of a plan are due: days of the wave, spread over sending days.

Everything here is a function of the plan, the dates and the ids of the cases: whoever counts again
gets the same days, in a rehearsal, in a worker, and in another worker at the same moment.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from app.messages.plan import ContactPlan, ContactStep
from app.messages.quiet import QuietTimes, moment_of

LONGEST_SPREAD = 366
"""Sending days that a step may take."""


def turn_of(case_id: UUID) -> float:
    """Return a number from 0 to 1 that is a case's own: its place in every spread.

    The same for all steps: who gets the letter on the last day gets the reminder last too, so that
    no reminder comes before what it reminds of.
    """
    digest = hashlib.sha256(case_id.bytes).digest()
    return int.from_bytes(digest[:8]) / 2**64


def sending_day(quiet: QuietTimes, day: date, later: int = 0) -> date:
    """Return a day on which messages go out: the first from ``day`` on, or so many after it."""
    while True:
        while quiet.quiet_day(day):
            day += timedelta(days=1)
        if later == 0:
            return day
        day, later = day + timedelta(days=1), later - 1


def due_at(plan: ContactPlan, step: ContactStep, day: date) -> datetime:
    """Return the moment of a sending day at which a step is due, in UTC."""
    zone = plan.quiet.zone
    if step.at is not None:
        return plan.quiet.next_allowed(moment_of(day, step.at, zone))
    return plan.quiet.next_allowed(moment_of(day, time(0), zone))


def first_day(plan: ContactPlan, step: ContactStep, begins: date) -> date:
    """Return the first sending day of a step that counts from a day.

    ``begins`` is the day somebody's wave begins; for a step between waves the day it closed.
    """
    days = step.days if step.between else step.day
    if days is None:
        raise ValueError(f"step {step.id} follows an event, not a day")
    return sending_day(plan.quiet, begins + timedelta(days=days))


def due_after(plan: ContactPlan, step: ContactStep, event: datetime) -> datetime:
    """Return when a step is due that follows an event, such as the end of an interview."""
    if step.days is None:
        raise ValueError(f"step {step.id} follows a day, not an event")
    day = event.astimezone(plan.quiet.zone).date() + timedelta(days=step.days)
    # Not on the spot: who has just said something wants to put the phone away.
    return max(due_at(plan, step, sending_day(plan.quiet, day)), plan.quiet.next_allowed(event))


@dataclass(frozen=True, slots=True)
class Spread:
    """How many messages of a step may go out on one day."""

    slots: int
    most: int


def spread_of(plan: ContactPlan, messages: int) -> Spread:
    """Return the sending days that a step of so many messages takes, and the most on a day."""
    slots = min(math.ceil(1 / plan.a_day - 1e-9), LONGEST_SPREAD)
    return Spread(slots, max(1, math.ceil(messages * plan.a_day - 1e-9)))


def spread_days(
    plan: ContactPlan,
    begins: Mapping[UUID, date],
    *,
    taken: Mapping[date, int] | None = None,
) -> dict[UUID, date]:
    """Return a sending day for each case, never before its own, at most ``a_day`` of all on one.

    Parameters
    ----------
    begins
        The first sending day of the step, of each case that has no message of it yet.
    taken
        How many messages of the step go out on which day already.
    """
    used = dict(taken or {})
    room = spread_of(plan, len(begins) + sum(used.values()))
    # A step has few first days and slots, and many cases.
    wanted: dict[tuple[date, int], date] = {}
    found: dict[UUID, date] = {}
    for turn, case_id in _turns(begins):
        slot = (begins[case_id], math.floor(turn * room.slots))
        day = wanted.get(slot)
        if day is None:
            day = wanted[slot] = sending_day(plan.quiet, *slot)
        while used.get(day, 0) >= room.most:
            day = sending_day(plan.quiet, day, 1)
        used[day] = used.get(day, 0) + 1
        found[case_id] = day
    return found


def in_turn(case_ids: Iterable[UUID]) -> list[UUID]:
    """Return cases in the order of their turns."""
    return [case_id for _, case_id in _turns(case_ids)]


def _turns(case_ids: Iterable[UUID]) -> list[tuple[float, UUID]]:
    # Two of the same turn are told apart by their ids, which are ordered as their bytes are.
    return sorted((turn_of(one), one) for one in case_ids)
