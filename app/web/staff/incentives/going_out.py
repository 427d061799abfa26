"""Thank-yous on their way: sent by e-mail and text message, put on lists, handed to the post."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, abort, flash, request

from app.panel.incentives import Way
from app.panel.states import Role
from app.services import jobs
from app.services.thanks import incentives as promises
from app.services.thanks import incentives_desk as desk
from app.services.thanks import incentives_post as post
from app.services.thanks.incentives_desk import OpenList
from app.services.thanks.incentives_job import KIND
from app.web import site
from app.web.locale import staff_translator
from app.web.respond.words import Translate
from app.web.staff import pages
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, needs_confirmation, signed_in
from app.web.staff.incentives import present

PATH = "/staff/incentives"
MAY_SEND = (Role.RESEARCHER, Role.FIELDWORK, Role.ADMIN)
MAY_POST = (Role.FIELDWORK,)
"""A list has names and addresses on it."""


def add_views(blueprint: Blueprint) -> None:
    """Register the views."""
    one = "/incentives/lists/<uuid:list_id>"
    blueprint.add_url_rule("/incentives/send", view_func=thanks_to_send)
    blueprint.add_url_rule("/incentives/send", view_func=send_thanks, methods=["POST"])
    blueprint.add_url_rule("/incentives/lists", view_func=post_lists)
    blueprint.add_url_rule("/incentives/lists", view_func=make_post_list, methods=["POST"])
    blueprint.add_url_rule(one, view_func=post_list)
    blueprint.add_url_rule(f"{one}/file", view_func=post_list_file, methods=["POST"])
    blueprint.add_url_rule(f"{one}/posted", view_func=hand_over, methods=["POST"])
    blueprint.add_url_rule(f"{one}/throw-away", view_func=throw_away, methods=["POST"])


@for_roles(*MAY_SEND)
@needs_confirmation
def thanks_to_send() -> Response:
    """Show what waits to be sent by e-mail and text message, and what there is in stock."""
    _, figures, code = _reader()
    found = desk.waiting(site().services, *desk.SENT_BY_US)
    return pages.page(
        "staff/incentives/send.html",
        title=_("Send thank-yous"),
        help="incentives",
        crumbs=[(PATH, _("Thank-yous"))],
        waiting=present.waiting(_, figures, code, found),
        short=present.short(_, figures, code, found),
    )


@for_roles(*MAY_SEND)
@needs_confirmation
def send_thanks() -> Response:
    """Have a job send what waits; whoever presses twice is led to the same work."""
    who = signed_in()
    services, language = site().services, pages.staff_language()
    promises.sweep(services)
    job_id = jobs.ask(services, KIND, {}, by=who.staff_id, language=language)
    return pages.see_other(f"/staff/jobs/{job_id}")


@for_roles(*MAY_POST)
@needs_confirmation
def post_lists() -> Response:
    """Show what waits to go by post, and the lists that wait to be handed over."""
    return _lists_page()


@for_roles(*MAY_POST)
@needs_confirmation
def make_post_list() -> Response:
    """Put what waits and is in stock on a list, for whoever fills the envelopes."""
    _, _figures, _code = _reader()
    # Who withdrew since is taken off before anything is written to a file.
    promises.sweep(site().services)
    try:
        made = post.make_list(site().services, by=signed_in().email)
    except post.PostError as error:
        return _lists_page(fault=_("No list was made."), detail=str(error), status=409)
    if made is None:
        fault = _("No list was made: nothing waits for the post, or nothing of its worth is left.")
        return _lists_page(fault=fault, status=409)
    told = _("Addresses on the list: %(count)s.", count=made.rows)
    if made.no_stock:
        told += " " + _("Waiting for stock: %(count)s", count=made.no_stock)
    flash(told)
    return pages.see_other(f"{PATH}/lists/{made.id}")


@for_roles(*MAY_POST)
@needs_confirmation
def post_list(list_id: UUID) -> Response:
    """Show one list: take its file, then say what became of it."""
    return _list_page(_there(list_id))


@for_roles(*MAY_POST)
@needs_confirmation
def post_list_file(list_id: UUID) -> Response:
    """Give the file of a list; who took it stands on record."""
    _, _figures, _code = _reader()
    found = _there(list_id)
    content = desk.take_list(site().services, list_id, staff_id=signed_in().staff_id)
    if content is None:
        lost = _("The file of this list is gone. Throw the list away and make a new one.")
        return _list_page(found, fault=lost, status=409)
    response = Response("\ufeff".encode() + content, content_type="text/csv; charset=utf-8")
    name = f"thank-yous-{str(list_id)[:8]}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@for_roles(*MAY_POST)
@needs_confirmation
def hand_over(list_id: UUID) -> Response:
    """Say that a list went to the post: its addresses are destroyed."""
    _, _figures, _code = _reader()
    found = desk.list_of(site().services, list_id)
    if found is not None and request.form.get("sure") != "1":
        return _list_page(
            found, fault=_("Say that the envelopes went to the post: tick the box."), status=422
        )
    try:
        count = post.handed_over(site().services, list_id, by=signed_in().email)
    except post.PostError:
        return _settled_already(_)
    flash(_("Sent by post: %(count)s. The list and its addresses are destroyed.", count=count))
    return pages.see_other(f"{PATH}/lists")


@for_roles(*MAY_POST)
@needs_confirmation
def throw_away(list_id: UUID) -> Response:
    """Destroy a list that did not go to the post; what was on it waits for the next one."""
    _, _figures, _code = _reader()
    if desk.list_of(site().services, list_id) is None:
        return _settled_already(_)
    count = post.throw_away(site().services, list_id, by=signed_in().email)
    flash(_("The list is destroyed. Waiting for the next one: %(count)s.", count=count))
    return pages.see_other(f"{PATH}/lists")


def _there(list_id: UUID) -> OpenList:
    found = desk.list_of(site().services, list_id)
    if found is None:
        abort(404)
    return found


def _settled_already(_: Translate) -> Response:
    words = _("There is no such list any more: somebody said already what became of it.")
    return _lists_page(fault=f"{words} {_('Nothing was changed.')}", status=409)


def _lists_page(
    *, fault: str | None = None, detail: str | None = None, status: int = 200
) -> Response:
    _, figures, code = _reader()
    found = desk.waiting(site().services, Way.POST)
    return pages.page(
        "staff/incentives/lists.html",
        title=_("Thank-yous by post"),
        status=status,
        help="incentives",
        crumbs=[(PATH, _("Thank-yous"))],
        fault=fault,
        detail=detail,
        waiting=present.waiting(_, figures, code, found),
        short=present.short(_, figures, code, found),
        lists=present.open_lists(_, figures, desk.lists(site().services)),
    )


def _list_page(found: OpenList, *, fault: str | None = None, status: int = 200) -> Response:
    _, figures, _code = _reader()
    return pages.page(
        "staff/incentives/list.html",
        title=_("List for the post"),
        status=status,
        help="incentives",
        crumbs=[(PATH, _("Thank-yous")), (f"{PATH}/lists", _("Thank-yous by post"))],
        fault=fault,
        path=f"{PATH}/lists/{found.id}",
        words=present.list_words(_, figures, found),
    )


def _reader() -> tuple[Translate, Figures, str]:
    code = pages.staff_language()
    return staff_translator(code), Figures(code), code
