"""The services over a small study in the field, on each engine in turn, with a data directory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.clock import FixedClock
from app.services.context import ServiceContext
from tests.builders import context, field_wave, kinds_bank

NOON = datetime(2024, 2, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data directory; on SQLite the databases lie in a folder beside it."""
    made = tmp_path / "data"
    made.mkdir()
    return made


@pytest.fixture
def ctx(database_urls: tuple[str, str], folder: Path) -> Iterator[ServiceContext]:
    """A small study with wave 2024 in the field."""
    opened = context(database_urls, FixedClock(NOON), data_dir=folder)
    field_wave(opened, kinds_bank())
    yield opened
    opened.databases.close()
