"""The life of a wave in the browser: what is missing, what each step does, who may take it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.panel.states import Role, WaveStatus
from app.services.context import ServiceContext
from app.services.fieldwork.waves import find_wave, move_wave
from app.web.staff.waves import steps
from tests.builders import WAVE
from tests.conftest import copy_template
from tests.integration.mailings.field import Desk as Fieldwork
from tests.integration.mailings.field import prepare
from tests.integration.staff.conftest import add_account
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk, Page, checked

WAVE_URL = f"/staff/waves/{WAVE}"


@pytest.fixture
def work(sqlite_template: Path, tmp_path: Path) -> Iterator[Fieldwork]:
    urls = copy_template(sqlite_template, tmp_path / "databases")
    made = prepare(urls, tmp_path / "desk", data_dir=tmp_path / "data")
    yield made
    made.ctx.databases.close()


def browser(work: Fieldwork, role: Role = Role.RESEARCHER) -> Desk:
    desk = Desk(staff_app(work.ctx), base_url="https://onderzoek.nl", synthetic=False)
    desk.sign_in(add_account(work.ctx, role, f"{role}@onderzoek.nl"), work.clock.now())
    return desk


def links(page: Page) -> set[str | None]:
    return {one.get("href") for one in page.tree.iter("a")}


def status_of(ctx: ServiceContext) -> WaveStatus:
    wave = find_wave(ctx, WAVE)
    assert wave is not None
    return wave.status


def test_overview_says_what_is_missing_and_where_it_is_done(work: Fieldwork) -> None:
    work.draw(2, without=["code"])

    page = browser(work).get(WAVE_URL)

    assert "It is being prepared and is to open on 15 January 2024." in page.words
    assert "Give everybody a code Not done" in page.words
    assert "Without a code: 2 of 2" in page.words
    assert "Rehearse what is sent Has to be done" in page.words
    assert {f"{WAVE_URL}/messages", f"{WAVE_URL}/sample", f"{WAVE_URL}/check"} <= links(page)


def test_step_waits_for_what_has_to_be_done_first(work: Fieldwork) -> None:
    work.draw(2)
    work.move(WaveStatus.CHECKED)
    desk = browser(work)

    page = desk.get(f"{WAVE_URL}/rehearsed")

    assert "What is missing" in page.words
    assert f"{WAVE_URL}/rehearsed" not in page.actions
    token = page.form("/staff/sign-out")["csrf_token"]
    sent = desk.send(f"{WAVE_URL}/rehearsed", {"csrf_token": token, "seen": "checked"})
    refused = checked(sent, synthetic=False)
    assert refused.status == 422
    assert "Something has to be done first" in refused.words
    assert status_of(work.ctx) is WaveStatus.CHECKED


def test_wave_goes_through_its_whole_life_by_pages_alone(work: Fieldwork) -> None:
    work.draw(2)
    desk = browser(work)
    desk.submit(desk.get(f"{WAVE_URL}/check"), f"{WAVE_URL}/check")
    work.rehearse(override="a test")
    for step in ("rehearsed", "open", "close", "freeze"):
        asked = desk.get(f"{WAVE_URL}/{step}")
        assert asked.status == 200
        assert desk.submit(asked, f"{WAVE_URL}/{step}").status_code == 303

    assert status_of(work.ctx) is WaveStatus.FROZEN
    page = desk.get(WAVE_URL)
    assert not {one for one in links(page) if one and one.endswith(("/open", "/close"))}
    assert "nothing of it can change" in page.words


def test_opening_says_what_it_does(work: Fieldwork) -> None:
    work.draw(2)
    work.rehearsed()

    page = browser(work).get(f"{WAVE_URL}/open")

    assert "From this moment people with a code can answer. People in the sample: 2." in page.words
    assert "Let the messages go Not done" in page.words


def test_step_that_cannot_be_taken_leads_back_to_the_overview(
    researcher: Desk, ctx: ServiceContext
) -> None:
    page = researcher.get(f"{WAVE_URL}/freeze")

    assert page.status == 409
    assert "cannot go there from where it is" in page.words


def test_paused_wave_is_opened_again_by_one_press(researcher: Desk, ctx: ServiceContext) -> None:
    move_wave(ctx, WAVE, WaveStatus.PAUSED, by="test")

    page = researcher.get(WAVE_URL)
    assert "People can answer again at once." in page.words
    researcher.submit(page, f"{WAVE_URL}/open")

    assert status_of(ctx) is WaveStatus.OPEN


def test_who_presses_a_moment_after_a_colleague_is_told_so(
    researcher: Desk, ctx: ServiceContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = researcher.get(WAVE_URL)

    def second(*args: Any, **named: Any) -> None:
        move_wave(*args, **named)
        move_wave(*args, **named)

    monkeypatch.setattr(steps, "move_wave", second)
    late = checked(researcher.submit(page, f"{WAVE_URL}/pause"))

    assert late.status == 409
    assert "Somebody changed this wave while you looked at it." in late.words
    assert status_of(ctx) is WaveStatus.PAUSED


def test_tabs_lead_only_where_the_reader_may_go(signed_in: Callable[[Role], Desk]) -> None:
    seen = links(signed_in(Role.ANALYST).get(WAVE_URL))

    assert f"{WAVE_URL}/messages" not in seen
    assert f"{WAVE_URL}/messages" in links(signed_in(Role.FIELDWORK).get(WAVE_URL))


@pytest.mark.parametrize("path", ["/staff/waves", "/staff/waves/2024/sample"])
def test_empty_pages_teach(researcher: Desk, path: str) -> None:
    words = researcher.get(path).words

    assert "Wave" in words
    if path.endswith("sample"):
        assert "People come from a register file, or from an earlier wave." in words
        assert "No register files yet" in words


@pytest.mark.parametrize(
    "topic",
    ["today", "waves", "wave", "messages", "rehearsal", "previews", "unknown-messages", "preload",
     "sample", "register"],
)  # fmt: skip
def test_every_page_of_a_wave_has_its_help(researcher: Desk, topic: str) -> None:
    assert researcher.get(f"/staff/help/{topic}").status == 200


@pytest.mark.parametrize(
    "part", ["messages", "messages/rehearsal", "messages/unknown", "messages/previews", "preload",
             "sample", "close", "messages/step/letter_1"],
)  # fmt: skip
def test_wave_that_does_not_exist_has_no_pages(researcher: Desk, part: str) -> None:
    assert researcher.get(f"/staff/waves/1999/{part}").status == 404
    assert researcher.get(f"/staff/waves/99999999999999999999/{part}").status == 404
