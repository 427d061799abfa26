"""Putting down what somebody asked by phone, letter or e-mail: first who, then what, then sure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from flask import Blueprint, Response, abort, flash

from app.i18n.locales import language as language_named
from app.panel.privacy import Asked
from app.panel.states import PersonStatus
from app.services.members.panel_members import Member, load_member
from app.services.privacy import privacy_desk
from app.services.privacy.privacy_desk import ErasedError, ReceivedError
from app.web import site
from app.web.locale import staff_translator
from app.web.respond.words import Translate
from app.web.staff import pages
from app.web.staff.cases.words import case_words, standing_words
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, may_see, signed_in
from app.web.staff.privacy.frame import FILING, PATH, posted
from app.web.staff.privacy.words import article_of, asked_words

NEW = f"{PATH}/requests/new"


def add_views(blueprint: Blueprint) -> None:
    """Register the views of filing."""
    blueprint.add_url_rule("/privacy/requests/new", view_func=file_request)
    blueprint.add_url_rule("/privacy/requests/new", view_func=find_person, methods=["POST"])
    one = "/privacy/people/<uuid:person_id>"
    blueprint.add_url_rule(one, view_func=ask_for_person)
    blueprint.add_url_rule(one, view_func=put_down, methods=["POST"])


@for_roles(*FILING)
def file_request() -> Response:
    """Ask who it is about."""
    return _search()


@for_roles(*FILING)
def find_person() -> Response:
    """Lead to the person; what was typed stands in no address."""
    _ = staff_translator(pages.staff_language())
    typed = posted("who")
    found = privacy_desk.find_asker(site().services, signed_in(), typed)
    known = [one for one in found if not _is_erased(one)]
    if len(known) == 1:
        return pages.see_other(f"{PATH}/people/{known[0]}")
    if known:
        return _search(typed=typed, found=known)
    if found:
        words = _("This person was erased: nothing is known any more that could be asked for.")
        return _search(typed=typed, fault=words, status=422)
    words = _("We found nobody with this. Look at it again, or ask for another detail.")
    return _search(typed=typed, fault=words, status=422)


def _is_erased(person_id: UUID) -> bool:
    member = load_member(site().services, person_id)
    return member is None or member.standing.status is PersonStatus.ERASED


def _search(
    *,
    typed: str = "",
    found: list[UUID] | None = None,
    fault: str | None = None,
    status: int = 200,
) -> Response:
    _ = staff_translator(pages.staff_language())
    return pages.page(
        "staff/privacy/find.html",
        title=_("Put down a request"),
        status=status,
        help="privacy-requests",
        crumbs=[(PATH, _("Requests"))],
        fault=fault,
        typed=typed,
        found=[(f"{PATH}/people/{one}", one.hex) for one in found or ()],
    )


@for_roles(*FILING)
def ask_for_person(person_id: UUID) -> Response:
    """Ask what this person asks."""
    return _ask(_member(person_id), {})


@for_roles(*FILING)
def put_down(person_id: UUID) -> Response:
    """Put the request on record; all that is missing is said at once."""
    code = pages.staff_language()
    _ = staff_translator(code)
    member = _member(person_id)
    typed = {name: posted(name) for name in ("asked", "received", "language", "sure")}
    asked = next((one for one in Asked if one == typed["asked"]), None)
    received = _day(typed["received"])
    faults = []
    if asked is None:
        faults.append(_("Choose what the person asks."))
    if received is None and typed["received"]:
        faults.append(_("The day it was received is no date."))
    if not typed["sure"]:
        faults.append(_("First make sure that it is this person, and tick that you did."))
    if asked is None or faults:
        return _ask(member, typed, fault=" ".join(faults), status=422)
    language = typed["language"] if typed["language"] in site().languages else "nl"
    try:
        request_id = privacy_desk.file(
            site().services, signed_in(), person_id, asked, received_on=received, language=language
        )
    except ReceivedError:
        words = _("The day it was received lies in the future, or more than a year ago.")
        return _ask(member, typed, fault=words, status=422)
    except ErasedError:
        abort(404)
    flash(_done(_, asked))
    return pages.see_other(f"{PATH}/requests/{request_id}")


def _done(_: Translate, asked: Asked) -> str:
    return {
        Asked.ACCESS: _("It is on record. Make the copy once it is sure where it goes."),
        Asked.WITHDRAWAL: _("It is on record and done: nothing is sent to this person any more."),
        Asked.ERASURE: _(
            "It is on record. The part in the study ended; the privacy officer erases the rest."
        ),
    }[asked]


def _ask(
    member: Member, typed: Mapping[str, str], *, fault: str | None = None, status: int = 200
) -> Response:
    code = pages.staff_language()
    _, figures = staff_translator(code), Figures(code)
    today = site().services.clock.now().date()
    latest = max(member.cases, key=lambda one: one.wave, default=None)
    chosen = typed.get("language") or (latest.language if latest is not None else "nl")
    waves = [f"{one.wave}: {case_words(_, one.status)}" for one in member.cases]
    return pages.page(
        "staff/privacy/ask.html",
        title=_("What does this person ask?"),
        status=status,
        help="privacy-requests",
        crumbs=[(PATH, _("Requests")), (NEW, _("Another person"))],
        fault=fault,
        url=f"{PATH}/people/{member.person_id}",
        person_url=f"/staff/people/{member.person_id}" if may_see("staff.person") else None,
        facts=[
            (_("Person"), member.person_id.hex),
            (_("Status"), standing_words(_, member)),
            (_("Waves"), ", ".join(waves) or _("none")),
        ],
        asks=[(str(one), asked_words(_, one), article_of(one), _means(_, one)) for one in Asked],
        languages_of_person=[
            (one, language_named(one).name, one == chosen) for one in site().languages
        ],
        today=today.isoformat(),
        today_words=figures.day(today),
        typed=typed,
    )


def _means(_: Translate, asked: Asked) -> str:
    return {
        Asked.ACCESS: _("The privacy officer makes a copy within a month."),
        Asked.WITHDRAWAL: _(
            "At once: no letters, e-mails or text messages; codes end. Answers stay."
        ),
        Asked.ERASURE: _(
            "At once as above; the privacy officer destroys everything within a month."
        ),
    }[asked]


def _member(person_id: UUID) -> Member:
    member = load_member(site().services, person_id)
    if member is None or member.standing.status is PersonStatus.ERASED:
        abort(404)
    return member


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
