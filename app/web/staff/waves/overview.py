"""The list of waves, and the overview of one."""

from __future__ import annotations

from flask import Blueprint, Response

from app.panel.states import Role, WaveStatus
from app.services.content.study_calendar import WavePlan
from app.services.fieldwork.planned_waves import wave_to_begin, waves_to_begin
from app.services.fieldwork.wave_preparation import preparation
from app.services.lettering.letter_words import today
from app.services.response.monitoring import WaveReport, wave_states
from app.web import site
from app.web.staff import pages
from app.web.staff.gate import for_all_staff, for_roles, may_see
from app.web.staff.waves.frame import report_of, speech, wave_page
from app.web.staff.waves.present import wave_view, waves_view
from app.web.staff.waves.tabs import leads_somewhere
from app.web.staff.waves.trial import trial_of

WATCHING = (
    Role.RESEARCHER, Role.FIELDWORK, Role.INTERVIEWER, Role.ANALYST, Role.PRIVACY_OFFICER,
    Role.ADMIN,
)  # fmt: skip


def add_views(blueprint: Blueprint) -> None:
    """Register the views."""
    blueprint.add_url_rule("/waves", view_func=waves)
    blueprint.add_url_rule("/waves/<int:year>", view_func=wave)


@for_all_staff
def waves() -> Response:
    """List the waves with the response at a glance."""
    _, figures = speech()
    services = site().services
    view = waves_view(
        _, figures, wave_states(services), waves_to_begin(services), opens=may_see("staff.wave")
    )
    return pages.page("staff/waves/list.html", title=_("Waves"), help="waves", view=view)


@for_roles(*WATCHING)
def wave(year: int) -> Response:
    """Show how a wave stands and what comes next; of one that is only planned, where it begins."""
    plan = wave_to_begin(site().services, year)
    if plan is not None:
        return _planned(plan)
    return overview(report_of(year))


def _planned(plan: WavePlan) -> Response:
    _, figures = speech()
    first = f"/staff/waves/{plan.year}/questionnaire"
    return wave_page(
        "planned",
        plan.year,
        current="",
        title=_("Wave %(year)s", year=plan.year),
        help_topic="wave",
        words=_(
            "It is planned from %(first)s to %(last)s, and nothing of it is there yet.",
            first=figures.day(plan.opens_on),
            last=figures.day(plan.closes_on),
        ),
        first=first if leads_somewhere(first) else None,
    )


def overview(report: WaveReport, *, fault: str | None = None, status: int = 200) -> Response:
    """Return the overview of a wave."""
    _, figures = speech()
    year = report.state.wave.year
    trial = None
    if report.state.wave.status is WaveStatus.OPEN:
        trial = trial_of(year, language=pages.staff_language())
    view = wave_view(
        _,
        figures,
        report,
        trial=trial,
        tasks=preparation(site().services, year),
        may_move_it=may_see("staff.take_step"),
        by_group=may_see("staff.wave_monitor"),
        today=today(site().services),
    )
    return wave_page(
        "overview",
        year,
        current="",
        title=_("Wave %(year)s", year=year),
        help_topic="wave",
        status=status,
        view=view,
        fault=fault,
    )
