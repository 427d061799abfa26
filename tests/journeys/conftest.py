"""A study with nobody in it, on SQLite, and the clock of the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.clock import FixedClock
from app.services.bootstrap import make_context
from app.services.context import ServiceContext
from tests.conftest import copy_template
from tests.journeys.fielding import settings_of

MakeStudy = Callable[[str], ServiceContext]


@pytest.fixture
def make_study(sqlite_template: Path, tmp_path: Path, clock: FixedClock) -> Iterator[MakeStudy]:
    """Give a function that makes an empty study in a folder of its own."""
    made: list[ServiceContext] = []

    def make(name: str) -> ServiceContext:
        copy_template(sqlite_template, tmp_path / name)
        made.append(make_context(settings_of(tmp_path / name), clock))
        return made[-1]

    yield make
    for ctx in made:
        ctx.databases.close()
