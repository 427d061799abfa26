"""Rehearsing a wave as long work: letters are rendered, everything is counted, and it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.services.context import ServiceContext
from app.services.job_progress import Finished, JobKind, JobRefusedError, Progress, Say
from app.services.messaging import rehearsals
from app.services.messaging.contact_plan import ContactPlanError
from app.services.messaging.mailings import MAY_SEND
from app.services.messaging.rehearsal_samples import make_samples
from app.services.messaging.rehearsals import CannotRehearseError
from app.storage import staff as accounts

KIND = "rehearsal"


def title(say: Say, arguments: Mapping[str, Any]) -> str:
    """Return what the job is called."""
    _ = say
    return _("Rehearsal of wave %(year)s", year=arguments["year"])


def run(ctx: ServiceContext, arguments: Mapping[str, Any], progress: Progress) -> Finished:
    """Rehearse the wave ``year`` in the name of ``staff``, an account's id.

    With an ``override``, a reason in somebody's words, what may be let pass is let pass.
    """
    _, year = progress.say, int(arguments["year"])
    with ctx.databases.research.read() as connection:
        member = accounts.load_member(connection, UUID(arguments["staff"]))
    if member is None or member.disabled_at is not None or member.role not in MAY_SEND:
        raise JobRefusedError(_("This account may not rehearse."))
    progress.at(0.05, _("Letters and messages are made as people would get them"))
    try:
        samples = make_samples(ctx, year)
        progress.at(0.8, _("Everything that would be sent is counted"))
        done = rehearsals.rehearse(
            ctx,
            year,
            by=member.email,
            samples=samples,
            staff_id=member.id,
            override=(arguments.get("override") or "").strip() or None,
        )
    except CannotRehearseError as error:
        said = _("There is nothing to rehearse: the wave is over, or nothing is sent.")
        raise JobRefusedError(said) from error
    except ContactPlanError as error:
        said = _("The contact plan of the study cannot be read.")
        raise JobRefusedError(said) from error
    leads_to = f"/staff/waves/{year}/messages/rehearsal"
    if done.blockers:
        words = _("Things are in the way: %(count)s", count=len(done.blockers))
    else:
        words = _("Nothing is in the way.")
    return Finished(words, leads_to)


REHEARSAL_KINDS: Mapping[str, JobKind] = {KIND: JobKind(run, title)}
