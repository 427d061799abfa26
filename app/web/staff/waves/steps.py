"""The steps in the life of a wave: each is asked with what it does, and taken on record."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, request

from app.panel.states import Role
from app.panel.wave_life import may_move
from app.services.fieldwork.wave_preparation import Task, preparation
from app.services.fieldwork.waves import StepRefusedError, move_wave
from app.services.messaging.contact_plan import ContactPlanError
from app.services.response.monitoring import WaveReport
from app.web import site
from app.web.staff import pages
from app.web.staff.gate import for_roles, needs_confirmation, signed_in
from app.web.staff.labels import status_words
from app.web.staff.waves.frame import report_of, speech, wave_page
from app.web.staff.waves.life_words import FINAL, STEPS, step_words, task_lines
from app.web.staff.waves.overview import overview
from app.web.staff.waves.view import StepView

RUNNING = (Role.RESEARCHER, Role.FIELDWORK, Role.ADMIN)
LONGEST_NOTE = 300
RULE = "/waves/<int:year>/<any(draft,check,rehearsed,open,pause):step>"
FINAL_RULE = "/waves/<int:year>/<any(close,freeze):step>"
_ONWARD = ("rehearsed", "open")
"""Steps before which something may be missing."""


def add_views(blueprint: Blueprint) -> None:
    """Register the views."""
    blueprint.add_url_rule(RULE, view_func=ask_step)
    blueprint.add_url_rule(RULE, view_func=take_step, methods=["POST"])
    blueprint.add_url_rule(FINAL_RULE, view_func=ask_final_step)
    blueprint.add_url_rule(FINAL_RULE, view_func=take_final_step, methods=["POST"])


@for_roles(*RUNNING)
def ask_step(year: int, step: str) -> Response:
    """Ask whether a wave is to take a step, and say what that does and what is missing."""
    return _ask(report_of(year), step)


@needs_confirmation
@for_roles(*RUNNING)
def ask_final_step(year: int, step: str) -> Response:
    """Ask the same of a step that destroys or fixes something."""
    return _ask(report_of(year), step)


@for_roles(*RUNNING)
def take_step(year: int, step: str) -> Response:
    """Take a wave one step on, or back."""
    return _take(year, step)


@needs_confirmation
@for_roles(*RUNNING)
def take_final_step(year: int, step: str) -> Response:
    """Close a wave, or freeze it."""
    return _take(year, step)


def _take(year: int, step: str) -> Response:
    _, _figures = speech()
    report = report_of(year)
    if request.form.get("seen") != str(report.state.wave.status):
        return _changed_meanwhile(report)
    to = STEPS[step]
    who = signed_in()
    note = request.form.get("note", "").replace("\0", "").strip()[:LONGEST_NOTE]
    try:
        move_wave(site().services, year, to, by=who.email, staff_id=who.staff_id, note=note or None)
    except (StepRefusedError, ContactPlanError):
        present = report_of(year)
        if present.state.wave.status is not report.state.wave.status:
            # A colleague pressed the same button a moment before: nothing is missing.
            return _changed_meanwhile(present)
        if not may_move(report.state.wave.status, to):
            refused = _("The wave cannot go there from where it is.")
            return overview(report, fault=f"{refused} {_('Nothing was changed.')}", status=409)
        refused = _("Something has to be done first: see below what is missing.")
        return _ask(report, step, fault=f"{refused} {_('Nothing was changed.')}", note=note)
    flash(_("Wave %(year)s: %(status)s.", year=year, status=status_words(_, to).lower()))
    return pages.see_other(f"/staff/waves/{year}")


def _changed_meanwhile(report: WaveReport) -> Response:
    _, _figures = speech()
    changed = _("Somebody changed this wave while you looked at it.")
    return overview(report, fault=f"{changed} {_('Nothing was changed.')}", status=409)


def _ask(report: WaveReport, step: str, *, fault: str | None = None, note: str = "") -> Response:
    _, figures = speech()
    wave = report.state.wave
    year = wave.year
    if not may_move(wave.status, STEPS[step]):
        if fault is None and request.method == "GET":
            refused = _("The wave cannot go there from where it is.")
            return overview(report, fault=refused, status=409)
        abort(409)
    words = step_words(_, figures, step, report.state)
    missing = []
    first_time = wave.opened_at is None
    if step in _ONWARD and first_time:
        tasks = [one for one in preparation(site().services, year) if not one.done]
        if step == "rehearsed":
            # The letters are let go after it: what is missing there is no news here.
            tasks = [one for one in tasks if one.task is not Task.SEND]
        missing = task_lines(_, figures, year, tasks)
    view = StepView(
        url=f"/staff/waves/{year}/{step}",
        does=words.does,
        missing=missing,
        button=words.button,
        seen=str(wave.status),
        note=note,
        blocked=any(one.state == "must" for one in missing),
    )
    return wave_page(
        "step",
        year,
        current="",
        title=words.title,
        help_topic="wave",
        status=200 if fault is None else 422,
        view=view,
        fault=fault,
        longest_note=LONGEST_NOTE,
        asks_note=step in (*FINAL, "pause", "draft", "open"),
    )
