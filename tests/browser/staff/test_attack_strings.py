"""Words that want to be a program stay words: on every staff page, for every role, in Chromium."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from app.panel.states import Role
from app.services.context import ServiceContext
from tests.browser.staff.hostile import ATTACK, accounts, hostile_panel, hostile_study, small_site
from tests.integration.staff.conftest import Account
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk
from tests.web.staff.test_staff_in_browser import serve

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1_500)]

MOST_PAGES = 120
"""Of one role: a list of cases leads to thousands that are alike."""
ALIKE = 2
"""Pages of one shape that are looked at: the same path but for numbers and ids."""
PATIENCE_MS = 120_000
"""For one page: what is slow is measured elsewhere."""
_FILES = (".csv", ".xlsx", ".pdf", ".zip", ".json", ".sav", ".dta", ".mp3", ".svg", ".html", ".po")
_LEAVES = ("/staff/sign-out", "/staff/confirm")
REPORTS = """
document.addEventListener("securitypolicyviolation", event =>
  console.error("POLICY " + event.violatedDirective + " " + event.blockedURI + " " + event.sample));
"""


@dataclass
class Crawl:
    """What a browser of one role met on its way."""

    browser: BrowserContext
    start: str
    said: list[str] = field(default_factory=list)
    """Dialogs, reports of the policy, errors of scripts and of the console, with their page."""
    broken: list[str] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)
    here: str = ""

    def run(self) -> None:
        """Look at every page that links lead to, each shape of page a few times."""
        self.browser.add_init_script(REPORTS)
        tab = self.browser.new_page()
        tab.set_default_timeout(PATIENCE_MS)
        tab.on("dialog", self._dialog)
        tab.on("console", self._console)
        tab.on("pageerror", lambda error: self.said.append(f"{self.here}: {error}"))
        tab.on("response", self._response)
        waiting = deque([self.start + "/staff/"])
        shapes: Counter[str] = Counter()
        known = set(waiting)
        while waiting and len(self.visited) < MOST_PAGES:
            self.here = waiting.popleft()
            tab.goto(self.here, wait_until="load")
            self.visited.append(self.here)
            self._look(tab)
            for url in [*self._links(tab), *self._searches(tab)]:
                if url not in known and shapes[_shape(url)] < ALIKE:
                    known.add(url)
                    shapes[_shape(url)] += 1
                    waiting.append(url)
        tab.close()

    def _look(self, tab: Page) -> None:
        for summary in tab.query_selector_all("main summary"):
            if summary.is_visible():
                summary.click()
        counts = {name: tab.locator(name).count() for name in ("h1", "main", "title")}
        # An image of a chart may have a title of its own.
        if counts["h1"] != 1 or counts["main"] != 1 or not counts["title"]:
            self.broken.append(f"{self.here}: {counts}")
        if tab.locator("img[src=x], script:not([src])").count():
            self.broken.append(f"{self.here}: an attack stands in the page as an element")

    def _links(self, tab: Page) -> list[str]:
        found = []
        for link in tab.query_selector_all("a[href]"):
            url = urljoin(self.here, link.get_attribute("href") or "").partition("#")[0]
            if url.startswith(self.start + "/staff") and _is_page(url):
                found.append(url)
        return found

    def _searches(self, tab: Page) -> list[str]:
        """Every list is asked for an attack too: what was searched is shown again."""
        forms = tab.query_selector_all("form[role=search] input[name=q]")
        return [f"{self.here.partition('?')[0]}?q={quote(ATTACK)}"] if forms else []

    def _dialog(self, dialog: object) -> None:
        self.said.append(f"{self.here}: dialog {dialog}")
        dialog.dismiss()  # type: ignore[attr-defined]

    def _console(self, message: ConsoleMessage) -> None:
        policy = "Content Security Policy" in message.text
        if policy or (message.type == "error" and "status of 4" not in message.text):
            self.said.append(f"{self.here}: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 500 or (response.status == 404 and _asked_for(response)):
            self.broken.append(f"{self.here}: {response.status} {response.url}")


def _asked_for(response: Response) -> bool:
    """A page that a link leads to has to be there."""
    return "?q=" not in response.url


def _is_page(url: str) -> bool:
    path = urlsplit(url).path
    return not path.endswith(_FILES) and not path.startswith(_LEAVES) and "download" not in path


def _shape(url: str) -> str:
    """An address without its numbers and ids."""
    parts = urlsplit(url)
    path = "/".join("#" if _is_name(part) else part for part in parts.path.split("/"))
    return f"{path}?{','.join(sorted(name for name, _ in parse_qsl(parts.query)))}"


def _is_name(part: str) -> bool:
    return any(one.isdigit() for one in part) or "_" in part


def browser_of(chromium: Browser, url: str, desk: Desk) -> BrowserContext:
    """A browser with the cookies of somebody who has signed in."""
    context = chromium.new_context(locale="en", viewport={"width": 1280, "height": 900})
    cookies = [
        {"name": one.key, "value": one.value, "url": url + one.path.rstrip("/") + "/"}
        for one in desk.client._cookies.values()
    ]
    context.add_cookies(cookies)  # type: ignore[arg-type]
    return context


def crawl(chromium: Browser, ctx: ServiceContext, account: Account) -> Crawl:
    """Sign in and look at everything one can reach."""
    for url in serve(ctx):
        desk = Desk(staff_app(ctx))
        desk.sign_in(account, ctx.clock.now())
        browser = browser_of(chromium, url, desk)
        found = Crawl(browser, url)
        try:
            found.run()
        finally:
            browser.close()
        return found
    raise AssertionError("nothing was served")


@pytest.fixture
def hostile_small(
    sqlite_template: Path, tmp_path: Path
) -> Iterator[tuple[ServiceContext, dict[Role, Account]]]:
    for ctx in small_site(sqlite_template, tmp_path):
        yield ctx, accounts(ctx)


@pytest.mark.parametrize("role", Role)
def test_attacks_in_a_study_stay_words_on_every_page(
    chromium: Browser,
    hostile_small: tuple[ServiceContext, dict[Role, Account]],
    role: Role,
) -> None:
    ctx, signing = hostile_small

    found = crawl(chromium, ctx, signing[role])

    assert found.said == [], "\n".join(found.said)
    assert found.broken == [], "\n".join(found.broken)
    assert len(found.visited) >= 3, found.visited


@pytest.mark.parametrize("role", Role)
def test_attacks_in_a_panel_stay_words_on_every_page(
    chromium: Browser, panel: ServiceContext, role: Role
) -> None:
    ctx = hostile_panel(panel)

    found = crawl(chromium, ctx, accounts(ctx)[role])

    assert found.said == [], "\n".join(found.said)
    assert found.broken == [], "\n".join(found.broken)
    assert len(found.visited) >= 3, found.visited


def test_attacks_that_the_check_of_a_study_refuses_are_told_as_words(
    chromium: Browser, sqlite_template: Path, tmp_path: Path
) -> None:
    study = hostile_study(tmp_path / "study")
    for ctx in small_site(sqlite_template, tmp_path, study):
        found = crawl(chromium, ctx, accounts(ctx)[Role.RESEARCHER])

        assert found.said == [], "\n".join(found.said)
        assert found.broken == [], "\n".join(found.broken)
