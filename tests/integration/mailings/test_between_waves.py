"""Between waves: to who took part and may be asked again, once the wave is closed."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest

from app.messages.channels import Channel
from app.messages.pace import Pace
from app.messages.sending_rules import rules_of
from app.messages.statuses import MessageStatus, Reach
from app.panel.privacy import Purpose
from app.panel.states import CaseStatus, WaveStatus
from app.services.members import consents
from app.services.members.people_news import News, What, record
from app.storage.message_claims import ClaimRequest, claim_next
from tests.integration.mailings.field import CLOSES, OPENS, Desk

BETWEEN = ("email_news", "email_touch", "sms_touch")
CLOSED = CLOSES + timedelta(days=1)


def allow(desk: Desk, case_id: UUID, *, given: bool = True) -> None:
    consents.set_consent(
        desk.ctx,
        desk.person_of(case_id),
        Purpose.RECONTACT,
        given=given,
        language="nl",
        words=["?"],
    )


def opened(desk: Desk) -> None:
    desk.rehearsed()
    desk.let_go(*BETWEEN)
    desk.go_to(OPENS)
    desk.tick()


def claimed(desk: Desk, channel: Channel) -> Counter[str]:
    """Take every message of a channel that may go now; count them by step."""
    request = ClaimRequest(channel, "w", timedelta(minutes=5), Pace(1000), rules_of(desk.plan))
    taken: Counter[str] = Counter()
    while True:
        desk.clock.advance(timedelta(seconds=1))
        with desk.ctx.databases.research.write() as connection:
            found = claim_next(connection, request, lambda _: desk.clock.now())
        if found.message is None and not found.cancelled:
            return taken
        if found.message is not None:
            taken[found.message.step] += 1


def test_steps_go_once_the_wave_is_closed_each_at_its_time(desk: Desk) -> None:
    made = desk.draw(3)
    opened(desk)
    for case_id in made:
        desk.answer(case_id, CaseStatus.COMPLETE)
        allow(desk, case_id)
    desk.go_to(CLOSES)
    desk.tick()
    assert [desk.messages(one) for one in BETWEEN] == [[], [], []]
    desk.go_to(CLOSED)
    assert desk.tick().closed == [desk.year]
    desk.go_to(CLOSED + timedelta(days=89))
    assert desk.tick().made == {}

    desk.go_to(CLOSED + timedelta(days=90))
    desk.days(25)

    assert desk.made("email_news") == Counter(nl=3)
    assert {one.text for one in desk.messages("email_news")} == {"news"}
    assert claimed(desk, Channel.EMAIL) == Counter(email_news=3)
    desk.go_to(CLOSED + timedelta(days=270))
    desk.days(25)
    assert desk.made("email_touch") == Counter(nl=3)
    assert desk.made("sms_touch") == Counter()
    desk.days(60)
    assert sum(map(len, map(desk.messages, BETWEEN))) == 6


def test_only_who_took_part_said_yes_and_is_active_gets_them(desk: Desk) -> None:
    made = desk.draw(8)
    yes, no, silent, never, finished, refused, opted_out, changed = made
    opened(desk)
    for case_id in (yes, no, silent, finished, refused, opted_out, changed):
        desk.answer(case_id, CaseStatus.COMPLETE)
    for case_id in (yes, never, finished, refused, opted_out, changed):
        allow(desk, case_id)
    allow(desk, no, given=False)
    allow(desk, changed, given=False)
    record(desk.ctx, [News(desk.person_of(finished), What.FINISHED)], by="test")
    desk.refuse(refused)
    desk.lose(opted_out, Channel.EMAIL, Reach.OPTED_OUT)
    desk.go_to(CLOSED)
    desk.tick()

    desk.go_to(CLOSED + timedelta(days=90))
    desk.days(25)

    assert [one.case_id for one in desk.messages("email_news")] == [yes]


def test_who_has_no_e_mail_gets_a_text_message_instead(desk: Desk) -> None:
    with_both, without = [*desk.draw(1), *desk.draw(1, without=["email"])]
    bounced = desk.draw(1)[0]
    opened(desk)
    for case_id in (with_both, without, bounced):
        desk.answer(case_id, CaseStatus.PARTIAL)
        allow(desk, case_id)
    desk.lose(bounced, Channel.EMAIL, Reach.UNDELIVERABLE)
    desk.go_to(CLOSED)
    desk.tick()

    desk.go_to(CLOSED + timedelta(days=270))
    desk.days(25)

    assert [one.case_id for one in desk.messages("email_touch")] == [with_both]
    assert {one.case_id for one in desk.messages("sms_touch")} == {without, bounced}
    assert claimed(desk, Channel.SMS) == Counter(sms_touch=2)


def test_who_leaves_between_making_and_sending_gets_nothing(desk: Desk) -> None:
    (case_id,) = desk.draw(1)
    opened(desk)
    desk.answer(case_id, CaseStatus.COMPLETE)
    allow(desk, case_id)
    desk.go_to(CLOSED)
    desk.tick()
    desk.go_to(CLOSED + timedelta(days=90))
    desk.days(25)
    record(desk.ctx, [News(desk.person_of(case_id), What.DECEASED)], by="test")

    assert claimed(desk, Channel.EMAIL) == Counter()
    assert desk.statuses("email_news") == Counter({MessageStatus.CANCELLED: 1})


def test_wave_that_is_opened_again_sends_nothing_of_between(desk: Desk) -> None:
    (case_id,) = desk.draw(1)
    opened(desk)
    desk.answer(case_id, CaseStatus.COMPLETE)
    allow(desk, case_id)
    desk.go_to(CLOSED)
    desk.tick()
    desk.go_to(CLOSED + timedelta(days=90))
    desk.days(25)
    desk.move(WaveStatus.OPEN)
    assert claimed(desk, Channel.EMAIL) == Counter()

    desk.move(WaveStatus.CLOSED)

    assert claimed(desk, Channel.EMAIL) == Counter()
    (message,) = desk.messages("email_news")
    assert (message.status, message.reason) == (MessageStatus.CANCELLED, "wave_closed")


@pytest.mark.parametrize(
    ("what", "barrier"),
    [(What.FINISHED, "person_finished"), (What.DISPENSED, "person_dispensed"),
     (What.EXEMPT, "person_exempt"), (What.MOVED_ABROAD, "person_moved_abroad"),
     (What.DECEASED, "person_deceased")],
)  # fmt: skip
def test_every_status_ends_messages_of_the_wave_too(desk: Desk, what: What, barrier: str) -> None:
    (case_id,) = desk.draw(1)
    desk.rehearsed()
    desk.let_go("email_1")
    desk.go_to(OPENS)
    desk.tick()
    desk.days(25)
    assert desk.statuses("email_1") == Counter({MessageStatus.DUE: 1})

    record(desk.ctx, [News(desk.person_of(case_id), what)], by="register")

    assert claimed(desk, Channel.EMAIL) == Counter()
    (message,) = desk.messages("email_1")
    assert (message.status, message.reason) == (MessageStatus.CANCELLED, barrier)
