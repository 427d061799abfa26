"""An interviewer with a person: one at a time, on record, and only until the person has left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.panel.states import CaseStatus, Mode, Role
from app.services.accounts.staff import SignInStage, Visit
from app.services.context import ServiceContext
from app.services.interviewing import assisting
from app.services.interviewing.entrances import Entered, Refusal, Refused, enter
from app.storage import audit, interviews
from tests.builders import invite
from tests.integration.staff.conftest import add_account


@pytest.fixture
def interviewer(ctx: ServiceContext) -> Visit:
    return visit(ctx, "i@example.org")


def visit(ctx: ServiceContext, email: str) -> Visit:
    add_account(ctx, Role.INTERVIEWER, email)
    from app.storage import staff as accounts

    with ctx.databases.research.read() as connection:
        member = accounts.find_member(connection, email)
    assert member is not None
    return Visit(member.id, member.email, member.role, SignInStage.FULL, "k")


def begin(ctx: ServiceContext, who: Visit, code: str, mode: Mode = Mode.INTERVIEW):
    return assisting.begin(ctx, who, code, mode=mode, language="en", address="10.0.0.1")


def mode_of(ctx: ServiceContext, entered: Entered) -> Mode:
    with ctx.databases.research.read() as connection:
        state = interviews.load_interview(connection, entered.interview_id)
    assert state is not None
    return state.mode


@pytest.mark.parametrize("mode", assisting.MODES)
def test_mode_and_language_of_the_interviewer_are_kept(
    ctx: ServiceContext, interviewer: Visit, mode: Mode
) -> None:
    entered = begin(ctx, interviewer, invite(ctx).code, mode)
    assert isinstance(entered, Entered)
    assert (mode_of(ctx, entered), entered.language) == (mode, "en")
    with ctx.databases.research.snapshot() as connection:
        assert audit.verify_chain(connection) is None


def test_interviewer_is_with_one_person_at_a_time(ctx: ServiceContext, interviewer: Visit) -> None:
    first = begin(ctx, interviewer, invite(ctx).code)
    other = invite(ctx)
    assert isinstance(first, Entered)
    with pytest.raises(assisting.BusyError):
        begin(ctx, interviewer, other.code)
    assert isinstance(begin(ctx, visit(ctx, "j@example.org"), invite(ctx).code), Entered)

    assert assisting.end(ctx, interviewer)
    assert not assisting.end(ctx, interviewer)
    assert mode_of(ctx, first) is Mode.WEB
    assert isinstance(begin(ctx, interviewer, other.code), Entered)


def test_interviewer_who_forgets_to_say_so_is_free_after_some_hours(
    ctx: ServiceContext, interviewer: Visit
) -> None:
    begin(ctx, interviewer, invite(ctx).code)
    ctx.clock.advance(timedelta(hours=5))  # type: ignore[attr-defined]
    assert assisting.helping(ctx, interviewer) is None


def test_wrong_code_begins_nothing(ctx: ServiceContext, interviewer: Visit) -> None:
    assert begin(ctx, interviewer, "12") == Refused(Refusal.LENGTH, 2)
    assert assisting.helping(ctx, interviewer) is None


def test_interview_that_ended_keeps_its_mode(ctx: ServiceContext, interviewer: Visit) -> None:
    invited = invite(ctx)
    entered = begin(ctx, interviewer, invited.code)
    assert isinstance(entered, Entered)
    with ctx.databases.research.write() as connection:
        state = interviews.lock_interview(connection, entered.interview_id)
        assert state is not None
        page = interviews.PageSave(
            "op", "d" * 64, "c_mee", "done", "nl", ctx.clock.now(), "2024-02", {"c_mee": "ja"}
        )
        interviews.save_pages(connection, state, [page], ended_as=CaseStatus.COMPLETE)

    assert assisting.helping(ctx, interviewer) is None
    enter(ctx, invited.code, address="10.0.0.1", language=None)
    assert mode_of(ctx, entered) is Mode.INTERVIEW
