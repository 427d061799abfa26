"""A wave in the field on each engine, of a study whose sender is no example."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.clock import FixedClock
from app.services.bootstrap import make_context
from app.services.context import ServiceContext
from tests.builders import settings
from tests.integration.outbox.outbox_study import NOON
from tests.integration.storage.builders import field_wave

SITE = "https://survey.example"


@pytest.fixture
def ctx(database_urls: tuple[str, str]) -> Iterator[ServiceContext]:
    made = make_context(settings(database_urls, public_url=SITE), FixedClock(NOON))
    with made.databases.research.write() as connection:
        field_wave(connection)
    yield made
    made.databases.close()


@pytest.fixture
def real_ctx(ctx: ServiceContext) -> ServiceContext:
    """The same, with people who are not synthetic."""
    return replace(ctx, settings=replace(ctx.settings, synthetic=False))
