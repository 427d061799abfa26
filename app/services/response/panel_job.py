"""The ledger of a large panel, worked out by a process of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from app.services.context import ServiceContext
from app.services.job_progress import Finished, JobKind, Progress, Say
from app.services.response.panel_flow import work_out_flow

KIND = "panel"


def run(ctx: ServiceContext, arguments: Mapping[str, Any], progress: Progress) -> Finished:
    """Make the ledger: as known at the end of ``on`` or now, broken down by ``by``."""
    _ = progress.say
    told, by = arguments.get("on"), str(arguments.get("by") or "")
    progress.at(None)
    work_out_flow(ctx, date.fromisoformat(str(told)) if told else None, by)
    query = urlencode({name: value for name, value in (("on", told), ("by", by)) if value})
    path = "/staff/panel"
    return Finished(_("The panel is up to date."), f"{path}?{query}" if query else path)


def title(_: Say, _arguments: Mapping[str, Any]) -> str:
    """Return what the job is called."""
    return _("The panel through its waves")


PANEL_KINDS: Mapping[str, JobKind] = {KIND: JobKind(run, title)}
