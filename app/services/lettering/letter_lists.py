"""Lists of letters for the desk: what batches hold, what cannot be written, why nothing is printed.

A letter is named by its reference and its case, never by a name or an address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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
from app.storage.waves import load_wave


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


def why_none(ctx: ServiceContext, year: int, step: str, now: datetime) -> Sequence[str]:
    """Return why no letter of a step can be printed now, in words for the desk."""
    with ctx.databases.research.snapshot() as connection:
        wave = load_wave(connection, year)
        mailing = mailings.load_mailing(connection, year, step)
        outside = len(letter_messages.letters_outside(connection, year, step))
        counts = [one for one in count_messages(connection, year) if one.step == step]
    if wave is None:
        return [f"there is no wave {year}"]
    found = []
    if wave.status not in TO_PRINT:
        found.append(f"wave {year} is {wave.status}: letters are printed when it is rehearsed")
    if now.astimezone(STUDY_ZONE).date() > wave.closes_on:
        found.append(f"the last day of wave {year} was {wave.closes_on}")
    if mailing is None:
        found.append(f"nobody asked for {step}: mailing request --step {step}")
    elif mailing.status is MailingStatus.WAITING:
        found.append(f"{step} waits for a second person: mailing approve --step {step}")
    elif mailing.status is MailingStatus.STOPPED:
        found.append(f"{step} was stopped")
    held = [one for one in stages(ctx, year, step) if one.held]
    found += [f"batch {one.batch.id} holds {one.held} letters: {_way_on(one)}" for one in held]
    if found:
        return found
    if outside:
        return [f"{outside} letters are due on a later day, or may not go: outbox list"]
    sent = sum(one.messages for one in counts if one.status is not MessageStatus.CANCELLED)
    if counts:
        ended = sum(one.messages for one in counts) - sent
        return [f"of all that were put down {sent} were sent and {ended} cancelled: outbox list"]
    return ["none is put down yet: a worker does that some days ahead, or `waves tick`"]


def _way_on(stage: BatchStage) -> str:
    if not stage.batch.manifest:
        return "it is being printed, or was killed; then letters destroy makes them due again"
    return "hand it over, or destroy it and they are due again"
