"""Every page a respondent can meet, in all six languages: no word of another one, and its way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from app.panel.access_code import generate
from app.panel.states import WaveStatus
from app.services.interviewing import entrances, interviews, open_links
from app.services.interviewing.open_links import make_link
from app.services.members.people_news import News, What, record
from tests.browser.all_languages import in_all_languages
from tests.builders import WAVE, Invited, Running, kinds_bank
from tests.web.respond.conftest import ALREADY
from tests.web.respond.language_checks import SIX, LanguageCheck
from tests.web.respond.visitor import Fill, Page, Visitor

FAULTY: dict[str, list[Fill]] = {
    "c_mee": [{}],
    "k_werk": [{"k_werk": "x"}, {"k_werk": ["ja", "nee"]}],
    "k_uren": [{"k_uren": "2x"}, {"k_uren": "900"}],
    "k_talen": [{"k_talen": ["nl", "geen"]}, {"k_talen": ["nl", "ar", "tr", "ti"]}],
    "k_geboren": [{"k_geboren": "19"}, {"k_geboren": "1700"}],
    "k_sinds": [{"k_sinds.month": "13", "k_sinds.year": "2019"}, {"k_sinds.month": "5"},
                {"k_sinds.year": "19"}, {"k_sinds.month": "1", "k_sinds.year": "1999"}],
    "k_dag": [{"k_dag.day": "31", "k_dag.month": "2", "k_dag.year": "2021"},
              {"k_dag.day": "3", "k_dag.year": "2021"}],
    "k_wens": [{"k_wens": "a" * 600}],
}  # fmt: skip
"""What is refused on a page, for every rule there is."""
WITHOUT_PROMPT = ("x_hallo", "c_mee")


def walk(six: Running, language: str) -> Iterator[tuple[str, Page]]:
    """Bring one page after the other, in a language, with what it is."""
    visitor = Visitor(six.app, language=language)
    yield from _entrance(six, visitor)
    yield from _questions(six, visitor)
    yield from _endings(six, language)
    yield from _open_link(six, visitor)
    yield from _with_help(six, language)
    yield from _my_details(six, language)
    yield from _closed_doors(six, language)
    for path in ("/help", "/privacy", "/nothing-here"):
        yield path, visitor.open(path)


def _entrance(six: Running, visitor: Visitor) -> Iterator[tuple[str, Page]]:
    yield "letter", visitor.open("/c/12345678901234")
    entry = visitor.open("/")
    yield "code", entry
    right = six.invite().code
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    for what, typed in {"empty": "", "letters": "ab", "short": "12", "slip": wrong}.items():
        yield f"code, {what}", visitor.send(entry, {"code": typed})
    yield "code, unknown", visitor.send(entry, {"code": generate()})
    body = entry.body({"code": right})
    body["csrf_token"] = "x"
    yield "code, old token", visitor.seen(visitor.post("/", body), "/")


def _questions(six: Running, visitor: Visitor) -> Iterator[tuple[str, Page]]:
    invited = six.invite(language=visitor.environ["HTTP_ACCEPT_LANGUAGE"],
                         earlier={"k_stad": ("T03", 2023)})  # fmt: skip
    page = visitor.enter(invited)
    while page.id != "review":
        yield page.id, page
        at = page.id
        if at not in WITHOUT_PROMPT:
            yield f"{at}, prompted", visitor.send(page)
        for number, fill in enumerate(FAULTY.get(at, ())):
            refused = visitor.send(page, fill)
            assert refused.status == 422, (at, fill)
            yield f"{at}, fault {number}", refused
        if at == "k_stad":
            yield "names to choose from", visitor.send(page, {"k_stad": "Utre"})
            yield "name nobody knows", visitor.send(page, {"k_stad": "Xyzzy"})
        if at == "bat_dag":
            other = visitor.open(page.path)
            visitor.send(other, ALREADY["bat_dag"])
            stale = visitor.send(page, ALREADY["bat_dag"] | {"b_een": "nee"})
            assert stale.status == 409
            yield "stale", stale
            body = other.body(ALREADY["bat_dag"])
            body["csrf_token"] = "x"
            yield "old token", visitor.seen(visitor.post(page.action, body), page.path)
        fill = {"k_stad_confirm": "changed"} if at == "k_stad-confirm" else ALREADY[at]
        page = visitor.send(visitor.open(f"/q/{at}"), fill)
    yield "review", page
    body = page.body()
    body["csrf_token"] = "x"
    yield "review, old token", visitor.seen(visitor.post(page.action, body), page.path)
    yield "done", visitor.send(page)


def _at(six: Running, language: str, page_id: str) -> tuple[Visitor, Invited, Page]:
    visitor, invited = Visitor(six.app, language=language), six.invite(language=language)
    return visitor, invited, visitor.answer(visitor.enter(invited), ALREADY, until=page_id)


def _endings(six: Running, language: str) -> Iterator[tuple[str, Page]]:
    visitor, _, page = _at(six, language, "c_mee")
    yield "refused", visitor.send(page, {"c_mee": "nee"})
    visitor, _, page = _at(six, language, "k_uren")
    yield "screened out", visitor.send(page, {"k_uren": "99"})
    visitor, _, page = _at(six, language, "k_werk")
    yield "stopped", visitor.stop(page)


def _open_link(six: Running, visitor: Visitor) -> Iterator[tuple[str, Page]]:
    make_link(six.ctx, WAVE, "poster", by="test", slug="bieb")
    welcome = visitor.open("/o/bieb")
    yield "open link", welcome
    body = welcome.body()
    body["csrf_token"] = "x"
    yield "open link, old token", visitor.seen(visitor.post("/o/bieb", body), "/o/bieb")
    code = visitor.send(welcome)
    assert code.id == "your-code"
    yield "open link, code", code
    yield "open link, first question", visitor.send(code)


def _with_help(six: Running, language: str) -> Iterator[tuple[str, Page]]:
    visitor = Visitor(six.app, language=language)
    door = visitor.open("/with-help")
    yield "with help", door
    yield "with help, nobody", visitor.send(door, {"code": six.invite().code})
    yield "with help, no code", visitor.send(door, {"helper": "teacher", "code": ""})
    body = door.body({"helper": "teacher"})
    body["csrf_token"] = "x"
    yield "with help, old token", visitor.seen(visitor.post("/with-help", body), "/with-help")


MY_FAULTY: dict[str, list[Fill]] = {
    "address": [{}, {"street": "Dam", "house_addition": "?", "email": "a@b", "phone": "1"},
                {"postcode": "12", "house_number": "x"}],
    "stay-in-touch": [{"second_name": "A"}, {"second_phone": "1", "second_email": "a@b"}],
    "status": [{}],
    "stop": [{}],
}  # fmt: skip
"""What is refused on the pages of one's own details."""


