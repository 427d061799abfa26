"""What the desk of letters sees of a wave: what waits, the batches, one batch with its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.clock import SystemClock
from app.messages.channels import Channel
from app.messages.statuses import MessageStatus
from app.services.context import ServiceContext
from app.services.lettering import letter_lists, reprinting
from app.services.lettering.letter_lists import Hindrance
from app.services.lettering.pile import ToTakeOut, to_take_out
from app.services.lettering.printing import FOLDER
from app.services.messaging.contact_plan import load_contact_plan
from app.storage import audit, jobs, letter_messages, print_batches
from app.storage.models.jobs import JobState
from app.storage.moment import Moment, database_now
from app.storage.print_batches import PrintBatch

KIND = "letters"
"""Of the job that prints."""
HEARD_WITHIN = timedelta(seconds=60)
"""A process that has said nothing for so long is taken for dead (`app.services.jobs`)."""


class Stage(StrEnum):
    """How far a batch is."""

    UNFINISHED = "unfinished"
    """It is being made, or whoever made it was stopped in the middle."""
    PRINTED = "printed"
    HANDED_OVER = "handed_over"
    DONE = "done"
    """Handed over, and its files are destroyed."""
    THROWN_AWAY = "thrown_away"
    """Destroyed before it was handed over: its letters were due again."""


@dataclass(frozen=True, slots=True)
class StepAtDesk:
    """A letter of the contact plan, and how many of it wait for a batch."""

    step: str
    waiting: int
    hindrances: Sequence[Hindrance]
    """Why nothing can be printed now; empty when something can."""


@dataclass(frozen=True, slots=True)
class BatchAtDesk:
    """A batch, how far it is, and what may be done with it."""

    batch: PrintBatch
    stage: Stage
    held: int
    """Letters that no other batch gets: neither handed over nor due again."""
    in_the_way: Sequence[ToTakeOut] = ()
    became: Mapping[MessageStatus, int] | None = None
    asked: reprinting.Asked | None = None
    being_made: bool = False
    """A job that prints for this wave is at work."""


def present_moment(ctx: ServiceContext) -> Moment:
    """Return how late it is: by the database that workers share, or by a clock that was moved."""
    return database_now if isinstance(ctx.clock, SystemClock) else lambda _: ctx.clock.now()


def steps_at_desk(ctx: ServiceContext, year: int) -> list[StepAtDesk]:
    """Return the letters of the contact plan in its order, with what waits to be printed.

    Raises
    ------
    ContactPlanError
        If the plan of the study cannot be read.
    """
    plan = load_contact_plan(ctx.study)
    names = [] if plan is None else [one.id for one in plan.steps if one.channel is Channel.LETTER]
    now = ctx.clock.now()
    return [_step(ctx, year, name, now) for name in names]


def batches_at_desk(ctx: ServiceContext, year: int) -> list[BatchAtDesk]:
    """Return the batches of a wave, the latest first."""
    found = letter_lists.stages(ctx, year)
    return [BatchAtDesk(one.batch, stage_of(one.batch), one.held) for one in reversed(found)]


def look_at(ctx: ServiceContext, year: int, batch_id: UUID) -> BatchAtDesk | None:
    """Return one batch of a wave with all that is known of it; ``None`` when there is none."""
    with ctx.databases.research.write() as connection:  # its letters are locked while they are read
        batch = print_batches.load_batch(connection, batch_id)
        if batch is None or batch.wave != year:
            return None
        stage = stage_of(batch)
        out = to_take_out(connection, batch) if stage is Stage.PRINTED else []
        return BatchAtDesk(
            batch,
            stage,
            letter_messages.count_in_batch(connection, batch_id),
            in_the_way=out,
            became=letter_messages.statuses_in(connection, batch_id),
            asked=reprinting.asked_in(connection, batch_id),
            being_made=stage is Stage.UNFINISHED
            and printing_now(connection, year, ctx.clock.now()),
        )


def stage_of(batch: PrintBatch) -> Stage:
    """Return how far a batch is."""
    if batch.handed_over_at is not None:
        return Stage.HANDED_OVER if batch.destroyed_at is None else Stage.DONE
    if batch.destroyed_at is not None:
        return Stage.THROWN_AWAY
    return Stage.PRINTED if batch.manifest else Stage.UNFINISHED


def printing_now(connection: Connection, year: int, now: datetime) -> bool:
    """Tell whether a job that prints letters of a wave is at work: then its batch is left alone."""
    return any(
        one.kind == KIND
        and one.state is JobState.RUNNING
        and one.arguments.get("year") == year
        and one.seen_at is not None
        and now - one.seen_at < HEARD_WITHIN
        for one in jobs.list_jobs(connection)
    )


def file_of(
    ctx: ServiceContext, found: BatchAtDesk, name: str, *, by: str, staff_id: UUID
) -> bytes | None:
    """Return a file of letters for whoever prints them, and put on record who took it.

    ``None`` when the batch has no such file, or its files were destroyed.
    """
    batch = found.batch
    names = {one["name"] for one in files_of(batch)}
    if name not in names or ctx.settings.data_dir is None or batch.destroyed_at is not None:
        return None
    file: Path = ctx.settings.data_dir / FOLDER / str(batch.id) / name
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return None
    with ctx.databases.research.write() as connection:
        audit.append_audit(
            connection,
            at=ctx.clock.now(),
            staff_id=staff_id,
            action="letters.file_taken",
            subject=f"wave {batch.wave}",
            detail={"batch": str(batch.id), "step": batch.step, "by": by, "file": name},
        )
    return content


def files_of(batch: PrintBatch) -> list[Mapping[str, Any]]:
    """Return the files of a batch as its manifest has them; none while it is unfinished."""
    return list(batch.manifest.get("files", []))


def _step(ctx: ServiceContext, year: int, step: str, now: datetime) -> StepAtDesk:
    with ctx.databases.research.snapshot() as connection:
        waiting = len(letter_messages.letters_outside(connection, year, step))
    found = letter_lists.hindrances(ctx, year, step, now)
    # What is due later is printed ahead; what an earlier batch holds keeps no other letter back.
    free = {letter_lists.Lack.LATER, letter_lists.Lack.HELD} if waiting else set()
    return StepAtDesk(step, waiting, [one for one in found if one.lack not in free])
