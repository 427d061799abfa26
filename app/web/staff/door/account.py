"""The own account: what there is, the password, and where one is signed in."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, flash, request

from app.services.accounts import own_account, passkeys, recovery
from app.services.accounts.own_account import OpenSession, Same
from app.services.accounts.passwords import PASSWORD_MIN, PasswordFault
from app.services.accounts.staff import Refusal
from app.web import site
from app.web.locale import staff_translator
from app.web.respond.words import Translate
from app.web.staff import pages
from app.web.staff.door.fields import password_fault, retried_later, status_of
from app.web.staff.door.place import device_words
from app.web.staff.figures import Figures
from app.web.staff.gate import for_all_staff, needs_confirmation, signed_in
from app.web.staff.labels import role_words

ACCOUNT = "/staff/account"
PASSWORD = f"{ACCOUNT}/password"


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session in words; ``key`` is what its button posts."""

    key: str
    device: str
    since: str
    last_seen: str
    here: bool


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """A passkey in words."""

    id: str
    name: str
    made: str
    used: str
    host: str


def add_views(blueprint: Blueprint) -> None:
    """Register the views."""
    blueprint.add_url_rule("/account", view_func=account)
    blueprint.add_url_rule("/account/password", view_func=password)
    blueprint.add_url_rule("/account/password", view_func=post_password, methods=["POST"])
    blueprint.add_url_rule("/account/session", view_func=end_session, methods=["POST"])
    blueprint.add_url_rule("/account/sessions", view_func=end_others, methods=["POST"])


@for_all_staff
def account() -> Response:
    """Show one's account: ways in, and where one is signed in."""
    ctx, who = site().services, signed_in()
    language = pages.staff_language()
    _, figures = staff_translator(language), Figures(language)
    sessions = own_account.sessions_of(ctx, who)
    return pages.page(
        "staff/door/account.html",
        title=_("Your account"),
        help="account",
        email=who.email,
        role_name=role_words(_, who.role),
        passkeys=[_passkey_row(_, figures, one) for one in passkeys.passkeys_of(ctx, who.staff_id)],
        codes_left=recovery.codes_left(ctx, who),
        sessions=[_session_row(_, figures, one) for one in sessions],
        others=len(sessions) > 1,
    )


@for_all_staff
@needs_confirmation
def password() -> Response:
    """Ask for the old password and a new one."""
    return _password_page()


@for_all_staff
@needs_confirmation
def post_password() -> Response:
    """Change the password, and end all other sessions."""
    _ = staff_translator(pages.staff_language())
    new = request.form.get("new", "")
    if new != request.form.get("again", ""):
        return _password_page(fault=_("The two passwords are not the same."), at="again")
    reply = own_account.change_password(
        site().services, signed_in(), old=request.form.get("old", ""), new=new
    )
    if isinstance(reply, PasswordFault):
        return _password_page(fault=password_fault(_, reply), at="new")
    if reply is Same.SAME:
        return _password_page(fault=_("This is the password that you have already."), at="new")
    if reply is Refusal.TOO_MANY:
        words = _("Too many wrong tries. Wait an hour, or ask the administrator.")
        return _password_page(fault=words, at="old", status=status_of(reply))
    if reply is not None:
        return _password_page(fault=_("Your old password is not right."), at="old")
    flash(_("Your password was changed. You were signed out everywhere else."))
    return pages.see_other(ACCOUNT)


@for_all_staff
def end_session() -> Response:
    """End one of one's other sessions."""
    _ = staff_translator(pages.staff_language())
    ended = own_account.end_session(site().services, signed_in(), request.form.get("session", ""))
    flash(_("That browser is signed out.") if ended else _("That browser was signed out already."))
    return pages.see_other(ACCOUNT)


@for_all_staff
def end_others() -> Response:
    """End all of one's other sessions."""
    _ = staff_translator(pages.staff_language())
    own_account.end_other_sessions(site().services, signed_in())
    flash(_("You are signed out everywhere but here."))
    return pages.see_other(ACCOUNT)


def _password_page(fault: str | None = None, at: str = "", status: int = 422) -> Response:
    _ = staff_translator(pages.staff_language())
    return retried_later(
        pages.page(
            "staff/door/new_password.html",
            title=_("Change your password"),
            status=status if fault else 200,
            help="account",
            crumbs=[(ACCOUNT, _("Your account"))],
            fault=fault,
            at=at,
            email=signed_in().email,
            shortest=PASSWORD_MIN,
            action=PASSWORD,
            back=ACCOUNT,
        )
    )


def _session_row(_: Translate, figures: Figures, one: OpenSession) -> SessionRow:
    return SessionRow(
        one.key,
        device_words(_, one.device),
        figures.moment(one.since),
        figures.moment(one.last_seen_at),
        one.here,
    )


def _passkey_row(_: Translate, figures: Figures, one: passkeys.Passkey) -> PasskeyRow:
    used = _("never") if one.last_used_at is None else figures.moment(one.last_used_at)
    return PasskeyRow(str(one.id), one.name, figures.moment(one.created_at), used, one.rp_id)
