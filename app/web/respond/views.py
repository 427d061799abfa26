"""The respondent's way: a code, the questions, a review, done.

GET never changes anything. Every POST carries a token and is safe to send again.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, request, session

from app.panel.states import CaseStatus
from app.questionnaire.accept import Rejected
from app.questionnaire.model import Instrument, Kind
from app.questionnaire.routing import Page
from app.services import interviews
from app.services.interviews import (
    DONE,
    REVIEW,
    Gate,
    Interview,
    NotOpen,
    PageKept,
    PageSaved,
    PageStale,
    Post,
)
from app.web import site
from app.web.locale import chosen_language, page_language, translator
from app.web.respond import pages
from app.web.respond.gates import gate_page, session_over
from app.web.respond.posted import posted_values
from app.web.respond.present import PageFrame, Typed, question_view, review_view
from app.web.respond.stale import stale_words
from app.web.respond.view import DoneView
from app.web.security import from_our_pages
from app.web.sessions import Respondent, sign_out, signed_in

blueprint = Blueprint("respond", __name__)

QUESTION_URL = "/q/{}"
JUST_SAVED = timedelta(seconds=10)
_OWN_FIELDS = frozenset({"op", "rev", "csrf_token", "prompted", "from", "language", "back", "stop"})


@blueprint.get("/q/<page_id>")
def question(page_id: str) -> Response:
    """Show a question page, or lead to the one that may be shown."""
    who, interview = _current()
    if who is None or interview is None:
        return session_over()
    shut = _shut(interview)
    if shut is not None:
        return shut
    if not interview.route.reachable(page_id) or (interview.route.termination and page_id == DONE):
        return _to_step(interview.next_step)
    page = interview.route.page_by_id[page_id]
    return _show(who, interview, page, saved=_just_saved(interview))


@blueprint.post("/q/<page_id>")
def answer(page_id: str) -> Response:
    """Save a question page, or show it again with what was typed."""
    who = _respondent()
    if who is None:
        return session_over(page_id)
    try:
        return _answer(who, page_id)
    except interviews.UnknownPageError:
        return pages.error_page(404)
    except interviews.UnknownInterviewError:
        return session_over(page_id)


def _answer(who: Respondent, page_id: str) -> Response:
    ctx = site().services
    if not _token_fits(who):
        return _show_again(who, page_id, status=403)
    if request.form.get("language"):
        return _switch_language(who, page_id)
    leaving = "back" in request.form or "stop" in request.form
    post = _post(who, page_id)
    if post is None:
        return _show_again(who, page_id, status=400)
    if leaving:
        return _leave(who, page_id, post)
    reply = interviews.answer_page(ctx, who.interview_id, post, who.code_id)
    match reply:
        case PageSaved(step=step):
            return _to_step(step)
        case PageKept(interview=interview, page=page, outcome=outcome):
            typed = Typed(_typed_form(), outcome, prompted=post.prompted)
            status = 422 if isinstance(outcome, Rejected) else 200
            return _show(who, interview, page, typed=typed, status=status)
        case PageStale(interview=interview, page=page):
            return _stale(who, interview, page)
        case NotOpen(interview=interview):
            return _shut(interview) or _to_step(DONE)


def _post(who: Respondent, page_id: str) -> Post | None:
    """The posted page, or ``None`` when its hidden inputs are not ours."""
    op_id = request.form.get("op", "")[:80]
    revision = request.form.get("rev", "")
    if not site().tokens.belongs(op_id, who.interview_id.hex) or not revision.isdecimal():
        return None
    return Post(
        page_id=page_id,
        op_id=op_id,
        revision=min(int(revision[:9]), 10**8),
        form=_typed_form(),
        language=_interview_language(),
        prompted="prompted" in request.form,
        to_review=request.form.get("from") == REVIEW,
    )


def _leave(who: Respondent, page_id: str, post: Post) -> Response:
    """Back, or stop for now: what is typed is kept where it can be, and nobody is held up."""
    ctx = site().services
    interview = interviews.load(ctx, who.interview_id, who.code_id)
    page = interviews.page_for(interview, page_id)
    ends = {one.after for one in interview.instrument.terminations}
    if page.item.var not in ends and page.item.kind is not Kind.INFO and any(post.form.values()):
        interviews.answer_page(ctx, who.interview_id, post, who.code_id)
    if "stop" in request.form:
        return pages.see_other("/stopped")
    before = interview.route.before(page_id)
    return _to_step(before.id if before else page_id)


def _switch_language(who: Respondent, page_id: str) -> Response:
    """Show the same page in another language, with everything that was typed."""
    ctx = site().services
    interview = interviews.load(ctx, who.interview_id, who.code_id)
    code = chosen_language(interview.instrument.languages)
    if code is not None:
        session["l"] = code
        interviews.speak(ctx, who.interview_id, code)
    return _show_again(who, page_id, status=200)


def _show_again(who: Respondent, page_id: str, *, status: int) -> Response:
    """The page with what was typed and a fresh token; nothing was saved."""
    interview = interviews.load(site().services, who.interview_id, who.code_id)
    page = interviews.page_for(interview, page_id)
    _ = translator(_interview_language(interview.instrument))
    notice = None
    if status != 200:
        notice = _("We could not save this page yet. Please press Next again.")
    typed = Typed(_typed_form(), prompted="prompted" in request.form)
    return _show(who, interview, page, typed=typed, notice=notice, status=status)


def _stale(who: Respondent, interview: Interview, page: Page) -> Response:
    language = _interview_language(interview.instrument)
    notice = stale_words(translator(language), interview, page, language)
    return _show(who, interview, page, typed=Typed(_typed_form()), notice=notice, status=409)


def _show(
    who: Respondent,
    interview: Interview,
    page: Page,
    *,
    typed: Typed | None = None,
    notice: str | None = None,
    saved: bool = False,
    status: int = 200,
) -> Response:
    language = _interview_language(interview.instrument)
    from_review = REVIEW in (request.args.get("from"), request.form.get("from"))
    hidden = _hidden(who, interview.state.revision)
    frame = PageFrame(
        language=language,
        translate=translator(language),
        action=QUESTION_URL.format(page.id),
        hidden=[*hidden, *([("from", REVIEW)] if from_review else [])],
        typical=_typical(interview),
        notice=notice,
        saved=saved,
        list_url=_list_url(interview, page, language),
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


@blueprint.get("/review")
def review() -> Response:
    """Show all answers before they are sent."""
    who, interview = _current()
    if who is None or interview is None:
        return session_over()
    shut = _shut(interview)
    if shut is not None:
        return shut
    if interview.next_step != REVIEW:
        return _to_step(interview.next_step)
    return _review(who, interview)


def _review(who: Respondent, interview: Interview, status: int = 200) -> Response:
    language = _interview_language(interview.instrument)
    hidden = _hidden(who, interview.state.revision)
    part = request.args.get("part", "1")
    view = review_view(interview, language, hidden, int(part[:3]) if part.isdecimal() else 1)
    _ = translator(language)
    title = _("Check your answers")
    offered = interview.instrument.languages
    return pages.page(
        "respond/review.html", view, title=title, language=language, offered=offered, status=status
    )


@blueprint.post("/review")
def send() -> Response:
    """Send the answers, once."""
    who, interview = _current()
    if who is None or interview is None:
        return session_over()
    shut = _shut(interview)
    if shut is not None:
        return shut
    op_id = request.form.get("op", "")[:80]
    ours = site().tokens.belongs(op_id, who.interview_id.hex)
    if not _token_fits(who) or not ours:
        return _review(who, interview, status=403)
    if "language" in request.form:
        code = chosen_language(interview.instrument.languages)
        if code is not None:
            session["l"] = code
            interviews.speak(site().services, who.interview_id, code)
        return _review(who, interview)
    if "back" in request.form:
        return _to_step(interview.route.pages[-1].id)
    if "stop" in request.form:
        return pages.see_other("/stopped")
    step = interviews.submit(
        site().services, who.interview_id, op_id, _interview_language(), who.code_id
    )
    return _to_step(step)


@blueprint.route("/done", methods=["GET", "POST"])
def done() -> Response:
    """Say how the interview ended."""
    who, interview = _current()
    if who is None or interview is None:
        return session_over()
    if interview.next_step != DONE:
        return _to_step(interview.next_step)
    language = _keep_language(interview.instrument)
    _ = translator(language)
    termination = interview.route.termination
    heading = _("Thank you")
    if termination is not None and not interview.submitted:
        view = DoneView(
            status=termination.status,
            heading=heading,
            text=termination.text[language],
            change_url=QUESTION_URL.format(termination.after),
            action="/done",
        )
    else:
        words = _("We have your answers. You helped us a lot. You can close this page now.")
        view = DoneView(CaseStatus.COMPLETE, heading, words, action="/done")
    offered = interview.instrument.languages
    return pages.page("respond/done.html", view, title=heading, language=language, offered=offered)


@blueprint.get("/stopped")
def stopped() -> Response:
    """Say that the answers are safe; the session on this device ends here."""
    language = page_language()
    _ = translator(language)
    sign_out()
    heading = _("Your answers are saved")
    words = _("You can go on later with the same code, on this or another device.")
    view = DoneView(CaseStatus.PARTIAL, heading, words)
    return pages.page("respond/done.html", view, title=heading, language=language)


def _just_saved(interview: Interview) -> bool:
    """Tell whether this page is shown because the one before it was saved a moment ago."""
    at = interview.state.last_saved_at
    return at is not None and site().services.clock.now() - at < JUST_SAVED


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


def _shut(interview: Interview) -> Response | None:
    """The page that says why no answers are taken now; ``None`` when they are."""
    if interview.gate is Gate.OPEN:
        return _to_step(DONE) if interview.submitted else None
    typed = [(name, value) for name, values in _typed_form().items() for value in values]
    return gate_page(interview, kept=typed)


def _token_fits(who: Respondent) -> bool:
    token = request.form.get("csrf_token", "")
    return site().tokens.fits(token, who.key) and from_our_pages()


def _hidden(who: Respondent, revision: int) -> list[tuple[str, str]]:
    tokens = site().tokens
    return [
        ("op", tokens.operation(who.interview_id.hex)),
        ("rev", str(revision)),
        ("csrf_token", tokens.token(who.key)),
    ]


def _typed_form() -> dict[str, list[str]]:
    return {name: values for name, values in posted_values().items() if name not in _OWN_FIELDS}


def _interview_language(instrument: Instrument | None = None) -> str:
    return page_language(instrument.languages if instrument else None)


def _keep_language(instrument: Instrument) -> str:
    code = chosen_language(instrument.languages)
    if code is not None:
        session["l"] = code
    return _interview_language(instrument)


def _typical(interview: Interview) -> dict[str, float]:
    panel = bool(interview.known.preload.answers)
    version = interview.state.version_id
    return dict(site().services.instruments.typical(version, panel=panel))


def _list_url(interview: Interview, page: Page, language: str) -> str | None:
    if page.item.code_list is None:
        return None
    return f"/lists/{interview.state.version_id[:16]}/{page.item.code_list}.{language}.json"


def _to_step(step: str) -> Response:
    target = {REVIEW: "/review", DONE: "/done"}.get(step) or QUESTION_URL.format(step)
    return pages.see_other(target)
