"""After a restore nobody is sent again what went out since the backup."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from app.cli import main
from app.clock import FixedClock
from app.messages.channels import Channel
from app.messages.providers import Report
from app.messages.statuses import MailingStatus, MessageStatus
from app.services.backing_up import back_up, restore
from app.services.invented.demo_files import DEMO_FILE
from app.services.members import restored_news
from app.services.messaging import lost_days, mailings, outbox, reports, restored_steps
from app.services.messaging.lost_days import RESTORED, Halted, LostDays, NoSuchStepError
from app.services.messaging.mailings import MailingRefusedError
from app.storage import audit, models
from app.storage.messages import StoredMessage
from app.storage.migrate import upgrade
from app.storage.types import table_of
from app.storage.waves import load_wave
from tests.builders import context
from tests.integration.mailings.field import OPENS, Desk, prepare
from tests.integration.mailings.test_commands import Place
from tests.same_ids import same_ids

ASKS, OTHER = "f@onderzoek.nl", "r@onderzoek.nl"
_message = table_of(models.Message)


@dataclass
class Post:
    """What people got, over the loss of a database and beyond."""

    got: Counter[tuple[UUID, str]] = field(default_factory=Counter)

    def goes_out(self, desk: Desk) -> None:
        """Let workers send what is due by e-mail and text message."""
        with desk.ctx.databases.research.write() as connection:
            for one in desk.messages():
                letter = one.channel is Channel.LETTER
                late = one.not_before > desk.clock.now()
                if letter or late or one.status is not MessageStatus.DUE:
                    continue
                values = {"status": MessageStatus.SENT, "attempts": 1, "settled_at": one.not_before}
                connection.execute(update(_message).where(_message.c.id == one.id).values(values))
                self.got[one.case_id, one.step] += 1

    def days(self, desk: Desk, count: int) -> None:
        for _ in range(count):
            desk.days(1)
            self.goes_out(desk)


@dataclass
class Lost:
    """A desk whose database was lost, and the one that came back from a backup."""

    before: Desk
    after: Desk
    halted: tuple[Halted, ...]
    days: LostDays
    post: Post

    def step(self, name: str) -> list[StoredMessage]:
        return self.after.messages(name)

    def bring_news_in(self) -> None:
        restored_news.brought_in(self.after.ctx, email=ASKS)

    def approve(self, *steps: str, none_went_out: bool = True) -> None:
        mailings.approve_all(
            self.after.ctx,
            self.after.year,
            steps,
            self.after.member(OTHER),
            proven=True,
            none_went_out=none_went_out,
        )


CASES = 40


@pytest.fixture
def unasked(database_urls: tuple[str, str], tmp_path: Path) -> Iterator[Lost]:
    """E-mails run from day 5 on; a backup on day 8, four more days, then the backup comes back."""
    with same_ids():
        source = (f"sqlite:///{tmp_path / 'r.db'}", f"sqlite:///{tmp_path / 'c.db'}")
        upgrade(*source)
        desk, post = prepare(source, tmp_path / "desk"), Post()
        desk.draw(CASES)
        desk.rehearsed()
        desk.let_go("letter_1", "email_1")
        desk.go_to(OPENS)
        desk.tick()
        post.days(desk, 7)
        desk.days(1)  # messages are due when the backup is made, and go out after it
        file = tmp_path / "study.backup"
        back_up(desk.ctx.settings, desk.clock, file)
        made_at = desk.clock.now()
        desk.let_go("sms_1")
        post.days(desk, 16)

        there = context(database_urls, desk.clock, desk.ctx.study)
        there.databases.close()
        told = restore(there.settings, file, none_known=True)
        changes = {"synthetic": False, "public_url": "https://onderzoek.nl"}
        ctx = context(database_urls, FixedClock(desk.clock.now()), desk.ctx.study, **changes)
        made = Lost(
            desk, Desk(ctx, desk.bank), told.halted, LostDays(made_at, desk.clock.now()), post
        )
        yield made
    for one in (desk, made.after):
        one.ctx.databases.close()


@pytest.fixture
def lost(unasked: Lost) -> Lost:
    """The same, and somebody says that news of the lost days was brought in again."""
    unasked.bring_news_in()
    return unasked


def test_nobody_gets_an_email_twice_and_who_had_none_yet_still_gets_it(lost: Lost) -> None:
    in_time = sum(step == "email_1" for _, step in lost.post.got)

    lost_days.hold_what_ran(lost.after.ctx, lost.halted, lost.days)
    lost.approve("letter_1", "email_1")
    lost.post.days(lost.after, 40)

    assert in_time > 20
    assert {step for _, step in lost.post.got} == {"email_1", "sms_1"}
    emails = {case: n for (case, step), n in lost.post.got.items() if step == "email_1"}
    assert set(emails.values()) == {1}
    assert len(emails) == CASES


def test_without_holding_them_they_would_be_sent_again(lost: Lost) -> None:
    """The fault that this is about: approved without a look, the days since come once more."""
    lost.approve("email_1")
    lost.post.days(lost.after, 40)

    assert max(lost.post.got.values()) == 2


def test_nothing_is_let_go_before_news_of_the_lost_days_was_brought_in_again(
    unasked: Lost,
) -> None:
    """Who refused or died since the backup is as before: the next message would reach them."""
    with pytest.raises(MailingRefusedError, match=r"news about people from .* was lost") as refused:
        unasked.approve("letter_1", "email_1")
    with pytest.raises(MailingRefusedError, match="was lost by a restore"):
        unasked.after.let_go("sms_1")
    waiting = {one.step: one.status for one in mailings.let_go(unasked.after.ctx, 2024)}
    assert waiting == {"letter_1": MailingStatus.WAITING, "email_1": MailingStatus.WAITING}
    assert "people restored --confirm" in str(refused.value)

    unasked.bring_news_in()
    unasked.approve("letter_1", "email_1")


def test_what_ran_waits_and_what_may_have_gone_out_is_unknown(lost: Lost) -> None:
    due = Counter((one.status, one.reason) for one in lost.step("email_1"))
    held = lost_days.hold_what_ran(lost.after.ctx, lost.halted, lost.days)
    again = lost_days.hold_what_ran(lost.after.ctx, lost.halted, lost.days)

    went_out = sum(step == "email_1" for _, step in lost.post.got)
    found = Counter((one.status, one.reason) for one in lost.step("email_1"))
    assert {one.step: one.status for one in mailings.let_go(lost.after.ctx, 2024)} == {
        "letter_1": MailingStatus.WAITING,
        "email_1": MailingStatus.WAITING,
    }
    # Some were due when the backup was made; the others were put down after it.
    at_backup = due[MessageStatus.UNKNOWN, RESTORED]
    assert 0 < at_backup < held[2024, "email_1"]
    assert held[2024, "email_1"] + at_backup == found[MessageStatus.UNKNOWN, RESTORED]
    assert sum(found.values()) == went_out
    assert again == {(2024, "email_1"): 0}
    assert set(lost.after.statuses("letter_1")) == {MessageStatus.DUE}


def test_step_that_was_let_go_in_the_lost_days_is_held_by_a_person(lost: Lost) -> None:
    got = {case for case, step in lost.post.got if step == "sms_1"}
    lost_days.hold_what_ran(lost.after.ctx, lost.halted, lost.days)

    held = lost_days.hold(lost.after.ctx, 2024, "sms_1", lost.days, email=ASKS)
    lost_days.settle_restored(lost.after.ctx, 2024, "sms_1", sent=True, email=ASKS)
    lost_days.settle_restored(lost.after.ctx, 2024, "email_1", sent=False, email=ASKS)
    lost.after.rehearse(override="a test")
    lost.after.let_go("sms_1")
    lost.post.days(lost.after, 40)

    assert got
    assert held == len(got)
    assert {case for case, step in lost.post.got if step == "sms_1"} > got
    assert max(lost.post.got.values()) == 1
    assert outbox.unknown_messages(lost.after.ctx) == []


def test_step_that_may_have_gone_out_in_the_lost_days_is_not_let_go_before_somebody_says(
    lost: Lost,
) -> None:
    lost_days.hold_what_ran(lost.after.ctx, lost.halted, lost.days)

    # What workers sent is held by the restore itself; who printed letters has to say so.
    lost.approve("email_1", none_went_out=False)
    with pytest.raises(MailingRefusedError, match="letter_1 may have gone out"):
        lost.approve("letter_1", none_went_out=False)
    with pytest.raises(MailingRefusedError, match="--none-went-out"):
        lost.after.let_go("sms_1")

    lost_days.hold(lost.after.ctx, 2024, "letter_1", lost.days, email=ASKS)
    lost.approve("letter_1", none_went_out=False)
    assert lost.after.statuses("letter_1") == Counter({MessageStatus.UNKNOWN: CASES})


def test_word_that_no_letter_went_out_in_the_lost_days_is_on_record_and_holds(lost: Lost) -> None:
    lost_days.hold_what_ran(lost.after.ctx, lost.halted, lost.days)

    lost.approve("letter_1")

    with lost.after.ctx.databases.research.read() as connection:
        (event,) = audit.events_of(connection, ["mailing.none_went_out"])
        wave = load_wave(connection, 2024)
        assert wave is not None
        assert restored_steps.in_doubt(connection, wave, "letter_1") is None
        assert restored_steps.in_doubt(connection, wave, "letter_2") is not None
    assert event.detail["by"] == OTHER
    assert lost.after.statuses("letter_1") == Counter({MessageStatus.DUE: CASES})


def test_letters_that_went_to_the_printer_since_are_held_by_a_person(lost: Lost) -> None:
    lost_days.hold_what_ran(lost.after.ctx, lost.halted, lost.days)

    held = lost_days.hold(lost.after.ctx, 2024, "letter_1", lost.days, email=ASKS)
    settled = lost_days.settle_restored(lost.after.ctx, 2024, "letter_1", sent=True, email=ASKS)

    assert (held, settled) == (CASES, CASES)
    assert lost.after.statuses("letter_1") == Counter({MessageStatus.SENT: CASES})


def test_report_about_a_message_that_was_due_at_the_backup_is_believed(lost: Lost) -> None:
    """Its name is the same as before: the provider knows what became of it."""
    waiting = [one for one in lost.step("email_1") if one.status is MessageStatus.UNKNOWN]
    report = Report(waiting[0].id, MessageStatus.RETURNED, lost.days.until, "bounce-5.1.1")

    taken = [reports.take_report(lost.after.ctx, report, channel=Channel.EMAIL) for _ in range(2)]

    assert waiting
    assert taken == [True, False]
    assert lost.after.statuses("email_1")[MessageStatus.RETURNED] == 1


def test_step_or_wave_that_does_not_exist_is_refused(lost: Lost) -> None:
    with pytest.raises(NoSuchStepError):
        lost_days.hold(lost.after.ctx, 2024, "email_9", lost.days, email=ASKS)
    with pytest.raises(NoSuchStepError):
        lost_days.hold(lost.after.ctx, 2031, "email_1", lost.days, email=ASKS)


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--data", str(folder), *words], catch_exceptions=False)


def test_restore_says_what_waits_what_is_unknown_and_what_a_person_has_to_do(
    tmp_path: Path,
) -> None:
    place = Place(tmp_path / "study")
    (place.folder / DEMO_FILE).write_text("{}")
    place.desk.draw(12)
    place.desk.rehearsed()
    place.desk.let_go("email_1", "letter_1")
    place.desk.go_to(place.ctx.clock.now().date() + timedelta(days=60))
    place.ctx.databases.close()
    file, other = tmp_path / "study.backup", tmp_path / "elsewhere"
    run(place.folder, "waves", "tick", "--as-of", f"{place.desk.clock.now():%Y-%m-%d}")
    assert run(place.folder, "backup", str(file)).exit_code == 0

    restored = run(other, "restore", str(file), "--no-erasures-known")
    listed = run(other, "mailing", "list", "--wave", "2024")
    since = json.loads(zipfile.ZipFile(file).read("manifest.json"))["made_at"]
    by = ["--wave", "2024", "--step", "letter_1", "--by", ASKS]
    held = run(other, "outbox", "hold", *by, "--since", since)
    settled = run(other, "outbox", "settle", *by, "--not-sent")

    assert restored.exit_code == 0, restored.output
    assert "these ran and wait now: 2024 email_1, 2024 letter_1" in restored.output
    assert "are not sent again" in restored.output
    assert f"what was told of people since {since} is not here" in restored.output
    assert "people restored --confirm" in restored.output
    assert f"outbox hold --wave … --step … --since {since}" in restored.output
    assert listed.output.count("waiting") == 2
    assert held.output == "letter_1: 12 messages are unknown now\n"
    assert settled.output == "12 messages: not sent\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["hold", "--since", "yesterday"], 2, "expected a date and time"),
        (["hold", "--since", "2024-02-02", "--until", "2024-02-01"], 2, "is before --since"),
        (["hold", "--since", "2024-02-02"], 1, 'the plan has no step "email_9"'),
        (["settle", "--sent", str(UUID(int=1))], 2, "expected messages, or --wave and --step"),
    ],
)
def test_commands_refuse_what_they_cannot_understand(
    tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    Place(tmp_path).ctx.databases.close()
    command = ["outbox", words[0], "--wave", "2024", "--step", "email_9", "--by", ASKS]

    ran = run(tmp_path, *command, *words[1:])

    assert ran.exit_code == code, ran.output
    assert said in ran.output
