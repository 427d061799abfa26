"""Rendering of staff pages, and the pages for when there is nothing to show."""

from __future__ import annotations

import logging
import traceback

from flask import Blueprint, Response, current_app, get_flashed_messages, request, session
from werkzeug.exceptions import HTTPException

from app.i18n.locales import language as language_named
from app.i18n.locales import negotiate
from app.web import site
from app.web.locale import language_choices, staff_translator
from app.web.respond.words import Translate
from app.web.staff.gate import PATH, SIGN_IN, form_token, may_see, own_path, visit
from app.web.staff.labels import role_words

logger = logging.getLogger(__name__)

LANGUAGES = ("nl", "en")
"""Of the interface; respondents are offered more."""


def staff_language() -> str:
    """Return the language of this page: chosen before, else what the browser asks.

    Nothing posted is read for it: the page that says a post is too large has a language too.
    """
    codes = offered()
    kept = session.get("l")
    if kept in codes:
        return str(kept)
    asked = request.headers.get("Accept-Language", "")
    fallback = site().fallback_language
    return negotiate(asked, codes) or (fallback if fallback in codes else codes[0])


def offered() -> tuple[str, ...]:
    """Return the languages in which this installation shows staff pages."""
    return tuple(code for code in LANGUAGES if code in site().languages) or site().languages


def page(template: str, *, title: str, status: int = 200, **context: object) -> Response:
    """Return a staff page; ``context`` is what its template asks for beside the frame."""
    code = staff_language()
    named = language_named(code)
    _ = staff_translator(code)
    who = visit()
    frame = {
        "_": _,
        "lang": named.tag,
        "dir": named.dir,
        "asset": site().assets.url,
        "study_title": _("Study Perspectief Inburgeraars"),
        "synthetic": site().services.settings.synthetic,
        "page_title": title,
        "menu": _menu(_),
        "visitor": who.email if who and who.signed_in else None,
        "role": role_words(_, who.role) if who and who.signed_in else None,
        "languages": language_choices(offered(), code),
        "here": own_path(request.full_path.rstrip("?")) or "/staff/",
        "csrf_token": form_token(),
        "told": get_flashed_messages(),
    }
    html = current_app.jinja_env.get_template(template).render(frame | context)
    response = Response(html, status=status, content_type="text/html; charset=utf-8")
    response.headers["Content-Language"] = named.tag
    return response


def see_other(location: str) -> Response:
    """Return the answer to a post: look there."""
    return Response(status=303, headers={"Location": location})


def message(heading: str, words: str, *, status: int = 200, detail: str | None = None) -> Response:
    """Return a page that only says something; ``detail`` is a reason in English."""
    who = visit()
    outside = who is None or not who.signed_in
    return page(
        "staff/message.html",
        title=heading,
        status=status,
        words=words,
        detail=detail,
        sign_in=SIGN_IN if outside else None,
    )


def error_page(status: int) -> Response:
    """Return the page of an error, without saying what broke."""
    _ = staff_translator(staff_language())
    heading, words = {
        401: (
            _("You are signed out"),
            _("Nothing was changed. Sign in and do it again."),
        ),
        403: (
            _("You may not do this"),
            _("Your role does not allow it, or the page was open too long. Go back and try again."),
        ),
        404: (
            _("This page does not exist"),
            _("The address may be wrong, or the page is gone."),
        ),
        413: (
            _("This is too much at once"),
            _("What you sent is too large. Go back and make your text shorter."),
        ),
    }.get(
        status,
        (
            _("Something went wrong here"),
            _("It is not your fault. Nothing was changed. Go back and try again."),
        ),
    )
    return message(heading, words, status=status)


def with_error_pages(blueprint: Blueprint) -> Blueprint:
    """Give the views of a blueprint the error pages of this site."""
    blueprint.register_error_handler(HTTPException, _refusal)
    blueprint.register_error_handler(Exception, _fault)
    return blueprint


def _refusal(error: HTTPException) -> Response:
    return error_page(error.code or 500)


def _fault(error: Exception) -> Response:
    # As on the respondent site: lines of code, never the message, which may quote what was posted.
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("staff request failed: %s\n%s", type(error).__name__, frames)
    return error_page(500)


def _is_here(url: str) -> bool:
    """Whether an entry of the menu is the nearest one to the page being read."""
    if url == f"{PATH}/":
        return request.path == url or request.path.startswith(f"{PATH}/waves")
    return request.path == url or request.path.startswith((f"{url}/", f"{url}."))


def _menu(_: Translate) -> list[tuple[str, str, bool]]:
    """Address, words, and whether this is where the reader is."""
    entries = [
        ("staff.waves", "/staff/", _("Waves")),
        ("staff.people", "/staff/people", _("People")),
        ("staff.assist", "/staff/assist", _("Help")),
        ("results.results", "/staff/results", _("Results")),
    ]
    known = current_app.view_functions
    return [
        (url, words, _is_here(url))
        for endpoint, url, words in entries
        if endpoint in known and may_see(endpoint)
    ]
