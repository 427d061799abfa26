"""Who gets where: every route against a table, and nothing without an account or a token."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import html5lib
import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.panel.states import Role
from app.services.context import ServiceContext
from app.web.staff.gate import access_of
from tests.builders import fingerprint, invite
from tests.web.staff.access_table import EVERYBODY, POSTED, ROLES, SAMPLES
from tests.web.staff.desk import Desk, checked


def staff_rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/staff")]


def address(rule: str) -> str:
    for part, sample in SAMPLES.items():
        rule = rule.replace(part, sample)
    rule = re.sub(r"<uuid:\w+>", str(UUID(int=0)), rule)
    rule = re.sub(r"<int:\w+>", "1", rule)
    return re.sub(r"<[^>]+>", "no-such-thing", rule)


def test_every_route_declares_who_may_see_it(app: Flask) -> None:
    for rule in staff_rules(app):
        access = access_of(app.view_functions[rule.endpoint])
        assert access is not None, rule.rule
        assert access.everybody is (rule.rule in EVERYBODY), rule.rule
        if not access.everybody:
            assert access.roles == ROLES[rule.rule], rule.rule
    assert {rule.rule for rule in staff_rules(app)} == EVERYBODY | set(ROLES)


@pytest.mark.parametrize("rule", sorted(ROLES))
def test_nobody_gets_in_without_signing_in(desk: Desk, rule: str) -> None:
    response = desk.fetch(address(rule))

    assert response.status_code == 303
    assert response.headers["Location"] == "/staff/sign-in"


@pytest.mark.parametrize("rule", sorted(ROLES))
def test_nothing_can_be_posted_without_signing_in(
    desk: Desk, ctx: ServiceContext, rule: str
) -> None:
    before = fingerprint(ctx.databases)

    response = desk.send(address(rule), {"seen": "open", "csrf_token": "x"})

    assert response.status_code in (401, 405)
    assert fingerprint(ctx.databases) == before


@pytest.mark.parametrize("role", Role)
def test_each_role_reaches_its_routes_and_no_other(
    signed_in: Callable[[Role], Desk], role: Role
) -> None:
    desk = signed_in(role)
    for rule, roles in ROLES.items():
        if rule in POSTED:
            token = desk.get("/staff/").form("/staff/sign-out")["csrf_token"]
            response = desk.send(address(rule), {"csrf_token": token, "seen": "not this"})
        else:
            response = desk.fetch(address(rule))
        assert (response.status_code == 403) is (role not in roles), rule
        assert response.status_code < 500, rule


def test_links_lead_only_where_one_may_go(signed_in: Callable[[Role], Desk]) -> None:
    fieldwork = signed_in(Role.FIELDWORK).get("/staff/")
    analyst = signed_in(Role.ANALYST)

    links = {link.get("href") for link in fieldwork.tree.iter("a")}
    assert "/staff/results" not in links
    assert "/staff/waves/2024/pause" not in analyst.get("/staff/waves/2024").actions


@pytest.mark.parametrize("token", ["", "made-up", "é"])
def test_post_without_the_token_of_its_form_changes_nothing(
    researcher: Desk, ctx: ServiceContext, token: str
) -> None:
    before = fingerprint(ctx.databases)

    response = researcher.send("/staff/waves/2024/pause", {"seen": "open", "csrf_token": token})

    assert checked(response).status == 403
    assert fingerprint(ctx.databases) == before


def test_token_of_another_session_changes_nothing(
    researcher: Desk, signed_in: Callable[[Role], Desk], ctx: ServiceContext
) -> None:
    other = signed_in(Role.ADMIN).get("/staff/waves/2024").form("/staff/waves/2024/pause")
    before = fingerprint(ctx.databases)

    assert researcher.send("/staff/waves/2024/pause", other).status_code == 403
    assert fingerprint(ctx.databases) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_post_from_another_site_changes_nothing(
    researcher: Desk, ctx: ServiceContext, headers: dict[str, str]
) -> None:
    form = researcher.get("/staff/waves/2024").form("/staff/waves/2024/pause")
    before = fingerprint(ctx.databases)

    assert researcher.send("/staff/waves/2024/pause", form, **headers).status_code == 403
    assert fingerprint(ctx.databases) == before


@pytest.mark.parametrize(
    "path",
    [
        "/staff/nope",
        "/staff/waves/1999",
        "/staff/waves/99999999999999999999",
        "/staff/waves/99999999999999999999/monitor",
        "/staff/waves/2147483648/monitor/rates.csv",
        "/staff/waves/-1",
        "/staff/waves/x",
    ],
)
def test_unknown_page_is_a_plain_page(researcher: Desk, path: str) -> None:
    page = researcher.get(path)

    assert page.status == 404
    assert page.heading == "This page does not exist"


def test_front_door_leads_nowhere_else(researcher: Desk) -> None:
    response = researcher.client.get("/staff", headers={"Host": "evil.example"})

    assert response.status_code == 303
    assert response.headers["Location"] in ("/staff/", "/staff/sign-in")


def test_too_large_a_post_is_a_plain_page(researcher: Desk) -> None:
    form = researcher.get("/staff/waves/2024").form("/staff/waves/2024/pause")

    response = researcher.send("/staff/waves/2024/pause", form | {"note": "x" * 1_100_000})

    assert checked(response).status == 413


def test_respondents_cookie_opens_no_staff_page(app: Flask, ctx: ServiceContext) -> None:
    desk = Desk(app)
    invited = invite(ctx)
    entry = app.test_client()
    desk.client = entry
    page = html_form(entry.get("/").get_data(as_text=True))
    assert entry.post("/", data=page | {"code": invited.code}).status_code == 303

    assert desk.fetch("/staff/").status_code == 303


def html_form(body: str) -> dict[str, str]:
    """The hidden inputs of the one form of a respondent page."""
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(body)
    inputs = [one for one in tree.iter("input") if one.get("type") == "hidden"]
    return {str(one.get("name")): one.get("value") or "" for one in inputs}
