"""Every page in every state: accessible, readable when large, in the dark and on paper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import SmallSite
from tests.browser.page_states import page_states
from tests.browser.pressing import at_page, page_id

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


@pytest.fixture
def speaking(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A phone that asks for the language of the test."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, locale=request.param, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("speaking", ["nl-NL", "en-GB"], indirect=True)
def test_axe_finds_nothing_on_any_page_at_any_width(speaking: Page, small_site: SmallSite) -> None:
    found = {}
    for name in page_states(speaking, small_site):
        for width in WIDTHS_PX:
            speaking.set_viewport_size({"width": width, "height": 740})
            found[name, width] = violations(speaking, ALL_RULES) + (
                ["scrolls sideways"] if sideways(speaking) > 0 else []
            )
        speaking.set_viewport_size({"width": 360, "height": 740})

    assert {state: wrong for state, wrong in found.items() if wrong} == {}
    assert len(found) > 40 * len(WIDTHS_PX)


@pytest.mark.parametrize(
    "media",
    [{"color_scheme": "dark"}, {"forced_colors": "active"},
     {"forced_colors": "active", "color_scheme": "dark"}],
    ids=["dark", "forced colours", "forced colours, dark"],
)  # fmt: skip
def test_words_can_be_read_in_other_colours(
    media: dict[str, str], tab: Page, small_site: SmallSite
) -> None:
    tab.emulate_media(**media, reduced_motion="reduce")  # type: ignore[arg-type]

    found = {name: violations(tab, CONTRAST) for name in page_states(tab, small_site)}

    assert {state: wrong for state, wrong in found.items() if wrong} == {}


def test_nothing_scrolls_sideways_at_320_px_with_text_at_200_per_cent(
    tab: Page, small_site: SmallSite
) -> None:
    tab.set_viewport_size({"width": 320, "height": 640})
    session = tab.context.new_cdp_session(tab)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32}})

    found = {}
    for name in page_states(tab, small_site):
        assert tab.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 32
        found[name] = sideways(tab)

    assert {state: pixels for state, pixels in found.items() if pixels > 0} == {}


def test_what_has_the_focus_is_never_hidden(tab: Page, small_site: SmallSite) -> None:
    at_page(tab, small_site, "bat_dag")
    for _ in range(30):
        tab.keyboard.press("Tab")
        seen = tab.evaluate(
            """() => {
                const at = document.activeElement.getBoundingClientRect();
                const top = document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2);
                return at.top >= 0 && at.bottom <= innerHeight && (
                    document.activeElement === document.body
                    || document.activeElement.contains(top)
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


def test_spaced_out_text_loses_nothing(tab: Page, small_site: SmallSite) -> None:
    """WCAG 1.4.12: people set wider lines, words and letters."""
    at_page(tab, small_site, "k_talen")
    tab.set_viewport_size({"width": 320, "height": 640})
    session = tab.context.new_cdp_session(tab)
    session.send("Page.setBypassCSP", {"enabled": True})
    tab.reload()
    tab.add_style_tag(
        content="*{line-height:1.5!important;letter-spacing:.12em!important;"
        "word-spacing:.16em!important}p{margin-block-end:2em!important}"
    )

    assert page_id(tab) == "k_talen"
    assert sideways(tab) == 0
    clipped = tab.locator(".choices label, .go button, header a").evaluate_all(
        "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).length"
    )
    assert clipped == 0


def test_consistent_help_stands_in_the_same_place(tab: Page, small_site: SmallSite) -> None:
    """WCAG 3.2.6."""
    places = {
        tab.locator("a[href='/help']").evaluate(
            "one => { const path = []; for (; one.parentElement; one = one.parentElement)"
            " path.unshift([...one.parentElement.children].indexOf(one) + one.tagName);"
            " return path.slice(-2).join() }"
        )
        for _ in page_states(tab, small_site)
    }

    assert len(places) == 1
