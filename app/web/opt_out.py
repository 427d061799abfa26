"""Ending the e-mail, from the link in one: without a code, without an account, with one press.

The address holds the signed name of a message: it opens nothing else, and says nothing about its
reader. Looking at it changes nothing, as mail scanners look at every link; posting to it does, from
the page's button or by the mail program itself (RFC 8058).
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from app.services.messaging import reports
from app.web import site
from app.web.locale import chosen_language, page_language, translator
from app.web.respond import pages
from app.web.respond.view import PlainView

blueprint = Blueprint("opt_out", __name__)

PRESSED = "no_more"
"""Field of the page's form: what posts without it was no press of ours."""
ONE_CLICK = ("List-Unsubscribe", "One-Click")


@blueprint.get("/m/<name>")
def ask(name: str) -> Response:
    """Show the page with the button."""
    spoken = reports.language_of(site().services, name)
    if spoken is None:
        return pages.error_page(404)
    return _asking(name, spoken if spoken in site().languages else page_language())


@blueprint.post("/m/<name>")
def end(name: str) -> Response:
    """End the e-mail, or show the page in another language when only that was asked."""
    ctx = site().services
    by_program = request.form.get(ONE_CLICK[0]) == ONE_CLICK[1]
    pressed_language = chosen_language(site().languages)
    if not by_program and (pressed_language or PRESSED not in request.form):
        spoken = reports.language_of(ctx, name)
        if spoken is None:
            return pages.error_page(404)
        return _asking(name, pressed_language or _kept(spoken))
    if not reports.opt_out(ctx, name):
        return pages.error_page(404)
    if by_program:
        # Nobody reads it, and it may not be a redirection.
        return Response("ok\n", content_type="text/plain; charset=utf-8")
    language = _kept(reports.language_of(ctx, name) or page_language())
    _ = translator(language)
    return pages.plain_page(
        "no-more-email",
        _("You get no more e-mail from us"),
        [
            _("You can still take part with the code in our letter."),
            _("We may still send you a letter."),
        ],
        language=language,
        link=("/", _("To the questions")),
    )


def _kept(spoken: str) -> str:
    """The language the page was in, else that of the e-mail."""
    for language in (request.form.get("lang", ""), spoken):
        if language in site().languages:
            return language
    return page_language()


def _asking(name: str, language: str) -> Response:
    _ = translator(language)
    view = PlainView(
        page_id="end-email",
        heading=_("No more e-mail?"),
        paragraphs=[
            _("Press the button. Then we send you no more e-mail."),
            _("We may still send you a letter."),
        ],
        action=f"/m/{name}",
        hidden=[("lang", language), (PRESSED, "1")],
    )
    return pages.page("respond/end_email.html", view, title=view.heading, language=language)
