"""Reports of SMS gateways: who may tell us what became of a message."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from app.services.context import ServiceContext
from tests.builders import fingerprint
from tests.integration.mail.written_to import a_person, sent, status_of
from tests.integration.outbox.outbox_study import NOON
from tests.web.hooks.conftest import KEY, SITE

BIRD = "/hooks/sms/bird"
SPRYNG = f"/hooks/sms/spryng/{KEY}"
PHONE = "31600012345"


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def signed(
    url: str, body: bytes = b"", *, key: str = KEY, alg: str = "HS256", **claims: Any
) -> str:
    """A token as Bird makes it (RFC 7519), put together here from its parts."""
    now = int(NOON.timestamp())
    told = {
        "iss": "MessageBird",
        "nbf": now - 1,
        "exp": now + 60,
        "jti": "one",
        "url_hash": hashlib.sha256(url.encode()).hexdigest(),
    }
    if body:
        told["payload_hash"] = hashlib.sha256(body).hexdigest()
    head = encoded(json.dumps({"alg": alg, "typ": "JWT"}).encode())
    content = encoded(json.dumps(told | claims).encode())
    mac = hmac.digest(key.encode(), f"{head}.{content}".encode(), hashlib.sha256)
    return f"{head}.{content}.{encoded(mac)}"


def bird_report(message: UUID, **changes: str) -> dict[str, str]:
    return {
        "id": "e8077d803532c0b5937c639b60216938",
        "reference": str(message),
        "recipient": PHONE,
        "status": "delivered",
        "statusDatetime": "2024-02-01T12:00:00+00:00",
    } | changes


def from_bird(client: FlaskClient, fields: dict[str, str], **token: Any) -> int:
    body = urlencode(fields).encode()
    made = signed(SITE + BIRD, body, **token)
    return client.post(
        BIRD,
        data=body,
        content_type="application/x-www-form-urlencoded",
        headers={"MessageBird-Signature-JWT": made},
    ).status_code


@pytest.fixture
def message(ctx: ServiceContext) -> UUID:
    return sent(ctx, a_person(ctx), "sms_1")


def test_bird_reports_that_a_message_arrived(
    client: FlaskClient, ctx: ServiceContext, message: UUID
) -> None:
    assert from_bird(client, bird_report(message)) == 204
    assert status_of(ctx, message) == ("delivered", None)


def test_a_report_forwarded_as_a_post_with_its_query_is_taken_too(
    client: FlaskClient, ctx: ServiceContext, message: UUID
) -> None:
    query = urlencode(bird_report(message))
    token = signed(f"{SITE}{BIRD}?{query}")

    told = client.post(f"{BIRD}?{query}", headers={"MessageBird-Signature-JWT": token})

    assert told.status_code == 204
    assert status_of(ctx, message)[0] == "delivered"


def test_a_report_in_json_is_taken_too(
    client: FlaskClient, ctx: ServiceContext, message: UUID
) -> None:
    body = json.dumps(bird_report(message, status="delivery_failed", statusErrorCode="104"))
    token = signed(SITE + BIRD, body.encode())

    told = client.post(
        BIRD,
        data=body,
        content_type="application/json",
        headers={"MessageBird-Signature-JWT": token},
    )

    assert told.status_code == 204
    assert status_of(ctx, message) == ("returned", "bird-104")


@pytest.mark.parametrize(
    "token",
    [
        {"key": "another key"},
        {"alg": "none"},
        {"alg": "HS512"},
        {"iss": "Somebody"},
        {"exp": int(NOON.timestamp()) - 3600},
        {"nbf": int(NOON.timestamp()) + 3600},
        {"exp": None},
        {"exp": "never"},
        {"url_hash": "0" * 64},
        {"payload_hash": "0" * 64},
        {"payload_hash": None},
    ],
)
def test_a_report_that_bird_did_not_sign_for_this_address_and_body_is_refused(
    client: FlaskClient, ctx: ServiceContext, message: UUID, token: dict[str, Any]
) -> None:
    before = fingerprint(ctx.databases)

    assert from_bird(client, bird_report(message), **token) == 403
    assert fingerprint(ctx.databases) == before


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c", ".." * 9, "é.é.é", "e30.e30.", "W10.W10.AA"])
def test_what_is_no_signature_is_refused(
    client: FlaskClient, ctx: ServiceContext, message: UUID, token: str
) -> None:
    headers = {"MessageBird-Signature-JWT": token.encode().decode("latin-1")}

    told = client.post(BIRD, data=bird_report(message), headers=headers)

    assert told.status_code == 403
    assert status_of(ctx, message)[0] == "sent"


def test_spryng_reports_to_an_address_that_only_it_knows(
    serve: Callable[[ServiceContext], FlaskClient],
    spryng: ServiceContext,
    message: UUID,
) -> None:
    fields = {"STATUS": "20", "REASONCODE": "21", "REFERENCE": str(message)}
    client = serve(spryng)

    guessed = client.post("/hooks/sms/spryng/guessed", data=fields)
    before = status_of(spryng, message)
    told = client.post(f"{SPRYNG}?{urlencode(fields)}")

    assert (guessed.status_code, before[0]) == (403, "sent")
    assert told.status_code == 204
    assert status_of(spryng, message) == ("returned", "spryng-21")


def test_bird_reports_by_get_as_its_contract_says_and_the_same_again_changes_nothing(
    client: FlaskClient, ctx: ServiceContext, message: UUID
) -> None:
    query = urlencode(bird_report(message, status="delivery_failed", statusErrorCode="27"))
    token = signed(f"{SITE}{BIRD}?{query}")
    headers = {"MessageBird-Signature-JWT": token}

    told = client.get(f"{BIRD}?{query}", headers=headers)
    after = fingerprint(ctx.databases)
    again = client.get(f"{BIRD}?{query}", headers=headers)

    assert (told.status_code, again.status_code) == (204, 204)
    assert status_of(ctx, message) == ("returned", "bird-27")
    assert fingerprint(ctx.databases) == after


def test_spryng_reports_by_get_to_its_address_and_the_same_again_changes_nothing(
    serve: Callable[[ServiceContext], FlaskClient], spryng: ServiceContext, message: UUID
) -> None:
    address = f"{SPRYNG}?STATUS=10&REFERENCE={message}&REASONCODE=0&MSISDN={PHONE}"
    client = serve(spryng)

    told = client.get(address)
    after = fingerprint(spryng.databases)
    again = client.get(address)

    assert (told.status_code, again.status_code) == (204, 204)
    assert told.data == b""
    assert status_of(spryng, message) == ("delivered", None)
    assert fingerprint(spryng.databases) == after


def test_a_get_that_nobody_proved_to_be_of_a_gateway_changes_nothing(
    serve: Callable[[ServiceContext], FlaskClient],
    ctx: ServiceContext,
    spryng: ServiceContext,
    message: UUID,
) -> None:
    query = urlencode(bird_report(message))
    other = urlencode(bird_report(message, status="delivery_failed"))
    token = signed(f"{SITE}{BIRD}?{other}")
    fields = f"STATUS=10&REFERENCE={message}"
    before = fingerprint(ctx.databases)

    answers = [
        serve(ctx).get(f"{BIRD}?{query}"),
        serve(ctx).get(f"{BIRD}?{query}", headers={"MessageBird-Signature-JWT": token}),
        serve(ctx).get(f"{SPRYNG}?{fields}"),  # another gateway is set up
        serve(spryng).get(f"/hooks/sms/spryng/guessed?{fields}"),
        serve(spryng).get(f"{BIRD}?{query}", headers={"MessageBird-Signature-JWT": token}),
    ]

    assert [one.status_code for one in answers] == [403] * 5
    assert fingerprint(ctx.databases) == before


def test_a_head_changes_nothing_though_every_get_answers_it(
    serve: Callable[[ServiceContext], FlaskClient],
    ctx: ServiceContext,
    spryng: ServiceContext,
    message: UUID,
) -> None:
    query = urlencode(bird_report(message))
    token = signed(f"{SITE}{BIRD}?{query}")
    before = fingerprint(ctx.databases)

    by_bird = serve(ctx).head(f"{BIRD}?{query}", headers={"MessageBird-Signature-JWT": token})
    by_spryng = serve(spryng).head(f"{SPRYNG}?STATUS=10&REFERENCE={message}")

    assert (by_bird.status_code, by_spryng.status_code) == (405, 405)
    assert fingerprint(ctx.databases) == before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_no_other_method_is_taken(client: FlaskClient, method: str) -> None:
    assert client.open(BIRD, method=method).status_code == 405


@pytest.mark.parametrize(
    "changes",
    [
        {"reference": "not an id"},
        {"reference": ""},
        {"reference": str(uuid4())},
        {"status": "dreamt"},
        {"status": ""},
        {"status": "x" * 100_000},
    ],
)
def test_a_report_of_nothing_we_know_is_taken_and_changes_nothing(
    client: FlaskClient, ctx: ServiceContext, message: UUID, changes: dict[str, str]
) -> None:
    """Refused, it would be sent again for days."""
    before = fingerprint(ctx.databases)

    assert from_bird(client, bird_report(message, **changes)) == 204
    assert fingerprint(ctx.databases) == before


def test_a_report_about_an_e_mail_is_none_of_a_gateway(
    client: FlaskClient, ctx: ServiceContext
) -> None:
    email = sent(ctx, a_person(ctx))

    assert from_bird(client, bird_report(email)) == 204
    assert status_of(ctx, email)[0] == "sent"


def test_a_time_that_is_none_is_the_time_it_came(
    client: FlaskClient, ctx: ServiceContext, message: UUID
) -> None:
    report = bird_report(message, statusDatetime="yesterday")

    assert from_bird(client, report) == 204
    assert status_of(ctx, message)[0] == "delivered"


def test_without_a_key_no_report_is_taken(
    serve: Callable[[ServiceContext], FlaskClient], ctx: ServiceContext, message: UUID
) -> None:
    for changes in ({"sms_report_key": None}, {"sms": None}):
        deaf = replace(ctx, settings=replace(ctx.settings, **changes))

        assert from_bird(serve(deaf), bird_report(message)) == 403
    assert status_of(ctx, message)[0] == "sent"


def test_the_other_gateways_door_is_shut(
    serve: Callable[[ServiceContext], FlaskClient], ctx: ServiceContext, message: UUID
) -> None:
    """A forwarded secret must not be a signature."""
    told = serve(ctx).post(SPRYNG, data={"STATUS": "10", "REFERENCE": str(message)})

    assert told.status_code == 403
    assert status_of(ctx, message)[0] == "sent"


def test_the_number_of_a_person_is_kept_nowhere(
    client: FlaskClient, ctx: ServiceContext, message: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    from_bird(client, bird_report(message, statusErrorCode=PHONE * 3, status="expired"))

    assert status_of(ctx, message) == ("returned", "bird")
    assert PHONE not in caplog.text
