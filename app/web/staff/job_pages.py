"""Long work as staff see it: how far it is, its outcome, and the way to stop it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, abort, flash

from app.panel.states import Role
from app.services import jobs
from app.services.jobs import Job, JobState
from app.web import site
from app.web.locale import staff_translator
from app.web.respond.words import Translate
from app.web.staff import pages
from app.web.staff.figures import Figures
from app.web.staff.gate import for_all_staff, own_path, signed_in
from app.web.staff.listing import Cell, Column, asked, listed, shown

LOOK_AGAIN_S = 5


def add_views(blueprint: Blueprint) -> None:
    """Register the views of jobs."""
    blueprint.add_url_rule("/jobs", view_func=job_list)
    blueprint.add_url_rule("/jobs/<uuid:job_id>", view_func=job)
    blueprint.add_url_rule("/jobs/<uuid:job_id>/stop", view_func=stop_job, methods=["POST"])


@for_all_staff
def job_list() -> Response:
    """List what one asked for; an administrator sees what everybody asked for."""
    language = pages.staff_language()
    _, figures, who = staff_translator(language), Figures(language), signed_in()
    found = jobs.list_jobs(
        site().services, language, by=None if who.role is Role.ADMIN else who.staff_id
    )
    columns = [
        Column[Job](
            "what",
            _("What"),
            lambda one: Cell(one.title, url=f"/staff/jobs/{one.id}"),
            sort=lambda one: one.title,
        ),
        Column[Job](
            "asked",
            _("Asked for"),
            lambda one: figures.moment(one.stored.asked_at),
            sort=lambda one: one.stored.asked_at.timestamp(),
        ),
        Column[Job]("state", _("State"), lambda one: Cell(_state(_, one), badge=_badge(one))),
    ]
    want = asked(columns, sort="asked", descending=True)
    rows = listed(found, columns, want, text=lambda one: one.title)
    view = shown(
        _,
        figures,
        columns,
        rows,
        want,
        id="jobs",
        caption=_("Long work"),
        empty=_("Nothing was asked for yet. Rehearsals, checks and releases appear here."),
    )
    return pages.page("staff/jobs.html", title=_("Long work"), view=view)


@for_all_staff
def job(job_id: UUID) -> Response:
    """Show how far a job is, and what came of it."""
    found = _own(job_id)
    language = pages.staff_language()
    _, figures = staff_translator(language), Figures(language)
    stored = found.stored
    leads_to = own_path(stored.leads_to)
    return pages.page(
        "staff/job.html",
        title=found.title,
        crumbs=[("/staff/jobs", _("Long work"))],
        live=LOOK_AGAIN_S if found.open else None,
        job=found,
        state=_state(_, found),
        badge=_badge(found),
        share=stored.share,
        share_words=figures.percent(stored.share),
        asked=figures.moment(stored.asked_at),
        ended=figures.moment(stored.finished_at) if stored.finished_at else None,
        words=stored.words,
        failed=stored.state is JobState.FAILED,
        leads_to=leads_to if stored.state is JobState.DONE else None,
        stopping=found.open and stored.stop_asked_at is not None,
    )


@for_all_staff
def stop_job(job_id: UUID) -> Response:
    """Ask a job to stop."""
    found = _own(job_id)
    _ = staff_translator(pages.staff_language())
    if found.open:
        jobs.stop(site().services, job_id)
        flash(_("It stops at its next step. What it began is undone."))
    return pages.see_other(f"/staff/jobs/{job_id}")


def _own(job_id: UUID) -> Job:
    """Return a job of whoever asks, or any for an administrator; else it is not there."""
    who = signed_in()
    found = jobs.look(site().services, job_id, pages.staff_language())
    if found is None or (found.stored.asked_by != who.staff_id and who.role is not Role.ADMIN):
        abort(404)
    return found


def _state(_: Translate, one: Job) -> str:
    if one.lost:
        return _("Broken off")
    return {
        JobState.WAITING: _("Waiting"),
        JobState.RUNNING: _("Running"),
        JobState.DONE: _("Done"),
        JobState.FAILED: _("Failed"),
        JobState.STOPPED: _("Stopped"),
    }[one.stored.state]


def _badge(one: Job) -> str:
    if one.lost or one.stored.state is JobState.FAILED:
        return "bad"
    return "open" if one.stored.state is JobState.DONE else "paused"
