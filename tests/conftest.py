"""Databases for the tests: real files, a real server, always from the migrations."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import text

from app.clock import FixedClock
from app.storage.engine import make_engine
from app.storage.migrate import Schema, upgrade, upgrade_schema
from app.storage.unit_of_work import Database, Databases, open_databases
from tests import postgresql
from tests.requirements import pytest_configure, pytest_runtest_makereport

__all__ = ["pytest_configure", "pytest_runtest_makereport"]  # hooks

# Random tests have no deadline: the machine they run on may be shared.
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
)

ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one Chromium of a test process; a test without it is skipped by name."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*CHROMIUM_ARGUMENTS])
        yield browser
        browser.close()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2024, 2, 1, 12, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both databases, migrated once; to be copied."""
    folder = tmp_path_factory.mktemp("template")
    upgrade(f"sqlite:///{folder}/research.sqlite3", f"sqlite:///{folder}/contacts.sqlite3")
    return folder


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    if postgresql.server_binaries() is None:
        pytest.skip("no PostgreSQL server is installed (initdb, pg_ctl)")
    server = postgresql.start(fsync="off")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgresql_templates(postgresql_server: postgresql.Server) -> postgresql.Server:
    """The server with ``template_research`` and ``template_contacts``, migrated once."""
    for schema in Schema:
        on_server(postgresql_server, f"CREATE DATABASE template_{schema}")
        upgrade_schema(postgresql_server.url(f"template_{schema}"), schema)
    return postgresql_server


def on_server(server: postgresql.Server, statement: str) -> None:
    """Run a statement that makes or drops a database."""
    engine = make_engine(server.url("postgres")).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(params=ENGINES)
def database_urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Addresses of both databases, migrated and empty, on each engine in turn."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        yield copy_template(template, tmp_path / "databases")
        return
    server: postgresql.Server = request.getfixturevalue("postgresql_templates")
    name = uuid4().hex
    for schema in Schema:
        on_server(server, f"CREATE DATABASE {schema}_{name} TEMPLATE template_{schema}")
    yield server.url(f"research_{name}"), server.url(f"contacts_{name}")
    for schema in Schema:
        on_server(server, f"DROP DATABASE {schema}_{name} WITH (FORCE)")


def copy_template(template: Path, folder: Path) -> tuple[str, str]:
    """Copy the migrated files and return their addresses."""
    shutil.copytree(template, folder)
    return f"sqlite:///{folder}/research.sqlite3", f"sqlite:///{folder}/contacts.sqlite3"


@pytest.fixture
def databases(database_urls: tuple[str, str]) -> Iterator[Databases]:
    """Both databases, migrated and empty, on each engine in turn."""
    opened = open_databases(*database_urls)
    yield opened
    opened.close()


@pytest.fixture
def research(databases: Databases) -> Database:
    return databases.research


@pytest.fixture
def contacts(databases: Databases) -> Database:
    return databases.contacts


@pytest.fixture
def sqlite_databases(sqlite_template: Path, tmp_path: Path) -> Iterator[Databases]:
    """Both databases on SQLite, for tests to which the engine makes no difference."""
    opened = open_databases(*copy_template(sqlite_template, tmp_path / "databases"))
    yield opened
    opened.close()
