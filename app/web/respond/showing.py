"""Showing a question page: as it is due, once more as it was typed, or after another window."""

from __future__ import annotations

from datetime import timedelta

from flask import Response

from app.questionnaire.accept import Ambiguous, Rejected, Unanswered
from app.questionnaire.model import Instrument
from app.questionnaire.routing import Page
from app.services.interviews import (
    DONE,
    REVIEW,
    Interview,
    NotOpen,
    PageKept,
    PageReply,
    PageSaved,
    PageStale,
)
from app.services.posts import Post
from app.web import site
from app.web.locale import page_language, translator
from app.web.respond import pages
from app.web.respond.gates import gate_page
from app.web.respond.present import CHANGE_URL, PageFrame, Typed, question_view
from app.web.respond.stale import stale_words
from app.web.sessions import Respondent

QUESTION_URL = "/q/{}"
JUST_SAVED = timedelta(seconds=10)


def to_step(step: str, *, to_review: bool = False) -> Response:
    """Lead to a step; a page opened from the review leads back there."""
    question = CHANGE_URL if to_review else QUESTION_URL
    target = {REVIEW: "/review", DONE: "/done"}.get(step) or question.format(step)
    return pages.see_other(target)


def reply_to(who: Respondent, post: Post, reply: PageReply) -> Response:
    """Return what a posted page leads to: the next step, or the page as it was typed."""
    match reply:
        case PageSaved(step=step):
            return to_step(step, to_review=post.to_review)
        case PageKept(interview=interview, page=page, outcome=outcome):
            return _kept(who, interview, page, post, outcome)
        case PageStale(interview=interview, page=page):
            language = spoken_in(interview.instrument)
            return show_question(
                who,
                interview,
                page,
                typed=Typed(post.form, prompted=post.prompted),
                notice=stale_words(translator(language), interview, page, language),
                to_review=post.to_review,
                status=409,
            )
        case NotOpen(interview=interview):
            return shut(interview, post) or to_step(DONE)


def _kept(
    who: Respondent,
    interview: Interview,
    page: Page,
    post: Post,
    outcome: Unanswered | Ambiguous | Rejected,
) -> Response:
    return show_question(
        who,
        interview,
        page,
        typed=Typed(post.form, outcome, prompted=post.prompted),
        to_review=post.to_review,
        status=422 if isinstance(outcome, Rejected) else 200,
    )


def show_question(
    who: Respondent,
    interview: Interview,
    page: Page,
    *,
    typed: Typed | None = None,
    revision: int | None = None,
    notice: str | None = None,
    to_review: bool = False,
    status: int = 200,
) -> Response:
    """Return a question page.

    Parameters
    ----------
    typed
        What stood on the page when it was posted; by default the stored answers are shown.
    revision
        The revision the page was made from, when it is shown again without having been compared
        with what other windows saved; by default it is made from what stands now.
    """
    language = spoken_in(interview.instrument)
    at = interview.state.revision
    hidden = form_inputs(who, at if revision is None else min(revision, at))
    version = interview.state.version_id
    frame = PageFrame(
        language=language,
        translate=translator(language),
        action=QUESTION_URL.format(page.id),
        hidden=[*hidden, *([("from", REVIEW)] if to_review else [])],
        typical=site().services.instruments.typical(
            version, panel=bool(interview.known.preload.answers)
        ),
        notice=notice,
        saved=typed is None and _just_saved(interview),
        list_url=_list_url(version, page, language),
    )
    view = question_view(interview, page, frame, typed)
    return pages.page(
        "respond/question.html",
        view,
        title=view.heading,
        language=language,
        offered=interview.instrument.languages,
        status=status,
    )


def shut(interview: Interview, post: Post | None = None) -> Response | None:
    """Return the page that says why no answers are taken now; ``None`` when they are."""
    if interview.gate is not interview.gate.OPEN:
        return gate_page(interview, post)
    return to_step(DONE) if interview.submitted else None


def form_inputs(who: Respondent, revision: int) -> list[tuple[str, str]]:
    """Return the hidden inputs of a form: a new operation, the revision, the token."""
    tokens = site().tokens
    return [
        ("op", tokens.operation(who.interview_id.hex)),
        ("rev", str(revision)),
        ("csrf_token", tokens.token(who.key)),
    ]


def spoken_in(instrument: Instrument) -> str:
    """Return the language of this page, among those of its questionnaire."""
    return page_language(instrument.languages)


def _just_saved(interview: Interview) -> bool:
    """Tell whether this page is shown because the one before it was saved a moment ago."""
    at = interview.state.last_saved_at
    return at is not None and site().services.clock.now() - at < JUST_SAVED


def _list_url(version: str, page: Page, language: str) -> str | None:
    if page.item.code_list is None:
        return None
    return f"/lists/{version}/{page.item.code_list}.{language}.json"
