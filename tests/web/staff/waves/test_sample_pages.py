"""The sample of a wave in the browser: drawn, made again, carried on, given codes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from app.clock import FixedClock
from app.panel.states import Role, WaveStatus
from app.services import jobs
from app.services.bootstrap import STUDY
from tests.builders import WAVE, context
from tests.conftest import copy_template
from tests.integration.sample.conftest import SampleDesk, register
from tests.integration.staff.conftest import NOON, add_account
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk, Page, checked

SAMPLE = f"/staff/waves/{WAVE}/sample"


@pytest.fixture
def work(sqlite_template: Path, tmp_path: Path) -> Iterator[SampleDesk]:
    """A register of a hundred people, taken in, and a wave to draw them into."""
    urls = copy_template(sqlite_template, tmp_path / "databases")
    ctx = context(urls, FixedClock(NOON), study=STUDY, data_dir=tmp_path)
    made = SampleDesk(ctx, tmp_path)
    made.field(WAVE, WaveStatus.CHECKED)
    made.take_in(100)
    yield made
    ctx.databases.close()


def browser(work: SampleDesk, role: Role = Role.RESEARCHER) -> Desk:
    desk = Desk(staff_app(work.ctx))
    desk.sign_in(add_account(work.ctx, role, f"{role}@example.org"), work.ctx.clock.now())
    return desk


def draw(desk: Desk, **filled: str) -> Page:
    """Send the form of a draw and return the page it gives."""
    page = desk.get(SAMPLE)
    form = page.form(f"{SAMPLE}/draw") | {"kind": "sample"} | filled
    return checked(desk.send(f"{SAMPLE}/draw", form))


def test_draw_is_looked_at_before_it_is_made(work: SampleDesk) -> None:
    desk = browser(work)

    page = draw(desk, size="40", seed="7", how="look")

    assert page.status == 200
    assert work.cases() == []
    rows = {row[0]: row[1:] for row in page.table("would")}
    # N and n of each stratum, and what one of them stands for.
    for population, _now, drawn, weight in list(rows.values())[:-1]:
        assert float(weight) == pytest.approx(int(population) / int(drawn), abs=0.005)
    assert rows["Total"][:2] == ["100", "40"]


def test_draw_makes_cases_that_get_codes_and_comes_out_the_same_again(work: SampleDesk) -> None:
    desk = browser(work)
    form = desk.get(SAMPLE).form(f"{SAMPLE}/draw") | {"kind": "sample"}

    made = desk.send(f"{SAMPLE}/draw", form | {"size": "40", "seed": "7", "how": "draw"})

    assert made.status_code == 303
    assert len(work.cases()) == 40
    page = desk.get(SAMPLE)
    assert "Without a code: 40." in page.words
    asked = desk.submit(page, f"{SAMPLE}/codes")
    jobs.run_here(work.ctx, UUID(asked.headers["Location"].rpartition("/")[2]))
    page = desk.get(f"{SAMPLE}?verify=1")
    assert "Without a code" not in page.words
    ((_draw, kind, names, _when, _print, again, seed, people, reserves),) = page.table("draws")
    assert (kind, names, again, seed, people, reserves) == (
        "Sample", "DUO", "The same people", "7", "40", "–",
    )  # fmt: skip


def test_everything_that_is_missing_is_said_at_once_and_what_was_typed_stays(
    work: SampleDesk,
) -> None:
    desk = browser(work)
    form = desk.get(SAMPLE).form(f"{SAMPLE}/draw") | {"kind": "sample"}
    del form["from"]

    page = checked(
        desk.send(f"{SAMPLE}/draw", form | {"size": "many", "seed": "", "reserves": "2"})
    )

    assert page.status == 422
    for words in ("Choose at least one register file", "Say how many people", "Fill in a seed"):
        assert words in page.words
    assert page.form(f"{SAMPLE}/draw")["size"] == "many"
    assert page.form(f"{SAMPLE}/draw")["reserves"] == "2"


def test_draw_that_cannot_be_made_changes_nothing(work: SampleDesk) -> None:
    page = draw(browser(work), size="4000", seed="7", how="draw")

    assert page.status == 422
    assert "This cannot be drawn" in page.words
    assert work.cases() == []


def test_who_runs_settings_draws_nobody(work: SampleDesk) -> None:
    page = browser(work, Role.ADMIN).get(SAMPLE)

    assert f"{SAMPLE}/draw" not in page.actions


def test_reserves_are_released_batch_by_batch_until_there_are_none(work: SampleDesk) -> None:
    desk = browser(work)
    form = desk.get(SAMPLE).form(f"{SAMPLE}/draw") | {"kind": "sample", "how": "draw"}
    desk.send(f"{SAMPLE}/draw", form | {"size": "20", "seed": "7", "reserves": "1"})

    assert desk.submit(desk.get(SAMPLE), f"{SAMPLE}/reserve").status_code == 303
    assert len(work.cases()) == 40

    again = checked(desk.submit(desk.get(SAMPLE), f"{SAMPLE}/reserve"))
    assert again.status == 409
    assert "There are no reserves to release" in again.words


REGISTER = f"{SAMPLE}/register"


def hand_in(desk: Desk, file: Path, **filled: str) -> TestResponse:
    """Send a register file with the form as it stands."""
    form = desk.get(REGISTER).form(REGISTER)
    form.pop("skip_known")
    with file.open("rb") as content:
        return desk.client.post(
            REGISTER,
            data={**form, **filled, "file": (content, file.name)},
            headers=desk.headers,
            base_url=desk.base_url,
        )


def test_register_file_is_looked_at_first_and_then_taken_in(
    work: SampleDesk, tmp_path: Path
) -> None:
    desk = browser(work, Role.FIELDWORK)
    file = register(tmp_path, 12, first=500, name="more.csv")
    before = work.contacts()

    page = checked(hand_in(desk, file, name="DUO 2", how="look"))
    assert page.status == 200
    assert "12 rows. People to take in: 12. Faults: 0." in page.words
    assert work.contacts() == before

    assert hand_in(desk, file, name="DUO 2", how="take").status_code == 303
    assert work.contacts() == before + 12
    assert "DUO 2: 12 people" in desk.get(SAMPLE).words


def test_faults_of_a_file_are_named_by_row_and_column_without_a_value(
    work: SampleDesk, tmp_path: Path
) -> None:
    desk = browser(work)
    file = register(tmp_path, 3, first=600, name="bad.csv", groep="<b>martians</b>")
    before = work.contacts()

    page = checked(hand_in(desk, file, name="DUO 3", how="take"))

    assert page.status == 422
    assert [row[0] for row in page.table("faults")] == ["2", "3", "4"]
    assert "martians" not in page.words
    assert page.form(REGISTER)["name"] == "DUO 3"
    assert work.contacts() == before


def test_form_without_file_and_name_says_both(work: SampleDesk) -> None:
    desk = browser(work)

    page = checked(desk.submit(desk.get(REGISTER), REGISTER))

    assert page.status == 422
    assert "Choose a file. Give it a name" in page.words
