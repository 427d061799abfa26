"""The optional script, under the site's own security headers."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.templates import sample_views
from tests.web.templates.page_server import PageServer, Reply
from tests.web.templates.rendering import render, render_page
from tests.web.templates.sample_words import ARABIC, DUTCH

pytestmark = pytest.mark.browser

GO_ON = ".go > :first-child"
STATUS = ".status"
WAITING = "Nog niet bewaard"


@pytest.fixture
def tab(chromium: Browser, pages: PageServer) -> Iterator[Page]:
    """A phone on the page `/q/first`; any complaint of the browser fails the test."""
    pages.pages["/q/first"] = render(sample_views.single("nl", action="/q/first", saved=False))
    pages.pages["/q/second"] = render_page("year")
    pages.answer = lambda _body: Reply(location="/q/second")
    context = chromium.new_context(viewport={"width": 360, "height": 720})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if refused(said.text) else None)
    page.goto(f"{pages.url}/q/first")
    yield page
    assert complaints == []
    context.close()


def refused(words: str) -> bool:
    """Whether the browser says that the page broke its security policy."""
    return "Content Security Policy" in words or "Trusted" in words


def marked(tab: Page) -> bool:
    """Whether this is still the document that was loaded first."""
    return bool(tab.evaluate("window.first === true"))


def mark(tab: Page) -> None:
    tab.evaluate("window.first = true")


def test_answer_is_sent_and_the_next_page_shown_in_place(tab: Page, pages: PageServer) -> None:
    mark(tab)
    tab.get_by_label("Ik zoek werk").check()
    tab.locator(GO_ON).click()
    tab.wait_for_url("**/q/second")

    assert marked(tab)
    expect(tab.locator("main")).to_have_attribute("data-page", "d_nu")
    expect(tab.locator(STATUS)).to_have_text("Bewaard")
    expect(tab.get_by_role("heading", level=1)).to_be_focused()
    assert dict(pages.posts[0])["d_nu"] == "code_6"
    assert tab.get_by_label(DUTCH.question).is_visible()


def test_language_title_and_direction_follow_the_page(tab: Page, pages: PageServer) -> None:
    pages.answer = lambda _body: Reply(render_page("multiple", "ar"))

    tab.get_by_label("Ik zoek werk").check()
    tab.locator("summary").click()
    tab.get_by_role("button", name="العربية").first.click()
    expect(tab.locator("html")).to_have_attribute("dir", "rtl")

    assert tab.locator("html").get_attribute("lang") == "ar"
    assert tab.title() == f"{ARABIC.question} – {ARABIC.study}"
    assert pages.posts[0][-1] == ("language", "ar")
    assert dict(pages.posts[0])["d_nu"] == "code_6"
    assert tab.url.endswith("/q/first")


@pytest.mark.parametrize(
    "fault",
    [
        Reply(drop=True),
        Reply("<h1>Bad gateway</h1>", status=502),
        Reply("<h1>Sign in to the hotel network</h1>"),
        Reply(render(sample_views.error_page("nl")).replace("error-413", "error-503"), status=503),
    ],
    ids=["line cut", "proxy", "sign-in page", "busy"],
)
def test_answer_is_kept_and_sent_again_unchanged_until_it_arrives(
    fault: Reply, tab: Page, pages: PageServer
) -> None:
    replies = [fault, fault, Reply(location="/q/second")]
    pages.answer = lambda _body: replies.pop(0)

    tab.get_by_label("Ik zoek werk").check()
    tab.locator(GO_ON).click()
    expect(tab.locator(STATUS)).to_contain_text(WAITING)
    expect(tab.locator(STATUS)).to_be_in_viewport()
    tab.evaluate("dispatchEvent(new Event('online'))")
    tab.wait_for_url("**/q/second")

    assert len(pages.posts) == 3
    assert pages.posts[0] == pages.posts[1] == pages.posts[2]
    expect(tab.locator(STATUS)).to_have_text("Bewaard")
    expect(tab.locator(STATUS)).not_to_have_class("waiting")


def test_what_waits_cannot_be_changed_but_pressing_again_tries_again(
    tab: Page, pages: PageServer
) -> None:
    replies = [Reply(drop=True), Reply(location="/q/second")]
    pages.answer = lambda _body: replies.pop(0)
    tab.get_by_label("Ik zoek werk").check()
    tab.locator(GO_ON).click()
    expect(tab.locator(STATUS)).to_contain_text(WAITING)

    tab.get_by_text("Ik heb betaald werk").click()
    expect(tab.get_by_label("Ik zoek werk")).to_be_checked()
    tab.locator(GO_ON).click()
    tab.wait_for_url("**/q/second")

    assert [dict(post)["d_nu"] for post in pages.posts] == ["code_6", "code_6"]


def test_pressing_twice_sends_once(tab: Page, pages: PageServer) -> None:
    tab.evaluate(
        "document.querySelectorAll('.go button')[0].click();"
        "document.querySelectorAll('.go button')[0].click()"
    )
    tab.wait_for_url("**/q/second")

    assert len(pages.posts) == 1


def test_page_that_says_more_than_busy_is_shown(tab: Page, pages: PageServer) -> None:
    page = render(sample_views.plain("nl", page_id="paused", heading="Wij hebben even pauze"))
    pages.answer = lambda _body: Reply(page, status=503)

    tab.locator(GO_ON).click()

    expect(tab.get_by_role("heading", level=1)).to_have_text("Wij hebben even pauze")


def test_error_summary_is_shown_and_focused(tab: Page, pages: PageServer) -> None:
    pages.answer = lambda _body: Reply(render_page("year-with-error"), status=422)

    tab.locator(GO_ON).click()

    expect(tab.locator(".told.bad")).to_be_focused()
    assert tab.title().startswith("Fout: ")
    expect(tab.locator(STATUS)).to_have_text("")
    mark(tab)
    tab.locator(".told a").click()
    expect(tab.locator("#d_nu")).to_be_focused()
    assert marked(tab)


def test_error_page_without_a_form_takes_the_place_of_the_question(
    tab: Page, pages: PageServer
) -> None:
    pages.answer = lambda _body: Reply(render_page("error"), status=413)

    tab.locator(GO_ON).click()

    expect(tab.locator("main")).to_have_attribute("data-page", "error-413")
    expect(tab.locator("form")).to_have_count(0)
    assert tab.get_by_text("two lines").is_visible()


def test_back_button_of_the_browser_asks_the_server_again(tab: Page, pages: PageServer) -> None:
    tab.locator(GO_ON).click()
    tab.wait_for_url("**/q/second")
    before = pages.fetched.count("/q/first")

    tab.go_back()
    tab.wait_for_url("**/q/first")
    expect(tab.get_by_text("Ik zoek werk")).to_be_visible()

    assert pages.fetched.count("/q/first") == before + 1


def test_exclusive_answer_unticks_the_others_and_they_it(tab: Page, pages: PageServer) -> None:
    pages.pages["/q/several"] = render_page("multiple")
    tab.goto(f"{pages.url}/q/several")
    work, none = tab.get_by_label("Ik zoek werk"), tab.get_by_label("Niets van deze")
    unknown = tab.get_by_label("Weet ik niet")

    work.check()
    none.check()
    assert not work.is_checked()
    unknown.check()
    assert not none.is_checked()
    work.check()
    assert not unknown.is_checked()
    assert work.is_checked()


def test_do_not_know_empties_the_box_and_typing_takes_it_back(tab: Page, pages: PageServer) -> None:
    tab.goto(f"{pages.url}/q/second")
    box, unknown = tab.locator("#d_nu"), tab.get_by_label("Weet ik niet")

    box.fill("1988")
    unknown.check()
    expect(box).to_have_value("")
    box.press_sequentially("19")
    expect(unknown).not_to_be_checked()


def test_code_list_is_fetched_once_and_offered_while_typing(tab: Page, pages: PageServer) -> None:
    pages.lists["/lists/municipality"] = json.dumps(["Utrecht", "'s-Hertogenbosch", "<b>Ede"])
    pages.pages["/q/place"] = render_page("code-list")
    pages.pages["/q/second"] = pages.pages["/q/place"]
    tab.goto(f"{pages.url}/q/place")
    options = tab.locator("datalist option")
    expect(options).to_have_count(3)

    assert [one.get_attribute("value") for one in options.all()] == [
        "Utrecht",
        "'s-Hertogenbosch",
        "<b>Ede",
    ]
    tab.locator(GO_ON).click()
    tab.wait_for_url("**/q/second")
    expect(options).to_have_count(3)
    assert pages.fetched.count("/lists/municipality") == 1


def test_page_with_a_code_list_works_when_the_list_cannot_be_had(
    tab: Page, pages: PageServer
) -> None:
    pages.pages["/q/place"] = render_page("code-list")
    tab.goto(f"{pages.url}/q/place")

    tab.locator("#d_nu").fill("Utrecht")
    tab.locator(GO_ON).click()
    tab.wait_for_url("**/q/second")

    assert dict(pages.posts[0])["d_nu"] == "Utrecht"


def test_quick_exit_leaves_no_way_back(tab: Page, pages: PageServer) -> None:
    leave = f"{pages.url}/elsewhere"
    pages.pages["/elsewhere"] = "<!doctype html><title>Nieuws</title>"
    pages.pages["/q/danger"] = render(sample_views.single("nl"), leave_url=leave)
    tab.goto(f"{pages.url}/q/danger")

    tab.locator(".leave").click()
    tab.wait_for_url(leave)
    tab.go_back()

    assert tab.url.endswith("/q/first")


def test_slow_line_is_told_in_words(tab: Page, pages: PageServer) -> None:
    tab.clock.install()
    held: list[object] = []
    tab.route("**/q/first", lambda route: held.append(route))

    tab.locator(GO_ON).click()
    tab.clock.run_for(1600)

    expect(tab.locator(STATUS)).to_have_text("Wij bewaren uw antwoord…")
    tab.unroute_all(behavior="ignoreErrors")


def test_nothing_is_kept_in_the_browser(tab: Page, pages: PageServer) -> None:
    pages.answer = lambda _body: Reply(drop=True)
    tab.get_by_label("Ik zoek werk").check()
    tab.locator(GO_ON).click()
    expect(tab.locator(STATUS)).to_contain_text(WAITING)

    assert tab.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
