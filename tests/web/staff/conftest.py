"""The staff site over a small study in the field, and over a synthetic panel that has answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.clock import FixedClock
from app.panel.states import Role
from app.services.context import ServiceContext
from app.web import results, staff
from tests.builders import context, field_wave, kinds_bank
from tests.conftest import copy_template
from tests.integration.staff.conftest import NOON, Account, add_account, panel, panel_folder
from tests.web.staff.desk import Desk

__all__ = ["panel", "panel_folder"]  # fixtures


def staff_app(ctx: ServiceContext) -> Flask:
    app = create_app(ctx)
    if "staff" not in app.blueprints:
        staff.register(app)
        results.register(app)
    return app


@pytest.fixture
def ctx(sqlite_template: Path, tmp_path: Path) -> Iterator[ServiceContext]:
    """A small study with wave 2024 in the field."""
    urls = copy_template(sqlite_template, tmp_path / "databases")
    opened = context(urls, FixedClock(NOON), data_dir=tmp_path)
    field_wave(opened, kinds_bank())
    yield opened
    opened.databases.close()


@pytest.fixture
def app(ctx: ServiceContext) -> Flask:
    return staff_app(ctx)


@pytest.fixture
def account(ctx: ServiceContext) -> Account:
    return add_account(ctx)


@pytest.fixture
def desk(app: Flask) -> Desk:
    """A browser that has not signed in."""
    return Desk(app)


@pytest.fixture
def signed_in(app: Flask, ctx: ServiceContext) -> Callable[[Role], Desk]:
    """Make a browser in which somebody with a role has signed in."""

    def sign_in(role: Role = Role.RESEARCHER) -> Desk:
        desk = Desk(app)
        desk.sign_in(add_account(ctx, role, f"{role}@example.org"), ctx.clock.now())
        return desk

    return sign_in


@pytest.fixture
def researcher(signed_in: Callable[[Role], Desk]) -> Desk:
    return signed_in(Role.RESEARCHER)


@pytest.fixture
def analyst(panel: ServiceContext) -> Desk:
    """A browser of somebody who has signed in to look at the panel's results."""
    desk = Desk(staff_app(panel))
    desk.sign_in(add_account(panel, Role.ANALYST), panel.clock.now())
    return desk
