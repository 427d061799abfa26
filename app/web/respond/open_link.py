"""The open link on a poster: a page with a Start button, and once the code to come back with."""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask import Blueprint, Response, request, session
from markupsafe import Markup

from app.panel.access_code import format_code
from app.panel.arrivals import Door
from app.services.interviewing import interviews, open_links
from app.services.interviewing.open_links import Barred, Begun
from app.web import site
from app.web.arrivals import arrival
from app.web.locale import chosen_language, page_language, translator
from app.web.respond import pages
from app.web.respond.entrance import form_language
from app.web.respond.gates import ENTRANCE, session_over, shut_page
from app.web.respond.posted import posted_value
from app.web.respond.showing import to_step
from app.web.respond.view import OpenLinkView
from app.web.respond.words import ltr
from app.web.security import from_our_pages
from app.web.sessions import sign_in, signed_in

blueprint = Blueprint("open_link", __name__)

NOTED = "noted"
"""Stands in the form of the page with the code: its buttons begin nothing."""
_LONGEST_OPERATION = 80
_SHUT = {
    Barred.NOT_YET_OPEN: ("not-yet-open", 403),
    Barred.PAUSED: ("paused", 503),
    Barred.CLOSED: ("closed", 410),
}


# In capitals it makes a smaller QR code.
@blueprint.get("/O/<string(maxlength=60):slug>", endpoint="from_qr")
@blueprint.get("/o/<string(maxlength=60):slug>")
def welcome(slug: str) -> Response:
    """Show the page behind an open link: a Start button. Nothing is begun yet."""
    slug = slug.lower()
    barred = open_links.state_of(site().services, slug)
    return _welcome(slug, page_language()) if barred is None else _barred(slug, barred)


@blueprint.post("/o/<string(maxlength=60):slug>")
def start(slug: str) -> Response:
    """Begin an interview and show its code; or go on from the page with the code."""
    language = form_language()
    operation = posted_value("op", most=_LONGEST_OPERATION)
    token = request.form.get("csrf_token", "")
    ours = site().tokens.fits(token, ENTRANCE) and from_our_pages()
    if not ours or not site().tokens.belongs(operation, _subject(slug)):
        _ = translator(language)
        return _welcome(slug, language, notice=_("Please press Start again."), status=403)
    speaking = chosen_language(site().languages) is not None
    if NOTED in request.form:
        return _noted(slug, operation, language, speaking=speaking)
    if speaking:
        return welcome(slug)
    return _begin(slug, operation, language)


def _noted(slug: str, operation: str, language: str, *, speaking: bool) -> Response:
    ctx = site().services
    lifetime = timedelta(hours=ctx.settings.respondent_session_hours)
    who = signed_in(ctx.clock.now(), lifetime)
    # The page may lie open on a shared computer, where somebody else is in by now.
    if who is None or who.code_id != open_links.code_id_of(ctx, slug, operation):
        return session_over()
    if speaking:
        return _begin(slug, operation, language)
    return to_step(interviews.load(ctx, who.interview_id, who.code_id).next_step)


def _begin(slug: str, operation: str, language: str) -> Response:
    ctx = site().services
    address = request.remote_addr or ""
    reply = open_links.begin(
        ctx,
        slug,
        operation,
        address=address,
        language=language,
        arrival=arrival(Door.OPEN_LINK),
    )
    if isinstance(reply, Barred):
        return _barred(slug, reply)
    sign_in(reply.interview_id, reply.code_id, secrets.token_urlsafe(12), ctx.clock.now())
    session["l"] = language
    if chosen_language(site().languages):
        interviews.speak(ctx, reply.interview_id, language)
    return _code_page(slug, operation, reply, language)


def _barred(slug: str, barred: Barred) -> Response:
    if barred in _SHUT:
        return shut_page(*_SHUT[barred])
    if barred is Barred.UNKNOWN:
        return pages.error_page(404)
    if barred is Barred.USED:
        return pages.see_other(f"/o/{slug}")
    language = form_language()
    _ = translator(language)
    notice = _("Many people started here just now. Wait some time and try again.")
    response = _welcome(slug, language, notice=notice, status=429)
    response.headers["Retry-After"] = "600"
    return response


def _welcome(slug: str, language: str, *, notice: str | None = None, status: int = 200) -> Response:
    _ = translator(language)
    operation = site().tokens.operation(_subject(slug))
    view = OpenLinkView(
        page_id="open",
        action=f"/o/{slug}",
        hidden=_hidden(operation, language),
        heading=_("Welcome"),
        lead=_("You can take part here without a letter."),
        paragraphs=[
            _("Please answer the questions once only."),
            _("You get a code. With that code you can stop and go on later."),
        ],
        submit_label=_("Start"),
        notice=notice,
        other_url="/",
        other_text=_("I have a code already"),
    )
    title = _("Welcome")
    return pages.page("respond/open_link.html", view, title=title, language=language, status=status)


def _code_page(slug: str, operation: str, begun: Begun, language: str) -> Response:
    _ = translator(language)
    view = OpenLinkView(
        page_id="your-code",
        action=f"/o/{slug}",
        hidden=[*_hidden(operation, language), (NOTED, "1")],
        heading=_("This is your code"),
        lead=Markup("<strong>{}</strong>").format(ltr(format_code(begun.code))),
        paragraphs=[
            _("Write the code down, take a picture of it or print this page."),
            _("We can show the code only now. The code is for you alone."),
            _("With this code you can go on later, on this or another device."),
        ],
        submit_label=_("To the questions"),
    )
    title = _("This is your code")
    return pages.page("respond/open_link.html", view, title=title, language=language)


def _hidden(operation: str, language: str) -> list[tuple[str, str]]:
    token = site().tokens.token(ENTRANCE)
    return [("csrf_token", token), ("op", operation), ("lang", language)]


def _subject(slug: str) -> str:
    """What an operation of a link is bound to."""
    return f"open link {slug}"
