"""A check that was asked for on the site, its report, and publishing by it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main
from app.clock import FixedClock
from app.page_sizes import question_page_sizes
from app.panel.states import Role
from app.questionnaire.document import Problem
from app.questionnaire.model import Place
from app.questionnaire.screen_counts import ScreenCount
from app.services import jobs
from app.services.accounts import staff
from app.services.accounts.staff import SignInStage, Visit
from app.services.content.check_reports import (
    CheckReport,
    load_full_report,
    load_report,
    save_report,
)
from app.services.content.gate_pieces import NOT_WEIGHED
from app.services.content.instruments import TRANSLATIONS
from app.services.content.publishing import (
    Hindrance,
    PublishRefusedError,
    publish_checked,
    publishable,
)
from app.services.content.questionnaires import draft_of, shelf_of
from app.services.content.readiness import Finding, Ground
from app.services.context import ServiceContext
from app.services.jobs import JobState
from app.storage.audit import events_of
from tests.builders import KINDS, field_wave, fingerprint, kinds_bank
from tests.integration.staff.conftest import add_account

REVIEW = Finding(Ground.REVIEW, Problem(Place("ar/kinds.po", 12), "3 texts are not reviewed"))
BROKEN = Finding(Ground.UNUSABLE, Problem(Place("kinds/study.yaml", 1), "cannot be read"))


@pytest.fixture
def ctx(small_ctx: ServiceContext, tmp_path: Path) -> ServiceContext:
    """Wave 2024 published and set up, and a question of it changed in the files since."""
    field_wave(small_ctx, kinds_bank())
    copy = tmp_path / "surveys" / "kinds"
    shutil.copytree(KINDS, copy)
    file = copy / "modules" / "kinds.yaml"
    file.write_text(file.read_text("utf-8").replace("Heeft u werk?", "Hebt u nu werk?"), "utf-8")
    shutil.copytree(TRANSLATIONS, tmp_path / "translations")
    return replace(small_ctx, study=copy, catalogs=tmp_path / "translations")


@pytest.fixture
def who(ctx: ServiceContext) -> Visit:
    account = add_account(ctx, Role.RESEARCHER)
    with ctx.databases.research.read() as connection:
        found = staff.accounts.find_member(connection, account.email)
    assert found is not None
    return Visit(found.id, account.email, Role.RESEARCHER, SignInStage.FULL, "key")


Report = Callable[..., CheckReport]


@pytest.fixture
def report(ctx: ServiceContext) -> Report:
    """Keep a report of today's files."""

    def keep(*findings: Finding, **changed: object) -> CheckReport:
        made = CheckReport(
            year=2024,
            at=ctx.clock.now(),
            signature=draft_of(ctx).signature,
            proving=True,
            findings=findings,
            plain=(),
            screens=(ScreenCount(("wi2021", "asiel"), True, 120, 41.5, 55.0),),
        )
        made = replace(made, **changed)  # type: ignore[arg-type]  # fields of it
        save_report(ctx, made)
        return made

    return keep


def publish(ctx: ServiceContext, who: Visit, reason: str | None = None) -> str:
    seen = draft_of(ctx).signature
    return publish_checked(ctx, 2024, who=who, seen=seen, reason=reason)


def refused(ctx: ServiceContext, who: Visit, reason: str | None = None) -> Hindrance | None:
    before = fingerprint(ctx.databases)
    with pytest.raises(PublishRefusedError) as error:
        publish(ctx, who, reason)
    assert fingerprint(ctx.databases) == before
    return error.value.hindrance


def run(ctx: ServiceContext, who: Visit, *, proving: bool) -> jobs.Job:
    arguments = {"year": 2024, "proving": proving}
    job_id = jobs.ask(ctx, "check", arguments, by=who.staff_id, language="en", start=False)
    assert jobs.run_here(ctx, job_id)
    found = jobs.look(ctx, job_id, "en")
    assert found is not None
    return found


def test_quick_check_says_what_the_command_says_and_leads_to_its_page(
    ctx: ServiceContext, who: Visit
) -> None:
    job = run(ctx, who, proving=False)

    assert job.stored.state is JobState.DONE
    assert job.stored.leads_to == "/staff/waves/2024/questionnaire"
    assert job.title == "Quick check of the questionnaire of wave 2024"
    kept = load_report(ctx, 2024)
    assert kept is not None
    assert job.stored.words == f"Findings: {len(kept.findings)}"
    assert (kept.proving, kept.signature) == (False, draft_of(ctx).signature)
    assert load_full_report(ctx, 2024) is None


def test_full_check_proves_weighs_and_counts(ctx: ServiceContext, who: Visit) -> None:
    weighed = []
    scales = replace(ctx, weigh=lambda one: weighed.append(one.wave) or ())
    job = run(scales, who, proving=True)

    assert job.stored.state is JobState.DONE
    kept = load_full_report(ctx, 2024)
    assert kept is not None
    assert kept.screens
    assert weighed == [2024]


