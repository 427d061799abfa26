"""My details: what changed in somebody's civic integration, and what they said yes or no to."""

from __future__ import annotations

from flask import Blueprint, Response

from app.panel.privacy import Purpose
from app.panel.states import PersonStatus
from app.services.members import consents, own_details
from app.services.members.consents import Consent
from app.services.members.people_news import What
from app.web import site
from app.web.respond.my_page import MENU, SHOWN, Here, Typed, look, page, saved, take
from app.web.respond.my_words import day_words
from app.web.respond.view import Choice, ErrorLink, Field, Link, Part, Words
from app.web.respond.words import Translate, as_text

blueprint = Blueprint("my_choices", __name__)

_YES, _NO = "yes", "no"
_ALWAYS = (Purpose.RECONTACT, Purpose.INTERVIEW, Purpose.RESULTS)
"""What can be allowed here also by who was never asked; the others once they came up."""


@blueprint.get("/my/status")
def status() -> Response:
    """Ask what changed."""
    return look(_status)


@blueprint.post("/my/status")
def report() -> Response:
    """Put it on record."""
    return take("status", _report)


def _report(here: Here, typed: Typed, operation: str) -> Response:
    given = typed.value("status")
    what = next((one for one in own_details.REPORTED if one == given), None)
    if what is None or here.own.status is PersonStatus.WITHDRAWN:
        return _status(here, Typed(typed.form, frozenset({"status"})))
    own_details.report_status(site().services, here.own, what, operation)
    return saved("1" if what is What.ACTIVE else "ended")


def _status(
    here: Here, typed: Typed | None, *, notice: Words | None = None, status: int = 200
) -> Response:
    _ = here.say
    if here.own.status is PersonStatus.WITHDRAWN:
        stopped = _("You asked us to stop. We write to you no more.")
        again = _("Do you want to take part again? Call us or write to us.")
        return page(here, "status", _("My civic integration"), paragraphs=[stopped, again])
    typed = typed or Typed()
    error = _("Choose one of the answers on this page.") if typed.faults else None
    given = typed.value("status")
    asked = Field(
        "status", "status", _("What has changed?"), "radio",
        choices=[
            Choice(f"status-{one.value}", one.value, words, checked=one.value == given)
            for one, words in _reports(_).items()
        ],
        error=error,
    )  # fmt: skip
    return page(
        here,
        "status",
        _("My civic integration"),
        paragraphs=[
            _("We ask for no proof. We tell nobody what you say here."),
            _(
                "Your answers have no effect on your civic integration, your benefit or your right"
                " to stay."
            ),
        ],
        parts=[Part(asked)],
        submit_label=_("Save"),
        errors=[ErrorLink(f"#status-{own_details.REPORTED[0]}", error)] if error else (),
        notice=notice,
        status=status,
    )


SHOWN["status"] = _status


def _reports(_: Translate) -> dict[What, str]:
    words = {
        What.FINISHED: _("I have finished my civic integration"),
        What.DISPENSED: _("I do not have to do it any more (dispensation)"),
        What.EXEMPT: _("I never had to do it (exemption)"),
        What.MOVED_ABROAD: _("I have moved to another country"),
        What.ACTIVE: _("I am still busy with it"),
    }
    return {one: words[one] for one in own_details.REPORTED}


@blueprint.get("/my/consents")
def agreed() -> Response:
    """Show what was allowed, since when."""
    return look(_agreed)


@blueprint.post("/my/consents")
def agree() -> Response:
    """Put every yes or no that is another one on record, with the words that stood there."""
    return take("consents", _agree)


def _agree(here: Here, typed: Typed, operation: str) -> Response:
    ctx, _ = site().services, here.say
    last = _last(here)
    for purpose in _offered(last):
        given = typed.value(purpose.value)
        if given in (_YES, _NO):
            words = [as_text(one) for one in (_asks(_, purpose), _("Yes"), _("No"))]
            consents.set_consent(
                ctx,
                here.own.person_id,
                purpose,
                given=given == _YES,
                language=here.language,
                words=words,
                case_id=here.own.case_id,
            )
    return saved()


def _agreed(
    here: Here, typed: Typed | None, *, notice: Words | None = None, status: int = 200
) -> Response:
    _ = here.say
    last = _last(here)
    parts = []
    for purpose in _offered(last):
        known = last.get(purpose)
        given = (_YES if known.given else _NO) if known is not None else ""
        if typed is not None:
            given = typed.value(purpose.value)
        name = purpose.value
        choices = [
            Choice(f"{name}-{value}", value, words, checked=value == given)
            for value, words in ((_YES, _("Yes")), (_NO, _("No")))
        ]
        asked = Field(name, name, _asks(_, purpose), "radio", choices=choices)
        parts.append(Part(asked, _said(_, here, known)))
    survey = last.get(Purpose.SURVEY)
    if survey is not None and survey.given:
        when = day_words(survey.at, here.language)
        told = [_("You wanted to answer our questions. You said so on %(day)s.", day=when)]
    else:
        told = []
    return page(
        here,
        "consents",
        _("What I agreed to"),
        paragraphs=[*told, _("You may change this at any time.")],
        parts=parts,
        submit_label=_("Save"),
        links=[Link("/my/stop", _("I want to stop")), Link(MENU, _("Back to my details"))],
        notice=notice,
        status=status,
    )


SHOWN["consents"] = _agreed


def _asks(_: Translate, purpose: Purpose) -> str:
    return {
        Purpose.RECONTACT: _("May we ask you again later?"),
        Purpose.INTERVIEW: _("May we ask you for a talk of about an hour?"),
        Purpose.LINK: _("May the researcher read your answers before that talk?"),
        Purpose.RESULTS: _("May we tell you what came out of the study?"),
        Purpose.INCENTIVE: _("May we send you a thank-you?"),
    }[purpose]


def _said(_: Translate, here: Here, known: Consent | None) -> Words:
    if known is None:
        return _("You have not said anything about this yet.")
    day = day_words(known.at, here.language)
    if known.given:
        return _("You said yes on %(day)s.", day=day)
    return _("You said no on %(day)s.", day=day)


def _last(here: Here) -> dict[Purpose, Consent]:
    found = consents.consents_of(site().services, here.own.person_id)
    return {one.purpose: one for one in found}


def _offered(last: dict[Purpose, Consent]) -> list[Purpose]:
    return [one for one in Purpose if one in _ALWAYS or (one in last and one is not Purpose.SURVEY)]
