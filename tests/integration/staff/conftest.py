"""The services over migrated databases, with the clock standing still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest

from app.clock import FixedClock
from app.panel.states import Role
from app.services.accounts import staff
from app.services.bootstrap import make_context
from app.services.context import ServiceContext
from app.services.publication import results, table_sources
from tests.builders import KINDS, context, settings
from tests.conftest import copy_template
from tests.integration.staff.panel import YEAR, field_panel

NOON = datetime(2024, 2, 1, 12, 0, tzinfo=UTC)
PASSWORD = "vijftien tekens of meer"


@dataclass(frozen=True)
class Account:
    """A member of staff with everything needed to sign in."""

    email: str
    password: str
    secret: str

    def code(self, at: datetime, steps: int = 0) -> str:
        """What the authenticator shows, some 30-second steps away from a moment."""
        return pyotp.TOTP(self.secret).at(at + steps * timedelta(seconds=30))


def add_account(
    ctx: ServiceContext, role: Role = Role.RESEARCHER, email: str = "r@example.org"
) -> Account:
    secret = staff.add_member(ctx, email=email, password=PASSWORD, role=role)
    return Account(email, PASSWORD, secret)


@pytest.fixture
def ctx(database_urls: tuple[str, str], tmp_path: Path) -> Iterator[ServiceContext]:
    """Empty, on each engine in turn."""
    opened = make_context(settings(database_urls, data_dir=tmp_path), FixedClock(NOON), study=KINDS)
    yield opened
    opened.databases.close()


@pytest.fixture
def account(ctx: ServiceContext) -> Account:
    return add_account(ctx)


@pytest.fixture
def small_ctx(sqlite_template: Path, tmp_path: Path) -> Iterator[ServiceContext]:
    """Empty, on SQLite, for what does not depend on the engine."""
    urls = copy_template(sqlite_template, tmp_path / "databases")
    opened = context(urls, FixedClock(NOON), data_dir=tmp_path)
    yield opened
    opened.databases.close()


@pytest.fixture(scope="session")
def panel_folder(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a synthetic panel that has answered, with its results; to be copied."""
    folder = tmp_path_factory.mktemp("panel") / "data"
    opened = open_panel(sqlite_template, folder)
    field_panel(opened)
    results.results_of(opened, YEAR)
    table_sources.live_source(opened)
    opened.databases.close()
    return folder


def open_panel(template: Path, folder: Path) -> ServiceContext:
    """The services over a copy of some data of the real study."""
    urls = copy_template(template, folder)
    return make_context(settings(urls, data_dir=folder), FixedClock(NOON))


@pytest.fixture
def panel(panel_folder: Path, tmp_path: Path) -> Iterator[ServiceContext]:
    """The services over a synthetic panel of the real study, wave 2024 open."""
    opened = open_panel(panel_folder, tmp_path / "panel")
    yield opened
    opened.databases.close()
