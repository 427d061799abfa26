"""A session that ended, a token that does not fit, two people on one phone: what was typed stays
with the person who typed it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.panel.states import WaveStatus
from tests.builders import Invited, Running, run_site
from tests.web.respond.conftest import ALREADY, at_page
from tests.web.respond.spoken import dutch
from tests.web.respond.visitor import Fill, Page, Visitor

A_NIGHT = timedelta(hours=21)


def away(site: Running, visitor: Visitor, page: Page, fill: Fill, press: str | None = None) -> Page:
    """Come back to a page the next day, fill it in and send it."""
    site.clock.advance(A_NIGHT)
    return visitor.send(page, fill, press={press: "1"} if press else None)


def test_answer_typed_after_the_session_ended_is_saved_after_the_code(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "k_wens")
    asked = away(site, visitor, page, {"k_wens": "Het duurde lang.\nTe lang."})
    assert (asked.id, asked.status) == ("code", 401)
    assert asked.told == dutch(
        "You were away for a while. Fill in your code again. What you typed is kept."
    )
    assert "k_wens" not in site.answers(invited)

    page = visitor.send(asked, {"code": invited.code})

    assert page.id == "p_mag"
    assert site.answers(invited)["k_wens"] == "Het duurde lang.\nTe lang."


def test_slip_in_the_code_loses_nothing_that_was_kept(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "bat_dag")
    asked = away(site, visitor, page, ALREADY["bat_dag"])
    for wrong in ("", "123", invited.code[:-1] + str((int(invited.code[-1]) + 1) % 10)):
        asked = visitor.send(asked, {"code": wrong})
        assert asked.status == 422
    asked = visitor.speak(asked, "en")

    assert visitor.send(asked, {"code": invited.code}).id == "bat_dag-2"
    assert site.answers(invited).items() >= ALREADY["bat_dag"].items()


def test_answer_that_cannot_be_right_comes_back_after_the_code(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    asked = away(site, visitor, at_page(visitor, invited, "k_uren"), {"k_uren": "2O"})

    page = visitor.send(asked, {"code": invited.code})

    assert (page.id, page.status) == ("k_uren", 422)
    assert page.shown["k_uren"] == "2O"
    assert visitor.send(page, {"k_uren": "20"}).id == "k_talen"


def test_half_filled_battery_comes_back_after_the_code(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    asked = away(site, visitor, at_page(visitor, invited, "bat_dag"), {"b_drie": "nee"})

    page = visitor.send(asked, {"code": invited.code})

    assert page.id == "bat_dag"
    assert page.shown["b_drie"] == "nee"
    assert "b_een" not in site.answers(invited)


def test_page_answered_elsewhere_meanwhile_is_told_after_the_code(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "k_werk")
    site.clock.advance(A_NIGHT)
    other_phone = Visitor(site.app)
    other_phone.send(other_phone.enter(invited), {"k_werk": "nee"})
    asked = visitor.send(page, {"k_werk": "ja"})

    told = visitor.send(asked, {"code": invited.code})

    assert (told.id, told.status) == ("k_werk", 409)
    assert told.shown["k_werk"] == "ja"
    assert site.events(invited, "k_werk") == ["nee"]


def test_what_was_typed_is_never_saved_for_somebody_else(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    other = site.invite()
    Visitor(site.app).send(Visitor(site.app).enter(other))
    asked = away(site, visitor, at_page(visitor, invited, "k_wens"), {"k_wens": "Mijn geheim"})

    page = visitor.send(asked, {"code": other.code})

    assert page.id == "x_hallo"
    assert "Mijn geheim" not in page.html
    assert "k_wens" not in site.answers(other)
    assert "Mijn geheim" not in site.rows()


def test_change_from_the_review_leads_back_to_it_after_the_code(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    review = at_page(visitor, invited, "review")
    page = visitor.open(next(link for link in review.links if "k_werk" in link))
    asked = away(site, visitor, page, {"k_werk": "nee"})

    assert visitor.send(asked, {"code": invited.code}).id == "review"
    assert site.answers(invited)["k_werk"] == "nee"


@pytest.mark.parametrize("press", ["back", "stop"])
def test_leaving_after_the_session_ended_keeps_the_answer_too(
    press: str, site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "k_talen")
    asked = away(site, visitor, page, {"k_talen": ["tr"]}, press)
    assert asked.id == "code"

    visitor.send(asked, {"code": invited.code})

    assert site.answers(invited)["k_talen"] == "tr"


@pytest.mark.parametrize("path", ["/q/k_werk", "/review", "/done"])
def test_page_without_a_session_asks_for_the_code(path: str, visitor: Visitor) -> None:
    page = visitor.open(path)

    assert (page.id, page.status) == ("code", 401)


def test_session_does_not_outlive_its_code(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "k_werk")
    site.revoke(invited)

    assert visitor.open("/q/k_werk").id == "revoked"
    refused = visitor.send(page, {"k_werk": "ja"})
    assert (refused.id, refused.status) == ("revoked", 403)
    assert "k_werk" not in site.answers(invited)


@pytest.mark.parametrize("press", [{}, {"back": "1"}, {"stop": "1"}], ids=["next", "back", "stop"])
@pytest.mark.parametrize(
    ("status", "page_id", "code"),
    [(WaveStatus.PAUSED, "paused", 503), (WaveStatus.CLOSED, "closed", 410)],
)
def test_answer_sent_when_the_wave_has_stopped_is_shown_in_words_and_not_saved(
    status: WaveStatus,
    page_id: str,
    code: int,
    press: dict[str, str],
    site: Running,
    visitor: Visitor,
    invited: Invited,
) -> None:
    page = at_page(visitor, invited, "k_talen")
    site.move_wave(status)

    shut = visitor.send(page, {"k_talen": ["nl", "ti"]}, press=press)

    assert (shut.id, shut.status) == (page_id, code)
    assert "Nederlands" in shut.words
    assert "Tigrinya" in shut.words
    assert "k_talen" not in shut.words
    assert "k_talen" not in site.answers(invited)


def test_person_goes_on_when_a_pause_is_over(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "k_werk")
    site.move_wave(WaveStatus.PAUSED)
    visitor.send(page, {"k_werk": "ja"})
    site.move_wave(WaveStatus.OPEN)

    assert visitor.send(page, {"k_werk": "ja"}).id == "k_uren"


# --- tokens ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", [None, "", "forged", "é" * 30, "x" * 10_000])
def test_page_without_its_token_is_shown_again_as_typed(
    token: str | None, site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "k_wens")
    body = page.body({"k_wens": "Half af"})
    body.pop("csrf_token")
    if token is not None:
        body["csrf_token"] = token
    before = site.fingerprint()

    again = visitor.seen(visitor.post(page.action, body), page.action)

    assert (again.id, again.status) == ("k_wens", 403)
    assert again.shown["k_wens"] == "Half af"
    assert again.told == dutch("We could not save this page yet. Please press Next again.")
    assert site.fingerprint() == before
    assert visitor.send(again).id == "p_mag"


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "http://localhost.evil.example"},
    ],
)
def test_post_from_another_site_saves_nothing(
    environ: dict[str, str], site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "k_werk")
    before = site.fingerprint()

    for press in ({}, {"language": "en"}, {"back": "1"}, {"stop": "1"}):
        refused = visitor.send(page, {"k_werk": "nee"}, press=press, **environ)
        assert refused.status == 403

    assert site.fingerprint() == before


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTP_SEC_FETCH_SITE": "same-origin"},
        {"HTTP_ORIGIN": "http://localhost"},
        {"HTTP_ORIGIN": "http://survey.example.nl"},
        {},
    ],
    ids=["same-origin", "same-host", "public-address", "says-nothing"],
)
def test_post_from_our_own_pages_is_taken_from_old_browsers_too(
    environ: dict[str, str], site: Running, invited: Invited
) -> None:
    proxied = replace(site.ctx.settings, public_url="http://survey.example.nl")
    visitor = Visitor(run_site(replace(site.ctx, settings=proxied)).app)
    page = at_page(visitor, invited, "k_werk")

    assert visitor.send(page, {"k_werk": "ja"}, **environ).id == "k_uren"


def test_code_posted_from_another_site_opens_nothing(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = visitor.open("/")

    refused = visitor.send(page, {"code": invited.code}, HTTP_SEC_FETCH_SITE="cross-site")

    assert (refused.id, refused.status) == ("code", 403)
    assert not refused.response.headers.getlist("Set-Cookie")


def test_answers_are_not_sent_without_a_token(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "review")
    body = page.body()
    body["csrf_token"] = "forged"

    again = visitor.seen(visitor.post(page.action, body), page.action)

    assert (again.id, again.status) == ("review", 403)
    assert again.told
    assert site.status(invited) == "partial"
    assert visitor.send(again).ending == "complete"


# --- two people on one phone ----------------------------------------------------------------------


def test_old_page_of_another_person_is_not_saved_for_the_one_who_is_in(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "k_wens")
    other = site.invite()
    at_page(visitor, other, "k_wens")

    asked = visitor.send(page, {"k_wens": "Van de eerste"})
    assert (asked.id, asked.status) == ("code", 401)
    assert "k_wens" not in site.answers(other)

    assert visitor.send(asked, {"code": invited.code}).id == "p_mag"
    assert site.answers(invited)["k_wens"] == "Van de eerste"


def test_old_review_of_another_person_sends_nothing(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    review = at_page(visitor, invited, "review")
    other = site.invite()
    at_page(visitor, other, "review")

    asked = visitor.send(review)

    assert (asked.id, asked.status) == ("code", 401)
    assert site.status(other) == site.status(invited) == "partial"


def test_cookie_of_another_key_is_no_session(site: Running, visitor: Visitor) -> None:
    for cookie in ("x", "eyJpIjoiMCJ9.Z.Z", "é", "." * 3000):
        visitor.client.set_cookie("respondent", cookie)
        assert visitor.open("/q/k_werk").status == 401


def test_old_session_of_the_same_person_saves_after_one_more_press(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "k_werk")
    visitor.enter(invited)

    again = visitor.send(page, {"k_werk": "ja"})
    assert (again.status, again.shown["k_werk"]) == (403, "ja")

    assert visitor.send(again).id == "k_uren"
