"""The site of a small study, in the field and empty, for each test anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.clock import FixedClock
from tests.browser.all_languages import field_in_all_languages
from tests.builders import (
    Invited,
    Running,
    context,
    field_small_study,
    serve_from,
)
from tests.conftest import copy_template
from tests.web.respond.visitor import Page, Visitor

NOON = datetime(2024, 2, 1, 12, 0, tzinfo=UTC)
ALREADY = {
    "x_hallo": {},
    "c_mee": {"c_mee": "ja"},
    "k_werk": {"k_werk": "ja"},
    "k_uren": {"k_uren": "20"},
    "k_talen": {"k_talen": ["nl", "ar"]},
    "k_geboren": {"k_geboren": "1988"},
    "k_sinds": {"k_sinds.month": "5", "k_sinds.year": "2019"},
    "k_dag": {"k_dag.day": "3", "k_dag.month": "2", "k_dag.year": "2021"},
    "k_stad": {"k_stad": "Utrecht"},
    "k_land": {"k_land": "Eritrea"},
    "bat_dag": dict.fromkeys(("b_een", "b_twee", "b_drie", "b_vier", "b_vijf"), "ja"),
    "bat_dag-2": {"b_zes": "ref", "b_zeven": "soms"},
    "k_wens": {"k_wens": "Meer taalles"},
    "p_mag": {"p_mag": "ja"},
    "p_adres": {"p_adres": "06 12345678"},
}
"""Answers to every page of the small study, by page id."""


@pytest.fixture(scope="session")
def fielded_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both databases and the small study in the field; to be copied."""
    folder = tmp_path_factory.mktemp("fielded") / "databases"
    field_small_study(copy_template(sqlite_template, folder), FixedClock(NOON))
    return folder


@pytest.fixture(scope="session")
def six_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in all six languages; what the study lacks is said in words of the real one."""
    folder = tmp_path_factory.mktemp("six") / "databases"
    ctx = context(copy_template(sqlite_template, folder), FixedClock(NOON))
    field_in_all_languages(ctx)
    ctx.databases.close()
    return folder


@pytest.fixture
def six(app: Flask, six_template: Path, tmp_path: Path) -> Iterator[Running]:
    """The site of the small study in six languages."""
    ctx = context(copy_template(six_template, tmp_path / "six"), FixedClock(NOON))
    yield serve_from(app, ctx)
    ctx.databases.close()


@pytest.fixture(scope="session")
def app(fielded_template: Path) -> Flask:
    """One app for all tests: making it takes longer than most of them."""
    urls = [f"sqlite:///{fielded_template}/{name}.sqlite3" for name in ("research", "contacts")]
    return create_app(context((urls[0], urls[1]), FixedClock(NOON)))


@pytest.fixture
def site(app: Flask, fielded_template: Path, tmp_path: Path) -> Iterator[Running]:
    """The site on SQLite, for what does not depend on the engine."""
    ctx = context(copy_template(fielded_template, tmp_path / "data"), FixedClock(NOON))
    yield serve_from(app, ctx)
    ctx.databases.close()


@pytest.fixture
def each_site(app: Flask, database_urls: tuple[str, str]) -> Iterator[Running]:
    """The site on each engine in turn, for what depends on locks and transactions."""
    ctx = context(field_small_study(database_urls, FixedClock(NOON)), FixedClock(NOON))
    yield serve_from(app, ctx)
    ctx.databases.close()


@pytest.fixture
def invited(site: Running) -> Invited:
    return site.invite()


@pytest.fixture
def visitor(site: Running) -> Visitor:
    return Visitor(site.app)


def at_page(visitor: Visitor, invited: Invited, page_id: str) -> Page:
    """Enter and answer as `ALREADY` says, up to a page."""
    return visitor.answer(visitor.enter(invited), ALREADY, until=page_id)
