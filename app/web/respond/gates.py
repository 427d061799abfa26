"""Pages for when no answer can be taken: a session that ended, a wave that is paused or closed."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response
from markupsafe import Markup

from app.questionnaire.accept import DAY, MONTH, YEAR
from app.questionnaire.answers import other_variable
from app.questionnaire.wording import question, translated
from app.services.interviewing.interviews import Gate, Interview, page_for
from app.services.interviewing.posts import Post
from app.web import site
from app.web.locale import page_language, translator
from app.web.respond import pages
from app.web.respond.posted import posted_values, without_controls
from app.web.respond.view import EntryView
from app.web.respond.words import isolated, with_isolates

KEPT = "kept."
"""Prefix of the hidden inputs that carry a typed page past the code."""
KEPT_PAGE = "kept-page"
ENTRANCE = "entrance"
"""Subject of the entrance's form token: there is no session yet."""


def session_over(page_id: str | None = None) -> Response:
    """Ask for the code again; what was typed on a page goes along and is saved after it."""
    language = page_language()
    _ = translator(language)
    kept: list[tuple[str, str]] = []
    if page_id is not None:
        kept.append((KEPT_PAGE, without_controls(page_id)))
        for name, values in posted_values().items():
            if name not in ("csrf_token", "language", "beside"):
                kept += [(KEPT + name, value) for value in values]
    view = EntryView(
        action="/",
        hidden=[("csrf_token", site().tokens.token(ENTRANCE)), ("lang", language)],
        notice=_("You were away for a while. Fill in your code again. What you typed is kept.")
        if kept
        else _("Fill in your code to go on. Your saved answers are still there."),
        kept=kept,
    )
    return pages.entry_page(view, language=language, status=401)


def gate_page(interview: Interview, post: Post | None = None) -> Response:
    """Say why this interview takes no answers now, and show what was typed, in words."""
    language = page_language(interview.instrument.languages)
    kept = _in_words(interview, post, language) if post is not None else ()
    match interview.gate:
        case Gate.PAUSED:
            return _shut_page("paused", 503, language, kept)
        case Gate.REVOKED:
            return _shut_page("revoked", 403, language, kept)
        case _:
            return _shut_page("closed", 410, language, kept)


def _in_words(interview: Interview, post: Post, language: str) -> list[tuple[Markup, Markup]]:
    """What was filled in on a page: each question with the words of its answer."""
    page = page_for(interview, post.page_id)
    item = page.item
    asked = question(interview.instrument, page, interview.known, interview.route.values, language)
    lines = {one.var: translated(one.text, language) for one in page.statements}
    labels = {code: text[language] for code, text in interview.instrument.missing.items()}
    labels |= {
        one.code: one.text[language] for one in (*item.options, *interview.instrument.confirm)
    }
    parts = ("", DAY, MONTH, YEAR)
    found = []
    for var in page.variables:
        names = [*(var + part for part in parts), other_variable(var)]
        given = [value for name in names for value in post.form.get(name, ()) if value.strip()]
        if given:
            words = Markup(", ").join(isolated(labels.get(value, value)) for value in given)
            found.append((with_isolates(lines.get(var, asked)), words))
    return found


def shut_page(page_id: str, status: int) -> Response:
    """Say why a code opens nothing now: closed, paused, revoked or not yet open."""
    return _shut_page(page_id, status, page_language(), ())


def _shut_page(
    page_id: str, status: int, language: str, kept: Sequence[tuple[str, str]]
) -> Response:
    _ = translator(language)
    heading, words = {
        "paused": (
            _("We have a short break"),
            _("You cannot answer just now. Please try again later. Your saved answers are safe."),
        ),
        "revoked": (
            _("This code is no longer used"),
            _("You probably have a newer letter from us. Use the code in that letter."),
        ),
        "not-yet-open": (
            _("We have not started yet"),
            _("You can answer the questions from the date in our letter."),
        ),
    }.get(
        page_id,
        (
            _("The questionnaire is closed"),
            _("You cannot answer any more. Thank you for wanting to take part."),
        ),
    )
    response = pages.plain_page(
        page_id,
        heading,
        [words],
        language=language,
        status=status,
        kept=kept,
        # Who moved or wants to stop need not wait for the next questions.
        link=(pages.DETAILS_URL, _("My details")) if page_id == "closed" else None,
    )
    if status == 503:
        response.headers["Retry-After"] = "600"
    return response
