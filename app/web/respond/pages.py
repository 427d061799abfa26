"""Rendering of respondent pages: one function per kind of page, each with its status code."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from flask import Response, current_app, request
from markupsafe import Markup

from app.i18n.fonts import font_file
from app.i18n.locales import language as language_named
from app.services.interviewing import assisting, interviews
from app.web import site
from app.web.locale import (
    chosen_language,
    language_choices,
    page_language,
    settled_language,
    translator,
)
from app.web.respond.reading import Reading
from app.web.respond.view import (
    DoneView,
    EntryView,
    HelperView,
    MyView,
    OpenLinkView,
    PlainView,
    QuestionView,
    ReviewView,
    Words,
)
from app.web.respond.words import Translate, ltr
from app.web.security import from_our_pages
from app.web.sessions import has_entered, keep_language, signed_in

LEAVE_URL = "https://www.wikipedia.org/"
"""Where "leave this page now" goes: a page that says nothing about its reader."""

DETAILS_URL = "/my"
"""The door to one's own details: by the code, also between waves."""

View = (
    QuestionView
    | ReviewView
    | EntryView
    | OpenLinkView
    | HelperView
    | DoneView
    | PlainView
    | MyView
)
Hidden = Sequence[tuple[str, str]]


def page(
    template: str,
    view: View,
    *,
    title: str | Markup,
    language: str,
    offered: Sequence[str] | None = None,
    status: int = 200,
    reading: Reading | None = None,
    leave_url: str = LEAVE_URL,
) -> Response:
    """Return a page in a language; ``offered`` are the languages of its menu.

    With ``reading`` the words of the template, too, stand there in a second language; ``leave_url``
    is where "leave this page now" goes.
    """
    here = site()
    named = language_named(language)
    _ = translator(language)
    context: dict[str, Any] = {
        "_": _,
        "translate": reading.message if reading else _,
        "lang": named.tag,
        "dir": named.dir,
        "languages": language_choices(offered or here.languages, language),
        "study_title": _("Study Perspectief Inburgeraars"),
        "synthetic": here.services.settings.synthetic,
        "asset": here.assets.url,
        "csp_nonce": None,
        "font": font_file(language),
        "view": view,
        "page_title": title,
        "help_url": "/help",
        "privacy_url": "/privacy",
        "leave_url": leave_url,
        "home_url": "/",
        "details_url": DETAILS_URL,
        "script": True,
    }
    html = current_app.jinja_env.get_template(template).render(context)
    response = Response(html, status=status, content_type="text/html; charset=utf-8")
    response.headers["Content-Language"] = named.tag
    return response


def see_other(location: str) -> Response:
    """Return the answer to a post: look there. No body, for phones on bad networks."""
    return Response(status=303, headers={"Location": location})


def entry_page(view: EntryView, *, language: str, status: int = 200) -> Response:
    """Return the page that asks for the code, or the one behind a QR code."""
    _ = translator(language)
    return page("respond/entry.html", view, title=_("Welcome"), language=language, status=status)


def plain_page(
    page_id: str,
    heading: str,
    paragraphs: Sequence[str | Markup],
    *,
    language: str | None = None,
    status: int = 200,
    kept: Hidden = (),
    link: tuple[str, str] | None = None,
    action: str = "",
) -> Response:
    """Return a page of words: help, privacy, closed, and every error."""
    code = language or page_language()
    view = PlainView(
        page_id=page_id,
        heading=heading,
        paragraphs=paragraphs,
        kept=kept,
        link_url=link[0] if link else None,
        link_text=link[1] if link else None,
        action=action,
    )
    return page("respond/plain.html", view, title=heading, language=code, status=status)


def help_page() -> Response:
    """Return the help page; the phone number and address are the study's own."""
    code = _kept_language()
    _ = translator(code)
    return plain_page(
        "help",
        _("Help"),
        [
            _("You need the code from our letter. Every code is for one person."),
            _("Is there no code in your letter, or does it not work? Then ask us for a new one."),
            _("You may skip every question. You may stop and go on later with the same code."),
            *(_of_helpers(_) if assisting.help_is_offered(site().services) else ()),
            _details_link(_),
            _("We save your answers after every page."),
        ],
        language=code,
        link=(_way_on(), _("To the questions")),
        action=request.path,
    )


def _of_helpers(_: Translate) -> list[Words]:
    return [
        _("Someone may help you. Choose the answers yourself."),
        Markup('<a href="/with-help">{}</a>').format(_("I help someone with the questions")),
    ]


def privacy_page() -> Response:
    """Return the privacy page, in words that the client has to confirm before fieldwork."""
    code = _kept_language()
    _ = translator(code)
    law = ltr("Wi2013, Wi2021")
    return plain_page(
        "privacy",
        _("Your privacy"),
        [
            _("Taking part is voluntary. You may stop at any time."),
            _(
                "Your answers have no effect on your civic integration, your benefit or your right"
                " to stay."
            ),
            _(
                "The municipality, DUO, the IND and COA do not see what you answer. The ministry"
                " sees no answers of single persons either."
            ),
            _("We keep your name and contact details apart from your answers."),
            _("No name stands in any report. We use the answers only for this study (%(law)s).",
              law=law),
            _("This website uses one cookie, to know that it is you. It does not follow you."),
            _("You may see what we know about you, change it, or have it deleted."),
            _details_link(_),
        ],
        language=code,
        link=(_way_on(), _("To the questions")),
        action=request.path,
    )  # fmt: skip


def _details_link(_: Translate) -> Markup:
    return Markup('<a href="{}">{}</a>').format(DETAILS_URL, _("My details"))


def _kept_language() -> str:
    """The language of a page that belongs to no interview; who has entered goes on in it."""
    code = page_language()
    keep_language(code)
    here = site()
    lifetime = timedelta(hours=here.services.settings.respondent_session_hours)
    who = signed_in(here.services.clock.now(), lifetime)
    if who is not None and chosen_language(here.languages) and from_our_pages():
        # Kept for the person too: another device starts in it. After sending it is not, that
        # would change in which language the interview was.
        with suppress(interviews.UnknownInterviewError):
            interview = interviews.load(here.services, who.interview_id, who.code_id)
            if code in interview.instrument.languages and not interview.submitted:
                interviews.speak(here.services, who.interview_id, code)
    return code


def _way_on() -> str:
    """Where the questions are: for who has entered, the review leads to the first that is open."""
    return "/review" if has_entered() else "/"


def error_page(status: int) -> Response:
    """Return the page of an error, in the person's language, without saying what broke."""
    # What was posted may be the very thing that cannot be read.
    code = settled_language()
    _ = translator(code)
    heading, words = {
        404: (_("This page does not exist"), _("The address may be wrong, or the page is gone.")),
        405: (_("This page does not exist"), _("The address may be wrong, or the page is gone.")),
        413: (
            _("This is too much at once"),
            _("What you sent is too large. Go back and make your text shorter."),
        ),
        503: (
            _("It is very busy now"),
            _("Your last page is not saved yet. Wait a moment, go back and press Next again."),
        ),
    }.get(
        status,
        (
            _("Something went wrong here"),
            _("It is not your fault. Go back and try again. What you saved before is safe."),
        ),
    )
    response = plain_page(
        f"error-{status}",
        heading,
        [words],
        language=code,
        status=status,
        link=("/", _("To the questions")),
    )
    if status == 503:
        response.headers["Retry-After"] = "10"
    return response
