"""My details: by code, also between waves; nothing shown, everything changeable, asked twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import lxml.html
import pytest

from app.messages.channels import Channel
from app.messages.statuses import PersonEventKind, Reach
from app.panel.privacy import Asked, Purpose
from app.panel.states import PersonStatus, WaveStatus
from app.services.fieldwork import enrolment
from app.services.members import consents, contacting
from app.services.members.people_news import News, What, record
from app.services.privacy import privacy_requests
from app.storage import cases, people
from app.storage.people import PersonEvent
from tests.builders import Invited, Running, field_wave, invite, kinds_bank
from tests.web.respond.conftest import ALREADY
from tests.web.respond.spoken import dutch
from tests.web.respond.visitor import Fill, Page, Visitor

NEW_HOME = {
    "street": "Dam",
    "house_number": "12 a",
    "house_addition": "bis",
    "postcode": "1234ab",
    "city": "Utrecht",
}
OLD_HOME = {"street": "Oudegracht", "house_number": "7", "postcode": "3511 AB", "city": "Breda",
            "email": "old@example.org", "phone": "+31612345678"}  # fmt: skip
PAGES = ("menu", "address", "stay-in-touch", "status", "consents", "copy", "copy-now", "stop",
         "no-more", "delete")  # fmt: skip


def visit(site: Running, invited: Invited, **environ: str) -> tuple[Visitor, Page]:
    visitor = Visitor(site.app, **environ)
    visitor.secrets.append(invited.code)
    return visitor, visitor.send(visitor.open("/my"), {"code": invited.code})


def at(site: Running, invited: Invited, name: str) -> tuple[Visitor, Page]:
    visitor, _ = visit(site, invited)
    return visitor, visitor.open(f"/my/{name}")


def known_of(site: Running, invited: Invited) -> dict[str, str]:
    return contacting.contact_of(site.ctx, invited.person_id)


def tell(site: Running, invited: Invited, what: What, **given: object) -> None:
    news = News(invited.person_id, what, **given)  # type: ignore[arg-type]
    record(site.ctx, [news], by="test")


def move_in(site: Running, invited: Invited) -> None:
    tell(site, invited, What.ADDRESS_CHANGED, fields=OLD_HOME)


def events(site: Running, invited: Invited) -> list[PersonEvent]:
    with site.ctx.databases.research.read() as connection:
        return people.person_events(connection, invited.person_id)


def status_of(site: Running, invited: Invited) -> PersonStatus:
    with site.ctx.databases.research.read() as connection:
        return people.standings(connection, [invited.person_id])[invited.person_id].status


def barriers(site: Running, invited: Invited) -> set[str | None]:
    with site.ctx.databases.research.read() as connection:
        return {people.barrier_of(connection, invited.person_id, one, 2024) for one in Channel}


def channels(site: Running, invited: Invited) -> Mapping[Channel, Reach]:
    with site.ctx.databases.research.read() as connection:
        return people.reach_of(connection, [invited.person_id]).get(invited.person_id, {})


# --- the door -------------------------------------------------------------------------------------


def test_entrance_and_last_page_lead_to_the_door(site: Running, invited: Invited) -> None:
    visitor = Visitor(site.app)
    assert "/my" in visitor.open("/").links
    assert "/my" in visitor.open("/help").links
    assert "/my" in visitor.open("/privacy").links
    page = visitor.answer(visitor.enter(invited), ALREADY, until="review")

    assert "/my" in visitor.send(page).links


def test_looking_at_the_door_sets_no_cookie_and_changes_nothing(site: Running) -> None:
    before = site.fingerprint()
    page = Visitor(site.app).open("/my")

    assert page.id == "my-code"
    assert "Set-Cookie" not in page.response.headers
    assert site.fingerprint() == before


def test_code_opens_the_menu_and_begins_no_interview(site: Running, invited: Invited) -> None:
    before = site.fingerprint()
    visitor, page = visit(site, invited)

    assert page.id == "my-details"
    assert [link for link in page.links if link.startswith("/my/")] == [
        "/my/address", "/my/stay-in-touch", "/my/status", "/my/consents", "/my/copy", "/my/stop",
    ]  # fmt: skip
    assert site.fingerprint() == before
    assert visitor.open("/q/x_hallo").id == "code"


@pytest.mark.parametrize("typed", ["", "12", "abc"])
def test_wrong_code_is_told_as_at_the_entrance(site: Running, typed: str) -> None:
    visitor = Visitor(site.app)
    page = visitor.send(visitor.open("/my"), {"code": typed})

    assert (page.status, page.id, page.shown["code"]) == (422, "my-code", typed)
    assert page.told


def test_guesses_count_together_with_those_at_the_entrance(
    site: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.interviewing.entrances.FREE_MISSES", 3)
    monkeypatch.setattr("app.services.interviewing.entrances.SLOW_S", 0)
    slept: list[float] = []
    monkeypatch.setattr("app.services.interviewing.entrances.time.sleep", slept.append)
    codes = [site.invite().code for _ in range(4)]
    with site.ctx.databases.research.write() as connection:
        connection.exec_driver_sql("UPDATE access_code SET bucket = (bucket + 1) % 65536")
    visitor = Visitor(site.app)
    for path, code in zip(("/", "/my", "/my", "/my"), codes, strict=True):
        visitor.send(visitor.open(path), {"code": code})

    assert slept == [0]


@pytest.mark.parametrize(
    "status", [WaveStatus.PAUSED, WaveStatus.CLOSED, WaveStatus.FROZEN], ids=str
)
def test_door_is_open_when_the_questions_are_not(each_site: Running, status: WaveStatus) -> None:
    invited = each_site.invite()
    if status is WaveStatus.FROZEN:
        each_site.move_wave(WaveStatus.CLOSED)
    each_site.move_wave(status)

    assert visit(each_site, invited)[1].id == "my-details"


def test_closed_questionnaire_shows_the_way_to_the_door(site: Running, invited: Invited) -> None:
    site.move_wave(WaveStatus.CLOSED)

    assert "/my" in Visitor(site.app).enter(invited).links


def test_revoked_code_opens_nothing_here_either(site: Running, invited: Invited) -> None:
    visitor, _ = visit(site, invited)
    site.revoke(invited)

    assert visit(site, invited)[1].id == "revoked"
    assert visitor.open("/my/address").id == "my-code"


def test_old_code_opens_the_door_until_the_next_wave_has_opened(each_site: Running) -> None:
    ctx = each_site.ctx
    field_wave(ctx, kinds_bank(), 2023, WaveStatus.CLOSED)
    older = invite(ctx, 2023)
    with ctx.databases.research.write() as connection:
        connection.exec_driver_sql("UPDATE wave SET status = 'rehearsed' WHERE year = 2024")
        case = cases.Case(
            person_id=older.person_id,
            wave=2024,
            stratum="all",
            stratum_population=100,
            stratum_sample=10,
            base_weight=10.0,
            language="nl",
            created_at=ctx.clock.now(),
            synthetic=True,
        )
        cases.add_cases(connection, [case])
    code = enrolment.issue_codes(ctx, [case.id])[case.id]
    visitor, page = visit(each_site, older)
    assert page.id == "my-details"

    each_site.move_wave(WaveStatus.OPEN)

    assert visitor.open("/my/address").id == "my-code"
    assert visit(each_site, older)[1].id == "revoked"
    assert visit(each_site, Invited(older.person_id, case.id, code))[1].id == "my-details"


# --- the visit ------------------------------------------------------------------------------------


def test_visit_ends_after_ten_minutes_without_a_page(site: Running, invited: Invited) -> None:
    visitor, _ = visit(site, invited)
    for _step in range(3):
        site.clock.advance(timedelta(minutes=9))
        assert visitor.open("/my/menu").id == "my-details"
    site.clock.advance(timedelta(minutes=11))

    page = visitor.open("/my/menu")

    assert (page.id, page.status) == ("my-code", 401)


def test_what_was_typed_is_kept_past_the_code_and_saved_by_one_more_press(
    site: Running, invited: Invited
) -> None:
    visitor, page = at(site, invited, "address")
    site.clock.advance(timedelta(minutes=11))
    asked = visitor.send(page, NEW_HOME)
    assert (asked.id, asked.status) == ("my-code", 401)
    asked = visitor.speak(visitor.send(asked, {"code": "12"}), "en")

    page = visitor.send(asked, {"code": invited.code})

    assert (page.id, page.lang, page.shown["street"]) == ("my-address", "en", "Dam")
    assert known_of(site, invited) == {}
    visitor.send(page)
    assert known_of(site, invited)["street"] == "Dam"


def test_what_one_person_typed_is_not_shown_to_another(site: Running, invited: Invited) -> None:
    visitor, page = at(site, invited, "address")
    site.clock.advance(timedelta(minutes=11))
    asked = visitor.send(page, NEW_HOME)

    page = visitor.send(asked, {"code": site.invite().code})

    assert page.id == "my-details"


def test_interview_of_another_person_on_this_phone_ends(site: Running, invited: Invited) -> None:
    visitor = Visitor(site.app)
    visitor.enter(invited)
    visitor.send(visitor.open("/my"), {"code": site.invite().code})

    assert visitor.open("/q/c_mee").id == "code"


def test_own_interview_goes_on_beside_the_visit(site: Running, invited: Invited) -> None:
    visitor = Visitor(site.app)
    visitor.enter(invited)
    visitor.send(visitor.open("/my"), {"code": invited.code})
    visitor.send(visitor.open("/my/menu"))

    assert visitor.open("/q/x_hallo").id == "x_hallo"
    assert visitor.open("/my/menu").id == "my-code"


@pytest.mark.parametrize("name", PAGES)
def test_leaving_the_page_ends_the_visit_at_once(
    site: Running, invited: Invited, name: str
) -> None:
    visitor, page = at(site, invited, name)
    (leave,) = page.tree.xpath("//a[@class='leave']/@href")

    away = visitor.client.get(leave)

    assert away.headers["Location"].startswith("https://www.wikipedia.org")
    assert visitor.open("/my/menu").id == "my-code"


@pytest.mark.parametrize("name", PAGES)
def test_page_without_its_token_changes_nothing(site: Running, invited: Invited, name: str) -> None:
    visitor, page = at(site, invited, name)
    before = site.fingerprint()
    for part in ("csrf_token", "op"):
        body = page.body({"street": "Dam"})
        body[part] = "é"
        reply = visitor.seen(visitor.post(page.action, body), page.path)
        assert (reply.status, reply.id) == (403, page.id)

    assert site.fingerprint() == before


@pytest.mark.parametrize("name", PAGES)
def test_looking_at_a_page_changes_nothing(site: Running, invited: Invited, name: str) -> None:
    before = site.fingerprint()
    at(site, invited, name)

    assert site.fingerprint() == before


@pytest.mark.parametrize("name", PAGES)
def test_page_is_shown_in_another_language_with_what_was_typed(
    site: Running, invited: Invited, name: str
) -> None:
    visitor, page = at(site, invited, name)
    fill: Fill = {"street": "Dam"} if name == "address" else {}
    before = site.fingerprint()

    reply = visitor.speak(page, "en", fill)

    assert (reply.id, reply.lang, reply.status) == (page.id, "en", 200)
    assert reply.shown.getlist("street") == list(fill.values())
    assert visitor.open("/my/menu").lang == "en"
    assert site.fingerprint() == before


# --- address and channels -------------------------------------------------------------------------


def test_new_address_replaces_the_old_one_and_is_shown_nowhere(each_site: Running) -> None:
    invited = each_site.invite()
    move_in(each_site, invited)
    tell(each_site, invited, What.LETTER_RETURNED)
    visitor, page = at(each_site, invited, "address")
    assert dutch("We have an address, but our letter came back.") in page.words

    page = visitor.send(page, NEW_HOME | {"phone": "٠٦ ١٢٣٤٥٦٧٩"})

    assert (page.id, page.told) == ("my-details", dutch("We saved this. Thank you."))
    known = known_of(each_site, invited)
    assert known == {
        "street": "Dam", "house_number": "12", "house_letter": "A", "house_addition": "bis",
        "postcode": "1234 AB", "city": "Utrecht", "email": "old@example.org",
        "phone": "+31612345679",
    }  # fmt: skip
    assert channels(each_site, invited)[Channel.LETTER] is Reach.OK
    told = visitor.open("/my/address")
    assert dutch("We have an address of you.") in told.words
    shown = "".join(one.html for one in visitor.visited)
    assert [
        one for one in (*known.values(), *OLD_HOME.values()) if len(one) > 3 and one in shown
    ] == []
    assert "Dam" not in each_site.rows()


def test_only_what_was_filled_in_changes(site: Running, invited: Invited) -> None:
    move_in(site, invited)
    visitor, page = at(site, invited, "address")

    visitor.send(page, {"email": "New@Example.org"})

    assert known_of(site, invited) == OLD_HOME | {"email": "New@example.org"}
    assert events(site, invited)[-1].detail["fields"] == ["email"]


@pytest.mark.parametrize(
    ("fill", "error"),
    [({}, "Fill in what has changed."),
     ({"street": "Dam", "postcode": "1234 AB", "city": "Ede"}, "Write the house number."),
     (NEW_HOME | {"street": ""}, "Write the street."),
     (NEW_HOME | {"city": ""}, "Write the town."),
     (NEW_HOME | {"house_number": "x"}, "Write the house number."),
     (NEW_HOME | {"house_addition": "<b>"}, "Write only the letter or addition, for example A."),
     (NEW_HOME | {"postcode": "1234"}, "Write the postcode: 4 digits and 2 letters."),
     ({"email": "a@b"}, "This e-mail address is not right. Check what you typed."),
     ({"phone": "0612"}, "This phone number is not right. Check what you typed.")],
)  # fmt: skip
def test_what_cannot_be_right_comes_back_as_typed(
    site: Running, invited: Invited, fill: dict[str, str], error: str
) -> None:
    visitor, page = at(site, invited, "address")
    before = site.fingerprint()

    page = visitor.send(page, fill)

    assert page.status == 422
    assert dutch(error) in page.told
    assert page.shown.to_dict().items() >= fill.items()
    assert site.fingerprint() == before


def test_same_page_sent_again_is_one_change_even_after_another(each_site: Running) -> None:
    invited = each_site.invite()
    visitor, page = at(each_site, invited, "address")
    first = visitor.post(page.action, page.body(NEW_HOME))
    visitor.send(visitor.open("/my/address"), NEW_HOME | {"street": "Later"})
    before = each_site.fingerprint()

    again = visitor.post(page.action, page.body(NEW_HOME))

    assert again.headers["Location"] == first.headers["Location"]
    assert again.status_code == first.status_code == 303
    assert each_site.fingerprint() == before
    assert [one.kind for one in events(each_site, invited)] == [
        PersonEventKind.ADDRESS_CHANGED, PersonEventKind.ADDRESS_CHANGED,
    ]  # fmt: skip


def test_channels_that_are_unticked_are_closed_and_open_again(site: Running) -> None:
    invited = site.invite()
    visitor, page = at(site, invited, "stay-in-touch")
    assert page.shown.getlist("by") == ["letter", "email", "sms"]
    body = page.body({"by": ["email"]})
    visitor.post(page.action, body)
    visitor.post(page.action, body)

    closed = channels(site, invited)
    assert closed == {Channel.LETTER: Reach.OPTED_OUT, Channel.SMS: Reach.OPTED_OUT}
    page = visitor.open("/my/stay-in-touch")
    assert page.shown.getlist("by") == ["email"]
    visitor.send(page, {"by": ["letter", "email", "sms"]})
    assert set(channels(site, invited).values()) == {Reach.OK}
    assert [one.kind.value for one in events(site, invited)] == ["opted_out"] * 2 + ["opted_in"] * 2


SECOND = {"second_name": "Sara می‌ده", "second_phone": "06-12345679", "second": ["agreed"]}


def test_second_contact_is_kept_replaced_and_forgotten(each_site: Running) -> None:
    invited = each_site.invite()
    visitor, page = at(each_site, invited, "stay-in-touch")
    visitor.send(page, SECOND)
    known = known_of(each_site, invited)
    assert known["second_phone"] == "+31612345679"
    page = visitor.open("/my/stay-in-touch")
    assert "Sara" not in page.html
    visitor.send(page, {"second_name": "Ali", "second_email": "ali@example.org",
                        "second": ["agreed"]})  # fmt: skip
    assert known_of(each_site, invited) == {"second_name": "Ali", "second_email": "ali@example.org"}

    visitor.send(visitor.open("/my/stay-in-touch"), {"second": ["forget"]})

    assert known_of(each_site, invited) == {}


@pytest.mark.parametrize(
    ("fill", "error"),
    [(SECOND | {"second": []}, "Ask this person first. Then tick that the person agrees."),
     (SECOND | {"second_name": ""}, "Write the name of this person."),
     (SECOND | {"second_phone": ""},
      "Write a phone number or an e-mail address of this person."),
     (SECOND | {"second_phone": "12"}, "This phone number is not right. Check what you typed.")],
)  # fmt: skip
def test_second_contact_needs_a_name_a_way_and_a_yes(
    site: Running, invited: Invited, fill: Fill, error: str
) -> None:
    visitor, page = at(site, invited, "stay-in-touch")
    before = site.fingerprint()

    page = visitor.send(page, fill)

    assert page.status == 422
    assert dutch(error) in page.told
    assert page.shown["second_name"] == fill["second_name"]
    assert site.fingerprint() == before


# --- status and consents --------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["finished", "dispensed", "exempt", "moved_abroad"])
def test_self_report_is_believed_and_ends_messages(each_site: Running, what: str) -> None:
    invited = each_site.invite()
    visitor, page = at(each_site, invited, "status")
    body = page.body({"status": what})
    visitor.post(page.action, body)
    again = visitor.post(page.action, body)

    assert again.headers["Location"] == "/my/menu?saved=ended"
    assert status_of(each_site, invited) == what
    assert barriers(each_site, invited) == {f"person_{what}"}
    assert len(events(each_site, invited)) == 1

    visitor.send(visitor.open("/my/status"), {"status": "active"})
    assert barriers(each_site, invited) == {None}


@pytest.mark.parametrize("given", ["", "deceased", "withdrawn", "x"])
def test_status_that_is_not_offered_is_refused(site: Running, invited: Invited, given: str) -> None:
    visitor, page = at(site, invited, "status")
    page = visitor.send(page, {"status": given} if given else {})

    assert (page.status, page.id) == (422, "my-status")
    assert status_of(site, invited) is PersonStatus.ACTIVE


def test_consents_show_what_was_said_and_change_it(each_site: Running) -> None:
    invited = each_site.invite()
    consents.set_consent(each_site.ctx, invited.person_id, Purpose.RECONTACT, given=True,
                         language="nl", words=["?"])  # fmt: skip
    visitor, page = at(each_site, invited, "consents")
    assert "U zei ja op 1 februari 2024." in page.words
    assert page.shown.to_dict() == {"recontact": "yes"}
    body = page.body({"recontact": "no", "interview": "yes"})
    visitor.post(page.action, body)
    visitor.post(page.action, body)

    said = {one.purpose: one.given for one in
            consents.consents_of(each_site.ctx, invited.person_id)}  # fmt: skip
    assert said == {Purpose.RECONTACT: False, Purpose.INTERVIEW: True}
    assert visitor.open("/my/consents").shown.to_dict() == {"recontact": "no", "interview": "yes"}


# --- copy, stop, delete ---------------------------------------------------------------------------


def test_copy_is_a_file_after_a_second_question(each_site: Running) -> None:
    invited = each_site.invite()
    move_in(each_site, invited)
    other = Visitor(each_site.app)
    other.answer(other.enter(invited), ALREADY, until="k_geboren")
    visitor, page = at(each_site, invited, "copy")

    sure = visitor.send(page)
    assert sure.id == "my-copy-now"
    assert "Oudegracht" not in page.html + sure.html
    file = visitor.client.post(sure.action, data=sure.body())

    assert file.headers["Content-Disposition"] == 'attachment; filename="2024-02-01.html"'
    assert file.headers["Cache-Control"] == "no-store"
    tree = lxml.html.document_fromstring(file.get_data(as_text=True))
    words = "".join(map(str, tree.itertext()))
    assert "Oudegracht" in words
    assert "20" in words
    assert invited.code not in words
    assert tree.xpath("//a | //script | //img | //link") == []
    (request,) = privacy_requests.requests_of(each_site.ctx, invited.person_id)
    assert (request.asked, request.handled_by) == (Asked.ACCESS, "self")


def test_stopping_ends_messages_and_code_and_keeps_answers(each_site: Running) -> None:
    invited = each_site.invite()
    other = Visitor(each_site.app)
    other.answer(other.enter(invited), ALREADY, until="k_geboren")
    visitor, page = at(each_site, invited, "stop")
    before = each_site.fingerprint()
    sure = visitor.send(page, {"stop-how": "no-more"})
    assert (sure.id, each_site.fingerprint()) == ("my-no-more", before)

    ended = visitor.send(sure)
    again = visitor.send(sure)

    assert (ended.id, again.id) == ("my-stopped", "my-stopped")
    assert status_of(each_site, invited) is PersonStatus.WITHDRAWN
    assert barriers(each_site, invited) == {"person_withdrawn"}
    assert each_site.answers(invited)["k_uren"] == "20"
    assert visit(each_site, invited)[1].id == "revoked"
    (request,) = privacy_requests.requests_of(each_site.ctx, invited.person_id)
    assert request.asked is Asked.WITHDRAWAL


def test_deleting_is_asked_for_once_and_everything_stops(each_site: Running) -> None:
    invited = each_site.invite()
    visitor, page = at(each_site, invited, "stop")
    sure = visitor.send(page, {"stop-how": "delete"})
    assert sure.id == "my-delete"

    ended = visitor.send(sure)
    again = visitor.send(sure)

    assert (ended.id, again.id) == ("my-deleted", "my-deleted")
    asked = privacy_requests.open_requests(each_site.ctx)
    assert [(one.person_id, one.asked) for one in asked] == [(invited.person_id, Asked.ERASURE)]
    assert barriers(each_site, invited) == {"person_withdrawn"}


def test_who_stops_in_one_window_and_deletes_in_another_is_heard_in_both(
    each_site: Running,
) -> None:
    """The code ends with the first; the page of the second says that everything is deleted."""
    invited = each_site.invite()
    visitor, page = at(each_site, invited, "stop")
    no_more = visitor.send(page, {"stop-how": "no-more"})
    delete = visitor.send(page, {"stop-how": "delete"})

    stopped, deleted = visitor.send(no_more), visitor.send(delete)

    assert (stopped.id, deleted.id) == ("my-stopped", "my-deleted")
    asked = privacy_requests.requests_of(each_site.ctx, invited.person_id)
    assert {one.asked for one in asked} == {Asked.WITHDRAWAL, Asked.ERASURE}
    assert len(privacy_requests.open_requests(each_site.ctx)) == 1


def test_stopping_needs_a_choice(site: Running, invited: Invited) -> None:
    visitor, page = at(site, invited, "stop")
    before = site.fingerprint()

    page = visitor.send(page)

    assert (page.status, page.id) == (422, "my-stop")
    assert site.fingerprint() == before


def test_code_that_staff_ended_is_not_told_that_messages_end(
    site: Running, invited: Invited
) -> None:
    visitor, page = at(site, invited, "no-more")
    site.revoke(invited)

    assert visitor.send(page).id == "my-code"
    assert status_of(site, invited) is PersonStatus.ACTIVE


def test_who_asked_us_to_stop_is_offered_only_copy_and_deleting(
    site: Running, invited: Invited
) -> None:
    tell(site, invited, What.WITHDRAWN)
    visitor, page = visit(site, invited)

    assert [link for link in page.links if link.startswith("/my/")] == [
        "/my/consents", "/my/copy", "/my/stop",
    ]  # fmt: skip
    assert visitor.open("/my/stop").offered("stop-how") == ["delete"]
    assert visitor.open("/my/status").offered("status") == []
