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
from tests.browser.all_languages import LANGUAGES, field_in_all_languages
from tests.builders import Running, context
from tests.conftest import copy_template
from tests.journeys.fielding import Invited, open_wave, people_by_group, settings_of
from tests.journeys.serving import served
from tests.web.respond.conftest import NOON


@pytest.fixture
def invited(
    sqlite_template: Path, tmp_path: Path, clock: FixedClock, request: pytest.FixtureRequest
) -> Iterator[tuple[str, Invited]]:
    """The address of the site, and an asylum migrant of the new act who is written to in Dutch.

    A parameter names another language.
    """
    language = getattr(request, "param", "nl")
    copy_template(sqlite_template, tmp_path / "study")
    ctx = make_context(settings_of(tmp_path / "study"), clock)
    person = people_by_group()["asiel_wi2021"][:1]
    (one,) = open_wave(ctx, 2024, person, languages=(language,))
    with served(ctx) as address:
        yield address, one
    ctx.databases.close()


@pytest.fixture
def phone(chromium: Browser, invited: tuple[str, Invited]) -> Iterator[Page]:
    """The phone of the person who is invited, in their language."""
    _, person = invited
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, locale=person.language, reduced_motion="reduce"
    )
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
    ctx = context(copy_template(sqlite_template, folder), clock)
    field_in_all_languages(ctx)
    with served(ctx) as address:
        yield SmallSite(Running(create_app(ctx), ctx), address)
    ctx.databases.close()


each_language = pytest.mark.parametrize("speaking", LANGUAGES, indirect=True)
"""For tests with `speaking`: once in every language."""


@pytest.fixture
def speaking(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A phone that asks for the language of the test."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, locale=request.param, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


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
