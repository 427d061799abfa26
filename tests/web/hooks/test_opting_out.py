"""The link in every e-mail that ends them: one press, by a person or by a mail program."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from app.i18n.locales import language as language_named
from app.messages.channels import Channel
from app.messages.references import Purpose, name_of
from app.messages.statuses import Reach
from app.panel.states import PersonStatus
from app.services.context import ServiceContext
from app.services.messaging.composing_messages import references_key_of
from app.storage import models
from app.storage.types import table_of
from tests.builders import fingerprint
from tests.integration.mail.written_to import (
    PERSONAL,
    a_person,
    happened,
    reach,
    sent,
    way_out,
)
from tests.web.respond.page_checks import check_headers, check_page, decoded, parsed

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def case(ctx: ServiceContext) -> UUID:
    return a_person(ctx)


@pytest.fixture
def address(ctx: ServiceContext, case: UUID) -> str:
    return f"/m/{way_out(ctx, sent(ctx, case))}"


def test_looking_changes_nothing(client: FlaskClient, ctx: ServiceContext, address: str) -> None:
    before = fingerprint(ctx.databases)

    for _ in range(3):
        assert client.get(address).status_code == 200
        assert client.head(address).status_code == 200

    assert fingerprint(ctx.databases) == before


def test_a_mail_program_ends_it_with_one_post_and_nothing_else(
    client: FlaskClient, ctx: ServiceContext, case: UUID, address: str
) -> None:
    """RFC 8058: no cookie, no page before, no redirection, either kind of form."""
    told = client.post(address, data=ONE_CLICK, content_type="multipart/form-data")
    again = client.post(address, data=ONE_CLICK)

    assert (told.status_code, again.status_code) == (200, 200)
    assert "Set-Cookie" not in told.headers
    assert reach(ctx, case) is Reach.OPTED_OUT
    assert happened(ctx, case) == ["opted_out"]


def test_a_person_presses_one_button(
    client: FlaskClient, ctx: ServiceContext, case: UUID, address: str
) -> None:
    page = parsed(decoded(client.get(address)))
    [form] = page.forms
    [button] = form.xpath(".//main//button")

    done = client.post(form.action, data=dict(form.form_values()))

    assert button.get("name") is None
    assert done.status_code == 200
    main = parsed(decoded(done)).xpath("//main")[0]
    assert main.get("data-page") == "no-more-email"
    assert reach(ctx, case) is Reach.OPTED_OUT
    assert reach(ctx, case, Channel.LETTER) is None


@pytest.mark.parametrize("language", ["nl", "en", "ar", "tr", "ti", "fa"])
def test_the_page_is_in_the_language_of_the_e_mail(
    client: FlaskClient, ctx: ServiceContext, case: UUID, language: str
) -> None:
    address = f"/m/{way_out(ctx, sent(ctx, case, language=language))}"

    asking = client.get(address, headers={"Accept-Language": "de"})
    done = client.post(address, data={"no_more": "1"})

    for response in (asking, done):
        page = parsed(decoded(response))
        assert page.get("lang") == language
        assert page.get("dir") == language_named(language).dir
        check_headers(response, from_letter=False)
    assert len({decoded(asking), decoded(done)}) == 2


def test_another_language_ends_nothing_and_stays_after_the_press(
    client: FlaskClient, ctx: ServiceContext, case: UUID, address: str
) -> None:
    switched = client.post(address, data={"language": "ar", "lang": "nl", "no_more": "1"})
    before = reach(ctx, case)
    done = client.post(address, data={"no_more": "1", "lang": "ar"})

    assert before is None
    assert parsed(decoded(switched)).get("lang") == "ar"
    assert parsed(decoded(done)).get("lang") == "ar"


def test_an_address_that_we_did_not_make_is_no_page(
    client: FlaskClient, ctx: ServiceContext, case: UUID
) -> None:
    key = references_key_of(ctx.settings)
    message = sent(ctx, case)
    before = fingerprint(ctx.databases)
    names = (
        "x",
        "x" * 42,
        name_of(uuid4(), Purpose.OPT_OUT, key),
        name_of(message, Purpose.RETURN, key),
        name_of(message, Purpose.OPT_OUT, b"another key"),
        "%2e%2e%2fetc",
        "' OR 1=1 --",
    )

    for name in names:
        assert client.get(f"/m/{name}").status_code == 404
        assert client.post(f"/m/{name}", data=ONE_CLICK).status_code == 404
        assert client.post(f"/m/{name}", data={"no_more": "1"}).status_code == 404
        assert client.post(f"/m/{name}", data={"language": "ar"}).status_code == 404
    assert fingerprint(ctx.databases) == before


@pytest.mark.parametrize("body", [{}, {"List-Unsubscribe": "Two-Clicks"}, {"x": "y"}])
def test_a_post_of_something_else_ends_nothing(
    client: FlaskClient, ctx: ServiceContext, case: UUID, address: str, body: dict[str, str]
) -> None:
    assert client.post(address, data=body).status_code == 200
    assert reach(ctx, case) is None


def test_neither_page_nor_address_says_who_it_is_about(
    client: FlaskClient, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    said = decoded(client.get(address)) + decoded(client.post(address, data={"no_more": "1"}))

    for word in PERSONAL:
        assert word not in said + address + caplog.text


def test_the_page_is_a_page_like_every_other(client: FlaskClient, address: str) -> None:
    response = client.get(address, headers={"Accept-Encoding": "gzip"})

    check_page(response)


def test_who_was_erased_since_is_told_the_same(
    client: FlaskClient, ctx: ServiceContext, case: UUID, address: str
) -> None:
    table = table_of(models.Person)
    with ctx.databases.research.write() as connection:
        connection.execute(update(table).values(status=PersonStatus.ERASED))

    assert client.post(address, data=ONE_CLICK).status_code == 200
    assert reach(ctx, case) is None


def test_a_link_works_after_the_secret_of_sessions_was_changed(
    ctx: ServiceContext, case: UUID
) -> None:
    changed = replace(ctx.settings, secret_key="another secret of the tests, long enough")

    assert references_key_of(changed) == references_key_of(ctx.settings)
