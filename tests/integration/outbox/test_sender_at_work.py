"""The worker: composes, hands over, writes down; quiet at night; nothing personal in its log."""

from __future__ import annotations

import threading
import time as machine
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from app.messages.channels import Channel
from app.messages.providers import Attempt, Cannot, Claimed, Email, Sms
from app.messages.quiet import QuietTimes
from app.messages.sending_rules import SendingRules
from app.messages.statuses import MessageStatus, Outcome
from app.services.bootstrap import STUDY, make_context
from app.services.context import ServiceContext
from app.services.messaging.contact_plan import ContactPlanError
from app.services.messaging.sending import Look, Outlet, PlanRules, Sender, Turn, work
from app.storage.messages import (
    StoredMessage,
    add_due,
    list_messages,
    load_message,
    message_events,
)
from tests.builders import settings
from tests.integration.outbox.outbox_study import (
    AMSTERDAM,
    FAST,
    LEASE,
    NOON,
    Time,
    amsterdam,
    many_due,
    message_to,
    one_due,
    rules,
    run_mailing,
    set_dates,
)
from tests.integration.storage.builders import draw_case, field_wave

HALF_AN_HOUR = timedelta(minutes=30)
EVENING_TO_MORNING = QuietTimes(AMSTERDAM, clock_time(20), clock_time(9))


@pytest.fixture
def ctx(database_urls: tuple[str, str]) -> Iterator[ServiceContext]:
    made = make_context(settings(database_urls))
    yield made
    made.databases.close()


@dataclass
class Provider:
    """Takes everything, or does what a test says."""

    name: str = "test"
    answer: Callable[[Email | Sms], Attempt] = lambda _: Attempt(Outcome.ACCEPTED)
    taken: list[UUID] = field(default_factory=list)

    def send(self, message: Email | Sms) -> Attempt:
        self.taken.append(message.reference)
        return self.answer(message)


@dataclass
class Words:
    """Composes, or does what a test says."""

    make: Callable[[Claimed], Email | Sms | Cannot] | None = None

    def compose(self, _ctx: ServiceContext, message: Claimed) -> Email | Sms | Cannot:
        if self.make is not None:
            return self.make(message)
        return Sms(message.id, "+31612345678", "Test", "text")


def sender(
    ctx: ServiceContext,
    *,
    words: Words | None = None,
    by: SendingRules | None = None,
    moment: Callable[[Connection], datetime] | None = None,
    name: str = "w1",
    **given: object,
) -> Sender:
    known = by or rules()
    return Sender(
        ctx,
        words or Words(),
        lambda: known,
        name=name,
        moment=moment or Time(),
        **given,  # type: ignore[arg-type]
    )


def outlet(provider: Provider, lease: timedelta = LEASE) -> Outlet:
    return Outlet(Channel.SMS, provider, FAST, lease)  # type: ignore[arg-type]


def a_message(ctx: ServiceContext) -> StoredMessage:
    with ctx.databases.research.write() as connection:
        return one_due(connection, "sms_1")


def stored(ctx: ServiceContext, message: StoredMessage) -> StoredMessage:
    with ctx.databases.research.read() as connection:
        found = load_message(connection, message.id)
    assert found is not None
    return found


def test_message_is_sent_once_and_each_step_is_on_record(ctx: ServiceContext) -> None:
    message, provider = a_message(ctx), Provider()
    one = sender(ctx)

    looks = [one.send_one(outlet(provider)) for _ in range(2)]

    assert looks == [Look(Turn.SENT), Look(Turn.NOTHING)]
    assert provider.taken == [message.id]
    sent = stored(ctx, message)
    assert (sent.status, sent.provider, sent.attempts) == ("sent", "test", 1)
    with ctx.databases.research.read() as connection:
        events = [one.status for one in message_events(connection, message.id)]
    assert events == ["due", "sending", "sent"]


def test_message_is_committed_as_being_sent_before_the_provider_is_called(
    ctx: ServiceContext,
) -> None:
    message = a_message(ctx)
    seen = []

    def look(_: Email | Sms) -> Attempt:
        seen.append(stored(ctx, message).status)
        return Attempt(Outcome.ACCEPTED)

    sender(ctx).send_one(outlet(Provider(answer=look)))

    assert seen == [MessageStatus.SENDING]


