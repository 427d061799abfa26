"""Waves that only stand in the files of the study: seen, and led to where they begin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.clock import FixedClock
from app.panel.states import Role
from app.services.context import ServiceContext
from app.services.fieldwork.planned_waves import waves_to_begin
from tests.builders import context
from tests.conftest import copy_template
from tests.integration.preloads.conftest import LIVES_IN_EDE, STUDY, Panel
from tests.integration.staff.conftest import add_account
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk

WAVE = "/staff/waves/2025"


@pytest.fixture
def panel(sqlite_template: Path, tmp_path: Path) -> Iterator[Panel]:
    """2024 is in the field; 2025 and 2027 are files."""
    urls = copy_template(sqlite_template, tmp_path / "databases")
    made = Panel(context(urls, FixedClock(datetime(2024, 1, 1, 12, 0, tzinfo=UTC)), STUDY))
    made.publish(2024)
    (case_id,) = made.enrol(2024)
    made.open(2024)
    made.answer(2024, case_id, LIVES_IN_EDE)
    yield made
    made.ctx.databases.close()


def browser(ctx: ServiceContext, role: Role = Role.RESEARCHER) -> Desk:
    desk = Desk(staff_app(ctx))
    desk.sign_in(add_account(ctx, role, f"{role}@example.org"), ctx.clock.now())
    return desk


def test_planned_wave_is_listed_and_leads_to_its_questionnaire(panel: Panel) -> None:
    desk = browser(panel.ctx)

    rows = {row[0][:4]: row[1] for row in desk.get("/staff/waves").table("waves")}
    page = desk.get(WAVE)

    assert rows == {"2024": "Open", "2025": "Planned, not begun", "2027": "Planned, not begun"}
    assert "planned from 15 January 2025 to 15 March 2025" in page.words
    assert "waves/2025.yaml" in page.words
    links = {one.get("href") for one in page.tree.iter("a")}
    assert f"{WAVE}/questionnaire" in links
    # Nothing else of it is there: no tab leads to a page that does not exist.
    assert not links & {f"{WAVE}/sample", f"{WAVE}/preload", f"{WAVE}/messages", f"{WAVE}/letters"}


def test_translator_is_led_to_no_page_that_is_not_theirs(panel: Panel) -> None:
    assert browser(panel.ctx, Role.TRANSLATOR).fetch(WAVE).status_code == 403


def test_today_says_that_a_wave_has_to_be_begun_when_its_day_comes_near(panel: Panel) -> None:
    begin = "Wave 2025 is planned and not begun"
    assert begin not in browser(panel.ctx).get("/staff/").words
    near = panel.at("2024-12-01 12:00")
    assert begin in browser(near, Role.FIELDWORK).get("/staff/").words

    panel.publish(2025)

    assert [one.year for one in waves_to_begin(near)] == [2027]
    assert begin not in browser(near, Role.ADMIN).get("/staff/").words


def test_wave_past_its_last_day_is_said_to_be_past_it(panel: Panel) -> None:
    desk = browser(panel.at("2024-12-01 12:00"))

    page = desk.get("/staff/")

    assert "The last day of wave 2024 is past and it is still open: close it." in page.words
    assert "at its last days" not in page.words
    assert "although the last day was" in desk.get("/staff/waves/2024").words


def test_address_that_is_only_posted_to_leads_to_the_page_before_it(panel: Panel) -> None:
    """Reloading a page that a post gave, or changing its language, is no dead end."""
    desk = browser(panel.ctx)

    answer = desk.fetch("/staff/waves/2024/preload/review")

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/staff/waves/2024/preload"
    assert desk.fetch("/staff/waves/2024/preload/no-such-page").status_code == 404
