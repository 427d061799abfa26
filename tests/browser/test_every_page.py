"""Every page in every state: accessible, readable when large, in the dark and on paper."""

from __future__ import annotations

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import SmallSite, each_language
from tests.browser.page_states import page_states
from tests.browser.pressing import at_page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

WIDTHS_PX = (320, 360, 1280)
# Off by default, and the rule that phones need most.
TARGET_SIZE = {"target-size": {"enabled": True}}
CONTRAST = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
ALL_RULES = {"resultTypes": ["violations"], "rules": TARGET_SIZE}


def violations(tab: Page, options: dict[str, object]) -> list[str]:
    found = Axe().run(tab, options=options).response["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


def sideways(tab: Page) -> int:
    """Pixels by which a page is wider than the screen."""
    script = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(tab.evaluate(script))


def spoken_on(tab: Page) -> str | None:
    return tab.locator("html").get_attribute("lang")


def asked_for(tab: Page) -> str:
    return str(tab.evaluate("navigator.language"))


@each_language
def test_axe_finds_nothing_on_any_page_at_any_width(speaking: Page, small_site: SmallSite) -> None:
    found = {}
    for name in page_states(speaking, small_site):
        assert spoken_on(speaking) == asked_for(speaking), name
        for width in WIDTHS_PX:
            speaking.set_viewport_size({"width": width, "height": 740})
            found[name, width] = violations(speaking, ALL_RULES) + (
                ["scrolls sideways"] if sideways(speaking) > 0 else []
            )
        speaking.set_viewport_size({"width": 360, "height": 740})

    assert {state: wrong for state, wrong in found.items() if wrong} == {}
    assert len(found) > 40 * len(WIDTHS_PX)


def test_words_can_be_read_in_the_dark(tab: Page, small_site: SmallSite) -> None:
    tab.emulate_media(color_scheme="dark", reduced_motion="reduce")

    found = {name: violations(tab, CONTRAST) for name in page_states(tab, small_site)}

    assert {state: wrong for state, wrong in found.items() if wrong} == {}


_FAINT_WORDS = """() => {
    const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const rgb = colour => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = ([red, green, blue]) => [red, green, blue]
        .map(one => one / 255)
        .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
        .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
    const behind = one => {
        for (; one; one = one.parentElement) {
            const colour = rgb(getComputedStyle(one).backgroundColor);
            if (colour[3] === 255) return colour;
        }
        return rgb("Canvas");
    };
    return [...document.querySelectorAll("body *")]
        .filter(one => one.checkVisibility())
        .filter(one => [...one.childNodes].some(part => part.nodeType === 3 && part.data.trim()))
        .filter(one => {
            const both = [rgb(getComputedStyle(one).color), behind(one)].map(luminance);
            return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05) < 4.5;
        })
        .map(one => one.outerHTML);
}"""
"""axe reads `-webkit-text-fill-color`, to which Chromium does not apply the colours it forces."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_can_be_read_in_colours_that_a_person_forces(
    scheme: Literal["light", "dark"], tab: Page, small_site: SmallSite
) -> None:
    tab.emulate_media(forced_colors="active", color_scheme=scheme, reduced_motion="reduce")

    found = {name: tab.evaluate(_FAINT_WORDS) for name in page_states(tab, small_site)}

    assert {state: faint for state, faint in found.items() if faint} == {}


@each_language
def test_nothing_scrolls_sideways_at_320_px_with_text_at_200_per_cent(
    speaking: Page, small_site: SmallSite
) -> None:
    speaking.set_viewport_size({"width": 320, "height": 640})
    session = speaking.context.new_cdp_session(speaking)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32}})

    found = {}
    for name in page_states(speaking, small_site):
        assert speaking.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 32
        found[name] = sideways(speaking)

    assert {state: pixels for state, pixels in found.items() if pixels > 0} == {}


def test_what_has_the_focus_is_never_hidden(tab: Page, small_site: SmallSite) -> None:
    at_page(tab, small_site, "bat_dag")
    for _ in range(30):
        tab.keyboard.press("Tab")
        seen = tab.evaluate(
            """() => {
                if (document.activeElement === document.body) return true;
                const at = document.activeElement.getBoundingClientRect();
                const top = document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2);
                return at.top >= 0 && at.bottom <= innerHeight && (
                    document.activeElement.contains(top)
                    || top.contains(document.activeElement));
            }"""
        )
        assert seen, tab.evaluate("document.activeElement.outerHTML")


def test_review_prints_answers_without_buttons(tab: Page, small_site: SmallSite) -> None:
    at_page(tab, small_site, "review")
    tab.emulate_media(media="print")

    assert tab.get_by_text("Meer taalles").is_visible()
    assert tab.get_by_text("20 uren per week").is_visible()
    assert not tab.locator(".go").first.is_visible()
    assert not tab.locator("header").is_visible()
    assert sideways(tab) == 0


SPACED_OUT = (
    "*{line-height:1.5!important;letter-spacing:.12em!important;"
    "word-spacing:.16em!important}p{margin-block-end:2em!important}"
)
"""WCAG 1.4.12: people set wider lines, words and letters."""


@each_language
def test_spaced_out_text_loses_nothing(speaking: Page, small_site: SmallSite) -> None:
    speaking.set_viewport_size({"width": 320, "height": 640})
    session = speaking.context.new_cdp_session(speaking)
    session.send("Page.setBypassCSP", {"enabled": True})

    found = {}
    for name in page_states(speaking, small_site):
        speaking.add_style_tag(content=SPACED_OUT)
        found[name] = sideways(speaking)

    assert {state: pixels for state, pixels in found.items() if pixels > 0} == {}
