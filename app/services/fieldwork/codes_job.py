"""Giving everybody of a wave a code, as long work: each is hashed so that it resists guessing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.services.context import ServiceContext
from app.services.fieldwork import code_issuing
from app.services.job_progress import Finished, JobKind, JobRefusedError, Progress, Say
from app.storage.frame import ImportRunningError

KIND = "codes"


def title(say: Say, arguments: Mapping[str, Any]) -> str:
    """Return what the job is called."""
    _ = say
    return _("Codes of wave %(year)s", year=arguments["year"])


def run(ctx: ServiceContext, arguments: Mapping[str, Any], progress: Progress) -> Finished:
    """Give every case of the wave ``year`` that lacks a code one; stopped, it goes on where it was.

    Every 500 codes are kept together, so nothing is lost when it stops between them.
    """
    _, year = progress.say, int(arguments["year"])

    def told(done: int, of: int) -> None:
        words = _("Codes: %(done)s of %(of)s", done=done, of=of)
        progress.at(done / of if of else 1.0, words)

    try:
        issued = code_issuing.issue_wave_codes(ctx, year, progress=told)
    except ImportRunningError as error:
        busy = _("Somebody else changes the sample at this moment: try again.")
        raise JobRefusedError(busy) from error
    words = _("Codes given: %(count)s", count=issued.codes)
    if issued.nobody:
        words += " " + _(
            "Without contact details, and so without a code: %(count)s", count=issued.nobody
        )
    return Finished(words, f"/staff/waves/{year}/sample")


CODES_KINDS: Mapping[str, JobKind] = {KIND: JobKind(run, title)}
