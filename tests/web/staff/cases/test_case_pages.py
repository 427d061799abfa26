"""The list of cases and the page of each: found without a trace, told without an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.panel.states import Role
from app.services.context import ServiceContext
from app.services.interviewing.entrances import Refusal, Refused, enter
from app.services.members import reissuing
from app.services.members.case_notes import Note
from app.services.members.reissuing import Way
from app.storage import audit, models
from tests.builders import Invited, fingerprint, invite
from tests.conftest import copy_template
from tests.integration.staff.conftest import add_account
from tests.integration.staff.two_letters import Field, field_letters
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk, checked


@pytest.fixture
def invited(ctx: ServiceContext) -> Invited:
    return invite(ctx)


@pytest.fixture
def fieldwork(signed_in: Callable[[Role], Desk]) -> Desk:
    return signed_in(Role.FIELDWORK)


def url(invited: Invited) -> str:
    return f"/staff/cases/{invited.case_id}"


def test_list_says_where_cases_come_from_when_there_are_none(fieldwork: Desk) -> None:
    page = fieldwork.get("/staff/cases")

    assert "No cases yet. They come with the sample of a wave" in page.words
    assert not page.has("cases")


def test_list_names_cases_and_leads_to_each(fieldwork: Desk, invited: Invited) -> None:
    page = fieldwork.get("/staff/cases")

    (row,) = page.table("cases")
    assert row[0] == f"{invited.case_id.hex[:8]} Person {invited.person_id.hex[:8]}"
    assert row[1:5] == ["2024", "No answer yet", "Asylum migrants", "Dutch"]
    assert fieldwork.get(url(invited)).heading == f"Case {invited.case_id.hex[:8]}"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?state=open&wave=2024&language=nl", 200),
        ("?sort=last&order=desc&page=7", 200),
        ("?sort=frame", 404),
        ("?wave=1999", 404),
        ("?sent=pigeon", 404),
        ("?state=open%27--", 404),
    ],
)
def test_list_takes_only_what_it_offers(
    fieldwork: Desk, invited: Invited, query: str, status: int
) -> None:
    assert fieldwork.get(f"/staff/cases{query}").status == status


@pytest.mark.parametrize("typed", ["id", "part", "code"])
def test_search_leads_to_the_case_and_stands_in_no_address(
    fieldwork: Desk, invited: Invited, ctx: ServiceContext, typed: str
) -> None:
    who = {"id": str(invited.case_id), "part": invited.person_id.hex[:7], "code": invited.code}

    response = fieldwork.submit(fieldwork.get("/staff/cases"), "/staff/cases", who=who[typed])

    assert response.status_code == 303
    assert response.headers["Location"] == url(invited)
    with ctx.databases.research.read() as connection:
        (searched,) = audit.events_of(connection, ["cases.searched"])
    assert invited.code not in str(searched)
    assert searched.detail["found"] == 1


def test_search_that_finds_nobody_keeps_the_page(fieldwork: Desk, invited: Invited) -> None:
    for who, status in (("", 422), ("nobody@example.org", 404)):
        response = fieldwork.submit(fieldwork.get("/staff/cases"), "/staff/cases", who=who)
        page = checked(response)
        assert page.status == status
        assert "nobody@example.org" not in page.words


def test_researcher_finds_nobody_by_address(
    signed_in: Callable[[Role], Desk], invited: Invited, ctx: ServiceContext
) -> None:
    desk = signed_in(Role.RESEARCHER)
    page = desk.get("/staff/cases")

    assert "e-mail" not in page.words
    assert f"/staff/people/{invited.person_id}" not in str(page.response.get_data())
    assert f"/staff/people/{invited.person_id}/code" not in desk.get(url(invited)).actions


def test_note_goes_on_record_with_who_made_it(fieldwork: Desk, invited: Invited) -> None:
    page = fieldwork.get(url(invited))

    sent = fieldwork.submit(page, f"{url(invited)}/note", note=Note.CALL_BACK.value)

    assert sent.status_code == 303
    after = fieldwork.get(url(invited))
    assert "Note: Called, will call back fieldwork@example.org" in after.words


def test_note_without_a_choice_changes_nothing(
    fieldwork: Desk, invited: Invited, ctx: ServiceContext
) -> None:
    page, before = fieldwork.get(url(invited)), fingerprint(ctx.databases)

    for typed in ("", "called mrs. X in Delft"):
        response = fieldwork.submit(page, f"{url(invited)}/note", note=typed)
        assert checked(response).status == 422
    assert fingerprint(ctx.databases) == before


def test_refusal_is_recorded_and_taken_back(fieldwork: Desk, invited: Invited) -> None:
    action = f"{url(invited)}/refusal"

    fieldwork.submit(fieldwork.get(url(invited)), action, what="refused_soft", told_by="family")
    refused = fieldwork.get(url(invited))
    assert "Refused" in refused.words
    assert "refused for now" in refused.words

    fieldwork.submit(refused, action, what="opted_in", told_by="person")
    page = fieldwork.get(url(invited))
    assert "refused for now" not in page.words
    assert "Wants to be reached again" in page.words


def test_outcome_stops_reminders_and_is_told(
    signed_in: Callable[[Role], Desk], invited: Invited
) -> None:
    desk = signed_in(Role.RESEARCHER)

    sent = desk.submit(desk.get(url(invited)), f"{url(invited)}/outcome", code="2.33")

    assert sent.status_code == 303
    page = desk.get(url(invited))
    assert "Outcome given: Speaks none of our languages researcher@example.org" in page.words
    assert "2.33 (Speaks none of our languages)" in page.words


@pytest.mark.parametrize("what", ["refusal", "outcome"])
def test_button_of_an_old_page_changes_nothing(
    fieldwork: Desk, invited: Invited, ctx: ServiceContext, what: str
) -> None:
    old = fieldwork.get(url(invited))
    fieldwork.submit(old, f"{url(invited)}/outcome", code="2.32")
    before = fingerprint(ctx.databases)

    response = fieldwork.submit(old, f"{url(invited)}/{what}", code="2.33", what="refused_hard")

    assert checked(response).status == 409
    assert fingerprint(ctx.databases) == before


def test_new_code_is_given_from_the_case_and_leads_back_to_it(
    fieldwork: Desk, invited: Invited, ctx: ServiceContext
) -> None:
    page = fieldwork.get(url(invited))
    action = f"/staff/people/{invited.person_id}/code"
    form = page.form(action) | {"way": "paper", "back": invited.case_id.hex}

    sent = fieldwork.send(action, form)

    assert sent.headers["Location"] == url(invited)
    left = enter(ctx, invited.code, address="10.0.0.1", language=None)
    assert left == Refused(Refusal.REVOKED)
    assert "New code for the next letter; the old one ended" in fieldwork.get(url(invited)).words


def test_page_never_shows_an_answer_or_where_in_the_questions_somebody_was(
    panel: ServiceContext,
) -> None:
    desk = Desk(staff_app(panel))
    desk.sign_in(add_account(panel, Role.FIELDWORK), panel.clock.now())
    answer, page, interview = models.Answer, models.Operation, models.Interview
    with panel.databases.research.read() as connection:
        done = connection.execute(
            select(interview.id, interview.case_id).where(interview.ended_as == "complete").limit(1)
        ).one()
        values = connection.execute(select(answer.value).where(answer.interview_id == done.id))
        said = {value for value in values.scalars() if len(value) > 10}
        pages = connection.execute(select(page.page).where(page.interview_id == done.id))
        seen = set(pages.scalars())

    words = desk.get(f"/staff/cases/{done.case_id}").words

    assert "Sent the interview: complete" in words
    assert f"Saved pages: {len(seen)}" in words
    assert not [one for one in said | {p for p in seen if "_" in p} if one in words]


def test_file_holds_the_cases_of_the_list_and_goes_on_record(
    fieldwork: Desk, invited: Invited, ctx: ServiceContext
) -> None:
    other = invite(ctx, language="ar", frame={"fr_group": "gezin", "fr_act": "wi2013"})

    response = fieldwork.fetch("/staff/cases.csv?language=ar")

    lines = response.get_data().decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].split(",")[:3] == [other.case_id.hex, other.person_id.hex, "2024"]
    with ctx.databases.research.read() as connection:
        (event,) = audit.events_of(connection, ["cases.exported"])
    assert event.detail["rows"] == 1
    assert event.detail["language"] == "ar"


def test_case_of_nobody_is_a_plain_page(fieldwork: Desk) -> None:
    assert fieldwork.get(f"/staff/cases/{'0' * 32}").status == 404
    assert fieldwork.get("/staff/cases/x").status == 404


# --- why does this person have two letters? -------------------------------------------------------


@pytest.fixture
def field(sqlite_template: Path, tmp_path: Path) -> Iterator[Field]:
    urls = copy_template(sqlite_template, tmp_path / "letters")
    found = field_letters(
        urls, tmp_path, synthetic=True, public_url="http://localhost", data_dir=tmp_path
    )
    yield found
    found.desk.ctx.databases.close()


def test_one_screen_says_why_somebody_has_two_letters(field: Field) -> None:
    ctx = field.desk.ctx
    desk = Desk(staff_app(ctx))
    desk.sign_in(add_account(ctx, Role.FIELDWORK, "veld@example.org"), ctx.clock.now())
    code = reissuing.reissue(ctx, field.silent, Way.READ_OUT, by="f@onderzoek.nl")
    assert code is not None

    found = desk.submit(desk.get("/staff/cases"), "/staff/cases", who=code)
    page = desk.get(found.headers["Location"])

    assert "Went out in this wave: letters 2, e-mails 0, text messages 0." in page.words
    letters = [row for row in page.table("messages") if row[0].startswith("Letter")]
    assert [row[0] for row in letters] == [
        "Letter, invitation (letter_1)went out, 19 January 2024, 12:00",
        "Letter, reminder (letter_2)went out, 19 February 2024, 12:00",
    ]
    assert letters[1][1] == (
        "A reminder of the plan: from day 14 of the wave, to everybody who had answered nothing by"
        " then. Let go by f@onderzoek.nl."
    )
