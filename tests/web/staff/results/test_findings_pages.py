"""The findings board: each wave by its release or live, verdicts, trends and signed notes."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.panel.states import Role
from app.services.context import ServiceContext
from app.services.publication import findings_board
from app.services.publication.findings_board import Source, Standing, Trend, Verdict, trend_of
from app.services.publication.releases import kept_numbers
from app.storage import models
from tests.integration.staff.released import the_release
from tests.web.staff.desk import Desk

BOARD = "/staff/results/findings"
Visitor = Callable[[Role], Desk]


def test_wave_with_a_release_shows_its_printed_numbers(
    visitor: Visitor, released: ServiceContext
) -> None:
    desk = visitor(Role.ANALYST)
    rows: dict[str, list[str]] = {}
    for page in (1, 2):
        found = desk.get(f"{BOARD}?page={page}").table("findings")
        rows |= {row[0].split()[0]: row for row in found}

    for one in kept_numbers(the_release(released)):
        if one["id"] not in rows or not one["numbers"]:
            continue
        main = one["numbers"][0]
        if main["statistic"] == "share" and main["estimate"] is not None:
            assert rows[one["id"]][2].startswith(f"{100 * main['estimate']:.1f}%")
        elif main["estimate"] is None:
            assert rows[one["id"]][2] == "–"


def test_wave_without_a_release_says_that_it_is_live(analyst: Desk) -> None:
    page = analyst.get(BOARD)

    assert "2024, live" in page.words
    assert "Partly live, not for publication" in page.words


def test_board_is_filtered_by_verdict_and_taken_home(visitor: Visitor) -> None:
    desk = visitor(Role.ANALYST)

    rows = desk.get(f"{BOARD}?verdict=inside").table("findings")
    content = desk.fetch(f"{BOARD}.csv?verdict=inside").get_data(as_text=True)

    assert rows
    assert {row[-3] for row in rows} == {"In the published range"}
    lines = list(csv.DictReader(io.StringIO(content.lstrip("\ufeff"))))
    assert len(lines) == len(rows)
    assert desk.fetch(f"{BOARD}?verdict=wrong").status_code == 404


def test_note_is_kept_with_name_and_time_and_proven_by_the_log(
    visitor: Visitor, released: ServiceContext
) -> None:
    desk = visitor(Role.RESEARCHER)
    path = f"{BOARD}/F10"
    page = desk.get(path)
    assert "No notes yet." in page.words

    answer = desk.submit(page, path, note="Other question order in 2024 <script>")

    assert answer.headers["Location"] == path
    words = desk.get(path).words
    assert "Other question order in 2024 <script>" in words
    assert "researcher@example.org, 1 February 2024" in words
    folder = released.settings.data_dir
    assert folder is not None
    line = (folder / "findings" / "notes.jsonl").read_text(encoding="utf-8").rstrip("\n")
    event = models.AuditEvent
    with released.databases.research.read() as connection:
        row = connection.execute(select(event).where(event.action == "finding.noted")).one()
    assert row.detail["sha256"] == hashlib.sha256(line.encode()).hexdigest()
    assert "order" not in json.dumps(row.detail)


def test_empty_note_is_not_kept_and_too_long_one_comes_back(visitor: Visitor) -> None:
    desk = visitor(Role.RESEARCHER)
    token = {"csrf_token": desk.get(f"{BOARD}/F10").form(f"{BOARD}/F10")["csrf_token"]}

    long = desk.send(f"{BOARD}/F10", {**token, "note": "x" * 1_001})

    assert desk.send(f"{BOARD}/F10", {**token, "note": " "}).status_code == 422
    assert long.status_code == 422
    assert "x" * 1_001 in long.get_data(as_text=True)


@pytest.mark.parametrize("name", ["F999", "..%2Fnotes", "M02"])
def test_finding_that_is_not_there_is_404(visitor: Visitor, name: str) -> None:
    assert visitor(Role.ANALYST).fetch(f"{BOARD}/{name}").status_code == 404


def standing(wave: int, value: float, low: float, high: float) -> Standing:
    return Standing(Source(wave, 1), value, low, high, 400, Verdict.NOTHING, "share", "")


def test_trend_is_a_test_of_two_independent_shares() -> None:
    """Worked by hand: errors 0.04/1.96 each, so 1.96 · sqrt(2) · 0.02041 = 0.0566."""
    before = standing(2024, 0.50, 0.46, 0.54)

    assert trend_of(before, standing(2025, 0.556, 0.516, 0.596)) is Trend.UNCLEAR
    assert trend_of(before, standing(2025, 0.557, 0.517, 0.597)) is Trend.UP
    assert trend_of(before, standing(2025, 0.443, 0.403, 0.483)) is Trend.DOWN


def test_board_of_a_study_without_findings_is_empty(ctx: ServiceContext) -> None:
    assert findings_board.board(ctx, language="nl").rows == ()
