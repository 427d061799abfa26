"""The desk of a wave, on each database in turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.mailings.field import Desk, prepare
from tests.same_ids import same_ids


@pytest.fixture
def desk(database_urls: tuple[str, str], tmp_path: Path) -> Iterator[Desk]:
    with same_ids():
        made = prepare(database_urls, tmp_path / "desk")
        yield made
    made.ctx.databases.close()
