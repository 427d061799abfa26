"""By which door and on what kind of device an interview was opened; nothing finer is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.clock import FixedClock
from app.services.interviewing import open_links
from app.storage import models
from app.storage.types import table_of
from tests.builders import WAVE, Running, context, field_wave, kinds_bank, run_site
from tests.integration.outcomes.conftest import OPENED
from tests.web.respond.visitor import Visitor

_interview = table_of(models.Interview)
PHONE = "Mozilla/5.0 (Linux; Android 10; K) Chrome/126.0.0.0 Mobile Safari/537.36 very-own-mark"
COMPUTER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0.0.0 Safari/537.36"


@pytest.fixture
def site(database_urls: tuple[str, str], tmp_path: Path) -> Iterator[Running]:
    ctx = context(database_urls, FixedClock(OPENED), data_dir=tmp_path)
    field_wave(ctx, kinds_bank())
    yield run_site(ctx)
    ctx.databases.close()


def arrivals(site: Running) -> list[tuple[str | None, str | None]]:
    with site.ctx.databases.research.read() as connection:
        rows = connection.execute(
            select(_interview.c.door, _interview.c.device).order_by(_interview.c.started_at)
        )
        return [(row.door, row.device) for row in rows]


def test_a_typed_code_on_a_computer_and_a_scanned_one_on_a_phone(site: Running) -> None:
    Visitor(site.app, HTTP_USER_AGENT=COMPUTER).enter(site.invite())
    site.clock.moment = OPENED.replace(hour=13)
    scanning = Visitor(site.app, HTTP_USER_AGENT=PHONE)
    scanning.send(scanning.open(f"/c/{site.invite().code}"))
    assert arrivals(site) == [("typed", "computer"), ("qr", "phone")]


def test_coming_back_by_another_door_keeps_the_first(site: Running) -> None:
    invited = site.invite()
    scanning = Visitor(site.app, HTTP_USER_AGENT=PHONE)
    scanning.send(scanning.open(f"/c/{invited.code}"))
    Visitor(site.app, HTTP_USER_AGENT=COMPUTER).enter(invited)
    assert arrivals(site) == [("qr", "phone")]


def test_an_open_link_is_a_door_of_its_own(site: Running) -> None:
    link = open_links.make_link(site.ctx, WAVE, name="Poster", slug="poster", by="test")
    visitor = Visitor(site.app, HTTP_USER_AGENT=PHONE)
    visitor.send(visitor.open(f"/o/{link.slug}"))
    assert arrivals(site) == [("open_link", "phone")]


def test_what_a_browser_says_of_itself_is_not_kept(site: Running) -> None:
    Visitor(site.app, HTTP_USER_AGENT=PHONE).enter(site.invite())
    assert "very-own-mark" not in site.rows()
