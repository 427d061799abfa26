"""A backup made while people answer, and put back somewhere else."""

from __future__ import annotations

import hashlib
import json
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, insert, select

from app.cli import main
from app.clock import FixedClock
from app.messages.statuses import MailingStatus
from app.services.backing_up import back_up, restore
from app.services.bootstrap import make_context
from app.storage.audit import verify_chain
from app.storage.engine import make_engine
from app.storage.mailings import Mailing, list_mailings, put_mailing
from app.storage.migrate import METADATA, Schema, upgrade
from app.storage.models import Person
from app.storage.types import new_id, table_of
from app.storage.unit_of_work import open_databases
from tests.builders import settings
from tests.integration.outbox.outbox_study import channel_of
from tests.integration.storage.builders import field_wave

PEOPLE = 24


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small study with people, answers, contacts, staff and files."""
    folder = tmp_path_factory.mktemp("backup") / "demo"
    made = run("--data", folder, "demo", "--people", PEOPLE, "--waves", "2024", "--no-serve")
    assert made.exit_code == 0, made.output
    for name in ("minutes", "letters"):
        (folder / name).mkdir()
        (folder / name / "batch.pdf").write_bytes(b"%PDF-1.7 a batch")
    return folder


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def plain(cell: object) -> str:
    return json.dumps(cell, sort_keys=True, default=str)


def contents(folder: Path) -> dict[str, list[tuple[str, ...]]]:
    """Every row of both databases, by table."""
    found = {}
    for schema in Schema:
        engine = make_engine(f"sqlite:///{folder}/{schema}.sqlite3")
        with engine.connect() as connection:
            for table in METADATA[schema].sorted_tables:
                rows = connection.execute(select(table).order_by(*table.primary_key))
                found[f"{schema}/{table.name}"] = [tuple(map(plain, row)) for row in rows]
        engine.dispose()
    return found


def test_everything_comes_back_in_another_folder(demo: Path, tmp_path: Path) -> None:
    file, other = tmp_path / "study.backup", tmp_path / "elsewhere"

    assert run("--data", demo, "backup", file).exit_code == 0
    restored = run("--data", other, "restore", file)

    assert restored.exit_code == 0, restored.output
    # Here is put on record that it was made, there that it was restored, and nothing else.
    *here, made = contents(demo)["research/audit_event"]
    *log, last = contents(other)["research/audit_event"]
    assert contents(other) | {"research/audit_event": log} == contents(demo) | {
        "research/audit_event": here
    }
    assert '"backup.made"' in made
    assert '"backup.restored"' in last
    assert sum(map(len, contents(other).values())) > 10 * PEOPLE
    assert (other / "minutes" / "batch.pdf").read_bytes() == b"%PDF-1.7 a batch"
    assert (other / "demo.json").read_bytes() == (demo / "demo.json").read_bytes()


def test_backup_holds_no_keys_and_nobody_else_may_read_it(demo: Path, tmp_path: Path) -> None:
    file = tmp_path / "study.backup"

    run("--data", demo, "backup", file)

    keys = json.loads((demo / "keys.json").read_text())
    with zipfile.ZipFile(file) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert not any(value.encode() in whole for value in keys.values())
    assert file.stat().st_mode & 0o077 == 0
    assert (tmp_path / "study.backup.keys").stat().st_mode & 0o077 == 0


def test_backup_holds_no_printed_letter(demo: Path, tmp_path: Path) -> None:
    """They bear names and codes in plain words."""
    run("--data", demo, "backup", tmp_path / "study.backup")

    with zipfile.ZipFile(tmp_path / "study.backup") as archive:
        assert [name for name in archive.namelist() if "letters" in name] == []
        assert "files/minutes/batch.pdf" in archive.namelist()


def test_backup_is_not_put_over_what_is_there(demo: Path, tmp_path: Path) -> None:
    file = tmp_path / "study.backup"
    run("--data", demo, "backup", file)
    before = contents(demo)

    again = run("--data", demo, "backup", file)
    over = run("--data", demo, "restore", file)
    inside = run("--data", demo, "backup", demo / "study.backup")

    assert [one.exit_code for one in (again, over, inside)] == [1, 1, 1]
    assert "there already" in again.output
    assert "empty" in over.output
    assert "belongs elsewhere" in inside.output
    assert contents(demo) == before


def damaged(file: Path, name: str, content: bytes | None) -> Path:
    """The same backup with one of its files changed, or without it."""
    bad = file.with_name("damaged")
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(bad, "w") as target:
        for one in archive.namelist():
            if one != name:
                target.writestr(one, archive.read(one))
            elif content is not None:
                target.writestr(one, content)
    return bad


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "research/current_answer.jsonl",
            b"",
            "research/current_answer.jsonl is not what was written",
        ),
        ("contacts/contact.jsonl", None, "contacts/contact.jsonl cannot be read"),
        ("files/minutes/batch.pdf", b"%PDF-other", "batch.pdf is not what was written"),
        ("manifest.json", None, "no manifest"),
    ],
)
def test_damaged_backup_restores_nothing(
    demo: Path, tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    file, other = tmp_path / "study.backup", tmp_path / "elsewhere"
    run("--data", demo, "backup", file)

    refused = run("--data", other, "restore", damaged(file, name, content))

    assert refused.exit_code == 1
    assert said in refused.output
    assert not (other / "research.sqlite3").exists()


def test_log_whose_chain_is_broken_is_not_restored(demo: Path, tmp_path: Path) -> None:
    file, other = tmp_path / "study.backup", tmp_path / "elsewhere"
    run("--data", demo, "backup", file)
    name = "research/audit_event.jsonl"
    with zipfile.ZipFile(file) as archive:
        lines = archive.read(name).splitlines(keepends=True)
        manifest = json.loads(archive.read("manifest.json"))
    forged = b"".join(lines[1:])
    manifest["tables"][name]["sha256"] = hashlib.sha256(forged).hexdigest()
    step = damaged(file, name, forged).rename(tmp_path / "step")
    bad = damaged(step, "manifest.json", json.dumps(manifest).encode())

    refused = run("--data", other, "restore", bad)

    assert refused.exit_code == 1
    assert "the audit log does not hold" in refused.output
    assert sum(map(len, contents(other).values())) == 0


def test_file_outside_the_folder_is_refused(demo: Path, tmp_path: Path) -> None:
    file, other = tmp_path / "study.backup", tmp_path / "elsewhere"
    run("--data", demo, "backup", file)
    with zipfile.ZipFile(file, "a") as archive:
        manifest = json.loads(archive.read("manifest.json"))
        archive.writestr("files/../../evil", b"x")
    manifest["files"]["files/../../evil"] = {"sha256": hashlib.sha256(b"x").hexdigest()}
    bad = damaged(file, "manifest.json", json.dumps(manifest).encode())

    refused = run("--data", other, "restore", bad)

    assert refused.exit_code == 1
    assert "outside its folder" in refused.output
    assert not (tmp_path / "evil").exists()


def test_rows_written_meanwhile_are_in_whole_or_not_at_all(
    database_urls: tuple[str, str], tmp_path: Path, clock: FixedClock
) -> None:
    """Each unit adds two people: no backup ever has one without the other."""
    here = settings(database_urls)
    databases = open_databases(*database_urls)
    stop, begun = threading.Event(), threading.Event()

    def write() -> None:
        while not stop.is_set():
            with databases.research.write() as connection:
                person = {
                    "id": new_id(),
                    "created_at": clock.now(),
                    "status": "active",
                    "synthetic": True,
                }
                connection.execute(insert(table_of(Person)), person)
                connection.execute(insert(table_of(Person)), {**person, "id": new_id()})
            begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert begun.wait(60)
    try:
        files = [tmp_path / f"{number}.backup" for number in range(3)]
        for file in files:
            back_up(here, clock, file)
    finally:
        stop.set()
        writer.join()
        databases.close()

    for file in files:
        with zipfile.ZipFile(file) as archive:
            rows = archive.read("research/person.jsonl").splitlines()
        assert rows
        assert len(rows) % 2 == 0


def test_study_moves_to_another_engine_and_goes_on_numbering(
    demo: Path, tmp_path: Path, database_urls: tuple[str, str], clock: FixedClock
) -> None:
    file = tmp_path / "study.backup"
    run("--data", demo, "backup", file)

    restore(settings(database_urls), file)

    back = tmp_path / "again.backup"
    back_up(settings(database_urls), clock, back)
    with zipfile.ZipFile(file) as first, zipfile.ZipFile(back) as second:
        for name in json.loads(first.read("manifest.json"))["tables"]:
            before, after = (sorted(one.read(name).splitlines()) for one in (first, second))
            if name == "research/audit_event.jsonl":
                # That it was restored is put on record, and nothing else.
                assert len(set(after) - set(before)) == 1
                after = sorted(set(after) & set(before))
            assert before == after
    databases = open_databases(*database_urls)
    numbered = METADATA[Schema.RESEARCH].tables["answer_event"]
    with databases.research.read() as connection:
        last = connection.execute(select(func.max(numbered.c.id))).scalar()
        row = connection.execute(select(numbered).order_by(numbered.c.id).limit(1)).one()
    with databases.research.write() as connection:
        fresh = {**row._mapping, "op_id": "another"}
        del fresh["id"]
        connection.execute(insert(numbered), fresh)
        assert connection.execute(select(func.max(numbered.c.id))).scalar() > last
    databases.close()


def test_mailings_that_ran_wait_for_a_second_person_after_a_restore(
    database_urls: tuple[str, str], tmp_path: Path, clock: FixedClock
) -> None:
    """What was sent after the backup is due again: no worker may send it twice."""
    source = settings((f"sqlite:///{tmp_path / 'r.db'}", f"sqlite:///{tmp_path / 'c.db'}"))
    upgrade(source.database_url, source.contacts_url)
    study = make_context(source, clock)
    with study.databases.research.write() as connection:
        field_wave(connection)
        for step, status in (
            ("email_1", MailingStatus.RUNNING),
            ("sms_1", MailingStatus.STOPPED),
            ("letter_2", MailingStatus.WAITING),
        ):
            given = status is not MailingStatus.WAITING
            let_go = {"approved_by": "o@x.nl", "approved_at": clock.now()} if given else {}
            put_mailing(connection, mailing(step, status, clock, **let_go))
    file = tmp_path / "study.backup"
    back_up(source, clock, file)
    study.databases.close()

    told = restore(settings(database_urls), file)

    databases = open_databases(*database_urls)
    with databases.research.snapshot() as connection:
        found = {one.step: (one.status, one.approved_by) for one in list_mailings(connection)}
        broken = verify_chain(connection)
        log = METADATA[Schema.RESEARCH].tables["audit_event"]
        last = connection.execute(select(log).order_by(log.c.seq.desc()).limit(1)).one()
    databases.close()
    assert [(one.wave, one.step) for one in told.halted] == [(2024, "email_1")]
    assert found == {
        "email_1": (MailingStatus.WAITING, None),
        "sms_1": (MailingStatus.STOPPED, "o@x.nl"),
        "letter_2": (MailingStatus.WAITING, None),
    }
    assert broken is None
    assert (last.action, last.detail["steps"]) == ("mailing.wait", ["2024 email_1"])


def mailing(step: str, status: MailingStatus, clock: FixedClock, **let_go: Any) -> Mailing:
    return Mailing(
        wave=2024,
        step=step,
        channel=channel_of(step),
        status=status,
        due_at=clock.now(),
        expected=10,
        requested_by="f@x.nl",
        requested_at=clock.now(),
        **{"approved_by": None, "approved_at": None} | let_go,
    )
