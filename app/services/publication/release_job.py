"""The job that makes a release: it is asked for on a page, and leads to the release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from analysis.disclosure.differencing import DifferencingError
from app.services.context import ServiceContext
from app.services.job_progress import Finished, JobKind, JobRefusedError, Progress, Say
from app.services.publication.live_weights import make_live_pictures
from app.services.publication.release_making import Order, make_release
from app.services.publication.releases import ReleaseError
from app.storage import staff as accounts

KIND, WEIGHTS = "release", "weights"
SHOWN_LEAKS = 3


def run(ctx: ServiceContext, arguments: Mapping[str, Any], progress: Progress) -> Finished:
    """Make the release that was asked for."""
    _ = progress.say

    def told(share: float, step: str) -> None:
        progress.at(share, step_words(_, step))

    try:
        kept = make_release(ctx, order_of(ctx, arguments), told)
    except ReleaseError as error:
        raise JobRefusedError(refusal_words(_, error)) from error
    return Finished(
        _("Release %(number)s is made.", number=kept.number),
        f"/staff/results/releases/{kept.number}",
    )


def title(_: Say, arguments: Mapping[str, Any]) -> str:
    """Return what the job is called."""
    waves = ", ".join(str(year) for year in arguments["waves"])
    return _("Release of wave %(waves)s", waves=waves)


def arguments_of(order: Order, *, staff_id: UUID) -> dict[str, Any]:
    """Return an order as JSON, for `app.services.jobs.ask`; of who asks only the id."""
    return {
        "waves": list(order.waves),
        "why": order.why,
        "plan": order.plan,
        "languages": list(order.languages),
        "replicates": order.replicates,
        "staff_id": staff_id.hex,
    }


def order_of(ctx: ServiceContext, arguments: Mapping[str, Any]) -> Order:
    """Read what `arguments_of` gave; who asked is looked up."""
    staff_id = UUID(hex=arguments["staff_id"])
    with ctx.databases.research.read() as connection:
        member = accounts.load_member(connection, staff_id)
    return Order(
        waves=tuple(arguments["waves"]),
        why=arguments["why"],
        by=member.email if member is not None else staff_id.hex,
        plan=arguments["plan"],
        languages=tuple(arguments["languages"]),
        replicates=arguments["replicates"],
        staff_id=staff_id,
    )


def step_words(_: Say, step: str) -> str:
    """Return a step of the making in words."""
    words = {
        "data": _("Taking the answers out"),
        "weights": _("Making the weights"),
        "tables": _("Making the tables, and looking for what gives people away"),
        "report": _("Writing tables and report"),
        "files": _("Writing the data files"),
        "hashes": _("Writing down what was made"),
    }
    return words.get(step, step)


def refusal_words(_: Say, error: ReleaseError) -> str:
    """Return why there is no release, and what to do; what `analysis` says stays in English."""
    cause = error.__cause__
    if not isinstance(cause, DifferencingError):
        return _("No release was made: %(why)s.", why=str(error).rstrip("."))
    shown = "; ".join(f"{leak.cell}: {leak.what}" for leak in cause.leaks[:SHOWN_LEAKS])
    return _(
        "No release was made. Beside the tables of %(earlier)s these would give away small groups "
        "of people, in %(count)s cells. Make a release with data only or with another table plan; "
        "or withdraw %(earlier)s, if nobody outside the team has it. For example: %(cells)s",
        earlier=cause.pair[0],
        count=len(cause.leaks),
        cells=shown,
    )


def work_out_weights(
    ctx: ServiceContext, arguments: Mapping[str, Any], progress: Progress
) -> Finished:
    """Make all weights of the answers as they stand now, for the pages about weights."""
    _ = progress.say

    def told(share: float, step: str) -> None:
        progress.at(share, step_words(_, step))

    try:
        make_live_pictures(ctx, told)
    except ReleaseError as error:
        raise JobRefusedError(_("No weights were made: %(why)s.", why=str(error))) from error
    return Finished(_("The weights are made."), "/staff/results/weights")


RELEASE_KINDS: Mapping[str, JobKind] = {
    KIND: JobKind(run, title),
    WEIGHTS: JobKind(work_out_weights, lambda _, arguments: _("Weights as they stand now")),
}
