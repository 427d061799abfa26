"""Lists of letters for the desk: what batches hold, what cannot be written, why nothing is printed.

A letter is named by its reference and its case, never by a name or an address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.messages.sending_rules import TO_PRINT
from app.messages.statuses import MailingStatus, MessageStatus
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.lettering import letters
from app.services.lettering.letter_words import DeskRequest, open_desk
from app.services.lettering.letters import LetterOrder
from app.storage import letter_messages, mailings, print_batches
from app.storage.messages import count_messages
from app.storage.print_batches import PrintBatch
from app.storage.waves import Wave, load_wave


@dataclass(frozen=True, slots=True)
class BatchStage:
    """A batch, and how many letters wait in it."""

    batch: PrintBatch
    held: int
    """Letters that are neither handed over nor due again: no other batch gets them."""


@dataclass(frozen=True, slots=True)
class Unwritable:
    """A due letter that cannot be written as its person is known now."""

    case_id: UUID
    step: str
    reference: str
    language: str
    reason: str
    """``no_address``, ``no_code``, ``no_words``, ``no_glyph`` or ``too_long``."""


def stages(
    ctx: ServiceContext, wave: int | None = None, step: str | None = None
) -> list[BatchStage]:
    """Return the print batches, the earliest first, of a wave or step or all."""
    with ctx.databases.research.snapshot() as connection:
        return [
            BatchStage(one, letter_messages.count_in_batch(connection, one.id))
            for one in print_batches.list_batches(connection, wave)
            if step in (None, one.step)
        ]


def unfinished(ctx: ServiceContext, wave: int, step: str) -> list[BatchStage]:
    """Return the batches of a step whose printing has not ended, or was killed on the way."""
    return [
        one
        for one in stages(ctx, wave, step)
        if one.held and not one.batch.manifest and one.batch.destroyed_at is None
    ]


def unwritable(
    ctx: ServiceContext, wave: int, step: str | None = None, *, envelope: str | None = None
) -> list[Unwritable]:
    """Return the due letters in no batch that cannot be written now; changes nothing.

    Raises
    ------
    LetterWordsError
        If words, sender or envelope cannot be used.
    """
    with ctx.databases.research.snapshot() as connection:
        found = load_wave(connection, wave)
        due = letter_messages.letters_outside(connection, wave, step)
    if found is None or not due:
        return []
    desk = open_desk(ctx, DeskRequest(found, envelope))
    orders = [LetterOrder(one.id, one.person_id, one.text, one.language) for one in due]
    cannot = letters.write(ctx, desk, orders).cannot
    return [
        Unwritable(
            one.case_id, one.step, letters.reference_of(one.id), one.language, cannot[one.id]
        )
        for one in due
        if one.id in cannot
    ]


class Lack(StrEnum):
    """Why no letter of a step can be printed now."""

    NO_WAVE = "no_wave"
    STATUS = "status"
    """The wave is not rehearsed yet, or over."""
    LAST_DAY = "last_day"
    NOT_ASKED = "not_asked"
    WAITS = "waits"
    """For a second person."""
    STOPPED = "stopped"
    HELD = "held"
    """By a batch that was not handed over."""
    LATER = "later"
    """Due on a later day, or they may not go."""
    ENDED = "ended"
    """All that were put down were sent or cancelled."""
    NONE_MADE = "none_made"
    """A worker puts them down some days ahead."""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One reason why none can be printed, with what it is about."""

    lack: Lack
    wave: Wave | None = None
    stage: BatchStage | None = None
    count: int = 0
    """Letters: held, due later, or sent."""
    cancelled: int = 0


def why_none(ctx: ServiceContext, year: int, step: str, now: datetime) -> Sequence[str]:
    """Return why no letter of a step can be printed now, in words for the desk."""
    return [_in_words(year, step, one) for one in hindrances(ctx, year, step, now)]


def hindrances(ctx: ServiceContext, year: int, step: str, now: datetime) -> list[Hindrance]:
    """Return why no letter of a step can be printed now; asked when there is none."""
    with ctx.databases.research.snapshot() as connection:
        wave = load_wave(connection, year)
        mailing = mailings.load_mailing(connection, year, step)
        outside = len(letter_messages.letters_outside(connection, year, step))
        counts = [one for one in count_messages(connection, year) if one.step == step]
    if wave is None:
        return [Hindrance(Lack.NO_WAVE)]
    found = []
    if wave.status not in TO_PRINT:
        found.append(Hindrance(Lack.STATUS, wave))
    if now.astimezone(STUDY_ZONE).date() > wave.closes_on:
        found.append(Hindrance(Lack.LAST_DAY, wave))
    if mailing is None:
        found.append(Hindrance(Lack.NOT_ASKED, wave))
    elif mailing.status is MailingStatus.WAITING:
        found.append(Hindrance(Lack.WAITS, wave))
    elif mailing.status is MailingStatus.STOPPED:
        found.append(Hindrance(Lack.STOPPED, wave))
    held = [one for one in stages(ctx, year, step) if one.held]
    found += [Hindrance(Lack.HELD, wave, one, one.held) for one in held]
    if found:
        return found
    if outside:
        return [Hindrance(Lack.LATER, wave, count=outside)]
    sent = sum(one.messages for one in counts if one.status is not MessageStatus.CANCELLED)
    if counts:
        ended = sum(one.messages for one in counts) - sent
        return [Hindrance(Lack.ENDED, wave, count=sent, cancelled=ended)]
    return [Hindrance(Lack.NONE_MADE, wave)]


def _in_words(year: int, step: str, one: Hindrance) -> str:
    wave, stage = one.wave, one.stage
    if wave is None:
        return f"there is no wave {year}"
    if stage is not None:
        return f"batch {stage.batch.id} holds {one.count} letters: {_way_on(stage)}"
    return {
        Lack.STATUS: f"wave {year} is {wave.status}: letters are printed when it is rehearsed",
        Lack.LAST_DAY: f"the last day of wave {year} was {wave.closes_on}",
        Lack.NOT_ASKED: f"nobody asked for {step}: mailing request --step {step}",
        Lack.WAITS: f"{step} waits for a second person: mailing approve --step {step}",
        Lack.STOPPED: f"{step} was stopped",
        Lack.LATER: f"{one.count} letters are due on a later day, or may not go: outbox list",
        Lack.ENDED: f"of all that were put down {one.count} were sent and {one.cancelled}"
        " cancelled: outbox list",
        Lack.NONE_MADE: "none is put down yet: a worker does that some days ahead, or `waves tick`",
    }[one.lack]


def _way_on(stage: BatchStage) -> str:
    if not stage.batch.manifest:
        return "it is being printed, or was killed; then letters destroy makes them due again"
    return "hand it over, or destroy it and they are due again"
