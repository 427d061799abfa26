"""The desk of letters: what waits to be printed, the batches, and what cannot be written."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, abort, request

from app.panel.states import Role
from app.services import jobs
from app.services.content.study_calendar import WavePlanError
from app.services.lettering import letter_lists
from app.services.lettering.letter_lists import Lack
from app.services.lettering.letter_words import LetterWordsError
from app.services.lettering.print_desk import KIND, StepAtDesk, batches_at_desk, steps_at_desk
from app.services.messaging.contact_plan import ContactPlanError
from app.services.messaging.rehearsal_state import RehearsalStanding, rehearsal_state
from app.web import site
from app.web.staff import listing, pages
from app.web.staff.gate import for_roles, may_see, needs_confirmation, signed_in
from app.web.staff.letters import present
from app.web.staff.waves.frame import require_wave, speech, wave_page

SEEING = (Role.RESEARCHER, Role.FIELDWORK, Role.ADMIN)
POSTING = (Role.RESEARCHER, Role.FIELDWORK)
LETTERS = "/waves/<int:year>/letters"


def add_views(blueprint: Blueprint) -> None:
    """Register the views."""
    blueprint.add_url_rule(LETTERS, view_func=wave_letters)
    blueprint.add_url_rule(f"{LETTERS}.csv", view_func=wave_letters_csv)
    blueprint.add_url_rule(f"{LETTERS}/print", view_func=print_letters, methods=["POST"])
    blueprint.add_url_rule(f"{LETTERS}/unwritable", view_func=unwritable_letters)


@for_roles(*SEEING)
def wave_letters(year: int) -> Response:
    """Show what waits to be printed, and the batches."""
    return _page(year)


@for_roles(*SEEING)
def wave_letters_csv(year: int) -> Response:
    """Give the list of batches as a file; nothing of persons stands in it."""
    require_wave(year)
    _, figures = speech()
    columns = present.columns(_, figures, year)
    rows = listing.listed(
        batches_at_desk(site().services, year),
        columns,
        listing.asked(columns),
        text=lambda one: present.searched(_, one),
    )
    return listing.csv_of(columns, rows, name=f"letters-{year}")


@needs_confirmation
@for_roles(*POSTING)
def print_letters(year: int) -> Response:
    """Make a batch of what waits of a step: long work, that leads to the batch."""
    require_wave(year)
    _, _figures = speech()
    step = request.form.get("step", "")
    try:
        found = {one.step: one for one in steps_at_desk(site().services, year)}
    except ContactPlanError:
        return _page(year)
    if step not in found:
        abort(404)
    if found[step].hindrances:
        words = _("Nothing of this step can be printed now: see below why.")
        return _page(year, fault=words, status=409)
    who = signed_in()
    job_id = jobs.ask(
        site().services,
        KIND,
        {"year": year, "step": step, "staff": str(who.staff_id)},
        by=who.staff_id,
        language=pages.staff_language(),
    )
    return pages.see_other(f"/staff/jobs/{job_id}")


@for_roles(*POSTING)
def unwritable_letters(year: int) -> Response:
    """List the letters that wait and cannot be written, by case and reason; nobody is named."""
    require_wave(year)
    _, figures = speech()
    columns = present.unwritable_columns(_, figures)
    want = listing.asked(columns)
    fault = None
    try:
        found = letter_lists.unwritable(site().services, year)
    except (ContactPlanError, LetterWordsError, WavePlanError):
        found, fault = [], _("The words or the sender of the letters cannot be used.")
    rows = listing.listed(found, columns, want)
    return wave_page(
        "unwritable",
        year,
        folder="letters",
        current="letters",
        title=_("Letters that cannot be written"),
        help_topic="letters",
        fault=fault,
        list=listing.shown(
            _, figures, columns, rows, want,
            id="unwritable",
            caption=_("Letters that wait and cannot be written"),
            empty=_("Every letter that waits can be written."),
            searchable=False,
        ),
    )  # fmt: skip


def _waits_for_rehearsal(year: int, steps: Sequence[StepAtDesk]) -> bool:
    """Tell whether no letters are there because somebody has to rehearse the wave again."""
    lacks = {one.lack for step in steps for one in step.hindrances}
    if Lack.NONE_MADE not in lacks:
        return False
    return rehearsal_state(site().services, year).standing is RehearsalStanding.VOID


def _page(year: int, *, fault: str | None = None, status: int = 200) -> Response:
    require_wave(year)
    _, figures = speech()
    services = site().services
    try:
        steps = steps_at_desk(services, year)
        changed = _waits_for_rehearsal(year, steps)
    except ContactPlanError:
        steps, changed = [], False
        fault = _("The contact plan of the study cannot be read.")
    columns = present.columns(_, figures, year)
    want = listing.asked(columns)
    batches = listing.listed(
        batches_at_desk(services, year), columns, want, text=lambda one: present.searched(_, one)
    )
    may_print = may_see("staff.print_letters")
    return wave_page(
        "desk",
        year,
        folder="letters",
        current="letters",
        title=_("Letters of wave %(year)s", year=year),
        help_topic="letters",
        status=status,
        fault=fault,
        changed=changed,
        steps=[present.step_view(_, figures, year, one, may_print=may_print) for one in steps],
        may_post=may_print,
        list=listing.shown(
            _, figures, columns, batches, want,
            id="batches",
            caption=_("Print batches"),
            empty=_(
                "No batches yet. A batch is what goes to the printer together: letters that wait"
                " are put into files, and none is in two batches."
            ),
            path=f"/staff/waves/{year}/letters",
            csv_path=f"/staff/waves/{year}/letters.csv",
        ),
    )  # fmt: skip
