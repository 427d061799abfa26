"""The page with its script: an answer survives a bad connection, and is saved exactly once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route

from app.services.interviewing import interviews
from tests.browser.conftest import SmallSite
from tests.browser.pressing import (
    GO_ON,
    answer_until,
    at_page,
    enter,
    fill_in,
    go_on,
    page_id,
    press,
    status,
    told,
)
from tests.web.respond.spoken import dutch

pytestmark = pytest.mark.browser

WAITING = dutch(
    "Not saved yet: there is no connection. We keep trying. Please keep this page open."
)


def on_page(tab: Page, wanted: str) -> None:
    tab.locator(f'main[data-page="{wanted}"]').wait_for(timeout=15_000)


def test_answer_is_sent_without_loading_a_page_and_told_as_saved(
    tab: Page, small_site: SmallSite
) -> None:
    invited = at_page(tab, small_site, "k_werk")
    tab.evaluate("window.kept = true")

    go_on(tab, {"k_werk": "ja"})

    assert page_id(tab) == "k_uren"
    assert tab.evaluate("window.kept") is True
    assert tab.url == f"{small_site.address}/q/k_uren"
    assert status(tab) == dutch("Saved")
    assert tab.evaluate("document.activeElement.closest('h1') !== null")
    assert small_site.running.answers(invited)["k_werk"] == "ja"


def test_answer_without_connection_waits_and_is_saved_once_when_it_is_back(
    tab: Page, small_site: SmallSite
) -> None:
    invited = at_page(tab, small_site, "k_werk")
    fill_in(tab, {"k_werk": "nee"})
    tab.context.set_offline(True)

    tab.locator(GO_ON).click()
    tab.get_by_text(WAITING).wait_for()
    for _ in range(3):
        tab.locator(GO_ON).click()
    assert page_id(tab) == "k_werk"
    assert "k_werk" not in small_site.running.answers(invited)

    tab.context.set_offline(False)
    on_page(tab, "k_talen")

    assert status(tab) == dutch("Saved")
    assert small_site.running.events(invited, "k_werk") == ["nee"]


def test_answer_whose_reply_was_lost_is_saved_once(tab: Page, small_site: SmallSite) -> None:
    invited = at_page(tab, small_site, "k_werk")
    lost = []

    def lose_the_first(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch(max_redirects=0).status)
            route.abort()
        else:
            route.continue_()

    tab.route("**/q/k_werk", lose_the_first)
    fill_in(tab, {"k_werk": "ja"})
    tab.locator(GO_ON).click()
    on_page(tab, "k_uren")

    assert lost == [303]
    assert small_site.running.events(invited, "k_werk") == ["ja"]


def test_busy_server_is_asked_again_and_the_answer_kept(tab: Page, small_site: SmallSite) -> None:
    invited = at_page(tab, small_site, "k_wens")
    refused = []

    def be_busy_once(route: Route) -> None:
        if route.request.method == "POST" and not refused:
            refused.append(1)
            route.fulfill(status=502, body="<h1>Bad gateway</h1>", content_type="text/html")
        else:
            route.continue_()

    tab.route("**/q/k_wens", be_busy_once)
    fill_in(tab, {"k_wens": "Blijft staan"})
    tab.locator(GO_ON).click()
    on_page(tab, "p_mag")

    assert refused == [1]
    assert small_site.running.events(invited, "k_wens") == ["Blijft staan"]


def test_pressing_twice_saves_once(tab: Page, small_site: SmallSite) -> None:
    invited = at_page(tab, small_site, "k_werk")
    fill_in(tab, {"k_werk": "ja"})
    tab.locator(GO_ON).dblclick()
    on_page(tab, "k_uren")

    assert small_site.running.events(invited, "k_werk") == ["ja"]


@pytest.mark.parametrize("scripted", [True, False], ids=["script", "plain"])
def test_browsers_back_and_another_answer_meets_no_other_window(
    scripted: bool, request: pytest.FixtureRequest, small_site: SmallSite
) -> None:
    tab: Page = request.getfixturevalue("tab" if scripted else "plain_tab")
    invited = at_page(tab, small_site, "k_werk")
    go_on(tab, {"k_werk": "ja"})
    go_on(tab, {"k_uren": "20"})

    tab.go_back()
    on_page(tab, "k_uren")
    tab.go_back()
    on_page(tab, "k_werk")
    go_on(tab, {"k_werk": "nee"})

    assert page_id(tab) == "k_talen"
    assert told(tab) == ""
    assert small_site.running.events(invited, "k_werk") == ["ja", "nee"]


def test_second_window_is_told_and_keeps_its_answer(tab: Page, small_site: SmallSite) -> None:
    invited = at_page(tab, small_site, "k_werk")
    second = tab.context.new_page()
    second.goto(tab.url)
    go_on(tab, {"k_werk": "ja"})

    go_on(second, {"k_werk": "nee"})

    assert page_id(second) == "k_werk"
    assert "Ja" in told(second)
    assert second.locator("input[value=nee]").is_checked()
    assert small_site.running.events(invited, "k_werk") == ["ja"]
    press(second)
    assert small_site.running.events(invited, "k_werk") == ["ja", "nee"]


def test_session_that_ended_keeps_what_was_typed(tab: Page, small_site: SmallSite) -> None:
    invited = at_page(tab, small_site, "k_wens")
    tab.context.clear_cookies()

    go_on(tab, {"k_wens": "Na een lange pauze"})
    assert page_id(tab) == "code"
    go_on(tab, {"code": invited.code})

    assert page_id(tab) == "p_mag"
    assert small_site.running.answers(invited)["k_wens"] == "Na een lange pauze"


def test_language_is_switched_with_what_was_typed(tab: Page, small_site: SmallSite) -> None:
    at_page(tab, small_site, "k_wens")
    fill_in(tab, {"k_wens": "Half een zin"})

    tab.locator("summary").click()
    press(tab, "button[value=en]")

    assert tab.locator("html").get_attribute("lang") == "en"
    assert tab.locator("textarea").input_value() == "Half een zin"


def test_names_are_offered_while_typing(tab: Page, small_site: SmallSite) -> None:
    at_page(tab, small_site, "k_stad")
    box = tab.locator("[name=k_stad]")
    tab.locator("[name=k_stad][list]").wait_for()

    names = tab.locator("datalist option").evaluate_all("all => all.map(one => one.value)")

    assert {"Utrecht", "Den Haag", "'s-Gravenhage"} <= set(names)
    assert box.get_attribute("list") == tab.locator("datalist").get_attribute("id")


def test_answer_that_goes_with_no_other_unticks_the_others(
    tab: Page, small_site: SmallSite
) -> None:
    at_page(tab, small_site, "k_talen")
    fill_in(tab, {"k_talen": ["nl", "ar", "geen"]})

    ticked = tab.locator("input:checked").evaluate_all("all => all.map(one => one.value)")

    assert ticked == ["geen"]


def test_error_is_told_first_and_its_link_leads_to_the_box(
    tab: Page, small_site: SmallSite
) -> None:
    at_page(tab, small_site, "k_uren")
    go_on(tab, {"k_uren": "veel"})

    assert tab.evaluate("document.activeElement.classList.contains('told')")
    tab.locator(".told a").click()
    assert tab.evaluate("document.activeElement.name") == "k_uren"
    assert tab.locator("[name=k_uren]").input_value() == "veel"


# --- shared phones --------------------------------------------------------------------------------


def test_code_of_a_letter_travels_nowhere(tab: Page, small_site: SmallSite) -> None:
    invited = small_site.running.invite()
    told_to: list[str] = []
    tab.on("request", lambda one: told_to.append(str(one.all_headers()) + one.url))

    tab.goto(f"{small_site.address}/c/{invited.code}")
    press(tab)

    assert page_id(tab) == "x_hallo"
    first, *others = told_to
    assert invited.code in first
    assert not [one for one in others if invited.code in one]


def test_address_of_a_letter_does_not_stay_in_the_history(tab: Page, small_site: SmallSite) -> None:
    invited = small_site.running.invite()
    tab.goto(f"{small_site.address}/help")
    tab.goto(f"{small_site.address}/c/{invited.code}")
    press(tab)

    tab.go_back()

    assert invited.code not in tab.url
    assert page_id(tab) == "help"


def test_leaving_at_once_shows_another_site_and_back_shows_no_question(
    tab: Page, small_site: SmallSite
) -> None:
    tab.route("https://**", lambda route: route.fulfill(body="<h1>News</h1>"))
    at_page(tab, small_site, "k_geboren")
    before = tab.evaluate("history.length")

    tab.locator(".leave").click()
    tab.get_by_text("News").wait_for()

    assert not tab.url.startswith(small_site.address)
    assert tab.evaluate("history.length") <= before


def test_nothing_is_kept_in_the_storage_of_the_browser(tab: Page, small_site: SmallSite) -> None:
    at_page(tab, small_site, "k_wens")
    tab.context.set_offline(True)
    fill_in(tab, {"k_wens": "Mijn geheim"})
    tab.locator(GO_ON).click()
    tab.get_by_text(WAITING).wait_for()

    kept = tab.evaluate(
        "async () => JSON.stringify([{...localStorage}, {...sessionStorage},"
        " await indexedDB.databases(), history.state])"
    )

    assert kept == "[{},{},[],null]"
    tab.context.set_offline(False)
    on_page(tab, "p_mag")


def test_page_after_stopping_needs_the_code(tab: Page, small_site: SmallSite) -> None:
    at_page(tab, small_site, "k_geboren")
    press(tab, "button[name=stop]")
    assert tab.locator("main").get_attribute("data-status") == "partial"

    tab.go_back()
    tab.wait_for_load_state()

    assert page_id(tab) == "code"


def test_hostile_words_run_nowhere(tab: Page, small_site: SmallSite) -> None:
    alarms: list[str] = []
    tab.on("dialog", lambda one: (alarms.append(one.message), one.dismiss()))
    tab.on("console", lambda one: alarms.append(one.text) if one.type == "error" else None)
    tab.on("pageerror", lambda one: alarms.append(str(one)))
    at_page(tab, small_site, "k_wens")
    words = "<img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}</textarea><b>"
    go_on(tab, {"k_wens": words})
    press(tab, "button[name=back]")
    assert tab.locator("textarea").input_value() == words
    press(tab)
    answer_until(tab, "review")

    assert words in tab.locator("main").inner_text()
    assert alarms == []


def test_whole_interview_with_script_leaves_the_same_answers_as_without(
    tab: Page, plain_tab: Page, small_site: SmallSite
) -> None:
    found = []
    for one in (tab, plain_tab):
        invited = small_site.running.invite()
        enter(one, small_site, invited)
        answer_until(one, interviews.REVIEW)
        press(one)
        assert one.locator("main").get_attribute("data-status") == "complete"
        found.append(small_site.running.answers(invited))

    assert found[0] == found[1]
    assert len(found[0]) > 15
