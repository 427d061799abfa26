"""In and out: password, then code or passkey or recovery code; a passkey alone; the language."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request, session

from app.services.accounts import recovery, staff
from app.services.accounts.passkeys import usable_at
from app.services.accounts.staff import Entry, Refusal
from app.web import site
from app.web.locale import chosen_language, staff_translator
from app.web.staff import pages
from app.web.staff.door.fields import code_fault, field, passkey_fault, retried_later, status_of
from app.web.staff.door.place import device, place
from app.web.staff.gate import (
    SIGN_IN,
    cookie_token,
    drop_cookie,
    for_everybody,
    own_path,
    set_cookie,
    set_cookies,
    visit,
)

RECOVERY = f"{SIGN_IN}/recovery"
SCRIPT = "staff/passkey.js"
AFTER_RECOVERY = "/staff/account/authenticator"


def add_views(blueprint: Blueprint) -> None:
    """Register the views."""
    blueprint.add_url_rule("/sign-in", view_func=sign_in)
    blueprint.add_url_rule("/sign-in", view_func=post_sign_in, methods=["POST"])
    blueprint.add_url_rule("/sign-in/recovery", view_func=recovery_code)
    blueprint.add_url_rule("/sign-in/recovery", view_func=post_recovery_code, methods=["POST"])
    blueprint.add_url_rule("/sign-out", view_func=sign_out, methods=["POST"])
    blueprint.add_url_rule("/language", view_func=choose_language, methods=["POST"])


@for_everybody
def sign_in() -> Response:
    """Ask for e-mail address and password; after these for the second factor."""
    who = visit()
    if who is not None and who.signed_in:
        return pages.see_other("/staff/")
    return code_page() if who is not None else password_page()


@for_everybody
def post_sign_in() -> Response:
    """Take the one step of signing in that was posted."""
    if "totp" in request.form:
        return _check_code(field("totp"))
    email = field("email")
    reply = staff.check_password(
        site().services,
        email,
        request.form.get("password", ""),
        address=request.remote_addr or "",
        device=device(),
    )
    if isinstance(reply, Refusal):
        return password_page(email=email, refusal=reply)
    # Whoever was signed in here before is not any more.
    staff.sign_out(site().services, cookie_token())
    return set_cookie(pages.see_other(SIGN_IN), reply)


@for_everybody
def recovery_code() -> Response:
    """Ask for a recovery code, for who gave the password and has no phone."""
    if _waiting() is None:
        return pages.see_other(SIGN_IN)
    return _recovery_page()


@for_everybody
def post_recovery_code() -> Response:
    """Let in with a recovery code, to where the second factor is set up again."""
    reply = recovery.sign_in(site().services, cookie_token() or "", field("recovery"))
    if reply is Refusal.ENDED:
        return drop_cookie(password_page(refusal=reply))
    if isinstance(reply, Refusal):
        return _recovery_page(refusal=reply)
    _ = staff_translator(pages.staff_language())
    flash(_("You used a recovery code; it works no more. Set up your authenticator app again."))
    session.pop("to", None)
    return set_cookies(pages.see_other(AFTER_RECOVERY), reply)


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


def let_in(entry: Entry) -> Response:
    """Lead to the page that was asked for, signed in."""
    target = own_path(session.pop("to", None)) or "/staff/"
    return set_cookies(pages.see_other(target), entry)


def password_page(
    email: str = "", refusal: Refusal | None = None, by_passkey: bool = False
) -> Response:
    """Return the first page of the door; ``by_passkey`` says what was refused."""
    _ = staff_translator(pages.staff_language())
    fault = {
        None: None,
        Refusal.WRONG: _("This e-mail address and password do not belong together."),
        Refusal.TOO_MANY: _("Too many wrong tries. Wait an hour, or ask the administrator."),
        Refusal.ENDED: _("It took too long. Fill in your password again."),
    }[refusal]
    return retried_later(
        pages.page(
            "staff/door/password.html",
            title=_("Sign in"),
            status=status_of(refusal),
            scripts=(SCRIPT,),
            fault=passkey_fault(_, refusal) if by_passkey else fault,
            action=SIGN_IN,
            email=email,
            questions_url=_questions_url(),
            with_passkey=place() is not None,
        )
    )


def code_page(refusal: Refusal | None = None, by_passkey: bool = False) -> Response:
    """Return the page that asks for the second factor."""
    _ = staff_translator(pages.staff_language())
    who = visit()
    passkeys = usable_at(site().services, who.staff_id, place()) if who else []
    return retried_later(
        pages.page(
            "staff/door/code.html",
            title=_("The code from your authenticator app"),
            status=status_of(refusal),
            scripts=(SCRIPT,),
            fault=passkey_fault(_, refusal) if by_passkey else code_fault(_, refusal),
            action=SIGN_IN,
            recovery_url=RECOVERY,
            with_passkey=bool(passkeys),
        )
    )


def _check_code(typed: str) -> Response:
    reply = staff.check_code(site().services, cookie_token() or "", typed)
    if reply is Refusal.ENDED:
        return drop_cookie(password_page(refusal=reply))
    return code_page(refusal=reply) if isinstance(reply, Refusal) else let_in(reply)


def _recovery_page(refusal: Refusal | None = None) -> Response:
    _ = staff_translator(pages.staff_language())
    fault = {
        None: None,
        Refusal.WRONG: _("This recovery code is not right, or it was used before."),
        Refusal.TOO_MANY: _("Too many wrong codes. Wait an hour, or ask the administrator."),
    }[refusal]
    return retried_later(
        pages.page(
            "staff/door/recovery.html",
            title=_("A recovery code"),
            status=status_of(refusal),
            fault=fault,
            action=RECOVERY,
            sign_in_url=SIGN_IN,
        )
    )


def _waiting() -> staff.Visit | None:
    who = visit()
    return who if who is not None and not who.signed_in else None


def _questions_url() -> str:
    settings = site().services.settings
    return f"{settings.public_url}/" if settings.staff_host else "/"
