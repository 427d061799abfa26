"""``mail bounces``, ``mail preview`` and ``mail sms-reports``, as they are typed."""

from __future__ import annotations

import mailbox
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import select

from app.clock import FixedClock
from app.services.bootstrap import make_context
from app.services.context import ServiceContext
from app.services.invented.demo_files import DEMO_FILE
from app.settings import Settings
from app.storage import models
from app.storage.migrate import upgrade
from app.storage.types import table_of
from tests.builders import ROOT
from tests.integration.mail.written_to import (
    PERSONAL,
    a_person,
    comes_back,
    sent,
    status_of,
)
from tests.integration.outbox.outbox_study import NOON
from tests.integration.storage.builders import field_wave

_event = table_of(models.PersonEvent)


@pytest.fixture
def there(tmp_path: Path) -> Iterator[ServiceContext]:
    """Services over a data directory, as the commands find it."""
    settings = Settings.from_environment({}, data_dir=tmp_path / "data")
    upgrade(settings.database_url, settings.contacts_url)
    made = make_context(settings, FixedClock(NOON))
    with made.databases.research.write() as connection:
        field_wave(connection)
    yield made
    made.databases.close()


def run(
    ctx: ServiceContext, *arguments: str, given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "app", "--data", str(ctx.settings.data_dir), "mail"]
    return subprocess.run(
        [*command, *arguments],
        input=given,
        capture_output=True,
        cwd=ROOT,
        timeout=120,
        check=False,
    )


def test_returned_mail_is_taken_from_files_a_maildir_an_mbox_and_a_pipe(
    there: ServiceContext, tmp_path: Path
) -> None:
    messages = [sent(there, a_person(there)) for _ in range(4)]
    mails = [comes_back(there, one, "5.1.1") for one in messages]
    (tmp_path / "one.eml").write_bytes(mails[0])
    maildir = mailbox.Maildir(tmp_path / "Maildir")
    maildir.add(mails[1])
    maildir.close()
    mbox = mailbox.mbox(tmp_path / "mbox")
    mbox.add(mails[2])
    mbox.add(b"From: a person\nSubject: hello\n\nhello\n")
    mbox.close()
    before = sorted(str(one) for one in tmp_path.rglob("*") if "data" not in one.parts)

    places = [str(tmp_path / name) for name in ("one.eml", "Maildir", "mbox")]
    files = run(there, "bounces", *places)
    pipe = run(there, "bounces", "-", given=mails[3])
    again = run(there, "bounces", *places)

    assert [one.returncode for one in (files, pipe, again)] == [0, 0, 0]
    assert files.stdout.decode() == (
        "4 mails: 3 hard, 1 other\nnew: 3; about no message of ours: 1\n"
    )
    assert pipe.stdout.decode() == "1 mail: 1 hard\nnew: 1; about no message of ours: 0\n"
    assert again.stdout.decode().endswith("new: 0; about no message of ours: 1\n")
    assert [status_of(there, one)[0] for one in messages] == ["returned"] * 4
    # Read, not moved: the mailbox is somebody else's.
    assert sorted(str(one) for one in tmp_path.rglob("*") if "data" not in one.parts) == before
    said = (files.stdout + files.stderr + pipe.stdout + pipe.stderr).decode()
    assert not any(word in said for word in PERSONAL)


def test_returned_mail_is_written_down_at_the_time_it_is_taken_in_as_of(
    there: ServiceContext, tmp_path: Path
) -> None:
    (there.settings.data_dir / DEMO_FILE).write_text("{}")  # type: ignore[operator]
    person = a_person(there)
    (tmp_path / "one.eml").write_bytes(comes_back(there, sent(there, person), "5.1.1"))

    done = run(there, "bounces", str(tmp_path / "one.eml"), "--as-of", "2024-03-05")

    assert done.returncode == 0, done.stderr.decode()
    with there.databases.research.read() as connection:
        events = connection.execute(select(_event.c.kind, _event.c.at)).all()
    assert [(str(kind), at.isoformat()) for kind, at in events] == [
        ("mail_bounced", "2024-03-04T23:00:00+00:00")
    ]


def test_previews_show_every_text_in_every_language_of_a_wave(
    there: ServiceContext, tmp_path: Path
) -> None:
    done = run(there, "preview", "--wave", "2024", "--out", str(tmp_path / "out"))

    made = {one.name for one in (tmp_path / "out").iterdir()}
    assert done.returncode == 0, done.stderr.decode()
    for language in ("nl", "en", "ar", "tr", "ti", "fa"):
        for ending in ("eml", "html", "txt"):
            assert f"email-reminder-{language}.{ending}" in made
    mail = message_from_bytes(
        (tmp_path / "out" / "email-reminder-ar.eml").read_bytes(), policy=policy.default
    )
    assert mail["Content-Language"] == "ar"
    sms = (tmp_path / "out" / "sms.txt").read_text(encoding="utf-8")
    assert sms.count("1 part,") == 18
    assert sms.count("(ucs-2)") == 12


def test_a_wave_that_is_not_planned_has_no_previews(there: ServiceContext, tmp_path: Path) -> None:
    done = run(there, "preview", "--wave", "1999", "--out", str(tmp_path / "out"))

    assert done.returncode == 1
    assert b"1999" in done.stderr
    assert not (tmp_path / "out").exists()


def test_without_a_gateway_there_is_nobody_to_ask(there: ServiceContext) -> None:
    done = run(there, "sms-reports")

    assert done.stdout.decode() == "asked about 0 text messages; news of 0\n"
