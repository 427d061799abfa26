"""Browsers at the questionnaire of the small study; jobs wait for the test that asked for them."""

from __future__ import annotations

import pytest

from app.services import jobs


@pytest.fixture(autouse=True)
def no_process_for_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job is run by the test that asked for it, not by a process of its own."""
    monkeypatch.setattr(jobs, "begin", lambda ctx: None)
