"""What people asked about their data: the list by the day it is due, and one request."""

from __future__ import annotations

import json
from uuid import UUID

from flask import Blueprint, Response, abort, flash

from app.i18n.locales import language as language_named
from app.panel.privacy import Asked, Longer, Outcome, may_end_as
from app.services.privacy import access_copies, privacy_desk
from app.services.privacy.privacy_desk import (
    AlreadyLongerError,
    ErasedError,
    GroundError,
    Opened,
    RequestError,
    TooLateError,
)
from app.web import site
from app.web.locale import staff_translator
from app.web.respond.my_copy import copy_document
from app.web.respond.words import Translate
from app.web.staff import listing, pages
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, may_see, needs_confirmation, signed_in
from app.web.staff.privacy import present
from app.web.staff.privacy.frame import OFFICER, PATH, SEEING, opened, posted, tabs
from app.web.staff.privacy.words import asked_words, longer_words, outcome_words, state_of

ONE = "/privacy/requests/<uuid:request_id>"


def add_views(blueprint: Blueprint) -> None:
    """Register the views of requests."""
    blueprint.add_url_rule("/privacy", view_func=privacy)
    blueprint.add_url_rule("/privacy.csv", view_func=privacy_csv)
    blueprint.add_url_rule(ONE, view_func=privacy_request)
    blueprint.add_url_rule(f"{ONE}/copy", view_func=privacy_copy)
    blueprint.add_url_rule(f"{ONE}/copy", view_func=make_privacy_copy, methods=["POST"])
    blueprint.add_url_rule(f"{ONE}/longer", view_func=privacy_longer, methods=["POST"])
    blueprint.add_url_rule(f"{ONE}/answer", view_func=privacy_answer, methods=["POST"])


@for_roles(*SEEING)
def privacy() -> Response:
    """List the requests: what waits, by the day it is due, before what was done."""
    code = pages.staff_language()
    _, figures = staff_translator(code), Figures(code)
    columns = present.request_columns(_, figures)
    choices = present.request_choices(_)
    want = listing.asked(columns, choices=choices)
    every = privacy_desk.list_standing(site().services)
    found = present.wanted_requests(_, every, columns, want)
    return pages.page(
        "staff/privacy/requests.html",
        title=_("Requests about personal data"),
        help="privacy-requests",
        tabs=tabs(_, "privacy"),
        summary=present.summary(_, figures, every),
        may_file=may_see("staff.file_request"),
        may_erase=may_see("staff.erasures"),
        list=listing.shown(
            _, figures, columns, found, want,
            id="requests",
            caption=_("Requests"),
            empty=_(
                "Nobody asked anything yet. People ask on their own page, by the code of their"
                " letter; what they say by phone or letter is put down here."
            ),
            search_words=_("Search by number of the person, or who put it down"),
            choices=choices,
            csv_path=f"{PATH}.csv",
        ),
    )  # fmt: skip


@for_roles(*SEEING)
@needs_confirmation
def privacy_csv() -> Response:
    """Give the list as a file, under pseudonyms."""
    code = pages.staff_language()
    _, figures = staff_translator(code), Figures(code)
    columns = present.request_columns(_, figures)
    want = listing.asked(columns, choices=present.request_choices(_))
    every = privacy_desk.list_standing(site().services)
    found = present.wanted_requests(_, every, columns, want)
    return listing.csv_of(columns, found, name="requests")


@for_roles(*SEEING)
def privacy_request(request_id: UUID) -> Response:
    """Show one request: what is asked, by when, what was done, and what can be done now."""
    return request_page(opened(request_id))


def request_page(one: Opened, *, fault: str | None = None, status: int = 200) -> Response:
    """Return the page of a request, perhaps with what went wrong."""
    code = pages.staff_language()
    _, figures = staff_translator(code), Figures(code)
    request = one.standing.request
    words, badge = state_of(_, figures, one.standing)
    return pages.page(
        "staff/privacy/request.html",
        title=_("%(asked)s: request of %(day)s", asked=asked_words(_, request.asked),
                day=figures.short_day(present.day_of(request.asked_at))),
        status=status,
        help="privacy-requests",
        tabs=tabs(_, "privacy"),
        crumbs=[(PATH, _("Requests"))],
        fault=fault,
        url=f"{PATH}/requests/{request.id}",
        state=words,
        badge=badge,
        facts=present.facts(_, figures, one),
        deeds=present.deeds(_, figures, one),
        others=present.others(_, figures, one),
        steps=present.steps(one, officer=may_see("staff.make_privacy_copy")),
        law=present.law(_, request.asked),
        longer=[(str(why), longer_words(_, why)) for why in Longer],
        outcomes=[
            (str(end), outcome_words(_, end, request.asked)) for end in may_end_as(request.asked)
        ],
        typed={"why": posted("why"), "outcome": posted("outcome")},
    )  # fmt: skip


