"""Respondent pages in a real browser: found accessible, readable large, and usable by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.web.templates.page_server import PageServer, Reply
from tests.web.templates.rendering import render_page
from tests.web.templates.sample_views import PAGES
from tests.web.templates.sample_words import WORDS

pytestmark = pytest.mark.browser

WIDTHS_PX = (320, 360, 1280)
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    # Off by default, and the rule that phones need most.
    "rules": {"target-size": {"enabled": True}},
}
SMALLEST_TARGET_PX = 44


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 360, "height": 720})
    yield context.new_page()
    context.close()


def violations(tab: Page) -> list[str]:
    found = Axe().run(tab, options=AXE_OPTIONS).response["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


def opened(tab: Page, pages: PageServer, name: str, lang: str = "nl") -> Page:
    pages.pages["/page"] = render_page(name, lang)
    tab.goto(f"{pages.url}/page")
    return tab


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_at_any_width(name: str, tab: Page, pages: PageServer) -> None:
    opened(tab, pages, name)

    for width in WIDTHS_PX:
        tab.set_viewport_size({"width": width, "height": 720})
        assert violations(tab) == [], width


@pytest.mark.parametrize("lang", ["ar", "ti"])
@pytest.mark.parametrize("name", ["multiple", "battery", "month", "entry", "year-with-error"])
def test_axe_finds_nothing_in_other_scripts(
    name: str, lang: str, tab: Page, pages: PageServer
) -> None:
    assert violations(opened(tab, pages, name, lang)) == []


@pytest.mark.parametrize("name", ["single", "prompted", "year-with-error", "review", "entry"])
def test_axe_finds_nothing_in_the_dark(name: str, tab: Page, pages: PageServer) -> None:
    tab.emulate_media(color_scheme="dark")

    assert violations(opened(tab, pages, name)) == []


def test_axe_finds_nothing_in_an_open_language_menu(tab: Page, pages: PageServer) -> None:
    opened(tab, pages, "single").locator("summary").click()

    assert violations(tab) == []


@pytest.mark.parametrize("lang", WORDS)
def test_nothing_scrolls_sideways_at_320_px_with_text_at_200_per_cent(
    lang: str, tab: Page, pages: PageServer
) -> None:
    tab.set_viewport_size({"width": 320, "height": 640})
    session = tab.context.new_cdp_session(tab)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32}})

    for name in PAGES:
        opened(tab, pages, name, lang)
        assert tab.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 36
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert tab.evaluate(overflow) == 0, name


@pytest.mark.parametrize("name", ["multiple", "battery", "month", "entry", "review", "plain"])
def test_everything_to_press_is_large(name: str, tab: Page, pages: PageServer) -> None:
    opened(tab, pages, name)
    pressed = tab.locator(
        ".choices > label, [type=text], textarea, header a, summary, footer a,"
        " .go button, .languages[open] button, .answers a"
    )

    sides = {
        one.inner_text(): min(box["width"], box["height"])
        for one in pressed.all()
        for box in [one.bounding_box()]
        if box is not None
    }
    assert len(sides) >= 4
    assert {name: side for name, side in sides.items() if side < SMALLEST_TARGET_PX} == {}


def test_chosen_answer_shows_without_colour(tab: Page, pages: PageServer, tmp_path: Path) -> None:
    tab.emulate_media(forced_colors="active")
    opened(tab, pages, "single")
    before = tab.locator("main").screenshot(path=tmp_path / "before.png")

    tab.get_by_label("Ik zoek werk").check()

    after = tab.locator("main").screenshot(path=tmp_path / "after.png")
    assert before != after
    chosen, other = (
        tab.locator(f".choices > label:nth-child({at})").evaluate(
            "label => getComputedStyle(label).borderBlockStartWidth"
        )
        for at in (6, 1)
    )
    assert (chosen, other) != ("1px", "1px")
    assert other == "1px"


def test_nothing_moves_for_those_who_ask_so(tab: Page, pages: PageServer) -> None:
    tab.emulate_media(reduced_motion="reduce")
    opened(tab, pages, "battery")

    moving = "[...document.querySelectorAll('*')].filter(one => getComputedStyle(one)"
    assert tab.evaluate(f"{moving}.transitionDuration !== '0s').length") == 0
    assert tab.evaluate(f"{moving}.animationName !== 'none').length") == 0


def test_printed_page_has_the_question_and_not_the_buttons(tab: Page, pages: PageServer) -> None:
    opened(tab, pages, "single")
    tab.emulate_media(media="print")

    assert tab.get_by_role("heading", level=1).is_visible()
    assert tab.get_by_text("Ik zoek werk").is_visible()
    assert not tab.locator(".go").is_visible()
    assert not tab.locator("header").is_visible()


def test_right_to_left_page_starts_on_the_right(tab: Page, pages: PageServer) -> None:
    opened(tab, pages, "multiple", "ar")
    label = tab.locator(".choices > label").first.bounding_box()
    box = tab.locator(".choices input").first.bounding_box()

    assert label is not None
    assert box is not None
    assert box["x"] > label["x"] + label["width"] / 2


def test_keyboard_walks_the_page_in_reading_order(tab: Page, pages: PageServer) -> None:
    opened(tab, pages, "number")

    walked = []
    for _ in range(10):
        tab.keyboard.press("Tab")
        walked.append(
            tab.evaluate(
                "(one => one.name || one.className || one.tagName)(document.activeElement)"
            )
        )
        hidden = tab.evaluate(
            "(box => box.bottom < 0 || box.top > innerHeight)"
            "(document.activeElement.getBoundingClientRect())"
        )
        assert not hidden
    going_on = "BUTTON"
    assert walked == [
        "skip", "leave", "SUMMARY", "d_nu", "d_nu", "d_nu", going_on, "back", "stop", "A",
    ]  # fmt: skip


@pytest.mark.parametrize("script", [True, False])
def test_enter_in_a_box_goes_on_and_does_not_change_the_language(
    script: bool, chromium: Browser, pages: PageServer
) -> None:
    context = chromium.new_context(java_script_enabled=script)
    tab = opened(context.new_page(), pages, "year")
    pages.answer = lambda _body: Reply(location="/next")
    pages.pages["/next"] = render_page("single")

    tab.get_by_label("Wat doet u nu?").fill("1988")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/next")

    posted = dict(pages.posts[-1])
    assert posted["d_nu"] == "1988"
    assert not {"language", "back", "stop"} & posted.keys()
    context.close()


def test_page_works_without_script(chromium: Browser, pages: PageServer) -> None:
    context = chromium.new_context(java_script_enabled=False)
    tab = opened(context.new_page(), pages, "multiple")
    pages.answer = lambda _body: Reply(render_page("multiple", "ar"))

    tab.get_by_text("Ik zoek werk").click()
    tab.locator("summary").click()
    tab.get_by_role("button", name="العربية").first.click()
    tab.wait_for_selector("html[dir=rtl]")

    assert ("language", "ar") in pages.posts[-1]
    assert ("d_nu", "code_6") in pages.posts[-1]
    context.close()


def test_error_summary_takes_the_focus_without_script(chromium: Browser, pages: PageServer) -> None:
    context = chromium.new_context(java_script_enabled=False)
    tab = opened(context.new_page(), pages, "year-with-error")

    assert tab.locator(".told:focus").count() == 1
    context.close()
