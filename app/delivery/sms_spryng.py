"""Text messages through Spryng: its REST interface and its reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
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

NAME = "spryng"
ROUTE = "business"
_STATUSES = {"10": MessageStatus.DELIVERED, "20": MessageStatus.RETURNED}
_WORDS = {
    "delivered": MessageStatus.DELIVERED,
    "undelivered": MessageStatus.RETURNED,
    "not_delivered": MessageStatus.RETURNED,
    "failed": MessageStatus.RETURNED,
    "expired": MessageStatus.RETURNED,
    "rejected": MessageStatus.RETURNED,
}
"""What it is called where a message is looked up."""


class Spryng:
    """Sends text messages through Spryng."""

    name = NAME

    def __init__(self, gateway: SmsGateway, *, part_cost: int, timeout_s: float = 30.0) -> None:
        self._gateway = Gateway(gateway.url, f"Bearer {gateway.key}", timeout_s)
        self._part_cost = part_cost

    def send(self, sms: Sms) -> Attempt:
        """Hand over one text message; never raises for what a network or a server may do."""
        size = size_of(sms.body)
        body = {
            "originator": sms.sender,
            "recipients": [sms.to.removeprefix("+")],
            "body": sms.body,
            "reference": str(sms.reference),
            "encoding": "plain" if size.encoding is Encoding.GSM_7 else "unicode",
            "route": ROUTE,
        }
        try:
            answer = self._gateway.ask("POST", "/v1/messages", body)
        except NotReachedError:
            return Attempt(Outcome.RETRY, reason="spryng-no-connection")
        except NoAnswerError:
            return Attempt(Outcome.UNKNOWN, reason="spryng-no-answer")
        refusal = refused(answer)
        if refusal is not None:
            return refusal
        found = answer.body.get("id") if isinstance(answer.body, dict) else None
        return accepted(found, size, self._part_cost)

    def look_up(self, reference: UUID, named: str, *, at: datetime) -> Report | None:
        """Return the news about a message that the gateway calls ``named``; ``None`` without."""
        path = f"/v1/messages/{quote(named, safe='')}?with%5B%5D=recipients"
        try:
            answer = self._gateway.ask("GET", path)
        except (NotReachedError, NoAnswerError):
            return None
        if refused(answer) is not None or not isinstance(answer.body, dict):
            return None
        if answer.body.get("reference") != str(reference):
            return None
        status = _WORDS.get(_status_of(answer.body))
        if status is None:
            return None
        return Report(reference, status, at, None if status is MessageStatus.DELIVERED else NAME)


def read_report(fields: Mapping[str, str], *, received: datetime) -> Report | None:
    """Return the news in a report; ``None`` when it is none of ours or tells nothing new."""
    status = _STATUSES.get(fields.get("STATUS", ""))
    try:
        reference = UUID(fields.get("REFERENCE", ""))
    except ValueError:
        return None
    if status is None:
        return None
    reason = fields.get("REASONCODE", "")
    known = reason.isascii() and reason.isdigit() and len(reason) < 6
    told = None if status is MessageStatus.DELIVERED else f"spryng-{reason}" if known else NAME
    return Report(reference, status, received, told)


def _status_of(body: Mapping[str, Any]) -> str:
    recipients = body.get("recipients")
    if isinstance(recipients, dict):
        recipients = recipients.get("data")
    first = recipients[0] if isinstance(recipients, list) and recipients else None
    return str(first.get("status", "")).lower() if isinstance(first, dict) else ""
