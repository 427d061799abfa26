"""Every staff page at every width: nothing for axe to find, and no sideways scrolling."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from app.panel.states import Role
from app.services.context import ServiceContext
from tests.browser.staff.test_attack_strings import PATIENCE_MS, browser_of
from tests.integration.staff.conftest import add_account
from tests.web.staff.browser_paths import PATHS
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk
from tests.web.staff.test_staff_in_browser import RULES, WIDTHS, serve

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1_500)]

SPARE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def faults_of(tab: Page, path: str) -> list[str]:
    """What is wrong with a page at each width, with everything on it unfolded."""
    found = []
    for summary in tab.query_selector_all("main summary"):
        if summary.is_visible():
            summary.click()
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 800})
        violations = Axe().run(tab, options=RULES).response["violations"]
        found += [
            f"{path} {width}: {one['id']} {one['nodes'][0]['html'][:200]}" for one in violations
        ]
        if spare := tab.evaluate(SPARE):
            found.append(f"{path} {width}: scrolls sideways by {spare} px")
    return found


@pytest.mark.parametrize("role", sorted({role for _path, role in PATHS}))
def test_pages_are_readable_at_every_width(
    chromium: Browser, panel: ServiceContext, role: Role
) -> None:
    account = add_account(panel, role, f"{role}@example.org")
    found: list[str] = []
    for url in serve(panel):
        desk = Desk(staff_app(panel))
        desk.sign_in(account, panel.clock.now())
        browser = browser_of(chromium, url, desk)
        tab = browser.new_page()
        tab.set_default_timeout(PATIENCE_MS)
        for number, (path, _role) in enumerate(one for one in PATHS if one[1] is role):
            # Half of the pages in either scheme: colours are those of one style sheet.
            tab.emulate_media(color_scheme="dark" if number % 2 else "light")
            tab.goto(url + path)
            found += faults_of(tab, path)
        browser.close()

    assert found == []
