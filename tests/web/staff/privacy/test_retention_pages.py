"""What is kept for a time only: the calendar says until when, and what is over goes on asking."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from app.clock import FixedClock
from app.panel.states import Role, WaveStatus
from app.services import jobs
from app.services.bootstrap import STUDY
from app.services.context import ServiceContext
from app.services.fieldwork import waves
from app.services.privacy import privacy_requests
from app.services.privacy.privacy_requests import Through
from app.services.privacy.retention_calendar import calendar
from tests.builders import KINDS, context, field_wave, kinds_bank
from tests.conftest import copy_template
from tests.integration.privacy.someone import someone
from tests.integration.staff.conftest import add_account
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk

HERE = "/staff/privacy/retention"
CLOSED = datetime(2024, 2, 1, 12, 0, tzinfo=UTC)
MONTH_LATER = datetime(2024, 3, 4, 12, 0, tzinfo=UTC)
PLAN = """wave: {year}
languages: [nl, en]
mode: web
opens: "{year}-01-10"
closes: "{year}-03-31"
preload_from: []
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """The small study with the terms of the real one; wave 2025 is planned until 31 March."""
    folder = tmp_path / "study"
    shutil.copytree(KINDS, folder)
    shutil.copy(STUDY / "retention.yaml", folder / "retention.yaml")
    (folder / "waves").mkdir(exist_ok=True)
    (folder / "waves" / "2025.yaml").write_text(PLAN.format(year=2025), encoding="utf-8")
    return folder


@pytest.fixture
def ctx(sqlite_template: Path, tmp_path: Path, study: Path) -> Iterator[ServiceContext]:
    """Wave 2024 closed on 1 February, one person withdrew that day; it is 4 March."""
    urls = copy_template(sqlite_template, tmp_path / "databases")
    before = context(urls, FixedClock(CLOSED), data_dir=tmp_path / "data")
    (tmp_path / "data").mkdir()
    field_wave(before, kinds_bank())
    who = someone(before)
    privacy_requests.withdraw(before, who.person_id, language="nl", through=Through.STAFF, by="x")
    waves.move_wave(before, 2024, WaveStatus.CLOSED, by="test")
    before.databases.close()
    opened = replace(
        context(urls, FixedClock(MONTH_LATER), data_dir=tmp_path / "data"), study=study
    )
    yield opened
    opened.databases.close()


@pytest.fixture
def sign_in(ctx: ServiceContext) -> Callable[[Role], Desk]:
    app = staff_app(ctx)

    def signed_in(role: Role) -> Desk:
        desk = Desk(app)
        desk.sign_in(add_account(ctx, role, f"{role}@example.org"), ctx.clock.now())
        return desk

    return signed_in


def test_days_are_counted_from_waves_that_closed_and_from_plans_of_others(
    ctx: ServiceContext,
) -> None:
    days = {(str(one.term.kept), one.wave): one for one in calendar(ctx).days}

    # 183 days after 1 February 2024, a leap year: 2 August.
    assert days["message_details", 2024].on.isoformat() == "2024-08-02"
    assert not days["message_details", 2024].planned
    # 183 days after 31 March 2025: 30 September.
    assert days["message_details", 2025].on.isoformat() == "2025-09-30"
    assert days["message_details", 2025].planned
    # Contact details go after the last wave only, and the small study has no wave after 2024.
    assert [wave for kept, wave in days if kept == "contacts"] == [2024]


def test_the_calendar_says_what_is_due_now_when_the_next_day_is_and_why(
    sign_in: Callable[[Role], Desk],
) -> None:
    page = sign_in(Role.RESEARCHER).get(HERE)

    rows = {row[0]: row for row in page.table("terms")}
    withdrawn = rows["Contact details of who withdrew"]
    assert withdrawn[1] == "1 to destroy now"
    assert withdrawn[3] == "30 days after the withdrawal"
    assert "GDPR article 7(3)" in withdrawn[4]
    assert rows["What providers said about messages"][2] == "2 Aug 2024 wave 2024"
    assert "The privacy officer does this." in page.words


def test_the_calendar_by_month_has_a_table_a_month(sign_in: Callable[[Role], Desk]) -> None:
    page = sign_in(Role.RESEARCHER).get(f"{HERE}?by=month")

    assert [row[1] for row in page.table("month-2024-08")] == [
        "Sealed codes, which open a person's pages",
        "Contact details",
        "What providers said about messages",
    ]
    assert page.table("month-2025-09")[0][2] == "wave 2025, as planned: it is not over"


def test_what_is_due_is_destroyed_after_two_ticks_and_stands_there_as_done(
    sign_in: Callable[[Role], Desk], ctx: ServiceContext
) -> None:
    officer = sign_in(Role.PRIVACY_OFFICER)
    path = f"{HERE}/carry-out"
    form = {"csrf_token": officer.get(path).form(path)["csrf_token"]}

    nothing = officer.send(path, form | {"sure": "1"})
    unsure = officer.send(path, form | {"kept": "contacts_of_withdrawn"})
    done = officer.send(path, form | {"kept": "contacts_of_withdrawn", "sure": "1"})

    assert (nothing.status_code, unsure.status_code, done.status_code) == (422, 422, 303)
    assert jobs.run_here(ctx, UUID(done.headers["Location"].rpartition("/")[2]))
    assert "Destroyed: 1" in officer.get(done.headers["Location"]).words
    page = officer.get(HERE)
    assert page.table("done")[0][1:] == [
        "Contact details of who withdrew", "1", "privacy_officer@example.org",
    ]  # fmt: skip
    rows = {row[0]: row for row in page.table("terms")}
    assert rows["Contact details of who withdrew"][1] == "nothing"


def test_a_study_without_terms_is_told_so_with_the_file(
    sign_in: Callable[[Role], Desk], study: Path
) -> None:
    officer = sign_in(Role.PRIVACY_OFFICER)
    (study / "retention.yaml").unlink()

    for path in (HERE, f"{HERE}/carry-out", f"{HERE}.csv"):
        page = officer.get(path)
        assert page.status == 409
        assert f"{study.parent.name}/study/retention.yaml:1" in page.words
