"""The open link of a poster: nothing before Start, once a code, and nobody is told of a double."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.panel.access_code import is_well_formed, normalise
from app.panel.states import CaseStatus, Entry, WaveStatus
from app.services.interviewing import open_duplicates, open_links
from app.services.interviewing.open_links import make_link
from app.storage import models
from tests.builders import WAVE, Running
from tests.web.respond.conftest import ALREADY
from tests.web.respond.language_checks import SIX
from tests.web.respond.visitor import Page, Visitor
from tests.web.templates.test_page_bytes import NEXT_PAGE

LINK = "/o/bieb"


@pytest.fixture
def poster(site: Running) -> Running:
    make_link(site.ctx, WAVE, "poster in the library", by="test", slug="bieb")
    return site


def code_on(page: Page) -> str:
    assert page.id == "your-code"
    (shown,) = page.main.iter("bdi")
    assert shown.get("dir") == "ltr"
    code = normalise(shown.text or "")
    assert code is not None
    assert is_well_formed(code)
    return code


def started(site: Running, **environ: str) -> tuple[Visitor, Page]:
    visitor = Visitor(site.app, **environ)
    return visitor, visitor.send(visitor.open(LINK))


def cases(site: Running) -> list[models.SurveyCase]:
    case = models.SurveyCase
    query = select(case.id, case.entry, case.status, case.base_weight, case.frame, case.language)
    with site.ctx.databases.research.read() as connection:
        return list(connection.execute(query).all())


def test_looking_at_an_open_link_changes_nothing_and_sets_no_cookie(poster: Running) -> None:
    before = poster.fingerprint()
    visitor = Visitor(poster.app)

    page = visitor.open(LINK)
    capitals = visitor.open("/O/BIEB")

    assert (page.id, capitals.id, page.action) == ("open", "open", LINK)
    assert "Set-Cookie" not in page.response.headers
    assert poster.fingerprint() == before


def test_start_gives_a_code_once_and_leads_to_the_questions(poster: Running) -> None:
    visitor, page = started(poster)
    code = code_on(page)
    visitor.secrets.append(code)

    question = visitor.send(page)

    assert question.id == "x_hallo"
    (case,) = cases(poster)
    assert (case.entry, case.base_weight) == (Entry.OPEN, None)
    assert code not in poster.rows()
    assert all(code not in one.html for one in visitor.visited if one.id != "your-code")


def test_the_code_leads_back_to_the_same_interview_on_another_device(poster: Running) -> None:
    visitor, page = started(poster)
    code = code_on(page)
    visitor.answer(visitor.send(page), ALREADY, until="k_uren")

    other = Visitor(poster.app)
    found = other.send(other.open("/"), {"code": code})

    assert found.id == "k_uren"
    assert len(cases(poster)) == 1


def test_pressing_start_twice_begins_once_and_shows_the_same_code(poster: Running) -> None:
    visitor = Visitor(poster.app)
    welcome = visitor.open(LINK)

    first, second = visitor.send(welcome), visitor.send(welcome)

    assert code_on(first) == code_on(second)
    assert len(cases(poster)) == 1


def test_page_left_open_on_a_shared_computer_shows_no_code_after_an_answer(
    poster: Running,
) -> None:
    visitor = Visitor(poster.app)
    welcome = visitor.open(LINK)
    shown = visitor.send(welcome)
    visitor.answer(visitor.send(shown), ALREADY, until="k_werk")

    again = visitor.send(welcome)

    assert again.id == "open"
    assert len(cases(poster)) == 1


def test_page_left_open_for_long_shows_no_code_either(poster: Running) -> None:
    visitor = Visitor(poster.app)
    welcome = visitor.open(LINK)
    visitor.send(welcome)
    poster.clock.advance(timedelta(hours=1))

    assert visitor.send(welcome).id == "open"


def test_page_with_a_code_does_not_lead_into_the_interview_of_who_came_next(
    poster: Running,
) -> None:
    visitor, page = started(poster)
    someone_else = poster.invite()
    visitor.enter(someone_else)

    reply = visitor.send(page)

    assert reply.id == "code"
    assert visitor.speak(page, "en").id == "code"


def test_another_language_shows_the_same_code_and_stays(poster: Running) -> None:
    visitor = Visitor(poster.app, language="nl")
    welcome = visitor.speak(visitor.open(LINK), "en")
    assert (welcome.id, welcome.lang) == ("open", "en")
    dutch = visitor.send(visitor.speak(welcome, "nl"))

    english = visitor.speak(dutch, "en")

    assert (dutch.lang, english.lang) == ("nl", "en")
    assert code_on(dutch) == code_on(english)
    assert visitor.send(english).lang == "en"


@pytest.mark.parametrize("token", ["", "x", "é"])
def test_start_without_the_token_of_the_page_begins_nothing(poster: Running, token: str) -> None:
    visitor = Visitor(poster.app)
    body = visitor.open(LINK).body()
    before = poster.fingerprint()
    body["csrf_token"] = token

    page = visitor.seen(visitor.post(LINK, body), LINK)

    assert (page.status, page.id) == (403, "open")
    assert poster.fingerprint() == before


def test_operation_of_another_link_begins_nothing(poster: Running) -> None:
    make_link(poster.ctx, WAVE, "another", by="test", slug="school")
    visitor = Visitor(poster.app)
    body = visitor.open("/o/school").body()

    page = visitor.seen(visitor.post(LINK, body), LINK)

    assert page.status == 403
    assert cases(poster) == []


@pytest.mark.parametrize("path", ["/o/nothing", "/o/a--b", "/o/" + "a" * 50, "/o/%C3%A9"])
def test_link_that_is_none_is_a_plain_page(poster: Running, path: str) -> None:
    assert Visitor(poster.app).open(path).status == 404


@pytest.mark.parametrize(
    ("status", "page_id"), [(WaveStatus.PAUSED, "paused"), (WaveStatus.CLOSED, "closed")]
)
def test_link_of_a_wave_that_is_not_open_begins_nothing(
    poster: Running, status: WaveStatus, page_id: str
) -> None:
    visitor = Visitor(poster.app)
    welcome = visitor.open(LINK)
    poster.move_wave(status)

    assert visitor.open(LINK).id == page_id
    assert visitor.send(welcome).id == page_id
    assert cases(poster) == []


def test_closed_link_begins_nothing_but_its_codes_live_on(poster: Running) -> None:
    _, page = started(poster)
    code = code_on(page)
    open_links.close_link(poster.ctx, "bieb", by="test")

    assert Visitor(poster.app).open(LINK).status == 410
    other = Visitor(poster.app)
    assert other.send(other.open("/"), {"code": code}).id == "x_hallo"


def test_flood_from_one_address_is_stopped_and_others_still_get_in(
    poster: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_links, "MOST_OF_ONE_SOURCE", 2)
    pages = [started(poster, REMOTE_ADDR="10.0.0.1")[1] for _ in range(3)]

    assert [page.status for page in pages] == [200, 200, 429]
    assert started(poster, REMOTE_ADDR="10.0.0.2")[1].id == "your-code"
    poster.clock.advance(timedelta(hours=2))
    assert started(poster, REMOTE_ADDR="10.0.0.1")[1].id == "your-code"


def complete(poster: Running, *, address: str, **changes: str) -> None:
    visitor, page = started(poster, REMOTE_ADDR=address)
    answers = ALREADY | {name: {name: value} for name, value in changes.items()}
    review = visitor.answer(visitor.send(page), answers, until="review")
    assert visitor.send(review).ending == CaseStatus.COMPLETE
    poster.clock.advance(timedelta(minutes=1))


def test_second_interview_with_the_same_answers_from_one_address_does_not_count(
    poster: Running,
) -> None:
    complete(poster, address="10.0.0.1", p_adres="06 11111111")
    complete(poster, address="10.0.0.1", p_adres="06 22222222")
    complete(poster, address="10.0.0.2", p_adres="06 33333333")

    assert open_duplicates.flag_duplicates(poster.ctx, WAVE) == 1
    assert open_duplicates.flag_duplicates(poster.ctx, WAVE) == 0

    (waiting,) = open_duplicates.undecided(poster.ctx, WAVE)
    (link,) = open_links.count_links(poster.ctx, WAVE)
    assert (link.begun, link.complete, link.flagged) == (3, 3, 1)
    open_duplicates.decide(poster.ctx, waiting.case_id, counts=True, by="test")
    assert open_duplicates.undecided(poster.ctx, WAVE) == []
    assert open_duplicates.flag_duplicates(poster.ctx, WAVE) == 0


def test_contact_of_a_panel_member_flags_the_case_however_it_is_written(poster: Running) -> None:
    from app.services.members import contacting

    member = poster.invite()
    contacting.change_contacts(
        poster.ctx, [(member.person_id, {"phone": "+31612345678"})], at=poster.clock.now()
    )
    complete(poster, address="10.0.0.9", p_adres="06-1234 5678")

    assert open_duplicates.flag_duplicates(poster.ctx, WAVE) == 1
    (waiting,) = open_duplicates.undecided(poster.ctx, WAVE)
    assert waiting.duplicate_of == member.person_id


def test_closing_the_wave_forgets_where_people_came_from(poster: Running) -> None:
    started(poster, REMOTE_ADDR="10.0.0.1")
    entry = models.OpenEntry

    def sources() -> list[str]:
        with poster.ctx.databases.research.read() as connection:
            return list(connection.execute(select(entry.source_hash)).scalars())

    assert re.fullmatch("[0-9a-f]{64}", sources()[0])
    poster.move_wave(WaveStatus.CLOSED)
    assert sources() == [""]


@pytest.mark.parametrize("language", SIX)
def test_pages_of_the_entrances_are_no_heavier_than_a_question(six: Running, language: str) -> None:
    make_link(six.ctx, WAVE, "poster in the library", by="test", slug="bieb")
    visitor = Visitor(six.app, language=language)
    welcome = visitor.open(LINK)
    pages = [welcome, visitor.send(welcome), visitor.open("/with-help")]

    weights = {page.id: len(page.response.data) for page in pages}

    assert {page: bytes_ for page, bytes_ in weights.items() if bytes_ > NEXT_PAGE} == {}
