"""Text messages through Spryng: its REST interface and its reports.

It reports by a GET of an address that we set, with the news in the query; a POST of the same fields
is taken too, from whoever forwards them. It signs nothing, so the address holds a secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from app.delivery.sms_http import Gateway, accepted, code_of, first_recipient, refused
from app.messages.providers import Attempt, Report, Sms
from app.messages.sms_text import Encoding, size_of
from app.messages.statuses import MessageStatus, Outcome
from app.providers import SmsGateway

NAME = "spryng"
REPORTED_BY = ("GET", "POST")
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
_UNKNOWN_SUBSCRIBER = 1
"""Its reason codes are those of mobile networks (3GPP TS 29.002, 17.6: unknownSubscriber is 1)."""


class Spryng:
    """Sends text messages through Spryng."""

    name = NAME

    def __init__(self, gateway: SmsGateway, *, part_cost: int, timeout_s: float = 30.0) -> None:
        self._gateway = Gateway(NAME, gateway.url, f"Bearer {gateway.key}", timeout_s)
        self._part_cost = part_cost

    def send(self, sms: Sms) -> Attempt:
        """Hand over one text message; never raises for what a network or a server may do."""
        size = size_of(sms.body)
        encoding = "plain" if size.encoding is Encoding.GSM_7 else "unicode"
        more = {"encoding": encoding, "route": ROUTE}
        answer = self._gateway.hand_over("/v1/messages", sms, more)
        if isinstance(answer, Attempt):
            return answer
        refusal = refused(answer)
        if refusal is None:
            return accepted(answer, size, self._part_cost)
        wrong = refusal.outcome is Outcome.REFUSED and _names_the_number(answer.body)
        return replace(refusal, no_such_number=wrong)

    def look_up(self, reference: UUID, named: str, *, at: datetime) -> Report | None:
        """Return the news about a message that the gateway calls ``named``; ``None`` without."""
        path = f"/v1/messages/{quote(named, safe='')}?with%5B%5D=recipients"
        found = self._gateway.find(path, reference)
        told = first_recipient(found)
        status = _WORDS.get(str(told.get("status", "")).lower())
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
    if status is MessageStatus.DELIVERED:
        return Report(reference, status, received)
    code = code_of(fields.get("REASONCODE"))
    reason = NAME if code is None else f"{NAME}-{code}"
    return Report(
        reference, status, received, reason, no_such_number=code == _UNKNOWN_SUBSCRIBER
    )  # fmt: skip


def _names_the_number(body: Any) -> bool:  # noqa: ANN401 (JSON)
    """Whether the one fault it found is the number: its errors bear the names of fields."""
    errors = body.get("errors") if isinstance(body, dict) else None
    return (
        isinstance(errors, dict)
        and bool(errors)
        and all(str(name).partition(".")[0] == "recipients" for name in errors)
    )
