"""The monitor of a wave, its files, and having its figures worked out again."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, abort, flash, request

from app.panel.states import Role, WaveStatus
from app.services import jobs
from app.services.response.monitor import Monitor, monitor, work_out
from app.services.response.monitor_job import KIND
from app.web import site
from app.web.locale import staff_translator
from app.web.staff import pages
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, signed_in
from app.web.staff.monitor.files import file_of
from app.web.staff.monitor.present import FILES, MARKS, PATH, monitor_view
from app.web.staff.waves.tabs import wave_tabs

MAY_WATCH = (
    Role.RESEARCHER,
    Role.FIELDWORK,
    Role.PRIVACY_OFFICER,
    Role.ADMIN,
)
"""Counts of groups, exact and by the day; not for analysts, whose tables round them away."""
EVERY_S = 30
_RUNNING = (WaveStatus.OPEN, WaveStatus.PAUSED)


def add_views(blueprint: Blueprint) -> None:
    """Register the views of the monitor."""
    one = "/waves/<int:year>/monitor"
    blueprint.add_url_rule(one, view_func=wave_monitor)
    blueprint.add_url_rule(f"{one}/work-out", view_func=work_out_again, methods=["POST"])
    blueprint.add_url_rule(f"{one}/<table>.csv", view_func=monitor_file)


@for_roles(*MAY_WATCH)
def wave_monitor(year: int) -> Response:
    """Show how a wave goes."""
    language = pages.staff_language()
    _ = staff_translator(language)
    told, by = _monitor(year), _by()
    if told is None:
        words = _("Type the day as 2025-03-01.")
        told = monitor(site().services, year)
        if told is None:
            abort(404)
        return _page(told, by, fault=words, status=422)
    return _page(told, by)


@for_roles(*MAY_WATCH)
def work_out_again(year: int) -> Response:
    """Bring the figures up to date: now, or by a job where that takes long."""
    _ = staff_translator(pages.staff_language())
    told, by = _monitor(year), _by()
    if told is None:
        abort(404)
    if told.large:
        arguments = {"wave": year, "on": told.on.isoformat() if told.on else None}
        who = signed_in()
        language = pages.staff_language()
        job_id = jobs.ask(site().services, KIND, arguments, by=who.staff_id, language=language)
        return pages.see_other(f"/staff/jobs/{job_id}")
    work_out(site().services, year, told.on)
    flash(_("The figures are up to date."))
    query = "&".join(
        f"{name}={value}"
        for name, value in (("by", by), ("on", told.on.isoformat() if told.on else ""))
        if value
    )
    path = PATH.format(year)
    return pages.see_other(f"{path}?{query}" if query else path)


@for_roles(*MAY_WATCH)
def monitor_file(year: int, table: str) -> Response:
    """Give a table of the monitor as CSV."""
    told = _monitor(year) if table in FILES else None
    if told is None or told.figures is None:
        abort(404)
    name = f"monitor-{year}" + (f"-{told.on.isoformat()}" if told.on else "")
    return file_of(table, told.figures, MARKS[_by()], name=name)


def _monitor(year: int) -> Monitor | None:
    """The wave as the address asks for it; ``None`` where the day is none."""
    typed = request.values.get("on", "").strip()
    on = None
    if typed:
        try:
            on = date.fromisoformat(typed[:10])
        except ValueError:
            return None
    told = monitor(site().services, year, on)
    if told is None:
        abort(404)
    return told


def _by() -> str:
    by = request.values.get("by", "")
    if by not in MARKS:
        abort(404)
    return by


def _page(told: Monitor, by: str, *, fault: str | None = None, status: int = 200) -> Response:
    language = pages.staff_language()
    _ = staff_translator(language)
    now = site().services.clock.now()
    view = monitor_view(_, Figures(language), told, by, now, language)
    return pages.page(
        "staff/monitor/monitor.html",
        title=_("Monitor of wave %(year)s", year=told.wave.year),
        status=status,
        help="monitor",
        tabs=wave_tabs(_, told.wave.year, "monitor"),
        live=EVERY_S if told.on is None and told.wave.status in _RUNNING else None,
        view=view,
        fault=fault,
    )
