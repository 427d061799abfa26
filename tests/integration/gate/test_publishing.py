"""Publishing: refused with the list, or with a named override that stays on record."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app import cli_gate
from app.cli import main
from app.clock import FixedClock
from app.questionnaire.document import Problem
from app.questionnaire.model import Place
from app.services.content.fielding import FinalFaultsError, Override, publish_wave
from app.services.content.readiness import Finding, Ground, Readiness
from app.services.content.study_calendar import WavePlan
from app.storage import audit
from app.storage.models import AuditEvent
from app.storage.types import table_of
from app.storage.unit_of_work import open_databases
from app.storage.versions import latest_version
from tests.builders import context, kinds_bank
from tests.conftest import copy_template
from tests.integration.staff.conftest import PASSWORD

UNREVIEWED = Finding(Ground.REVIEW, Problem(Place("ar/small.po", 12), "3 texts are not reviewed"))
MISSING = Finding(Ground.UNUSABLE, Problem(Place("ar/small.po", 40), "work: is not translated"))
BUTTON = Finding(Ground.INTERFACE, Problem(Place("ar/messages.po", 9), '"Next": is not translated'))
PLAN = WavePlan(2024, ("nl", "en"), date(2024, 1, 15), date(2024, 3, 15), ())


@pytest.fixture
def urls(sqlite_template: Path, tmp_path: Path) -> tuple[str, str]:
    return copy_template(sqlite_template, tmp_path / "databases")


def published(urls: tuple[str, str], by: str = "Ans") -> tuple[str | None, list[dict]]:
    """The override of the last version, and what the log says of overrides."""
    databases = open_databases(*urls)
    log = table_of(AuditEvent)
    with databases.research.read() as connection:
        version = latest_version(connection, 2024)
        rows = connection.execute(
            log.select().where(log.c.action == "wave.published_with_override")
        ).all()
        assert audit.verify_chain(connection) is None
    databases.close()
    return (version.override if version else None), [row.detail for row in rows]


# --- the record -----------------------------------------------------------------------------------


def test_override_says_who_when_why_and_what(urls: tuple[str, str], clock: FixedClock) -> None:
    ctx = context(urls, clock)
    override = Override("Ans", clock.now(), "Letters go out on Monday", (UNREVIEWED,))
    version = publish_wave(ctx, kinds_bank(), PLAN, by="Ans", override=override)
    ctx.databases.close()

    record, log = published(urls)

    assert json.loads(record or "") == {
        "at": "2024-02-01T12:00:00+00:00",
        "by": "Ans",
        "reason": "Letters go out on Monday",
        "overridden": [
            {
                "ground": "review",
                "place": "ar/small.po:12",
                "message": "3 texts are not reviewed",
            }
        ],
    }
    assert [(one["by"], one["version"]) for one in log] == [("Ans", version)]


def test_wave_published_as_it_should_be_has_no_override(
    urls: tuple[str, str], clock: FixedClock
) -> None:
    ctx = context(urls, clock)
    publish_wave(ctx, kinds_bank(), PLAN, by="Ans")
    ctx.databases.close()

    assert published(urls) == (None, [])


def test_override_of_the_very_same_version_is_logged_again(
    urls: tuple[str, str], clock: FixedClock
) -> None:
    ctx = context(urls, clock)
    publish_wave(ctx, kinds_bank(), PLAN, by="Ans")
    override = Override("Bo", clock.now(), "Recordings were lost", (UNREVIEWED,))
    publish_wave(ctx, kinds_bank(), PLAN, by="Bo", override=override)
    ctx.databases.close()

    record, log = published(urls)

    assert record is None
    assert [one["by"] for one in log] == ["Bo"]


@pytest.mark.parametrize("final", [MISSING, BUTTON])
def test_nobody_overrides_a_missing_translation(final: Finding, clock: FixedClock) -> None:
    with pytest.raises(FinalFaultsError) as refused:
        Override("Ans", clock.now(), "In a hurry", (UNREVIEWED, final))

    assert refused.value.findings == [final]


def test_demo_may_show_a_button_without_translation_but_no_question(clock: FixedClock) -> None:
    Override("demo", clock.now(), "synthetic", (UNREVIEWED, BUTTON), synthetic=True)

    with pytest.raises(FinalFaultsError):
        Override("demo", clock.now(), "synthetic", (MISSING,), synthetic=True)


# --- the command ----------------------------------------------------------------------------------


@pytest.fixture
def publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The command, with a gate that finds what it is told."""

    def run(*arguments: str, findings: tuple[Finding, ...] = ()) -> Result:
        ready = Readiness(bank=kinds_bank(), findings=list(findings))
        monkeypatch.setattr(cli_gate, "gate", lambda *_, **__: ready)
        command = ["--data", str(tmp_path), "publish", "--wave", "2024"]
        by = () if "--by" in arguments else ("--by", "r@example.org")
        return CliRunner().invoke(main, [*command, *by, *arguments])

    role = {"r@example.org": "researcher", "a@example.org": "analyst"}
    for email in role:
        account = ["add-staff", "--email", email, "--role", role[email], "--password", PASSWORD]
        assert CliRunner().invoke(main, ["--data", str(tmp_path), *account]).exit_code == 0
    return run


def record_in(folder: Path) -> tuple[str | None, list[dict]]:
    return published(
        (f"sqlite:///{folder}/research.sqlite3", f"sqlite:///{folder}/contacts.sqlite3")
    )


def test_ready_wave_is_published(publish, tmp_path: Path) -> None:
    done = publish()

    assert done.exit_code == 0, done.output
    assert len(done.stdout.strip()) == 64
    assert record_in(tmp_path) == (None, [])


@pytest.mark.parametrize("by", ["Ans", "nobody@example.org", "a@example.org"])
def test_only_staff_with_the_role_publish(publish, tmp_path: Path, by: str) -> None:
    refused = publish("--by", by)

    assert refused.exit_code == 1
    assert "has no account" in refused.output or "is analyst" in refused.output
    assert record_in(tmp_path)[0] is None


def test_unready_wave_is_refused_with_the_list(publish, tmp_path: Path) -> None:
    refused = publish(findings=(UNREVIEWED,))

    assert refused.exit_code == 1
    assert refused.stdout.splitlines() == ["ar/small.po:12: 3 texts are not reviewed"]
    assert "--override" in refused.stderr
    assert record_in(tmp_path) == (None, [])


def test_named_person_overrides_with_a_reason(publish, tmp_path: Path) -> None:
    done = publish("--override", "Letters go out on Monday", findings=(UNREVIEWED,))

    assert done.exit_code == 0, done.output
    record, log = record_in(tmp_path)
    assert json.loads(record or "")["reason"] == "Letters go out on Monday"
    assert len(log) == 1


@pytest.mark.parametrize("reason", ["", "   "])
def test_override_without_a_reason_is_none(publish, tmp_path: Path, reason: str) -> None:
    assert publish("--override", reason, findings=(UNREVIEWED,)).exit_code == 1
    assert record_in(tmp_path) == (None, [])


def test_command_names_what_cannot_be_overridden(publish, tmp_path: Path) -> None:
    refused = publish("--override", "In a hurry", findings=(UNREVIEWED, MISSING))

    assert refused.exit_code == 1
    assert refused.stdout.splitlines() == ["ar/small.po:40: work: is not translated"]
    assert record_in(tmp_path) == (None, [])
