"""Letters to the printer: a batch of files, handed over or thrown away, and destroyed.

A letter is in one batch at most. It is "sent" when the batch was handed over, not when its file was
made: what a crash or a broken printer leaves can be thrown away and printed again.
"""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.delivery.letters.fonts import FontsMissingError
from app.delivery.letters.render import (
    A_FILE,
    LettersError,
    PrintedFile,
    PrintJob,
    print_files,
)
from app.delivery.letters.sheet import Letter
from app.messages.channels import Channel
from app.messages.providers import Claimed
from app.messages.sending_rules import rules_of
from app.panel.access_code import generate
from app.services.context import ServiceContext
from app.services.lettering import letters
from app.services.lettering.letter_words import DUTCH, DeskRequest, LetterDesk, open_desk, today
from app.services.lettering.letters import LetterOrder, Written
from app.services.lettering.pile import TakenOut, ToTakeOut, take_out, to_take_out
from app.services.lettering.print_manifest import manifest_of
from app.services.messaging.contact_plan import load_contact_plan
from app.services.thanks import incentives_letters
from app.storage import audit, letter_messages, print_batches
from app.storage.moment import Moment, database_now
from app.storage.print_batches import PrintBatch
from app.storage.types import new_id
from app.storage.waves import load_wave

FOLDER = "letters"
MANIFEST = "manifest.json"
MOST = 100_000
_AHEAD = timedelta(days=60)


class PrintingError(Exception):
    """A batch that cannot be made or changed; nothing was, and the message names no person."""


@dataclass(frozen=True, slots=True)
class PrintRequest:
    """What is to be printed."""

    wave: int
    step: str
    by: str
    envelope: str | None = None
    test_addresses: Sequence[Mapping[str, str]] = field(default=(), repr=False)
    """Of staff, who see what the post brings: fields of a contact, and ``language``."""
    seed: int = 0
    """Of the places of those letters among the others."""
    limit: int = MOST
    processes: int | None = None
    moment: Moment = database_now
    """What is due is asked of the clock that all workers share."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What was printed, and what was not."""

    batch: PrintBatch
    folder: Path
    cannot: Mapping[str, int]
    """Letters that are left out and stay due, by reason."""


