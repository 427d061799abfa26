"""Interviewers at work: what they are told before, and what they did today, their own only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from app.clock import FixedClock
from app.panel.states import Role
from app.services.context import ServiceContext
from tests.builders import invite
from tests.integration.staff.conftest import add_account
from tests.web.staff.desk import Desk, checked

PATH = "/staff/assist"


def help_with(desk: Desk, code: str, mode: str) -> None:
    sent = desk.submit(desk.get(PATH), PATH, code=code, mode=mode, spoken="ar")
    assert checked(sent).heading == "The questions are ready"


def test_interviews_of_today_are_listed_without_saying_whose(
    signed_in: Callable[[Role], Desk], ctx: ServiceContext
) -> None:
    desk = signed_in(Role.INTERVIEWER)
    assert "You have helped nobody today." in desk.get(PATH).words
    assert isinstance(ctx.clock, FixedClock)
    first, second = invite(ctx), invite(ctx)
    help_with(desk, first.code, "phone")
    ctx.clock.advance(timedelta(minutes=20))
    desk.submit(desk.get(PATH), f"{PATH}/end")
    help_with(desk, second.code, "interview")

    page = desk.get(PATH)

    rows = page.table("held")
    assert [row[1:] for row in rows] == [
        ["In a conversation", "Arabic", "Wave 2024", "No answer yet"],
        ["By phone", "Arabic", "Wave 2024", "No answer yet"],
    ]
    assert rows[1][0] == "13:00–13:20"
    assert first.case_id.hex[:8] not in page.words
    assert first.code not in page.words


def test_nobody_sees_what_a_colleague_did(
    signed_in: Callable[[Role], Desk], ctx: ServiceContext
) -> None:
    help_with(signed_in(Role.INTERVIEWER), invite(ctx).code, "assisted")
    colleague = Desk(signed_in(Role.FIELDWORK).app)
    colleague.sign_in(add_account(ctx, Role.INTERVIEWER, "other@example.org"), ctx.clock.now())

    assert not colleague.get(PATH).has("held")


def test_mistyped_code_stays_with_the_choices(
    signed_in: Callable[[Role], Desk], ctx: ServiceContext
) -> None:
    desk = signed_in(Role.INTERVIEWER)

    page = checked(desk.submit(desk.get(PATH), PATH, code="12 34", mode="interview", spoken="tr"))

    assert page.status == 422
    assert page.by_id("code").get("value") == "12 34"
    assert page.by_id("mode-interview").get("checked") is not None
    chosen = [one.get("value") for one in page.by_id("spoken") if one.get("selected") is not None]
    assert chosen == ["tr"]