def _my_details(six: Running, language: str) -> Iterator[tuple[str, Page]]:
    visitor, invited = Visitor(six.app, language=language), six.invite(language=language)
    door = visitor.open("/my")
    yield "my details, door", door
    yield "my details, no code", visitor.send(door, {"code": ""})
    body = door.body({"code": invited.code})
    body["csrf_token"] = "x"
    yield "my details, old token", visitor.seen(visitor.post("/my", body), "/my")
    yield "my details", visitor.send(door, {"code": invited.code})
    pages = ("address", "stay-in-touch", "status", "consents", "copy", "copy-now", "stop",
             "no-more", "delete")  # fmt: skip
    for name in pages:
        page = visitor.open(f"/my/{name}")
        yield f"my {name}", page
        for number, fill in enumerate(MY_FAULTY.get(name, ())):
            refused = visitor.send(page, fill)
            assert refused.status == 422, (name, fill)
            yield f"my {name}, fault {number}", refused
    yield from _my_changes(six, visitor, invited)


def _my_changes(six: Running, visitor: Visitor, invited: Invited) -> Iterator[tuple[str, Page]]:
    mail = {"email": "name@example.org", "phone": "0612345678"}
    home = {"street": "Dam", "house_number": "1", "postcode": "1234 AB", "city": "Ede"}
    page = visitor.open("/my/address")
    yield "my details, saved", visitor.send(page, mail | home)
    yield "my address, known", visitor.open("/my/address")
    news = [News(invited.person_id, one) for one in (What.LETTER_RETURNED, What.MAIL_BOUNCED)]
    record(six.ctx, news, by="test")
    yield "my address, came back", visitor.open("/my/address")
    somebody = {"second_name": "A", "second_phone": "0612345678", "second": "agreed"}
    visitor.send(visitor.open("/my/stay-in-touch"), somebody)
    yield "my stay-in-touch, known", visitor.open("/my/stay-in-touch")
    yes = dict.fromkeys(("recontact", "interview"), "yes") | {"results": "no"}
    visitor.send(visitor.open("/my/consents"), yes)
    yield "my consents, known", visitor.open("/my/consents")
    yield "my status, told", visitor.send(visitor.open("/my/status"), {"status": "finished"})
    page = visitor.open("/my/address")
    six.clock.advance(timedelta(minutes=11))
    asked = visitor.send(page, home)
    yield "my address, visit over", asked
    yield "my address, once more", visitor.send(asked, {"code": invited.code})
    news = [News(invited.person_id, What.WITHDRAWN)]
    record(six.ctx, news, by="test")
    yield "my details, withdrawn", visitor.open("/my/menu")
    yield "my status, withdrawn", visitor.open("/my/status")
    yield "my details, stopped", visitor.open("/my/stopped")
    yield "my details, deleted", visitor.send(visitor.open("/my/delete"))


