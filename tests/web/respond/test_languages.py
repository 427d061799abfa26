"""Another language in the middle of a page: nothing that was typed or ticked is lost."""

from __future__ import annotations

import pytest

from tests.builders import Invited, Running
from tests.web.respond.conftest import ALREADY, at_page
from tests.web.respond.language_checks import SIX
from tests.web.respond.visitor import Fill, Visitor

HALF_TYPED: dict[str, Fill] = {
    "x_hallo": {},
    "c_mee": {"c_mee": "ja"},
    "k_werk": {"k_werk": "anders", "k_werk_other": "  half a wo"},
    "k_uren": {"k_uren": "2x"},
    "k_talen": {"k_talen": ["nl", "geen"], "k_talen_other": "<b>&amp;"},
    "k_geboren": {"k_geboren": "19"},
    "k_sinds": {"k_sinds.month": "13", "k_sinds.year": ""},
    "k_dag": {"k_dag.day": "31", "k_dag.month": "", "k_dag.year": "٢٠"},
    "k_stad": {"k_stad": "Utre"},
    "k_land": {"k_land": "سور"},
    "bat_dag": {"b_een": "ja", "b_vier": "nee"},
    "bat_dag-2": {"b_zes": "ref"},
    "k_wens": {"k_wens": "\n\neen regel\r\n  en nog een\n"},
    "p_mag": {"p_mag": "nee"},
    "p_adres": {"p_adres": "06-"},
}


@pytest.mark.parametrize("page_id", HALF_TYPED)
def test_half_typed_page_is_the_same_in_all_six_languages(page_id: str, six: Running) -> None:
    visitor, invited = Visitor(six.app), six.invite()
    page = at_page(visitor, invited, page_id)
    before = six.answers(invited)
    sent = page.body(HALF_TYPED[page_id])

    shown = {"nl": visitor.speak(page, "nl", HALF_TYPED[page_id])}
    for language in (*SIX[1:], "nl"):
        last = list(shown.values())[-1]
        shown[f"{language}, then" if language in shown else language] = visitor.speak(
            last, language
        )

    assert {one.lang for one in shown.values()} == {*SIX}
    assert len({one.heading for one in shown.values()}) == len(SIX)
    for one in shown.values():
        assert (one.id, one.status) == (page_id, 200)
        for name in HALF_TYPED[page_id]:
            typed = [value.replace("\r\n", "\n") for value in sent.getlist(name)]
            assert [value.replace("\r\n", "\n") for value in one.shown.getlist(name)] == typed
    assert six.answers(invited) == before


def test_language_is_kept_on_the_next_page_and_on_the_next_visit(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = visitor.speak(at_page(visitor, invited, "k_werk"), "en", {"k_werk": "ja"})
    assert visitor.send(page).lang == "en"

    assert Visitor(site.app, language="nl").enter(invited).lang == "en"


@pytest.mark.parametrize("language", SIX)
@pytest.mark.parametrize("path", ["/q/k_werk", "/help", "/privacy"])
def test_language_chosen_on_any_page_is_kept_for_the_person_on_another_device(
    path: str, language: str, six: Running
) -> None:
    visitor, invited = Visitor(six.app, language="en"), six.invite(language="en")
    at_page(visitor, invited, "k_werk")

    visitor.speak(visitor.open(path), language)

    assert Visitor(six.app, language="so").enter(invited).lang == language


def test_language_chosen_on_the_help_page_from_another_site_is_not_kept(six: Running) -> None:
    visitor, invited = Visitor(six.app, language="en"), six.invite(language="en")
    at_page(visitor, invited, "k_werk")

    visitor.post("/help", {"language": "ar"}, HTTP_SEC_FETCH_SITE="cross-site")

    assert Visitor(six.app).enter(invited).lang == "en"


def test_language_read_after_sending_does_not_change_that_of_the_interview(six: Running) -> None:
    visitor, invited = Visitor(six.app, language="tr"), six.invite(language="tr")
    visitor.send(at_page(visitor, invited, "review"))

    visitor.speak(visitor.open("/help"), "nl")

    assert Visitor(six.app).enter(invited).lang == "tr"


def test_answer_carries_the_language_it_was_given_in(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    visitor.send(visitor.speak(at_page(visitor, invited, "k_werk"), "en"), {"k_werk": "nee"})

    rows = [row for row in site.rows().splitlines() if row.startswith("answer_event: ")]
    assert "'k_werk', 'nee', 'en'" in rows[0]
    assert "'c_mee', 'ja', 'nl'" in rows[0]


def test_prompt_once_given_is_not_given_again_after_a_switch(
    visitor: Visitor, invited: Invited
) -> None:
    page = visitor.send(at_page(visitor, invited, "k_talen"))
    page = visitor.speak(page, "en")
    assert "dk" in page.offered("k_talen")

    assert visitor.send(page).id == "k_geboren"


def test_code_list_answer_given_in_dutch_is_understood_on_the_english_page(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = visitor.send(at_page(visitor, invited, "k_land"), ALREADY["k_land"])
    page = visitor.speak(visitor.back(page), "en")

    assert visitor.send(page).id == "bat_dag"
    assert site.answers(invited)["k_land"] == "ER"


def test_review_and_ending_can_be_read_in_another_language(
    visitor: Visitor, invited: Invited
) -> None:
    review = visitor.speak(at_page(visitor, invited, "review"), "en")
    assert (review.id, review.status) == ("review", 200)
    assert "Do you have work? Yes" in review.words

    done = visitor.speak(visitor.send(review), "nl")
    assert (done.id, done.ending, done.lang) == ("done", "complete", "nl")


def test_language_that_is_not_offered_changes_nothing(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "k_werk")
    for language in ("xx", "../../nl", "<script>", ""):
        page = visitor.speak(page, language, {"k_werk": "nee"})
        assert (page.id, page.lang) == ("k_werk", "nl")
        assert page.shown["k_werk"] == "nee"

    assert "k_werk" not in site.answers(invited)


@pytest.mark.parametrize("path", ["/help", "/privacy"])
def test_help_is_read_in_a_language_without_losing_the_session(
    path: str, visitor: Visitor, invited: Invited
) -> None:
    at_page(visitor, invited, "k_werk")
    page = visitor.speak(visitor.open(path), "en")

    assert (page.lang, page.status) == ("en", 200)
    assert visitor.open("/q/k_werk").lang == "en"


def test_way_back_from_help_leads_to_the_question(visitor: Visitor, invited: Invited) -> None:
    at_page(visitor, invited, "k_talen")

    links = visitor.open("/help").links

    assert "k_talen" in [visitor.open(link).id for link in links]
