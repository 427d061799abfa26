"""Rendering of staff pages, and the pages for when there is nothing to show."""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, current_app, get_flashed_messages, request, session
from werkzeug.exceptions import HTTPException

from app.i18n.locales import language as language_named
from app.i18n.locales import negotiate
from app.services.content.instruments import StudyFaultsError
from app.web import site
from app.web.locale import language_choices, staff_translator
from app.web.respond.words import Translate
from app.web.staff.gate import PATH, SAFE_METHODS, SIGN_IN, form_token, may_see, own_path, visit
from app.web.staff.labels import role_words
from app.web.staff.view import Tab

logger = logging.getLogger(__name__)

LANGUAGES = ("nl", "en")
"""Of the interface; respondents are offered more."""
LIVE_SCRIPT = "staff/live.js"
LONGEST_DETAIL = 4_000


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


def page(
    template: str,
    *,
    title: str,
    status: int = 200,
    help: str | None = None,
    tabs: Sequence[Tab] = (),
    crumbs: Sequence[tuple[str, str]] = (),
    scripts: Sequence[str] = (),
    live: int | None = None,
    permissions: str | None = None,
    **context: Any,  # noqa: ANN401 - what a template asks for
) -> Response:
    """Return a staff page; ``context`` is what its template asks for beside the frame.

    Parameters
    ----------
    help
        Topic of the help page that belongs to this one: a template below ``staff/help/``.
    tabs, crumbs
        Pages beside this one; the way that led here, address and words of each.
    scripts
        Static files that add to the page; it works without them.
    live
        Seconds after which the parts of the page marked ``data-part`` are fetched anew.
    permissions
        What a browser may do on this page and on no other, as ``Permissions-Policy`` says it.
    """
    code = staff_language()
    nonce = secrets.token_urlsafe(16)
    if live is not None:
        scripts = (*scripts, LIVE_SCRIPT)
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
        "tabs": tabs,
        "crumbs": crumbs,
        "scripts": scripts,
        "live": live,
        "csp_nonce": nonce,
        "help_url": f"{PATH}/help/{help}" if help else None,
        "account_url": f"{PATH}/account" if who and who.signed_in else None,
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
    response.headers["Content-Security-Policy"] = content_security_policy(nonce)
    if permissions is not None:
        response.headers["Permissions-Policy"] = permissions
    return response


def content_security_policy(nonce: str) -> str:
    """Return the policy of a staff page: scripts by nonce, nothing inline, no foreign host."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; "
        "img-src 'self'; media-src 'self' blob:; font-src 'self'; connect-src 'self'; "
        "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "object-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


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
    blueprint.register_error_handler(StudyFaultsError, _faulty_study)
    blueprint.register_error_handler(Exception, _fault)
    return blueprint


def _refusal(error: HTTPException) -> Response:
    return error_page(error.code or 500)


def _faulty_study(error: StudyFaultsError) -> Response:
    """A page that needs the files of the study, while somebody is at work on them.

    Their faults are for the eyes of staff: file, line, what was found and expected.
    """
    _ = staff_translator(staff_language())
    return message(
        _("The files of the study have faults"),
        _("This page needs them. Waves in the field go on as they were published."),
        status=200 if request.method in SAFE_METHODS else 409,
        detail=str(error)[:LONGEST_DETAIL],
    )


def _fault(error: Exception) -> Response:
    # As on the respondent site: lines of code, never the message, which may quote what was posted.
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("staff request failed: %s\n%s", type(error).__name__, frames)
    return error_page(500)


_MENU_BELOW = {
    f"{PATH}/cases": (f"{PATH}/people",),
    f"{PATH}/texts": (f"{PATH}/audio",),
    f"{PATH}/admin": (f"{PATH}/jobs",),
}
"""Pages that belong to an entry of the menu although their address does not begin like it."""


def _is_here(url: str) -> bool:
    """Whether an entry of the menu is the nearest one to the page being read."""
    if url == f"{PATH}/":
        return request.path == url
    begins = (url, *_MENU_BELOW.get(url, ()))
    return any(
        request.path == one or request.path.startswith((f"{one}/", f"{one}.")) for one in begins
    )


def _menu(_: Translate) -> list[tuple[str, str, bool]]:
    """Address, words, and whether this is where the reader is."""
    entries = [
        ("staff.home", f"{PATH}/", _("Today")),
        ("staff.waves", f"{PATH}/waves", _("Waves")),
        ("staff.cases", f"{PATH}/cases", _("People")),
        ("staff.panel", f"{PATH}/panel", _("Panel")),
        ("staff.assist", f"{PATH}/assist", _("Help somebody")),
        ("staff.texts", f"{PATH}/texts", _("Texts")),
        ("staff.open_answers", f"{PATH}/open-answers", _("Open answers")),
        ("results.results", f"{PATH}/results", _("Results")),
        ("staff.incentives", f"{PATH}/incentives", _("Thank-yous")),
        ("staff.privacy", f"{PATH}/privacy", _("Privacy")),
        ("staff.admin", f"{PATH}/admin", _("Administration")),
    ]
    known = current_app.view_functions
    return [
        (url, words, _is_here(url))
        for endpoint, url, words in entries
        if endpoint in known and may_see(endpoint)
    ]
