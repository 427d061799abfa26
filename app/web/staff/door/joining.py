"""Behind a link from the administrator: join, or get back in. Two pages, nothing kept between them.

What the first page was given goes to the second in a sealed field that only this link opens.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, request

from app.services.accounts import authenticators, staff_links
from app.services.accounts.authenticators import NewAuthenticator
from app.services.accounts.passwords import PASSWORD_MIN, PasswordFault
from app.services.accounts.staff import Refusal
from app.services.accounts.staff_links import LinkKind, OpenLink
from app.web import site
from app.web.locale import staff_translator
from app.web.staff import pages
from app.web.staff.door.fields import (
    code_fault,
    field,
    password_fault,
    retried_later,
    status_of,
)
from app.web.staff.door.place import device
from app.web.staff.gate import SIGN_IN, arrive, for_everybody, set_cookies
from app.web.staff.labels import role_words
from app.web.staff.reaching import qr_svg

LONGEST_SEALED = 2_000


def add_views(blueprint: Blueprint) -> None:
    """Register the views."""
    blueprint.add_url_rule("/join/<token>", view_func=join)
    blueprint.add_url_rule("/join/<token>", view_func=post_join, methods=["POST"])


@for_everybody
def join(token: str) -> Response:
    """Show what the link is for and ask for the first thing; nothing is used up by looking."""
    opened = staff_links.open_link(site().services, token)
    return _gone() if opened is None else _password_page(opened)


@for_everybody
def post_join(token: str) -> Response:
    """Take the password, then the code."""
    opened = staff_links.open_link(site().services, token)
    if opened is None:
        return _gone()
    if "code" in request.form:
        if opened.link.kind is LinkKind.PASSWORD:
            return _choose_again(opened)
        return _finish(opened)
    return _take_password(opened)


def _take_password(opened: OpenLink) -> Response:
    _ = staff_translator(pages.staff_language())
    password = request.form.get("password", "")
    if opened.link.kind is LinkKind.SECOND_FACTOR:
        reply: str | Refusal | PasswordFault = staff_links.own_password(
            site().services, opened, password, address=request.remote_addr or ""
        )
    elif password != request.form.get("again", ""):
        return _password_page(opened, fault=_("The two passwords are not the same."))
    else:
        reply = staff_links.chosen_password(site().services, opened, password)
    if isinstance(reply, PasswordFault):
        return _password_page(opened, fault=password_fault(_, reply))
    if isinstance(reply, Refusal):
        words = {
            Refusal.TOO_MANY: _("Too many wrong tries. Wait an hour, or ask the administrator."),
        }.get(reply, _("This is not the password of this account."))
        return _password_page(opened, fault=words, status=status_of(reply))
    if opened.link.kind is LinkKind.PASSWORD:
        return _prove_page(opened, reply)
    fresh = authenticators.new_authenticator(site().services, opened.owner, opened.link.email)
    return _authenticator_page(opened, reply, fresh)


def _finish(opened: OpenLink) -> Response:
    ctx = site().services
    sealed_password, sealed_secret = _sealed("sealed_password"), _sealed("sealed_secret")
    new = authenticators.reopened(ctx, opened.owner, opened.link.email, sealed_secret)
    if new is None:
        return _password_page(opened, fault=_began_again())
    reply = staff_links.finish(
        ctx,
        opened,
        sealed_password=sealed_password,
        secret=new.secret,
        typed=field("code"),
        device=device(),
    )
    if reply is Refusal.ENDED:
        return _password_page(opened, fault=_began_again())
    if isinstance(reply, Refusal):
        return _authenticator_page(opened, sealed_password, new, refusal=reply)
    arrive(reply.entry)
    return set_cookies(codes_page(reply.codes, next_url="/staff/"), reply.entry)


def _choose_again(opened: OpenLink) -> Response:
    sealed = _sealed("sealed_password")
    reply = staff_links.choose_again(
        site().services, opened, sealed_password=sealed, typed=field("code")
    )
    if reply is Refusal.ENDED:
        return _password_page(opened, fault=_began_again())
    if reply is not None:
        return _prove_page(opened, sealed, refusal=reply)
    _ = staff_translator(pages.staff_language())
    flash(_("Your password was changed. Sign in with it."))
    return pages.see_other(SIGN_IN)


# --- pages ------------------------------------------------------------------------------------


def codes_page(codes: list[str], *, next_url: str) -> Response:
    """Return the page that shows recovery codes, once."""
    _ = staff_translator(pages.staff_language())
    return pages.page(
        "staff/door/codes.html",
        title=_("Your recovery codes"),
        help="account",
        codes=codes,
        next_url=next_url,
    )


def _password_page(opened: OpenLink, fault: str | None = None, status: int = 422) -> Response:
    _ = staff_translator(pages.staff_language())
    kind = opened.link.kind
    titles = {
        LinkKind.INVITATION: _("Welcome: choose a password"),
        LinkKind.SECOND_FACTOR: _("Set up your authenticator app again"),
        LinkKind.PASSWORD: _("Choose a new password"),
    }
    return pages.page(
        "staff/door/join.html",
        title=titles[kind],
        status=status if fault else 200,
        fault=fault,
        email=opened.link.email,
        role_name=role_words(_, opened.link.role) if opened.link.role else None,
        choosing=kind is not LinkKind.SECOND_FACTOR,
        shortest=PASSWORD_MIN,
        action=request.path,
    )


def _authenticator_page(
    opened: OpenLink, sealed_password: str, new: NewAuthenticator, refusal: Refusal | None = None
) -> Response:
    _ = staff_translator(pages.staff_language())
    return retried_later(
        pages.page(
            "staff/door/authenticator.html",
            title=_("Set up your authenticator app"),
            status=status_of(refusal),
            fault=code_fault(_, refusal),
            action=request.path,
            sealed=[("sealed_password", sealed_password), ("sealed_secret", new.sealed)],
            qr=qr_svg(new.uri),
            uri=new.uri,
            secret=in_fours(new.secret),
            back=None,
        )
    )


def _prove_page(opened: OpenLink, sealed: str, refusal: Refusal | None = None) -> Response:
    _ = staff_translator(pages.staff_language())
    return retried_later(
        pages.page(
            "staff/door/prove.html",
            title=_("Show that it is you"),
            status=status_of(refusal),
            fault=code_fault(_, refusal),
            action=request.path,
            sealed=sealed,
        )
    )


def in_fours(secret: str) -> str:
    """Return a secret as it is easiest to type over."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def _gone() -> Response:
    _ = staff_translator(pages.staff_language())
    words = _("It was used before, it is too old, or it was taken back. Ask for a new one.")
    return pages.message(_("This link does not work"), words, status=404)


def _began_again() -> str:
    _ = staff_translator(pages.staff_language())
    return _("It took too long. Fill in your password again.")


def _sealed(name: str) -> str:
    sealed = request.form.get(name, "")
    if len(sealed) > LONGEST_SEALED:
        abort(413)
    return sealed
