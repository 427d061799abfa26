"""Text messages through Bird, formerly MessageBird: its REST interface and its reports.

It reports by GET: "Status reports are requests that are sent to your platform through a GET
request" (docs.bird.com, Connectivity Platform, "Receiving Delivery Reports (DLRs)"), signed; a
forwarder may turn them into POSTs. Error codes are those of "SMS Platform Extended Error Codes"
there, which follow the errors of mobile networks (3GPP TS 29.002).
"""

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
    Answer,
    Gateway,
    accepted,
    code_of,
    first_recipient,
    refused,
)
from app.messages.providers import Attempt, Report, Sms
from app.messages.sms_text import Encoding, size_of
from app.messages.statuses import MessageStatus, Outcome
from app.providers import SmsGateway

NAME = "bird"
REPORTED_BY = ("GET", "POST")
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
_NOBODY = (1, 5)
"""Unknown and unidentified subscriber. Bird files an unknown base station (2) and exchange (3)
under the same words, but those are about the network at that moment."""


class Bird:
    """Sends text messages through Bird."""

    name = NAME

    def __init__(self, gateway: SmsGateway, *, part_cost: int, timeout_s: float = 30.0) -> None:
        self._gateway = Gateway(NAME, gateway.url, f"AccessKey {gateway.key}", timeout_s)
        self._part_cost = part_cost

    def send(self, sms: Sms) -> Attempt:
        """Hand over one text message; never raises for what a network or a server may do."""
        size = size_of(sms.body)
        coding = "plain" if size.encoding is Encoding.GSM_7 else "unicode"
        more = {"datacoding": coding, "validity": VALIDITY_S}
        answer = self._gateway.hand_over("/messages", sms, more)
        if isinstance(answer, Attempt):
            return answer
        refusal = refused(answer)
        if refusal is not None:
            return _refusal(answer, refusal)
        told = first_recipient(answer.body)
        if told.get("status") == "delivery_failed":
            nobody = _nobody_has(told)
            return Attempt(Outcome.REFUSED, reason="bird-delivery_failed", no_such_number=nobody)
        return accepted(answer, size, self._part_cost)

    def look_up(self, reference: UUID, named: str, *, at: datetime) -> Report | None:
        """Return the news about a message that the gateway calls ``named``; ``None`` without."""
        found = self._gateway.find(f"/messages/{quote(named, safe='')}", reference)
        return None if found is None else _report(reference, first_recipient(found), at)


def read_report(fields: Mapping[str, str], *, received: datetime) -> Report | None:
    """Return the news in a status report; ``None`` when it is none of ours or tells nothing new."""
    try:
        reference = UUID(fields.get("reference", ""))
    except ValueError:
        return None
    return _report(reference, fields, _moment(fields.get("statusDatetime", "")) or received)


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


def _report(reference: UUID, told: Mapping[str, Any], at: datetime) -> Report | None:
    status = _STATUSES.get(str(told.get("status", "")))
    if status is None:
        return None
    if status is not MessageStatus.RETURNED:
        return Report(reference, status, at)
    code = code_of(told.get("statusErrorCode"))
    reason = NAME if code is None else f"{NAME}-{code}"
    return Report(reference, status, at, reason, no_such_number=_nobody_has(told))


def _nobody_has(told: Mapping[str, Any]) -> bool:
    """Whether nobody has the number. A phone that is off, full or abroad is another matter."""
    if told.get("status") != "delivery_failed":
        return False
    code = code_of(told.get("statusErrorCode"))
    if code is not None:
        return code in _NOBODY
    return str(told.get("statusReason", "")).replace("_", " ").lower() == "unknown subscriber"


def _moment(text: str) -> datetime | None:
    try:
        # A plus in a query that was not quoted arrives as a space.
        read = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return read.astimezone(UTC) if read.tzinfo else None


def _refusal(answer: Answer, refusal: Attempt) -> Attempt:
    """Return a refusal with Bird's own code, which tells an account from a number."""
    errors = answer.body.get("errors") if isinstance(answer.body, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    code = first.get("code") if isinstance(first, dict) else None
    if first is None or not isinstance(code, int) or refusal.outcome is Outcome.UNKNOWN:
        return refusal
    outcome = Outcome.THROTTLED if code in _OF_THE_ACCOUNT else refusal.outcome
    wrong = outcome is Outcome.REFUSED and first.get("parameter") in ("recipient", "recipients")
    return Attempt(outcome, reason=f"bird-{code}", no_such_number=wrong)
