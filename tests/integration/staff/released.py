"""The synthetic panel with wave 2024 closed and one release of it; made once, copied for a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.panel.states import Role, WaveStatus
from app.services.accounts import staff
from app.services.context import ServiceContext
from app.services.fieldwork import waves
from app.services.publication import release_making, releases
from app.services.publication.release_making import Order
from app.services.publication.releases import KeptRelease
from tests.integration.staff.conftest import PASSWORD, YEAR, open_panel

MAKER = "maker@example.org"
PLAN = "key_figures.yaml"


def make(ctx: ServiceContext, *, plan: str | None = None, why: str = "Test") -> KeptRelease:
    """A release of the panel; without tables it takes a second."""
    order = Order((YEAR,), why, MAKER, plan)
    return release_making.make_release(ctx, order, lambda share, step: None)


def the_release(ctx: ServiceContext) -> KeptRelease:
    found = releases.find_release(ctx, 1)
    assert found is not None
    return found


@pytest.fixture(scope="session")
def released_folder(panel_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("released") / "data"
    opened = open_panel(panel_folder, folder)
    waves.move_wave(opened, YEAR, WaveStatus.CLOSED, by=MAKER)
    staff.add_member(opened, email=MAKER, password=PASSWORD, role=Role.RESEARCHER)
    make(opened, plan=PLAN, why="First results")
    opened.databases.close()
    return folder


@pytest.fixture
def released(released_folder: Path, tmp_path: Path) -> Iterator[ServiceContext]:
    """The services over the panel with release 1."""
    opened = open_panel(released_folder, tmp_path / "released")
    yield opened
    opened.databases.close()
