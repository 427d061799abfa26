"""The session cookie: an id and one or two languages, signed; never an answer, a name or a code.

Respondents and staff have cookies of their own, under names of their own, so that a person who is
both does not mix them up.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from flask import Flask, Request, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

VISIT_LASTS = timedelta(minutes=10)
"""From one page of the own details to the next: phones are shared, and no answer is lost here."""


class TwoCookies(SecureCookieSessionInterface):
    """Flask's signed cookie under one name for respondents and another for staff pages."""

    def __init__(self, *, secure: bool) -> None:
        self._prefix = "__Host-" if secure else ""

    def get_cookie_name(self, app: Flask) -> str:
        """Return the name for the page being asked for."""
        return self._prefix + ("staff" if request.path.startswith("/staff") else "respondent")

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session; static files have none."""
        if request.path.startswith("/s/") or request.path == "/healthz":
            return self.session_class()
        return super().open_session(app, request)


class Respondent:
    """The respondent's session: which interview, through which code, since when."""

    def __init__(self, interview_id: UUID, code_id: UUID | None, key: str) -> None:
        self.interview_id = interview_id
        self.code_id = code_id
        self.key = key


def sign_in(interview_id: UUID, code_id: UUID | None, key: str, at: datetime) -> Respondent:
    """Begin a session for an interview, and return it."""
    languages = _languages()
    session.clear()
    session["i"] = interview_id.hex
    session["k"] = key
    session["t"] = int(at.timestamp())
    if code_id is not None:
        session["c"] = code_id.hex
    session.update(languages)
    return Respondent(interview_id, code_id, key)


def signed_in(at: datetime, lifetime: timedelta) -> Respondent | None:
    """Return the respondent of this request, or ``None`` without a session or after its time."""
    if "i" not in session:
        return None
    if at.timestamp() - session.get("t", 0) > lifetime.total_seconds():
        return None
    code = session.get("c")
    return Respondent(UUID(session["i"]), UUID(code) if code else None, session["k"])


def has_entered() -> bool:
    """Tell whether a respondent has entered a code on this device and not stopped since."""
    return "i" in session


def keep_language(language: str) -> None:
    """Keep the language a respondent reads; nothing is stored before the code was right."""
    if has_entered() and session.get("l") != language:
        session["l"] = language


def sign_out() -> None:
    """End the session; the languages of the person stay."""
    languages = _languages()
    session.clear()
    session.update(languages)


class Visit:
    """Somebody at the pages of their own details: through which code."""

    def __init__(self, code_id: UUID, key: str) -> None:
        self.code_id = code_id
        self.key = key


def open_details(code_id: UUID, key: str, at: datetime) -> Visit:
    """Begin a visit to one's own details; an interview of another code on this device ends."""
    if session.get("c", code_id.hex) != code_id.hex:
        sign_out()
    session.update({"m": code_id.hex, "mk": key, "mt": int(at.timestamp())})
    return Visit(code_id, key)


def details_visit(at: datetime) -> Visit | None:
    """Return the visit of this request, which then lasts on; ``None`` after `VISIT_LASTS`."""
    if "m" not in session:
        return None
    if at.timestamp() - session.get("mt", 0) > VISIT_LASTS.total_seconds():
        close_details()
        return None
    session["mt"] = int(at.timestamp())
    return Visit(UUID(session["m"]), session["mk"])


def close_details() -> None:
    """End the visit; an interview on this device goes on."""
    for key in ("m", "mk", "mt"):
        session.pop(key, None)


def _languages() -> dict[str, str]:
    """That of the page, and the second one below it."""
    return {key: session[key] for key in ("l", "b") if session.get(key)}
