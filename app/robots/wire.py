"""HTTP as a phone does it: one connection that is kept, a cookie jar, gzip, and trying again."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urlencode, urlsplit

TRY_AGAIN = frozenset({502, 503, 504})
_FORM = "application/x-www-form-urlencoded"


class NoAnswerError(Exception):
    """The server did not answer for as long as somebody was willing to try."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one request may take, and for how long it is repeated when none is answered."""

    timeout_s: float = 15.0
    keep_trying_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    location: str | None
    body: str
    size: int
    """Bytes of the body as they came over the wire."""

    @property
    def busy(self) -> bool:
        """True for an error in passing, of the server or of something before it.

        A study that has a break answers 503 too, with a page that says so: that is an answer.
        """
        passing = 'data-page="error-' in self.body or "data-page=" not in self.body
        return self.status in TRY_AGAIN and passing


class Wire:
    """One kept connection; several may share a jar, as the tabs of one browser do."""

    def __init__(
        self, url: str, jar: dict[str, str], patience: Patience, headers: Mapping[str, str]
    ) -> None:
        parts = urlsplit(url)
        self._connection = HTTPConnection(
            parts.hostname or "", parts.port or 80, timeout=patience.timeout_s
        )
        self._jar = jar
        self._headers = {
            "Accept": "text/html",
            "Accept-Encoding": "gzip",
            "User-Agent": "Perspectief robot (Mobile)",
            **headers,
        }

    def send(self, method: str, path: str, body: bytes | None = None) -> None:
        """Put a request on its way; `receive` has to follow."""
        headers = dict(self._headers)
        if self._jar:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._jar.items())
        if body is not None:
            headers["Content-Type"] = _FORM
        self._connection.request(method, path, body=body, headers=headers)

    def receive(self) -> Reply:
        """Return the answer to what was sent."""
        response = self._connection.getresponse()
        raw = response.read()
        _keep_cookies(self._jar, response)
        text = raw
        if response.getheader("Content-Encoding") == "gzip":
            text = gzip.decompress(raw)
        location = response.getheader("Location")
        return Reply(response.status, location, text.decode("utf-8", "replace"), len(raw))

    def close(self) -> None:
        """Close the connection; it opens again when needed."""
        self._connection.close()


def exchange(
    wires: Sequence[Wire], requests: Sequence[tuple[str, str, bytes | None]]
) -> list[Reply | None]:
    """Send requests at the same moment, one a wire; ``None`` stands for one that got no answer."""
    sent: list[Wire | None] = []
    for wire, request in zip(wires, requests, strict=True):
        try:
            wire.send(*request)
            sent.append(wire)
        except (OSError, HTTPException):
            wire.close()
            sent.append(None)
    return [_received(wire) for wire in sent]


def _received(wire: Wire | None) -> Reply | None:
    if wire is None:
        return None
    try:
        reply = wire.receive()
    except (OSError, HTTPException, EOFError):
        wire.close()
        return None
    return None if reply.busy else reply


def form_body(fields: Sequence[tuple[str, str]]) -> bytes:
    """Return fields as a browser posts them."""
    return urlencode(fields).encode()


def _keep_cookies(jar: dict[str, str], response: HTTPResponse) -> None:
    for header in response.headers.get_all("Set-Cookie") or ():
        pair, *attributes = (part.strip() for part in header.split(";"))
        name, _, value = pair.partition("=")
        if "max-age=0" in (one.lower() for one in attributes) or not value:
            jar.pop(name, None)
        else:
            jar[name] = value
