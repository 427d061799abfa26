"""A link from the administrator: joins once, and never lets anybody in alone afterwards."""

from __future__ import annotations

from urllib.parse import urlsplit

import pyotp
import pytest
from flask import Flask

from app.panel.states import Role
from app.services.context import ServiceContext
from tests.integration.staff.conftest import Account, add_account
from tests.web.staff.desk import Desk, Page, checked, text
from tests.web.staff.door.test_account_pages import RECOVERY, codes_on, give_password
from tests.web.staff.door.test_confirming import later

ADMIN = "/staff/admin"
INVITE = f"{ADMIN}/invite"
SIGN_IN = "/staff/sign-in"
PASSWORD = "zeven kamelen op de fiets"
NEW = "n@example.org"


@pytest.fixture
def admin(app: Flask, ctx: ServiceContext) -> Desk:
    desk = Desk(app)
    desk.sign_in(add_account(ctx, Role.ADMIN, "a@example.org"), ctx.clock.now())
    return desk


def link_on(page: Page) -> str:
    (url,) = codes_on(page)
    return urlsplit(url).path


def invited(admin: Desk, email: str = NEW, role: Role = Role.ANALYST) -> str:
    made = admin.submit(admin.get(INVITE), INVITE, email=email, role=str(role))
    return link_on(checked(made))


def choose_password(desk: Desk, link: str, password: str = PASSWORD) -> Page:
    return checked(desk.submit(desk.get(link), link, password=password, again=password))


def secret_on(page: Page) -> str:
    return codes_on(page)[0].replace(" ", "")


def join(desk: Desk, ctx: ServiceContext, link: str) -> tuple[Page, Account]:
    page = choose_password(desk, link)
    secret = secret_on(page)
    response = desk.submit(page, link, code=pyotp.TOTP(secret).at(ctx.clock.now()))
    return checked(response), Account(NEW, PASSWORD, secret)


def test_invited_person_joins_and_can_sign_in_again(
    admin: Desk, app: Flask, ctx: ServiceContext
) -> None:
    link, desk = invited(admin), Desk(app)
    first = desk.get(link)
    assert "You are invited as analyst" in first.words
    page, account = join(desk, ctx, link)
    assert len(codes_on(page)) == 10
    assert NEW in desk.get("/staff/").words
    later(ctx, minutes=1)

    assert Desk(app).sign_in(account, ctx.clock.now()).headers["Location"] == "/staff/"
    assert [row[:2] for row in admin.get(ADMIN).table("staff")] == [
        ["a@example.org", "administrator"],
        [NEW, "analyst"],
    ]


def test_link_works_once(admin: Desk, app: Flask, ctx: ServiceContext) -> None:
    link = invited(admin)
    two = [Desk(app), Desk(app)]
    pages = [choose_password(one, link) for one in two]
    replies = [
        one.submit(page, link, code=pyotp.TOTP(secret_on(page)).at(ctx.clock.now()))
        for one, page in zip(two, pages, strict=True)
    ]

    assert [reply.status_code for reply in replies] == [200, 404]
    assert Desk(app).fetch(link).status_code == 404


def test_looking_at_a_link_uses_nothing_up(admin: Desk, app: Flask, ctx: ServiceContext) -> None:
    link = invited(admin)
    for _ in range(3):
        assert Desk(app).get(link).status == 200

    assert join(Desk(app), ctx, link)[0].status == 200


@pytest.mark.parametrize("end", ["old", "taken back", "replaced", "account closed", "made up"])
def test_link_that_ended_opens_nothing(
    admin: Desk, app: Flask, ctx: ServiceContext, end: str
) -> None:
    link = invited(admin)
    match end:
        case "old":
            later(ctx, days=7)
        case "taken back":
            page = admin.get(ADMIN)
            (action,) = [one for one in page.actions if one.endswith("/take-back")]
            admin.submit(page, action)
        case "replaced":
            invited(admin)
        case "account closed":
            join(Desk(app), ctx, invited(admin))
        case _:
            link = f"{link}x"

    page = Desk(app).get(link)

    assert page.status == 404
    assert page.heading == "This link does not work"


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [("te kort", "te kort", "too short"), (PASSWORD, "een ander wachtwoord hier", "not the same")],
)
def test_password_that_will_not_do_keeps_the_link(
    admin: Desk, app: Flask, ctx: ServiceContext, password: str, again: str, words: str
) -> None:
    link, desk = invited(admin), Desk(app)

    page = checked(desk.submit(desk.get(link), link, password=password, again=again))

    assert page.status == 422
    assert words in page.words
    assert join(desk, ctx, link)[0].status == 200


