"""A wave with people who are to get messages, as rows: where tests of the outbox start."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, update

from app.messages.channels import Channel
from app.messages.pace import Pace
from app.messages.plan import Cap
from app.messages.sending_rules import NeverQuiet, Quiet, SendingRules
from app.messages.statuses import MailingStatus, PersonEventKind, Reach
from app.panel.states import CaseStatus, PersonStatus
from app.storage import models
from app.storage.message_claims import ClaimRequest, Taken, claim_next
from app.storage.messages import (
    NewMessage,
    StoredMessage,
    add_due,
    load_message,
    messages_of_case,
)
from app.storage.people import (
    PersonEvent,
    ReachChange,
    add_person_events,
    set_person_status,
    set_reach,
)
from app.storage.types import table_of
from tests.integration.storage.builders import NOON, draw_case, field_wave

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LEASE = timedelta(minutes=10)
FAST = Pace(per_second=1e9)
STEPS = {
    "letter_1": frozenset({CaseStatus.OPEN}),
    "email_1": frozenset({CaseStatus.OPEN}),
    "sms_1": frozenset({CaseStatus.OPEN}),
    "email_begun": frozenset({CaseStatus.PARTIAL}),
    "email_thanks": frozenset({CaseStatus.COMPLETE}),
}


class Time:
    """The time of the database, as a test wants it."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self, _connection: Connection) -> datetime:
        return self.now

    def advance(self, **step: float) -> None:
        self.now += timedelta(**step)


def rules(
    *, quiet: Quiet | None = None, cap: Cap | None = None, steps: Iterable[str] = STEPS
) -> SendingRules:
    known = {name: STEPS[name] for name in steps}
    return SendingRules(known, AMSTERDAM, quiet or NeverQuiet(), cap)


def run_mailing(
    connection: Connection,
    step: str = "email_1",
    *,
    wave: int = 2024,
    status: MailingStatus = MailingStatus.RUNNING,
) -> None:
    connection.execute(
        insert(table_of(models.Mailing)),
        {
            "wave": wave,
            "step": step,
            "channel": channel_of(step),
            "status": status,
            "due_at": NOON,
            "expected": 1,
            "requested_by": "a@example.nl",
            "requested_at": NOON,
            "approved_by": "b@example.nl",
            "approved_at": NOON,
        },
    )


def set_mailing(connection: Connection, step: str, status: MailingStatus) -> None:
    table = table_of(models.Mailing)
    connection.execute(update(table).where(table.c.step == step).values(status=status))


def channel_of(step: str) -> Channel:
    return Channel(step.split("_")[0])


def message_to(
    case_id: UUID, step: str = "email_1", *, wave: int = 2024, not_before: datetime = NOON
) -> NewMessage:
    return NewMessage(case_id, wave, step, channel_of(step), "reminder", "nl", not_before)


def one_due(
    connection: Connection,
    step: str = "email_1",
    *,
    mailing: MailingStatus | None = MailingStatus.RUNNING,
    not_before: datetime = NOON,
) -> StoredMessage:
    """A wave, a person with a case, and one message that may go."""
    field_wave(connection)
    if mailing is not None:
        run_mailing(connection, step, status=mailing)
    case = draw_case(connection)
    add_due(connection, [message_to(case.id, step, not_before=not_before)], now=NOON)
    (message,) = messages_of_case(connection, case.id)
    return message


def many_due(
    connection: Connection, number: int, steps: Sequence[str] = ("email_1",)
) -> list[UUID]:
    """A wave and so many cases with a message of each step; returns the cases."""
    field_wave(connection)
    for step in steps:
        run_mailing(connection, step)
    cases = [draw_case(connection).id for _ in range(number)]
    add_due(connection, [message_to(one, step) for one in cases for step in steps], now=NOON)
    return cases


def claim(
    connection: Connection,
    time: Time,
    *,
    worker: str = "w1",
    channel: Channel = Channel.EMAIL,
    by: SendingRules | None = None,
    pace: Pace = FAST,
) -> Taken:
    request = ClaimRequest(channel, worker, LEASE, pace, by or rules())
    return claim_next(connection, request, time)


def status_of(connection: Connection, message: StoredMessage) -> tuple[str, str | None]:
    found = load_message(connection, message.id)
    assert found is not None
    return str(found.status), found.reason


def set_case(connection: Connection, case_id: UUID, status: CaseStatus) -> None:
    table = table_of(models.SurveyCase)
    connection.execute(update(table).where(table.c.id == case_id).values(status=status))


def person_of(connection: Connection, case_id: UUID) -> UUID:
    table = table_of(models.SurveyCase)
    return connection.execute(table.select().where(table.c.id == case_id)).one().person_id


def set_dates(connection: Connection, wave: int, opens: date, closes: date) -> None:
    table = table_of(models.Wave)
    connection.execute(
        update(table).where(table.c.year == wave).values(opens_on=opens, closes_on=closes)
    )


def leaves(connection: Connection, case_id: UUID, status: PersonStatus) -> None:
    set_person_status(connection, person_of(connection, case_id), status)


def cannot_be_reached(
    connection: Connection, case_id: UUID, status: Reach, channel: Channel = Channel.EMAIL
) -> None:
    person = person_of(connection, case_id)
    set_reach(connection, [ReachChange(person, channel, status, NOON, "test")])


def refuses(connection: Connection, case_id: UUID, kind: PersonEventKind, wave: int) -> None:
    person = person_of(connection, case_id)
    add_person_events(connection, [PersonEvent(person, kind, NOON, "test", wave)])


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def amsterdam(*parts: int, fold: int = 0) -> datetime:
    local = datetime(*parts, tzinfo=AMSTERDAM, fold=fold)  # type: ignore[misc,arg-type]
    return local.astimezone(UTC)
