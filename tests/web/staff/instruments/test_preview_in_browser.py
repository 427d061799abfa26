"""The preview in Chromium: the phone in its frame is answered, in its own style, without script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Frame, Page

from app.services.context import ServiceContext
from tests.builders import fingerprint
from tests.integration.staff.conftest import add_account
from tests.web.staff.test_staff_in_browser import serve, sign_in

pytestmark = pytest.mark.browser

COLOUR_OF_THE_HEADER = "getComputedStyle(document.querySelector('header')).backgroundColor"
PREVIEW = "/staff/waves/2024/questionnaire/preview"


@pytest.fixture
def site(ctx: ServiceContext) -> Iterator[str]:
    yield from serve(ctx)


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="en", viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def phone(tab: Page) -> Frame:
    return tab.frames[1]


def test_phone_is_answered_in_its_frame_and_the_reasons_follow(
    tab: Page, site: str, ctx: ServiceContext
) -> None:
    sign_in(tab, site, add_account(ctx), ctx)
    before = fingerprint(ctx.databases)
    tab.goto(site + PREVIEW)
    for given in (None, "#q-c_mee-1", "#q-k_werk-1"):
        if given is not None:
            phone(tab).check(given)
        phone(tab).click("button:not([formnovalidate]):not(.enter)")
        tab.wait_for_load_state()

    assert phone(tab).get_attribute("main", "data-page") == "k_uren"
    assert "k_werk is “Yes” (ja)" in tab.inner_text("section[aria-labelledby=why]")
    assert tab.url.endswith(f"{PREVIEW}#phone")
    assert fingerprint(ctx.databases) == before


def test_phone_is_as_wide_as_one_and_looks_like_the_site(
    tab: Page, site: str, ctx: ServiceContext
) -> None:
    sign_in(tab, site, add_account(ctx), ctx)
    refused: list[str] = []
    tab.on("console", lambda message: refused.append(message.text))
    tab.goto(site + PREVIEW)
    width = "document.documentElement.clientWidth"

    assert phone(tab).evaluate(width) == 360
    assert phone(tab).evaluate(COLOUR_OF_THE_HEADER) == "rgb(18, 63, 72)"
    assert [one for one in refused if "Content Security Policy" in one] == []


def test_link_on_the_phone_leads_out_of_nothing(tab: Page, site: str, ctx: ServiceContext) -> None:
    sign_in(tab, site, add_account(ctx), ctx)
    tab.goto(site + PREVIEW)
    phone(tab).click(".leave")

    assert tab.url == f"{site}{PREVIEW}#phone"