def test_wrong_code_shows_the_same_picture_again(
    admin: Desk, app: Flask, ctx: ServiceContext
) -> None:
    link, desk = invited(admin), Desk(app)
    page = choose_password(desk, link)

    again = checked(desk.submit(page, link, code="000000"))

    assert again.status == 422
    assert secret_on(again) == secret_on(page)
    code = pyotp.TOTP(secret_on(page)).at(ctx.clock.now())
    assert desk.submit(again, link, code=code).status_code == 200


def test_sealed_password_of_another_link_is_not_taken(
    admin: Desk, app: Flask, ctx: ServiceContext
) -> None:
    one, other = invited(admin), invited(admin, "o@example.org")
    desk = Desk(app)
    mine, theirs = choose_password(desk, one), choose_password(desk, other)
    form = mine.form(one) | {"sealed_password": theirs.form(other)["sealed_password"]}
    code = pyotp.TOTP(secret_on(mine)).at(ctx.clock.now())

    assert desk.send(one, form | {"code": code}).status_code == 422


def test_link_for_a_new_phone_takes_the_password_and_ends_what_was_there(
    admin: Desk, app: Flask, ctx: ServiceContext
) -> None:
    old, account = Desk(app), join(Desk(app), ctx, invited(admin))[1]
    later(ctx, minutes=1)
    old.sign_in(account, ctx.clock.now())
    link = way_back(admin, "second_factor")
    finder = Desk(app)
    wrong = finder.submit(finder.get(link), link, password="not the right one at all")
    assert wrong.status_code == 422
    page = checked(finder.submit(finder.get(link), link, password=PASSWORD))
    secret = secret_on(page)

    reply = finder.submit(page, link, code=pyotp.TOTP(secret).at(ctx.clock.now()))

    assert len(codes_on(checked(reply))) == 10
    assert old.fetch("/staff/").headers["Location"] == SIGN_IN
    later(ctx, minutes=5)
    desk = Desk(app)
    page = give_password(desk, account)
    assert desk.submit(page, SIGN_IN, totp=account.code(ctx.clock.now())).status_code == 422


def test_link_for_a_new_password_takes_the_second_factor(
    admin: Desk, app: Flask, ctx: ServiceContext
) -> None:
    page, account = join(Desk(app), ctx, invited(admin))
    codes = codes_on(page)
    link, desk, new = way_back(admin, "password"), Desk(app), "acht kamelen in de trein"
    asked = choose_password(desk, link, new)
    assert desk.submit(asked, link, code="000000").status_code == 422

    response = desk.submit(asked, link, code=codes[0])

    assert response.headers["Location"] == SIGN_IN
    assert "recovery" in give_recovery(Desk(app), Account(NEW, new, account.secret))
    failed = Desk(app)
    old = failed.submit(failed.get(SIGN_IN), SIGN_IN, email=NEW, password=PASSWORD)
    assert old.status_code == 422


def test_closed_account_comes_back_by_invitation_in_its_new_role(
    admin: Desk, app: Flask, ctx: ServiceContext
) -> None:
    desk = Desk(app)
    join(desk, ctx, invited(admin))
    close = f"{address_of(admin, NEW)}/close"
    admin.submit(admin.get(close), close)
    assert desk.fetch("/staff/").headers["Location"] == SIGN_IN
    later(ctx, minutes=5)

    page, _account = join(Desk(app), ctx, invited(admin, role=Role.TRANSLATOR))

    assert page.status == 200
    assert [row[1:3] for row in admin.get(ADMIN).table("staff")][1] == ["translator", "open"]


def give_recovery(desk: Desk, account: Account) -> dict[str, str]:
    give_password(desk, account)
    return desk.get(RECOVERY).form(RECOVERY)


def address_of(admin: Desk, email: str) -> str:
    links = {text(one): one.get("href") for one in admin.get(ADMIN).tree.iter("a")}
    return str(links[email])


def way_back(admin: Desk, kind: str) -> str:
    path = address_of(admin, NEW)
    action = f"{path}/link"
    return link_on(checked(admin.send(action, admin.get(path).form(action) | {"kind": kind})))
