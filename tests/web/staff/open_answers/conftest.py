"""The staff site over a small study with a code frame, and people who wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.panel.states import CaseStatus, Role
from app.services.context import ServiceContext
from tests.conftest import copy_template
from tests.integration.services.conftest import OpenAnswerDesk, open_desk
from tests.integration.staff.conftest import add_account
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk

WORDS = "Bel mij op 06 12345678, zegt mevrouw Jansen. De les is goed."
PLAIN = "Meer les graag."
SETTLED = "Een code te veel."


@pytest.fixture
def answers(sqlite_template: Path, tmp_path: Path) -> Iterator[OpenAnswerDesk]:
    urls = copy_template(sqlite_template, tmp_path / "databases")
    opened = open_desk(urls, tmp_path)
    yield opened
    opened.ctx.databases.close()


@pytest.fixture
def ctx(answers: OpenAnswerDesk) -> ServiceContext:
    return answers.ctx


@pytest.fixture
def wrote(answers: OpenAnswerDesk) -> Callable[..., None]:
    """Let people write, each a complete interview."""

    def write(*words: str, language: str = "nl") -> None:
        for one in words:
            answers.write(one, ended=CaseStatus.COMPLETE, language=language)

    return write


@pytest.fixture
def as_role(ctx: ServiceContext) -> Callable[..., Desk]:
    """Make a browser in which somebody with a role has signed in."""

    def sign_in(role: Role, name: str = "web") -> Desk:
        desk = Desk(staff_app(ctx))
        desk.sign_in(add_account(ctx, role, f"{role}-{name}@example.org"), ctx.clock.now())
        return desk

    return sign_in
