"""Commands of letters: preview, print, listed, handed over, destroyed, returned."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from app.cli_place import as_of, moment_of, services_of, where
from app.delivery.letters.fonts import FontsMissingError
from app.delivery.letters.render import LettersError
from app.services.content.study_calendar import WavePlanError
from app.services.context import ServiceContext
from app.services.lettering import letter_lists, printing, returned_letters
from app.services.lettering import letters as writing
from app.services.lettering.letter_words import LetterWordsError
from app.services.lettering.pile import PileError, StillInPileError
from app.services.lettering.printing import PrintRequest
from app.services.lettering.returned_letters import NotOursError
from app.services.lettering.trial_addresses import TrialAddressesError, read_trial_addresses
from app.services.members.people_news import NewsError
from app.services.messaging.contact_plan import ContactPlanError
from app.services.messaging.mailings import MAY_SEND
from app.services.open_ended.open_answers import NotAllowedError, member_who
from app.storage.waves import load_wave

_wave = click.option("--wave", "year", required=True, type=int)
_by = click.option("--by", "email", required=True, help="E-mail address of a member of staff.")
_batch = click.argument("batch", type=click.UUID)
_FILE = click.Path(dir_okay=False, path_type=Path)
_FAULTS = (
    ContactPlanError,
    FontsMissingError,
    LettersError,
    LetterWordsError,
    NewsError,
    NotAllowedError,
    NotOursError,
    PileError,
    TrialAddressesError,
    WavePlanError,
    printing.PrintingError,
)


@click.group()
def letters() -> None:
    """Letters on paper: shown, printed, handed over, destroyed, returned."""


@letters.command()
@_wave
@click.option("--text", default="invitation", help="Name of its words in letters/letter.yaml.")
@click.option("--language", default="nl")
@click.option("--envelope", help="Of letters/envelopes.yaml; by default the usual one.")
@click.argument("out", type=_FILE)
@where
def preview(
    year: int,
    text: str,
    language: str,
    envelope: str | None,
    out: Path,
    **given: Any,  # noqa: ANN401
) -> None:
    """Write a letter to nobody to OUT, a PDF; its code opens nothing."""
    with _context(given) as ctx:
        with ctx.databases.research.read() as connection:
            wave = load_wave(connection, year)
        if wave is None:
            raise click.ClickException(f"there is no wave {year}")
        out.write_bytes(writing.preview(ctx, wave, text, language, envelope=envelope))
    click.echo(str(out))


@letters.command("print")
@_wave
@click.option("--step", required=True, help="A letter of the contact plan.")
@_by
@click.option("--envelope", help="Of letters/envelopes.yaml; by default the usual one.")
@click.option(
    "--test-addresses", type=_FILE, help="YAML with addresses of staff, who get letters too."
)
@click.option("--seed", default=0, help="Of the places of those letters among the others.")
@click.option("--limit", default=printing.MOST, help="Letters at most.")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest and nothing else.")
@as_of
@where
def print_(
    year: int,
    step: str,
    email: str,
    envelope: str | None,
    test_addresses: Path | None,
    seed: int,
    limit: int,
    as_json: bool,
    moment: datetime | None,
    **given: Any,  # noqa: ANN401 (click's options)
) -> None:
    """Print the due letters of a step as PDF files, into the data directory.

    They are due until the batch is said to be handed over.
    """
    with _context(given, moment) as ctx:
        member = member_who(ctx, email, MAY_SEND)
        tests = read_trial_addresses(test_addresses) if test_addresses is not None else ()
        request = PrintRequest(
            wave=year,
            step=step,
            by=member.email,
            envelope=envelope,
            test_addresses=tests,
            seed=seed,
            limit=limit,
            moment=moment_of(ctx, moment),
        )
        printed = printing.print_letters(ctx, request)
        held = letter_lists.unfinished(ctx, year, step)
        why = letter_lists.why_none(ctx, year, step, ctx.clock.now()) if printed is None else ()
    for one in held:
        click.echo(
            f"{one.held} letters are held by batch {one.batch.id}, which was never finished;"
            f" unless it is being printed now: letters destroy {one.batch.id} --by …",
            err=True,
        )
    if printed is None:
        raise click.ClickException(f"no letter of {step} is due and may go now: {'; '.join(why)}")
    if as_json:
        click.echo(json.dumps({**printed.batch.manifest, "folder": str(printed.folder)}))
        return
    batch = printed.batch
    files = len(batch.manifest["files"])
    click.echo(f"batch {batch.id}: {batch.letters} letters in {files} files in {printed.folder}")
    for reason, number in printed.cannot.items():
        click.echo(f"{number} left out: {reason}", err=True)
    if printed.cannot:
        click.echo(f"which these are: letters unwritable --wave {year} --step {step}", err=True)
    click.echo(f"when the printer has them: letters handed-over {batch.id} --by …", err=True)


@letters.command("list")
@click.option("--wave", "year", type=int)
@where
def list_(year: int | None, **given: Any) -> None:  # noqa: ANN401
    """List the batches and how far each is.

    An unfinished one is being printed, or was killed: then `destroy` makes its letters due again.
    """
    with _context(given) as ctx:
        for found in letter_lists.stages(ctx, year):
            one = found.batch
            stage = "printed" if one.manifest else "unfinished"
            stage = "handed over" if one.handed_over_at else stage
            stage += ", files destroyed" if one.destroyed_at else ""
            count = one.letters if one.manifest else found.held
            click.echo(f"{one.id}  {one.wave}  {one.step}  {count} letters  {stage}")


@letters.command("unwritable")
@_wave
@click.option("--step", help="One letter of the contact plan; all when not given.")
@click.option("--envelope", help="Of letters/envelopes.yaml; by default the usual one.")
@where
def unwritable_(
    year: int,
    step: str | None,
    envelope: str | None,
    **given: Any,  # noqa: ANN401
) -> None:
    """List due letters that cannot be written, by case and reason.

    They stay due; mend the address (`people news`) and print again. Nobody is named.
    """
    with _context(given) as ctx:
        found = letter_lists.unwritable(ctx, year, step, envelope=envelope)
    for one in found:
        click.echo(f"{one.case_id}  {one.step}  Ref. {one.reference}  {one.language}  {one.reason}")
    click.echo(f"{len(found)} letters cannot be written", err=True)


@letters.command("handed-over")
@_batch
@_by
@click.option(
    "--pulled",
    multiple=True,
    metavar="REF",
    help="A letter that was taken out of the pile, by what stands after Ref.; again for each.",
)
@click.option(
    "--pulled-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The same, one on each line.",
)
@as_of
@where
def handed_over(
    batch: UUID,
    email: str,
    pulled: tuple[str, ...],
    pulled_file: Path | None,
    moment: datetime | None,
    **given: Any,  # noqa: ANN401
) -> None:
    """Say that a batch went to the printer or the post: its letters are sent.

    Refused while letters lie in it that may not go any more: who refused, died, withdrew, opted
    out or moved since they were printed. Each is named by file, page and reference. Take them out
    and name them with --pulled, or destroy the batch and print again. Who moved, and what was
    pulled for another reason (a jam), is in the next batch; the others get none of this step.
    """
    if pulled_file is not None:
        lines = pulled_file.read_text(encoding="utf-8").splitlines()
        pulled += tuple(one for one in map(str.strip, lines) if one)
    with _context(given, moment) as ctx:
        by, at = member_who(ctx, email, MAY_SEND).email, moment_of(ctx, moment)
        try:
            done = printing.hand_over(ctx, batch, by=by, pulled=pulled, moment=at)
        except StillInPileError as error:
            for one in error.letters:
                click.echo(str(one))
            raise click.ClickException(str(error)) from error
    if pulled:
        click.echo(
            f"taken out: {done.out.cancelled} cancelled, {done.out.again} due again", err=True
        )
    click.echo(f"{done.sent} letters sent; destroy the files as soon as they are printed", err=True)


@letters.command()
@_batch
@_by
@as_of
@where
def destroy(
    batch: UUID,
    email: str,
    moment: datetime | None,
    **given: Any,  # noqa: ANN401
) -> None:
    """Destroy the files of a batch; letters that were not handed over are due again."""
    with _context(given, moment) as ctx:
        by, at = member_who(ctx, email, MAY_SEND).email, moment_of(ctx, moment)
        again = printing.destroy(ctx, batch, by=by, moment=at)
    click.echo(f"destroyed; {again} letters are due again", err=True)


@letters.command()
@click.argument("references", nargs=-1, required=True)
@_by
@as_of
@where
def returned(
    references: tuple[str, ...],
    email: str,
    moment: datetime | None,
    **given: Any,  # noqa: ANN401
) -> None:
    """Say which letters came back, by the ten characters after "Ref.": digits and a to f.

    "-" reads them line by line.
    """
    if references == ("-",):
        references = tuple(line.strip() for line in sys.stdin if line.strip())
    with _context(given, moment) as ctx:
        by, at = member_who(ctx, email, MAY_SEND).email, moment_of(ctx, moment)
        done = returned_letters.returned(ctx, references, by=by, moment=at)
    click.echo(f"{done.new} people cannot be reached by letter any more; {done.known} were known")


@contextmanager
def _context(given: dict[str, Any], moment: datetime | None = None) -> Iterator[ServiceContext]:
    with services_of(given, moment) as ctx:
        try:
            yield ctx
        except _FAULTS as error:
            raise click.ClickException(str(error)) from error
