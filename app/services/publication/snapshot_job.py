"""The job that takes a snapshot of the answers for live tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.services.context import ServiceContext
from app.services.job_progress import Finished, JobKind, JobRefusedError, Progress, Say
from app.services.publication.results import NoResultsError
from app.services.publication.table_sources import take_snapshot

KIND = "snapshot"


def run(ctx: ServiceContext, arguments: Mapping[str, Any], progress: Progress) -> Finished:
    """Take the snapshot; when too little changed since the last one, that one stays."""
    _ = progress.say
    progress.at(None, _("Reading the answers"))
    try:
        take_snapshot(ctx)
    except NoResultsError as error:
        raise JobRefusedError(str(error)) from error
    return Finished(_("The answers are taken anew."), "/staff/results/tables/new")


def title(_: Say, arguments: Mapping[str, Any]) -> str:
    """Return what the job is called."""
    return _("Answers for live tables")


SNAPSHOT_KINDS = {KIND: JobKind(run, title)}
