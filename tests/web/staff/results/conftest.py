"""Browsers over the panel with a release."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.panel.states import Role
from app.services import jobs
from app.services.context import ServiceContext
from tests.integration.staff.conftest import add_account
from tests.integration.staff.released import released, released_folder
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk

__all__ = ["released", "released_folder"]  # fixtures


@pytest.fixture
def visitor(released: ServiceContext) -> Callable[[Role], Desk]:
    """Make a browser in which somebody with a role looks at the panel with a release."""
    app = staff_app(released)

    def sign_in(role: Role) -> Desk:
        desk = Desk(app)
        account = add_account(released, role, f"{role}@example.org")
        desk.sign_in(account, released.clock.now())
        return desk

    return sign_in


@pytest.fixture(autouse=True)
def no_process_for_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job is run by the test that asked for it, not by a process of its own."""
    monkeypatch.setattr(jobs, "begin", lambda ctx: None)
