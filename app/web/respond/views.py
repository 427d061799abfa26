"""The respondent's way: a code, the questions, a review, done.

GET never changes anything. Every POST carries a token and is safe to send again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, Response, request, session

from app.questionnaire.model import Instrument
from app.services.content.help_lines import help_lines
from app.services.interviewing import interviews
from app.services.interviewing.interviews import DONE, REVIEW, Interview
from app.services.interviewing.posts import Post
from app.web import site
from app.web.locale import (
    BESIDE_FIELD,
    LANGUAGE_FIELD,
    choose_second,
    chosen_language,
    page_language,
    settled_language,
    swap_second,
    translator,
)
from app.web.respond import pages, thank_you
from app.web.respond.endings import ended_view, help_at, sent_view, stopped_view
from app.web.respond.gates import session_over
from app.web.respond.posted import (
    belongs_to,
    posted_values,
    read_post,
    revision_of,
    typed_values,
)
from app.web.respond.present import Typed, candidates_again
from app.web.respond.reading import Tongue
from app.web.respond.review import review_view
from app.web.respond.showing import (
    QUESTION_URL,
    form_inputs,
    reply_to,
    show_question,
    shut,
    spoken_in,
    to_step,
)
from app.web.respond.view import HelpAt
from app.web.security import from_our_pages
from app.web.sessions import Respondent, sign_out, signed_in

blueprint = Blueprint("respond", __name__)

# No page id of ours is as long; int() in one would refuse thousands of digits with a fault.
PAGE_URL = "/q/<string(maxlength=80):page_id>"


@blueprint.get(PAGE_URL)
def question(page_id: str) -> Response:
    """Show a question page, or lead to the one that may be shown."""
    who, interview = _current()
    if who is None or interview is None:
        return session_over()
    closed = shut(interview)
    if closed is not None:
        return closed
    if interview.route.reachable(page_id):
        page = interview.route.page_by_id[page_id]
        return show_question(who, interview, page, to_review=_from_review())
    try:
        interviews.page_for(interview, page_id)
    except interviews.UnknownPageError:
        return pages.error_page(404)
    return to_step(interview.next_step)


@blueprint.post(PAGE_URL)
def answer(page_id: str) -> Response:
    """Save a question page, or show it again with what was typed."""
    who = _respondent()
    if who is None or _of_another_person(who):
        return session_over(page_id)
    try:
        return _answer(who, page_id)
    except interviews.UnknownPageError:
        return pages.error_page(404)
    except interviews.UnknownInterviewError:
        return session_over(page_id)


def _answer(who: Respondent, page_id: str) -> Response:
    if not _token_fits(who):
        return _show_again(who, page_id, status=403)
    if LANGUAGE_FIELD in request.form:
        return _switch_language(who, page_id)
    if BESIDE_FIELD in request.form:
        return _show_beside(who, page_id)
    post = read_post(page_id, posted_values(), who.interview_id, page_language())
    if post is None:
        return _show_again(who, page_id, status=400)
    if post.leaving:
        return _leave(who, post)
    return reply_to(who, post, _save(who, post))


def _save(who: Respondent, post: Post) -> interviews.PageReply:
    return interviews.answer_page(site().services, who.interview_id, post, who.code_id)


def _leave(who: Respondent, post: Post) -> Response:
    """Back, or stop for now: what is typed is kept where it can be, and nobody is held up."""
    interview = interviews.load(site().services, who.interview_id, who.code_id)
    if any(post.form.values()):
        reply = _save(who, post)
        if isinstance(reply, interviews.NotOpen):
            return reply_to(who, post, reply)
    if "stop" in request.form:
        return pages.see_other(thank_you.way_out(who, "/stopped"))
    if post.to_review:
        return to_step(REVIEW)
    before = interview.route.before(post.page_id)
    return to_step(before.id if before else post.page_id)


def _switch_language(who: Respondent, page_id: str) -> Response:
    """Show the same page in another language, with everything that was typed."""
    interview = interviews.load(site().services, who.interview_id, who.code_id)
    _speak(who, interview)
    return _show_again(who, page_id, status=200)


def _show_beside(who: Respondent, page_id: str) -> Response:
    """Show the same page with a second language below the first, or without it."""
    interview = interviews.load(site().services, who.interview_id, who.code_id)
    offered = interview.instrument.languages
    choose_second(offered, page_language(offered))
    return _show_again(who, page_id, status=200)


def _speak(who: Respondent, interview: Interview) -> None:
    """Go on in the language whose button was pressed."""
    code = chosen_language(interview.instrument.languages)
    if code is not None:
        swap_second(settled_language(interview.instrument.languages), code)
        session["l"] = code
        interviews.speak(site().services, who.interview_id, code)


def _show_again(who: Respondent, page_id: str, *, status: int) -> Response:
    """The page with what was typed and a fresh token; nothing was saved."""
    interview = interviews.load(site().services, who.interview_id, who.code_id)
    page = interviews.page_for(interview, page_id)
    language = spoken_in(interview.instrument)
    fields = posted_values()
    form = typed_values(fields)
    candidates = candidates_again(interview, page, form, language)
    return show_question(
        who,
        interview,
        page,
        typed=Typed(form, candidates, prompted="prompted" in fields),
        # Not the present one: what another window saved meanwhile must still be told.
        revision=revision_of(fields),
        notice=_not_saved if status != 200 else None,
        to_review=_from_review(),
        status=status,
    )


def _not_saved(tongue: Tongue) -> str:
    _ = tongue.translate
    return _("We could not save this page yet. Please press Next again.")


@blueprint.get("/review")
def review() -> Response:
    """Show all answers before they are sent."""
    who, interview = _current()
    if who is None or interview is None:
        return session_over()
    closed = shut(interview)
    if closed is not None:
        return closed
    if interview.next_step != REVIEW:
        return to_step(interview.next_step)
    return _review(who, interview)


def _review(who: Respondent, interview: Interview, status: int = 200) -> Response:
    language = spoken_in(interview.instrument)
    hidden = form_inputs(who, interview.state.revision)
    part = request.args.get("part", "1")
    view = review_view(interview, language, hidden, int(part[:3]) if part.isdecimal() else 1)
    _ = translator(language)
    if status != 200:
        view = replace(view, notice=_("Nothing was sent yet. Please press the button again."))
    title = _("Check your answers")
    offered = interview.instrument.languages
    return pages.page(
        "respond/review.html", view, title=title, language=language, offered=offered, status=status
    )


@blueprint.post("/review")
def send() -> Response:
    """Send the answers, once."""
    who, interview = _current()
    if who is None or interview is None or _of_another_person(who):
        return session_over()
    closed = shut(interview)
    if closed is not None:
        return closed
    fields = posted_values()
    if not _token_fits(who) or not belongs_to(fields, who.interview_id):
        return _review(who, interview, status=403)
    if LANGUAGE_FIELD in fields:
        _speak(who, interview)
        return _review(who, interview)
    if "back" in fields:
        return to_step(interview.route.pages[-1].id)
    if "stop" in fields:
        return pages.see_other(thank_you.way_out(who, "/stopped"))
    language = spoken_in(interview.instrument)
    step = interviews.submit(
        site().services, who.interview_id, fields["op"][0], language, who.code_id
    )
    return to_step(step)


@blueprint.route("/done", methods=["GET", "POST"])
def done() -> Response:
    """Say how the interview ended."""
    who, interview = _current()
    if who is None or interview is None:
        return session_over()
    if interview.next_step != DONE:
        return to_step(interview.next_step)
    language = _keep_language(interview.instrument)
    termination = interview.route.termination
    if termination is not None and not interview.submitted:
        change_url = QUESTION_URL.format(termination.after)
        view = ended_view(termination, language, change_url=change_url, action="/done")
    else:
        view = sent_view(language, action="/done", more=thank_you.link_for(interview, language))
    view = replace(view, help=_help(language))
    offered = interview.instrument.languages
    return pages.page(
        "respond/done.html", view, title=view.heading, language=language, offered=offered
    )


@blueprint.get("/stopped")
def stopped() -> Response:
    """Say that the answers are safe; the session on this device ends here."""
    language = page_language()
    sign_out()
    view = replace(stopped_view(language), help=_help(language))
    return pages.page("respond/done.html", view, title=view.heading, language=language)


def _help(language: str) -> tuple[HelpAt, ...]:
    return help_at(help_lines(site().services.study), language)


# --- what the views share -------------------------------------------------------------------------


def _respondent() -> Respondent | None:
    ctx = site().services
    return signed_in(ctx.clock.now(), timedelta(hours=ctx.settings.respondent_session_hours))


def _current() -> tuple[Respondent | None, Interview | None]:
    who = _respondent()
    if who is None:
        return None, None
    try:
        return who, interviews.load(site().services, who.interview_id, who.code_id)
    except interviews.UnknownInterviewError:
        return None, None


def _token_fits(who: Respondent) -> bool:
    token = request.form.get("csrf_token", "")
    return site().tokens.fits(token, who.key) and from_our_pages()


def _of_another_person(who: Respondent) -> bool:
    """Tell whether a page was made for somebody else, before another code was entered here.

    What was typed belongs to that person, and must not even be shown in this interview.
    """
    fields = posted_values()
    return any(fields.get("op", ())) and not belongs_to(fields, who.interview_id)


def _from_review() -> bool:
    return REVIEW in (request.args.get("from"), request.form.get("from"))


def _keep_language(instrument: Instrument) -> str:
    code = chosen_language(instrument.languages)
    if code is not None:
        session["l"] = code
    return spoken_in(instrument)
