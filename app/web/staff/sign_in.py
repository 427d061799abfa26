"""The door: password, then code; out again; and the language of the pages."""

from __future__ import annotations

from flask import Blueprint, Response, request, session

from app.services import staff
from app.services.staff import Refusal
from app.web import site
from app.web.locale import chosen_language, staff_translator
from app.web.staff import pages
from app.web.staff.gate import (
    SIGN_IN,
    cookie_token,
    drop_cookie,
    for_everybody,
    own_path,
    set_cookie,
    visit,
)

RETRY_S = 600


def add_views(blueprint: Blueprint) -> None:
    """Register the views of the door."""
    blueprint.add_url_rule("/sign-in", view_func=sign_in)
    blueprint.add_url_rule("/sign-in", view_func=post_sign_in, methods=["POST"])
    blueprint.add_url_rule("/sign-out", view_func=sign_out, methods=["POST"])
    blueprint.add_url_rule("/language", view_func=choose_language, methods=["POST"])


@for_everybody
def sign_in() -> Response:
    """Ask for e-mail address and password; after these for the code."""
    who = visit()
    if who is not None and who.signed_in:
        return pages.see_other("/staff/")
    return _code_page() if who is not None else _password_page()


@for_everybody
def post_sign_in() -> Response:
    """Take the one step of signing in that was posted."""
    if "totp" in request.form:
        return _check_code(request.form["totp"])
    email = request.form.get("email", "").replace("\0", "")[:254]
    reply = staff.check_password(
        site().services,
        email,
        request.form.get("password", ""),
        address=request.remote_addr or "",
    )
    if isinstance(reply, Refusal):
        return _password_page(email=email, refusal=reply)
    # Whoever was signed in here before is not any more.
    staff.sign_out(site().services, cookie_token())
    return set_cookie(pages.see_other(SIGN_IN), reply)


def _check_code(typed: str) -> Response:
    reply = staff.check_code(site().services, cookie_token() or "", typed)
    if reply is Refusal.ENDED:
        return drop_cookie(_password_page(refusal=reply))
    if isinstance(reply, Refusal):
        return _code_page(refusal=reply)
    target = own_path(session.pop("to", None)) or "/staff/"
    return set_cookie(pages.see_other(target), reply)


@for_everybody
def sign_out() -> Response:
    """End the session, here and on the server."""
    staff.sign_out(site().services, cookie_token())
    session.pop("to", None)
    return drop_cookie(pages.see_other(SIGN_IN))


@for_everybody
def choose_language() -> Response:
    """Show the page once more in another language."""
    code = chosen_language(pages.offered())
    if code is not None:
        session["l"] = code
    return pages.see_other(own_path(request.form.get("back")) or "/staff/")


def _password_page(email: str = "", refusal: Refusal | None = None) -> Response:
    _ = staff_translator(pages.staff_language())
    fault = {
        None: None,
        Refusal.WRONG: _("This e-mail address and password do not belong together."),
        Refusal.TOO_MANY: _("Too many wrong tries. Wait an hour, or ask the administrator."),
        Refusal.ENDED: _("It took too long. Fill in your password again."),
    }[refusal]
    return _page("staff/password.html", _("Sign in"), refusal, fault, email=email)


def _code_page(refusal: Refusal | None = None) -> Response:
    _ = staff_translator(pages.staff_language())
    fault = {
        None: None,
        Refusal.WRONG: _("This code is not right, or it was used before. Wait for the next one."),
        Refusal.TOO_MANY: _("Too many wrong codes. Wait an hour, or ask the administrator."),
    }[refusal]
    title = _("The code from your authenticator app")
    return _page("staff/code.html", title, refusal, fault)


def _page(
    template: str, title: str, refusal: Refusal | None, fault: str | None, **context: object
) -> Response:
    status = {None: 200, Refusal.TOO_MANY: 429}.get(refusal, 422)
    response = pages.page(
        template, title=title, status=status, fault=fault, action=SIGN_IN, **context
    )
    if status == 429:
        response.headers["Retry-After"] = str(RETRY_S)
    return response
