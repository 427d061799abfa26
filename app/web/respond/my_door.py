"""My details: the door by code, also between waves, the menu behind it, and the ways out."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, request, session

from app.panel.states import PersonStatus
from app.services.interviewing.entrances import Refusal, Refused
from app.services.members import own_details
from app.services.members.own_details import Own
from app.web import site
from app.web.locale import chosen_language, page_language, translator
from app.web.respond import pages
from app.web.respond.entrance import (
    LONGEST_CODE,
    code_box,
    door_fields,
    form_language,
    refusal_words,
    shut_for,
)
from app.web.respond.gates import ENTRANCE, KEPT, KEPT_PAGE
from app.web.respond.my_page import (
    MENU,
    SHOWN,
    Here,
    Typed,
    framed,
    kept_form,
    look,
    page,
    somebody,
    take,
)
from app.web.respond.posted import posted_value
from app.web.respond.view import ErrorLink, Field, Link, MyView, Part, Words
from app.web.respond.words import ltr
from app.web.security import from_our_pages
from app.web.sessions import close_details, open_details

blueprint = Blueprint("my_door", __name__)

_GONE = frozenset({PersonStatus.WITHDRAWN})
"""Who asked us to stop is not asked about addresses and channels."""


@blueprint.get(pages.DETAILS_URL)
def ask() -> Response:
    """Ask for the code, or lead on who has just entered it."""
    return _door(page_language()) if somebody() is None else pages.see_other(MENU)


@blueprint.post(pages.DETAILS_URL)
def enter() -> Response:
    """Open the own details of a code."""
    language = form_language()
    _ = translator(language)
    kept = _kept()
    token = request.form.get("csrf_token", "")
    if not site().tokens.fits(token, ENTRANCE) or not from_our_pages():
        again = _("Please press the button again.")
        return _door(language, kept=kept, notice=again, status=403)
    if chosen_language(site().languages):
        return _door(language, kept=kept)
    ctx = site().services
    typed = posted_value("code", most=LONGEST_CODE)
    reply = own_details.enter(ctx, typed, address=request.remote_addr or "")
    if isinstance(reply, Refused):
        return _refused(reply, language, kept)
    return _entered(reply, language)


def _entered(own: Own, language: str) -> Response:
    ctx = site().services
    visit = open_details(own.code_id, secrets.token_urlsafe(12), ctx.clock.now())
    if request.form.get("chosen"):
        session["l"] = language
    elif session.get("l") not in site().languages and own.language in site().languages:
        session["l"] = own.language
    here = Here(own, visit, str(session.get("l", language)))
    name = posted_value(KEPT_PAGE, most=40)
    form = kept_form(KEPT)
    operation = next(iter(form.get("op", ())), "")
    if name in SHOWN and site().tokens.belongs(operation, here.subject):
        _ = here.say
        notice = _("You were away for a while. This is not saved yet. Press the button.")
        return SHOWN[name](here, Typed(form), notice=notice)
    return pages.see_other(MENU)


def _refused(reply: Refused, language: str, kept: list[tuple[str, str]]) -> Response:
    shut = shut_for(reply)
    if shut is not None:
        return shut
    words = refusal_words(translator(language), reply)
    status = 429 if reply.reason is Refusal.TOO_MANY else 422
    response = _door(language, kept=kept, error=words, status=status)
    if status == 429:
        response.headers["Retry-After"] = "30"
    return response


def ask_again(name: str | None, kept: list[tuple[str, str]]) -> Response:
    """Ask for the code of a visit that ended; ``kept`` was typed on the page ``name``."""
    language = page_language()
    _ = translator(language)
    along = [(KEPT_PAGE, name), *((KEPT + one, value) for one, value in kept)] if name else []
    notice = _("You were away for a while. Fill in your code again. What you typed is kept.")
    return _door(language, kept=along, notice=notice if name else None, status=401)


def _kept() -> list[tuple[str, str]]:
    name = posted_value(KEPT_PAGE, most=40)
    if name not in SHOWN:
        return []
    form = kept_form(KEPT)
    along = [(KEPT + one, value) for one, values in form.items() for value in values]
    return [(KEPT_PAGE, name), *along]


def _door(
    language: str,
    *,
    kept: list[tuple[str, str]] | None = None,
    error: str | None = None,
    notice: Words | None = None,
    status: int = 200,
) -> Response:
    _ = translator(language)
    hidden, box = door_fields(language), code_box()
    help_ = _(
        "The code is in our letter. It has 14 digits, for example %(code)s.",
        code=ltr("1234 56789 01234"),
    )
    code = Field("code", "code", _("Fill in your code"), "boxes", boxes=[box], error=error)
    view = MyView(
        page_id="my-code",
        heading=_("My details"),
        paragraphs=[_("Has your address changed? Do you want to stop? You can tell us here.")],
        parts=[Part(code, help_)],
        submit_label=_("Next"),
        action=pages.DETAILS_URL,
        hidden=hidden,
        errors=[ErrorLink("#code", error)] if error else (),
        notice=notice,
        kept=kept or (),
        languages_open=True,
    )
    return framed(view, language=language, status=status)


@blueprint.get(MENU)
def menu() -> Response:
    """Show what a person can see and change."""
    return look(_menu)


@blueprint.post(MENU)
def close() -> Response:
    """End the visit."""
    return take("menu", _close)


def _close(here: Here, typed: Typed, operation: str) -> Response:
    close_details()
    return pages.see_other("/")


def _menu(
    here: Here, typed: Typed | None, *, notice: Words | None = None, status: int = 200
) -> Response:
    _ = here.say
    told = {
        "1": _("We saved this. Thank you."),
        "ended": _("We saved this. We write to you no more. You can change this here."),
    }.get(request.args.get("saved", ""))
    asked = [
        Link("/my/address", _("My address, e-mail and phone"), _("Has something changed?")),
        Link("/my/stay-in-touch", _("How you may reach me"), _("By letter, e-mail or phone")),
        Link("/my/status", _("My civic integration"), _("Finished, not needed, or moved away")),
    ]
    own = [
        Link("/my/consents", _("What I agreed to"), _("See it and change it")),
        Link("/my/copy", _("What you know about me"), _("See everything")),
        Link("/my/stop", _("I want to stop"), _("No more messages, or delete everything")),
    ]
    gone = here.own.status in _GONE
    return page(
        here,
        "menu",
        _("My details"),
        paragraphs=[_("You asked us to stop. We write to you no more.")] if gone else (),
        menu=own if gone else [*asked, *own],
        links=(),
        submit_label=_("Close my details"),
        notice=notice or told,
        status=status,
    )


SHOWN["menu"] = _menu


@blueprint.get("/my/leave")
def leave() -> Response:
    """End the visit and show a page that says nothing about its reader.

    Not a post: a browser would not let a form of ours lead to another site.
    """
    close_details()
    return pages.see_other(pages.LEAVE_URL)
