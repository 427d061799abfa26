"""A person with two letters: an invitation and, as nothing was answered, a reminder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import update

from app.messages.channels import Channel
from app.messages.statuses import MessageStatus
from app.panel.states import CaseStatus, WaveStatus
from app.storage import letter_messages, models, print_batches
from app.storage.types import table_of
from tests.integration.mailings.field import OPENS, Desk, prepare

_message = table_of(models.Message)
PRINTER = "druk@onderzoek.nl"


@dataclass
class Field:
    """A wave in which letters were posted."""

    desk: Desk
    silent: UUID
    """The case that got both letters."""
    answered: UUID
    """The case that answered the first one."""


def field_letters(urls: tuple[str, str], folder: Path, **changes: Any) -> Field:
    """Draw two people, post a letter to both, let one of them answer, and post the reminder."""
    desk = prepare(urls, folder, **changes)
    silent, answered = desk.draw(2, frame={"fr_group": "asiel", "fr_act": "wi2021"})
    desk.rehearsed()
    desk.let_go("letter_1", "email_1", "letter_2")
    desk.move(WaveStatus.OPEN)
    desk.go_to(OPENS)
    desk.days(4)
    post(desk, "letter_1")
    desk.days(1)
    desk.answer(answered, CaseStatus.COMPLETE)
    desk.days(30)
    post(desk, "letter_2")
    return Field(desk, silent, answered)


def post(desk: Desk, step: str) -> UUID:
    """Print the letters of a step that are due, and hand them over to the post."""
    now = desk.clock.now()
    batch = print_batches.PrintBatch(
        wave=desk.year, step=step, letters=1, manifest={"files": []}, made_at=now, made_by=PRINTER
    )
    with desk.ctx.databases.research.write() as connection:
        print_batches.add_batch(connection, batch)
        connection.execute(
            update(_message)
            .where(
                _message.c.step == step,
                _message.c.channel == Channel.LETTER,
                _message.c.status == MessageStatus.DUE,
            )
            .values(print_batch_id=batch.id)
        )
        letter_messages.batch_handed_over(connection, batch.id, by=PRINTER, now=now)
        print_batches.set_batch(connection, batch.id, handed_over_at=now)
    return batch.id
