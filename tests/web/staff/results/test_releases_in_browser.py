"""Releases, weights, findings and summary in Chromium, where there is something to see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from app.panel.states import Role
from app.services.context import ServiceContext
from app.services.publication import summaries
from app.storage import staff as accounts
from tests.integration.staff.conftest import add_account
from tests.web.staff.test_staff_in_browser import assert_readable, serve, sign_in

pytestmark = pytest.mark.browser

ROOT = "/staff/results"


@pytest.fixture
def released_site(released: ServiceContext) -> Iterator[str]:
    yield from serve(released)


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="en")
    yield context.new_page()
    context.close()


def test_pages_with_a_release_are_readable(
    tab: Page, released_site: str, released: ServiceContext
) -> None:
    account = add_account(released, Role.RESEARCHER)
    with released.databases.research.read() as connection:
        member = accounts.find_member(connection, account.email)
    assert member is not None
    summaries.begin(released, 1, by=account.email, staff_id=member.id)
    sign_in(tab, released_site, account, released)
    tab.goto(f"{released_site}{ROOT}/summary/2024")
    chapter = tab.locator("main .outline a").nth(5).get_attribute("href")
    for path in (
        f"{ROOT}/releases",
        f"{ROOT}/releases/1",
        f"{ROOT}/releases/1/withdraw",
        f"{ROOT}/weights?source=1",
        f"{ROOT}/weights/w1_cs?source=1",
        f"{ROOT}/weights/compare?source=1&first=w1_cs&second=w1_block_a",
        f"{ROOT}/findings/F10",
        f"{ROOT}/summary/2024",
        f"{ROOT}/summary/2024/preview",
        str(chapter),
    ):
        tab.goto(released_site + path)
        for summary in tab.query_selector_all("main summary"):
            summary.click()
        assert_readable(tab)
