"""What a wave remembers, in the browser: frozen, looked at, kept out, approved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.clock import FixedClock
from app.panel.states import Role, WaveStatus
from app.services.fieldwork.preload_approval import versions_of
from app.services.fieldwork.waves import StepRefusedError
from tests.builders import context
from tests.conftest import copy_template
from tests.integration.preloads.conftest import LIVES_IN_EDE, STUDY, Panel, first_wave
from tests.integration.staff.conftest import add_account
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk, Page, checked

MEMORY = "/staff/waves/2025/preload"


@pytest.fixture
def panel(sqlite_template: Path, tmp_path: Path) -> Iterator[Panel]:
    """Three people of 2024, carried into 2025, of whom nothing is frozen yet."""
    urls = copy_template(sqlite_template, tmp_path / "databases")
    clock = FixedClock(datetime(2024, 1, 1, 12, 0, tzinfo=UTC))
    made = Panel(context(urls, clock, STUDY))
    first_wave(made, [LIVES_IN_EDE, {**LIVES_IN_EDE, "w_stad": "epe"}, {"w_geboren": "1990"}])
    for person_id in made.people:
        made.enrol(2025, person_id=person_id)
    yield made
    made.ctx.databases.close()


def browser(panel: Panel, role: Role = Role.RESEARCHER) -> Desk:
    desk = Desk(staff_app(panel.ctx))
    desk.sign_in(add_account(panel.ctx, role, f"{role}@example.org"), panel.ctx.clock.now())
    return desk


def press(desk: Desk, page: Page, what: str, **filled: str) -> Page:
    return checked(desk.submit(page, f"{MEMORY}/{what}", **filled))


def freeze(desk: Desk) -> None:
    assert desk.submit(desk.get(MEMORY), f"{MEMORY}/freeze").status_code == 303


def test_memory_is_frozen_looked_at_and_approved_and_only_then_lets_the_wave_open(
    panel: Panel,
) -> None:
    desk = browser(panel)
    assert "Nothing is frozen yet" in desk.get(MEMORY).words
    freeze(desk)
    panel.move(2025, WaveStatus.CHECKED, WaveStatus.REHEARSED)
    with pytest.raises(StepRefusedError):
        panel.move(2025, WaveStatus.OPEN)

    review = press(desk, desk.get(MEMORY), "review")
    assert review.status == 200
    assert "3 people" in review.words
    approved = desk.submit(review, f"{MEMORY}/approve")

    assert approved.status_code == 303
    assert "Approved by researcher@example.org" in desk.get(MEMORY).words
    panel.move(2025, WaveStatus.OPEN)


def test_looking_does_not_approve_and_approving_needs_a_look(panel: Panel) -> None:
    desk = browser(panel)
    freeze(desk)
    token = desk.get(MEMORY).form(f"{MEMORY}/freeze")["csrf_token"]
    ((version, _used),) = versions_of(panel.ctx, 2025)

    unseen = desk.send(f"{MEMORY}/approve", {"csrf_token": token, "seen": version.hash})

    assert checked(unseen).status == 409
    press(desk, desk.get(MEMORY), "review")
    ((version, _used),) = versions_of(panel.ctx, 2025)
    assert version.reviewed_at is None


def test_what_was_frozen_anew_since_the_look_is_not_approved(panel: Panel) -> None:
    desk = browser(panel)
    freeze(desk)
    review = press(desk, desk.get(MEMORY), "review")
    press_out = desk.submit(
        review, f"{MEMORY}/leave-out", variable="w_stad", reason="a wrong list of towns"
    )
    assert press_out.status_code == 303
    freeze(desk)

    page = press(desk, review, "approve")

    assert page.status == 409
    assert "Nothing was approved" in page.words
    assert [one.left_out for one, _used in versions_of(panel.ctx, 2025)] == [0, 2]


def test_keeping_out_says_all_that_is_missing_and_keeps_what_was_typed(panel: Panel) -> None:
    desk = browser(panel)
    freeze(desk)
    review = press(desk, desk.get(MEMORY), "review")

    page = press(desk, review, "leave-out", variable="", reason="")
    assert page.status == 422
    assert "Choose the question whose answer is left out. Say why" in page.words
    page = press(desk, review, "leave-out", variable="w_stad", person="nobody", reason="wrong")
    assert page.status == 422
    assert page.form(f"{MEMORY}/leave-out")["reason"] == "wrong"


def test_what_was_left_out_can_be_put_back(panel: Panel) -> None:
    desk = browser(panel)
    freeze(desk)
    review = press(desk, desk.get(MEMORY), "review")
    desk.submit(review, f"{MEMORY}/leave-out", variable="w_stad", reason="a wrong list")

    again = press(desk, desk.get(MEMORY), "review")
    assert again.table("corrections")[0][:3] == ["w_stad", "Everybody's", "a wrong list"]
    assert desk.submit(again, f"{MEMORY}/put-back").status_code == 303
    assert not press(desk, desk.get(MEMORY), "review").has("corrections")


def test_fieldwork_freezes_and_sees_no_answer(panel: Panel) -> None:
    desk = browser(panel, Role.FIELDWORK)

    freeze(desk)

    page = desk.get(MEMORY)
    assert f"{MEMORY}/review" not in page.actions
    token = page.form(f"{MEMORY}/freeze")["csrf_token"]
    assert desk.send(f"{MEMORY}/review", {"csrf_token": token}).status_code == 403


def test_wave_that_builds_on_none_says_so(panel: Panel) -> None:
    assert "builds on no earlier wave" in browser(panel).get("/staff/waves/2024/preload").words
