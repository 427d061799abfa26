"""The services over a small study in the field, on each engine in turn."""

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
def ctx(database_urls: tuple[str, str], tmp_path: Path) -> Iterator[ServiceContext]:
    """A small study with wave 2024 in the field."""
    opened = context(database_urls, FixedClock(NOON), data_dir=tmp_path)
    field_wave(opened, kinds_bank())
    yield opened
    opened.databases.close()
