"""Who may see which staff page: every view says so, and what says nothing is shown to nobody.

A view carries its declaration (`for_roles`, `for_all_staff`, `for_everybody`); the guard of the
blueprint reads it before the view runs. Posts also need the token of the form they come from.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, current_app, g, request, session

from app.panel.states import Role
from app.services.accounts.staff import CONFIRMED_FOR, Entry, Visit, visit_of
from app.web import site
from app.web.security import from_our_pages

View = TypeVar("View", bound=Callable[..., Response])

PATH = "/staff"
SIGN_IN = f"{PATH}/sign-in"
CONFIRM = f"{PATH}/confirm"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

_ACCESS = "staff_access"
_CONFIRMED = "staff_needs_confirmation"
_MOST_BYTES = "staff_most_bytes"
_OWN_PATH = re.compile(r"/staff(/[\w./-]*)?(\?[\w.=&%+-]*)?")
_LONGEST_PATH = 500


@dataclass(frozen=True, slots=True)
class Access:
    """Which roles may see a view; ``everybody`` needs no account at all."""

    roles: frozenset[Role]
    everybody: bool = False


def for_roles(*roles: Role) -> Callable[[View], View]:
    """Declare that a view is for these roles."""

    def declare(view: View) -> View:
        setattr(view, _ACCESS, Access(frozenset(roles)))
        return view

    return declare


def for_all_staff(view: View) -> View:
    """Declare that a view is for every role."""
    return for_roles(*Role)(view)


def for_everybody(view: View) -> View:
    """Declare that a view is for people who have not signed in yet, too."""
    setattr(view, _ACCESS, Access(frozenset(), everybody=True))
    return view


def needs_confirmation(view: View) -> View:
    """Declare that a view wants a fresh proof of who asks: a code or passkey of the last minutes.

    For what takes data about persons out, shows contact details, or cannot be undone.
    """
    setattr(view, _CONFIRMED, True)
    return view


def takes_files(most_bytes: int) -> Callable[[View], View]:
    """Declare that a view takes a file: a post may have so many bytes, once its sender may post."""

    def declare(view: View) -> View:
        setattr(view, _MOST_BYTES, most_bytes)
        return view

    return declare


def wants_confirmation(view: Callable[..., object]) -> bool:
    """Tell whether a view declares `needs_confirmation`."""
    return bool(getattr(view, _CONFIRMED, False))


def access_of(view: Callable[..., object]) -> Access | None:
    """Return what a view declares, or ``None`` when it declares nothing."""
    return cast(Access | None, getattr(view, _ACCESS, None))


def guarded(blueprint: Blueprint) -> Blueprint:
    """Put the guard before all views of a blueprint."""
    blueprint.before_request(_guard)
    return blueprint


def visit() -> Visit | None:
    """Return whose browser this is, also while it waits for the code."""
    return cast(Visit | None, g.get("visit"))


def signed_in() -> Visit:
    """Return the member of staff who asks; behind the guard there is one."""
    found = visit()
    if found is None or not found.signed_in:
        abort(401)
    return found


def arrive(entry: Entry) -> None:
    """Make this request that of somebody who was let in by it, for the page that it answers."""
    g.visit = visit_of(site().services, entry.token, entry.proof)


def may_see(endpoint: str) -> bool:
    """Tell whether the member of staff who asks may see a view: for links."""
    found = visit()
    access = access_of(current_app.view_functions[endpoint])
    return (
        found is not None and found.signed_in and access is not None and found.role in access.roles
    )


def form_token() -> str:
    """Return the token for the forms of this page."""
    return site().tokens.token(form_subject())


def own_path(path: str | None) -> str | None:
    """Return a path if it is one of the staff site, so that nobody is led away from it."""
    if path is None or len(path) > _LONGEST_PATH or ".." in path:
        return None
    return path if _OWN_PATH.fullmatch(path) else None


# --- the cookies ----------------------------------------------------------------------------------


def cookie_name() -> str:
    """Return the name of the cookie with the session's token.

    ``__Host-`` would forbid a path, and the path keeps it away from the respondents' pages.
    """
    return _named("staff_session")


def proof_name() -> str:
    """Return the name of the cookie that proves a confirmation; without it a session takes no data.

    A cookie of its own, so that a copied session is not a copied proof.
    """
    return _named("staff_confirmed")


def cookie_token() -> str | None:
    """Return the token that the browser sent."""
    return request.cookies.get(cookie_name())


def set_cookie(response: Response, token: str) -> Response:
    """Give the browser the token of its session, until it is closed."""
    _set(response, cookie_name(), token)
    return response


def set_cookies(response: Response, entry: Entry) -> Response:
    """Give the browser the token of its session, and the proof that somebody is there."""
    _set(response, cookie_name(), entry.token)
    _set(response, proof_name(), entry.proof, max_age=int(CONFIRMED_FOR.total_seconds()))
    return response


def drop_cookie(response: Response) -> Response:
    """Take the tokens back."""
    for name in (cookie_name(), proof_name()):
        response.delete_cookie(
            name,
            path=PATH,
            secure=site().services.settings.secure_cookies,
            httponly=True,
            samesite="Strict",
        )
    return response


def _named(name: str) -> str:
    return f"__Secure-{name}" if site().services.settings.secure_cookies else name


def _set(response: Response, name: str, token: str, max_age: int | None = None) -> None:
    response.set_cookie(
        name,
        token,
        max_age=max_age,
        path=PATH,
        secure=site().services.settings.secure_cookies,
        httponly=True,
        samesite="Strict",
    )


# --- the guard ------------------------------------------------------------------------------------


def _guard() -> Response | None:
    view = current_app.view_functions[request.endpoint or ""]
    access = access_of(view)
    if access is None:
        abort(403)
    g.visit = found = visit_of(site().services, cookie_token(), request.cookies.get(proof_name()))
    if not access.everybody:
        if found is None or not found.signed_in:
            return _to_sign_in()
        if found.role not in access.roles:
            abort(403)
    # The token stands in the form: how much of it is read has to be said before.
    request.max_content_length = getattr(view, _MOST_BYTES, request.max_content_length)
    if request.method not in SAFE_METHODS and not _token_fits():
        abort(403)
    if wants_confirmation(view) and not (found is not None and found.confirmed):
        return _to_confirm()
    return None


def _to_sign_in() -> Response:
    """Ask for the password; what was to be looked at is shown after it."""
    if request.method not in SAFE_METHODS:
        abort(401)
    session["to"] = own_path(request.full_path.rstrip("?"))
    return Response(status=303, headers={"Location": SIGN_IN})


def _to_confirm() -> Response:
    """Ask once more who is there; what was posted is kept in the page that asks."""
    from app.web.staff.door import confirming  # which imports this module

    if request.method not in SAFE_METHODS:
        return confirming.ask_before_post()
    to = own_path(request.full_path.rstrip("?")) or f"{PATH}/"
    return Response(status=303, headers={"Location": f"{CONFIRM}?{urlencode({'to': to})}"})


def _token_fits() -> bool:
    token = request.form.get("csrf_token", "")
    return site().tokens.fits(token, form_subject()) and from_our_pages()


def form_subject() -> str:
    """Return what form tokens are bound to: the session, or at the door the browser."""
    found = visit()
    if found is not None:
        return f"staff {found.key}"
    if "n" not in session:
        session["n"] = secrets.token_urlsafe(12)
    return f"staff door {session['n']}"
