"""The desk of a wave, on each database in turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.mailings.field import Desk, prepare


@pytest.fixture
def desk(database_urls: tuple[str, str], tmp_path: Path) -> Iterator[Desk]:
    made = prepare(database_urls, tmp_path / "desk")
    yield made
    made.ctx.databases.close()