@for_roles(*OFFICER)
@needs_confirmation
def privacy_copy(request_id: UUID) -> Response:
    """Ask in which language and form the copy of all data is made."""
    return _copy_page(_access(request_id))


@for_roles(*OFFICER)
@needs_confirmation
def make_privacy_copy(request_id: UUID) -> Response:
    """Give the copy of all that is known of one person, as a file; on record each time."""
    one = _access(request_id)
    _ = staff_translator(pages.staff_language())
    code, form = posted("language"), posted("form")
    if code not in site().languages or form not in ("html", "json"):
        return _copy_page(one, fault=_("Choose a language and a form."), status=422)
    try:
        copy = privacy_desk.make_copy(site().services, signed_in(), request_id, code)
    except (RequestError, ErasedError):
        return request_page(
            opened(request_id), fault=_("No copy can be made of this request any more."), status=409
        )
    if form == "json":
        told = json.dumps(access_copies.as_json(copy), ensure_ascii=False, indent=1)
        response = Response(told, content_type="application/json; charset=utf-8")
    else:
        response = Response(copy_document(copy), content_type="text/html; charset=utf-8")
    day = present.day_of(copy.made_at).isoformat()
    response.headers["Content-Disposition"] = f'attachment; filename="copy-{day}.{form}"'
    return response


def _copy_page(one: Opened, *, fault: str | None = None, status: int = 200) -> Response:
    _ = staff_translator(pages.staff_language())
    request = one.standing.request
    offered = site().languages
    chosen = posted("language") or (one.language if one.language in offered else offered[0])
    return pages.page(
        "staff/privacy/copy.html",
        title=_("Make the copy"),
        status=status,
        help="privacy-requests",
        crumbs=[(PATH, _("Requests")), (f"{PATH}/requests/{request.id}", _("This request"))],
        fault=fault,
        url=f"{PATH}/requests/{request.id}",
        languages_of_copy=[(code, language_named(code).name, code == chosen) for code in offered],
        made_before=request.handled_at is not None,
    )


@for_roles(*OFFICER)
def privacy_longer(request_id: UUID) -> Response:
    """Take two months more, for one of the two reasons there are."""
    code = pages.staff_language()
    _, figures = staff_translator(code), Figures(code)
    one = opened(request_id)
    why = next((reason for reason in Longer if reason == posted("why")), None)
    if why is None:
        return request_page(one, fault=_("Choose why it takes longer."), status=422)
    try:
        until = privacy_desk.make_longer(site().services, signed_in(), request_id, why)
    except (RequestError, AlreadyLongerError):
        words = _("This was done, or the request was handled, in the meantime.")
        return request_page(opened(request_id), fault=words, status=409)
    except TooLateError:
        words = _("The first month is over: the person had to be told before its end.")
        return request_page(one, fault=words, status=409)
    told = _("Due on %(day)s now. Tell the person, with the reason.", day=figures.day(until))
    flash(told)
    return pages.see_other(f"{PATH}/requests/{request_id}")


@for_roles(*OFFICER)
def privacy_answer(request_id: UUID) -> Response:
    """End a request without carrying it out, on a ground of the law."""
    _ = staff_translator(pages.staff_language())
    one = opened(request_id)
    outcome = next((end for end in Outcome if end == posted("outcome")), None)
    if outcome is None or outcome not in may_end_as(one.standing.request.asked):
        return request_page(one, fault=_("Choose the ground."), status=422)
    try:
        privacy_desk.answer(site().services, signed_in(), request_id, outcome)
    except (RequestError, GroundError):
        words = _("The request was handled in the meantime.")
        return request_page(opened(request_id), fault=words, status=409)
    flash(_answered(_, outcome))
    return pages.see_other(f"{PATH}/requests/{request_id}")


def _answered(_: Translate, outcome: Outcome) -> str:
    if outcome.refuses:
        return _(
            "It is on record. Tell the person why, and that a complaint can be made to the Data"
            " Protection Authority and to a court."
        )
    return _("It is on record.")


def _access(request_id: UUID) -> Opened:
    one = opened(request_id)
    if one.standing.request.asked is not Asked.ACCESS:
        abort(404)
    return one
