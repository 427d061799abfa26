"""A page in two languages at once: everything is said twice, nothing typed is lost."""

from __future__ import annotations

import pytest
from lxml.html import HtmlElement

from tests.builders import Invited, Running
from tests.web.respond.conftest import at_page
from tests.web.respond.page_checks import text
from tests.web.respond.test_languages import HALF_TYPED
from tests.web.respond.visitor import Fill, Page, Visitor


def beside(visitor: Visitor, page: Page, language: str, fill: Fill | None = None) -> Page:
    """Press "show this page in two languages", or with no language "only one"."""
    return visitor.send(page, fill, press={"beside": language})


def below(page: Page) -> list[HtmlElement]:
    """What stands there in the second language."""
    return [one for one in page.main.iter("span") if one.get("class") == "also"]


def pressed(page: Page) -> list[str]:
    return [
        one.get("value") or ""
        for one in page.tree.iter("button")
        if one.get("name") == "beside" and one.get("aria-current")
    ]


@pytest.mark.parametrize("page_id", HALF_TYPED)
def test_half_typed_page_stays_as_it_was_in_two_languages_and_in_one_again(
    page_id: str, site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, page_id)
    before = site.answers(invited)
    sent = page.body(HALF_TYPED[page_id])

    both = beside(visitor, page, "en", HALF_TYPED[page_id])
    one = beside(visitor, both, "")

    assert (both.id, both.status, both.lang) == (page_id, 200, "nl")
    assert both.heading != page.heading == one.heading
    assert {span.get("lang") for span in below(both)} == {"en"}
    assert below(one) == []
    for name in HALF_TYPED[page_id]:
        typed = [value.replace("\r\n", "\n") for value in sent.getlist(name)]
        assert [value.replace("\r\n", "\n") for value in both.shown.getlist(name)] == typed
        assert [value.replace("\r\n", "\n") for value in one.shown.getlist(name)] == typed
    assert site.answers(invited) == before


def test_question_options_help_and_buttons_are_said_in_both(
    visitor: Visitor, invited: Invited
) -> None:
    page = beside(visitor, at_page(visitor, invited, "k_talen"), "en")

    assert page.heading == "Welke talen spreekt u? Which languages do you speak?"
    labels = [text(one) for one in page.main.iter("label")]
    assert "Nederlands Dutch" in labels
    assert "Geen van deze None of these" in labels
    assert "Verder Next" in [text(one) for one in page.main.iter("button")]
    assert "You may choose more than one answer." in page.words
    assert [one.get("dir") for one in below(page)] == ["ltr"] * len(below(page))
    # Its name, which a screen reader says in one voice, is in the language of the page.
    assert "Which" not in text(next(page.tree.iter("title")))


def test_words_that_are_the_same_in_both_stand_there_once(
    visitor: Visitor, invited: Invited
) -> None:
    page = beside(visitor, at_page(visitor, invited, "k_talen"), "en")

    assert "Tigrinya" in [text(one) for one in page.main.iter("label")]


def test_errors_and_prompts_are_said_in_both(visitor: Visitor, invited: Invited) -> None:
    page = beside(visitor, at_page(visitor, invited, "k_uren"), "en")
    failed = visitor.send(page, {"k_uren": "veel"})
    prompted = visitor.send(failed, {"k_uren": ""})

    assert failed.errors == ["Schrijf een heel getal. Write a whole number."]
    assert "You gave no answer yet." in prompted.told


def test_second_language_stays_until_it_is_switched_off(visitor: Visitor, invited: Invited) -> None:
    page = beside(visitor, at_page(visitor, invited, "k_werk"), "en", {"k_werk": "nee"})
    following = visitor.send(page)
    assert pressed(following) == ["en"]

    again = visitor.enter(invited) if visitor.stop(following) else following
    assert pressed(again) == ["en"]

    off = beside(visitor, again, "")
    assert pressed(visitor.send(off, {"k_talen": "nl"})) == []


def test_second_becomes_the_first_and_the_first_the_second(
    visitor: Visitor, invited: Invited
) -> None:
    page = beside(visitor, at_page(visitor, invited, "k_werk"), "en")
    swapped = visitor.speak(page, "en")

    assert (swapped.lang, pressed(swapped)) == ("en", ["nl"])
    assert swapped.heading == "Do you have work? Heeft u werk?"


@pytest.mark.parametrize("language", ["xx", "nl", "../en", "<script>"])
def test_language_that_cannot_stand_below_changes_nothing(
    language: str, site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = beside(visitor, at_page(visitor, invited, "k_werk"), language, {"k_werk": "nee"})

    assert (page.status, below(page), page.shown["k_werk"]) == (200, [], "nee")
    assert "k_werk" not in site.answers(invited)


def test_answer_is_the_same_whatever_stands_below_it(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = beside(visitor, at_page(visitor, invited, "k_werk"), "en")
    visitor.send(page, {"k_werk": "nee"})

    assert site.answers(invited)["k_werk"] == "nee"
    rows = [row for row in site.rows().splitlines() if row.startswith("answer_event: ")]
    assert "'k_werk', 'nee', 'nl'" in rows[0]


def test_what_another_window_saved_is_told_in_both(visitor: Visitor, invited: Invited) -> None:
    page = beside(visitor, at_page(visitor, invited, "k_werk"), "en")
    visitor.send(visitor.open("/q/k_werk"), {"k_werk": "ja"})

    stale = visitor.send(page, {"k_werk": "nee"})

    assert stale.status == 409
    assert "Saved is: Yes." in stale.told
    assert stale.shown["k_werk"] == "nee"


def test_page_opened_by_its_address_changes_no_language(visitor: Visitor, invited: Invited) -> None:
    at_page(visitor, invited, "k_werk")

    assert below(visitor.open("/q/k_werk?beside=en")) == []
