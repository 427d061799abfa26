"""The door as a person meets it: two pages, one answer, and a cookie that stays here."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from app.services.accounts import sign_in_limits
from app.services.context import ServiceContext
from tests.integration.staff.conftest import Account
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk, checked

SIGN_IN = "/staff/sign-in"


def test_password_then_code_lead_to_what_needs_doing_today(
    desk: Desk, account: Account, ctx: ServiceContext
) -> None:
    page = desk.get(SIGN_IN)
    assert {"email", "password"} <= set(page.form(SIGN_IN))
    first = desk.submit(page, SIGN_IN, email=account.email, password=account.password)
    page = desk.get(first.headers["Location"])
    assert "totp" in page.form(SIGN_IN)
    second = desk.submit(page, SIGN_IN, totp=account.code(ctx.clock.now()))

    assert second.status_code == 303
    page = desk.get(second.headers["Location"])
    assert page.heading == "Today"
    assert account.email in page.words


def test_page_that_was_asked_for_comes_after_signing_in(
    desk: Desk, account: Account, ctx: ServiceContext
) -> None:
    desk.fetch("/staff/waves/2024?from=mail")

    assert desk.sign_in(account, ctx.clock.now()).headers["Location"] == (
        "/staff/waves/2024?from=mail"
    )


def test_wrong_password_shows_the_address_again_and_never_the_password(
    desk: Desk, account: Account
) -> None:
    response = desk.submit(
        desk.get(SIGN_IN), SIGN_IN, email=account.email, password="not the right one at all"
    )

    page = checked(response)
    assert page.status == 422
    assert page.form(SIGN_IN)["email"] == account.email
    assert "not the right one" not in response.get_data(as_text=True)


def test_unknown_account_gets_the_same_page(desk: Desk, account: Account) -> None:
    def words(email: str) -> str:
        typed = {"email": email, "password": "not the right one at all"}
        return checked(desk.submit(desk.get(SIGN_IN), SIGN_IN, **typed)).words

    assert words("nobody@example.org") == words(account.email)


def test_password_alone_shows_no_page(desk: Desk, account: Account) -> None:
    desk.submit(desk.get(SIGN_IN), SIGN_IN, email=account.email, password=account.password)

    assert desk.fetch("/staff/").headers["Location"] == SIGN_IN


def test_wrong_code_asks_again_for_the_code(desk: Desk, account: Account) -> None:
    desk.submit(desk.get(SIGN_IN), SIGN_IN, email=account.email, password=account.password)

    page = checked(desk.submit(desk.get(SIGN_IN), SIGN_IN, totp="000000"))

    assert page.status == 422
    assert "totp" in page.form(SIGN_IN)


def test_one_may_begin_again_instead_of_giving_a_code(desk: Desk, account: Account) -> None:
    desk.submit(desk.get(SIGN_IN), SIGN_IN, email=account.email, password=account.password)

    response = desk.submit(desk.get(SIGN_IN), "/staff/sign-out")

    assert "password" in desk.get(response.headers["Location"]).form(SIGN_IN)


def test_too_many_tries_are_told(desk: Desk, account: Account) -> None:
    for _ in range(sign_in_limits.MISSES_FROM_HERE):
        desk.submit(desk.get(SIGN_IN), SIGN_IN, email=account.email, password="wrong")

    response = desk.submit(
        desk.get(SIGN_IN), SIGN_IN, email=account.email, password=account.password
    )

    assert checked(response).status == 429
    assert int(response.headers["Retry-After"]) > 0


def test_signing_out_works_also_for_a_copied_cookie(
    desk: Desk, app: Flask, account: Account, ctx: ServiceContext
) -> None:
    desk.sign_in(account, ctx.clock.now())
    token = desk.client.get_cookie("staff_session", path="/staff")
    assert token is not None

    desk.submit(desk.get("/staff/"), "/staff/sign-out")

    assert desk.fetch("/staff/").headers["Location"] == SIGN_IN
    thief = Desk(app)
    thief.client.set_cookie("staff_session", token.value, path="/staff")
    assert thief.fetch("/staff/").headers["Location"] == SIGN_IN


@pytest.mark.parametrize(
    ("url", "prefix"), [("http://localhost", ""), ("https://x.example", "__Secure-")]
)
@pytest.mark.parametrize("name", ["staff_session", "staff_confirmed"])
def test_cookies_are_kept_from_scripts_other_sites_and_respondent_pages(
    ctx: ServiceContext, account: Account, url: str, prefix: str, name: str
) -> None:
    site = replace(ctx, settings=replace(ctx.settings, public_url=url))
    desk = Desk(staff_app(site), base_url=url)

    response = desk.sign_in(account, ctx.clock.now())

    sent = response.headers.getlist("Set-Cookie")
    (cookie,) = [one for one in sent if one.startswith(f"{prefix}{name}=")]
    flags = {one.strip() for one in cookie.split(";")[1:]}
    assert {"HttpOnly", "SameSite=Strict", "Path=/staff"} <= flags
    assert ("Secure" in flags) is url.startswith("https")


def test_page_says_the_same_in_the_other_language(desk: Desk) -> None:
    page = desk.get(SIGN_IN)
    assert page.tree.get("lang") == "en"

    response = desk.send("/staff/language", page.form("/staff/language") | {"language": "nl"})

    assert response.headers["Location"] == SIGN_IN
    page = desk.get(SIGN_IN)
    assert page.tree.get("lang") == "nl"
    assert page.heading == "Aanmelden"


@pytest.mark.parametrize(
    "back", ["https://evil.example", "//evil.example/staff", "/staff/../c/1", "/c/1", "/staff//x\n"]
)
def test_language_menu_leads_nowhere_else(desk: Desk, back: str) -> None:
    form = desk.get(SIGN_IN).form("/staff/language")

    response = desk.send("/staff/language", form | {"language": "nl", "back": back})

    assert response.headers["Location"].startswith("/staff/")
    assert "evil" not in response.headers["Location"]
    assert ".." not in response.headers["Location"]


@pytest.mark.parametrize(
    "typed",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "\0", "\u202e"],
)
def test_hostile_words_come_back_as_words(desk: Desk, typed: str) -> None:
    response = desk.submit(desk.get(SIGN_IN), SIGN_IN, email=typed, password=typed)

    page = checked(response)
    assert page.status == 422
    assert "49" not in page.form(SIGN_IN)["email"]
