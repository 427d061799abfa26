"""The page where a person says how they want their thank-you: outside the answers, and once.

No code and no token stands in an address: the session of the interview that was just sent says
whose it is. What is typed here goes to no answer and to no contact of the panel; see
`app.services.thanks.incentives`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from flask import Blueprint, Response, session
from markupsafe import Markup

from app.panel.incentives import IncentiveKind, IncentiveStatus, Way
from app.services.interviewing import interviews
from app.services.interviewing.interviews import Interview
from app.services.members.people_news_file import contact_faults, in_one_form
from app.services.thanks import incentives
from app.services.thanks.incentives import NoStockError, Promise
from app.services.thanks.incentives_words import amount_words
from app.web import site
from app.web.locale import LANGUAGE_FIELD, chosen_language, translator
from app.web.respond import pages
from app.web.respond.gates import session_over
from app.web.respond.posted import belongs_to, posted_values
from app.web.respond.showing import form_inputs, spoken_in, to_step
from app.web.respond.view import Box, Choice, ErrorLink, Field, Link, MyView, Part, Words
from app.web.respond.words import Translate, ltr
from app.web.security import from_our_pages
from app.web.sessions import Respondent, signed_in

blueprint = Blueprint("thank_you", __name__)

URL = "/thank-you"
NONE = "none"
"""Posted by who wants no thank-you."""
_BOXES: Mapping[Way, tuple[str, ...]] = {
    Way.EMAIL: ("email",),
    Way.SMS: ("phone",),
    Way.POST: ("name", "street", "postcode", "city"),
}
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class _Here:
    """Somebody at this page, and what they have coming."""

    who: Respondent
    interview: Interview
    promise: Promise
    language: str

    @property
    def say(self) -> Translate:
        return translator(self.language)


@dataclass(frozen=True, slots=True)
class _Typed:
    """What stood in the form."""

    way: str = ""
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    asked_where: bool = False


def link_for(interview: Interview, language: str) -> tuple[str, str] | None:
    """Return address and words of the link on the last page; ``None``: nothing is promised."""
    promise = incentives.promised(site().services, interview)
    if promise is None or promise.status is IncentiveStatus.VOID:
        return None
    _ = translator(language)
    return URL, _("Your gift")


def way_out(who: Respondent, otherwise: str) -> str:
    """Return where who stops for now is led: here, when their answers earned something already."""
    ctx = site().services
    if not incentives.any_partial(ctx):
        return otherwise
    interview = interviews.load(ctx, who.interview_id, who.code_id)
    promise = incentives.promised(ctx, interview)
    open_ = promise is not None and promise.status is IncentiveStatus.DUE
    return URL if open_ else otherwise


@blueprint.get(URL)
def show() -> Response:
    """Ask how the person wants it, or say what became of it."""
    here = _here()
    return here if isinstance(here, Response) else _page(here, _Typed())


@blueprint.post(URL)
def choose() -> Response:
    """Write down how the person wants it."""
    here = _here()
    if isinstance(here, Response):
        return here
    fields = posted_values()
    if any(fields.get("op", ())) and not belongs_to(fields, here.who.interview_id):
        return session_over()
    typed = _typed(fields)
    token = next(iter(fields.get("csrf_token", ())), "")
    if not site().tokens.fits(token, here.who.key) or not from_our_pages():
        _ = here.say
        return _page(here, typed, notice=_("Please press the button again."), status=403)
    if LANGUAGE_FIELD in fields:
        pressed = chosen_language(here.interview.instrument.languages)
        session["l"] = pressed or here.language
        return _page(_Here(here.who, here.interview, here.promise, session["l"]), typed)
    if here.promise.status is not IncentiveStatus.DUE:
        return pages.see_other(URL)
    return _taken(here, typed)


def _taken(here: _Here, typed: _Typed) -> Response:
    if typed.way == NONE:
        return _said(here, None, {})
    way = next((one for one in here.promise.ways if one == typed.way), None)
    if way is None:
        return _page(here, _Typed(), faults=("way",), status=422)
    names = _BOXES.get(way, ())
    if names and not typed.asked_where:
        return _page(here, _Typed(typed.way, typed.fields, asked_where=True))
    given = {name: typed.fields.get(name, "") for name in names}
    wrong = contact_faults({name: value for name, value in given.items() if value})
    faults = [name for name in names if not given[name] or name in wrong]
    if faults:
        return _page(here, typed, faults=faults, status=422)
    return _said(here, way, in_one_form(given))


def _said(here: _Here, way: Way | None, fields: Mapping[str, str]) -> Response:
    try:
        incentives.ask_for(site().services, here.interview, way, fields, language=here.language)
    except NoStockError:
        _ = here.say
        notice = _("We cannot show a code just now. Choose another way, or come back tomorrow.")
        return _page(here, _Typed(), notice=notice, status=409)
    return pages.see_other(URL)


def _here() -> _Here | Response:
    """Who this is, or the page that they get instead."""
    ctx = site().services
    lifetime = timedelta(hours=ctx.settings.respondent_session_hours)
    who = signed_in(ctx.clock.now(), lifetime)
    if who is None:
        return session_over()
    try:
        interview = interviews.load(ctx, who.interview_id, who.code_id)
    except interviews.UnknownInterviewError:
        return session_over()
    promise = incentives.promised(ctx, interview)
    if promise is None or promise.status is IncentiveStatus.VOID:
        return to_step(interview.next_step)
    return _Here(who, interview, promise, spoken_in(interview.instrument))


def _typed(fields: Mapping[str, Sequence[str]]) -> _Typed:
    def value(name: str) -> str:
        return " ".join(next(iter(fields.get(name, ())), "")[:_LONGEST].split())

    names = {name for boxes in _BOXES.values() for name in boxes}
    return _Typed(value("way"), {name: value(name) for name in names}, "where" in fields)


def _page(
    here: _Here,
    typed: _Typed,
    *,
    faults: Sequence[str] = (),
    notice: str | None = None,
    status: int = 200,
) -> Response:
    hidden = form_inputs(here.who, here.interview.state.revision)
    if here.promise.status is not IncentiveStatus.DUE:
        view = _told(here, hidden)
    elif typed.asked_where and typed.way in _BOXES:
        more = [("way", typed.way), ("where", "1")]
        view = _where(here, typed, faults, [*hidden, *more], notice)
    else:
        view = _how(here, typed, faults, hidden, notice)
    return pages.page(
        "respond/my.html",
        view,
        title=view.heading,
        language=here.language,
        offered=here.interview.instrument.languages,
        status=status,
    )


def _how(
    here: _Here,
    typed: _Typed,
    faults: Sequence[str],
    hidden: Sequence[tuple[str, str]],
    notice: str | None,
) -> MyView:
    _ = here.say
    promise = here.promise
    labels = {**_way_words(_), NONE: _("No, thank you. I do not want it.")}
    error = _("Choose one of the answers on this page.") if "way" in faults else None
    came_back = promise.incentive is not None and promise.incentive.reason is not None
    if came_back and notice is None:
        notice = _("We could not send it. Please tell us once more where we can send it.")
    asked = Field(
        name="way",
        id="way",
        legend=_("How do you want to get it?"),
        type="radio",
        choices=[
            Choice(f"way-{one}", str(one), labels[one], checked=one == typed.way)
            for one in (*promise.ways, NONE)
        ],
        error=error,
    )
    amount = amount_words_of(promise, here.language)
    code = promise.rule.kind is IncentiveKind.GIFT_CODE
    gets = (
        _("You get a gift code worth %(amount)s.", amount=ltr(amount))
        if code
        else _("You get a gift card worth %(amount)s.", amount=ltr(amount))
    )
    return MyView(
        page_id="thank-you",
        heading=_("Thank you"),
        paragraphs=[gets, _("This page has nothing to do with your answers.")],
        parts=[Part(asked)],
        links=_links(here),
        submit_label=_("Next"),
        action=URL,
        hidden=hidden,
        errors=[ErrorLink(f"#way-{(*promise.ways, NONE)[0]}", error)] if error else (),
        notice=notice,
    )


def _where(
    here: _Here,
    typed: _Typed,
    faults: Sequence[str],
    hidden: Sequence[tuple[str, str]],
    notice: str | None,
) -> MyView:
    _ = here.say
    way = Way(typed.way)
    labels, wrong = _box_words(_), _fault_words(_)
    boxes = [
        Box(
            id=name,
            name=name,
            label=labels[name],
            value=typed.fields.get(name, ""),
            inputmode={"email": "email", "phone": "tel"}.get(name),
            dir="ltr" if name in ("email", "phone", "postcode") else "auto",
        )
        for name in _BOXES[way]
    ]
    parts = [
        Field(
            "where",
            "where",
            _("Where can we send it?"),
            "boxes",
            boxes=boxes,
            error=wrong[faults[0]] if faults else None,
        )
    ]
    return MyView(
        page_id="thank-you-where",
        heading=_("Where can we send it?"),
        paragraphs=[
            _("We use this only to send it, once. After that we delete what you fill in here."),
            _("We do not keep it with your answers."),
        ],
        parts=[Part(one) for one in parts],
        links=[Link(URL, _("Back"))],
        submit_label=_("Send"),
        action=URL,
        hidden=hidden,
        errors=[ErrorLink(f"#{name}", wrong[name]) for name in faults],
        notice=notice,
    )


def _told(here: _Here, hidden: Sequence[tuple[str, str]]) -> MyView:
    """What became of it; the code itself, for who asked to see it."""
    _ = here.say
    code = incentives.shown_code(site().services, here.promise)
    heading, words = _told_words(_, here.promise, code)
    return MyView(
        page_id="thank-you-code" if code else "thank-you-done",
        heading=heading,
        paragraphs=words,
        links=_links(here),
        action=URL,
        hidden=hidden,
    )


def _told_words(_: Translate, promise: Promise, code: str | None) -> tuple[str, Sequence[Words]]:
    way = promise.incentive.way if promise.incentive is not None else None
    match promise.status:
        case IncentiveStatus.DECLINED:
            return _("Thank you"), [_("You chose not to get a gift. We will not ask again.")]
        case IncentiveStatus.SENT if code is not None:
            return _("This is your gift code"), [
                Markup("<strong>{}</strong>").format(ltr(code)),
                _("Write the code down, take a picture of it or print this page."),
                _("You can see the code here for one day. The code is for you alone."),
            ]
        case IncentiveStatus.SENT if way is Way.SCREEN:
            return _("Thank you"), [_("You have seen your code. We cannot show it any more.")]
        case IncentiveStatus.SENT:
            return _("Thank you"), [_("We have sent it to you.")]
        case _:
            return _("Thank you"), [_("We will send it to you. That can take some days.")]


def amount_words_of(promise: Promise, language: str) -> str:
    """Return what a thank-you is worth; what was promised stands, whatever the rule says now."""
    one, rule = promise.incentive, promise.rule
    cents = rule.value_cents if one is None else one.value_cents
    currency = rule.currency if one is None else one.currency
    return amount_words(cents, currency, language)


def _links(here: _Here) -> list[Link]:
    _ = here.say
    if here.interview.submitted:
        return [Link("/done", _("Back"))]
    return [Link("/stopped", _("Stop now, go on later"))]


def _way_words(_: Translate) -> dict[str, str]:
    return {
        Way.SCREEN: _("Show the code now. I write it down."),
        Way.EMAIL: _("By e-mail"),
        Way.SMS: _("In a text message (SMS)"),
        Way.POST: _("By post"),
    }


def _box_words(_: Translate) -> dict[str, str]:
    return {
        "email": _("E-mail address"),
        "phone": _("Phone number"),
        "name": _("Name"),
        "street": _("Street and house number"),
        "postcode": _("Postcode"),
        "city": _("Town"),
    }


def _fault_words(_: Translate) -> dict[str, str]:
    return {
        "email": _("This e-mail address is not right. Check what you typed."),
        "phone": _("This phone number is not right. Check what you typed."),
        "name": _("Write the name for the envelope."),
        "street": _("Write the street and the house number."),
        "postcode": _("Write the postcode: 4 digits and 2 letters."),
        "city": _("Write the town."),
    }
