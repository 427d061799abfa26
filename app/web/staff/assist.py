"""Interviewers with a person: the code is typed here, the questions open on the respondent's site.

One person at a time: whoever comes next is asked only when the one before has left.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, flash, request

from app.panel.access_code import normalise
from app.panel.arrivals import Door
from app.panel.states import Mode, Role
from app.services.interviewing import assisting
from app.services.interviewing.assisting import MODES, Held
from app.services.interviewing.entrances import Refusal, Refused
from app.web import site
from app.web.arrivals import arrival
from app.web.locale import language_choices, staff_translator
from app.web.respond.entrance import LONGEST_CODE, helped
from app.web.respond.gates import ENTRANCE
from app.web.respond.words import Translate
from app.web.staff import pages
from app.web.staff.cases.words import case_words, mode_words
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, signed_in
from app.web.staff.view import Row, Table

MAY_ASSIST = (Role.INTERVIEWER, Role.FIELDWORK)
PATH = "/staff/assist"


def add_views(blueprint: Blueprint) -> None:
    """Register the views of assisted interviews."""
    blueprint.add_url_rule("/assist", view_func=assist)
    blueprint.add_url_rule("/assist", view_func=begin, methods=["POST"])
    blueprint.add_url_rule("/assist/end", view_func=end, methods=["POST"])


@for_roles(*MAY_ASSIST)
def assist() -> Response:
    """Ask for the code, or show whom the interviewer is with."""
    return _page()


@for_roles(*MAY_ASSIST)
def begin() -> Response:
    """Open the interview of a code, and hand the browser over to it."""
    _ = staff_translator(pages.staff_language())
    typed = request.form.get("code", "").replace("\0", "")[:LONGEST_CODE]
    mode = next((one for one in MODES if one.value == request.form.get("mode")), None)
    language = request.form.get("spoken", "")
    if mode is None or language not in site().languages:
        return _page(fault=_("Choose how you help and in which language."), status=422)
    try:
        reply = assisting.begin(
            site().services,
            signed_in(),
            typed,
            mode=mode,
            language=language,
            address=request.remote_addr or "",
            arrival=arrival(Door.STAFF),
        )
    except assisting.BusyError:
        return _page(fault=_("First say that the person before has left."), status=409)
    if isinstance(reply, Refused):
        status = 429 if reply.reason is Refusal.TOO_MANY else 422
        return _page(fault=_refusal_words(_, reply), status=status)
    code = normalise(typed) or ""
    return pages.page(
        "staff/assist_ready.html",
        title=_("The questions are ready"),
        inputs=[
            ("csrf_token", site().tokens.token(ENTRANCE)),
            ("lang", reply.language),
            ("chosen", "1"),
            ("code", code),
            ("helped", helped(mode, code)),
        ],
    )


@for_roles(*MAY_ASSIST)
def end() -> Response:
    """Say that the person has left."""
    _ = staff_translator(pages.staff_language())
    if assisting.end(site().services, signed_in()):
        flash(_("The person has left. You can help the next one."))
    return pages.see_other(PATH)


def _page(*, fault: str | None = None, status: int = 200) -> Response:
    _ = staff_translator(pages.staff_language())
    figures = Figures(pages.staff_language())
    busy = assisting.helping(site().services, signed_in())
    held = assisting.held_today(site().services, signed_in())
    return pages.page(
        "staff/assist.html",
        title=_("Help somebody answer"),
        status=status,
        fault=fault,
        busy=None if busy is None else mode_words(_, busy.mode),
        since=None if busy is None else figures.clock(busy.since),
        held=_held(_, figures, held) if held else None,
        typed=request.form,
        help="assist",
        modes=[(one.value, mode_words(_, one), _how(_, one)) for one in MODES],
        spoken=language_choices(site().languages, ""),
    )


def _held(_: Translate, figures: Figures, held: Sequence[Held]) -> Table:
    """What the interviewer did today, without saying with whom."""
    rows = [
        Row(
            figures.clock(one.since)
            + (f"–{figures.clock(one.until)}" if one.until is not None else ""),
            [
                mode_words(_, one.mode),
                figures.language(one.language),
                _("Wave %(year)s", year=one.wave),
                case_words(_, one.status),
            ],
        )
        for one in held
    ]
    head = [_("When"), _("How"), _("Language"), _("Wave"), _("How far it is")]
    return Table("held", _("Interviews you helped with today"), head, rows, numbers_from=9)


def _how(_: Translate, mode: Mode) -> str:
    """What is meant by a way of helping: the answers are told apart by it."""
    return {
        Mode.ASSISTED: _("The person reads and chooses; you explain and help with the phone."),
        Mode.PHONE: _("You read aloud over the phone and enter what the person says."),
        Mode.INTERVIEW: _("You sit together, read aloud, and enter what the person says."),
    }[mode]


def _refusal_words(_: Translate, reply: Refused) -> str:
    match reply.reason:
        case Refusal.REVOKED:
            return _("This code is no longer used: the person has a newer one.")
        case Refusal.NOT_YET_OPEN | Refusal.PAUSED | Refusal.CLOSED:
            return _("The wave of this code is not open.")
        case Refusal.ALONE:
            return _("In this wave people answer without help. Reading aloud is allowed.")
        case Refusal.TOO_MANY:
            return _("Too many wrong codes were tried here. Wait a minute.")
        case Refusal.UNKNOWN:
            return _("We do not know this code.")
        case _:
            return _("This is not a whole code: it has 14 digits.")
