"""Second factors of the own account: the authenticator app, passkeys, recovery codes."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, abort, flash, request

from app.services.accounts import authenticators, passkeys, recovery
from app.services.accounts.authenticators import NewAuthenticator
from app.services.accounts.staff import Refusal
from app.web import site
from app.web.locale import staff_translator
from app.web.staff import pages
from app.web.staff.door.account import ACCOUNT
from app.web.staff.door.fields import code_fault, field, retried_later, status_of
from app.web.staff.door.joining import LONGEST_SEALED, codes_page, in_fours
from app.web.staff.door.passkeys import answer
from app.web.staff.door.place import browser, device, device_words, place
from app.web.staff.door.sign_in import SCRIPT
from app.web.staff.gate import for_all_staff, needs_confirmation, signed_in
from app.web.staff.reaching import qr_svg


def add_views(blueprint: Blueprint) -> None:
    """Register the views."""
    rule = blueprint.add_url_rule
    rule("/account/authenticator", view_func=authenticator)
    rule("/account/authenticator", view_func=post_authenticator, methods=["POST"])
    rule("/account/recovery-codes", view_func=new_codes, methods=["POST"])
    rule("/account/passkeys/new", view_func=new_passkey)
    rule("/account/passkeys/new", view_func=post_passkey, methods=["POST"])
    rule("/account/passkeys/<uuid:passkey_id>/remove", view_func=remove_passkey, methods=["POST"])


@for_all_staff
@needs_confirmation
def authenticator() -> Response:
    """Show a new secret for the authenticator app; the one in use holds until it is proved."""
    who = signed_in()
    return _authenticator_page(
        authenticators.new_authenticator(site().services, who.staff_id, who.email)
    )


@for_all_staff
@needs_confirmation
def post_authenticator() -> Response:
    """Take the new secret into use for a code of it."""
    _ = staff_translator(pages.staff_language())
    ctx, who = site().services, signed_in()
    sealed = request.form.get("sealed_secret", "")[:LONGEST_SEALED]
    new = authenticators.reopened(ctx, who.staff_id, who.email, sealed)
    if new is None:
        return pages.see_other(request.path)
    if not authenticators.replace_authenticator(ctx, who.staff_id, new.secret, field("code")):
        return _authenticator_page(new, refusal=Refusal.WRONG)
    flash(_("Your authenticator app was set up. The codes of before work no more."))
    return pages.see_other(ACCOUNT)


@for_all_staff
@needs_confirmation
def new_codes() -> Response:
    """Make new recovery codes and show them, once."""
    return codes_page(recovery.make_codes(site().services, signed_in()), next_url=ACCOUNT)


@for_all_staff
@needs_confirmation
def new_passkey() -> Response:
    """Ask for a name; the script makes the passkey."""
    return _passkey_page()


@for_all_staff
@needs_confirmation
def post_passkey() -> Response:
    """Store the passkey that the browser made."""
    _ = staff_translator(pages.staff_language())
    where, name = place(), field("name").strip()
    if where is None:
        abort(404)
    if not name:
        return _passkey_page(fault=_("Give the passkey a name by which you know it again."))
    refusal = passkeys.register(site().services, signed_in(), browser(where), answer(), name=name)
    if refusal is not None:
        words = _("The passkey could not be stored. Is it there already? Try again.")
        return _passkey_page(fault=words, name=name)
    flash(_("The passkey “%(name)s” was added.", name=name))
    return pages.see_other(ACCOUNT)


@for_all_staff
@needs_confirmation
def remove_passkey(passkey_id: UUID) -> Response:
    """Take a passkey away."""
    _ = staff_translator(pages.staff_language())
    name = passkeys.remove(site().services, signed_in(), passkey_id)
    if name is None:
        abort(404)
    flash(_("The passkey “%(name)s” was removed.", name=name))
    return pages.see_other(ACCOUNT)


def _authenticator_page(new: NewAuthenticator, refusal: Refusal | None = None) -> Response:
    _ = staff_translator(pages.staff_language())
    return retried_later(
        pages.page(
            "staff/door/authenticator.html",
            title=_("Set up your authenticator app"),
            status=status_of(refusal),
            help="account",
            crumbs=[(ACCOUNT, _("Your account"))],
            fault=code_fault(_, refusal),
            action=f"{ACCOUNT}/authenticator",
            sealed=[("sealed_secret", new.sealed)],
            qr=qr_svg(new.uri),
            uri=new.uri,
            secret=in_fours(new.secret),
            back=ACCOUNT,
        )
    )


def _passkey_page(fault: str | None = None, name: str | None = None) -> Response:
    _ = staff_translator(pages.staff_language())
    return pages.page(
        "staff/door/new_passkey.html",
        title=_("Add a passkey"),
        status=422 if fault else 200,
        scripts=(SCRIPT,),
        help="account",
        crumbs=[(ACCOUNT, _("Your account"))],
        fault=fault,
        action=f"{ACCOUNT}/passkeys/new",
        back=ACCOUNT,
        name=name if name is not None else device_words(_, device()),
        longest=passkeys.LONGEST_NAME,
        possible=place() is not None,
    )
