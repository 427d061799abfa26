"""The own account: password, authenticator, recovery codes, and where one is signed in."""

from __future__ import annotations

import re
from uuid import uuid4

import pyotp
import pytest
from flask import Flask

from app.panel.states import Role
from app.services.context import ServiceContext
from app.storage import staff as members
from app.storage.passkeys import Passkey, add_passkey
from tests.integration.staff.conftest import Account, add_account
from tests.web.staff.desk import Desk, Page, checked, text
from tests.web.staff.door.test_confirming import later

ACCOUNT = "/staff/account"
SIGN_IN = "/staff/sign-in"
RECOVERY = f"{SIGN_IN}/recovery"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture
def account(ctx: ServiceContext) -> Account:
    return add_account(ctx, Role.TRANSLATOR, "t@example.org")


@pytest.fixture
def mine(app: Flask, ctx: ServiceContext, account: Account) -> Desk:
    desk = Desk(app)
    desk.sign_in(account, ctx.clock.now())
    return desk


def give_password(desk: Desk, account: Account, password: str | None = None) -> Page:
    response = desk.submit(
        desk.get(SIGN_IN), SIGN_IN, email=account.email, password=password or account.password
    )
    assert response.status_code == 303
    return desk.get(SIGN_IN)


def codes_on(page: Page) -> list[str]:
    return [text(one) for one in page.tree.iter("code")]


def test_changed_password_is_the_one_that_lets_in_and_ends_other_browsers(
    mine: Desk, app: Flask, ctx: ServiceContext, account: Account
) -> None:
    later(ctx, minutes=1)
    other = Desk(app)
    other.sign_in(account, ctx.clock.now())
    new = "zeven kamelen op de fiets"

    response = mine.submit(
        mine.get(f"{ACCOUNT}/password"),
        f"{ACCOUNT}/password",
        old=account.password,
        new=new,
        again=new,
    )

    assert "Your password was changed" in mine.get(response.headers["Location"]).words
    assert other.fetch("/staff/").headers["Location"] == SIGN_IN
    assert "totp" in give_password(Desk(app), account, new).form(SIGN_IN)


@pytest.mark.parametrize(
    ("old", "new", "again", "words"),
    [
        ("not the old one", "zeven kamelen op de fiets", None, "old password is not right"),
        (None, "te kort", None, "too short: at least 15"),
        (None, "zeven kamelen op de fiets", "acht kamelen op de fiets", "not the same"),
        (None, "abcabcabcabcabcabc", None, "repeats itself"),
        (None, "12345678901234567890", None, "repeats itself"),
        (None, "qwertyuiopasdfgh", None, "guessed quickly"),
        (None, "Inburgeraars2024!", None, "guessed quickly"),
        (None, "t@example.org 2024", None, "guessed quickly"),
        (None, "vijftien tekens of meer", None, "that you have already"),
    ],
)
def test_password_that_will_not_do_is_refused_with_its_reason(
    mine: Desk, account: Account, old: str | None, new: str, again: str | None, words: str
) -> None:
    path = f"{ACCOUNT}/password"
    typed = {"old": old or account.password, "new": new, "again": again or new}

    response = mine.submit(mine.get(path), path, **typed)

    page = checked(response)
    assert page.status == 422
    assert words in page.words
    assert new not in response.get_data(as_text=True)


def test_sessions_are_listed_by_browser_and_end_at_once(
    mine: Desk, app: Flask, ctx: ServiceContext, account: Account
) -> None:
    later(ctx, minutes=1)
    other = Desk(app, headers={"Accept-Language": "en", "User-Agent": FIREFOX})
    other.sign_in(account, ctx.clock.now())
    page = mine.get(ACCOUNT)
    rows = page.table("sessions")
    assert [row[-1] for row in rows] == ["This browser", "Sign out"]
    assert rows[1][0] == "Firefox on Windows"

    mine.submit(page, f"{ACCOUNT}/session")

    assert other.fetch("/staff/").headers["Location"] == SIGN_IN
    assert len(mine.get(ACCOUNT).table("sessions")) == 1


def test_one_button_ends_all_other_sessions(
    mine: Desk, app: Flask, ctx: ServiceContext, account: Account
) -> None:
    others = []
    for _ in range(2):
        later(ctx, minutes=1)
        others.append(Desk(app))
        others[-1].sign_in(account, ctx.clock.now())

    mine.submit(mine.get(ACCOUNT), f"{ACCOUNT}/sessions")

    assert mine.get(ACCOUNT).status == 200
    assert {one.fetch("/staff/").headers["Location"] for one in others} == {SIGN_IN}