def print_letters(ctx: ServiceContext, request: PrintRequest) -> Printed | None:
    """Print the due letters of a step; `None` when there are none that may go now.

    Raises
    ------
    PrintingError
        If the step is none of letters, there is no data directory, or the letters cannot be made.
    LetterWordsError
        If words, sender or envelope cannot be used.
    """
    root = _root(ctx)
    with ctx.databases.research.read() as connection:
        wave = load_wave(connection, request.wave)
    if wave is None:
        raise PrintingError(f"there is no wave {request.wave}")
    desk = open_desk(ctx, DeskRequest(wave, request.envelope))
    batch, claimed = _reserve(ctx, request)
    if not claimed:
        return None
    folder = root / str(batch.id)
    try:
        folder.mkdir(mode=0o700)
        orders = [LetterOrder(one.id, one.person_id, one.text, one.language) for one in claimed]
        written = letters.write(ctx, desk, orders)
        piles = {key: list(some) for key, some in written.letters.items()}
        tests = _slip_in_tests(ctx, desk, piles, request) if piles else 0
        files, references = _print(ctx, desk, piles, folder, request)
        enclosed = incentives_letters.enclosed_in(ctx, batch, list(written.cannot))
        manifest = manifest_of(desk, batch, files, written, tests, enclosed, references)
        _write(folder / MANIFEST, json.dumps(manifest, indent=2).encode())
        finished = _settle(ctx, batch, manifest, written)
    except BaseException as error:
        # Also when somebody stops the program: what is half done is nobody's letter.
        _give_up(ctx, batch.id, folder)
        if isinstance(error, LettersError | FontsMissingError):
            raise PrintingError(str(error)) from error
        raise
    return Printed(finished, folder, written.counts())


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What handing a batch over came to."""

    sent: int
    out: TakenOut


def hand_over(
    ctx: ServiceContext,
    batch_id: UUID,
    *,
    by: str,
    pulled: Collection[str] = (),
    moment: Moment = database_now,
) -> HandedOver:
    """Say that a batch went to the printer or the post: its letters are sent by that.

    ``pulled`` are the references of letters that were taken out of the pile; they are not sent.

    Raises
    ------
    PrintingError
        If there is no such batch, or it is unfinished, handed over or destroyed already.
    StillInPileError
        If letters are in it that may not go any more and were not pulled; named in the error.
    PileError
        If what was pulled is no letter of the batch.
    """
    with ctx.databases.research.write() as connection:
        now = moment(connection)
        batch = _batch(connection, batch_id)
        if not batch.manifest:
            raise PrintingError(f"batch {batch_id} is unfinished; destroy it and print again")
        if batch.handed_over_at is not None or batch.destroyed_at is not None:
            raise PrintingError(f"batch {batch_id} was handed over or destroyed before")
        out = take_out(connection, batch, pulled, by=by, now=now)
        sent = letter_messages.batch_handed_over(connection, batch_id, by=by, now=now)
        print_batches.set_batch(connection, batch_id, handed_over_at=now)
        counts = {"letters": sent, "taken_out": out.cancelled, "again": out.again}
        _log(connection, "letters.handed_over", batch, now, by, counts)
    return HandedOver(sent, out)


def in_the_way(ctx: ServiceContext, batch_id: UUID) -> list[ToTakeOut]:
    """Return the letters of a batch that may not go any more; changes nothing.

    Raises
    ------
    PrintingError
        If there is no such batch.
    """
    with ctx.databases.research.write() as connection:
        return to_take_out(connection, _batch(connection, batch_id))


def destroy(ctx: ServiceContext, batch_id: UUID, *, by: str, moment: Moment = database_now) -> int:
    """Destroy the files of a batch; return how many letters are due again.

    Those of a batch that was handed over are not: they are in the post. The manifest stays.

    Raises
    ------
    PrintingError
        If there is no such batch.
    """
    root = _root(ctx)
    with ctx.databases.research.write() as connection:
        now = moment(connection)
        batch = _batch(connection, batch_id)
        again = 0
        if batch.handed_over_at is None:
            again = letter_messages.empty_batch(connection, batch_id)
        # Before the record of it: what says "destroyed" is not there any more.
        shutil.rmtree(root / str(batch_id), ignore_errors=False, onerror=_gone_is_fine)
        if batch.destroyed_at is None:
            print_batches.set_batch(connection, batch_id, destroyed_at=now)
            _log(connection, "letters.destroyed", batch, now, by, {"due_again": again})
    return again


def batches(ctx: ServiceContext, wave: int | None = None) -> list[PrintBatch]:
    """Return the print batches, the earliest first."""
    with ctx.databases.research.read() as connection:
        return print_batches.list_batches(connection, wave)


def _reserve(ctx: ServiceContext, request: PrintRequest) -> tuple[PrintBatch, list[Claimed]]:
    """Put the letters that may go into a batch, and commit: no other batch gets them."""
    plan = load_contact_plan(ctx.study)
    step = plan.step(request.step) if plan is not None else None
    if plan is None or step is None or step.channel is not Channel.LETTER:
        raise PrintingError(f"the contact plan has no letter {request.step}")
    with ctx.databases.research.write() as connection:
        now = request.moment(connection)
        batch = PrintBatch(wave=request.wave, step=request.step, made_at=now, made_by=request.by)
        claimed = letter_messages.letters_to_print(
            connection,
            request.wave,
            request.step,
            rules_of(plan),
            limit=request.limit,
            now=now,
            # Put down are letters whose batch is to be printed: a reminder some days ahead, and
            # all of a step that is spread over two weeks.
            due_by=now + _AHEAD,
        )
        if claimed:
            print_batches.add_batch(connection, batch)
            letter_messages.put_in_batch(connection, [one.id for one in claimed], batch.id)
            try:
                incentives_letters.enclose(ctx, connection, batch, claimed)
            except incentives_letters.TooFewCardsError as error:
                raise PrintingError(str(error)) from error
        return batch, incentives_letters.told_of(ctx, connection, claimed)


def _slip_in_tests(
    ctx: ServiceContext,
    desk: LetterDesk,
    piles: dict[tuple[str, str], list[Letter]],
    request: PrintRequest,
) -> int:
    """Put letters to staff among the others, where only chance knows; return how many."""
    chance = random.Random(request.seed)
    sizes = {key: len(pile) for key, pile in piles.items()}
    text = incentives_letters.text_for_staff(ctx, request.wave, request.step, sizes)
    for number, fields in enumerate(request.test_addresses, start=1):
        language = fields.get("language", DUTCH)
        # A code that was given to nobody: such a letter opens nothing.
        letter = letters.addressed(
            ctx, desk, fields, language, letters.reference_of(new_id()), generate()
        )
        if isinstance(letter, str):
            raise PrintingError(f"test address {number}: {letter}")
        pile = piles.setdefault((text, language), [])
        pile.insert(chance.randint(0, len(pile)), letter)
    return len(request.test_addresses)


def _print(
    ctx: ServiceContext,
    desk: LetterDesk,
    piles: Mapping[tuple[str, str], list[Letter]],
    folder: Path,
    request: PrintRequest,
) -> tuple[list[PrintedFile], dict[str, list[str]]]:
    """Return the files, and the references on the letters of each in the order of its pages."""
    jobs, references = [], {}
    for (text, language), pile in sorted(piles.items()):
        sheet = letters.fitted_sheet(ctx, desk, text, language, on=today(ctx))
        for number, start in enumerate(range(0, len(pile), A_FILE), start=1):
            name = f"{request.step}-{text}-{language}-{number:03d}.pdf"
            some = pile[start : start + A_FILE]
            references[name] = [one.reference.removeprefix("Ref. ") for one in some]
            jobs.append(
                PrintJob(sheet, some, folder / name, ctx.settings.fonts_dir, ctx.clock.now())
            )
    return list(print_files(jobs, processes=request.processes)), references


def _settle(
    ctx: ServiceContext, batch: PrintBatch, manifest: dict[str, Any], written: Written
) -> PrintBatch:
    """Say in the batch what is in its files; what could not be written is due again."""
    tests = manifest["test_letters"]
    finished = replace(
        batch, letters=manifest["letters"] - tests, test_letters=tests, manifest=manifest
    )
    with ctx.databases.research.write() as connection:
        print_batches.take_out(connection, batch.id, list(written.cannot))
        print_batches.set_batch(
            connection,
            batch.id,
            letters=finished.letters,
            test_letters=tests,
            manifest=manifest,
        )
        counts = {"letters": finished.letters, "test_letters": tests}
        _log(connection, "letters.printed", batch, batch.made_at, batch.made_by, counts)
    return finished


def _give_up(ctx: ServiceContext, batch_id: UUID, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    with ctx.databases.research.write() as connection:
        letter_messages.empty_batch(connection, batch_id)
        print_batches.drop_batch(connection, batch_id)


def _root(ctx: ServiceContext) -> Path:
    if ctx.settings.data_dir is None:
        raise PrintingError("letters are kept in a data directory; give one with --data")
    root = ctx.settings.data_dir / FOLDER
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return root


def _batch(connection: Connection, batch_id: UUID) -> PrintBatch:
    batch = print_batches.load_batch(connection, batch_id)
    if batch is None:
        raise PrintingError(f"there is no batch {batch_id}")
    return batch


def _gone_is_fine(_: object, __: str, found: tuple[Any, BaseException, Any]) -> None:
    if not isinstance(found[1], FileNotFoundError):
        raise found[1]


def _write(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        target.write(content)


def _log(
    connection: Connection,
    action: str,
    batch: PrintBatch,
    at: datetime,
    by: str,
    detail: Mapping[str, int],
) -> None:
    audit.append_audit(
        connection,
        at=at,
        staff_id=None,
        action=action,
        subject=f"wave {batch.wave}",
        detail={"batch": str(batch.id), "step": batch.step, "by": by, **detail},
    )
