"""Trying a questionnaire on a phone: page by page, with the reason of every page beside it."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, abort, request

from app.questionnaire.model import Instrument
from app.questionnaire.paths import WorkedRespondent
from app.services.content import walking_through as walking
from app.services.content.questionnaires import (
    Edition,
    edition_before,
    people_worked_out,
)
from app.services.content.side_by_side import languages_of
from app.services.content.walking_through import STOPPED, Outcome, Person, Walk
from app.services.interviewing.interviews import DONE, REVIEW
from app.web import site
from app.web.locale import BESIDE_FIELD, LANGUAGE_FIELD
from app.web.respond.posted import posted_values, typed_values
from app.web.respond.present import Form, candidates_again
from app.web.staff.gate import for_roles, form_token
from app.web.staff.instruments.carried import PAGE, SEARCH, SHOW, STATE, carried, packed, searched
from app.web.staff.instruments.frame import (
    READING,
    Here,
    edition,
    edition_choices,
    here,
    source_language,
)
from app.web.staff.instruments.phone import shown
from app.web.staff.instruments.present_preview import FILTERS, chooser_view, tracer_view
from app.web.staff.instruments.speaking import Speaker

OWN_FIELDS = frozenset({STATE, PAGE, SEARCH, SHOW})
JUMP = "preview.jump"
FILL = "preview.fill"
LOOK = "preview.look"


def add_views(blueprint: Blueprint) -> None:
    """Register the preview."""
    blueprint.add_url_rule(
        "/waves/<int:year>/questionnaire/preview",
        view_func=questionnaire_preview,
        methods=["GET", "POST"],
    )


@for_roles(*READING)
def questionnaire_preview(year: int) -> Response:
    """Show the page an invented person has come to, and why; nothing is stored."""
    at = here(year)
    if request.method == "GET":
        return _page(at, _begun(at))
    walk = carried(year)
    if walk is None:
        _ = at.say
        fault = _("This preview was open too long, or the questionnaire changed. It begins again.")
        return _page(at, _begun(at), fault=fault, status=409)
    return _posted(at, walk)


def _begun(at: Here) -> Walk:
    """The walk that an address asks for; by default somebody invented, at the first page."""
    asked = request.args
    one = edition(at.year, asked.get("edition", ""))
    offered = one.instrument.languages
    language = asked.get("language") or source_language(offered, at.language)
    beside = asked.get("beside") or None
    if language not in offered and language in languages_of(site().services, one):
        # A language whose translation is not whole yet; what can be shown is shown.
        language = source_language(offered, at.language)
    if language not in offered or (beside is not None and beside not in offered):
        abort(404)
    beside = None if beside == language else beside
    walk = _walk_of(at.year, one, asked.get("person", ""), language, beside)
    page = asked.get("at")
    if page is None:
        return walk
    if walking.page_of_walk(walk, page) is None:
        abort(404)
    # Where an earlier answer is known, the question is first asked as "still true?".
    of_item = (one.id for one in walk.route.pages if one.item.var == page)
    return walking.jumped(walk, next(of_item, page))


def _walk_of(year: int, one: Edition, person: str, language: str, beside: str | None) -> Walk:
    if person:
        worked = next((w for w in _people(year) if w.id == person), None)
        if worked is None:
            abort(404)
        return walking.begin_worked(one, worked, language, beside)
    return walking.begin(one, _made_up(year, one), language, beside)


def _people(year: int) -> list[WorkedRespondent]:
    return list(people_worked_out(site().services, year))


def _made_up(year: int, one: Edition) -> Person:
    """Somebody made up on the form: only values that the questionnaire knows."""
    instrument = one.instrument
    # A link that says nothing of the person gets one of the first group, not one of no group.
    said = any(variable.var in request.args for variable in instrument.frame)
    frame = {
        variable.var: request.args.get(variable.var, "" if said else values[0])
        for variable in instrument.frame
        if (values := variable.values) and variable.var != "wave"
    }
    assigned = {
        variable.var: request.args.get(variable.var) or values[0]
        for variable in instrument.assigned
        if (values := _drawn(instrument, variable.var))
    }
    for var, value in (*frame.items(), *assigned.items()):
        if value and value not in _known_values(instrument, var):
            abort(404)
    before = None
    if request.args.get("before") == "yes":
        before = edition_before(site().services, year) or one
    return Person(frame, assigned, before)


def _drawn(instrument: Instrument, var: str) -> tuple[str, ...]:
    found = next(one for one in instrument.assigned if one.var == var)
    return (*found.values, *([found.override] if found.override else []))


def _known_values(instrument: Instrument, var: str) -> tuple[str, ...]:
    framed = next((one.values for one in instrument.frame if one.var == var), None)
    return framed if framed is not None else _drawn(instrument, var)


def _posted(at: Here, walk: Walk) -> Response:
    """Go where a button leads: of the phone, or of the list beside it."""
    fields = posted_values()
    page_id = next(iter(fields.get(PAGE, ())), walk.page)
    form = {name: values for name, values in typed_values(fields).items() if not _is_ours(name)}
    if JUMP in fields:
        return _page(at, walking.jumped(walk, fields[JUMP][0]))
    if FILL in fields:
        return _page(at, walking.filled_up_to(walk, fields[FILL][0]))
    if LOOK in fields:
        return _page(at, walk)
    if LANGUAGE_FIELD in fields or BESIDE_FIELD in fields:
        return _page(at, _spoken(walk, fields), form=_again(walk, page_id, form))
    if "stop" in fields:
        return _page(at, replace(walk, page=STOPPED))
    if "back" in fields:
        return _page(at, walking.gone_back(walk, page_id))
    if page_id == REVIEW:
        return _page(at, replace(walk, page=DONE))
    if page_id in (DONE, STOPPED):
        return _page(at, walk)
    prompted = "prompted" in fields
    after, outcome = walking.answered(walk, page_id, form, prompted=prompted)
    kept = (form, outcome, prompted) if outcome is not None else None
    return _page(at, after, form=kept)


def _is_ours(name: str) -> bool:
    return name.startswith("preview.")


def _spoken(walk: Walk, fields: dict[str, list[str]]) -> Walk:
    """The walk in another language, or with a second one below the first."""
    offered = walk.instrument.languages
    language = next(iter(fields.get(LANGUAGE_FIELD, ())), walk.language)
    beside = next(iter(fields.get(BESIDE_FIELD, ())), walk.beside) or None
    if language not in offered or (beside is not None and beside not in offered):
        abort(404)
    if beside == language:
        beside = walk.language if language != walk.language else None
    return replace(walk, language=language, beside=beside)


Kept = tuple[Form, Outcome | None, bool]


def _again(walk: Walk, page_id: str, form: Form) -> Kept | None:
    """What was typed, for the same page in another language."""
    page = walking.page_of_walk(walk, page_id)
    if page is None:
        return None
    outcome = candidates_again(walking.as_interview(walk), page, form, walk.language)
    return form, outcome, "prompted" in request.form


def _page(
    at: Here, walk: Walk, *, form: Kept | None = None, fault: str | None = None, status: int = 200
) -> Response:
    _ = at.say
    speaker = Speaker(_, walk.instrument, source_language(walk.instrument.languages, at.language))
    action = f"{at.path}/preview"
    q, show = searched(), request.form.get(SHOW, "")
    if show not in {"", *FILTERS}:
        abort(404)
    hidden = [("csrf_token", form_token()), (STATE, packed(walk)), (SEARCH, q), (SHOW, show)]
    typed, outcome, prompted = form if form is not None else (None, None, False)
    # After a page was sent, the next one is in sight on a small screen too.
    onward = f"{action}#phone"
    phone = shown(walk, onward, [*hidden, (PAGE, walk.page)], typed, outcome, prompted=prompted)
    tracer = tracer_view(speaker, at.figures, walk, q, show)
    return at.page(
        "preview.html",
        "/preview",
        title=_("Try it on a phone: wave %(year)s", year=at.year),
        status=status,
        topic="questionnaire-preview",
        fault=fault,
        action=action,
        onward=onward,
        hidden=hidden[1:],
        phone=phone,
        chooser=chooser_view(
            _, at.figures, walk, _people(at.year), edition_choices(_, at.figures, at.shelf)
        ),
        tracer=tracer,
        q=q,
        show=show,
    )
