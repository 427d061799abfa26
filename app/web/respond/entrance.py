"""The entrance: the code page, the page behind a QR code, and what a posted code leads to."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, request, session

from app.panel.access_code import LENGTH
from app.panel.arrivals import Door
from app.panel.states import Mode
from app.services.interviewing import interviews
from app.services.interviewing.assisting import MODES
from app.services.interviewing.entrances import Entered, Refusal, Refused, enter
from app.services.interviewing.posts import Post
from app.web import site
from app.web.arrivals import arrival
from app.web.locale import chosen_language, page_language, translator
from app.web.respond import pages
from app.web.respond.gates import ENTRANCE, KEPT, KEPT_PAGE, shut_page
from app.web.respond.posted import posted_value, posted_values, read_post, without_controls
from app.web.respond.showing import reply_to, to_step
from app.web.respond.view import Box, EntryView
from app.web.respond.words import Translate
from app.web.security import from_our_pages
from app.web.sessions import sign_in

blueprint = Blueprint("entrance", __name__)

HELPED = "helped"
LONGEST_CODE = 200
"""Characters of a typed code that are read and shown again; 14 digits fit with all their spaces."""

_SHUT = {
    Refusal.REVOKED: ("revoked", 403),
    Refusal.NOT_YET_OPEN: ("not-yet-open", 403),
    Refusal.PAUSED: ("paused", 503),
    Refusal.CLOSED: ("closed", 410),
}


@blueprint.get("/")
def home() -> Response:
    """Ask for the code."""
    language = page_language()
    return pages.entry_page(_entry_view(language), language=language)


# The QR code says it in capitals: a symbol of capitals and digits is smaller.
@blueprint.get("/C/<code>", endpoint="from_qr")
@blueprint.get("/c/<code>")
def from_letter(code: str) -> Response:
    """Show the page behind a QR code: a Start button that posts it. Nothing is looked up yet."""
    language = page_language()
    view = _entry_view(language, code=without_controls(code[: 2 * LENGTH]), from_letter=True)
    return pages.entry_page(view, language=language)


@blueprint.post("/")
def post_code() -> Response:
    """Open the interview of a code; save the page that was kept past an ended session."""
    language = form_language()
    token = request.form.get("csrf_token", "")
    if not site().tokens.fits(token, ENTRANCE) or not from_our_pages():
        _ = translator(language)
        notice = _("Please press Start again.")
        return _again(language, notice=notice, status=403)
    if chosen_language(site().languages):
        return _again(language)
    code = posted_value("code", most=LONGEST_CODE)
    mode = _mode(code)
    door = Door.QR if "letter" in request.form else Door.TYPED
    reply = enter(
        site().services,
        code,
        address=request.remote_addr or "",
        language=language if request.form.get("chosen") else None,
        mode=mode,
        arrival=arrival(door if mode is Mode.WEB else Door.STAFF),
    )
    if isinstance(reply, Refused):
        return _refused(reply, language)
    return entered(reply)


def helped(mode: Mode, code: str) -> str:
    """Return the hidden input by which a page of staff tells who holds the pen."""
    return f"{mode.value}.{site().tokens.token(f'helped {mode.value} {code}')}"


def _mode(code: str) -> Mode:
    told = posted_value(HELPED, most=80)
    return next((mode for mode in MODES if told and told == helped(mode, code)), Mode.WEB)


def entered(reply: Entered) -> Response:
    """Begin the session of a right code, and lead to where the person goes on."""
    ctx = site().services
    session["l"] = reply.language
    key = secrets.token_urlsafe(12)
    who = sign_in(reply.interview_id, reply.code_id, key, ctx.clock.now())
    post = _kept_post(reply)
    if post is not None:
        try:
            saved = interviews.answer_page(ctx, who.interview_id, post, who.code_id)
            return reply_to(who, post, saved)
        except interviews.UnknownPageError:
            pass
    return to_step(interviews.load(ctx, who.interview_id, who.code_id).next_step)


def _kept_post(reply: Entered) -> Post | None:
    """The page that was sent when the session had ended, if it was this person's."""
    page_id = request.form.get(KEPT_PAGE)
    if page_id is None:
        return None
    fields = {
        name.removeprefix(KEPT): values
        for name, values in posted_values().items()
        if name.startswith(KEPT)
    }
    return read_post(page_id, fields, reply.interview_id, reply.language)


def form_language() -> str:
    """Return the language of a page of the entrance that was posted."""
    posted = request.form.get("lang")
    if chosen_language(site().languages) is None and posted in site().languages:
        return str(posted)
    return page_language()


def _again(
    language: str, *, error: str | None = None, notice: str | None = None, status: int = 200
) -> Response:
    """The entrance once more, with what was typed."""
    kept = [
        (name, value)
        for name, values in posted_values().items()
        if name.startswith(KEPT) or name == KEPT_PAGE
        for value in values
    ]
    view = _entry_view(
        language,
        code=posted_value("code", most=LONGEST_CODE),
        from_letter="letter" in request.form and error is None,
        error=error,
        notice=notice,
        kept=kept,
    )
    return pages.entry_page(view, language=language, status=status)


def _entry_view(
    language: str,
    *,
    code: str = "",
    from_letter: bool = False,
    error: str | None = None,
    notice: str | None = None,
    kept: list[tuple[str, str]] | None = None,
) -> EntryView:
    hidden = door_fields(language) + ([("letter", "1")] if from_letter else [])
    return EntryView(
        action="/",
        hidden=hidden,
        code=code,
        from_letter=from_letter,
        error=error,
        notice=notice,
        kept=kept or (),
    )


def _refused(reply: Refused, language: str) -> Response:
    shut = shut_for(reply)
    if shut is not None:
        return shut
    words = refusal_words(translator(language), reply)
    status = 429 if reply.reason is Refusal.TOO_MANY else 422
    response = _again(language, error=words, status=status)
    if status == 429:
        response.headers["Retry-After"] = "30"
    return response


def shut_for(reply: Refused) -> Response | None:
    """Return the page of a code that is right and opens nothing now; ``None`` for a wrong one."""
    return shut_page(*_SHUT[reply.reason]) if reply.reason in _SHUT else None


def door_fields(language: str) -> list[tuple[str, str]]:
    """Return what every form with a code carries unseen: its token and the language of the page."""
    chosen = bool(chosen_language(site().languages) or request.form.get("chosen"))
    fields = [("csrf_token", site().tokens.token(ENTRANCE)), ("lang", language)]
    return [*fields, ("chosen", "1")] if chosen else fields


def code_box() -> Box:
    """Return the box for a code, with what was typed."""
    typed = posted_value("code", most=LONGEST_CODE)
    return Box("code", "code", None, typed, inputmode="numeric", dir="ltr", width=18)


def refusal_words(_: Translate, reply: Refused) -> str:
    """Return what is wrong with a code, and what would be right."""
    match reply.reason:
        case Refusal.EMPTY:
            return _("Fill in the code from our letter.")
        case Refusal.NOT_DIGITS:
            return _("A code has digits only. Check what you typed.")
        case Refusal.LENGTH:
            return _(
                "A code has %(length)s digits. You typed %(digits)s.",
                length=LENGTH,
                digits=reply.digits,
            )
        case Refusal.CHECK_DIGIT:
            return _("One of the digits is not right. Check the code in our letter once more.")
        case Refusal.TOO_MANY:
            return _("Too many wrong codes were tried here. Wait a minute and try again.")
        case Refusal.ALONE:
            return _("In this study you answer by yourself. Type your code on the first page.")
        case _:
            return _("We do not know this code. Check the code in our letter once more.")
