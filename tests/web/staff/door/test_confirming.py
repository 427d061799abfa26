"""A stolen session takes nothing out: what counts asks for a code or passkey of these minutes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.clock import FixedClock
from app.panel.states import Role
from app.services.context import ServiceContext
from app.web.staff.gate import access_of, wants_confirmation
from tests.builders import fingerprint
from tests.integration.staff.conftest import Account, add_account
from tests.web.staff.desk import Desk, Page, checked
from tests.web.staff.test_access import address, staff_rules

INVITE = "/staff/admin/invite"
CONFIRM = "/staff/confirm"


def thief_of(desk: Desk) -> Desk:
    """Another browser with a copy of the session cookie and no other."""
    copied = desk.client.get_cookie("staff_session", path="/staff")
    assert copied is not None
    thief = Desk(desk.app)
    thief.client.set_cookie("staff_session", copied.value, path="/staff")
    return thief


def later(ctx: ServiceContext, **step: float) -> None:
    assert isinstance(ctx.clock, FixedClock)
    ctx.clock.advance(timedelta(**step))


@pytest.fixture
def account(ctx: ServiceContext) -> Account:
    return add_account(ctx, Role.ADMIN, "a@example.org")


@pytest.fixture
def admin(app: Flask, ctx: ServiceContext, account: Account) -> Desk:
    desk = Desk(app)
    desk.sign_in(account, ctx.clock.now())
    return desk


def test_stolen_session_gets_nothing_from_any_page_that_wants_a_proof(
    app: Flask, ctx: ServiceContext, signed_in: Callable[[Role], Desk]
) -> None:
    wanting = [
        rule for rule in staff_rules(app) if wants_confirmation(app.view_functions[rule.endpoint])
    ]
    assert len(wanting) > 10
    thieves = {role: thief_of(signed_in(role)) for role in Role}
    tokens = {
        role: thief.get("/staff/account").form("/staff/sign-out")["csrf_token"]
        for role, thief in thieves.items()
    }
    before = fingerprint(ctx.databases)
    for rule in wanting:
        access = access_of(app.view_functions[rule.endpoint])
        assert access is not None
        role = min(access.roles)
        path = address(rule.rule)
        if "GET" in (rule.methods or ()):
            response = thieves[role].fetch(path)
            assert response.status_code == 303, path
            assert response.headers["Location"].startswith(CONFIRM), path
        if "POST" in (rule.methods or ()):
            response = thieves[role].send(path, {"csrf_token": tokens[role]})
            assert response.status_code == 401, path
            assert checked(response).heading == "Is it still you?", path
    assert fingerprint(ctx.databases) == before


def test_signing_in_is_a_proof_for_ten_minutes(admin: Desk, ctx: ServiceContext) -> None:
    assert admin.get(INVITE).heading == "Invite somebody"
    later(ctx, minutes=9, seconds=59)
    assert admin.get(INVITE).heading == "Invite somebody"
    later(ctx, seconds=1)

    assert admin.fetch(INVITE).headers["Location"].startswith(CONFIRM)


def test_right_code_leads_on_to_the_page_that_was_asked_for(
    admin: Desk, ctx: ServiceContext, account: Account
) -> None:
    later(ctx, minutes=11)
    page = admin.get(admin.fetch(INVITE).headers["Location"])
    token = session_of(admin)

    response = admin.submit(page, CONFIRM, confirm_code=account.code(ctx.clock.now()))

    assert (response.status_code, response.headers["Location"]) == (303, INVITE)
    assert admin.get(INVITE).heading == "Invite somebody"
    assert session_of(admin) != token


def test_forms_that_were_open_before_the_proof_can_still_be_sent(
    admin: Desk, ctx: ServiceContext, account: Account
) -> None:
    open_before = admin.get("/staff/account")
    later(ctx, minutes=11)
    page = admin.get(admin.fetch(INVITE).headers["Location"])
    admin.submit(page, CONFIRM, confirm_code=account.code(ctx.clock.now()))

    assert admin.submit(open_before, "/staff/sign-out").status_code == 303


def test_what_was_posted_is_kept_and_goes_on_by_itself(
    admin: Desk, ctx: ServiceContext, account: Account
) -> None:
    form = admin.get(INVITE)
    later(ctx, minutes=11)
    response = admin.submit(form, INVITE, email="new@example.org", role="analyst")
    asked = checked(response)
    assert asked.status == 401
    wrong = checked(admin.submit(asked, CONFIRM, confirm_code="000000"))
    assert wrong.status == 422
    assert kept(wrong) == {"email": "new@example.org", "role": "analyst"}
    code = account.code(ctx.clock.now())

    response = admin.submit(wrong, CONFIRM, confirm_code=code)

    assert (response.status_code, response.headers["Location"]) == (307, INVITE)
    # A browser posts the same body there.
    done = admin.send(INVITE, wrong.form(CONFIRM) | {"confirm_code": code})
    assert checked(done).heading == "Give this link to the person"


def test_code_that_signed_somebody_in_confirms_nothing(
    admin: Desk, ctx: ServiceContext, account: Account
) -> None:
    used = account.code(ctx.clock.now())
    thief = thief_of(admin)
    page = thief.get(thief.fetch(INVITE).headers["Location"])

    assert thief.submit(page, CONFIRM, confirm_code=used).status_code == 422


def test_guessing_codes_is_stopped(admin: Desk, ctx: ServiceContext, account: Account) -> None:
    thief = thief_of(admin)
    page = thief.get(thief.fetch(INVITE).headers["Location"])
    later(ctx, minutes=1)
    right = account.code(ctx.clock.now())
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _ in range(10):
        assert thief.submit(page, CONFIRM, confirm_code=wrong).status_code == 422

    assert thief.submit(page, CONFIRM, confirm_code=right).status_code == 429


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/c/1", "/staff/../c/1"])
def test_page_that_asks_leads_nowhere_else(
    admin: Desk, ctx: ServiceContext, account: Account, to: str
) -> None:
    later(ctx, minutes=1)
    page = admin.get(CONFIRM)
    code = account.code(ctx.clock.now())

    response = admin.submit(page, CONFIRM, confirm_code=code, confirm_to=to)

    assert response.headers["Location"] == "/staff/"


def session_of(desk: Desk) -> str:
    cookie = desk.client.get_cookie("staff_session", path="/staff")
    assert cookie is not None
    return cookie.value


def kept(page: Page) -> dict[str, str]:
    own = {"csrf_token", "confirm_to", "confirm_by", "confirm_code"}
    return {name: value for name, value in page.form(CONFIRM).items() if name not in own}