def test_full_check_without_scales_says_that_no_page_was_weighed(
    ctx: ServiceContext, who: Visit
) -> None:
    run(ctx, who, proving=True)

    kept = load_full_report(ctx, 2024)
    assert kept is not None
    assert NOT_WEIGHED in [one.problem.message for one in kept.findings]


def test_process_of_the_jobs_is_handed_what_weighs_pages(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    handed = []
    monkeypatch.setattr("app.cli_jobs.work", lambda ctx: handed.append(ctx.weigh) or 0)
    done = CliRunner().invoke(main, ["jobs", "work", "--data", str(tmp_path)])

    assert done.exit_code == 0, done.output
    assert handed == [question_page_sizes]


def test_report_is_read_back_as_it_was_kept(ctx: ServiceContext, report: Report) -> None:
    kept = report(REVIEW, BROKEN, plain=(Problem(Place("kinds/a.yaml", 3), "long sentence"),))

    assert load_report(ctx, 2024) == kept
    assert load_report(ctx, 2023) is None


def test_the_later_of_quick_and_full_check_is_shown(ctx: ServiceContext, report: Report) -> None:
    full = report(REVIEW)
    quick = report(proving=False, at=ctx.clock.now() + timedelta(minutes=1))

    assert load_report(ctx, 2024) == quick
    assert load_full_report(ctx, 2024) == full


def test_without_a_data_directory_a_check_says_so(ctx: ServiceContext, who: Visit) -> None:
    nowhere = replace(ctx, settings=replace(ctx.settings, data_dir=None))
    job = run(nowhere, who, proving=False)

    assert job.stored.state is JobState.FAILED
    assert "no data directory" in job.stored.words


def test_checked_questionnaire_is_published_and_on_record(
    ctx: ServiceContext, who: Visit, report: Report
) -> None:
    report()
    version = publish(ctx, who)

    shelf = shelf_of(ctx, 2024)
    assert shelf is not None
    assert shelf.in_field is not None
    assert (shelf.in_field.id, shelf.in_field.published_by) == (version, who.email)
    assert shelf.in_field.override is None
    assert not shelf.draft_is_new
    with ctx.databases.research.read() as connection:
        (event,) = events_of(connection, ["wave.questionnaire_published"])
    assert event.detail["version"] == version


def test_findings_are_overridden_by_name_with_a_reason(
    ctx: ServiceContext, who: Visit, report: Report
) -> None:
    report(REVIEW)
    assert refused(ctx, who, "  ") is None
    publish(ctx, who, "Letters go out on Monday")

    shelf = shelf_of(ctx, 2024)
    assert shelf is not None
    assert shelf.in_field is not None
    record = json.loads(shelf.in_field.override or "")
    assert (record["by"], record["reason"]) == (who.email, "Letters go out on Monday")
    assert [one["message"] for one in record["overridden"]] == ["3 texts are not reviewed"]


def test_nothing_is_published_without_a_full_check_of_today_s_files(
    ctx: ServiceContext, who: Visit, report: Report
) -> None:
    assert refused(ctx, who, "reason") is Hindrance.NOT_CHECKED
    report(proving=False)
    assert refused(ctx, who, "reason") is Hindrance.NOT_CHECKED
    report(signature="another")
    assert refused(ctx, who, "reason") is Hindrance.OLD_CHECK
    report(at=ctx.clock.now() - timedelta(hours=25))
    assert refused(ctx, who, "reason") is Hindrance.OLD_CHECK
    report(REVIEW, BROKEN)
    assert refused(ctx, who, "reason") is Hindrance.FINAL


def test_files_that_changed_under_the_page_are_not_published_unseen(
    ctx: ServiceContext, who: Visit, report: Report
) -> None:
    report()
    with pytest.raises(PublishRefusedError) as error:
        publish_checked(ctx, 2024, who=who, seen="what the page showed", reason=None)

    assert error.value.hindrance is Hindrance.OLD_CHECK


def test_version_in_use_is_not_published_again(
    small_ctx: ServiceContext, clock: FixedClock
) -> None:
    field_wave(small_ctx, kinds_bank())

    assert publishable(small_ctx, 2024).hindrance is Hindrance.SAME


def test_version_that_running_interviews_cannot_follow_is_refused_with_its_reasons(
    ctx: ServiceContext, who: Visit, report: Report
) -> None:
    file = ctx.study / "modules" / "kinds.yaml"
    words = file.read_text("utf-8")
    file.write_text(words.replace('{code: "tr", nl', '{code: "tk", nl'), "utf-8")
    report()
    with pytest.raises(PublishRefusedError) as error:
        publish(ctx, who)

    assert error.value.hindrance is Hindrance.FINAL
    assert any('option "tr" is gone' in one.message for one in error.value.problems)
