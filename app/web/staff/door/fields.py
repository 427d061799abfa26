"""What the door reads from a form, and what it says when somebody is not let in."""

from __future__ import annotations

from flask import Response, request

from app.services.accounts.passwords import PASSWORD_MIN, PasswordFault
from app.services.accounts.staff import Refusal
from app.web.respond.words import Translate

RETRY_S = 600
LONGEST_FIELD = 254
"""Characters of an e-mail address (RFC 5321, 4.5.3.1.3), and more than any code."""


def field(name: str) -> str:
    """Return what was typed, without what PostgreSQL cannot store, cut to a sensible length."""
    return request.form.get(name, "").replace("\0", "")[:LONGEST_FIELD]


def code_fault(_: Translate, refusal: Refusal | None) -> str | None:
    """Return why a code was not taken; ``None`` without a refusal."""
    if refusal is None:
        return None
    if refusal is Refusal.TOO_MANY:
        return _("Too many wrong codes. Wait an hour, or ask the administrator.")
    return _("This code is not right, or it was used before. Wait for the next one.")


def passkey_fault(_: Translate, refusal: Refusal | None) -> str | None:
    """Return why a passkey was not taken; ``None`` without a refusal."""
    if refusal is None:
        return None
    if refusal is Refusal.TOO_MANY:
        return _("Too many wrong tries. Wait an hour, or ask the administrator.")
    return _("This passkey was not accepted. Try again, or use your code.")


def status_of(refusal: Refusal | None) -> int:
    """Return the status of the page that says why somebody is not let in."""
    return {None: 200, Refusal.TOO_MANY: 429}.get(refusal, 422)


def retried_later(response: Response) -> Response:
    """Say when it is worth another try, where there were too many."""
    if response.status_code == 429:
        response.headers["Retry-After"] = str(RETRY_S)
    return response


def password_fault(_: Translate, fault: PasswordFault) -> str:
    """Return why a new password is refused."""
    return {
        PasswordFault.SHORT: _(
            "This password is too short: at least %(count)s characters. Three or four words that "
            "have nothing to do with each other are easy to remember.",
            count=PASSWORD_MIN,
        ),
        PasswordFault.REPEATED: _("This password repeats itself: it is guessed quickly."),
        PasswordFault.GUESSABLE: _(
            "This password is guessed quickly: it is made of your address, the name of the study, "
            "or a row of keys or digits."
        ),
    }[fault]
