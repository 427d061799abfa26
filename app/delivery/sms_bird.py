"""Text messages through Bird, formerly MessageBird: its REST interface and its reports."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from app.delivery.sms_http import (
    Gateway,
    NoAnswerError,
    NotReachedError,
    accepted,
    refused,
)
from app.messages.providers import Attempt, Report, Sms
from app.messages.sms_text import Encoding, size_of
from app.messages.statuses import MessageStatus, Outcome
from app.settings import SmsGateway

NAME = "bird"
SIGNATURE_HEADER = "MessageBird-Signature-JWT"
VALIDITY_S = 24 * 3600
"""A reminder that comes days late is worse than none."""
_STATUSES = {
    "sent": MessageStatus.SENT,
    "buffered": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "expired": MessageStatus.RETURNED,
    "delivery_failed": MessageStatus.RETURNED,
}
_OF_THE_ACCOUNT = (2, 25)
"""Its own codes: the key is not right; there is no money left."""


class Bird:
    """Sends text messages through Bird."""

    name = NAME

    def __init__(self, gateway: SmsGateway, *, part_cost: int, timeout_s: float = 30.0) -> None:
        self._gateway = Gateway(gateway.url, f"AccessKey {gateway.key}", timeout_s)
        self._part_cost = part_cost

    def send(self, sms: Sms) -> Attempt:
        """Hand over one text message; never raises for what a network or a server may do."""
        size = size_of(sms.body)
        body = {
            "originator": sms.sender,
            "recipients": [sms.to.removeprefix("+")],
            "body": sms.body,
            "reference": str(sms.reference),
            "datacoding": "plain" if size.encoding is Encoding.GSM_7 else "unicode",
            "validity": VALIDITY_S,
        }
        try:
            answer = self._gateway.ask("POST", "/messages", body)
        except NotReachedError:
            return Attempt(Outcome.RETRY, reason="bird-no-connection")
        except NoAnswerError:
            return Attempt(Outcome.UNKNOWN, reason="bird-no-answer")
        refusal = refused(answer)
        if refusal is not None:
            code = _error_code(answer.body)
            if code is None or refusal.outcome is Outcome.UNKNOWN:
                return refusal
            outcome = Outcome.THROTTLED if code in _OF_THE_ACCOUNT else refusal.outcome
            return Attempt(outcome, reason=f"bird-{code}")
        if _status_of(answer.body) == "delivery_failed":
            return Attempt(Outcome.REFUSED, reason="bird-delivery_failed")
        found = answer.body.get("id") if isinstance(answer.body, dict) else None
        return accepted(found, size, self._part_cost)

    def look_up(self, reference: UUID, named: str, *, at: datetime) -> Report | None:
        """Return the news about a message that the gateway calls ``named``; ``None`` without."""
        try:
            answer = self._gateway.ask("GET", f"/messages/{quote(named, safe='')}")
        except (NotReachedError, NoAnswerError):
            return None
        if refused(answer) is not None or not isinstance(answer.body, dict):
            return None
        if answer.body.get("reference") != str(reference):
            return None
        status = _STATUSES.get(_status_of(answer.body))
        return Report(reference, status, at, _reason(status, {})) if status else None


def read_report(fields: Mapping[str, str], *, received: datetime) -> Report | None:
    """Return the news in a status report; ``None`` when it is none of ours or tells nothing new."""
    status = _STATUSES.get(fields.get("status", ""))
    try:
        reference = UUID(fields.get("reference", ""))
    except ValueError:
        return None
    if status is None:
        return None
    return Report(
        reference, status, _moment(fields.get("statusDatetime", "")) or received,
        _reason(status, fields),
    )  # fmt: skip


def is_signed(token: str, *, url: str, body: bytes, key: str, now: datetime) -> bool:
    """Tell whether a request was signed by Bird with our key, for this address and this body.

    The signature is a JWT (RFC 7519) of kind HS256; no other kind is taken, and none without one.
    """
    pieces = token.split(".")
    if len(pieces) != 3:
        return False
    try:
        header, claims = (json.loads(_decoded(piece)) for piece in pieces[:2])
        signature = _decoded(pieces[2])
    except (ValueError, binascii.Error, RecursionError):
        return False
    if not isinstance(header, dict) or not isinstance(claims, dict):
        return False
    if header.get("alg") != "HS256" or claims.get("iss") != "MessageBird":
        return False
    expected = hmac.digest(key.encode(), ".".join(pieces[:2]).encode(), hashlib.sha256)
    if not hmac.compare_digest(signature, expected):
        return False
    begins, ends = claims.get("nbf"), claims.get("exp")
    if not isinstance(begins, int | float) or not isinstance(ends, int | float):
        return False
    # A minute for clocks that differ.
    if not begins - 60 <= now.timestamp() <= ends + 60:
        return False
    hashed = hashlib.sha256(body).hexdigest() if body else None
    return (
        claims.get("url_hash") == hashlib.sha256(url.encode()).hexdigest()
        and claims.get("payload_hash") == hashed
    )


def _decoded(piece: str) -> bytes:
    return base64.b64decode(piece + "=" * (-len(piece) % 4), altchars=b"-_", validate=True)


def _reason(status: MessageStatus | None, fields: Mapping[str, str]) -> str | None:
    if status is not MessageStatus.RETURNED:
        return None
    code = fields.get("statusErrorCode", "")
    return f"bird-{code}" if code.isascii() and code.isdigit() and len(code) < 6 else "bird"


def _moment(text: str) -> datetime | None:
    try:
        # A plus in a query that was not quoted arrives as a space.
        read = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return read.astimezone(UTC) if read.tzinfo else None


def _error_code(body: Any) -> int | None:  # noqa: ANN401 (JSON)
    errors = body.get("errors") if isinstance(body, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    code = first.get("code") if isinstance(first, dict) else None
    return code if isinstance(code, int) else None


def _status_of(body: Any) -> str:  # noqa: ANN401 (JSON)
    recipients = body.get("recipients") if isinstance(body, dict) else None
    items = recipients.get("items") if isinstance(recipients, dict) else None
    first = items[0] if isinstance(items, list) and items else None
    return str(first.get("status", "")) if isinstance(first, dict) else ""
