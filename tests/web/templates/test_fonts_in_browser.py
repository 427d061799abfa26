"""Our fonts in a real browser: fetched where they are needed, and every letter comes from them."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import pytest
from playwright.sync_api import Browser, Page

from app.i18n.entries import read_entries
from app.i18n.fonts import FONTS, covered, font_file, font_of
from app.i18n.locales import language
from app.questionnaire.code_lists import countries
from tests.web.templates.page_server import PageServer
from tests.web.templates.rendering import LANGUAGES, ROOT, render_page

pytestmark = pytest.mark.browser

OURS = tuple(code for code in LANGUAGES if font_of(code))


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 360, "height": 720})
    yield context.new_page()
    context.close()


@pytest.fixture
def pages(pages: PageServer) -> PageServer:
    pages.own_fonts = True
    return pages


def words_of(code: str) -> list[str]:
    """Everything a respondent reads in a language, cut down to words in its own script."""
    letters = covered(font_of(code) or FONTS[0])
    texts = [name for one in countries([code]) for name in one.text.values()]
    for path in sorted((ROOT / "translations" / code / "LC_MESSAGES").glob("*.po")):
        for entry in read_entries(path)[0]:
            texts += entry.translations
    split = {word for text in texts for word in text.split()}
    return sorted(word for word in split if set(word) <= letters and word.strip("\u200c"))


@pytest.mark.parametrize("code", OURS)
def test_every_word_is_drawn_with_our_font_alone(code: str, tab: Page, pages: PageServer) -> None:
    words = words_of(code)
    direction = language(code).dir
    shown = " ".join(escape(word) for word in words)
    pages.pages["/page"] = (
        f'<!doctype html><html lang="{code}" dir="{direction}"><title>Words</title>'
        f'<link rel="stylesheet" href="/static/respond.css"><p>{shown}</p><h1>{shown}</h1>'
    )
    tab.goto(f"{pages.url}/page")
    tab.evaluate("() => document.fonts.ready.then(() => 1)")

    session = tab.context.new_cdp_session(tab)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    for selector in ("p", "h1"):
        node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})
        used = session.send("CSS.getPlatformFontsForNode", {"nodeId": node["nodeId"]})["fonts"]
        assert len(words) > 900
        assert [one["isCustomFont"] for one in used] == [True], used


@pytest.mark.parametrize("code", LANGUAGES)
def test_page_fetches_the_font_of_its_language_once_and_no_other(
    code: str, tab: Page, pages: PageServer
) -> None:
    pages.pages["/page"] = render_page("single", code)
    tab.goto(f"{pages.url}/page")
    tab.locator(".languages summary").click()
    tab.evaluate("() => document.fonts.ready.then(() => 1)")

    fetched = [path for path in pages.fetched if "/fonts/" in path]
    assert fetched == [f"/static/{file}" for file in [font_file(code)] if file]


@pytest.mark.parametrize("code", OURS)
def test_words_are_readable_before_the_font_is_there(
    code: str, tab: Page, pages: PageServer
) -> None:
    tab.route("**/fonts/*", lambda route: route.abort())
    pages.pages["/page"] = render_page("single", code)
    tab.goto(f"{pages.url}/page")

    assert tab.locator("h1").is_visible()
    assert tab.locator("h1").evaluate("one => one.getBoundingClientRect().height") > 20


def test_number_boxes_are_equally_wide_for_their_text_in_every_language(
    tab: Page, pages: PageServer
) -> None:
    widths = {}
    for code in LANGUAGES:
        pages.pages["/page"] = render_page("month", code)
        tab.goto(f"{pages.url}/page")
        tab.evaluate("() => document.fonts.ready.then(() => 1)")
        widths[code] = tab.locator("[name='d_nu.year']").evaluate(
            "one => one.getBoundingClientRect().width"
            " / parseFloat(getComputedStyle(document.documentElement).fontSize)"
        )

    assert max(widths.values()) - min(widths.values()) < 0.1, widths


def test_text_in_another_language_than_its_page_gets_its_own_font(
    tab: Page, pages: PageServer
) -> None:
    page = render_page("single", "nl").replace(
        "</h1>", '<span lang="ti" dir="ltr">እንቋዕ</span></h1>', 1
    )
    pages.pages["/page"] = page
    tab.goto(f"{pages.url}/page")
    tab.evaluate("() => document.fonts.ready.then(() => 1)")

    assert [path for path in pages.fetched if "/fonts/" in path] == ["/static/fonts/ethiopic.woff2"]
