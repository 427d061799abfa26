"""Somebody without a mouse answers the real questionnaire on a phone's width, to the end."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.all_languages import LANGUAGES
from tests.journeys.fielding import Invited

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

AXE_OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
WIDTHS_PX = (320, 1280)
MOST_PAGES = 120
MOST_TABS = 80

_FOCUSED = """() => {
    const at = document.activeElement;
    return {
        tag: at.tagName, type: at.type || "", name: at.name || "", checked: at.checked || false,
        goes: at.tagName === "BUTTON" && !at.formNoValidate && at.closest("main") !== null,
        value: at.value || "", inside: at.closest("main") !== null,
    };
}"""


def typed_for(name: str) -> str:
    """Words for a text box, by what it asks."""
    if name.endswith(".month"):
        return "5"
    if name.endswith(".year"):
        return "2023"
    known = {"e_grade": "7", "p_adres": "synthetic@example.org"}
    return known.get(name, "Utrecht")


def answer_by_keyboard(tab: Page) -> None:
    """Tab from the top of the page to its go-on button, answering what comes by, and press it."""
    answered: set[str] = set()
    for _ in range(MOST_TABS):
        tab.keyboard.press("Tab")
        at = tab.evaluate(_FOCUSED)
        if at["goes"]:
            tab.keyboard.press("Enter")
            return
        if not at["inside"] or at["tag"] not in ("INPUT", "TEXTAREA"):
            continue
        first = at["name"] not in answered
        answered.add(at["name"])
        if at["type"] in ("radio", "checkbox"):
            if first and not at["checked"]:
                tab.keyboard.press("Space")
        elif first:
            tab.keyboard.type(typed_for(at["name"]))
    raise AssertionError(f"no go-on button was reached on {tab.url}")


def violations(tab: Page) -> list[str]:
    found = Axe().run(tab, options=AXE_OPTIONS).response["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


def sideways(tab: Page) -> int:
    return int(
        tab.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
    )


@pytest.mark.parametrize("invited", ["nl", "ar"], indirect=True)
def test_keyboard_alone_completes_the_real_questionnaire(
    invited: tuple[str, Invited], phone: Page
) -> None:
    # Given the page behind the QR code of a letter, on a phone in the person's language.
    address, person = invited
    phone.goto(f"{address}/c/{person.code}")

    # When somebody answers every page with the keyboard only.
    pages: list[str] = []
    for _ in range(MOST_PAGES):
        before = phone.url
        seen = phone.locator("main").get_attribute("data-page") or ""
        pages.append(seen)
        assert phone.locator("html").get_attribute("lang") == person.language, seen
        if seen == "done":
            break
        answer_by_keyboard(phone)
        phone.wait_for_function(
            "([url, page]) => location.href !== url ||"
            " document.querySelector('main').dataset.page !== page",
            arg=[before, seen],
        )
        phone.wait_for_load_state("load")

    # Then the answers were sent.
    assert phone.locator("main").get_attribute("data-status") == "complete"
    assert pages[0] == "code"
    assert pages[-2:] == ["review", "done"]
    assert len(pages) > 40


@pytest.mark.parametrize("invited", LANGUAGES, indirect=True)
def test_axe_and_narrow_screens_find_nothing_along_the_real_questionnaire(
    invited: tuple[str, Invited], phone: Page
) -> None:
    # Given the entrance, and then the first pages of each kind along the route.
    address, person = invited
    phone.goto(f"{address}/c/{person.code}")
    looked_at: set[str] = set()
    for _ in range(MOST_PAGES):
        page = phone.locator("main").get_attribute("data-page") or ""
        kinds = phone.eval_on_selector_all(
            "main input, main textarea", "all => all.map(one => one.type).sort().join()"
        )
        assert phone.locator("html").get_attribute("lang") == person.language, page
        # When a page of a new make-up comes by, it is looked at on a small and on a large screen.
        if kinds not in looked_at or page in ("review", "done"):
            looked_at.add(kinds)
            for width in WIDTHS_PX:
                phone.set_viewport_size({"width": width, "height": 740})
                # Then nothing is wrong with it.
                assert violations(phone) == [], page
                assert sideways(phone) <= 0, page
            phone.set_viewport_size({"width": 360, "height": 740})
        if page == "done":
            break
        before = phone.url
        answer_by_keyboard(phone)
        phone.wait_for_function(
            "([url, page]) => location.href !== url ||"
            " document.querySelector('main').dataset.page !== page",
            arg=[before, page],
        )
        phone.wait_for_load_state("load")
    assert len(looked_at) > 8
