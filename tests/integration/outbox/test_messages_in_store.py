"""Messages in the database: put down once, taken once, news in any order, counted right."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Connection

from app.messages.channels import Channel
from app.messages.pace import MOST_SLOWDOWNS, Pace
from app.messages.plan import Cap
from app.messages.providers import Attempt, Report
from app.messages.statuses import (
    MailingStatus,
    MessageStatus,
    Outcome,
    PersonEventKind,
    Reach,
)
from app.panel.states import CaseStatus, PersonStatus, WaveStatus
from app.storage.message_claims import (
    MOST_ATTEMPTS,
    MOST_TOO_MANY,
    SLOWS_EVERYBODY,
    lapse,
    pace_of,
    record_attempt,
    record_not_called,
)
from app.storage.messages import (
    add_due,
    apply_report,
    cancel_due,
    count_messages,
    list_messages,
    load_message,
    message_events,
    settle,
)
from app.storage.moment import database_now
from app.storage.unit_of_work import Database
from app.storage.waves import move_wave
from tests.integration.outbox.outbox_study import (
    NOON,
    Time,
    amsterdam,
    cannot_be_reached,
    claim,
    leaves,
    many_due,
    message_to,
    one_due,
    person_of,
    refuses,
    rules,
    run_mailing,
    set_case,
    set_mailing,
    status_of,
)
from tests.integration.storage.builders import draw_case, field_wave

ON_POSTGRESQL = pytest.mark.parametrize(
    "database_urls", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
"""For what has no meaning on SQLite, where there is one writer at a time."""


def test_same_messages_put_down_again_are_kept_as_they_are(research: Database) -> None:
    time = Time()
    with research.write() as connection:
        first = one_due(connection)
        claim(connection, time)
        other = draw_case(connection)

        again = [message_to(first.case_id), message_to(other.id), message_to(other.id)]
        added = add_due(connection, again, now=NOON)

        assert added == 1
        assert status_of(connection, first) == ("sending", None)
        assert len(list_messages(connection, wave=2024)) == 2
        assert [one.status for one in message_events(connection, first.id)] == ["due", "sending"]


def test_message_is_taken_when_it_is_due_and_by_one_worker_only(research: Database) -> None:
    time = Time()
    with research.write() as connection:
        message = one_due(connection, not_before=NOON + timedelta(seconds=1))
        assert claim(connection, time).message is None

        time.advance(seconds=1)
        taken = claim(connection, time, worker="w1").message
        nothing = claim(connection, time, worker="w2").message

    assert taken is not None
    assert nothing is None
    assert (taken.id, taken.attempt, taken.worker) == (message.id, 1, "w1")
    assert (taken.case_id, taken.step, taken.text) == (message.case_id, "email_1", "reminder")


def test_worker_takes_only_messages_of_its_channel(research: Database) -> None:
    with research.write() as connection:
        one_due(connection, "sms_1")

        assert claim(connection, Time(), channel=Channel.EMAIL).message is None
        assert claim(connection, Time(), channel=Channel.SMS).message is not None


@ON_POSTGRESQL
@pytest.mark.parametrize("held", ["message", "survey_case", "person"])
def test_message_is_passed_over_while_somebody_writes_about_it_its_case_or_its_person(
    research: Database, held: str
) -> None:
    with research.write() as connection:
        cases = many_due(connection, 2)
        key = "case_id" if held == "message" else "id"
        row = person_of(connection, cases[0]) if held == "person" else cases[0]
    with research.engine.begin() as somebody, research.engine.begin() as worker:
        somebody.exec_driver_sql(f"SELECT 1 FROM {held} WHERE {key} = '{row}' FOR NO KEY UPDATE")

        taken, nothing = (claim(worker, Time()).message for _ in range(2))

    assert taken is not None
    assert taken.case_id == cases[1]
    assert nothing is None


@ON_POSTGRESQL
def test_interview_that_ended_while_the_worker_looked_has_ended(research: Database) -> None:
    with research.write() as connection:
        message = one_due(connection)
    with research.engine.begin() as worker:
        # What a statement of this unit saw first does not count when the message is taken.
        assert status_of(worker, message) == ("due", None)
        with research.write() as person:
            set_case(person, message.case_id, CaseStatus.COMPLETE)

        assert claim(worker, Time()) == (None, 1, None)


REASONS = {
    "wave_closed": lambda c, m: move(c, WaveStatus.OPEN, WaveStatus.CLOSED),
    "mailing_stopped": lambda c, m: set_mailing(c, m.step, MailingStatus.STOPPED),
    "case_moved_on": lambda c, m: set_case(c, m.case_id, CaseStatus.PARTIAL),
    "person_deceased": lambda c, m: leaves(c, m.case_id, PersonStatus.DECEASED),
    "person_paused": lambda c, m: leaves(c, m.case_id, PersonStatus.PAUSED),
    "opted_out": lambda c, m: cannot_be_reached(c, m.case_id, Reach.OPTED_OUT),
    "undeliverable": lambda c, m: cannot_be_reached(c, m.case_id, Reach.UNDELIVERABLE),
    "refused": lambda c, m: refuses(c, m.case_id, PersonEventKind.REFUSED_SOFT, 2024),
}


def move(connection: Connection, was: WaveStatus, to: WaveStatus) -> None:
    move_wave(connection, 2024, from_status=was, to_status=to, at=NOON, by="test")


@pytest.mark.parametrize("reason", REASONS)
def test_message_that_is_no_longer_wanted_is_cancelled_when_its_turn_comes(
    research: Database, reason: str
) -> None:
    with research.write() as connection:
        message = one_due(connection)
        REASONS[reason](connection, message)

        taken = claim(connection, Time())

        assert (taken.message, taken.cancelled) == (None, 1)
        assert status_of(connection, message) == ("cancelled", reason)
        assert message_events(connection, message.id)[-1].detail["reason"] == reason


WAITS = {
    "nobody asked for the step": lambda c: None,
    "the step waits for a second person": lambda c: run_mailing(c, status=MailingStatus.WAITING),
    "the step is only planned": lambda c: run_mailing(c, status=MailingStatus.PLANNED),
    "the wave is paused": lambda c: (run_mailing(c), move(c, WaveStatus.OPEN, WaveStatus.PAUSED)),
}


@pytest.mark.parametrize("why", WAITS)
def test_message_waits_while(research: Database, why: str) -> None:
    with research.write() as connection:
        message = one_due(connection, mailing=None)
        WAITS[why](connection)

        assert claim(connection, Time()) == (None, 0, None)
        assert status_of(connection, message) == ("due", None)


def test_message_of_a_step_that_the_plan_does_not_name_waits(research: Database) -> None:
    with research.write() as connection:
        message = one_due(connection)

        assert claim(connection, Time(), by=rules(steps=["sms_1"])).message is None
        assert status_of(connection, message) == ("due", None)


def test_nothing_is_taken_after_the_last_day_of_the_wave_by_the_clocks_of_amsterdam(
    research: Database,
) -> None:
    with research.write() as connection:
        many_due(connection, 2)

        assert claim(connection, Time(amsterdam(2024, 3, 15, 23, 59))).message is not None
        assert claim(connection, Time(amsterdam(2024, 3, 16, 0, 0))).message is None


def test_messages_that_wait_do_not_stand_in_the_way_of_others(research: Database) -> None:
    with research.write() as connection:
        many_due(connection, 40, ["email_1", "email_begun"])
        set_mailing(connection, "email_1", MailingStatus.WAITING)
        case = draw_case(connection)
        set_case(connection, case.id, CaseStatus.PARTIAL)
        later = message_to(case.id, "email_begun", not_before=NOON + timedelta(hours=1))
        add_due(connection, [later], now=NOON)

        time, cancelled = Time(NOON + timedelta(hours=1)), 0
        while (taken := claim(connection, time)).message is None:
            assert taken.cancelled > 0
            cancelled += taken.cancelled
        cancelled += taken.cancelled

    assert taken.message.case_id == case.id
    assert cancelled == 40


def test_person_who_got_enough_gets_no_more_within_the_span_and_more_after_it(
    research: Database,
) -> None:
    time, capped = Time(), rules(cap=Cap(messages=2, days=28))
    with research.write() as connection:
        field_wave(connection)
        field_wave(connection, 2025, "6" * 64)
        case = draw_case(connection)
        later = draw_case(connection, 2025, person_id=case.person_id)
        stranger = draw_case(connection)
        for step in ("email_1", "sms_1"):
            run_mailing(connection, step)
            run_mailing(connection, step, wave=2025)
        add_due(connection, [message_to(case.id), message_to(case.id, "sms_1")], now=NOON)
        for channel in (Channel.EMAIL, Channel.SMS):
            taken = claim(connection, time, by=capped, channel=channel).message
            assert taken is not None
            record_attempt(connection, taken, "p", Attempt(Outcome.ACCEPTED), time)

        time.advance(days=27)
        more = [message_to(later.id, wave=2025), message_to(stranger.id)]
        add_due(connection, more, now=time.now)
        soon = [claim(connection, time, by=capped) for _ in range(2)]
        time.advance(days=1)
        add_due(connection, [message_to(later.id, "sms_1", wave=2025)], now=time.now)
        after = claim(connection, time, by=capped, channel=Channel.SMS).message

    assert [one.message.case_id for one in soon if one.message is not None] == [stranger.id]
    assert sum(one.cancelled for one in soon) == 1
    assert after is not None
    assert after.case_id == later.id


def test_two_messages_to_one_person_at_once_count_each_other(research: Database) -> None:
    capped = rules(cap=Cap(messages=1, days=28))
    with research.write() as connection:
        many_due(connection, 1, ["email_1", "sms_1"])

        first = claim(connection, Time(), by=capped, channel=Channel.EMAIL)
        second = claim(connection, Time(), by=capped, channel=Channel.SMS)

    assert first.message is not None
    assert (second.message, second.cancelled) == (None, 1)


ENDS = {
    Outcome.ACCEPTED: ("sent", None),
    Outcome.DUPLICATE: ("sent", None),
    Outcome.REFUSED: ("refused", "smtp-550"),
    Outcome.UNKNOWN: ("unknown", "smtp-550"),
}


@pytest.mark.parametrize("outcome", ENDS)
def test_outcome_is_kept_with_what_the_provider_calls_it_and_asks_for_it(
    research: Database, outcome: Outcome
) -> None:
    time = Time()
    with research.write() as connection:
        message = one_due(connection)
        taken = claim(connection, time).message
        assert taken is not None
        attempt = Attempt(outcome, reference="q-1", reason="smtp-550", parts=2, cost=930)

        record_attempt(connection, taken, "smtp", attempt, time)

        assert status_of(connection, message) == ENDS[outcome]
        found = load_message(connection, message.id)
        assert found is not None
        assert found.settled_at == NOON
        assert found.lease_until is None
        paid = outcome is not Outcome.REFUSED
        assert (found.provider_reference, found.parts, found.cost) == (
            ("q-1", 2, 930) if paid else (None, None, None)
        )


def test_message_not_taken_is_tried_again_later_and_later_and_given_up_in_the_end(
    research: Database,
) -> None:
    time, waits = Time(), []
    with research.write() as connection:
        message = one_due(connection)
        for _ in range(MOST_ATTEMPTS):
            taken = claim(connection, time).message
            assert taken is not None
            attempt = Attempt(Outcome.RETRY, reason="smtp-450")
            record_attempt(connection, taken, "smtp", attempt, time)
            found = load_message(connection, message.id)
            assert found is not None
            if found.status is MessageStatus.DUE:
                waits.append(found.not_before - time.now)
                assert claim(connection, time).message is None
                time.now = found.not_before

        assert status_of(connection, message) == ("failed", "smtp-450")
        assert claim(connection, time).message is None
    assert waits == sorted(waits)
    assert waits[0] >= timedelta(minutes=2)
    assert timedelta(hours=4) < sum(waits, timedelta()) < timedelta(hours=7)


def test_too_many_slows_the_channel_down_for_every_worker_and_it_recovers(
    research: Database,
) -> None:
    time, pace = Time(), Pace(per_second=1)
    with research.write() as connection:
        many_due(connection, 8)
        taken = claim(connection, time, pace=pace).message
        assert taken is not None
        record_attempt(connection, taken, "smtp", Attempt(Outcome.THROTTLED), time)

        stopped = claim(connection, time, worker="w2", pace=pace)
        assert stopped.message is None
        assert stopped.wait == timedelta(seconds=30)
        time.advance(seconds=30)
        assert claim(connection, time, worker="w2", pace=pace).message is not None
        slower = claim(connection, time, worker="w3", pace=pace)
        assert slower.wait == timedelta(seconds=2)
        time.advance(minutes=20)
        assert claim(connection, time, pace=pace).message is not None
        assert claim(connection, time, pace=pace).wait == timedelta(seconds=1)
        # An hour of "too many" never gives a message up, and never stops the channel for good.
        for _ in range(20):
            time.advance(hours=1)
            again = claim(connection, time, pace=pace).message
            assert again is not None
            record_attempt(connection, again, "smtp", Attempt(Outcome.THROTTLED), time)
        state = pace_of(connection, Channel.EMAIL)
        assert state is not None
        assert state.slowdowns <= MOST_SLOWDOWNS
        assert not list_messages(connection, statuses=[MessageStatus.FAILED])


def test_pace_is_shared_by_all_workers_of_a_channel_and_not_with_another_channel(
    research: Database,
) -> None:
    time, sent, pace = Time(), 0, Pace(per_second=10)
    with research.write() as connection:
        many_due(connection, 60, ["email_1", "sms_1"])
        for tenth in range(30):
            time.now = NOON + timedelta(seconds=tenth / 10)
            for worker in ("w1", "w2", "w3"):
                sent += claim(connection, time, worker=worker, pace=pace).message is not None
        text = claim(connection, time, channel=Channel.SMS, pace=pace).message

    assert sent == 30
    assert text is not None


def test_lease_that_ends_leaves_a_message_unknown_and_it_is_never_taken_again(
    research: Database,
) -> None:
    time = Time()
    with research.write() as connection:
        message = one_due(connection)
        claim(connection, time)
        time.advance(minutes=9)
        assert lapse(connection, time) == 0

        time.advance(minutes=2)
        assert lapse(connection, time) == 1

        assert status_of(connection, message) == ("unknown", "lease_lapsed")
        time.advance(days=3)
        assert claim(connection, time).message is None
        assert lapse(connection, time) == 0


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome.ACCEPTED, "sent"),
        (Outcome.RETRY, "failed"),
        (Outcome.THROTTLED, "failed"),
        (Outcome.UNKNOWN, "unknown"),
    ],
)
def test_worker_that_comes_back_after_its_lease_tells_what_it_was_but_nothing_is_sent_again(
    research: Database, outcome: Outcome, status: str
) -> None:
    time = Time()
    with research.write() as connection:
        message = one_due(connection)
        taken = claim(connection, time).message
        assert taken is not None
        time.advance(minutes=11)
        lapse(connection, time)

        record_attempt(connection, taken, "smtp", Attempt(outcome), time)

        assert status_of(connection, message)[0] == status
        time.advance(days=1)
        assert claim(connection, time).message is None


def test_outcome_written_twice_does_not_touch_what_another_worker_does_meanwhile(
    research: Database,
) -> None:
    time = Time()
    with research.write() as connection:
        message = one_due(connection)
        first = claim(connection, time, worker="w1").message
        assert first is not None
        # Committed, but w1 never heard so, and writes it down once more when the database is back.
        record_attempt(connection, first, "smtp", Attempt(Outcome.RETRY), time)
        time.advance(hours=1)
        second = claim(connection, time, worker="w2").message
        assert second is not None

        for outcome in (Outcome.RETRY, Outcome.ACCEPTED):
            assert record_attempt(connection, first, "smtp", Attempt(outcome), time) is None

        assert status_of(connection, message) == ("sending", None)
        record_attempt(connection, second, "smtp", Attempt(Outcome.ACCEPTED), time)
        assert status_of(connection, message) == ("sent", None)


def test_message_without_an_address_is_cancelled_and_one_given_back_is_due_again(
    research: Database,
) -> None:
    time = Time()
    with research.write() as connection:
        many_due(connection, 2)
        first, second = claim(connection, time).message, claim(connection, time).message
        assert first is not None
        assert second is not None

        record_not_called(connection, first, "no_address", again=False, now=NOON)
        record_not_called(connection, second, "too_late", again=True, now=NOON)

        again = claim(connection, time).message
        assert again is not None
        assert (again.id, again.attempt) == (second.id, 2)
        found = load_message(connection, first.id)
        assert found is not None
        assert (found.status, found.reason) == ("cancelled", "no_address")


def test_report_that_overtakes_the_answer_of_the_provider_stands(research: Database) -> None:
    time = Time()
    with research.write() as connection:
        message = one_due(connection)
        taken = claim(connection, time).message
        assert taken is not None

        arrived = Report(message.id, MessageStatus.DELIVERED, NOON)
        assert apply_report(connection, arrived, now=NOON)
        attempt = Attempt(Outcome.ACCEPTED, reference="q", cost=70)
        record_attempt(connection, taken, "bird", attempt, time)

        found = load_message(connection, message.id)
        assert found is not None
        assert (found.status, found.provider_reference, found.cost) == ("delivered", "q", 70)
        assert found.settled_at == NOON


def test_reports_twice_and_out_of_order_are_no_news(research: Database) -> None:
    time = Time()
    with research.write() as connection:
        message = one_due(connection)
        taken = claim(connection, time).message
        assert taken is not None
        record_attempt(connection, taken, "bird", Attempt(Outcome.UNKNOWN), time)
        told = [
            apply_report(connection, Report(message.id, status, NOON), now=NOON)
            for status in (
                MessageStatus.DELIVERED,
                MessageStatus.DELIVERED,
                MessageStatus.SENT,
                MessageStatus.RETURNED,
                MessageStatus.DELIVERED,
                MessageStatus.RETURNED,
            )
        ]
        events = [one.status for one in message_events(connection, message.id)]

    assert told == [True, False, False, True, False, False]
    assert events == ["due", "sending", "unknown", "delivered", "returned"]


def test_report_about_a_message_that_was_to_be_tried_again_stops_that(research: Database) -> None:
    time = Time()
    with research.write() as connection:
        message = one_due(connection)
        early = Report(message.id, MessageStatus.DELIVERED, NOON)
        assert not apply_report(connection, early, now=NOON), "nobody has tried yet"
        taken = claim(connection, time).message
        assert taken is not None
        record_attempt(connection, taken, "bird", Attempt(Outcome.RETRY, reason="http-500"), time)

        assert apply_report(connection, early, now=NOON)

        time.advance(days=1)
        assert claim(connection, time).message is None
        assert status_of(connection, message) == ("delivered", None)


def test_report_about_no_message_is_no_news(research: Database) -> None:
    with research.write() as connection:
        report = Report(uuid4(), MessageStatus.DELIVERED, NOON)
        assert not apply_report(connection, report, now=NOON)


def test_two_messages_with_one_name_of_the_provider_are_both_sent(research: Database) -> None:
    time = Time()
    with research.write() as connection:
        many_due(connection, 2)
        for _ in range(2):
            taken = claim(connection, time).message
            assert taken is not None
            attempt = Attempt(Outcome.ACCEPTED, reference="same")
            record_attempt(connection, taken, "smtp", attempt, time)

        sent = list_messages(connection, statuses=[MessageStatus.SENT])
    assert sorted(str(one.provider_reference) for one in sent) == ["None", "same"]


def test_somebody_settles_what_is_unknown_once(research: Database) -> None:
    time = Time()
    with research.write() as connection:
        many_due(connection, 2)
        taken = [claim(connection, time).message for _ in range(2)]
        time.advance(minutes=11)
        lapse(connection, time)
        first, second = (one.id for one in taken if one is not None)

        assert settle(connection, first, sent=True, by="a@example.nl", now=NOON) == "sent"
        assert settle(connection, second, sent=False, by="a@example.nl", now=NOON) == "failed"
        assert settle(connection, first, sent=False, by="a@example.nl", now=NOON) is None
        assert message_events(connection, first)[-1].detail == {"by": "a@example.nl"}


def test_cancelling_reaches_what_is_due_and_no_message_that_is_being_sent(
    research: Database,
) -> None:
    with research.write() as connection:
        cases = many_due(connection, 3, ["email_1", "sms_1"])
        taken = claim(connection, Time()).message
        assert taken is not None

        told = {"reason": "by_staff", "by": "a@example.nl", "now": NOON}
        assert cancel_due(connection, wave=2024, step="email_1", **told) == 2
        assert cancel_due(connection, case_ids=cases[:1], **told) == 1
        assert cancel_due(connection, wave=2025, **told) == 0

        counted = {(one.step, one.status): one.messages for one in count_messages(connection)}
        assert counted == {
            ("email_1", "cancelled"): 2,
            ("email_1", "sending"): 1,
            ("sms_1", "cancelled"): 1,
            ("sms_1", "due"): 2,
        }


def test_counts_add_up_parts_and_cost(research: Database) -> None:
    time = Time()
    with research.write() as connection:
        many_due(connection, 2, ["sms_1"])
        for parts in (1, 2):
            taken = claim(connection, time, channel=Channel.SMS).message
            assert taken is not None
            attempt = Attempt(Outcome.ACCEPTED, parts=parts, cost=parts * 700)
            record_attempt(connection, taken, "bird", attempt, time)

        (counted,) = count_messages(connection, 2024)
        assert (counted.messages, counted.parts, counted.cost) == (2, 3, 2100)
        assert count_messages(connection, 2025) == []


def test_time_of_the_database_moves_on_within_one_unit(research: Database) -> None:
    with research.write() as connection:
        first = database_now(connection)
        second = database_now(connection)

    assert first.utcoffset() == timedelta(0)
    assert first <= second


def test_address_that_says_too_many_again_and_again_waits_alone_and_is_given_up_at_last(
    research: Database,
) -> None:
    time, pace = Time(), Pace(per_second=1)
    with research.write() as connection:
        message = one_due(connection)
        for attempt in range(1, MOST_TOO_MANY + 1):
            taken = claim(connection, time, pace=pace).message
            assert taken is not None
            assert taken.attempt == attempt
            record_attempt(connection, taken, "smtp", Attempt(Outcome.THROTTLED), time)
            state = pace_of(connection, Channel.EMAIL)
            assert state is not None
            # Others go on, once it is clear that one address is meant.
            assert (state.wait(time.now) >= timedelta(seconds=30)) is (attempt <= SLOWS_EVERYBODY)
            time.advance(hours=10)

        assert status_of(connection, message)[0] == "failed"
