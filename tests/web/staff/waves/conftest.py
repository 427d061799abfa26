"""Jobs are done by the tests themselves: no process of its own begins."""

from __future__ import annotations

import pytest

from app.services import jobs


@pytest.fixture(autouse=True)
def no_process_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "begin", lambda _ctx: None)
