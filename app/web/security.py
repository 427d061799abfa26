"""Headers, form tokens and the origin of posts.

A respondent gets no cookie before the code is entered, so the token of a form is not kept in a
session: it is an HMAC over what the form belongs to. Beside it every post must come from our own
pages, by the browser's own word (``Sec-Fetch-Site``, else ``Origin``).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from flask import Flask, Response, current_app, request

from app.web.assets import gzipped

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "media-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # "no-referrer" would make browsers send `Origin: null` with every form.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    # A letter's address that somebody posted in public is not found by its code.
    "X-Robots-Tag": "noindex",
}
ONLY_HTTPS = "max-age=31536000"
"""A year without plain HTTP, told where the site is reached over HTTPS."""
SECRET_ADDRESSES = ("/c/", "/staff/join/")
"""Behind them stands a code or a token: they are not told to anybody, nor to ourselves."""
COMPRESSIBLE = ("text/html", "text/csv", "application/json", "image/svg+xml")
COMPRESS_FROM = 400
COMPRESS_LEVEL = 6


class FormTokens:
    """Tokens of forms and ids of operations, bound to a session and to an interview."""

    def __init__(self, secret_key: str) -> None:
        self._key = hashlib.sha256(b"form tokens:" + secret_key.encode()).digest()

    def token(self, subject: str) -> str:
        """Return the token of forms that belong to a subject (a session, or the entrance)."""
        return self._mac("csrf", subject, 18)

    def fits(self, token: str, subject: str) -> bool:
        """Tell whether a posted token belongs to the subject."""
        return hmac.compare_digest(token.encode(), self.token(subject).encode())

    def operation(self, interview: str) -> str:
        """Return a new operation id; it says to whose interview the page belongs."""
        nonce = secrets.token_urlsafe(9)
        return f"{nonce}.{self._mac('op', interview + nonce, 9)}"

    def belongs(self, operation: str, interview: str) -> bool:
        """Tell whether an operation id was made for an interview."""
        nonce, _, mac = operation.partition(".")
        return hmac.compare_digest(mac.encode(), self._mac("op", interview + nonce, 9).encode())

    def _mac(self, purpose: str, subject: str, length: int) -> str:
        message = f"{purpose}\x1f{subject}".encode()
        digest = hmac.digest(self._key, message, "sha256")[:length]
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def from_our_pages() -> bool:
    """Tell whether the browser says that this post comes from a page of ours.

    Old browsers send neither header; then the form's token decides alone.
    """
    from app.web import site  # which imports this module

    fetched_from = request.headers.get("Sec-Fetch-Site")
    if fetched_from is not None:
        return fetched_from in ("same-origin", "none")
    origin = request.headers.get("Origin")
    # Behind a proxy that speaks HTTPS for us the request itself looks like plain HTTP.
    settings = site().services.settings
    ours = (f"{request.scheme}://{request.host}", settings.public_url, settings.staff_url)
    return origin is None or origin in ours


def finish(response: Response) -> Response:
    """Add the headers of every answer, and compress it where that pays."""
    headers = response.headers
    if request.path.lower().startswith(SECRET_ADDRESSES):
        headers.setdefault("Referrer-Policy", "strict-origin")
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers.setdefault("Strict-Transport-Security", ONLY_HTTPS)
    # Phones are shared: nothing that was asked or answered stays in a cache.
    headers.setdefault("Cache-Control", "no-store")
    if (
        "gzip" in request.headers.get("Accept-Encoding", "")
        and "Content-Encoding" not in headers
        and response.mimetype in COMPRESSIBLE
        and not response.direct_passthrough
        and (response.content_length or 0) >= COMPRESS_FROM
    ):
        response.set_data(gzipped(response.get_data(), COMPRESS_LEVEL))
        headers["Content-Encoding"] = "gzip"
        headers.add("Vary", "Accept-Encoding")
    return response


def secure(app: Flask) -> None:
    """Register the headers on an app."""
    app.after_request(finish)
