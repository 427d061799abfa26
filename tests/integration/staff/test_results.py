"""Weighted results of a wave as it stands: fresh, on the margins, and small bases kept back."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import openpyxl
import pytest
from sqlalchemy import select

from app.panel.states import CaseStatus
from app.services.bootstrap import STUDY
from app.services.context import ServiceContext
from app.services.publication import result_files, results
from app.services.publication.results import BREAKDOWNS, Breakdown, NoResultsError, WaveResults
from app.storage import interviews, models
from app.storage.interviews import PageSave
from tests.builders import WAVE, field_wave, kinds_bank
from tests.integration.staff.panel import YEAR


@pytest.fixture
def found(panel: ServiceContext) -> WaveResults:
    return results.results_of(panel, YEAR)


def releases(ctx: ServiceContext) -> list[Path]:
    assert ctx.settings.data_dir is not None
    # Beside them lie the snapshots that tables are made on, which have their own life.
    return sorted((ctx.settings.data_dir / "results").glob("2024-*"))


def by(variable: str) -> Breakdown:
    return next(one for one in BREAKDOWNS if one.variable == variable)


def save_one_more_answer(ctx: ServiceContext, minutes: int = 1) -> None:
    """Somebody who is half way answers one more page."""
    at = ctx.clock.now() + timedelta(minutes=minutes)
    interview = models.Interview
    with ctx.databases.research.write() as connection:
        interview_id: UUID = connection.scalars(
            select(interview.id).where(interview.status == CaseStatus.PARTIAL)
        ).first()  # type: ignore[assignment]  # the panel has some who stopped
        state = interviews.lock_interview(connection, interview_id)
        assert state is not None
        page = PageSave(
            op_id=f"one more {minutes}",
            digest="d",
            page="e_meedoen",
            location="review",
            language="nl",
            saved_at=at,
            month="2024-02",
            values={"e_meedoen": "1"},
        )
        interviews.save_pages(connection, state, [page])


def test_all_twelve_findings_have_an_estimate_or_too_few_interviews(
    panel: ServiceContext, found: WaveResults
) -> None:
    findings = results.findings_of(panel, found, language="nl")

    with (STUDY / "findings.csv").open(encoding="utf-8", newline="") as file:
        published = {
            row["id"]: row["published_nl"] for row in csv.DictReader(file) if row["published_low"]
        }
    assert {one.id: one.published for one in findings} == published
    assert len(findings) == 12
    for one in findings:
        if one.n < 30:
            assert one.flag == "suppressed"
            assert one.estimate.value is None
        else:
            estimate = one.estimate
            assert estimate.value is not None
            assert estimate.low is not None
            assert estimate.high is not None
            assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1
    assert any(one.estimate.value is not None for one in findings)


def test_weights_reproduce_the_population_by_group_and_act(found: WaveResults) -> None:
    design = found.responses.design
    assert design is not None
    weighted: dict[str, float] = defaultdict(float)
    rows = zip(
        found.responses.table["fr_group"],
        found.responses.table["fr_act"],
        design.weights,
        strict=True,
    )
    for group, act, weight in rows:
        weighted[f"{group}_{act}"] += weight

    file = STUDY / "margins" / "national_group_x_act_2023-10-01.csv"
    with file.open(encoding="utf-8", newline="") as handle:
        margin = [row for row in csv.DictReader(handle) if row["margin"] == "group_x_act"]
    published = {row["category"].removeprefix("groep="): float(row["value"]) for row in margin}
    total = published["all"]
    assert sum(weighted.values()) == pytest.approx(total, rel=1e-9)
    for cell, people in weighted.items():
        # Printed figures are rounded and miss their own total by up to half a per cent.
        assert people == pytest.approx(published[cell], rel=0.005)
    for row in found.margins:
        assert row["reached"] == pytest.approx(row["target"], rel=1e-6)


def test_results_are_not_made_again_while_nothing_changes(panel: ServiceContext) -> None:
    results.results_of(panel, YEAR)
    (made,) = releases(panel)
    before = made.stat().st_mtime_ns

    again = results.results_of(panel, YEAR)

    assert releases(panel) == [made]
    assert made.stat().st_mtime_ns == before
    assert again.year == YEAR


def test_new_answer_gives_new_results_and_old_releases_go(panel: ServiceContext) -> None:
    first = results.results_of(panel, YEAR)
    for minutes in (1, 2, 3):
        save_one_more_answer(panel, minutes)
        latest = results.results_of(panel, YEAR)

    assert first.saved_until is not None
    assert latest.saved_until == panel.clock.now() + timedelta(minutes=3)
    assert len(releases(panel)) == results.KEPT_A_WAVE


def test_unfielded_wave_has_no_results(small_ctx: ServiceContext) -> None:
    assert results.waves_with_results(small_ctx) == []
    with pytest.raises(NoResultsError, match="not been in the field"):
        results.results_of(small_ctx, WAVE)


def test_wave_that_nobody_answered_says_so(small_ctx: ServiceContext) -> None:
    field_wave(small_ctx, kinds_bank())

    assert results.waves_with_results(small_ctx) == [WAVE]
    with pytest.raises(NoResultsError):
        results.results_of(small_ctx, WAVE)


def test_files_say_that_they_are_synthetic_live_and_by_which_weight(
    panel: ServiceContext, found: WaveResults
) -> None:
    texts = [result_files.findings_csv(panel, found, language="nl")]
    book = openpyxl.load_workbook(
        io.BytesIO(result_files.findings_xlsx(panel, found, language="nl"))
    )
    for sheet in book.worksheets:
        rows = sheet.iter_rows(values_only=True)
        texts.append("\n".join(str(cell) for row in rows for cell in row if cell is not None))

    assert "Findings" in book.sheetnames
    for text in texts:
        assert "SYNTHETIC" in text
        assert "not for publication" in text
        assert "w1_cs" in text
