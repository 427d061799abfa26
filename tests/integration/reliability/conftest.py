"""A wave with many open cases on each engine, to be served by the real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.services.bootstrap import make_context
from app.services.context import ServiceContext
from tests.journeys.fielding import Invited, open_wave, people_by_group, settings_of, write_codes

WAVE = 2024


@dataclass(frozen=True)
class Fielded:
    """A study in the field: its folder, its databases, and who may answer."""

    folder: Path
    urls: tuple[str, str]
    ctx: ServiceContext
    invited: list[Invited]


FieldMany = Callable[[int], Fielded]


@pytest.fixture
def field_many(database_urls: tuple[str, str], tmp_path: Path) -> Iterator[FieldMany]:
    """Give a function that opens a wave with so many people in it, most groups among them."""
    made: list[ServiceContext] = []

    def field(number: int) -> Fielded:
        folder = tmp_path / "data"
        folder.mkdir()
        ctx = make_context(settings_of(folder, database_urls))
        made.append(ctx)
        groups = people_by_group()
        people = [one for listed in groups.values() for one in listed[: -(-number // len(groups))]]
        invited = open_wave(ctx, WAVE, people)
        write_codes(folder, invited)
        return Fielded(folder, database_urls, ctx, invited)

    yield field
    for ctx in made:
        ctx.databases.close()
