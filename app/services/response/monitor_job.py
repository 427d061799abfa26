"""The figures of a large wave, worked out by a process of their own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.services.context import ServiceContext
from app.services.job_progress import Finished, JobKind, JobRefusedError, Progress, Say
from app.services.response.monitor import work_out

KIND = "monitor"


def run(ctx: ServiceContext, arguments: Mapping[str, Any], progress: Progress) -> Finished:
    """Work figures out: of ``wave``, as known at the end of ``on`` or now."""
    _ = progress.say
    year, told = int(arguments["wave"]), arguments.get("on")
    on = date.fromisoformat(str(told)) if told else None
    try:
        work_out(ctx, year, on, progress)
    except LookupError as error:
        raise JobRefusedError(_("There is no such wave.")) from error
    query = f"?on={on.isoformat()}" if on else ""
    return Finished(_("The figures are up to date."), f"/staff/waves/{year}/monitor{query}")


def title(_: Say, arguments: Mapping[str, Any]) -> str:
    """Return what the job is called."""
    return _("Figures of the monitor, wave %(year)s", year=arguments["wave"])


MONITOR_KINDS: Mapping[str, JobKind] = {KIND: JobKind(run, title)}
