"""Codes, dates, times and numbers inside Arabic and Persian, measured where Chromium puts them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from tests.builders import Running
from tests.web.respond.conftest import ALREADY, at_page
from tests.web.respond.language_checks import RIGHT_TO_LEFT
from tests.web.respond.visitor import Page, Visitor

pytestmark = pytest.mark.browser

STRINGS = (
    "7345-9128", "06-12345678", "10:30-12:00", "31-12-2026", "+31 6 12345678", "2511 BT", "3-5",
    "7K3M-9QXT",
)  # fmt: skip
"""Seven of these eight are turned round inside an Arabic sentence without an isolate."""
PLACES = """wanted => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest("textarea, script")) continue;
    for (let at = node.data.indexOf(wanted); at >= 0; at = node.data.indexOf(wanted, at + 1)) {
      const letters = [];
      for (let i = 0; i < wanted.length; i++) {
        const range = document.createRange();
        range.setStart(node, at + i);
        range.setEnd(node, at + i + 1);
        const box = range.getBoundingClientRect();
        letters.push([box.top, box.left, wanted[i]]);
      }
      found.push(letters);
    }
  }
  return found;
}"""
"""Every time a string stands on the page: top, left and letter of each of its characters."""


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Tab]:
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


def read_from_left(tab: Tab, html: str, wanted: str) -> list[str]:
    """What a string looks like, each time it stands on the page, read from left to right."""
    tab.set_content(html)
    found: list[list[tuple[float, float, str]]] = tab.evaluate(PLACES, wanted)
    return ["".join(letter for _, _, letter in sorted(letters)) for letters in found]


languages = pytest.mark.parametrize("language", RIGHT_TO_LEFT)


def test_measure_shows_a_string_without_isolate_turned_round(tab: Tab) -> None:
    html = "<html lang=ar dir=rtl><body>الرمز 7345-9128 هنا"

    assert read_from_left(tab, html, "7345-9128") == ["9128-7345"]


@languages
@pytest.mark.parametrize("string", STRINGS)
def test_typed_string_stands_right_on_review_stale_and_paused_page(
    language: str, string: str, six: Running, tab: Tab
) -> None:
    visitor, invited = Visitor(six.app, language=language), six.invite(language=language)
    page = at_page(visitor, invited, "k_wens")
    other = visitor.open(page.path)
    visitor.send(page, {"k_wens": string})

    stale = visitor.send(other, {"k_wens": "x"})
    page = visitor.answer(visitor.open("/q/k_wens"), ALREADY | {"k_wens": {"k_wens": string}},
                          until="review")  # fmt: skip

    assert stale.status == 409
    assert read_from_left(tab, stale.html, string) == [string]
    assert read_from_left(tab, page.html, string) == [string]


@languages
@pytest.mark.parametrize("string", STRINGS)
def test_words_of_another_answer_stand_right_after_its_label(
    language: str, string: str, six: Running, tab: Tab
) -> None:
    visitor, invited = Visitor(six.app, language=language), six.invite(language=language)
    answers = ALREADY | {"k_werk": {"k_werk": "anders", "k_werk_other": string}}

    page = visitor.answer(visitor.enter(invited), answers, until="review")

    assert read_from_left(tab, page.html, string) == [string]


@languages
def test_example_of_the_code_and_numbers_of_errors_stand_right(
    language: str, six: Running, tab: Tab
) -> None:
    visitor = Visitor(six.app, language=language)
    entry = visitor.open("/")
    at = at_page(visitor, six.invite(language=language), "k_sinds")

    refused = visitor.send(at, {"k_sinds.month": "1", "k_sinds.year": "1999"})

    example = "1234 56789 01234"
    assert read_from_left(tab, entry.html, example) == [example]
    assert refused.status == 422
    assert {*read_from_left(tab, refused.html, "2000-01")} == {"2000-01"}


@languages
def test_position_reads_number_then_total_in_the_direction_of_the_page(
    language: str, six: Running, tab: Tab
) -> None:
    visitor = Visitor(six.app, language=language)
    page = at_page(visitor, six.invite(language=language), "k_land")

    tab.set_content(page.html)
    number, total = (one.bounding_box() for one in tab.locator(".where bdi").all())

    assert number is not None
    assert total is not None
    assert number["x"] > total["x"] or number["y"] < total["y"]


@languages
def test_name_that_begins_with_an_apostrophe_keeps_it_in_front(
    language: str, six: Running, tab: Tab
) -> None:
    visitor = Visitor(six.app, language=language)
    page = at_page(visitor, six.invite(language=language), "k_stad")
    found = _candidates(visitor, page)

    for name in found:
        assert {*read_from_left(tab, visitor.visited[-1].html, name)} == {name}
    assert found


def _candidates(visitor: Visitor, page: Page) -> list[str]:
    again = visitor.send(page, {"k_stad": "Gravenh"})
    return [one.text or "" for one in again.main.iter("bdi") if one.getparent().tag == "label"]
