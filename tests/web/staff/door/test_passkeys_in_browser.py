"""Passkeys for real: Chromium with an authenticator of its own, made, used, taken away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from app.clock import FixedClock
from app.panel.states import Role
from app.services.context import ServiceContext
from tests.integration.staff.conftest import Account, add_account
from tests.web.staff.test_staff_in_browser import assert_readable, serve, sign_in

pytestmark = pytest.mark.browser

ACCOUNT = "/staff/account"
SIGN_IN = "/staff/sign-in"


@pytest.fixture
def url(ctx: ServiceContext) -> Iterator[str]:
    """The site under a name: browsers make no passkey for a number."""
    for served in serve(ctx):
        yield served.replace("127.0.0.1", "localhost")


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="en")
    yield context.new_page()
    context.close()


@pytest.fixture
def told(tab: Page) -> list[str]:
    """What the browser complains of: a breach of the policy of the page would be here."""
    heard: list[str] = []
    tab.on("console", lambda message: heard.append(message.text))
    tab.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.fixture
def account(ctx: ServiceContext) -> Account:
    return add_account(ctx, Role.ADMIN, "a@example.org")


def authenticator(tab: Page, *, verified: bool = True) -> tuple[CDPSession, str]:
    device = tab.context.new_cdp_session(tab)
    device.send("WebAuthn.enable")
    made = device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": verified,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return device, made["authenticatorId"]


def later(ctx: ServiceContext, **step: float) -> None:
    assert isinstance(ctx.clock, FixedClock)
    ctx.clock.advance(timedelta(**step))


def make_passkey(tab: Page, url: str, name: str = "Laptop") -> None:
    tab.goto(f"{url}{ACCOUNT}/passkeys/new")
    tab.fill("#name", name)
    tab.click("form.passkey button")
    tab.wait_for_selector("#passkeys")


def sign_out(tab: Page) -> None:
    tab.click("form.who button")
    tab.wait_for_selector("#password")


def test_passkey_is_made_lets_in_alone_and_after_the_password_and_is_taken_away(
    tab: Page, url: str, ctx: ServiceContext, account: Account, told: list[str]
) -> None:
    authenticator(tab)
    sign_in(tab, url, account, ctx)
    make_passkey(tab, url)
    assert "Laptop" in tab.inner_text("#passkeys")
    assert_readable(tab)

    sign_out(tab)
    tab.click("form.passkey button")
    tab.wait_for_selector("form.who")

    sign_out(tab)
    tab.fill("#email", account.email)
    tab.fill("#password", account.password)
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#totp")
    tab.click("form.passkey button")
    tab.wait_for_selector("form.who")

    tab.goto(url + ACCOUNT)
    tab.click("#passkeys button")
    tab.wait_for_selector("[role=status]")
    assert tab.locator("#passkeys").count() == 0
    sign_out(tab)
    tab.click("form.passkey button")
    tab.wait_for_selector("[role=alert]")
    assert "not accepted" in tab.inner_text("[role=alert]")
    assert [one for one in told if "422" not in one] == []


def test_passkey_confirms_and_what_was_posted_goes_on(
    tab: Page, url: str, ctx: ServiceContext, account: Account, told: list[str]
) -> None:
    authenticator(tab)
    sign_in(tab, url, account, ctx)
    make_passkey(tab, url)
    tab.goto(f"{url}/staff/admin/invite")
    tab.fill("#email", "new@example.org")
    tab.select_option("#role", "analyst")
    later(ctx, minutes=11)
    tab.click("main button.main")
    tab.wait_for_selector("#confirm_code")
    assert_readable(tab)

    tab.click("form.passkey button")

    tab.wait_for_selector(".link-once")
    assert "new@example.org" in tab.inner_text("main")
    assert [one for one in told if "401" not in one] == []


def test_code_confirms_without_script(
    chromium: Browser, url: str, ctx: ServiceContext, account: Account
) -> None:
    context = chromium.new_context(locale="en", java_script_enabled=False)
    tab = context.new_page()
    sign_in(tab, url, account, ctx)
    assert not tab.locator("form.passkey").is_visible()
    tab.goto(f"{url}/staff/admin/invite")
    tab.fill("#email", "new@example.org")
    tab.select_option("#role", "analyst")
    later(ctx, minutes=11)
    tab.click("main button.main")
    tab.wait_for_selector("#confirm_code")
    tab.fill("#confirm_code", account.code(ctx.clock.now()))
    tab.keyboard.press("Enter")

    tab.wait_for_selector(".link-once")
    context.close()


def test_passkey_that_does_not_know_its_owner_is_refused(
    tab: Page, url: str, ctx: ServiceContext, account: Account
) -> None:
    device, key = authenticator(tab)
    sign_in(tab, url, account, ctx)
    make_passkey(tab, url)
    sign_out(tab)
    device.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})

    tab.click("form.passkey button")

    tab.wait_for_selector("[data-failed]:visible, [role=alert]")
    assert tab.locator("form.who").count() == 0


def test_copied_passkey_whose_count_stands_still_is_refused(
    tab: Page, url: str, ctx: ServiceContext, account: Account
) -> None:
    device, key = authenticator(tab)
    sign_in(tab, url, account, ctx)
    make_passkey(tab, url)
    (copied,) = device.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
    sign_out(tab)
    tab.click("form.passkey button")
    tab.wait_for_selector("form.who")
    sign_out(tab)
    device.send("WebAuthn.clearCredentials", {"authenticatorId": key})
    device.send("WebAuthn.addCredential", {"authenticatorId": key, "credential": copied})

    tab.click("form.passkey button")

    tab.wait_for_selector("[role=alert]")
    assert "not accepted" in tab.inner_text("[role=alert]")


def test_answer_that_was_seen_on_the_way_works_once(
    tab: Page, url: str, ctx: ServiceContext, account: Account
) -> None:
    authenticator(tab)
    sign_in(tab, url, account, ctx)
    make_passkey(tab, url)
    sign_out(tab)
    sent: list[str] = []
    tab.on("request", lambda one: sent.append(one.post_data or "") if one.post_data else None)
    tab.click("form.passkey button")
    tab.wait_for_selector("form.who")
    (answer,) = [one for one in sent if "passkey_answer=%7B" in one]
    sign_out(tab)
    token = tab.input_value("form.passkey [name=csrf_token]")
    fields = dict(part.partition("=")[::2] for part in answer.split("&"))

    reply = tab.request.post(
        f"{url}{SIGN_IN}/passkey",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        data=f"csrf_token={token}&passkey_answer={fields['passkey_answer']}",
    )

    assert reply.status == 422