def _closed_doors(six: Running, language: str) -> Iterator[tuple[str, Page]]:
    visitor, invited, page = _at(six, language, "k_wens")
    visitor.client.delete_cookie("respondent")
    yield "session over", visitor.send(page, {"k_wens": "31-12-2026"})
    visitor, invited, page = _at(six, language, "k_wens")
    six.move_wave(WaveStatus.PAUSED)
    yield "paused", visitor.send(page, {"k_wens": "31-12-2026"})
    yield "paused, at the door", Visitor(six.app, language=language).enter(invited)
    six.move_wave(WaveStatus.OPEN)
    six.revoke(invited)
    yield "revoked", visitor.open(page.path)
    six.move_wave(WaveStatus.CLOSED)
    yield "closed", Visitor(six.app, language=language).enter(six.invite())


@pytest.fixture(scope="module")
def check() -> LanguageCheck:
    return LanguageCheck(in_all_languages(kinds_bank()))


@pytest.mark.parametrize("language", SIX)
def test_no_page_says_a_word_of_another_language(
    language: str, six: Running, check: LanguageCheck
) -> None:
    foreign = {}
    seen = []
    for what, page in walk(six, language):
        seen.append(what)
        assert page.lang == language, what
        if words := check.foreign(page.tree):
            foreign[what] = words

    assert foreign == {}
    assert len(seen) > 60


@pytest.mark.parametrize("language", SIX)
def test_no_error_page_says_a_word_of_another_language(
    language: str, six: Running, check: LanguageCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, _, page = _at(six, language, "k_werk")

    def fail(error: Exception) -> None:
        def load(*_: object) -> None:
            raise error

        monkeypatch.setattr(interviews, "load", load)

    found = {
        404: visitor.open("/q/nothing"),
        405: visitor.seen(visitor.client.put("/", environ_overrides=visitor.environ), "/"),
        413: visitor.seen(visitor.post("/", {"code": "1" * 1_100_000}), "/"),
    }
    fail(OperationalError("", {}, Exception()))
    found[503] = visitor.open(page.path)
    fail(ValueError())
    found[500] = visitor.open(page.path)
    refused = entrances.Refused(entrances.Refusal.TOO_MANY)
    monkeypatch.setattr("app.web.respond.entrance.enter", lambda *_, **__: refused)
    other = Visitor(six.app, language=language)
    found[429] = other.send(other.open("/"), {"code": generate()})
    make_link(six.ctx, WAVE, "poster", by="test", slug="bieb")
    monkeypatch.setattr(open_links, "MOST_OF_ONE_SOURCE", 0)
    crowd = other.send(other.open("/o/bieb"))
    assert (crowd.status, check.foreign(crowd.tree)) == (429, [])

    assert {status: one.status for status, one in found.items()} == {one: one for one in found}
    assert {one.lang for one in found.values()} == {language}
    assert {status: check.foreign(one.tree) for status, one in found.items()} == {
        status: [] for status in found
    }


@pytest.mark.parametrize(
    "words", ["Nu stoppen, later verder", "Please press Start again.", "No catalog has this"]
)
def test_a_word_of_another_language_would_be_found(
    words: str, six: Running, check: LanguageCheck
) -> None:
    page = Visitor(six.app, language="ar").open("/")
    page.main[-1].text = words

    assert check.foreign(page.tree) == [words]
