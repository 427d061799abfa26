"""Open answers: the queue, and one answer at a time for each kind of work.

What people wrote stands on pages only: addresses hold a random number of the answer, and nothing
that was typed goes into a log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from flask import Blueprint, Response, abort, flash, request
from werkzeug.datastructures import ImmutableMultiDict

from app.panel.open_answers import MAY, MAY_REOPEN, Stage
from app.panel.redaction import Personal
from app.services.open_ended import open_answer_work, open_answers
from app.services.open_ended.open_answer_work import OvertakenError, Task, Wanted, WorkFaultsError
from app.services.open_ended.open_answers import Desk, NoSuchWorkError, NotAllowedError
from app.web import site
from app.web.locale import staff_translator
from app.web.respond.words import Translate
from app.web.staff import pages
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, signed_in
from app.web.staff.open_answers import present
from app.web.staff.open_answers.words import personal_words, stage_words, work_fault

PATH = present.PATH
MAY_LOOK = frozenset().union(*MAY.values())
SCRIPT = "staff/open_answers.js"
_LONGEST = 20_000


def add_views(blueprint: Blueprint) -> None:
    """Register the pages of open answers; each kind of work has roles of its own."""
    blueprint.add_url_rule("/open-answers", endpoint="open_answers", view_func=queue)
    blueprint.add_url_rule("/open-answers/agreement", view_func=coder_agreement)
    blueprint.add_url_rule("/open-answers/frames/<variable>", view_func=code_frame)
    blueprint.add_url_rule(
        "/open-answers/<uuid:entry>/reopen", view_func=reopen_answer, methods=["POST"]
    )
    for stage in Stage:
        one = f"/open-answers/{stage}"
        start, show, take = _views_of(stage)
        blueprint.add_url_rule(
            one, endpoint=f"open_answers_{stage}", view_func=start, methods=["POST"]
        )
        blueprint.add_url_rule(
            f"{one}/<uuid:entry>", endpoint=f"open_answer_{stage}", view_func=show
        )
        blueprint.add_url_rule(
            f"{one}/<uuid:entry>",
            endpoint=f"take_open_answer_{stage}",
            view_func=take,
            methods=["POST"],
        )


@for_roles(*MAY_LOOK)
def queue() -> Response:
    """Show what waits for whom, and how far the answers to each question are."""
    _, figures = _reader()
    ctx, desk = site().services, _desk()
    lines = open_answer_work.queue_lines(ctx, desk, signed_in())
    view = present.queue_view(_, figures, lines, _questions(), desk, signed_in().role)
    return pages.page(
        "staff/open_answers/queue.html", title=_("Open answers"), help="open-answers", view=view
    )


@for_roles(*MAY_LOOK)
def coder_agreement() -> Response:
    """Show how coders agree."""
    _, figures = _reader()
    desk = _desk()
    found = open_answers.agreement(site().services, desk)
    return pages.page(
        "staff/open_answers/agreement.html",
        title=_("How coders agree"),
        help="open-answers",
        crumbs=[(PATH, _("Open answers"))],
        tables=present.agreement_tables(
            _, figures, found, desk, _questions(), pages.staff_language()
        ),
    )


@for_roles(*MAY_LOOK)
def code_frame(variable: str) -> Response:
    """Show the codes of a question."""
    _, _figures = _reader()
    desk = _desk()
    if variable not in desk.frames:
        abort(404)
    title = _questions().get(variable, variable)
    caption = _("Code frame, version %(number)s", number=desk.frames[variable].version)
    return pages.page(
        "staff/open_answers/frame.html",
        title=title,
        help="open-answers",
        crumbs=[(PATH, _("Open answers"))],
        table=present.frame_table(_, desk.frames[variable], pages.staff_language(), caption),
    )


@for_roles(*MAY_REOPEN)
def reopen_answer(entry: UUID) -> Response:
    """Put an answer back to the beginning, with what was done on record."""
    _, _figures = _reader()
    try:
        open_answers.reopen(site().services, email=signed_in().email, entries=[entry])
    except NoSuchWorkError:
        abort(404)
    flash(_("The answer is back at the beginning: it waits to be redacted."))
    return pages.see_other(PATH)


View = Callable[..., Response]


def _views_of(stage: Stage) -> tuple[View, View, View]:
    """Return the views of one kind of work, for the roles that may do it."""

    @for_roles(*MAY[stage])
    def start() -> Response:
        return _onward(stage, _wanted(request.form), after=None)

    @for_roles(*MAY[stage])
    def show(entry: UUID) -> Response:
        return _task_page(stage, entry, _wanted(request.args))

    @for_roles(*MAY[stage])
    def take(entry: UUID) -> Response:
        return _take(stage, entry)

    return start, show, take


def _take(stage: Stage, entry: UUID) -> Response:
    _, _figures = _reader()
    ctx, desk, wanted = site().services, _desk(), _wanted(request.form)
    if request.form.get("do") == "skip":
        return _onward(stage, wanted, after=entry)
    try:
        task = open_answer_work.read_task(ctx, desk, signed_in(), stage, entry)
        filled = _filled(stage)
        faults, sure = _faults(_, stage, filled, desk)
        if faults:
            return _task_page(stage, entry, wanted, task=task, faults=faults, unsure=sure)
        open_answer_work.keep_work(
            ctx, desk, signed_in(), task, filled, basis=request.form.get("basis", "")
        )
    except NotAllowedError:
        abort(403)
    except NoSuchWorkError:
        abort(404)
    except OvertakenError:
        flash(_("Somebody worked on that answer meanwhile. Nothing of yours was kept of it."))
        return _onward(stage, wanted, after=entry)
    except WorkFaultsError as error:
        said = [work_fault(_, one) for one in error.faults]
        return _task_page(stage, entry, wanted, task=task, faults=said)
    flash(_("Kept."))
    return _onward(stage, wanted, after=entry)


def _onward(stage: Stage, wanted: Wanted, *, after: UUID | None) -> Response:
    """Lead to the next answer; without one, back to the queue."""
    _, _figures = _reader()
    try:
        found = open_answer_work.next_answer(
            site().services, _desk(), signed_in(), stage, wanted, after=after
        )
    except NotAllowedError:
        abort(403)
    except NoSuchWorkError:
        abort(404)
    if found is None:
        flash(_("Nothing more waits for this."))
        return pages.see_other(PATH)
    chosen = {
        "wave": "" if wanted.year is None else str(wanted.year),
        "variable": wanted.variable or "",
        "second": "1" if wanted.second else "",
    }
    query = "&".join(f"{name}={value}" for name, value in chosen.items() if value)
    return pages.see_other(f"{PATH}/{stage}/{found}" + (f"?{query}" if query else ""))


def _task_page(
    stage: Stage,
    entry: UUID,
    wanted: Wanted,
    *,
    task: Task | None = None,
    faults: list[str] | None = None,
    unsure: bool = False,
) -> Response:
    _, figures = _reader()
    desk = _desk()
    try:
        task = task or open_answer_work.read_task(site().services, desk, signed_in(), stage, entry)
    except NotAllowedError:
        abort(403)
    except NoSuchWorkError:
        abort(404)
    except OvertakenError:
        return pages.message(
            _("This answer no longer waits"),
            _("It was done meanwhile, or the person changed it. Go on from the queue."),
            status=409,
        )
    view = present.task_view(
        _,
        figures,
        task,
        desk,
        wanted,
        question=_questions().get(task.variable, task.variable),
        role=signed_in().role,
        reader=pages.staff_language(),
        filled=_filled(stage) if faults else {},
        codes=request.form.getlist("code") if faults else None,
    )
    return pages.page(
        f"staff/open_answers/{stage}.html",
        title=stage_words(_, stage),
        status=422 if faults else 200,
        help="open-answers",
        crumbs=[(PATH, _("Open answers"))],
        scripts=(SCRIPT,),
        view=view,
        fault=_("Not kept:") if faults else None,
        faults=faults or (),
        unsure=unsure,
    )


def _filled(stage: Stage) -> dict[str, str]:
    """The cells of a batch that staff fill in, from the form."""
    posted = request.form
    if stage is Stage.REDACT:
        decision = posted.get("decision", "")
        own = posted.get("redacted", "")[:_LONGEST] if decision == "own" else ""
        return {
            "decision": decision,
            "redacted": own,
            "language": posted.get("language", ""),
        }
    if stage is Stage.TRANSLATE:
        return {"translation": posted.get("translation", "")[:_LONGEST]}
    return {"codes": " ".join(posted.getlist("code"))}


def _faults(
    _: Translate, stage: Stage, filled: Mapping[str, str], desk: Desk
) -> tuple[list[str], bool]:
    """What is missing, and whether it is only that somebody has to be sure."""
    if stage is Stage.REDACT:
        return _redaction_faults(_, filled, desk)
    if stage is Stage.TRANSLATE:
        return ([] if filled["translation"].strip() else [_("Write the translation.")]), False
    return ([] if filled["codes"] else [_("Choose at least one code.")]), False


def _redaction_faults(
    _: Translate, filled: Mapping[str, str], desk: Desk
) -> tuple[list[str], bool]:
    if filled["decision"] not in ("proposed", "original", "own", "unusable"):
        return [_("Choose what is to be done with these words.")], False
    left: list[Personal] = []
    if filled["decision"] == "own":
        if not filled["redacted"].strip():
            return [_("Write the words as they may be kept.")], False
        left = open_answer_work.still_personal(desk, filled["redacted"])
    if left and request.form.get("sure") != "1":
        kinds = ", ".join(personal_words(_, one) for one in left)
        return [_("In your words there still seems to be: %(kinds)s. Sure?", kinds=kinds)], True
    return [], False


def _wanted(given: ImmutableMultiDict[str, str] | Mapping[str, str]) -> Wanted:
    year, variable = given.get("wave", ""), given.get("variable", "")
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        abort(404)
    if variable and not (variable.isascii() and variable.isidentifier() and len(variable) < 64):
        abort(404)
    return Wanted(int(year) if year else None, variable or None, given.get("second") == "1")


def _desk() -> Desk:
    return open_answer_work.desk_of(site().services)


def _questions() -> Mapping[str, str]:
    return open_answer_work.questions_of(site().services, pages.staff_language())


def _reader() -> tuple[Translate, Figures]:
    code = pages.staff_language()
    return staff_translator(code), Figures(code)
