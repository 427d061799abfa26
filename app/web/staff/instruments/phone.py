"""A walk → the respondents' page it has come to, as the frame of the preview holds it.

The page is the site's own: its views, its templates, its style sheet. It stands in the ``srcdoc``
of a frame and has no address, so no page of ours has to allow being framed, and it inherits the
policy of the page around it. Its form posts to that page, which makes both anew: this works
without any script. Links lead to places of the page around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from flask import current_app

from app.i18n.fonts import font_file
from app.i18n.locales import language as language_named
from app.services.content.walking_through import (
    STOPPED,
    Outcome,
    Walk,
    as_interview,
    page_of_walk,
    typical_of,
)
from app.services.interviewing.interviews import DONE, REVIEW
from app.services.speech import audio
from app.web import site
from app.web.locale import language_choices, translator
from app.web.respond.endings import ended_view, sent_view, stopped_view
from app.web.respond.present import Form, PageFrame, Typed, question_view
from app.web.respond.reading import Reading, Tongue
from app.web.respond.review import CHANGE_URL, review_view
from app.web.respond.sound import with_sound
from app.web.respond.view import DoneView, QuestionView, ReviewSection, ReviewView

PLACE = "#at-{}"
"""Where a page of the questionnaire stands in the list around the frame."""
FRAME = "#phone"
REVIEW_TITLE = "Check your answers"
"""As the site has it; its translations are those of the respondents' pages."""
Hidden = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A respondents' page before it is rendered, and the question it asks."""

    template: str
    view: QuestionView | ReviewView | DoneView
    title: str
    reading: Reading
    offered: tuple[str, ...]

    def html(self, nonce: str) -> str:
        """Return the page; ``nonce`` is that of the page around the frame."""
        return _rendered(self, nonce)


def shown(
    walk: Walk, action: str, hidden: Hidden, form: Form | None, outcome: Outcome | None,
    *, prompted: bool,
) -> Shown:  # fmt: skip
    """Return the page that a walk has come to.

    Parameters
    ----------
    form, outcome
        What was typed when the page is shown again, and why it is.
    """
    reading = _reading(walk)
    if walk.page == REVIEW:
        return _review(walk, action, hidden, reading)
    if walk.page in (DONE, STOPPED):
        return _done(walk, reading)
    page = page_of_walk(walk, walk.page)
    if page is None:
        return _done(walk, reading)
    interview = as_interview(walk)
    beside = walk.beside or ""
    choices = language_choices(walk.instrument.languages, beside)
    frame = PageFrame(
        reading=reading,
        action=action,
        hidden=hidden,
        typical=typical_of(site().services, walk),
        picture_url=f"/pictures/{walk.edition.version_id}/",
        beside=[one for one in choices if one.code != walk.language],
    )
    typed = None if form is None else Typed(form, outcome, prompted=prompted)
    view = question_view(interview, page, frame, typed)
    view = with_sound(view, reading, partial(audio.clips, site().services))
    title = str(reading.alone(view.heading))
    return Shown(
        "staff/instruments/phone_question.html", view, title, reading, walk.instrument.languages
    )


def _reading(walk: Walk) -> Reading:
    first = Tongue(walk.language, translator(walk.language))
    if walk.beside is None:
        return Reading(first)
    return Reading(first, Tongue(walk.beside, translator(walk.beside)))


def _review(walk: Walk, action: str, hidden: Hidden, reading: Reading) -> Shown:
    """All parts on one page: their links would lead out of the frame."""
    interview = as_interview(walk)
    first = review_view(interview, walk.language, hidden, 1)
    parts = [
        review_view(interview, walk.language, hidden, part.number) for part in first.parts
    ] or [first]
    sections = [_inside(section) for part in parts for section in part.sections]
    view = replace(first, action=action, sections=sections, parts=(), next_url=None)
    title = translator(walk.language)(REVIEW_TITLE)
    return Shown(
        "staff/instruments/phone_review.html", view, title, reading, walk.instrument.languages
    )


def _inside(section: ReviewSection) -> ReviewSection:
    before, after = CHANGE_URL.split("{}")
    rows = [
        replace(
            row,
            change_url=PLACE.format(row.change_url.removeprefix(before).removesuffix(after)),
        )
        for row in section.rows
    ]
    return replace(section, rows=rows)


def _done(walk: Walk, reading: Reading) -> Shown:
    termination = walk.route.termination
    if walk.page == STOPPED:
        view = stopped_view(walk.language)
    elif termination is not None:
        url = PLACE.format(termination.after)
        view = ended_view(termination, walk.language, change_url=url)
    else:
        view = sent_view(walk.language)
    return Shown(
        "staff/instruments/phone_done.html", view, view.heading, reading, walk.instrument.languages
    )


def _rendered(page: Shown, nonce: str) -> str:
    language = page.reading.language
    named = language_named(language)
    _ = translator(language)
    context = {
        "_": _,
        "translate": page.reading.message,
        "lang": named.tag,
        "dir": named.dir,
        "languages": language_choices(page.offered, language),
        "study_title": _("Study Perspectief Inburgeraars"),
        "synthetic": site().services.settings.synthetic,
        "asset": site().assets.url,
        "csp_nonce": nonce,
        "font": font_file(language),
        "view": page.view,
        "page_title": page.title,
        "help_url": FRAME,
        "privacy_url": FRAME,
        "leave_url": FRAME,
        "home_url": FRAME,
        "details_url": FRAME,
        "script": False,
    }
    return current_app.jinja_env.get_template(page.template).render(context)
