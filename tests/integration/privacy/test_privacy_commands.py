"""What the privacy officer types, and what comes out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from app.cli import main
from app.clock import FixedClock
from app.panel.states import Role
from app.services.accounts import staff
from app.services.context import ServiceContext
from app.storage.migrate import upgrade
from tests.builders import context, field_wave, kinds_bank
from tests.integration.privacy.someone import Someone, someone

OFFICER, OTHER = "privacy@example.nl", "fieldwork@example.nl"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def here(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ServiceContext]:
    """A data directory with a small study, an officer and somebody who is none."""
    monkeypatch.setenv("PERSPECTIEF_SYNTHETIC", "yes")
    urls = (f"sqlite:///{data}/research.sqlite3", f"sqlite:///{data}/contacts.sqlite3")
    upgrade(*urls)
    clock = FixedClock(datetime(2024, 2, 1, 12, 0, tzinfo=UTC))
    assert CliRunner().invoke(main, ["--data", str(data), "migrate"]).exit_code == 0
    keys = json.loads((data / "keys.json").read_text()) if (data / "keys.json").exists() else {}
    assert keys
    from app.settings import Settings

    from_files = Settings.from_environment(data_dir=data, database_url=None, contacts_url=None)
    ctx = context(
        urls, clock, data_dir=data, contact_keys=from_files.contact_keys,
        contact_index_key=from_files.contact_index_key, code_keys=from_files.code_keys,
        secret_key=from_files.secret_key, staff_keys=from_files.staff_keys,
    )  # fmt: skip
    field_wave(ctx, kinds_bank())
    for email, role in ((OFFICER, Role.PRIVACY_OFFICER), (OTHER, Role.FIELDWORK)):
        staff.add_member(ctx, email=email, password="a long password of the tests", role=role)
    yield ctx
    ctx.databases.close()


@pytest.fixture
def who(here: ServiceContext) -> Someone:
    return someone(here)


def run(data: Path, *words: object, say: str | None = None) -> Result:
    given = ["--data", str(data), "privacy", *[str(word) for word in words]]
    return CliRunner().invoke(main, given, input=say)


def test_only_an_officer_or_admin_may(data: Path, who: Someone) -> None:
    for by in (OTHER, "nobody@example.nl"):
        done = run(data, "withdraw", who.person_id, "--by", by, "--yes")
        assert done.exit_code == 1
        assert "privacy_officer" in done.output


def test_a_person_is_erased_by_case_after_a_question_with_proof(data: Path, who: Someone) -> None:
    refused = run(data, "erase", who.case_id, "--by", OFFICER, say="n\n")
    assert refused.exit_code == 1

    done = run(data, "erase", who.case_id, "--by", OFFICER, say="y\n")

    assert done.exit_code == 0, done.output
    proof = json.loads(done.output[done.output.index("{") :])
    assert proof["found"] == []
    assert proof["rows"]["answer_event"] == 3
    assert [token for token in who.tokens() if token.decode() in done.output] == []
    assert run(data, "verify", who.person_id).exit_code == 0
    again = run(data, "erase", who.person_id, "--by", OFFICER, "--yes")
    assert (again.exit_code, "was erased" in again.output) == (1, True)


def test_verify_names_who_was_never_erased(data: Path, who: Someone) -> None:
    done = run(data, "verify", who.person_id)

    assert (done.exit_code, "was not erased" in done.output) == (1, True)


def test_a_copy_is_written_for_its_reader_only_and_never_over_another(
    data: Path, who: Someone, tmp_path: Path
) -> None:
    out = tmp_path / "copy.txt"
    words = ("access", who.person_id, "--language", "ar", "--out", out, "--by", OFFICER)

    assert run(data, *words).exit_code == 0

    copy = out.read_text(encoding="utf-8")
    assert who.words in copy
    assert "من كان يمكنه رؤية بياناتكم" in copy
    assert out.stat().st_mode & 0o077 == 0
    assert run(data, *words).exit_code == 1
    as_json = tmp_path / "copy.json"
    assert run(data, *words[:-4], "--out", as_json, "--json", "--by", OFFICER).exit_code == 0
    assert json.loads(as_json.read_text(encoding="utf-8"))["language"] == "ar"


def test_requests_are_listed_until_they_are_handled(data: Path, who: Someone) -> None:
    asked = run(data, "ask-erasure", who.person_id, "--by", OFFICER)
    assert asked.exit_code == 0, asked.output
    request = asked.output.split(":")[0]

    assert request in run(data, "requests").output
    outcome = ("handled", request, "--outcome", "not_identified", "--by", OFFICER)
    assert run(data, *outcome).exit_code == 0
    assert request not in run(data, "requests").output
    assert request in run(data, "requests", "--all").output


def test_what_a_person_said_on_the_phone_is_put_on_record(data: Path, who: Someone) -> None:
    said = ("consents", who.person_id, "--by", OFFICER, "--set", "recontact", "--not-given")
    assert run(data, *said).exit_code == 2

    done = run(data, *said, "--words", "Mogen wij u later weer vragen?")

    assert "put on record" in done.output
    assert "recontact  no" in done.output
    assert "survey     yes" in done.output


def test_retention_shows_what_is_due_and_destroys_it_when_told(data: Path, who: Someone) -> None:
    assert who.case_id
    shown = run(data, "retention")
    assert shown.exit_code == 0, shown.output
    assert "contacts" in shown.output
    assert run(data, "retention", "--apply").exit_code == 2
    done = run(data, "retention", "--apply", "--by", OFFICER, "--yes")
    assert done.exit_code == 0, done.output


def test_the_log_is_held_against_its_chain_and_a_kept_head(
    data: Path, here: ServiceContext
) -> None:
    whole = run(data, "verify-log")
    assert whole.exit_code == 0
    head = whole.output.rpartition(" ")[2].strip()
    assert run(data, "verify-log", "--head", head).exit_code == 0

    with here.databases.research.write() as connection:
        connection.execute(text("DROP TRIGGER audit_event_refuses_update"))
        connection.execute(text("UPDATE audit_event SET subject = 'x' WHERE seq = 2"))
    broken = run(data, "verify-log")

    assert broken.exit_code == 1
    assert "row 2: changed" in broken.output
    assert run(data, "verify-log", "--head", "nonsense").exit_code == 1
