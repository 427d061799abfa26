"""Studies in the field with invented people, and a Chromium to answer them with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from app import create_app
from app.clock import FixedClock
from app.services.bootstrap import make_context
from tests.builders import Running, context, field_small_study
from tests.conftest import copy_template
from tests.journeys.fielding import Invited, open_wave, people_by_group, settings_of
from tests.journeys.serving import served
from tests.web.respond.conftest import NOON


@pytest.fixture
def invited(
    sqlite_template: Path, tmp_path: Path, clock: FixedClock
) -> Iterator[tuple[str, Invited]]:
    """The address of the site, and an asylum migrant of the new act who may answer in Dutch."""
    copy_template(sqlite_template, tmp_path / "study")
    ctx = make_context(settings_of(tmp_path / "study"), clock)
    person = people_by_group()["asiel_wi2021"][:1]
    (one,) = open_wave(ctx, 2024, person, languages=("nl",))
    with served(ctx) as address:
        yield address, one
    ctx.databases.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="nl-NL")
    yield context.new_page()
    context.close()


@dataclass(frozen=True)
class SmallSite:
    """The small study of `tests/web/respond` in the field, and where it is served."""

    running: Running
    address: str


@pytest.fixture(scope="session")
def small_site(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SmallSite]:
    """One site for all tests: each invites people of its own."""
    folder = tmp_path_factory.mktemp("small") / "databases"
    clock = FixedClock(NOON)
    ctx = context(field_small_study(copy_template(sqlite_template, folder), clock), clock)
    with served(ctx) as address:
        yield SmallSite(Running(create_app(ctx), ctx), address)
    ctx.databases.close()


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    """A phone that asks for Dutch."""
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="nl-NL")
    yield context.new_page()
    context.close()


@pytest.fixture
def plain_tab(chromium: Browser) -> Iterator[Page]:
    """The same phone without script."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, locale="nl-NL", java_script_enabled=False
    )
    yield context.new_page()
    context.close()
