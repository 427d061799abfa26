"""Review, submission, refusal and screen-out; and taking any of them back."""

from __future__ import annotations

import pytest

from app.panel.states import WaveStatus
from tests.builders import Invited, Running
from tests.web.respond.conftest import ALREADY, at_page
from tests.web.respond.visitor import Visitor


def test_review_tells_all_answers_in_words(visitor: Visitor, invited: Invited) -> None:
    page = at_page(visitor, invited, "review")

    for words in (
        "Heeft u werk? Ja",
        "Hoeveel uren werkt u? 20 uren per week",
        "Welke talen spreekt u? Nederlands en Arabisch",
        "Sinds wanneer woont u hier? mei 2019",
        "Op welke dag begon u? 3 februari 2021",
        "In welke gemeente woont u? Utrecht",
        "Waar bent u geboren? Eritrea",
        "Ik had pijn. Wil ik niet zeggen",
        "Meer taalles",
        "06 12345678",
    ):
        assert words in page.words


def test_every_answer_can_be_changed_from_the_review(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    review = at_page(visitor, invited, "review")
    links = [link for link in review.links if link.startswith("/q/")]
    assert {link.split("?")[0].removeprefix("/q/") for link in links} == ALREADY.keys() - {
        "x_hallo"
    }

    for link in dict.fromkeys(links):
        page = visitor.open(link)
        assert visitor.send(page).id == "review", link


def test_change_that_opens_a_new_question_asks_it_before_the_review(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = visitor.answer(
        visitor.enter(invited), ALREADY | {"k_werk": {"k_werk": "nee"}}, until="review"
    )
    page = visitor.open(next(link for link in page.links if "k_werk" in link))

    page = visitor.send(page, {"k_werk": "ja"})
    assert page.id == "k_uren"

    assert visitor.send(page, {"k_uren": "8"}).id == "review"


def test_back_from_a_change_leads_back_to_the_review(visitor: Visitor, invited: Invited) -> None:
    review = at_page(visitor, invited, "review")
    page = visitor.open(next(link for link in review.links if "k_talen" in link))

    assert visitor.back(page).id == "review"


def test_back_from_the_review_leads_to_the_last_question(
    visitor: Visitor, invited: Invited
) -> None:
    assert visitor.back(at_page(visitor, invited, "review")).id == "p_adres"


def test_stopping_at_the_review_submits_nothing(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = visitor.stop(at_page(visitor, invited, "review"))

    assert page.ending == "partial"
    assert site.status(invited) == "partial"
    assert visitor.enter(invited).id == "review"


def test_submitted_answers_stay_as_they_are(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    review = at_page(visitor, invited, "review")
    page = visitor.send(review)
    assert (page.id, page.ending) == ("done", "complete")
    assert site.status(invited) == "complete"
    before = site.fingerprint()

    for path in ("/q/k_werk", "/q/x_hallo", "/review", "/done"):
        assert visitor.open(path).ending == "complete"
    assert visitor.send(review).ending == "complete"
    assert Visitor(site.app).enter(invited).ending == "complete"

    assert site.fingerprint() == before


def test_review_is_not_open_before_the_last_question(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    review = at_page(visitor, invited, "review")
    visitor.send(visitor.open("/q/p_mag"), {"p_mag": "nee"})
    visitor.send(visitor.open("/q/k_werk"), {"k_werk": "ja"})
    other = site.invite()
    stranger = Visitor(site.app)
    page = at_page(stranger, other, "k_werk")
    body = page.body()

    sent = stranger.post("/review", body)

    assert sent.headers["Location"] == "/q/k_werk"
    assert site.status(other) == "partial"
    assert review.id == "review"


def test_saying_no_ends_it_and_can_be_taken_back(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = visitor.send(at_page(visitor, invited, "c_mee"), {"c_mee": "nee"})
    assert (page.id, page.ending) == ("done", "refused")
    assert "U hoeft niets meer te doen." in page.words
    assert site.status(invited) == "refused"
    assert Visitor(site.app).enter(invited).ending == "refused"

    page = visitor.open(page.links[0])
    assert page.shown["c_mee"] == "nee"
    page = visitor.send(page, {"c_mee": "ja"})

    assert page.id == "k_werk"
    assert site.status(invited) == "partial"
    assert site.events(invited, "c_mee") == ["nee", "ja"]


def test_person_outside_the_study_is_thanked_and_can_mend_a_slip(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = visitor.send(at_page(visitor, invited, "k_uren"), {"k_uren": "81"})
    assert (page.id, page.ending) == ("done", "screened_out")
    assert site.status(invited) == "screened_out"
    assert visitor.open("/q/k_talen").ending == "screened_out"

    page = visitor.send(visitor.open(page.links[0]), {"k_uren": "18"})

    assert page.id == "k_talen"
    assert site.status(invited) == "partial"


def test_person_who_is_done_reads_so_when_the_wave_has_closed(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    visitor.send(at_page(visitor, invited, "review"))
    site.move_wave(WaveStatus.CLOSED)

    assert visitor.open("/done").ending == "complete"


@pytest.mark.parametrize("status", [WaveStatus.PAUSED, WaveStatus.CLOSED])
def test_answers_are_not_sent_when_the_wave_has_stopped(
    status: WaveStatus, site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "review")
    site.move_wave(status)

    shut = visitor.send(page)

    assert shut.id == status.value
    assert site.status(invited) == "partial"
