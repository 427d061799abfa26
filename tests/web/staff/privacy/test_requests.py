"""What people ask about their data is seen, done in time, refused on a ground, and on record."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest

from app.clock import FixedClock
from app.panel.privacy import Asked
from app.panel.states import PersonStatus, Role
from app.services import jobs
from app.services.context import ServiceContext
from app.services.members import contacting
from app.services.privacy import privacy_requests
from app.services.privacy.erasing import Order, erase
from app.storage import people
from tests.integration.privacy.someone import Someone, someone
from tests.web.staff.desk import Desk, Page

SignIn = Callable[[Role], Desk]
LIST = "/staff/privacy"
ERASURES = f"{LIST}/erasures"


@pytest.fixture
def who(ctx: ServiceContext) -> Someone:
    return someone(ctx)


def put_down(desk: Desk, who: Someone, asked: Asked, **given: str) -> Page:
    """File a request as somebody on the phone would have it filed; return its page."""
    found = desk.submit(
        desk.get(f"{LIST}/requests/new"), f"{LIST}/requests/new", who=who.contact["email"]
    )
    assert found.status_code == 303
    path = found.headers["Location"]
    form = {"asked": str(asked), "sure": "1", "language": "nl"} | given
    done = desk.submit(desk.get(path), path, **form)
    assert done.status_code == 303, done.get_data(as_text=True)
    return desk.get(done.headers["Location"])


def path_of(page: Page) -> str:
    return page.response.request.path


def test_a_request_by_phone_is_found_filed_and_due_in_a_month(
    signed_in: SignIn, who: Someone
) -> None:
    desk = signed_in(Role.FIELDWORK)

    page = put_down(desk, who, Asked.ACCESS)

    assert "29 days left" in page.words
    row = desk.get(LIST).table("requests")[0]
    assert row[:3] == ["See the data", "29 days left", "1 Mar 2024"]
    assert who.contact["email"] not in page.words


def test_the_month_of_a_letter_begins_when_it_came_in(signed_in: SignIn, who: Someone) -> None:
    page = put_down(signed_in(Role.FIELDWORK), who, Asked.ERASURE, received="2024-01-10")

    assert "10 February 2024" in page.words
    assert "9 days left" in page.words


@pytest.mark.parametrize("received", ["2024-02-02", "2022-01-01", "yesterday"])
def test_a_day_that_cannot_be_is_refused_and_what_was_typed_stays(
    signed_in: SignIn, who: Someone, ctx: ServiceContext, received: str
) -> None:
    desk = signed_in(Role.FIELDWORK)
    path = f"{LIST}/people/{who.person_id}"

    answer = desk.submit(
        desk.get(path), path, asked="access", sure="1", language="nl", received=received
    )

    assert answer.status_code == 422
    assert received in answer.get_data(as_text=True)
    assert privacy_requests.requests_of(ctx, who.person_id) == ()


def test_nothing_is_filed_before_somebody_made_sure_who_it_is(
    signed_in: SignIn, who: Someone, ctx: ServiceContext
) -> None:
    desk = signed_in(Role.FIELDWORK)
    path = f"{LIST}/people/{who.person_id}"
    form = desk.get(path).form(path)

    answer = desk.send(path, {"csrf_token": form["csrf_token"], "asked": "withdrawal"})

    assert answer.status_code == 422
    assert "make sure" in answer.get_data(as_text=True)
    assert privacy_requests.requests_of(ctx, who.person_id) == ()


def test_a_withdrawal_by_phone_is_done_at_once(
    signed_in: SignIn, who: Someone, ctx: ServiceContext
) -> None:
    page = put_down(signed_in(Role.FIELDWORK), who, Asked.WITHDRAWAL)

    assert "Withdrawn" in page.words
    with ctx.databases.research.read() as connection:
        standing = people.standings(connection, [who.person_id])[who.person_id]
    assert standing.status is PersonStatus.WITHDRAWN


def test_the_officer_makes_the_copy_in_the_language_of_the_person_and_it_is_on_record(
    signed_in: SignIn, who: Someone
) -> None:
    request = path_of(put_down(signed_in(Role.FIELDWORK), who, Asked.ACCESS))
    officer = signed_in(Role.PRIVACY_OFFICER)

    copy = officer.submit(
        officer.get(f"{request}/copy"), f"{request}/copy", language="ar", form="html"
    )

    assert copy.status_code == 200
    assert copy.headers["Content-Disposition"].startswith("attachment")
    assert copy.headers["Cache-Control"] == "no-store"
    text = copy.get_data(as_text=True)
    assert 'lang="ar"' in text
    assert who.contact["email"] in text
    page = officer.get(request)
    assert "Copy made" in page.words
    assert "Made a copy for the person" in page.words
    again = officer.submit(
        officer.get(f"{request}/copy"), f"{request}/copy", language="nl", form="json"
    )
    assert json.loads(again.get_data())["language"] == "nl"


def test_fieldwork_sees_how_a_request_stands_and_gets_no_copy(
    signed_in: SignIn, who: Someone
) -> None:
    desk = signed_in(Role.FIELDWORK)
    request = path_of(put_down(desk, who, Asked.ACCESS))

    assert "Make the copy" not in desk.get(request).words
    assert desk.get(f"{request}/copy").status == 403


def test_two_months_more_are_given_once_and_in_the_first_month_only(
    signed_in: SignIn, who: Someone, ctx: ServiceContext
) -> None:
    officer = signed_in(Role.PRIVACY_OFFICER)
    request = path_of(put_down(officer, who, Asked.ERASURE, received="2024-01-10"))

    done = officer.submit(officer.get(request), f"{request}/longer", why="complex")

    assert done.status_code == 303
    page = officer.get(request)
    assert "10 April 2024" in page.words
    assert "The request is complex" in page.words
    assert f"{request}/longer" not in page.actions
    token = page.form(f"{request}/answer")["csrf_token"]
    assert (
        officer.send(f"{request}/longer", {"csrf_token": token, "why": "complex"}).status_code
        == 409
    )


def test_when_the_month_is_over_it_is_late_and_can_be_prolonged_no_more(
    signed_in: SignIn, who: Someone, ctx: ServiceContext
) -> None:
    officer = signed_in(Role.PRIVACY_OFFICER)
    request = path_of(put_down(officer, who, Asked.ERASURE, received="2023-12-15"))

    page = officer.get(request)

    assert "17 days too late" in page.words
    assert f"{request}/longer" not in page.actions
    assert "Too late: 1" in officer.get(LIST).words


def test_a_refusal_needs_a_ground_that_the_law_knows_for_this_right(
    signed_in: SignIn, who: Someone
) -> None:
    officer = signed_in(Role.PRIVACY_OFFICER)
    request = path_of(put_down(officer, who, Asked.ACCESS))

    none = officer.submit(officer.get(request), f"{request}/answer", outcome="legal_claim")
    done = officer.submit(officer.get(request), f"{request}/answer", outcome="not_identified")

    assert none.status_code == 422
    assert done.status_code == 303
    page = officer.get(request)
    assert "Refused" in page.words
    assert "complaint" in page.words
    assert officer.get(f"{request}/copy").status == 200
    answer = officer.submit(
        officer.get(f"{request}/copy"), f"{request}/copy", language="nl", form="html"
    )
    assert answer.status_code == 409


def test_nobody_can_be_kept_in_the_study_on_any_ground(
    signed_in: SignIn, who: Someone, ctx: ServiceContext
) -> None:
    officer = signed_in(Role.PRIVACY_OFFICER)
    request = path_of(put_down(officer, who, Asked.WITHDRAWAL))

    assert f"{request}/answer" not in officer.get(request).actions


@pytest.mark.parametrize("what", ["", "/copy", "/erase", "/proof"])
def test_a_request_that_is_none_is_not_found(signed_in: SignIn, what: str) -> None:
    path = f"{LIST}/requests/{UUID(int=0)}{what}"

    assert signed_in(Role.PRIVACY_OFFICER).get(path).status == 404


def test_the_erasure_of_one_person_shows_what_goes_asks_does_it_and_proves_it(
    signed_in: SignIn, who: Someone, ctx: ServiceContext
) -> None:
    officer = signed_in(Role.PRIVACY_OFFICER)
    request = path_of(put_down(officer, who, Asked.ERASURE))
    page = officer.get(f"{request}/erase")
    going = {row[0].partition(":")[0]: row[1] for row in page.table("goes")}
    assert going["Contact details"] == "1"
    assert going["Interviews"] == "1"

    unsure = officer.submit(page, f"{request}/erase", sure="")
    asked = officer.submit(page, f"{request}/erase", sure="1")

    assert unsure.status_code == 422
    assert asked.status_code == 303
    run_jobs(ctx, asked.headers["Location"])
    job = officer.get(asked.headers["Location"])
    assert "Nothing of this person was found any more." in job.words
    proof = officer.get(f"{request}/proof")
    assert "Nothing left" in proof.words
    assert "Tell the person in writing" in proof.words
    told = officer.fetch(f"{ERASURES}/{who.person_id}/proof.json").get_data(as_text=True)
    assert [one for one in who.tokens() if one.decode() in told] == []
    assert json.loads(told)["nothing_found"] is True
    assert contacting.nothing_kept_of(ctx, who.person_id)
    assert officer.get(f"{request}/erase").status == 404
    assert officer.get(f"{LIST}/people/{who.person_id}").status == 404


def test_an_erased_person_is_looked_for_again_on_asking(
    signed_in: SignIn, who: Someone, ctx: ServiceContext
) -> None:
    officer = signed_in(Role.PRIVACY_OFFICER)
    request = path_of(put_down(officer, who, Asked.ERASURE))
    asked = officer.submit(officer.get(f"{request}/erase"), f"{request}/erase", sure="1")
    run_jobs(ctx, asked.headers["Location"])

    one = f"{ERASURES}/{who.person_id}"
    again = officer.submit(officer.get(f"{request}/proof"), f"{one}/verify")

    run_jobs(ctx, again.headers["Location"])
    assert (
        "Nothing of this person was found any more." in officer.get(again.headers["Location"]).words
    )


def test_an_erasure_by_a_command_has_its_proof_on_a_page(
    signed_in: SignIn, who: Someone, ctx: ServiceContext
) -> None:
    erase(ctx, Order(who.person_id, "an operator", reason="retention"))
    officer = signed_in(Role.PRIVACY_OFFICER)

    listed = officer.get(ERASURES)
    row = listed.table("erasures")[0]
    proof = officer.get(f"{ERASURES}/{who.person_id}")

    assert row[1:4] == [
        "The time to keep it was over", "none: by date or by a command", "an operator",
    ]  # fmt: skip
    assert "Nothing left" in proof.words
    assert "an operator" in proof.words
    assert "Tell the person in writing" not in proof.words
    assert f"{ERASURES}/{who.person_id}/verify" in proof.actions
    assert ERASURES in [one.get("href") for one in officer.get(LIST).tree.iter("a")]
    lines = officer.fetch(f"{ERASURES}.csv").get_data(as_text=True).splitlines()
    assert who.person_id.hex in lines[1]


def test_somebody_who_was_not_erased_has_no_proof(signed_in: SignIn, who: Someone) -> None:
    officer = signed_in(Role.PRIVACY_OFFICER)

    for what in ("", "/proof.json"):
        assert officer.fetch(f"{ERASURES}/{who.person_id}{what}").status_code == 404


def test_who_asks_is_found_by_the_code_of_a_letter_or_by_part_of_the_number(
    signed_in: SignIn, who: Someone
) -> None:
    desk = signed_in(Role.FIELDWORK)
    there = f"{LIST}/people/{who.person_id}"
    code = who.code

    for typed in (code, f"{code[:4]} {code[4:9]}-{code[9:]}", who.person_id.hex[:8]):
        answer = desk.submit(desk.get(f"{LIST}/requests/new"), f"{LIST}/requests/new", who=typed)
        assert (answer.status_code, answer.headers.get("Location")) == (303, there)


def test_who_was_erased_is_told_so_where_a_request_is_put_down(
    signed_in: SignIn, who: Someone, ctx: ServiceContext
) -> None:
    erase(ctx, Order(who.person_id, "an operator"))
    desk = signed_in(Role.FIELDWORK)

    answer = desk.submit(
        desk.get(f"{LIST}/requests/new"), f"{LIST}/requests/new", who=who.person_id.hex
    )

    assert answer.status_code == 422
    assert "This person was erased" in answer.get_data(as_text=True)


def test_page_of_a_person_leads_to_a_request(signed_in: SignIn, who: Someone) -> None:
    desk = signed_in(Role.FIELDWORK)
    page = desk.get(f"/staff/people/{who.person_id}")

    assert f"{LIST}/people/{who.person_id}" in [one.get("href") for one in page.tree.iter("a")]
    back = desk.get(f"{LIST}/people/{who.person_id}")
    assert f"/staff/people/{who.person_id}" in [one.get("href") for one in back.tree.iter("a")]


def run_jobs(ctx: ServiceContext, location: str) -> None:
    """Do a job here: a test waits for no other process."""
    assert location.startswith("/staff/jobs/")
    assert jobs.run_here(ctx, UUID(location.rpartition("/")[2]))


def test_the_list_goes_home_under_pseudonyms(signed_in: SignIn, who: Someone) -> None:
    officer = signed_in(Role.PRIVACY_OFFICER)
    put_down(officer, who, Asked.ACCESS)

    lines = officer.fetch(f"{LIST}.csv").get_data(as_text=True).splitlines()

    assert len(lines) == 2
    assert who.person_id.hex in lines[1]
    assert who.contact["email"] not in lines[1]


def test_a_month_is_a_month_also_over_the_end_of_the_year(ctx: ServiceContext) -> None:
    asked = FixedClock(ctx.clock.now().replace(year=2023, month=11, day=30)).now()

    assert privacy_requests.due_on(asked) == date(2023, 12, 30)
    # Three months after 30 November is the last day of February, in a leap year the 29th.
    assert privacy_requests.due_on(asked, months=3) == date(2024, 2, 29)
