"""Hundreds of answers are coded by keyboard: the key beside a code ticks it, n goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from app.panel.states import Role
from app.services.context import ServiceContext
from tests.integration.services.conftest import OpenAnswerDesk
from tests.integration.staff.conftest import add_account
from tests.web.staff.test_staff_in_browser import serve, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def site(ctx: ServiceContext) -> Iterator[str]:
    yield from serve(ctx)


def test_answers_are_redacted_and_coded_without_a_mouse(
    chromium: Browser,
    site: str,
    ctx: ServiceContext,
    answers: OpenAnswerDesk,
    wrote: Callable[..., None],
) -> None:
    wrote("Meer les.", "Meer geld.")
    tab = chromium.new_context(locale="en").new_page()
    sign_in(tab, site, add_account(ctx, Role.RESEARCHER, "keys@example.org"), ctx)
    tab.goto(f"{site}/staff/open-answers")
    tab.click("form[action$='/redact'] button")

    for _ in range(2):
        tab.wait_for_selector("#decide")
        tab.keyboard.press("2")
        with tab.expect_navigation():
            tab.keyboard.press("n")
    tab.click("form[action$='/code'] button")
    for _ in range(2):
        tab.wait_for_selector("#codes")
        tab.keyboard.press("1")
        tab.keyboard.press("2")
        with tab.expect_navigation():
            tab.keyboard.press("n")

    tab.wait_for_selector("text=Nothing more waits for this.")
    assert [one.progress.final for one in answers.queue()] == [("les", "geld")] * 2
    tab.context.close()


def test_letters_typed_into_a_text_box_press_nothing(
    chromium: Browser,
    site: str,
    ctx: ServiceContext,
    answers: OpenAnswerDesk,
    wrote: Callable[..., None],
) -> None:
    wrote("Meer les.")
    tab = chromium.new_context(locale="en").new_page()
    sign_in(tab, site, add_account(ctx, Role.RESEARCHER, "keys@example.org"), ctx)
    tab.goto(f"{site}/staff/open-answers")
    tab.click("form[action$='/redact'] button")
    tab.wait_for_selector("#decide")
    tab.fill("#redacted", "")
    tab.locator("#redacted").press_sequentially("n1s2")
    assert tab.input_value("#redacted") == "n1s2"
    assert [str(one.progress.state) for one in answers.queue()] == ["waiting"]
    tab.context.close()
