"""The messages of a wave: the plan in words, each step and its launch, the rehearsal."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, request

from app.messages.statuses import MailingStatus
from app.panel.states import Role, WaveStatus
from app.services import jobs
from app.services.fieldwork.waves import find_wave
from app.services.messaging import mailings, outbox
from app.services.messaging.contact_plan import ContactPlanError, load_contact_plan
from app.services.messaging.mailings import ALONE, MAY_SEND, MailingRefusedError
from app.services.messaging.message_costs import wave_costs
from app.services.messaging.planned_steps import PlannedStep, planned
from app.services.messaging.rehearsal_job import KIND
from app.services.messaging.rehearsal_state import rehearsal_state
from app.services.messaging.rehearsed import NotRehearsedError
from app.services.open_ended.open_answers import member_who
from app.web import site
from app.web.staff import pages
from app.web.staff.gate import for_roles, needs_confirmation, signed_in
from app.web.staff.waves.frame import LAST_YEAR, require_wave, speech, wave_page
from app.web.staff.waves.messages_present import messages_view, step_view
from app.web.staff.waves.rehearsal_words import rehearsal_view
from app.web.staff.waves.tabs import leads_somewhere

SENDING = (Role.RESEARCHER, Role.FIELDWORK, Role.ADMIN)
MESSAGES = "/waves/<int:year>/messages"
STEP = f"{MESSAGES}/step/<step>"
LONGEST_REASON = 300
_OVER = (WaveStatus.CLOSED, WaveStatus.FROZEN)


def add_views(blueprint: Blueprint) -> None:
    """Register the views."""
    blueprint.add_url_rule(MESSAGES, view_func=wave_messages)
    blueprint.add_url_rule(f"{MESSAGES}/rehearsal", view_func=rehearsal)
    blueprint.add_url_rule(f"{MESSAGES}/rehearsal", view_func=rehearse, methods=["POST"])
    blueprint.add_url_rule(STEP, view_func=message_step)
    blueprint.add_url_rule(f"{STEP}/ask", view_func=ask_mailing, methods=["POST"])
    blueprint.add_url_rule(f"{STEP}/approve", view_func=approve_mailing, methods=["POST"])
    blueprint.add_url_rule(f"{STEP}/stop", view_func=stop_mailing, methods=["POST"])


@for_roles(*SENDING)
def wave_messages(year: int) -> Response:
    """Show the contact plan in words, and how far each step is."""
    require_wave(year)
    _, figures = speech()
    services = site().services
    try:
        plan = load_contact_plan(services.study)
        steps = planned(services, year) if plan is not None else []
        costs = wave_costs(services, year, steps=steps) if plan is not None else None
        state = rehearsal_state(services, year)
    except ContactPlanError as error:
        return _unreadable(year, error)
    unknown = len(outbox.unknown_messages(services, year))
    view = messages_view(
        _, figures, year, plan, steps, costs=costs, state=state, unknown=unknown, alone=ALONE
    )
    return wave_page(
        "messages",
        year,
        current="messages",
        title=_("Messages of wave %(year)s", year=year),
        help_topic="messages",
        view=view,
    )


@for_roles(*SENDING)
def rehearsal(year: int) -> Response:
    """Show what the last rehearsal counted and found in the way."""
    return _rehearsal_page(year)


@for_roles(*SENDING)
def rehearse(year: int) -> Response:
    """Rehearse the wave: long work, that leads back to its outcome."""
    require_wave(year)
    _, _figures = speech()
    wave = find_wave(site().services, year)
    if wave is not None and wave.status in _OVER:
        over = _("This wave is over: there is nothing to rehearse.")
        return _rehearsal_page(year, fault=over, status=409)
    override = _posted("override")
    if request.form.get("let_pass") and not override:
        words = _("Say why these things may be let pass: it goes on record.")
        return _rehearsal_page(year, fault=words, status=422)
    who = signed_in()
    arguments = {"year": year, "staff": str(who.staff_id)}
    if override:
        arguments["override"] = override
    job_id = jobs.ask(
        site().services, KIND, arguments, by=who.staff_id, language=pages.staff_language()
    )
    return pages.see_other(f"/staff/jobs/{job_id}")


@for_roles(*SENDING)
def message_step(year: int, step: str) -> Response:
    """Show one step: its words, who gets it, and asking for it or approving it."""
    return _step_page(year, step)


@needs_confirmation
@for_roles(*SENDING)
def ask_mailing(year: int, step: str) -> Response:
    """Ask for a step: few messages go on this word, more wait for a second person."""
    _found(year, step)
    _, _figures = speech()
    services, member = site().services, signed_in()
    asks = member_who(services, member.email, MAY_SEND)
    try:
        asked = mailings.request(
            services,
            year,
            step,
            asks,
            proven=True,
            again=bool(request.form.get("again")),
            none_went_out=bool(request.form.get("none_went_out")),
        )
    except (MailingRefusedError, NotRehearsedError) as error:
        return _step_page(year, step, fault=_refused(), detail=str(error), status=409)
    if asked.status is MailingStatus.WAITING:
        flash(_("It is asked for. Somebody else has to sign in and approve it."))
    else:
        flash(_("It goes out on its days."))
    return pages.see_other(f"/staff/waves/{year}/messages/step/{step}")


@needs_confirmation
@for_roles(*SENDING)
def approve_mailing(year: int, step: str) -> Response:
    """Approve a step that somebody else asked for."""
    _found(year, step)
    _, _figures = speech()
    services, member = site().services, signed_in()
    approves = member_who(services, member.email, MAY_SEND)
    if request.form.get("seen") != _expected(year, step):
        changed = _("Somebody changed this while you looked at it. Nothing was approved.")
        return _step_page(year, step, fault=changed, status=409)
    try:
        mailings.approve(services, year, step, approves, proven=True)
    except (MailingRefusedError, NotRehearsedError) as error:
        return _step_page(year, step, fault=_refused(), detail=str(error), status=409)
    flash(_("Approved: it goes out on its days."))
    return pages.see_other(f"/staff/waves/{year}/messages/step/{step}")


@for_roles(*SENDING)
def stop_mailing(year: int, step: str) -> Response:
    """Stop a step, with a reason."""
    _found(year, step)
    _, figures = speech()
    why = _posted("why")
    if not why:
        return _step_page(year, step, fault=_("Say why: it goes on record."), status=422)
    services, member = site().services, signed_in()
    stops = member_who(services, member.email, MAY_SEND)
    try:
        cancelled = mailings.stop(services, year, step, stops, why=why)
    except MailingRefusedError as error:
        words = _("This step does not go out: there is nothing to stop.")
        return _step_page(year, step, fault=words, detail=str(error), status=409)
    flash(_("Stopped. Messages cancelled: %(count)s", count=figures.count(cancelled)))
    return pages.see_other(f"/staff/waves/{year}/messages/step/{step}")


def _rehearsal_page(year: int, *, fault: str | None = None, status: int = 200) -> Response:
    require_wave(year)
    _, figures = speech()
    wave = find_wave(site().services, year)
    try:
        state = rehearsal_state(site().services, year)
    except ContactPlanError as error:
        return _unreadable(year, error)
    samples_url = f"/staff/waves/{year}/messages/samples"
    return wave_page(
        "rehearsal",
        year,
        current="messages",
        title=_("Rehearsal of wave %(year)s", year=year),
        help_topic="rehearsal",
        status=status,
        view=rehearsal_view(_, figures, state),
        may_rehearse=wave is not None and wave.status not in _OVER,
        to_accept=wave is not None and wave.status is WaveStatus.CHECKED,
        to_check=wave is not None and wave.status is WaveStatus.DRAFT,
        override=_posted("override"),
        samples_url=samples_url if leads_somewhere(samples_url) else None,
        longest_reason=LONGEST_REASON,
        fault=fault,
    )


def _step_page(
    year: int, step: str, *, fault: str | None = None, detail: str | None = None, status: int = 200
) -> Response:
    _, figures = speech()
    try:
        found = _found(year, step)
        state = rehearsal_state(site().services, year)
    except ContactPlanError as error:
        return _unreadable(year, error)
    wave = find_wave(site().services, year)
    if wave is None:
        abort(404)
    view = step_view(
        _,
        figures,
        wave.year,
        wave.status,
        found,
        state=state,
        reader=signed_in().email,
        alone=ALONE,
        counts=[one for one in outbox.counts(site().services, year) if one.step == step],
    )
    return wave_page(
        "message_step",
        year,
        current="messages",
        title=_("Wave %(year)s: %(step)s", year=year, step=step),
        help_topic="messages",
        status=status,
        view=view,
        fault=fault,
        detail=detail,
        why=_posted("why"),
        longest_reason=LONGEST_REASON,
    )


def _found(year: int, step: str) -> PlannedStep:
    if year > LAST_YEAR:
        abort(404)
    try:
        steps = planned(site().services, year)
    except MailingRefusedError:
        abort(404)
    found = next((one for one in steps if one.step.id == step), None)
    if found is None:
        abort(404)
    return found


def _expected(year: int, step: str) -> str:
    """What the page of a step that waits shows to who approves it: how many, asked by whom."""
    asked = next((one for one in mailings.let_go(site().services, year) if one.step == step), None)
    return "" if asked is None else f"{asked.expected} {asked.requested_by}"


def _refused() -> str:
    _, _figures = speech()
    return _("This cannot be done now. Nothing was changed.")


def _unreadable(year: int, error: ContactPlanError) -> Response:
    _, _figures = speech()
    return wave_page(
        "unreadable",
        year,
        current="messages",
        title=_("Messages of wave %(year)s", year=year),
        help_topic="messages",
        status=409,
        problems=[str(one) for one in error.problems],
        fault=_("The contact plan of the study cannot be read."),
    )


def _posted(name: str) -> str:
    return request.form.get(name, "").replace("\0", "").strip()[:LONGEST_REASON]
