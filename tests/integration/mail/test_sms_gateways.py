"""Bird and Spryng by their contracts, against a gateway on loopback that answers as they do.

The answers have the shapes that the gateways document and that their clients record: field by field
what they send, with numbers and ids of our own.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from app.delivery.sms_bird import Bird
from app.delivery.sms_spryng import Spryng
from app.messages.providers import Attempt, Report, Sms
from app.messages.statuses import MessageStatus, Outcome
from app.providers import SmsGateway, SmsKind
from tests.integration.mail.gateway import DROP, Gateway, open_gateway
from tests.integration.mail.post_office import free_port

NOON = datetime(2024, 2, 1, 12, 0, tzinfo=UTC)
ONE = UUID("11111111-1111-4111-8111-111111111111")
DUTCH = Sms(ONE, "+31600000001", "Onderzoek", "U kreeg onze brief: a.example")
TIGRINYA = Sms(ONE, "+31600000001", "Onderzoek", "ደብዳቤና መጺኡኩም a.example")
KEY = "a-key-of-the-tests"
PROVIDERS = [SmsKind.BIRD, SmsKind.SPRYNG]


def bird_answer(**changes: Any) -> dict[str, Any]:
    recipient = {
        "recipient": 31600000001,
        "status": changes.pop("status", "sent"),
        "statusDatetime": "2024-02-01T12:00:00+00:00",
        "messagePartCount": 1,
    }
    return {
        "id": "e8077d803532c0b5937c639b60216938",
        "href": "https://rest.messagebird.com/messages/e8077d803532c0b5937c639b60216938",
        "direction": "mt",
        "type": "sms",
        "originator": "Onderzoek",
        "body": "…",
        "reference": str(ONE),
        "validity": 86400,
        "gateway": 10,
        "typeDetails": {},
        "datacoding": "plain",
        "mclass": 1,
        "scheduledDatetime": None,
        "createdDatetime": "2024-02-01T12:00:00+00:00",
        "recipients": {
            "totalCount": 1,
            "totalSentCount": 1,
            "totalDeliveredCount": 0,
            "totalDeliveryFailedCount": 0,
            "items": [recipient],
        },
    } | changes


def bird_error(code: int, parameter: str | None = None) -> dict[str, Any]:
    described = {"code": code, "description": "in words of theirs", "parameter": parameter}
    return {"errors": [described]}


def spryng_answer(**changes: Any) -> dict[str, Any]:
    return {
        "id": "9dbc5ffb-7524-4fae-9514-51decd94a44f",
        "encoding": "plain",
        "originator": "Onderzoek",
        "body": "…",
        "reference": str(ONE),
        "route": "business",
        "scheduled_at": "2024-02-01T12:00:00+00:00",
        "canceled_at": None,
        "created_at": "2024-02-01T12:00:00+00:00",
        "updated_at": "2024-02-01T12:00:00+00:00",
    } | changes


def provider(kind: SmsKind, url: str, *, timeout_s: float = 10) -> Bird | Spryng:
    made = Bird if kind is SmsKind.BIRD else Spryng
    return made(SmsGateway(kind, url, KEY), part_cost=750, timeout_s=timeout_s)


def sent(kind: SmsKind, answer: Any, sms: Sms = DUTCH) -> tuple[Attempt, Gateway]:
    gateway = Gateway([answer])
    with open_gateway(gateway) as url:
        return provider(kind, url).send(sms), gateway


def test_bird_is_asked_as_its_contract_says() -> None:
    attempt, gateway = sent(SmsKind.BIRD, (201, bird_answer()))

    [(method, path, headers, body)] = gateway.asked
    assert (method, path) == ("POST", "/messages")
    assert headers["Authorization"] == f"AccessKey {KEY}"
    assert body == {
        "originator": "Onderzoek",
        "recipients": ["31600000001"],
        "body": DUTCH.body,
        "reference": str(ONE),
        "datacoding": "plain",
        "validity": 86400,
    }
    taken = "e8077d803532c0b5937c639b60216938"
    assert attempt == Attempt(Outcome.ACCEPTED, taken, parts=1, cost=750)


def test_spryng_is_asked_as_its_contract_says() -> None:
    attempt, gateway = sent(SmsKind.SPRYNG, (200, spryng_answer()))

    [(method, path, headers, body)] = gateway.asked
    assert (method, path) == ("POST", "/v1/messages")
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert body == {
        "originator": "Onderzoek",
        "recipients": ["31600000001"],
        "body": DUTCH.body,
        "reference": str(ONE),
        "encoding": "plain",
        "route": "business",
    }
    taken = "9dbc5ffb-7524-4fae-9514-51decd94a44f"
    assert attempt == Attempt(Outcome.ACCEPTED, taken, parts=1, cost=750)


def test_other_scripts_are_sent_as_such_and_cost_what_their_parts_cost() -> None:
    long = Sms(ONE, "+31600000001", "Onderzoek", "ሰ" * 71)

    _, bird = sent(SmsKind.BIRD, (201, bird_answer()), TIGRINYA)
    attempt, spryng = sent(SmsKind.SPRYNG, (200, spryng_answer()), long)

    assert bird.asked[0][3]["datacoding"] == "unicode"
    assert bird.asked[0][3]["body"] == TIGRINYA.body
    assert spryng.asked[0][3]["encoding"] == "unicode"
    assert (attempt.parts, attempt.cost) == (2, 1500)


@pytest.mark.parametrize("kind", PROVIDERS)
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((429, {"message": "Too Many Attempts."}), Outcome.THROTTLED),
        ((401, {}), Outcome.THROTTLED),
        ((402, {}), Outcome.THROTTLED),
        ((403, {}), Outcome.THROTTLED),
        ((400, {}), Outcome.REFUSED),
        ((404, {}), Outcome.REFUSED),
        ((409, {}), Outcome.DUPLICATE),
        ((422, {"errors": {"recipients.0": ["The recipient is not valid."]}}), Outcome.REFUSED),
        # Something in between may say these of a gateway that took the message.
        ((408, {}), Outcome.UNKNOWN),
        ((500, {}), Outcome.UNKNOWN),
        ((502, b"<html>"), Outcome.UNKNOWN),
        ((503, {}), Outcome.UNKNOWN),
        ((504, b""), Outcome.UNKNOWN),
        ((302, b""), Outcome.UNKNOWN),
        (DROP, Outcome.UNKNOWN),
        ("SSH-2.0-strange\r\n\r\n", Outcome.UNKNOWN),
        # It said yes: whatever else it says.
        ((201, b"not json"), Outcome.ACCEPTED),
        ("HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{", Outcome.ACCEPTED),
        ((200, []), Outcome.ACCEPTED),
        ((200, {"id": {"deep": 1}}), Outcome.ACCEPTED),
    ],
)
def test_each_end_of_a_request_comes_to_the_outcome_it_means(
    kind: SmsKind, answer: Any, outcome: Outcome
) -> None:
    attempt, gateway = sent(kind, answer)

    assert attempt.outcome is outcome
    # One request, whatever came of it: a second might be a second message.
    assert len(gateway.asked) == 1


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (422, 9, Outcome.REFUSED),
        (422, 10, Outcome.REFUSED),
        (422, 21, Outcome.REFUSED),
        # No money left, or a key that is not right: for every message the same.
        (422, 25, Outcome.THROTTLED),
        (422, 2, Outcome.THROTTLED),
        (401, 2, Outcome.THROTTLED),
        (500, 99, Outcome.UNKNOWN),
    ],
)
def test_codes_of_bird_tell_a_number_from_an_account(
    status: int, code: int, outcome: Outcome
) -> None:
    attempt, _ = sent(SmsKind.BIRD, (status, bird_error(code, "recipients")))

    assert attempt.outcome is outcome
    assert "words" not in str(attempt.reason)


def test_a_message_that_bird_takes_and_fails_in_one_breath_is_refused() -> None:
    attempt, _ = sent(SmsKind.BIRD, (201, bird_answer(status="delivery_failed")))

    assert attempt.outcome is Outcome.REFUSED


@pytest.mark.parametrize("kind", PROVIDERS)
def test_a_gateway_that_takes_it_and_says_nothing_in_time_leaves_nobody_knowing(
    kind: SmsKind,
) -> None:
    gateway = Gateway([(201, {})], slow=threading.Event())

    with open_gateway(gateway) as url:
        attempt = provider(kind, url, timeout_s=0.3).send(DUTCH)

    assert attempt == Attempt(Outcome.UNKNOWN, reason=f"{kind}-no-answer")


@pytest.mark.parametrize("kind", PROVIDERS)
def test_a_gateway_that_is_not_there_has_taken_nothing(kind: SmsKind) -> None:
    attempt = provider(kind, f"http://127.0.0.1:{free_port()}").send(DUTCH)

    assert attempt == Attempt(Outcome.RETRY, reason=f"{kind}-no-connection")


def test_nothing_of_a_message_or_a_key_is_shown_by_accident() -> None:
    shown = repr(DUTCH) + repr(SmsGateway(SmsKind.BIRD, "https://x.example", KEY))

    assert KEY not in shown
    assert "31600000001" not in shown
    assert "brief" not in shown


@pytest.mark.parametrize(
    ("kind", "answer", "expected"),
    [
        (SmsKind.BIRD, bird_answer(status="delivered"), MessageStatus.DELIVERED),
        (SmsKind.BIRD, bird_answer(status="expired"), MessageStatus.RETURNED),
        (SmsKind.BIRD, bird_answer(status="buffered"), MessageStatus.SENT),
        (SmsKind.BIRD, bird_answer(status="delivered", reference="another"), None),
        (SmsKind.BIRD, bird_answer(status="dreamt"), None),
        (
            SmsKind.SPRYNG,
            spryng_answer(recipients=[{"number": "31600000001", "status": "DELIVERED"}]),
            MessageStatus.DELIVERED,
        ),
        (
            SmsKind.SPRYNG,
            spryng_answer(recipients={"data": [{"status": "undelivered"}]}),
            MessageStatus.RETURNED,
        ),
        (SmsKind.SPRYNG, spryng_answer(recipients=[]), None),
    ],
)
def test_a_gateway_can_be_asked_what_became_of_a_message(
    kind: SmsKind, answer: Any, expected: MessageStatus | None
) -> None:
    gateway = Gateway([(200, answer)])

    with open_gateway(gateway) as url:
        report = provider(kind, url).look_up(ONE, "a/../b", at=NOON)

    assert gateway.asked[0][0] == "GET"
    assert "a%2F..%2Fb" in gateway.asked[0][1]
    assert report is None if expected is None else isinstance(report, Report)
    assert (report.status if report else None) is expected
