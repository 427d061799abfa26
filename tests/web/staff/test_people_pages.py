"""Fieldwork at a person: found, told about, given a code; an interviewer with a person."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.messages.channels import Channel
from app.panel.access_code import normalise
from app.panel.states import Mode, Role
from app.services.context import ServiceContext
from app.services.interviewing.entrances import Entered, Refusal, Refused, enter
from app.services.members import contacting
from app.storage import models, people
from tests.builders import Invited, fingerprint, invite
from tests.web.staff.desk import Desk, Page, checked

CONTACT = {"name": "A. Persoon", "city": "Ede", "email": "persoon@voorbeeld.nl"}


@pytest.fixture
def desk(signed_in: Callable[[Role], Desk]) -> Desk:
    return signed_in(Role.FIELDWORK)


@pytest.fixture
def invited(ctx: ServiceContext) -> Invited:
    one = invite(ctx)
    contacting.change_contacts(ctx, [(one.person_id, CONTACT)], at=ctx.clock.now())
    return one


def url(invited: Invited) -> str:
    return f"/staff/people/{invited.person_id}"


def told(desk: Desk, invited: Invited, **filled: str) -> Page:
    response = desk.submit(desk.get(url(invited)), f"{url(invited)}/news", **filled)
    assert response.status_code == 303
    return desk.get(response.headers["Location"])


@pytest.mark.parametrize("typed", ["person", "case", " Persoon@Voorbeeld.nl "])
def test_person_is_found_and_what_was_typed_stands_in_no_address(
    desk: Desk, invited: Invited, typed: str
) -> None:
    who = {"person": str(invited.person_id), "case": invited.case_id.hex}.get(typed, typed)

    found = desk.submit(desk.get("/staff/people"), "/staff/people", who=who)

    assert found.headers["Location"] == url(invited)


@pytest.mark.parametrize("who", ["", "nobody@example.org", "\0", "x" * 500, "0" * 32])
def test_nobody_is_said_to_be_nobody(desk: Desk, invited: Invited, who: str) -> None:
    response = desk.submit(desk.get("/staff/people"), "/staff/people", who=who)
    assert response.status_code == 404
    assert "nobody" in response.get_data(as_text=True)


def test_contact_details_are_shown_on_asking_and_that_goes_on_record(
    desk: Desk, ctx: ServiceContext, invited: Invited
) -> None:
    page = desk.get(url(invited))
    assert "Persoon" not in page.words

    shown = desk.submit(page, f"{url(invited)}/contact").get_data(as_text=True)

    assert all(value in shown for value in CONTACT.values())
    event = models.AuditEvent
    with ctx.databases.research.read() as connection:
        actions = connection.execute(select(event.action).order_by(event.seq)).scalars().all()
    assert actions[-1] == "person.contact_seen"


def test_news_is_recorded_once_and_shown(desk: Desk, ctx: ServiceContext, invited: Invited) -> None:
    page = told(desk, invited, what="opted_out", channel="email", told_by="person")
    assert "It is on record." in page.words
    assert page.table("events")[0][1] == "Does not want this any more: E-mail"
    assert (
        "That was known already."
        in told(desk, invited, what="opted_out", channel="email", told_by="person").words
    )
    with ctx.databases.research.read() as connection:
        assert people.people_open_to(connection, Channel.EMAIL, wave=2024) == set()
    moved = told(desk, invited, what="moved_abroad")
    assert "Moved abroad" in moved.words


def test_refusal_that_was_a_mistake_is_undone_on_the_page(
    desk: Desk, ctx: ServiceContext, invited: Invited
) -> None:
    told(desk, invited, what="refused_hard")
    page = told(desk, invited, what="refusal_undone")
    assert "The refusal was a mistake of ours" in page.table("events")[0][1]
    with ctx.databases.research.read() as connection:
        assert invited.person_id in people.people_open_to(connection, Channel.LETTER, wave=2024)


def test_new_address_is_kept_and_a_wrong_one_is_not(
    desk: Desk, ctx: ServiceContext, invited: Invited
) -> None:
    address = {"street": "Weg", "house_number": "1", "postcode": "1234ab", "city": "Delft"}
    told(desk, invited, what="address_changed", **address)
    assert contacting.contact_of(ctx, invited.person_id)["postcode"] == "1234 AB"
    before = fingerprint(ctx.databases)
    for wrong in (
        {"what": "address_changed", "postcode": "x", "city": "Delft"},
        {"what": "address_changed"},
        {"what": "refused_hard", "channel": "sms"},
        {"what": "nonsense"},
        {"what": ""},
    ):
        page = desk.get(url(invited))
        response = desk.submit(page, f"{url(invited)}/news", **wrong)
        assert response.status_code == 422
    assert fingerprint(ctx.databases) == before


def test_news_that_lacks_something_says_what_and_keeps_what_was_chosen(
    desk: Desk, invited: Invited
) -> None:
    page = desk.get(url(invited))

    page = checked(desk.submit(page, f"{url(invited)}/news", what="address_changed"))

    assert "Fill in the new address or details" in page.words
    chosen = [
        one.get("value") for one in page.by_id("what").iter("option") if "selected" in one.attrib
    ]
    assert chosen == ["address_changed"]
    wrong = {"what": "address_changed", "city": "Delft", "postcode": "x"}
    page = checked(desk.submit(page, f"{url(invited)}/news", **wrong))
    assert page.form(f"{url(invited)}/news")["city"] == "Delft"


def door(ctx: ServiceContext, code: str) -> Entered | Refused:
    return enter(ctx, code, address="10.0.0.1", language=None)


def forms(page: Page, action: str) -> list[dict[str, str]]:
    return [
        {
            str(one.get("name")): one.get("value") or ""
            for one in form.iter("input")
            if one.get("type") == "hidden"
        }
        for form in page.forms
        if form.get("action") == action
    ]


def test_new_code_is_read_out_only_to_the_person_and_never_again(
    desk: Desk, ctx: ServiceContext, invited: Invited
) -> None:
    action = f"{url(invited)}/code"
    paper, aloud = forms(desk.get(url(invited)), action)
    assert desk.send(action, aloud).status_code == 422
    assert isinstance(door(ctx, invited.code), Entered)

    shown = desk.send(action, aloud | {"sure": "1"})
    code = normalise(shown.get_data(as_text=True).split('<code dir="ltr">')[1].split("<")[0])

    assert door(ctx, invited.code) == Refused(Refusal.REVOKED)
    assert isinstance(door(ctx, code or ""), Entered)
    assert (code or "x") not in desk.get(url(invited)).words.replace(" ", "")
    assert desk.send(action, paper).status_code == 303
    assert door(ctx, code or "") == Refused(Refusal.REVOKED)


def test_code_of_another_persons_case_is_not_touched(
    desk: Desk, ctx: ServiceContext, invited: Invited
) -> None:
    other = invite(ctx)
    paper, _ = forms(desk.get(url(invited)), f"{url(invited)}/code")
    before = fingerprint(ctx.databases)
    for what in ("code", "revoke"):
        response = desk.send(f"{url(invited)}/{what}", paper | {"case": other.case_id.hex})
        assert response.status_code == 404
    assert fingerprint(ctx.databases) == before


def test_code_is_ended(desk: Desk, ctx: ServiceContext, invited: Invited) -> None:
    desk.submit(desk.get(url(invited)), f"{url(invited)}/revoke")
    assert door(ctx, invited.code) == Refused(Refusal.REVOKED)


@pytest.mark.parametrize("path", ["/staff/people/x", f"/staff/people/{'0' * 32}"])
def test_person_who_is_none_is_a_plain_page(desk: Desk, path: str) -> None:
    assert desk.get(path).status == 404


def test_interviewer_opens_the_questions_and_is_with_one_person(
    signed_in: Callable[[Role], Desk], app: Flask, ctx: ServiceContext, invited: Invited
) -> None:
    desk = signed_in(Role.INTERVIEWER)
    filled = {"code": invited.code, "mode": "phone", "spoken": "en"}
    ready = desk.submit(desk.get("/staff/assist"), "/staff/assist", **filled)
    page = Page(ready, _tree(ready.get_data(as_text=True)))

    entered = desk.send("/", page.form("/"))

    assert entered.status_code == 303
    question = desk.fetch(entered.headers["Location"])
    assert 'lang="en"' in question.get_data(as_text=True)
    interview = models.Interview
    with ctx.databases.research.read() as connection:
        assert connection.execute(select(interview.mode)).scalars().all() == [Mode.PHONE]
    again = desk.send("/staff/assist", filled | {"csrf_token": _token(desk)})
    assert again.status_code == 409
    left = desk.submit(desk.get("/staff/assist"), "/staff/assist/end")
    assert "The person has left." in desk.get(left.headers["Location"]).words
    with ctx.databases.research.read() as connection:
        assert connection.execute(select(interview.mode)).scalars().all() == [Mode.WEB]


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        ({"code": "12"}, "not a whole code"),
        ({"mode": "web"}, "Choose how"),
        ({"spoken": "xx"}, "Choose how"),
    ],
)
def test_interview_does_not_open_without_code_mode_and_language(
    signed_in: Callable[[Role], Desk],
    ctx: ServiceContext,
    invited: Invited,
    filled: dict[str, str],
    words: str,
) -> None:
    desk = signed_in(Role.INTERVIEWER)
    page = desk.get("/staff/assist")
    before = fingerprint(ctx.databases)
    form = {"code": invited.code, "mode": "assisted", "spoken": "nl"} | filled

    response = desk.submit(page, "/staff/assist", **form)

    assert response.status_code == 422
    assert words in response.get_data(as_text=True)
    assert fingerprint(ctx.databases) == before


def _token(desk: Desk) -> str:
    return desk.get("/staff/assist").form("/staff/assist/end")["csrf_token"]


def _tree(body: str):
    import html5lib

    return html5lib.HTMLParser(namespaceHTMLElements=False).parse(body)
