"""While somebody is at work on the files of the study, pages that need them say so."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from app.panel.states import Role
from app.services.context import ServiceContext
from tests.builders import KINDS
from tests.integration.staff.conftest import add_account
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk


def test_page_names_file_line_and_fault_and_nothing_breaks(
    ctx: ServiceContext, tmp_path: Path
) -> None:
    study = tmp_path / "study"
    shutil.copytree(KINDS, study)
    module = next(iter(sorted((study / "modules").glob("*.yaml"))))
    module.write_text(module.read_text().replace("type: ", "tpye: ", 1))
    desk = Desk(staff_app(replace(ctx, study=study)))
    desk.sign_in(add_account(ctx, Role.RESEARCHER), ctx.clock.now())

    page = desk.get("/staff/audio")

    assert page.status == 200
    assert page.heading == "The files of the study have faults"
    assert f"{module.name}:" in page.words
    assert desk.get("/staff/waves/2024").status == 200
