"""The staff pages in Chromium: readable for everybody, by keyboard, at every width."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from app.panel.states import Role, WaveStatus
from app.services.context import ServiceContext
from app.services.fieldwork.waves import find_wave
from tests.builders import invite
from tests.integration.staff.conftest import Account, add_account
from tests.web.staff.conftest import staff_app

pytestmark = pytest.mark.browser

WIDTHS = (360, 768, 1440)
RULES = {"rules": {"target-size": {"enabled": True}}}
SIGN_IN = "/staff/sign-in"


def serve(ctx: ServiceContext) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, staff_app(ctx), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def small_site(ctx: ServiceContext) -> Iterator[str]:
    yield from serve(ctx)


@pytest.fixture
def panel_site(panel: ServiceContext) -> Iterator[str]:
    yield from serve(panel)


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="en")
    yield context.new_page()
    context.close()


def sign_in(tab: Page, url: str, account: Account, ctx: ServiceContext) -> None:
    tab.goto(url + SIGN_IN)
    tab.fill("[name=email]", account.email)
    tab.fill("[name=password]", account.password)
    tab.keyboard.press("Enter")
    tab.fill("[name=totp]", account.code(ctx.clock.now()))
    tab.keyboard.press("Enter")
    tab.wait_for_selector("nav")


def assert_readable(tab: Page) -> None:
    """Nothing for axe to find, and no sideways scrolling of the page, at any width."""
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 800})
        found = Axe().run(tab, options=RULES).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], f"{width} px"
        spare = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert tab.evaluate(spare) == 0, f"{width} px"


def test_door_is_readable(tab: Page, small_site: str, ctx: ServiceContext) -> None:
    account = add_account(ctx)
    tab.goto(small_site + SIGN_IN)
    assert_readable(tab)
    tab.fill("[name=email]", account.email)
    tab.fill("[name=password]", "not the right password")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("[role=alert]")
    assert_readable(tab)
    tab.fill("[name=password]", account.password)
    tab.keyboard.press("Enter")
    tab.wait_for_selector("[name=totp]")
    assert_readable(tab)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_readable(tab: Page, panel_site: str, panel: ServiceContext, scheme: str) -> None:
    sign_in(tab, panel_site, add_account(panel), panel)
    tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two words
    for path in (
        "/staff/",
        "/staff/waves/2024",
        "/staff/waves/2024/close",
        "/staff/results?wave=2024&variable=e_meedoen&by=groep",
        "/staff/no-such-page",
    ):
        tab.goto(panel_site + path)
        for summary in tab.query_selector_all("main summary"):
            if summary.is_visible():
                summary.click()
        assert_readable(tab)


def test_table_scrolls_by_keyboard_on_a_phone(
    tab: Page, panel_site: str, panel: ServiceContext
) -> None:
    sign_in(tab, panel_site, add_account(panel), panel)
    tab.set_viewport_size({"width": 360, "height": 800})
    tab.goto(panel_site + "/staff/waves/2024")
    region = tab.locator("[role=region]").first
    region.focus()
    tab.keyboard.press("ArrowRight")
    # Scrolling is animated; the policy of the page forbids to wait by a script in it.
    tab.wait_for_timeout(500)
    assert region.evaluate("region => region.scrollLeft") > 0


def test_wave_is_closed_by_keyboard_alone(tab: Page, small_site: str, ctx: ServiceContext) -> None:
    sign_in(tab, small_site, add_account(ctx), ctx)
    tab.goto(small_site + "/staff/waves/2024")
    press(tab, "Close …")
    tab.wait_for_selector("#note")
    press(tab, "Close wave 2024")
    tab.wait_for_selector("[role=status]")

    wave = find_wave(ctx, 2024)
    assert wave is not None
    assert wave.status is WaveStatus.CLOSED


def press(tab: Page, words: str) -> None:
    """Go to a link or button with the Tab key, and press Enter."""
    for _ in range(40):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.textContent.trim()") == words:
            tab.keyboard.press("Enter")
            return
    raise AssertionError(f"{words} was not reached with the Tab key")


def test_hostile_words_run_nowhere(tab: Page, small_site: str, ctx: ServiceContext) -> None:
    hostile = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
    case = invite(ctx, frame={"fr_group": hostile, "fr_act": hostile})
    told = {"case": case.case_id.hex, "wave": 2024, "code": case.code, "status": "open"}
    assert isinstance(ctx.settings.data_dir, Path)
    text = json.dumps({"codes": [told | {"language": hostile}]})
    (ctx.settings.data_dir / "demo.json").write_text(text, encoding="utf-8")
    told_by_browser: list[str] = []
    tab.on("dialog", lambda dialog: told_by_browser.append(dialog.message))
    tab.on("console", lambda message: told_by_browser.append(message.text))
    sign_in(tab, small_site, add_account(ctx, Role.ADMIN), ctx)
    for path in ("/staff/", "/staff/waves/2024", "/staff/waves/2024/close", "/staff/results"):
        tab.goto(small_site + path)

    assert told_by_browser == []
