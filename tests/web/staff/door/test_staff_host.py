"""Staff on a host of their own: nothing of one site is on the other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from app.services.context import ServiceContext
from app.settings import Settings, SettingsError
from tests.integration.staff.conftest import add_account
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk

PUBLIC, STAFF = "https://survey.example", "https://staff.survey.example"


@pytest.fixture
def ctx(ctx: ServiceContext) -> ServiceContext:
    settings = replace(ctx.settings, public_url=PUBLIC, staff_host="staff.survey.example")
    return replace(ctx, settings=settings)


@pytest.fixture
def app(ctx: ServiceContext) -> Flask:
    return staff_app(ctx)


def test_staff_sign_in_on_their_host_only(app: Flask, ctx: ServiceContext) -> None:
    desk = Desk(app, base_url=STAFF)
    desk.sign_in(add_account(ctx), ctx.clock.now())
    assert desk.get("/staff/").status == 200
    assert desk.fetch("/").headers["Location"] == "/staff/"
    assert desk.get("/staff/account/passkeys/new").has("name")

    there = Desk(app, base_url=PUBLIC)
    assert there.fetch("/staff/sign-in").status_code == 404
    assert there.fetch("/staff/").status_code == 404
    assert there.fetch("/").status_code == 200


@pytest.mark.parametrize("path", ["/c/12345", "/q", "/help", "/open/x", "/my"])
def test_respondents_pages_are_not_on_the_staff_host(app: Flask, path: str) -> None:
    assert Desk(app, base_url=STAFF).fetch(path).status_code == 404


def test_made_up_host_shows_no_staff_page(app: Flask) -> None:
    assert Desk(app, base_url="https://evil.example").fetch("/staff/sign-in").status_code == 404


def test_machines_ask_either_host_whether_it_is_alive(app: Flask) -> None:
    assert {Desk(app, base_url=one).fetch("/healthz").status_code for one in (PUBLIC, STAFF)} == {
        200
    }


@pytest.mark.parametrize(
    "host", ["https://x.example", "x.example/staff", "a@x.example", "localhost:8000"]
)
def test_host_that_cannot_be_one_is_a_fault_of_the_settings(host: str, tmp_path: object) -> None:
    given = {"PERSPECTIEF_DATA_DIR": str(tmp_path), "PERSPECTIEF_STAFF_HOST": host}

    with pytest.raises(SettingsError, match="STAFF_HOST"):
        Settings.from_environment(given)
