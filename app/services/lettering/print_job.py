"""Printing the due letters of a step as long work: files with names, for a printer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.delivery.letters.fonts import FontsMissingError
from app.services.context import ServiceContext
from app.services.job_progress import Finished, JobKind, JobRefusedError, Progress, Say
from app.services.lettering import printing
from app.services.lettering.letter_words import LetterWordsError
from app.services.lettering.print_desk import KIND, present_moment
from app.services.lettering.printing import PrintingError, PrintRequest
from app.services.messaging.contact_plan import ContactPlanError
from app.services.messaging.mailings import MAY_SEND
from app.storage import staff as accounts


def title(say: Say, arguments: Mapping[str, Any]) -> str:
    """Return what the job is called."""
    _ = say
    year, step = arguments["year"], arguments["step"]
    return _("Letters of wave %(year)s, step %(step)s, for the printer", year=year, step=step)


def run(ctx: ServiceContext, arguments: Mapping[str, Any], progress: Progress) -> Finished:
    """Print the due letters of ``step`` in the wave ``year``, in the name of ``staff``.

    What is made half is nobody's letter: `printing.print_letters` undoes it.
    """
    _ = progress.say
    year, step = int(arguments["year"]), str(arguments["step"])
    with ctx.databases.research.read() as connection:
        member = accounts.load_member(connection, UUID(arguments["staff"]))
    if member is None or member.disabled_at is not None or member.role not in MAY_SEND:
        raise JobRefusedError(_("This account may not print letters."))
    progress.at(None, _("Letters are made, in files of 250"))
    try:
        printed = printing.print_letters(
            ctx, PrintRequest(year, step, member.email, moment=present_moment(ctx))
        )
    except (PrintingError, LetterWordsError, FontsMissingError, ContactPlanError) as error:
        said = _("The letters cannot be made, and none is lost.")
        raise JobRefusedError(f"{said} ({error})") from error
    desk = f"/staff/waves/{year}/letters"
    if printed is None:
        return Finished(_("No letter of this step may go now."), desk)
    words = _("Letters: %(count)s", count=printed.batch.letters)
    if printed.cannot:
        left = sum(printed.cannot.values())
        words += " " + _("Left out, as they cannot be written: %(count)s", count=left)
    return Finished(words, f"{desk}/{printed.batch.id}")


PRINT_KINDS: Mapping[str, JobKind] = {KIND: JobKind(run, title)}
