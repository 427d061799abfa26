"""A whole study lived through once for all tests that look at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulation.lived_through import Lived, live_through


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    folder = tmp_path_factory.mktemp("study")
    with live_through(folder, people=300, every_days=7) as study:
        yield study
