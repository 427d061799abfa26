"""Who a person is and what a person answers: apart, and never in a log or an address."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from pathlib import Path

import pytest

from app.services.members import contacting
from app.services.publication.exports import export_release
from tests.builders import WAVE, Invited, Running, run_site
from tests.web.respond.conftest import ALREADY, at_page
from tests.web.respond.spoken import dutch
from tests.web.respond.visitor import Visitor

PHONE = "06 98765432"
EMAIL = "amina.geheim@example.org"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    return caplog


def whole_log(log: pytest.LogCaptureFixture) -> str:
    """All that any handler could write: messages, tracebacks and extra fields."""
    return log.text + repr([vars(record) for record in log.records])


@pytest.mark.parametrize("address", [PHONE, EMAIL])
def test_contact_details_lie_encrypted_in_the_contact_database_only(
    address: str,
    site: Running,
    visitor: Visitor,
    invited: Invited,
    tmp_path: Path,
    log: pytest.LogCaptureFixture,
) -> None:
    page = visitor.send(at_page(visitor, invited, "p_adres"), {"p_adres": address})
    assert address in page.words
    visitor.send(page)

    kept = b"".join(file.read_bytes() for file in (tmp_path / "data").rglob("*"))
    assert "p_adres" not in site.answers(invited)
    for hidden in (address, address.replace(" ", ""), address.partition("@")[0]):
        assert hidden.encode() not in kept
        assert hidden not in whole_log(log)

    export_release(site.ctx, [WAVE], tmp_path / "release", with_answers=True)
    released = b"".join(file.read_bytes() for file in (tmp_path / "release").rglob("*.*"))
    assert b"k_talen" in released
    assert address.encode() not in released
    assert b"p_adres" not in (tmp_path / "release" / "answers.csv").read_bytes()


@pytest.mark.parametrize(
    ("typed", "field", "kept"),
    [
        (" Selam@Voorbeeld.example ", "email", "Selam@voorbeeld.example"),
        ("06 12345678", "phone", "+31612345678"),
        ("٠٦١٢٣٤٥٦٧٨", "phone", "+31612345678"),
    ],
)
def test_messages_go_to_the_number_or_address_that_was_given(
    site: Running, visitor: Visitor, invited: Invited, typed: str, field: str, kept: str
) -> None:
    page = visitor.send(at_page(visitor, invited, "p_adres"), {"p_adres": typed})
    assert page.status == 200

    person_id = site.person_of(invited)
    assert contacting.contact_of(site.ctx, person_id)[field] == kept
    (event,) = site.person_events(person_id)
    assert (event.kind, event.detail["fields"]) == ("contact_changed", [field])


def test_page_with_a_number_sent_twice_is_one_piece_of_news(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "p_adres")
    body = page.body({"p_adres": "06 12345678"})
    visitor.post(page.action, body)
    visitor.post(page.action, body)

    assert len(site.person_events(site.person_of(invited))) == 1


@pytest.mark.parametrize("typed", ["bel mijn zus", "12", "selam@", "ref"])
def test_what_is_neither_is_an_answer_and_no_way_to_reach_anybody(
    site: Running, visitor: Visitor, invited: Invited, typed: str
) -> None:
    visitor.send(at_page(visitor, invited, "p_adres"), {"p_adres": typed})

    person_id = site.person_of(invited)
    assert {"email", "phone"}.isdisjoint(contacting.contact_of(site.ctx, person_id))
    assert site.person_events(person_id) == []


def test_nothing_that_identifies_or_answers_reaches_the_log(
    site: Running, visitor: Visitor, invited: Invited, log: pytest.LogCaptureFixture
) -> None:
    visitor.open(f"/c/{invited.code}")
    visitor.send(visitor.open("/"), {"code": invited.code[:-1]})
    answers = ALREADY | {"k_wens": {"k_wens": "Mijn zus Selam"}, "p_adres": {"p_adres": EMAIL}}
    page = visitor.answer(visitor.enter(invited), answers, until="p_adres")
    visitor.send(page, {"p_adres": EMAIL})
    visitor.open("/q/unknown")
    visitor.post("/q/k_wens", {"k_wens": "Mijn zus Selam"})

    written = whole_log(log)
    for secret in (invited.code, invited.code[:-1], "Selam", EMAIL, "Utrecht", "127.0.0.1"):
        assert secret not in written


def on_research(site: Running, statement: str) -> None:
    with site.ctx.databases.research.write() as connection:
        connection.exec_driver_sql(statement)


def test_fault_names_code_and_not_what_was_typed(
    site: Running, visitor: Visitor, invited: Invited, log: pytest.LogCaptureFixture
) -> None:
    page = at_page(visitor, invited, "k_wens")
    on_research(
        site,
        "CREATE TRIGGER broken BEFORE INSERT ON answer_event"
        " BEGIN SELECT RAISE(ABORT, 'Mijn geheim'); END",
    )

    broken = visitor.seen(
        visitor.post(page.action, page.body({"k_wens": "Mijn geheim"})), page.action
    )

    assert (broken.id, broken.status, broken.lang) == ("error-500", 500, "nl")
    assert "IntegrityError" in log.text
    assert "Mijn geheim" not in whole_log(log)
    assert "k_wens" not in site.answers(invited)


def test_answer_that_met_an_absent_database_is_saved_when_it_is_sent_again(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "k_wens")
    body = page.body({"k_wens": "Nog eens"})
    on_research(site, "ALTER TABLE answer_event RENAME TO gone")

    # The script takes this page for a reason to try again.
    busy = visitor.seen(visitor.post(page.action, body), page.action)
    assert (busy.id, busy.status) == ("error-503", 503)
    assert "Retry-After" in busy.response.headers

    on_research(site, "ALTER TABLE gone RENAME TO answer_event")
    assert visitor.post(page.action, body).status_code == 303
    assert site.events(invited, "k_wens") == ["Nog eens"]


def test_addresses_of_a_whole_interview_tell_nothing(visitor: Visitor, invited: Invited) -> None:
    visitor.send(at_page(visitor, invited, "review"))

    for page in visitor.visited:
        assert re.fullmatch(r"/|/review(\?part=\d)?|/done|/q/[a-z_0-9-]+", page.path)


def test_cookie_holds_neither_code_nor_answer(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    at_page(visitor, invited, "review")
    cookie = visitor.client.get_cookie("respondent")
    assert cookie is not None
    serializer = site.app.session_interface.get_signing_serializer(site.app)
    assert serializer is not None
    session = serializer.loads(cookie.value)

    assert session.keys() == {"i", "c", "k", "t", "l"}
    assert invited.code not in repr(session)
    assert cookie.http_only
    assert cookie.expires is None


def test_cookie_travels_over_https_only_where_the_site_is_https(
    site: Running, invited: Invited
) -> None:
    secure = run_site(
        replace(site.ctx, settings=replace(site.ctx.settings, public_url="https://a.example"))
    )
    visitor = Visitor(secure.app)
    page = visitor.open("/")
    entered = visitor.post("/", page.body({"code": invited.code}))

    (cookie,) = entered.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-respondent=")
    assert "Secure" in cookie
    assert "Domain" not in cookie
    assert entered.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in Visitor(site.app).get("/").headers


def test_every_page_says_that_people_are_invented(visitor: Visitor, invited: Invited) -> None:
    visitor.send(at_page(visitor, invited, "review"))

    said = dutch("Test with invented people")
    assert all(said in page.html for page in visitor.visited)


def test_confirm_page_shows_only_the_end_of_a_phone_number(site: Running) -> None:
    invited = site.invite()
    visitor = Visitor(site.app)
    visitor.send(at_page(visitor, invited, "p_adres"), {"p_adres": PHONE})

    again = visitor.open("/q/p_adres")

    assert again.shown["p_adres"] == PHONE
    assert PHONE not in again.heading


def test_erased_session_knows_nobody(site: Running, visitor: Visitor, invited: Invited) -> None:
    at_page(visitor, invited, "k_werk")
    page = visitor.open("/stopped")

    assert page.ending == "partial"
    assert visitor.open("/review").status == 401
