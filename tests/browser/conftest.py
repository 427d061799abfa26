"""The real study in the field with one invented person, and a Chromium to answer it with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from app.clock import FixedClock
from app.services.bootstrap import make_context
from tests.conftest import copy_template
from tests.journeys.fielding import Invited, open_wave, people_by_group, settings_of
from tests.journeys.serving import served
from tests.web.templates.conftest import chromium

__all__ = ["chromium"]  # a fixture


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
