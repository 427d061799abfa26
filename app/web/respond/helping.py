"""The entrance for a person and who sits beside them: only who helps is asked besides the code."""

from __future__ import annotations

from flask import Blueprint, Response, request

from app.panel.arrivals import Door
from app.services.interviewing.assisting import OF_ONES_OWN, Helper, enter_with_help
from app.services.interviewing.entrances import Refusal, Refused
from app.web import site
from app.web.arrivals import arrival
from app.web.locale import chosen_language, page_language, translator
from app.web.respond import pages
from app.web.respond.entrance import (
    LONGEST_CODE,
    code_box,
    door_fields,
    entered,
    form_language,
    refusal_words,
    shut_for,
)
from app.web.respond.gates import ENTRANCE
from app.web.respond.posted import posted_value
from app.web.respond.view import Choice, ErrorLink, Field, HelperView
from app.web.respond.words import Translate, ltr
from app.web.security import from_our_pages

blueprint = Blueprint("helping", __name__)

PATH = "/with-help"


@blueprint.get(PATH)
def ask() -> Response:
    """Ask for the code and who helps."""
    return _page(page_language())


@blueprint.post(PATH)
def start() -> Response:
    """Open the interview of the code, and put on record who helps."""
    language = form_language()
    _ = translator(language)
    token = request.form.get("csrf_token", "")
    if not site().tokens.fits(token, ENTRANCE) or not from_our_pages():
        return _page(language, notice=_("Please press Start again."), status=403)
    if chosen_language(site().languages):
        return _page(language)
    given = posted_value("helper", most=40)
    helper = next((one for one in OF_ONES_OWN if one == given), None)
    if helper is None:
        return _page(language, no_helper=_("Choose one of the answers on this page."), status=422)
    reply = enter_with_help(
        site().services,
        posted_value("code", most=LONGEST_CODE),
        helper,
        address=request.remote_addr or "",
        language=language if request.form.get("chosen") else None,
        arrival=arrival(Door.TYPED),
    )
    if not isinstance(reply, Refused):
        return entered(reply)
    shut = shut_for(reply)
    if shut is not None:
        return shut
    status = 429 if reply.reason is Refusal.TOO_MANY else 422
    response = _page(language, wrong_code=refusal_words(_, reply), status=status)
    if status == 429:
        response.headers["Retry-After"] = "30"
    return response


def _page(
    language: str,
    *,
    wrong_code: str | None = None,
    no_helper: str | None = None,
    notice: str | None = None,
    status: int = 200,
) -> Response:
    _ = translator(language)
    hidden, box = door_fields(language), code_box()
    given = posted_value("helper", most=40)
    choices = [
        Choice(f"helper-{one.value}", one.value, words, checked=one.value == given)
        for one, words in _helpers(_).items()
    ]
    faults = {"#code": wrong_code, "#helper-interpreter": no_helper}
    view = HelperView(
        action=PATH,
        hidden=hidden,
        heading=_("You help someone with the questions"),
        paragraphs=[
            _("Read the questions aloud as they are written. The person chooses the answers."),
            _("Is a question about you? Then let the person answer alone."),
        ],
        code=Field("code", "code-field", _("Code of the person"), "boxes",
                   boxes=[box], error=wrong_code),
        code_help=_("The code is in our letter. It has 14 digits, for example %(code)s.",
                    code=ltr("1234 56789 01234")),
        helper=Field("helper", "helper", _("Who are you?"), "radio",
                     choices=choices, error=no_helper),
        errors=[ErrorLink(href, words) for href, words in faults.items() if words],
        notice=notice,
    )  # fmt: skip
    title = _("You help someone with the questions")
    return pages.page("respond/helper.html", view, title=title, language=language, status=status)


def _helpers(_: Translate) -> dict[Helper, str]:
    return {
        Helper.INTERPRETER: _("An interpreter"),
        Helper.TEACHER: _("A teacher"),
        Helper.LIBRARY: _("Someone of the library"),
        Helper.SOCIAL_WORKER: _("A social worker or coach"),
        Helper.FAMILY: _("A member of the family"),
        Helper.FRIEND: _("A friend or someone you know"),
        Helper.OTHER: _("Someone else"),
    }
