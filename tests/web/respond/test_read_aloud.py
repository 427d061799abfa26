"""What a page offers to be heard: each text once, in order, and only the very words it shows."""

from __future__ import annotations

from lxml.html import HtmlElement

from app.storage.models import ClipKind
from tests.builders import Invited, Running
from tests.web.respond.clips import record, tone
from tests.web.respond.conftest import at_page
from tests.web.respond.page_checks import text
from tests.web.respond.spoken import dutch
from tests.web.respond.visitor import Page, Visitor

WORK = "Heeft u werk?"
EMPTY = dutch("You gave no answer yet. You may answer now, or press Next to skip this question.")
WHOLE_NUMBER = dutch("Write a whole number.")
SEVERAL = dutch("You may choose more than one answer.")
COMPUTER = dutch("This is a test: a computer reads aloud.")
LEAD = "Nu komen de vragen."
SLEPT = "Ik sliep goed."
YEAR_ONLY = "Alleen het jaar mag ook."


def players(page: Page) -> list[HtmlElement]:
    return list(page.main.iter("audio"))


def heard(page: Page) -> list[tuple[str, str]]:
    """Where each text that can be heard stands, and its words beside the player."""
    return [(one.get("data-of") or "", text(one.getparent())) for one in players(page)]


def test_page_without_clips_offers_nothing(visitor: Visitor, invited: Invited) -> None:
    page = at_page(visitor, invited, "k_werk")

    assert "audio" not in page.html
    assert "listen" not in page.html


def test_question_and_answers_can_be_heard_in_the_order_they_are_read(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    record(site.ctx, "nl", "Nee", "Ja", WORK, "Iets anders")
    page = at_page(visitor, invited, "k_werk")

    assert heard(page) == [
        ("h1", WORK),
        ("#q-k_werk-1", "Ja"),
        ("#q-k_werk-2", "Nee"),
        ("#q-k_werk-3", "Iets anders"),
    ]
    for one in players(page):
        assert one.get("preload") == "none"
        assert "autoplay" not in one.attrib


def test_player_leads_to_the_sound_itself(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    record(site.ctx, "nl", WORK)
    (player,) = players(at_page(visitor, invited, "k_werk"))

    answer = visitor.client.get(player.get("src") or "")

    assert (answer.status_code, answer.mimetype, answer.data) == (200, "audio/mpeg", tone())


def test_clip_of_other_words_is_not_offered(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    record(site.ctx, "nl", "Heeft u betaald werk?", "Do you have work?")
    record(site.ctx, "en", WORK)

    assert players(at_page(visitor, invited, "k_werk")) == []


def test_words_around_an_earlier_answer_are_heard_whatever_the_answer(
    site: Running, visitor: Visitor
) -> None:
    record(site.ctx, "nl", "Vorige keer zei u: u woont in {prev}. Klopt dat nog?")
    person = site.invite(earlier={"k_stad": ("T03", 2023)})

    page = at_page(visitor, person, "k_stad-confirm")

    ((of, words),) = heard(page)
    assert of == "h1"
    assert words == page.heading
    assert "{prev}" not in words


def test_lead_error_prompt_and_help_can_be_heard(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    record(site.ctx, "nl", LEAD, WHOLE_NUMBER, EMPTY, SEVERAL, YEAR_ONLY)

    first = at_page(visitor, invited, "k_werk")
    wrong = visitor.send(visitor.send(first, {"k_werk": "ja"}), {"k_uren": "veel"})
    empty = visitor.send(wrong, {"k_uren": ""})
    several = visitor.send(empty)
    month = at_page(visitor, invited, "k_sinds")

    assert heard(first) == [(".lead", LEAD)]
    assert heard(wrong) == [("#q-k_uren-error", WHOLE_NUMBER)]
    assert heard(empty) == [("#prompt", EMPTY)]
    assert heard(several) == [(".help", SEVERAL)]
    assert heard(month) == [(".help", YEAR_ONLY)]


def test_statement_is_heard_where_it_stands(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    record(site.ctx, "nl", SLEPT)
    page = at_page(visitor, invited, "bat_dag")

    ((of, words),) = heard(page)
    assert words == SLEPT
    assert [text(one) for one in page.main.iter("legend") if f"#{one.get('id')}" == of] == [words]


def test_every_place_that_is_read_is_on_the_page(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    record(site.ctx, "nl", SLEPT, "Weet ik niet", "Hoe was uw dag?", WORK, "Ja", "Nee")
    for page_id in ("k_werk", "bat_dag"):
        page = at_page(visitor, invited, page_id)
        for of, _ in heard(page):
            assert of == "h1" or page.tree.get_element_by_id(of.removeprefix("#")) is not None


def test_computer_voice_says_that_it_is_one(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    record(site.ctx, "nl", WORK, kind=ClipKind.DRAFT)
    draft = at_page(visitor, invited, "k_werk")
    record(site.ctx, "nl", WORK)
    recorded = visitor.open("/q/k_werk")

    assert COMPUTER in draft.words
    assert COMPUTER not in recorded.words


def test_of_two_languages_the_first_is_heard(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    record(site.ctx, "nl", WORK)
    record(site.ctx, "en", "Do you have work?")
    page = visitor.send(at_page(visitor, invited, "k_werk"), press={"beside": "en"})

    assert heard(page) == [("h1", "Heeft u werk? Do you have work?")]
