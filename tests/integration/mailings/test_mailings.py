"""Steps are let go on somebody's word: one person's for few messages, two for many."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.messages.statuses import MailingStatus, MessageStatus
from app.panel.states import Role, WaveStatus
from app.services.messaging import mailings
from app.services.messaging.mailings import (
    ALONE,
    MailingRefusedError,
    ProofNeededError,
    StepsRefusedError,
)
from app.services.messaging.planned_steps import planned
from app.services.messaging.rehearsed import NotRehearsedError
from tests.integration.mailings.field import OPENS, Desk

ASKS, OTHER = "f@onderzoek.nl", "r@onderzoek.nl"


def ask(desk: Desk, step: str = "letter_1", by: str = ASKS, *, proven: bool = True):
    return mailings.request(desk.ctx, desk.year, step, desk.member(by), proven=proven)


def approve(desk: Desk, step: str = "letter_1", by: str = OTHER, *, proven: bool = True):
    return mailings.approve(desk.ctx, desk.year, step, desk.member(by), proven=proven)


def test_five_hundred_messages_go_on_one_persons_word(desk: Desk) -> None:
    desk.draw(ALONE)
    desk.rehearsed()

    asked = ask(desk, proven=False)

    assert (asked.status, asked.expected) == (MailingStatus.RUNNING, ALONE)
    assert asked.approved_by == ASKS


def test_one_more_waits_for_somebody_else_who_signed_in(desk: Desk) -> None:
    desk.draw(ALONE + 1)
    desk.rehearsed()

    with pytest.raises(ProofNeededError):
        ask(desk, proven=False)
    assert ask(desk).status is MailingStatus.WAITING
    desk.go_to(OPENS)
    assert desk.tick().made == {}
    with pytest.raises(MailingRefusedError, match="somebody else approves it"):
        approve(desk, by=ASKS)
    with pytest.raises(ProofNeededError):
        approve(desk, proven=False)
    approved = approve(desk)
    desk.tick()

    assert (approved.requested_by, approved.approved_by) == (ASKS, OTHER)
    assert len(desk.messages("letter_1")) == ALONE + 1


def test_who_may_not_send_neither_asks_nor_approves_nor_stops(desk: Desk) -> None:
    desk.draw(2)
    desk.rehearsed()
    member = desk.member("a@onderzoek.nl", Role.ANALYST)

    with pytest.raises(MailingRefusedError, match="may not send"):
        mailings.request(desk.ctx, desk.year, "letter_1", member, proven=True)
    with pytest.raises(MailingRefusedError, match="may not send"):
        mailings.approve(desk.ctx, desk.year, "letter_1", member, proven=True)
    with pytest.raises(MailingRefusedError, match="may not send"):
        mailings.stop(desk.ctx, desk.year, "letter_1", member, why="no")


def test_step_of_an_unrehearsed_wave_is_not_let_go(desk: Desk) -> None:
    desk.draw(2)

    with pytest.raises(MailingRefusedError, match="wave 2024 is draft"):
        ask(desk)


def test_what_changed_since_the_rehearsal_is_neither_asked_for_nor_approved(desk: Desk) -> None:
    desk.draw(ALONE + 1)
    desk.rehearsed()
    ask(desk)
    desk.edit("letter.yaml", "Het duurt ongeveer", "Het duurt zo'n")

    with pytest.raises(NotRehearsedError, match="something changed"):
        ask(desk, "email_1")
    with pytest.raises(NotRehearsedError, match="something changed"):
        approve(desk)
    desk.rehearse(override="a test")
    assert approve(desk).status is MailingStatus.RUNNING


def test_step_that_grew_since_it_was_asked_for_is_asked_for_again(desk: Desk) -> None:
    desk.draw(ALONE + 1)
    desk.rehearsed()
    ask(desk)
    desk.draw(5)
    desk.rehearse(override="a test")

    with pytest.raises(MailingRefusedError, match="more messages than were asked for"):
        approve(desk)


def test_messages_beyond_what_was_approved_are_held_until_somebody_asks_again(desk: Desk) -> None:
    desk.draw(ALONE - 1)
    desk.rehearsed()
    ask(desk)
    desk.tick()
    desk.draw(3)

    held = desk.tick()

    assert held.held == {(2024, "letter_1"): 3}
    assert len(desk.messages("letter_1")) == ALONE - 1
    desk.rehearse(override="a test")
    mailings.stop(desk.ctx, desk.year, "letter_1", desk.member(ASKS), why="three more")
    assert ask(desk).status is MailingStatus.WAITING


def test_step_is_asked_for_once(desk: Desk) -> None:
    desk.draw(2)
    desk.rehearsed()
    ask(desk)

    with pytest.raises(MailingRefusedError, match="asked for already and is running"):
        ask(desk)
    with pytest.raises(MailingRefusedError, match="there is nothing to approve"):
        approve(desk)
    with pytest.raises(MailingRefusedError, match='no step "letter_9"'):
        ask(desk, "letter_9")


def approve_all(desk: Desk, *steps: str, by: str = OTHER) -> list[tuple[str, bool]]:
    done = mailings.approve_all(desk.ctx, desk.year, steps, desk.member(by), proven=True)
    return [(one.mailing.step, one.new) for one in done]


def statuses(desk: Desk) -> dict[str, MailingStatus]:
    return {one.step: one.status for one in mailings.let_go(desk.ctx, desk.year)}


def test_steps_are_approved_together_and_what_runs_already_is_left_alone(desk: Desk) -> None:
    desk.draw(ALONE + 1)
    desk.rehearsed()
    for step in ("letter_1", "email_1", "sms_1"):
        ask(desk, step)
    first = approve(desk, "email_1")
    desk.clock.advance(timedelta(minutes=1))

    done = approve_all(desk, "sms_1", "email_1", "letter_1", "sms_1")

    assert done == [("sms_1", True), ("email_1", False), ("letter_1", True)]
    assert set(statuses(desk).values()) == {MailingStatus.RUNNING}
    kept = next(one for one in mailings.let_go(desk.ctx, desk.year) if one.step == "email_1")
    assert kept.approved_at == first.approved_at


def test_none_of_several_steps_is_approved_when_one_cannot_be(desk: Desk) -> None:
    desk.draw(ALONE + 1)
    desk.rehearsed()
    ask(desk, "letter_1")
    ask(desk, "email_1", by=OTHER)

    with pytest.raises(StepsRefusedError) as refused:
        approve_all(desk, "letter_1", "email_1", "letter_2", "letter_9")

    assert sorted(refused.value.reasons) == ["email_1", "letter_2", "letter_9"]
    assert "somebody else approves it" in refused.value.reasons["email_1"]
    assert "not asked for" in refused.value.reasons["letter_2"]
    assert "no step" in refused.value.reasons["letter_9"]
    assert statuses(desk) == {"letter_1": MailingStatus.WAITING, "email_1": MailingStatus.WAITING}


def test_stopped_step_is_cancelled_and_makes_nothing_more(desk: Desk) -> None:
    desk.draw(4)
    desk.rehearsed()
    ask(desk)
    desk.tick()

    cancelled = mailings.stop(desk.ctx, desk.year, "letter_1", desk.member(OTHER), why="wrong")
    desk.go_to(OPENS)
    desk.tick()

    assert cancelled == 4
    assert desk.statuses("letter_1") == {MessageStatus.CANCELLED: 4}
    assert {one.reason for one in desk.messages()} == {"mailing_stopped"}
    with pytest.raises(MailingRefusedError, match="nothing to stop"):
        mailings.stop(desk.ctx, desk.year, "letter_1", desk.member(OTHER), why="again")


def test_nothing_is_let_go_while_outcomes_are_unknown(desk: Desk) -> None:
    desk.draw(2)
    desk.rehearsed()
    ask(desk)
    desk.tick()
    with desk.ctx.databases.research.write() as connection:
        connection.execute(text("UPDATE message SET status = 'unknown'"))

    with pytest.raises(MailingRefusedError, match="2 messages have an unknown outcome"):
        ask(desk, "email_1")


def test_step_that_goes_to_nobody_is_not_let_go(desk: Desk) -> None:
    desk.draw(2, without=["phone"])
    desk.rehearsed()

    with pytest.raises(MailingRefusedError, match="sms_1 goes to nobody"):
        ask(desk, "sms_1")


def test_everything_is_on_record_with_who_did_it(desk: Desk) -> None:
    desk.draw(ALONE + 1)
    desk.rehearsed()
    ask(desk)
    approve(desk)
    mailings.stop(desk.ctx, desk.year, "letter_1", desk.member(ASKS), why="wrong words")

    with desk.ctx.databases.research.read() as connection:
        query = "SELECT action, detail FROM audit_event WHERE action LIKE 'mailing.%' ORDER BY seq"
        rows = [(one.action, str(one.detail)) for one in connection.execute(text(query))]

    assert [action for action, _ in rows] == [
        "mailing.request",
        "mailing.approve",
        "mailing.stop",
    ]
    assert all(who in detail for who, (_, detail) in zip((ASKS, OTHER, ASKS), rows, strict=True))
    assert "wrong words" in rows[2][1]


def test_plan_shows_every_step_and_whether_it_was_let_go(desk: Desk) -> None:
    desk.draw(3)
    desk.rehearsed()
    ask(desk)

    shown = {one.step.id: one for one in planned(desk.ctx, desk.year)}

    assert len(shown) == len(desk.plan.steps)
    assert shown["letter_1"].mailing is not None
    assert shown["sms_1"].mailing is None
    assert sum(shown["sms_1"].count.at_most.values()) == 3
    assert desk.messages() == []


def test_wave_that_is_over_lets_nothing_go(desk: Desk) -> None:
    desk.draw(3)
    desk.rehearsed()
    desk.move(WaveStatus.OPEN, WaveStatus.CLOSED)

    with pytest.raises(MailingRefusedError, match="wave 2024 is closed"):
        ask(desk)
