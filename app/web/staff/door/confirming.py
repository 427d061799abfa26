"""Showing once more who is there: a page between a person and what takes data out.

What was to be looked at is shown after it. What was posted is kept in hidden fields and posted on
by the browser itself (307), so that the view gets it as if nobody had asked. Files are not kept.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from app.services.accounts import confirming as service
from app.services.accounts import passkeys
from app.services.accounts.staff import Refusal
from app.web import site
from app.web.locale import staff_translator
from app.web.staff import pages
from app.web.staff.door.fields import code_fault, field, passkey_fault, retried_later, status_of
from app.web.staff.door.passkeys import answer
from app.web.staff.door.place import browser, place
from app.web.staff.door.sign_in import SCRIPT
from app.web.staff.gate import (
    CONFIRM,
    PATH,
    cookie_token,
    drop_cookie,
    for_all_staff,
    own_path,
    set_cookies,
    signed_in,
)

OWN_FIELDS = ("csrf_token", "confirm_to", "confirm_by", "confirm_code", "passkey_answer")
"""Of this page; everything else that is posted to it is kept for where it was going."""
POST_ON = "post"


def add_views(blueprint: Blueprint) -> None:
    """Register the views."""
    blueprint.add_url_rule("/confirm", view_func=confirm)
    blueprint.add_url_rule("/confirm", view_func=post_confirm, methods=["POST"])


@for_all_staff
def confirm() -> Response:
    """Ask for a code or a passkey, before what is to be looked at is shown."""
    return _page(own_path(request.args.get("to")) or f"{PATH}/", kept=[], by="get")


@for_all_staff
def post_confirm() -> Response:
    """Take the code or the passkey, and go on to where the person was going."""
    to = own_path(request.form.get("confirm_to")) or f"{PATH}/"
    by = request.form.get("confirm_by", "")
    who, token = signed_in(), cookie_token() or ""
    where = place()
    by_passkey = bool(answer()) and where is not None
    if where is not None and by_passkey:
        reply = passkeys.confirm(site().services, who, token, browser(where), answer())
    else:
        reply = service.confirm_with_code(site().services, who, token, field("confirm_code"))
    if reply is Refusal.ENDED:
        return drop_cookie(pages.error_page(401))
    if isinstance(reply, Refusal):
        return _page(to, kept=_kept(), by=by, refusal=reply, by_passkey=by_passkey)
    # 307 makes the browser post once more, there, all that it posted here.
    status = 307 if by == POST_ON else 303
    return set_cookies(Response(status=status, headers={"Location": to}), reply)


def ask_before_post() -> Response:
    """Return the page that asks, with what was posted in it; nothing was done yet."""
    to = own_path(request.full_path.rstrip("?")) or f"{PATH}/"
    return _page(to, kept=_kept(), by=POST_ON, status=401)


def _kept() -> list[tuple[str, str]]:
    return [
        (name, value) for name, value in request.form.items(multi=True) if name not in OWN_FIELDS
    ]


def _page(
    to: str,
    *,
    kept: list[tuple[str, str]],
    by: str,
    refusal: Refusal | None = None,
    by_passkey: bool = False,
    status: int | None = None,
) -> Response:
    _ = staff_translator(pages.staff_language())
    own = passkeys.usable_at(site().services, signed_in().staff_id, place())
    return retried_later(
        pages.page(
            "staff/door/confirm.html",
            title=_("Is it still you?"),
            status=status or status_of(refusal),
            scripts=(SCRIPT,),
            help="confirming",
            fault=passkey_fault(_, refusal) if by_passkey else code_fault(_, refusal),
            action=CONFIRM,
            to=to,
            by=by,
            kept=kept,
            files=bool(request.files),
            with_passkey=bool(own),
        )
    )
