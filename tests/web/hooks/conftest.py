"""The site over a wave in the field, with a gateway whose reports it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.clock import FixedClock
from app.providers import SmsGateway, SmsKind
from app.services.bootstrap import make_context
from app.services.context import ServiceContext
from tests.builders import serve_from, settings
from tests.conftest import copy_template
from tests.integration.outbox.outbox_study import NOON
from tests.integration.storage.builders import field_wave

SITE = "https://survey.example"
KEY = "the key by which reports are known"


@pytest.fixture
def ctx(sqlite_template: Path, tmp_path: Path) -> Iterator[ServiceContext]:
    urls = copy_template(sqlite_template, tmp_path / "databases")
    gateway = SmsGateway(SmsKind.BIRD, "https://gateway.example", "a key")
    configured = settings(urls, public_url=SITE, sms=gateway, sms_report_key=KEY)
    made = make_context(configured, FixedClock(NOON))
    with made.databases.research.write() as connection:
        field_wave(connection)
    yield made
    made.databases.close()


@pytest.fixture(scope="session")
def app_of_hooks(sqlite_template: Path) -> Flask:
    """One app for all tests: making it takes longer than most of them."""
    urls = [f"sqlite:///{sqlite_template}/{name}.sqlite3" for name in ("research", "contacts")]
    return create_app(make_context(settings((urls[0], urls[1])), FixedClock(NOON)))


@pytest.fixture
def serve(app_of_hooks: Flask) -> Callable[[ServiceContext], FlaskClient]:
    return lambda ctx: serve_from(app_of_hooks, ctx).app.test_client()


@pytest.fixture
def client(serve: Callable[[ServiceContext], FlaskClient], ctx: ServiceContext) -> FlaskClient:
    return serve(ctx)


@pytest.fixture
def spryng(ctx: ServiceContext) -> ServiceContext:
    gateway = SmsGateway(SmsKind.SPRYNG, "https://gateway.example", "a key")
    return replace(ctx, settings=replace(ctx.settings, sms=gateway))
