"""The player: begun by a tap, reads in order, shows what it reads, stops when asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from app.web.respond.view import Clip, QuestionView
from tests.web.templates import sample_views
from tests.web.templates.page_server import PageServer, Reply
from tests.web.templates.rendering import render, render_page
from tests.web.templates.sample_words import DUTCH

pytestmark = pytest.mark.browser

LISTEN = "Luisteren"
RECORDER = """
  window.heard = [];
  window.Audio = class {
    set src(url) { this.url = new URL(url, location).pathname; }
    async play() { this.playing = true; heard.push(this.url); window.voice = this; }
    pause() { this.playing = false; }
  };
"""
"""Takes the place of the browser's sound: a test hears at once, and says when a clip has ended."""


def with_clips(view: QuestionView, **changes: Any) -> QuestionView:
    """Every text of a page with one field can be heard; clips are numbered in reading order."""
    places = [("h1", view.heading), (".help", view.help or "")]
    for field in view.fields:
        places += [(f"#{field.id}-legend", field.legend)] if field.legend else []
        places += [(f"#{one.id}", one.label) for one in field.choices]
    sound = [Clip(of, words, f"/audio/{at}.mp3") for at, (of, words) in enumerate(places)]
    return replace(view, sound=sound, **changes)


@pytest.fixture
def tab(chromium: Browser, pages: PageServer) -> Iterator[Page]:
    """A phone that records what would be heard; any complaint of the browser fails the test."""
    single = with_clips(sample_views.single("nl", action="/q/first", saved=False))
    pages.pages["/q/first"] = render(single)
    pages.pages["/q/second"] = render_page("year")
    battery = sample_views.battery("nl", help=DUTCH.help)
    pages.pages["/q/battery"] = render(with_clips(battery))
    pages.answer = lambda _body: Reply(location="/q/second")
    context = chromium.new_context(viewport={"width": 360, "height": 720})
    context.add_init_script(RECORDER)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{pages.url}/q/first")
    yield page
    assert complaints == []
    context.close()


def heard(tab: Page) -> list[str]:
    """Numbers of the clips that were begun."""
    return [str(url).removeprefix("/audio/").removesuffix(".mp3") for url in tab.evaluate("heard")]


def end_clip(tab: Page) -> None:
    tab.evaluate("voice.onended()")


def playing(tab: Page) -> bool:
    return bool(tab.evaluate("window.voice?.playing ?? false"))


def read_now(tab: Page) -> str:
    marked = tab.locator(".read")
    return " ".join(marked.inner_text().split()) if marked.count() else ""


def test_nothing_is_heard_before_a_tap(tab: Page) -> None:
    tab.wait_for_timeout(200)

    assert heard(tab) == []
    assert tab.locator("audio").count() == 0
    assert tab.locator(".play").count() == 9


def test_question_is_read_and_then_each_answer_with_what_is_read_marked(tab: Page) -> None:
    tab.get_by_role("button", name=LISTEN).first.click()
    marks = [read_now(tab)]
    for _ in range(8):
        end_clip(tab)
        marks.append(read_now(tab))

    assert heard(tab) == [str(number) for number in range(9)]
    assert marks == [DUTCH.question, DUTCH.help, *DUTCH.options]
    end_clip(tab)
    assert read_now(tab) == ""
    assert not playing(tab)


def test_answer_is_read_alone_and_pressing_its_button_chooses_nothing(tab: Page) -> None:
    tab.get_by_role("button", name=f"{LISTEN}: {DUTCH.options[2]}").click()
    assert read_now(tab) == DUTCH.options[2]
    end_clip(tab)

    assert heard(tab) == ["4"]
    assert read_now(tab) == ""
    assert tab.locator("input:checked").count() == 0


def test_second_tap_stops(tab: Page) -> None:
    button = tab.locator(".play").first
    button.click()
    expect(button).to_have_text("Stop")
    button.click()

    assert (playing(tab), read_now(tab)) == (False, "")
    expect(button).to_have_text(LISTEN)
    end_clip(tab)
    assert heard(tab) == ["0"]


def test_choosing_an_answer_stops_the_reading(tab: Page) -> None:
    tab.locator(".play").first.click()
    tab.get_by_label(DUTCH.options[0], exact=True).check()

    assert (playing(tab), read_now(tab)) == (False, "")


def test_other_button_reads_on_from_there(tab: Page) -> None:
    tab.locator(".play").nth(0).click()
    tab.locator(".play").nth(5).click()

    assert heard(tab) == ["0", "5"]
    assert tab.locator(".play.on").count() == 1


def test_statement_is_read_with_its_answers_and_no_further(tab: Page, pages: PageServer) -> None:
    tab.goto(f"{pages.url}/q/battery")
    tab.get_by_role("button", name=f"{LISTEN}: {DUTCH.statements[1]}").click()
    for _ in range(8):
        end_clip(tab)

    assert heard(tab) == ["8", "9", "10", "11", "12", "13"]


def test_reading_stops_with_the_page_and_the_next_is_silent(tab: Page) -> None:
    tab.locator(".play").first.click()
    tab.locator(".go > button").first.press("Enter")
    tab.wait_for_url("**/q/second")

    assert not playing(tab)
    assert tab.locator(".play").count() == 0


def test_page_that_comes_in_place_can_be_heard_too(tab: Page, pages: PageServer) -> None:
    pages.answer = lambda _body: Reply(pages.pages["/q/battery"])
    tab.locator(".go > button").first.click()
    expect(tab.locator("main fieldset")).to_have_count(6)

    assert tab.locator(".play").count() == 2 + 6 * 6


def test_leaving_the_page_silences_it_at_once(tab: Page, pages: PageServer) -> None:
    tab.route("https://www.nu.nl/**", lambda route: route.abort())
    tab.locator(".play").first.click()

    # In one step: a moment later this page is gone.
    assert tab.evaluate("(document.querySelector('.leave').click(), voice.playing)") is False


def test_names_of_question_and_answers_stay_as_they_are(tab: Page) -> None:
    expect(tab.get_by_role("group", name=DUTCH.question, exact=True)).to_have_count(1)
    expect(tab.get_by_role("heading", name=DUTCH.question, exact=True)).to_have_count(1)
    for words in DUTCH.options:
        expect(tab.get_by_role("radio", name=words, exact=True)).to_have_count(1)
    described = tab.locator("fieldset").get_attribute("aria-describedby") or ""
    expect(tab.locator(f"#{described}")).to_have_text(DUTCH.help)


def test_buttons_are_large_enough_for_a_thumb(tab: Page) -> None:
    for box in [one.bounding_box() for one in tab.locator(".play").all()]:
        assert box is not None
        assert min(box["width"], box["height"]) >= 44


def test_without_script_every_text_has_a_player(chromium: Browser, pages: PageServer) -> None:
    pages.pages["/q/first"] = render(with_clips(sample_views.single("nl")))
    context = chromium.new_context(
        viewport={"width": 360, "height": 720}, java_script_enabled=False
    )
    tab = context.new_page()
    tab.goto(f"{pages.url}/q/first")
    tab.get_by_text(LISTEN, exact=True).click()

    assert tab.locator("audio").count() == 9
    expect(tab.locator("audio").first).to_be_visible()
    assert not [path for path in pages.fetched if path.startswith("/audio")]
    context.close()
