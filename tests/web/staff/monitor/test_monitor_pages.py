"""The monitor of a wave: what it says, on a day, in parts, as files, and when it is large."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from app.panel.states import Role
from app.services import jobs
from app.services.context import ServiceContext
from app.services.response import monitor
from tests.builders import invite
from tests.integration.staff.conftest import add_account
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk, checked

PATH = "/staff/waves/2024/monitor"


@pytest.fixture
def watcher(panel: ServiceContext) -> Desk:
    """A browser of somebody who runs the wave of the panel."""
    desk = Desk(staff_app(panel))
    desk.sign_in(add_account(panel, Role.FIELDWORK), panel.clock.now())
    return desk


def test_wave_without_sample_says_what_to_do(researcher: Desk) -> None:
    page = researcher.get(PATH)

    assert "Nobody has been sampled for this wave yet." in page.words
    assert "They come with the sample" in page.words
    assert not page.has("rates")


def test_rates_codes_and_times_stand_with_base_and_moment(watcher: Desk) -> None:
    page = watcher.get(PATH)

    assert "eligible people have completed the questionnaire" in page.words
    assert "Worked out on" in page.words
    (total,) = page.table("rates")
    sampled = page.table("counts")[-1]
    assert total[0] == sampled[0] == "Total"
    assert sampled[1] == "360"
    assert len(total) == 17  # sixteen rates
    assert sum(int(row[3]) for row in page.table("outcomes")) == 360
    assert page.has("curve-chart")
    assert page.has("break-offs")
    assert "Schouten, Cobben and Bethlehem (2009)" in page.words


def test_split_tells_each_group_and_all(watcher: Desk) -> None:
    page = watcher.get(f"{PATH}?by=group")

    rows = page.table("counts")
    assert [row[0] for row in rows] == [
        "Asylum migrants", "Family migrants", "Other migrants", "Total",
    ]  # fmt: skip
    assert sum(int(row[1]) for row in rows[:-1]) == int(rows[-1][1]) == 360


def test_device_is_told_in_numbers_since_who_did_not_come_has_none(watcher: Desk) -> None:
    page = watcher.get(f"{PATH}?by=device")

    assert "so these are numbers and no shares" in page.words
    assert "Has not opened it" in [row[0] for row in page.table("counts")]


def test_day_before_the_wave_has_nobody_answering(watcher: Desk) -> None:
    page = watcher.get(f"{PATH}?on=2023-11-12")

    assert "As we knew it at the end of 12 November 2023." in page.words
    assert page.table("counts")[-1][2] == "0"


@pytest.mark.parametrize(
    ("query", "status"),
    [("?on=yesterday", 422), ("?by=income", 404), ("?on=2099-01-01", 200)],
)
def test_address_is_read_with_care(watcher: Desk, query: str, status: int) -> None:
    assert watcher.get(f"{PATH}{query}").status == status


def test_wave_that_is_not_there_is_a_plain_page(researcher: Desk) -> None:
    assert researcher.get("/staff/waves/1999/monitor").status == 404
    assert researcher.get(f"{PATH}/names.csv").status == 404


@pytest.mark.parametrize(
    ("table", "head"),
    [
        ("curve", "group,eligible,day,begun,finished"),
        ("rates", "group,cases,e,rate,value,above,below,weighted"),
        ("outcomes", "code,reason,cases"),
        ("break-offs", "page,stopped,saw"),
        ("sent", "day,channel,messages"),
        ("undelivered", "channel,status,reason,messages"),
    ],
)
def test_every_table_is_a_file(watcher: Desk, table: str, head: str) -> None:
    response = watcher.fetch(f"{PATH}/{table}.csv?by=group")

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert response.get_data().decode("utf-8-sig").splitlines()[0] == head


def test_large_wave_offers_to_work_it_out_and_hands_it_to_a_job(
    signed_in: Callable[[Role], Desk], ctx: ServiceContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitor, "AT_ONCE", 0)
    monkeypatch.setattr(jobs, "begin", lambda _ctx: None)
    invite(ctx)
    desk = signed_in(Role.FIELDWORK)
    page = desk.get(PATH)
    assert "Now: 0 of 1 eligible people" in page.words
    assert "worked out apart from the page" in page.words

    asked = desk.submit(page, f"{PATH}/work-out")

    assert asked.status_code == 303
    job = asked.headers["Location"].rsplit("/", 1)[1]
    assert asked.headers["Location"] == f"/staff/jobs/{job}"
    assert jobs.run_here(ctx, UUID(job))
    assert desk.get(PATH).table("counts")[-1][1] == "1"


def test_small_wave_is_brought_up_to_date_at_once(researcher: Desk, ctx: ServiceContext) -> None:
    invite(ctx)
    researcher.get(PATH)
    invite(ctx)
    page = researcher.get(PATH)  # too soon after the last time to be done by itself
    assert "Something happened since" in page.words

    sent = researcher.submit(page, f"{PATH}/work-out", by="group")

    assert sent.headers["Location"] == f"{PATH}?by=group"
    assert researcher.get(PATH).table("counts")[-1][1] == "2"


def test_page_of_a_day_that_is_none_keeps_the_monitor(researcher: Desk) -> None:
    page = checked(researcher.fetch(f"{PATH}?on=31-31-31"))

    assert page.status == 422
    assert "Type the day as 2025-03-01." in page.words
