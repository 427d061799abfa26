"""Rendered pages on a server of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.templates.page_server import PageServer, serving


@pytest.fixture
def pages() -> Iterator[PageServer]:
    with serving(PageServer()) as server:
        yield server