def test_session_of_somebody_else_cannot_be_ended(
    mine: Desk, app: Flask, ctx: ServiceContext
) -> None:
    other = Desk(app)
    other.sign_in(add_account(ctx, Role.ADMIN, "a@example.org"), ctx.clock.now())
    later(ctx, minutes=1)
    again = Desk(app)
    again.client = other.app.test_client()
    token = mine.get(ACCOUNT).form("/staff/sign-out")["csrf_token"]
    key = other.get(ACCOUNT).form("/staff/sign-out")["csrf_token"]

    mine.send(f"{ACCOUNT}/session", {"csrf_token": token, "session": key})

    assert other.get(ACCOUNT).status == 200


def test_authenticator_is_replaced_by_a_code_of_the_new_one(
    mine: Desk, app: Flask, ctx: ServiceContext, account: Account
) -> None:
    path = f"{ACCOUNT}/authenticator"
    page = mine.get(path)
    secret = codes_on(page)[0].replace(" ", "")
    wrong = checked(mine.submit(page, path, code="000000"))
    assert wrong.status == 422
    assert codes_on(wrong)[0].replace(" ", "") == secret
    response = mine.submit(page, path, code=pyotp.TOTP(secret).at(ctx.clock.now()))
    assert response.headers["Location"] == ACCOUNT
    later(ctx, minutes=5)

    desk = Desk(app)
    page = give_password(desk, account)
    old = desk.submit(page, SIGN_IN, totp=account.code(ctx.clock.now()))
    new = desk.submit(page, SIGN_IN, totp=pyotp.TOTP(secret).at(ctx.clock.now()))
    assert (old.status_code, new.status_code) == (422, 303)


def test_secret_made_for_somebody_else_is_not_taken(
    mine: Desk, app: Flask, ctx: ServiceContext
) -> None:
    path = f"{ACCOUNT}/authenticator"
    other = Desk(app)
    other.sign_in(add_account(ctx, Role.ADMIN, "a@example.org"), ctx.clock.now())
    page = other.get(path)
    secret = codes_on(page)[0].replace(" ", "")
    form = mine.get(path).form(path) | {"sealed_secret": page.form(path)["sealed_secret"]}

    response = mine.send(path, form | {"code": pyotp.TOTP(secret).at(ctx.clock.now())})

    assert response.headers["Location"] == path


def test_recovery_code_lets_in_once_and_leads_to_a_new_authenticator(
    mine: Desk, app: Flask, account: Account
) -> None:
    assert "You have no recovery codes" in mine.get(ACCOUNT).words
    codes = codes_on(checked(mine.submit(mine.get(ACCOUNT), f"{ACCOUNT}/recovery-codes")))
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", one) for one in codes)
    desk = Desk(app)
    give_password(desk, account)
    typed = codes[3].lower().replace("-", " ")

    response = desk.submit(desk.get(RECOVERY), RECOVERY, recovery=typed)

    assert response.headers["Location"] == f"{ACCOUNT}/authenticator"
    assert desk.get(response.headers["Location"]).heading == "Set up your authenticator app"
    assert "Codes that still work: 9." in desk.get(ACCOUNT).words
    again = Desk(app)
    give_password(again, account)
    assert again.submit(again.get(RECOVERY), RECOVERY, recovery=typed).status_code == 422


def test_new_recovery_codes_end_the_old_ones(mine: Desk, app: Flask, account: Account) -> None:
    path = f"{ACCOUNT}/recovery-codes"
    old = codes_on(checked(mine.submit(mine.get(ACCOUNT), path)))
    mine.submit(mine.get(ACCOUNT), path)
    desk = Desk(app)
    give_password(desk, account)

    assert desk.submit(desk.get(RECOVERY), RECOVERY, recovery=old[0]).status_code == 422


def test_recovery_code_without_the_password_is_asked_of_nobody(desk: Desk) -> None:
    assert desk.fetch(RECOVERY).headers["Location"] == SIGN_IN


@pytest.mark.parametrize("hostile", ['"><img src=x onerror=alert(1)>', "{{7*7}}", "\u202eabc"])
def test_hostile_name_of_a_passkey_is_shown_as_words(
    mine: Desk, ctx: ServiceContext, hostile: str
) -> None:
    with ctx.databases.research.write() as connection:
        (member,) = members.list_members(connection)
        key = Passkey(
            uuid4(), member.id, "id", "key", 0, "localhost", "", hostile, ctx.clock.now(), None
        )
        add_passkey(connection, key)

    page = mine.get(ACCOUNT)

    assert page.table("passkeys")[0][0] == hostile