def test_message_that_cannot_be_composed_is_cancelled_without_a_call(ctx: ServiceContext) -> None:
    message, provider = a_message(ctx), Provider()

    sender(ctx, words=Words(lambda _: Cannot("no_phone"))).send_one(outlet(provider))

    assert provider.taken == []
    assert (stored(ctx, message).status, stored(ctx, message).reason) == ("cancelled", "no_phone")


def wrong_kind(message: Claimed) -> Email:
    return Email(
        message.id, "a@example.nl", "T", "t@example.nl", "b@example.nl", "s", "t", "h", "nl"
    )


def broken(_: Claimed) -> Sms:
    raise ValueError("no such name: Fatima of Dorpsstraat 1, +31612345678")


@pytest.mark.parametrize("make", [wrong_kind, broken])
def test_message_whose_words_break_is_tried_later_and_nothing_of_it_is_logged(
    ctx: ServiceContext, make: Callable[[Claimed], Sms], caplog: pytest.LogCaptureFixture
) -> None:
    message, provider = a_message(ctx), Provider()

    sender(ctx, words=Words(make)).send_one(outlet(provider))

    assert provider.taken == []
    after = stored(ctx, message)
    assert after.status is MessageStatus.DUE
    assert after.not_before > NOON
    assert str(message.id) in caplog.text
    assert "Fatima" not in caplog.text
    assert "+31" not in caplog.text


def test_provider_that_raises_against_its_word_leaves_the_message_unknown(
    ctx: ServiceContext, caplog: pytest.LogCaptureFixture
) -> None:
    def raise_(_: Email | Sms) -> Attempt:
        raise OSError("+31612345678 hung up")

    message = a_message(ctx)

    sender(ctx).send_one(outlet(Provider(answer=raise_)))

    after = stored(ctx, message)
    assert (after.status, after.reason) == ("unknown", "provider_broke")
    assert "+31" not in caplog.text


def test_outcome_is_written_down_when_the_database_comes_back(ctx: ServiceContext) -> None:
    class Interrupted(Time):
        lost = 0

        def __call__(self, connection: Connection) -> datetime:
            if provider.taken and self.lost < 2:
                self.lost += 1
                raise OperationalError("SELECT", {}, Exception("server closed the connection"))
            return super().__call__(connection)

    message, provider, moment = a_message(ctx), Provider(), Interrupted()

    sender(ctx, moment=moment).send_one(outlet(provider))

    assert moment.lost == 2
    assert provider.taken == [message.id]
    assert stored(ctx, message).status is MessageStatus.SENT


def test_what_follows_from_an_outcome_cannot_undo_it(ctx: ServiceContext) -> None:
    told = []

    def follow(connection: Connection, message: Claimed, *_: object) -> None:
        told.append(message.id)
        raise KeyError("a fault of ours")

    message = a_message(ctx)

    sender(ctx, settled=follow).send_one(outlet(Provider()))

    assert told == [message.id]
    assert stored(ctx, message).status is MessageStatus.SENT


def test_worker_that_was_held_up_until_its_lease_is_half_over_does_not_call(
    ctx: ServiceContext,
) -> None:
    def held_up(message: Claimed) -> Sms:
        machine.sleep(0.06)
        return Sms(message.id, "+31612345678", "Test", "text")

    message, provider = a_message(ctx), Provider()

    sender(ctx, words=Words(held_up)).send_one(outlet(provider, timedelta(seconds=0.1)))

    assert provider.taken == []
    assert stored(ctx, message).status is MessageStatus.DUE


def test_worker_told_to_stop_finishes_the_message_at_hand(ctx: ServiceContext) -> None:
    with ctx.databases.research.write() as connection:
        many_due(connection, 3, ["sms_1"])
    stop = threading.Event()

    def stopping(_: Email | Sms) -> Attempt:
        stop.set()
        return Attempt(Outcome.ACCEPTED)

    sent = work(sender(ctx), [outlet(Provider(answer=stopping))], stop)

    assert sent == 1
    with ctx.databases.research.read() as connection:
        assert len(list_messages(connection, statuses=[MessageStatus.SENT])) == 1
        assert len(list_messages(connection, statuses=[MessageStatus.DUE])) == 2


