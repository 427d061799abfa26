"""What is done and what is missing before a wave can go into the field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from app.messages.statuses import MailingStatus
from app.panel.states import Entry, WaveStatus
from app.services.content.study_calendar import WavePlanError, read_wave_plan
from app.services.context import ServiceContext
from app.services.fieldwork.preload_approval import hindrances
from app.services.messaging.contact_plan import ContactPlanError, load_contact_plan
from app.services.messaging.rehearsal_state import (
    RehearsalStanding,
    RehearsalState,
    rehearsal_state,
)
from app.storage import cases, codes, mailings, preloads, waves
from app.storage.waves import Wave

BEFORE_THE_FIELD = (WaveStatus.DRAFT, WaveStatus.CHECKED, WaveStatus.REHEARSED)


class Task(StrEnum):
    """What has to be done before people are asked, in the order in which it is done."""

    PUBLISH = "publish"
    SAMPLE = "sample"
    CODES = "codes"
    FREEZE = "freeze"
    REVIEW = "review"
    REHEARSE = "rehearse"
    SEND = "send"


@dataclass(frozen=True, slots=True)
class Prepared:
    """One task: whether it is done, and whether the wave can be opened without it."""

    task: Task
    done: bool
    must: bool
    """The wave does not open before it is done."""
    count: int = 0
    """Of people, of codes that lack, of steps that were let go: as the task says."""
    of: int = 0
    standing: RehearsalStanding | None = None
    waves: Sequence[int] = ()
    """Earlier waves that this one builds on and that are not closed yet."""


def preparation(ctx: ServiceContext, year: int) -> list[Prepared]:
    """Return what is done and what is missing before a wave opens, in the order of the work.

    Empty when there is no such wave, or it was opened already: then nothing is prepared any more.
    What a wave does not need (a memory, where it builds on no earlier wave) is left out.
    """
    with ctx.databases.research.snapshot() as connection:
        wave = waves.load_wave(connection, year)
        if wave is None or wave.status not in BEFORE_THE_FIELD:
            return []
        found = list(_of_people(connection, wave))
        found += _of_preload(ctx, connection, wave)
        let_go = mailings.list_mailings(connection, wave=year)
    found.append(_rehearsed(state_or_none(ctx, year)))
    if (sending := _sending(ctx, let_go)) is not None:
        found.append(sending)
    return found


def state_or_none(ctx: ServiceContext, year: int) -> RehearsalState | None:
    """Return how the rehearsal stands; ``None`` when the plan of the study cannot be read."""
    try:
        return rehearsal_state(ctx, year)
    except ContactPlanError:
        return None


def _of_people(connection: Connection, wave: Wave) -> Iterator[Prepared]:
    yield Prepared(Task.PUBLISH, wave.version_id is not None, must=True)
    drawn = sum(one.entry is Entry.PERSONAL for one in cases.list_cases(connection, wave.year))
    yield Prepared(Task.SAMPLE, drawn > 0, must=False, count=drawn)
    if drawn:
        lacking = len(codes.cases_without_code(connection, wave.year))
        yield Prepared(Task.CODES, lacking == 0, must=False, count=lacking, of=drawn)


def _of_preload(ctx: ServiceContext, connection: Connection, wave: Wave) -> Iterator[Prepared]:
    try:
        earlier = read_wave_plan(ctx.study, wave.year).preload_from
    except (WavePlanError, OSError):
        earlier = ()
    versions = preloads.list_versions(connection, wave.year)
    if not earlier and not versions:
        return
    over = (WaveStatus.CLOSED, WaveStatus.FROZEN)
    known = {one.year: one.status for one in waves.list_waves(connection)}
    still_open = [one for one in earlier if known.get(one) not in over]
    people = versions[-1].cases if versions else 0
    yield Prepared(Task.FREEZE, bool(versions), must=False, count=people, waves=still_open)
    if versions:
        waiting = len(hindrances(ctx, connection, wave))
        yield Prepared(Task.REVIEW, waiting == 0, must=True, count=waiting)


def _rehearsed(state: RehearsalState | None) -> Prepared:
    if state is None:
        return Prepared(Task.REHEARSE, done=False, must=True)
    holds = state.standing in (RehearsalStanding.HOLDS, RehearsalStanding.NO_PLAN)
    blockers = len(state.last.blockers) if state.last is not None else 0
    must = state.in_the_way
    return Prepared(Task.REHEARSE, holds, must, count=blockers, standing=state.standing)


def _sending(ctx: ServiceContext, let_go: Sequence[mailings.Mailing]) -> Prepared | None:
    """How many steps of the plan were let go; ``None`` when the study sends nothing."""
    try:
        plan = load_contact_plan(ctx.study)
    except ContactPlanError:
        return None
    if plan is None:
        return None
    runs = sum(one.status is MailingStatus.RUNNING for one in let_go)
    waits = sum(one.status is MailingStatus.WAITING for one in let_go)
    return Prepared(Task.SEND, runs > 0 and not waits, must=False, count=runs, of=len(plan.steps))
