"""The page of a thank-you: outside the answers, once, in six languages, without script."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.panel.incentive_rules import Rule, Rules
from app.panel.incentives import IncentiveKind, Way
from app.questionnaire.model import Place
from app.services.thanks import incentives_stock
from tests.browser.all_languages import in_all_languages
from tests.builders import WAVE, Invited, Running, kinds_bank
from tests.web.respond.conftest import ALREADY
from tests.web.respond.language_checks import SIX, LanguageCheck
from tests.web.respond.visitor import Page, Visitor

ALL_WAYS = (Way.SCREEN, Way.EMAIL, Way.SMS, Way.POST)
CODES = b"ABCD-EFGH-1234\nIJKL-MNOP-5678\n"


@pytest.fixture(autouse=True)
def rules(monkeypatch: pytest.MonkeyPatch) -> Rules:
    place = Place("incentives.yaml", 1)
    rule = Rule(
        "thanks", frozenset({WAVE}), False, IncentiveKind.GIFT_CODE, "EUR", 1000, place,
        ways=ALL_WAYS, partial=3,
    )  # fmt: skip
    made = Rules((rule,))
    monkeypatch.setattr("app.services.thanks.incentives.rules_of", lambda _: made)
    return made


def buy(running: Running) -> None:
    incentives_stock.add_codes(running.ctx, CODES, name="shop", value="10.00", by="test")


def finished(running: Running, language: str = "nl") -> tuple[Visitor, Invited, Page]:
    visitor, invited = Visitor(running.app, language=language), running.invite(language=language)
    review = visitor.answer(visitor.enter(invited), ALREADY, until="review")
    return visitor, invited, visitor.send(review)


def states(running: Running, language: str) -> Iterator[tuple[str, Page]]:
    visitor, _, done = finished(running, language)
    yield "done", done
    page = visitor.open("/thank-you")
    yield "how", page
    yield "no choice", visitor.send(page)
    yield "no stock", visitor.send(page, {"way": "screen"})
    for way in ("email", "sms", "post"):
        where = visitor.send(page, {"way": way})
        assert where.id == "thank-you-where"
        yield f"where, {way}", where
        yield f"where, {way}, empty", visitor.send(where)
    body = page.body({"way": "email"})
    body["csrf_token"] = "x"
    yield "old token", visitor.seen(visitor.post("/thank-you", body), "/thank-you")
    buy(running)
    yield "code", visitor.send(page, {"way": "screen"})
    running.clock.advance(timedelta(hours=25))
    visitor, _, _ = finished(running, language)
    where = visitor.send(visitor.open("/thank-you"), {"way": "email"})
    yield "asked", visitor.send(where, {"email": "someone@example.nl"})
    visitor, _, _ = finished(running, language)
    yield "declined", visitor.send(visitor.open("/thank-you"), {"way": "none"})


@pytest.mark.parametrize("language", SIX)
def test_every_state_of_the_page_is_in_the_language_of_its_reader(
    language: str, six: Running
) -> None:
    check = LanguageCheck(in_all_languages(kinds_bank()))
    foreign = {}
    for what, page in states(six, language):
        assert page.lang == language, what
        if words := check.foreign(page.tree):
            foreign[what] = words
    assert foreign == {}


def test_code_is_shown_once_asked_for_and_stays_the_same(site: Running) -> None:
    buy(site)
    visitor, _, done = finished(site)
    assert "/thank-you" in done.links
    page = visitor.open("/thank-you")
    body = page.body({"way": "screen"})

    first = visitor.post("/thank-you", body)
    again = visitor.post("/thank-you", body)

    assert (first.status_code, first.headers["Location"]) == (303, "/thank-you")
    assert (again.status_code, again.headers["Location"]) == (303, "/thank-you")
    shown = visitor.open("/thank-you")
    assert shown.id == "thank-you-code"
    assert [code in shown.html for code in ("ABCD-EFGH-1234", "IJKL-MNOP-5678")].count(True) == 1
    before = site.fingerprint()
    assert visitor.open("/thank-you").words == shown.words
    assert site.fingerprint() == before
    assert incentives_stock.books(site.ctx)[0].imbalances == []


def test_what_is_typed_comes_back_with_what_is_wrong_and_in_another_language(
    site: Running,
) -> None:
    visitor, _, _ = finished(site)
    where = visitor.send(visitor.open("/thank-you"), {"way": "post"})
    typed = {"name": "N. Iemand", "street": "Laan 1", "postcode": "12", "city": "Utrecht"}
    refused = visitor.send(where, typed)
    assert refused.status == 422
    assert refused.body()["city"] == "Utrecht"
    other = visitor.speak(refused, "en")
    assert other.lang == "en"
    assert (other.id, other.body()["name"]) == ("thank-you-where", "N. Iemand")
    done = visitor.send(other, typed | {"postcode": "1234 AB"})
    assert done.id == "thank-you-done"
    assert "Laan 1" not in site.rows()


def test_who_stops_half_way_is_asked_when_the_study_decides_so(site: Running) -> None:
    visitor, invited = Visitor(site.app), site.invite()
    early = visitor.answer(visitor.enter(invited), ALREADY, until="k_werk")
    assert visitor.stop(early).id == "done"
    visitor, invited = Visitor(site.app), site.invite()
    page = visitor.answer(visitor.enter(invited), ALREADY, until="k_dag")
    stopped = visitor.stop(page)
    assert stopped.id == "thank-you"
    declined = visitor.send(stopped, {"way": "none"})
    assert "/stopped" in declined.links
    back = visitor.open("/q/k_dag")
    assert visitor.stop(back).id == "done"


def test_page_is_for_nobody_else(site: Running) -> None:
    assert Visitor(site.app).open("/thank-you").status == 401
    visitor, invited = Visitor(site.app), site.invite()
    visitor.answer(visitor.enter(invited), ALREADY, until="c_mee")
    assert visitor.open("/thank-you").id == "c_mee"


def test_without_rules_the_last_page_says_nothing_of_it(
    site: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.thanks.incentives.rules_of", lambda _: Rules())
    visitor, _, done = finished(site)
    assert "/thank-you" not in done.links
    assert visitor.open("/thank-you").id == "done"