def test_broken_housekeeping_does_not_stop_the_sending(
    ctx: ServiceContext, caplog: pytest.LogCaptureFixture
) -> None:
    def tick() -> None:
        raise RuntimeError("a name of somebody")

    message = a_message(ctx)

    work(sender(ctx), [outlet(Provider())], threading.Event(), until_empty=True, ticks=[tick])

    assert stored(ctx, message).status is MessageStatus.SENT
    assert "RuntimeError" in caplog.text
    assert "somebody" not in caplog.text


def test_three_workers_share_the_work_and_nobody_gets_two(ctx: ServiceContext) -> None:
    with ctx.databases.research.write() as connection:
        many_due(connection, 60, ["sms_1"])
    provider = Provider()
    workers = [
        threading.Thread(
            target=work,
            args=(sender(ctx, name=name), [outlet(provider)], threading.Event()),
            kwargs={"until_empty": True},
        )
        for name in ("w1", "w2", "w3")
    ]
    for one in workers:
        one.start()
    for one in workers:
        one.join()

    assert len(provider.taken) == 60
    assert len(set(provider.taken)) == 60


# From eight in the evening until nine: 13 hours, by any clock but that of the wall.
NIGHTS = {
    "an hour is skipped": ((2026, 3, 28), (2026, 3, 29), 12),
    "an hour comes twice": ((2026, 10, 24), (2026, 10, 25), 14),
    "an ordinary night": ((2026, 10, 17), (2026, 10, 18), 13),
}


@pytest.mark.parametrize("night", NIGHTS)
def test_nobody_is_disturbed_at_night_and_each_gets_one_message_also_when_the_clocks_change(
    ctx: ServiceContext, night: str
) -> None:
    evening, morning, quiet_hours = NIGHTS[night]
    begin, end = amsterdam(*evening, 20, 30), amsterdam(*morning, 9, 30)
    with ctx.databases.research.write() as connection:
        field_wave(connection, evening[0])
        run_mailing(connection, "sms_1", wave=evening[0])
        set_dates(connection, evening[0], date(*evening), date(*morning))
        cases = [draw_case(connection, evening[0]).id for _ in range(24)]
        # Due all through the night, also in the hour that is not there or is there twice.
        spread = [
            message_to(case, "sms_1", wave=evening[0], not_before=begin + number * HALF_AN_HOUR)
            for number, case in enumerate(cases)
        ]
        add_due(connection, spread, now=NOON)
    time, sent_at, provider = Time(begin), dict[UUID, datetime](), Provider()
    by = rules(quiet=EVENING_TO_MORNING)
    workers = [sender(ctx, by=by, moment=time, name=name) for name in ("w1", "w2", "w3")]
    while time.now <= end:
        for one in workers:
            while one.send_one(outlet(provider)).turn is Turn.SENT:
                sent_at.setdefault(provider.taken[-1], time.now)
        time.advance(minutes=15)

    assert len(provider.taken) == len(cases) == len(set(provider.taken))
    assert min(sent_at.values()) == amsterdam(*morning, 9, 0)
    assert min(sent_at.values()) - amsterdam(*evening, 20, 0) == timedelta(hours=quiet_hours)


def test_rules_are_those_of_the_plan_of_the_study_and_read_again(tmp_path: Path) -> None:
    letters = tmp_path / "letters"
    letters.mkdir()
    plan = (STUDY / "letters" / "plan.yaml").read_text(encoding="utf-8")
    (letters / "plan.yaml").write_text(plan, encoding="utf-8")
    found = PlanRules(tmp_path)
    assert found().steps["email_begun"] == {"partial"}
    assert found().cap is not None
    assert found().quiet.next_allowed(amsterdam(2026, 3, 27, 20, 30)) == amsterdam(2026, 3, 30, 9)

    (letters / "plan.yaml").write_text(plan + "\nnonsense: 1\n", encoding="utf-8")
    with pytest.raises(ContactPlanError):
        found.refresh()

    assert "email_begun" in found().steps
