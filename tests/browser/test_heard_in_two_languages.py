"""Pages in two languages that can be heard: what people see, press and hear."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app import create_app
from app.clock import FixedClock
from app.i18n.catalogs import catalog_path, read_catalog
from app.i18n.spoken import interface_texts, study_texts
from tests.browser.all_languages import TRANSLATIONS, field_in_all_languages, in_all_languages
from tests.browser.conftest import SmallSite
from tests.browser.pressing import at_page, fill_in, go_on, page_id, press
from tests.browser.test_every_page import ALL_RULES, WIDTHS_PX, sideways, violations
from tests.builders import Running, context, kinds_bank
from tests.conftest import copy_template
from tests.journeys.serving import served
from tests.web.respond.clips import record
from tests.web.respond.conftest import NOON

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

PAIRS = [("nl", "ar"), ("ar", "nl"), ("ti", "nl"), ("fa", "tr")]
PAGES = ("k_werk", "k_uren", "k_talen", "k_sinds", "k_stad", "bat_dag", "k_wens")


@pytest.fixture(scope="module")
def heard_site(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SmallSite]:
    """The small study in six languages, every text of it with a clip."""
    folder = tmp_path_factory.mktemp("heard") / "databases"
    ctx = context(copy_template(sqlite_template, folder), FixedClock(NOON))
    field_in_all_languages(ctx)
    bank = in_all_languages(kinds_bank())
    for language in ("nl", "ar", "ti", "fa"):
        path = catalog_path(TRANSLATIONS, language, "messages")
        spoken = [
            *study_texts(bank, language),
            *interface_texts(read_catalog(path), language, path),
        ]
        record(ctx, language, *{one.text for one in spoken})
    with served(ctx) as address:
        yield SmallSite(Running(create_app(ctx), ctx), address)
    ctx.databases.close()


@pytest.fixture
def speaking(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A phone of somebody who reads the first language of a pair."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, locale=request.param[0], reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


def show_beside(tab: Page, language: str) -> None:
    tab.locator(".languages summary").click()
    press(tab, f"button[name=beside][value='{language}']")


def below(tab: Page) -> list[str]:
    return tab.locator("main .also").all_inner_texts()


@pytest.mark.parametrize(("speaking", "second"), [(pair, pair[1]) for pair in PAIRS],
                         indirect=["speaking"])  # fmt: skip
def test_axe_finds_nothing_in_two_languages_with_sound(
    speaking: Page, second: str, heard_site: SmallSite
) -> None:
    at_page(speaking, heard_site, "k_werk")
    show_beside(speaking, second)
    found = {}
    for page in PAGES:
        speaking.goto(f"{heard_site.address}/q/{page}")
        if page_id(speaking) != page:
            at_page(speaking, heard_site, page)
        states = {page: None, f"{page}, prompted": {}}
        for name, fill in states.items():
            if fill is not None and page != "k_wens":
                go_on(speaking, fill)
            assert below(speaking)
            assert speaking.locator("main .play").count() > 0
            for width in WIDTHS_PX:
                speaking.set_viewport_size({"width": width, "height": 740})
                found[name, width] = violations(speaking, ALL_RULES) + (
                    ["scrolls sideways"] if sideways(speaking) > 0 else []
                )
        speaking.set_viewport_size({"width": 360, "height": 740})
    speaking.locator(".languages summary").click()
    found["menu", 360] = violations(speaking, ALL_RULES)

    assert {state: wrong for state, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_words_half_typed_stay_when_a_second_language_comes_and_goes(
    script: bool, chromium: Browser, heard_site: SmallSite
) -> None:
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, locale="nl", java_script_enabled=script
    )
    tab = context.new_page()
    at_page(tab, heard_site, "k_werk")
    fill_in(tab, {"k_werk": "anders", "k_werk_other": "half a wo"})
    show_beside(tab, "ar")

    box = tab.locator("[name=k_werk_other]")
    expect(box).to_have_value("half a wo")
    expect(tab.locator("input[value=anders]")).to_be_checked()
    expect(tab.locator("h1 .also")).to_have_attribute("dir", "rtl")
    expect(tab.locator("h1 .also")).to_have_css("direction", "rtl")

    show_beside(tab, "")
    expect(box).to_have_value("half a wo")
    assert below(tab) == []
    context.close()


def test_option_in_two_languages_is_one_answer_with_one_name(
    tab: Page, heard_site: SmallSite
) -> None:
    at_page(tab, heard_site, "k_werk")
    show_beside(tab, "en")

    expect(tab.get_by_role("group", name="Heeft u werk? Do you have work?")).to_have_count(1)
    expect(tab.get_by_role("radio", name="Ja Yes", exact=True)).to_have_count(1)
    expect(tab.get_by_role("radio")).to_have_count(3)


def test_question_and_answers_sound_one_after_the_other(tab: Page, heard_site: SmallSite) -> None:
    fetched: list[str] = []
    tab.on("request", lambda sent: fetched.append(sent.url) if "/audio/" in sent.url else None)
    at_page(tab, heard_site, "k_talen")
    assert fetched == []

    tab.locator(".play").first.click()
    expect(tab.locator("h1")).to_have_class("read")
    expect(tab.locator("label.read")).to_have_text("Nederlands")
    expect(tab.locator("label.read")).to_have_text("Arabisch")
    expect(tab.locator(".play.on")).to_have_count(1)
    tab.locator("label", has_text="Turks").click()

    expect(tab.locator(".read")).to_have_count(0)
    expect(tab.locator(".play.on")).to_have_count(0)
    assert len(fetched) >= 3
