"""The entrance with a helper: who helps is put on record, and ends with the visit."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.messages.statuses import PersonEventKind
from app.panel.states import Mode
from app.services.interviewing.assisting import OF_ONES_OWN
from app.storage import models, people
from app.storage.cases import case_events, load_case
from tests.builders import Invited, Running
from tests.web.respond.conftest import ALREADY
from tests.web.respond.visitor import Page, Visitor


def with_help(visitor: Visitor, invited: Invited, helper: str = "teacher") -> Page:
    return visitor.send(visitor.open("/with-help"), {"code": invited.code, "helper": helper})


def modes(site: Running, invited: Invited) -> list[Mode]:
    event, interview = models.AnswerEvent, models.Interview
    query = (
        select(event.mode)
        .join(interview, interview.id == event.interview_id)
        .where(interview.case_id == invited.case_id)
        .order_by(event.id)
    )
    with site.ctx.databases.research.read() as connection:
        return list(connection.execute(query).scalars())


def test_page_offers_every_helper_but_our_own(visitor: Visitor) -> None:
    page = visitor.open("/with-help")

    assert page.offered("helper") == [one.value for one in OF_ONES_OWN]
    assert "/with-help" in visitor.open("/help").links


def test_who_helps_is_kept_with_the_interview_and_its_answers(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = with_help(visitor, invited, "library")
    visitor.answer(page, ALREADY, until="k_uren")

    assert set(modes(site, invited)) == {Mode.ASSISTED}
    with site.ctx.databases.research.read() as connection:
        (kept,) = case_events(connection, invited.case_id)
        case = load_case(connection, invited.case_id)
        (event,) = people.person_events(connection, invited.person_id)
    assert kept.detail == {"mode": "assisted", "helper": "library", "language": "nl"}
    assert (event.kind, event.by) == (PersonEventKind.ASSISTED, "helper")
    assert case is not None
    assert case.mode is Mode.ASSISTED


def test_person_who_goes_on_alone_is_on_the_web(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    visitor.answer(with_help(visitor, invited), ALREADY, until="k_werk")
    alone = Visitor(site.app)
    alone.send(alone.enter(invited), ALREADY["k_werk"])

    assert modes(site, invited)[-1] is Mode.WEB
    assert modes(site, invited)[0] is Mode.ASSISTED


@pytest.mark.parametrize(
    ("helper", "code", "errors"),
    [("", None, ["#helper-interpreter"]), ("interviewer", None, ["#helper-interpreter"]),
     ("friend", "", ["#code"]), ("friend", "12", ["#code"])],
)  # fmt: skip
def test_nothing_begins_without_a_helper_and_a_right_code(
    site: Running,
    visitor: Visitor,
    invited: Invited,
    helper: str,
    code: str | None,
    errors: list[str],
) -> None:
    before = site.fingerprint()
    fill = {"helper": helper, "code": invited.code if code is None else code}

    page = visitor.send(visitor.open("/with-help"), fill)

    assert (page.status, page.id) == (422, "helper")
    assert [link for link in page.links if link.startswith("#")] == errors
    assert page.shown["code"] == fill["code"]
    assert site.fingerprint() == before


def test_language_button_keeps_what_was_typed(visitor: Visitor, invited: Invited) -> None:
    page = visitor.speak(
        visitor.open("/with-help"), "en", {"code": invited.code, "helper": "friend"}
    )

    assert (page.lang, page.shown["code"], page.shown["helper"]) == ("en", invited.code, "friend")
    assert visitor.send(page).lang == "en"


def test_made_up_word_of_a_staff_page_does_not_set_the_mode(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = visitor.open("/")
    body = page.body({"code": invited.code})
    body["helped"] = "interview.made-up"
    visitor.seen(visitor.get(visitor.post("/", body).headers["Location"]), "/")

    interview = models.Interview
    with site.ctx.databases.research.read() as connection:
        assert list(connection.execute(select(interview.mode)).scalars()) == [Mode.WEB]
