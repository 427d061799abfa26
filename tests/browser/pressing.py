"""What a person does with a page in a browser: fill in, press, wait for the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from playwright.sync_api import Page

from tests.browser.conftest import SmallSite
from tests.builders import Invited
from tests.web.respond.conftest import ALREADY

GO_ON = "main .go > button:not([name])"
Fill = Mapping[str, str | Sequence[str]]


def page_id(tab: Page) -> str:
    return tab.locator("main").get_attribute("data-page") or ""


def told(tab: Page) -> str:
    return " ".join(tab.locator(".told").all_inner_texts())


def status(tab: Page) -> str:
    return tab.locator(".status").inner_text()


def fill_in(tab: Page, fill: Fill) -> None:
    """Tick and type what is given; what is ticked already stays."""
    for name, given in fill.items():
        for value in [given] if isinstance(given, str) else given:
            ticked = tab.locator(f'main input[name="{name}"][value="{value}"]')
            if ticked.count():
                # People press the words, not the dot.
                tab.locator(f'label:has(input[name="{name}"][value="{value}"])').click()
            else:
                tab.locator(f'main [name="{name}"]:is([type=text], textarea)').fill(value)


def press(tab: Page, selector: str = GO_ON) -> None:
    """Press a button or link and wait until another page is there, by script or without."""
    tab.evaluate("document.querySelector('main').dataset.old = '1'")
    tab.locator(selector).first.click()
    tab.locator("main:not([data-old])").wait_for()
    tab.wait_for_load_state()


def go_on(tab: Page, fill: Fill | None = None) -> None:
    fill_in(tab, fill or {})
    press(tab)


def invite(tab: Page, site: SmallSite, **given: Any) -> Invited:
    """Invite somebody who is written to in the language of their phone."""
    language = str(tab.evaluate("navigator.language")).partition("-")[0]
    return site.running.invite(language=language, **given)


def enter(tab: Page, site: SmallSite, invited: Invited) -> None:
    tab.goto(f"{site.address}/")
    go_on(tab, {"code": invited.code})


def answer_until(tab: Page, wanted: str) -> None:
    """Answer as `ALREADY` says, up to a page."""
    while (at := page_id(tab)) != wanted:
        go_on(tab, ALREADY[at])
        assert page_id(tab) != at, told(tab)


def at_page(tab: Page, site: SmallSite, wanted: str) -> Invited:
    """Invite somebody, enter and answer up to a page."""
    invited = invite(tab, site)
    enter(tab, site, invited)
    answer_until(tab, wanted)
    return invited
