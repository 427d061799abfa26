"""The question a passkey signs, and signing in with its answer. Only the script comes here."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from app.services.accounts import passkeys
from app.services.accounts.passkeys import LONGEST_ANSWER, ChallengePurpose, TooManyPasskeysError
from app.services.accounts.staff import Refusal, Visit
from app.web import site
from app.web.staff.door import sign_in
from app.web.staff.door.place import browser, place
from app.web.staff.gate import cookie_token, drop_cookie, for_everybody, visit

JSON = "application/json"


def add_views(blueprint: Blueprint) -> None:
    """Register the views."""
    blueprint.add_url_rule("/passkey/question", view_func=passkey_question, methods=["POST"])
    blueprint.add_url_rule("/sign-in/passkey", view_func=sign_in_with_passkey, methods=["POST"])


@for_everybody
def passkey_question() -> Response:
    """Return what the browser asks the passkey, as JSON; 403 to who may not ask for it."""
    where, who = place(), visit()
    purpose = request.form.get("purpose", "")
    if where is None or purpose not in {str(one) for one in ChallengePurpose}:
        abort(404)
    asked = ChallengePurpose(purpose)
    if not _may_ask(asked, who):
        abort(403)
    if asked is ChallengePurpose.REGISTER and who is not None:
        try:
            words = passkeys.ask_to_register(site().services, who, browser(where))
        except TooManyPasskeysError:
            abort(409)
    else:
        owner = who.staff_id if who else None
        words = passkeys.ask_to_sign(site().services, asked, browser(where), owner)
    return Response(words, content_type=JSON)


@for_everybody
def sign_in_with_passkey() -> Response:
    """Let in with a passkey: alone, or after the password."""
    where, who = place(), visit()
    if where is None:
        abort(404)
    waiting = cookie_token() if who is not None and not who.signed_in else None
    reply = passkeys.sign_in(site().services, browser(where), answer(), waiting=waiting)
    if isinstance(reply, Refusal):
        if waiting is None:
            return sign_in.password_page(refusal=reply, by_passkey=True)
        if reply is Refusal.ENDED:
            return drop_cookie(sign_in.password_page(refusal=reply))
        return sign_in.code_page(refusal=reply, by_passkey=True)
    return sign_in.let_in(reply)


def answer() -> str:
    """Return what the passkey signed, as the script posted it."""
    return request.form.get("passkey_answer", "")[: LONGEST_ANSWER + 1]


def _may_ask(purpose: ChallengePurpose, who: Visit | None) -> bool:
    signed_in = who is not None and who.signed_in
    match purpose:
        case ChallengePurpose.SIGN_IN:
            return not signed_in
        case ChallengePurpose.CONFIRM:
            return signed_in
        case ChallengePurpose.REGISTER:
            # To make one is itself something that needs a fresh proof.
            return signed_in and who is not None and who.confirmed
