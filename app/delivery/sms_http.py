"""What gateways for text messages have in common: one HTTPS request, and what its end means.

A text message costs money and cannot be taken back. Once a request is on its way, only an answer
of the gateway says that it did not take the message; everything else is "unknown".
"""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from app.messages.providers import Attempt, Sms
from app.messages.sms_text import SmsSize
from app.messages.statuses import Outcome

TIMEOUT_S = 30.0
LONGEST_ANSWER = 200_000
"""Bytes that are read of an answer."""
_OURS = (401, 402, 403)
"""A key or an account that is not in order: nothing that another message could do better."""


class NotReachedError(Exception):
    """There was no connection; nothing was said."""


class NoAnswerError(Exception):
    """The request was on its way and no whole answer came."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a gateway answered."""

    status: int
    body: Any = field(repr=False)
    """Parsed JSON; ``None`` when it is none."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """Where requests go, and by whose word."""

    name: str
    """A word for the record, such as ``bird``."""
    url: str
    authorization: str = field(repr=False)
    timeout_s: float = TIMEOUT_S

    def hand_over(self, path: str, sms: Sms, more: Mapping[str, Any]) -> Answer | Attempt:
        """Return the answer to one text message, or what it came to when there was none.

        ``more`` are the fields that only this gateway knows.
        """
        body = {
            "originator": sms.sender,
            "recipients": [sms.to.removeprefix("+")],
            "body": sms.body,
            "reference": str(sms.reference),
        }
        try:
            return self.ask("POST", path, body | dict(more))
        except NotReachedError:
            return Attempt(Outcome.RETRY, reason=f"{self.name}-no-connection")
        except NoAnswerError:
            return Attempt(Outcome.UNKNOWN, reason=f"{self.name}-no-answer")

    def find(self, path: str, reference: UUID) -> Mapping[str, Any] | None:
        """Return what the gateway tells about a message; ``None`` when it is not about ours."""
        try:
            answer = self.ask("GET", path)
        except (NotReachedError, NoAnswerError):
            return None
        if refused(answer) is not None or not isinstance(answer.body, dict):
            return None
        return answer.body if answer.body.get("reference") == str(reference) else None

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Answer:
        """Return the answer to one request; it follows no redirection.

        Raises `NotReachedError`, `NoAnswerError`.
        """
        parts = urlsplit(self.url)
        made = http.client.HTTPConnection if parts.scheme == "http" else _https
        connection = made(parts.hostname or "", parts.port, timeout=self.timeout_s)
        try:
            try:
                connection.connect()
            except (OSError, ValueError) as error:
                raise NotReachedError from error
            content = None if body is None else json.dumps(body).encode()
            headers = {
                "Authorization": self.authorization,
                "Accept": "application/json",
                "Content-Type": "application/json; charset=utf-8",
            }
            try:
                connection.request(method, path, content, headers)
                response = connection.getresponse()
                read = response.read(LONGEST_ANSWER + 1)
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise NoAnswerError from error
            return Answer(response.status, _parsed(read))
        finally:
            connection.close()


def _https(host: str, port: int | None, *, timeout: float) -> http.client.HTTPConnection:
    return http.client.HTTPSConnection(
        host, port, timeout=timeout, context=ssl.create_default_context()
    )


def _parsed(read: bytes) -> Any:  # noqa: ANN401 (JSON)
    if len(read) > LONGEST_ANSWER:
        return None
    try:
        return json.loads(read)
    except (ValueError, RecursionError):
        return None


def refused(answer: Answer) -> Attempt | None:
    """Return what an answer other than yes means; ``None`` when it is a yes."""
    status = answer.status
    reason = f"http-{status}"
    if 200 <= status < 300:
        return None
    if status == 429 or status in _OURS:
        return Attempt(Outcome.THROTTLED, reason=reason)
    if status == 409:
        return Attempt(Outcome.DUPLICATE, reason=reason)
    if 400 <= status < 500 and status != 408:
        return Attempt(Outcome.REFUSED, reason=reason)
    # 5xx may come from something between us and a gateway that took the message.
    return Attempt(Outcome.UNKNOWN, reason=reason)


def accepted(answer: Answer, size: SmsSize, part_cost: int) -> Attempt:
    """Return that a message was taken, with the gateway's name for it and what it costs."""
    reference = answer.body.get("id") if isinstance(answer.body, dict) else None
    named = str(reference) if isinstance(reference, str | int) and str(reference) else None
    return Attempt(Outcome.ACCEPTED, reference=named, parts=size.parts, cost=size.parts * part_cost)


def first_recipient(body: Any) -> Mapping[str, Any]:  # noqa: ANN401 (JSON)
    """Return what an answer tells of the one recipient of a message; empty when it tells nothing.

    Recipients are a list, or a list under ``items`` (Bird) or ``data`` (Spryng).
    """
    found = body.get("recipients") if isinstance(body, dict) else None
    if isinstance(found, dict):
        found = found.get("items", found.get("data"))
    first = found[0] if isinstance(found, list) and found else None
    return first if isinstance(first, dict) else {}


def code_of(words: object) -> int | None:
    """Return the number of an error, which is a number or a few digits; ``None`` of all else."""
    told = str(words) if isinstance(words, str | int) and not isinstance(words, bool) else ""
    return int(told) if told.isascii() and told.isdigit() and len(told) < 6 else None
