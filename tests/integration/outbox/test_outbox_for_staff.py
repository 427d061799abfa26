"""What staff see and decide, the commands, and letters on their way through the printer."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, insert, select, update

from app.messages.channels import Channel
from app.messages.statuses import MailingStatus, MessageStatus
from app.panel.states import CaseStatus, Role, WaveStatus
from app.services.accounts import staff
from app.services.bootstrap import make_context
from app.services.context import ServiceContext
from app.services.messaging import outbox
from app.services.open_ended.open_answers import NotAllowedError
from app.settings import Settings
from app.storage import models
from app.storage.audit import verify_chain
from app.storage.contacts.keys import ContactKeys
from app.storage.contacts.people import put_fields
from app.storage.encryption import KeyRing
from app.storage.letter_messages import (
    batch_handed_over,
    empty_batch,
    letters_to_print,
    put_in_batch,
)
from app.storage.message_claims import lapse
from app.storage.messages import (
    add_due,
    cancel_due,
    count_messages,
    list_messages,
    messages_of_case,
)
from app.storage.migrate import upgrade
from app.storage.types import table_of
from app.storage.unit_of_work import Database
from tests.builders import settings
from tests.integration.outbox.outbox_study import (
    NOON,
    Time,
    claim,
    many_due,
    message_to,
    one_due,
    person_of,
    rules,
    set_case,
    set_mailing,
    status_of,
)
from tests.integration.storage.builders import draw_case

ROOT = Path(__file__).parents[3]
OFFICER, ANALYST = "f@example.nl", "a@example.nl"
PASSWORD = "a password that is long enough"


@pytest.fixture
def ctx(database_urls: tuple[str, str]) -> Iterator[ServiceContext]:
    made = make_context(settings(database_urls))
    staff.add_member(made, email=OFFICER, password=PASSWORD, role=Role.FIELDWORK)
    staff.add_member(made, email=ANALYST, password=PASSWORD, role=Role.ANALYST)
    yield made
    made.databases.close()


def unknown(ctx: ServiceContext, number: int) -> list[UUID]:
    time = Time()
    with ctx.databases.research.write() as connection:
        many_due(connection, number + 1)
        taken = [claim(connection, time).message for _ in range(number)]
        time.advance(minutes=11)
        lapse(connection, time)
    return [one.id for one in taken if one is not None]


def audited(ctx: ServiceContext) -> list[tuple[str, str]]:
    table = table_of(models.AuditEvent)
    with ctx.databases.research.snapshot() as connection:
        assert verify_chain(connection) is None
        rows = connection.execute(select(table.c.action, table.c.subject).order_by(table.c.seq))
        return [(row.action, row.subject) for row in rows if row.action.startswith("outbox")]


def test_what_is_unknown_is_listed_and_settled_on_record(ctx: ServiceContext) -> None:
    first, second = unknown(ctx, 2)
    assert {one.id for one in outbox.unknown_messages(ctx)} == {first, second}

    assert outbox.settle(ctx, [first, second], sent=False, email=OFFICER) == 2

    assert outbox.unknown_messages(ctx) == []
    assert audited(ctx) == [("outbox.settle", "2 messages")]


def test_settling_what_is_not_unknown_settles_nothing(ctx: ServiceContext) -> None:
    (first,) = unknown(ctx, 1)
    with ctx.databases.research.read() as connection:
        (due,) = list_messages(connection, statuses=[MessageStatus.DUE])

    with pytest.raises(outbox.NotUnknownError):
        outbox.settle(ctx, [first, due.id], sent=True, email=OFFICER)

    assert [one.id for one in outbox.unknown_messages(ctx)] == [first]
    assert audited(ctx) == []


def test_who_has_no_business_with_messages_may_not_steer_them(ctx: ServiceContext) -> None:
    (first,) = unknown(ctx, 1)

    for email in (ANALYST, "nobody@example.nl"):
        with pytest.raises(NotAllowedError):
            outbox.settle(ctx, [first], sent=True, email=email)
        with pytest.raises(NotAllowedError):
            outbox.cancel(ctx, 2024, reason="a test", email=email)


def test_cancelling_is_on_record(ctx: ServiceContext) -> None:
    unknown(ctx, 1)

    assert outbox.cancel(ctx, 2024, reason="wrong words", email=OFFICER) == 1

    counted = {one.status: one.reason for one in outbox.counts(ctx, 2024)}
    assert counted == {"cancelled": "by_staff", "unknown": "lease_lapsed"}
    assert audited(ctx) == [("outbox.cancel", "wave 2024")]


def test_channels_tell_that_they_are_slowed_down(ctx: ServiceContext) -> None:
    unknown(ctx, 1)

    assert [(one.channel, one.halved) for one in outbox.channels(ctx)] == [("email", 0)]


def a_batch(connection: Connection, step: str = "letter_1") -> UUID:
    batch_id = uuid4()
    connection.execute(
        insert(table_of(models.PrintBatch)),
        {
            "id": batch_id,
            "wave": 2024,
            "step": step,
            "letters": 2,
            "test_letters": 0,
            "manifest": {},
            "made_at": NOON,
            "made_by": "test",
        },
    )
    return batch_id


def printed(connection: Connection, number: int = 2) -> tuple[list[UUID], UUID]:
    cases = many_due(connection, number, ["letter_1"])
    letters = letters_to_print(connection, 2024, "letter_1", rules(), limit=100, now=NOON)
    batch_id = a_batch(connection)
    put_in_batch(connection, [one.id for one in letters], batch_id)
    return cases, batch_id


def test_letters_are_given_to_one_batch_and_are_sent_when_it_is_handed_over(
    research: Database,
) -> None:
    with research.write() as connection:
        cases, batch_id = printed(connection)

        assert letters_to_print(connection, 2024, "letter_1", rules(), limit=9, now=NOON) == []
        told = {"reason": "by_staff", "by": "test", "now": NOON}
        assert cancel_due(connection, wave=2024, **told) == 0, "they are on paper"
        assert batch_handed_over(connection, batch_id, by="test", now=NOON) == 2
        assert batch_handed_over(connection, batch_id, by="test", now=NOON) == 0

        assert [one.status for one in count_messages(connection)] == ["sent"]
        (letter,) = messages_of_case(connection, cases[0])
        assert (letter.settled_at, letter.print_batch_id) == (NOON, batch_id)


def test_letters_of_a_batch_that_was_thrown_away_are_printed_again(research: Database) -> None:
    with research.write() as connection:
        cases, batch_id = printed(connection)

        assert empty_batch(connection, batch_id) == 2

        again = letters_to_print(connection, 2024, "letter_1", rules(), limit=9, now=NOON)
        assert {one.case_id for one in again} == set(cases)


def test_letter_that_was_taken_out_of_the_pile_is_not_sent(research: Database) -> None:
    with research.write() as connection:
        cases, batch_id = printed(connection)
        (kept,) = messages_of_case(connection, cases[0])

        assert batch_handed_over(connection, batch_id, by="t", now=NOON, except_={kept.id}) == 1

        assert status_of(connection, kept) == ("due", None)


def test_letters_are_printed_before_their_day_and_before_the_wave_opens_but_not_to_who_is_done(
    research: Database,
) -> None:
    soon = NOON + timedelta(days=3)
    with research.write() as connection:
        letter = one_due(connection, "letter_1", not_before=soon)
        done = draw_case(connection)
        set_case(connection, done.id, CaseStatus.COMPLETE)
        add_due(connection, [message_to(done.id, "letter_1", not_before=soon)], now=NOON)
        set_wave(connection, WaveStatus.REHEARSED)
        given = (connection, 2024, "letter_1", rules())
        assert letters_to_print(*given, limit=9, now=NOON) == []

        found = letters_to_print(*given, limit=9, now=NOON, due_by=soon)

        assert [one.id for one in found] == [letter.id]
        assert [one.reason for one in messages_of_case(connection, done.id)] == ["case_moved_on"]
        set_mailing(connection, "letter_1", MailingStatus.WAITING)
        assert letters_to_print(*given, limit=9, now=NOON, due_by=soon) == []


def set_wave(connection: Connection, status: WaveStatus) -> None:
    table = table_of(models.Wave)
    connection.execute(update(table).where(table.c.year == 2024).values(status=status))


def run(data: Path, *arguments: str, synthetic: bool = True) -> subprocess.CompletedProcess[str]:
    environment = {"PERSPECTIEF_SYNTHETIC": "yes" if synthetic else "no"}
    return subprocess.run(
        [sys.executable, "-m", "app", "--data", str(data), *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """A data directory with a wave in the field, an e-mail and a text message to two people."""
    found = Settings.from_environment({"PERSPECTIEF_SYNTHETIC": "yes"}, data_dir=tmp_path)
    upgrade(found.database_url, found.contacts_url)
    ctx = make_context(found)
    staff.add_member(ctx, email=OFFICER, password=PASSWORD, role=Role.FIELDWORK)
    with ctx.databases.research.write() as connection:
        cases = many_due(connection, 2, ["email_1", "sms_1"])
        person = person_of(connection, cases[0])
    keys = ContactKeys(KeyRing(found.contact_keys), found.contact_index_key)
    with ctx.databases.contacts.write() as connection:
        fields = {"name": "T. Ester", "email": "ester@example.nl", "phone": "+31612345678"}
        put_fields(connection, keys, person, fields, at=NOON)
    ctx.databases.close()
    return tmp_path


def test_worker_sends_what_is_due_and_says_nothing_about_anybody(installation: Path) -> None:
    # A Thursday at noon: nobody is disturbed.
    done = run(installation, "worker", "--until-empty", "--as-of", "2024-02-01T14:00:00")
    listed = run(installation, "outbox", "list")

    assert done.returncode == 0, done.stderr
    assert "2 messages were given to a provider" in done.stdout
    lines = [line.split() for line in listed.stdout.splitlines()[1:]]
    assert sorted(line[1:] for line in lines) == [
        ["email_1", "email", "cancelled", "no_email", "1"],
        ["email_1", "email", "sent", "1"],
        ["sms_1", "sms", "cancelled", "no_phone", "1"],
        ["sms_1", "sms", "sent", "1"],
    ]
    for told in (done.stdout, done.stderr, listed.stdout, listed.stderr):
        assert "ester" not in told.lower()
        assert "+31" not in told


def test_worker_that_ends_in_a_pause_says_until_when_and_how_many_wait(installation: Path) -> None:
    found = Settings.from_environment({"PERSPECTIEF_SYNTHETIC": "yes"}, data_dir=installation)
    ctx = make_context(found)
    told = datetime(2024, 2, 1, 13, 0, tzinfo=UTC)
    with ctx.databases.research.write() as connection:
        pace = table_of(models.ChannelPace)
        values = {"free_at": told + timedelta(minutes=8), "slowdowns": 5, "slowed_at": told}
        connection.execute(insert(pace).values(channel=Channel.EMAIL, **values))
    ctx.databases.close()

    done = run(installation, "worker", "--until-empty", "--as-of", "2024-02-01T14:00:00")

    assert done.returncode == 75
    assert "email: paused until 14:08:00 after too many at once; 2 wait" in done.stderr
    assert "sms" not in done.stderr


def test_worker_refuses_to_play_with_time_where_people_are_real(installation: Path) -> None:
    refused = run(installation, "worker", "--as-of", "2024-02-01", synthetic=False)

    assert refused.returncode == 2
    assert "not synthetic" in refused.stderr


def test_worker_without_a_way_to_send_says_so(installation: Path) -> None:
    refused = run(installation, "worker", "--until-empty", synthetic=False)

    assert refused.returncode == 1
    assert "nothing is set up that sends email or sms" in refused.stderr


def test_command_cancels_for_good(installation: Path) -> None:
    given = ["--wave", "2024", "--step", "email_1", "--reason", "a test", "--by", OFFICER]

    done = run(installation, "outbox", "cancel", *given, "--yes")

    assert done.stdout == "2 messages cancelled\n"
