"""The waves: how they stand, and opening, pausing and closing them."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, request

from app.panel.states import Role, WaveStatus
from app.services.monitoring import WaveReport, wave_report, wave_states
from app.services.waves import StepRefusedError, move_wave
from app.web import site
from app.web.locale import staff_translator
from app.web.staff import pages
from app.web.staff.figures import Figures
from app.web.staff.gate import for_all_staff, for_roles, may_see, signed_in
from app.web.staff.labels import status_words
from app.web.staff.present import wave_view, waves_view
from app.web.staff.trial import trial_of

WATCHING = (
    Role.RESEARCHER, Role.FIELDWORK, Role.INTERVIEWER, Role.ANALYST, Role.PRIVACY_OFFICER,
    Role.ADMIN,
)  # fmt: skip
RUNNING = (Role.RESEARCHER, Role.FIELDWORK, Role.ADMIN)
STEPS = {"open": WaveStatus.OPEN, "pause": WaveStatus.PAUSED, "close": WaveStatus.CLOSED}
LONGEST_NOTE = 300
LAST_YEAR = 9999
"""A larger number fits no column of the database, and is no year."""


def add_views(blueprint: Blueprint) -> None:
    """Register the views of the waves."""
    blueprint.add_url_rule("/", view_func=waves)
    blueprint.add_url_rule("/waves/<int:year>", view_func=wave)
    blueprint.add_url_rule("/waves/<int:year>/close", view_func=confirm_close)
    blueprint.add_url_rule(
        "/waves/<int:year>/<any(open,pause,close):step>",
        view_func=take_step,
        methods=["POST"],
    )


@for_all_staff
def waves() -> Response:
    """List the waves with the response at a glance."""
    language = pages.staff_language()
    _ = staff_translator(language)
    view = waves_view(_, Figures(language), wave_states(site().services))
    return pages.page("staff/waves.html", title=_("Waves"), view=view)


@for_roles(*WATCHING)
def wave(year: int) -> Response:
    """Show how a wave stands."""
    return _wave_page(_report(year))


@for_roles(*RUNNING)
def confirm_close(year: int) -> Response:
    """Ask whether a wave is to be closed, and say what that does."""
    language = pages.staff_language()
    _ = staff_translator(language)
    state = _report(year).state
    return pages.page(
        "staff/close.html",
        title=_("Close wave %(year)s?", year=year),
        year=year,
        seen=str(state.wave.status),
        partial=Figures(language).count(state.total.partial),
        longest_note=LONGEST_NOTE,
    )


@for_roles(*RUNNING)
def take_step(year: int, step: str) -> Response:
    """Open, pause or close a wave."""
    _ = staff_translator(pages.staff_language())
    report = _report(year)
    if request.form.get("seen") != str(report.state.wave.status):
        return _refused(report, _("Somebody changed this wave while you looked at it."))
    to = STEPS[step]
    who = signed_in()
    note = request.form.get("note", "").replace("\0", "").strip()[:LONGEST_NOTE]
    try:
        move_wave(site().services, year, to, by=who.email, staff_id=who.staff_id, note=note or None)
    except StepRefusedError:
        return _refused(report, _("The wave cannot go there from where it is."))
    flash(_("Wave %(year)s: %(status)s.", year=year, status=status_words(_, to).lower()))
    return pages.see_other(f"/staff/waves/{year}")


def _report(year: int) -> WaveReport:
    if year > LAST_YEAR:
        abort(404)
    report = wave_report(site().services, year)
    if report is None:
        abort(404)
    return report


def _refused(report: WaveReport, words: str) -> Response:
    _ = staff_translator(pages.staff_language())
    return _wave_page(report, fault=f"{words} {_('Nothing was changed.')}", status=409)


def _wave_page(report: WaveReport, *, fault: str | None = None, status: int = 200) -> Response:
    language = pages.staff_language()
    _ = staff_translator(language)
    year = report.state.wave.year
    trial = None
    if report.state.wave.status is WaveStatus.OPEN:
        trial = trial_of(year, language=language)
    view = wave_view(
        _, Figures(language), report, trial=trial, may_move_it=may_see("staff.take_step")
    )
    return pages.page(
        "staff/wave.html",
        title=_("Wave %(year)s", year=year),
        status=status,
        view=view,
        fault=fault,
    )
