"""Today: the first page after signing in, for every role what concerns it."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response

from app.panel.states import Role, WaveStatus
from app.services import jobs
from app.services.fieldwork.decisions import decisions
from app.services.fieldwork.response_outlook import WaveOutlook, wave_outlook
from app.services.messaging.contact_plan import ContactPlanError
from app.services.messaging.mailings import MailingRefusedError
from app.services.messaging.message_costs import WaveCosts, wave_costs
from app.services.response.monitoring import wave_states
from app.web import site
from app.web.staff import pages
from app.web.staff.gate import for_all_staff, signed_in
from app.web.staff.home.decision_words import matters_of
from app.web.staff.home.present import today_view
from app.web.staff.waves.frame import speech

WATCHING_RESPONSE = (Role.RESEARCHER, Role.FIELDWORK, Role.ANALYST, Role.ADMIN)
PAYING = (Role.RESEARCHER, Role.FIELDWORK, Role.ADMIN)
LATELY = timedelta(days=7)
"""A failed job is told of so long."""
_IN_FIELD = (WaveStatus.OPEN, WaveStatus.PAUSED)


def add_views(blueprint: Blueprint) -> None:
    """Register the view."""
    blueprint.add_url_rule("/", view_func=home)


@for_all_staff
def home() -> Response:
    """Show what needs a decision first, then how the waves stand."""
    _, figures = speech()
    services = site().services
    who = signed_in()
    states = wave_states(services)
    fielded = [one.wave.year for one in states if one.wave.status in _IN_FIELD]
    outlooks: list[WaveOutlook] = []
    costs: list[tuple[int, WaveCosts]] = []
    for year in fielded:
        if who.role in WATCHING_RESPONSE and (found := wave_outlook(services, year)) is not None:
            outlooks.append(found)
        if who.role in PAYING and (cost := _costs(year)) is not None:
            costs.append((year, cost))
    view = today_view(
        _,
        figures,
        today=services.clock.now(),
        email=who.email,
        decisions=decisions(services, matters_of(who.role)),
        failed=_failed_jobs(),
        states=states,
        outlooks=outlooks,
        costs=costs,
    )
    return pages.page("staff/home/today.html", title=_("Today"), help="today", view=view)


def _failed_jobs() -> list[jobs.Job]:
    """Work that the reader asked for lately and that failed, unless it was done again since."""
    now, language = site().services.clock.now(), pages.staff_language()
    latest: dict[str, jobs.Job] = {}
    for job in jobs.list_jobs(site().services, language, by=signed_in().staff_id):
        latest.setdefault(job.title, job)
    return [
        job
        for job in latest.values()
        if (job.lost or job.stored.state is jobs.JobState.FAILED)
        and now - job.stored.asked_at <= LATELY
    ]


def _costs(year: int) -> WaveCosts | None:
    """What a wave costs; ``None`` where its plan cannot be read, which the check tells."""
    try:
        return wave_costs(site().services, year)
    except (ContactPlanError, MailingRefusedError):
        return None
