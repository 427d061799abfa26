"""Showing a question page: as it is due, once more as it was typed, or after another window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from flask import Response

from app.questionnaire.accept import Ambiguous, Rejected, Unanswered
from app.questionnaire.model import Instrument
from app.questionnaire.routing import Page
from app.services.interviewing.interviews import (
    DONE,
    REVIEW,
    Interview,
    NotOpen,
    PageKept,
    PageReply,
    PageSaved,
    PageStale,
)
from app.services.interviewing.posts import Post
from app.services.speech import audio
from app.web import site
from app.web.locale import language_choices, page_language, second_language, translator
from app.web.respond import pages
from app.web.respond.gates import gate_page
from app.web.respond.present import PageFrame, Typed, question_view
from app.web.respond.reading import Reading, Tongue
from app.web.respond.review import CHANGE_URL
from app.web.respond.sound import with_sound
from app.web.respond.stale import stale_words
from app.web.sessions import Respondent

QUESTION_URL = "/q/{}"
Notice = Callable[[Tongue], str]
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
            return show_question(
                who,
                interview,
                page,
                typed=Typed(post.form, prompted=post.prompted),
                notice=lambda tongue: stale_words(tongue.translate, interview, page, tongue.code),
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
    notice: Notice | None = None,
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
    notice
        Says, in a language, what is told once at the top.
    """
    offered = interview.instrument.languages
    reading = reading_of(interview.instrument)
    beside = reading.second.code if reading.second else ""
    language = reading.language
    at = interview.state.revision
    hidden = form_inputs(who, at if revision is None else min(revision, at))
    version = interview.state.version_id
    frame = PageFrame(
        reading=reading,
        action=QUESTION_URL.format(page.id),
        hidden=[*hidden, *([("from", REVIEW)] if to_review else [])],
        typical=site().services.instruments.typical(
            version, panel=bool(interview.known.preload.answers)
        ),
        notice=reading.say(notice) if notice is not None else None,
        saved=typed is None and _just_saved(interview),
        list_url=_list_url(version, page, language),
        picture_url=f"/pictures/{version}/",
        beside=[one for one in language_choices(offered, beside) if one.code != language],
    )
    view = question_view(interview, page, frame, typed)
    view = with_sound(view, reading, partial(audio.clips, site().services))
    return pages.page(
        "respond/question.html",
        view,
        title=reading.alone(view.heading),
        language=language,
        offered=offered,
        status=status,
        reading=reading,
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


def reading_of(instrument: Instrument) -> Reading:
    """Return the words of a question page in the one or two languages it is read in."""
    first = spoken_in(instrument)
    second = second_language(instrument.languages, first)
    return Reading(
        Tongue(first, translator(first)), Tongue(second, translator(second)) if second else None
    )


def _just_saved(interview: Interview) -> bool:
    """Tell whether this page is shown because the one before it was saved a moment ago."""
    at = interview.state.last_saved_at
    return at is not None and site().services.clock.now() - at < JUST_SAVED


def _list_url(version: str, page: Page, language: str) -> str | None:
    if page.item.code_list is None:
        return None
    return f"/lists/{version}/{page.item.code_list}.{language}.json"
