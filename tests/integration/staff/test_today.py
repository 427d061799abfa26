"""What Today tells: what waits for a decision, how response will end, what messages cost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from app.messages.channels import Channel
from app.messages.statuses import MessageStatus, Reach
from app.panel.response_outlook import Method
from app.panel.states import CaseStatus, WaveStatus
from app.services.fieldwork.decisions import Decision, Matter, decisions
from app.services.fieldwork.response_outlook import Targets, wave_outlook
from app.services.fieldwork.wave_preparation import Task, preparation
from app.services.messaging.message_costs import wave_costs
from app.services.privacy import privacy_requests
from app.storage import completions, messages
from app.storage.messages import NewMessage
from tests.integration.mailings.field import CLOSES, OPENS, Desk, prepare, with_wave


@pytest.fixture
def desk(database_urls: tuple[str, str], tmp_path: Path) -> Iterator[Desk]:
    made = prepare(database_urls, tmp_path / "desk")
    yield made
    made.ctx.databases.close()


def waiting(desk: Desk, *matters: Matter) -> list[Decision]:
    return decisions(desk.ctx, matters or tuple(Matter))


def of(desk: Desk, matter: Matter) -> list[Decision]:
    return waiting(desk, matter)


def test_wave_that_opens_soon_is_told_of_with_what_it_lacks(desk: Desk) -> None:
    (found,) = of(desk, Matter.PREPARE)
    assert (found.wave, found.due_on) == (2024, OPENS)

    tasks = {one.task: one for one in preparation(desk.ctx, 2024)}
    assert tasks[Task.PUBLISH].done
    assert not tasks[Task.SAMPLE].done
    assert tasks[Task.REHEARSE].must
    desk.draw(3)
    desk.rehearsed()
    desk.let_go("letter_1")

    assert of(desk, Matter.PREPARE) == []
    assert all(one.done for one in preparation(desk.ctx, 2024))


def test_wave_that_did_not_open_or_is_about_to_close_or_is_paused_waits(desk: Desk) -> None:
    desk.draw(3)
    desk.rehearsed()
    desk.go_to(OPENS)
    (late,) = of(desk, Matter.OPEN)
    assert late.due_on == OPENS

    desk.move(WaveStatus.OPEN)
    assert of(desk, Matter.CLOSE) == []
    desk.go_to(CLOSES - timedelta(days=7))
    (closing,) = of(desk, Matter.CLOSE)
    assert closing.due_on == CLOSES
    assert not closing.overdue(CLOSES)
    desk.move(WaveStatus.PAUSED)
    assert [one.wave for one in of(desk, Matter.PAUSED)] == [2024]
    desk.move(WaveStatus.CLOSED)
    assert [one.wave for one in of(desk, Matter.FREEZE)] == [2024]


def test_void_rehearsal_waits_until_somebody_rehearses_again(desk: Desk) -> None:
    desk.draw(3)
    desk.rehearsed()
    assert of(desk, Matter.REHEARSAL) == []

    desk.draw(1)

    (found,) = of(desk, Matter.REHEARSAL)
    assert (found.what, found.due_on) == ("void", OPENS)


def test_what_is_due_comes_first_and_a_request_is_due_after_a_month(desk: Desk) -> None:
    (case_id,) = desk.draw(1)
    privacy_requests.ask_erasure(desk.ctx, desk.person_of(case_id), language="nl")

    found = waiting(desk, Matter.REQUEST, Matter.PREPARE)

    assert [one.matter for one in found] == [Matter.PREPARE, Matter.REQUEST]
    assert [one.due_on for one in found] == [OPENS, date(2024, 2, 3)]


def test_people_whose_letters_came_back_wait_for_an_address(desk: Desk) -> None:
    first, *_others = desk.draw(3)
    desk.rehearsed()
    desk.move(WaveStatus.OPEN)

    desk.lose(first, Channel.LETTER, Reach.UNDELIVERABLE)

    (found,) = of(desk, Matter.RETURNED)
    assert found.count == 1


def test_nothing_waits_where_nobody_looks_for_it(desk: Desk) -> None:
    assert decisions(desk.ctx, []) == []


# --- outlook ------------------------------------------------------------------------------------


def finish(desk: Desk, cases: list[UUID], day: date) -> None:
    desk.go_to(day)
    for case_id in cases:
        desk.answer(case_id, CaseStatus.COMPLETE)


def test_outlook_without_an_earlier_wave_is_a_rule_of_thumb(desk: Desk) -> None:
    drawn = desk.draw(20)
    desk.rehearsed()
    desk.go_to(OPENS)
    desk.move(WaveStatus.OPEN)
    finish(desk, drawn[:7], OPENS + timedelta(days=13))

    found = wave_outlook(desk.ctx, 2024)

    assert found is not None
    assert found.compared_with is None
    assert found.total.outlook.method is Method.PACE
    assert (found.day, found.days) == (14, (CLOSES - OPENS).days + 1)
    assert found.total.outlook.low == 7
    assert found.total.outlook.high == 20  # 7 a fortnight for eleven weeks is more than there are


def test_outlook_takes_the_course_of_the_same_group_of_the_earlier_wave(
    database_urls: tuple[str, str], tmp_path: Path
) -> None:
    began = datetime(2023, 1, 3, 11, tzinfo=UTC)
    now = prepare(database_urls, tmp_path / "desk", at=began)
    opened = date(2023, 1, 16)
    before = with_wave(now, 2023, opened, opened + (CLOSES - OPENS))
    drawn = before.draw(10)
    before.rehearsed()
    before.go_to(opened)
    before.move(WaveStatus.OPEN)
    finish(before, drawn[:2], opened + timedelta(days=3))
    finish(before, drawn[2:5], opened + timedelta(days=30))
    before.move(WaveStatus.CLOSED)
    again = now.draw(10)
    now.rehearsed()
    now.go_to(OPENS)
    now.move(WaveStatus.OPEN)
    finish(now, again[:4], OPENS + timedelta(days=10))

    found = wave_outlook(now.ctx, 2024)

    assert found is not None
    assert found.compared_with == 2023
    # On day 10 of 2023 eight had not answered, of whom three did later: Beta(3.5, 5.5).
    assert found.total.outlook.expected == pytest.approx(4 + 6 * 3.5 / 9)
    now.ctx.databases.close()


def test_target_is_worked_out_from_the_people_a_group_stands_for(desk: Desk) -> None:
    desk.draw(20)  # each stands for 100 of 100,000
    desk.rehearsed()
    desk.move(WaveStatus.OPEN)

    found = wave_outlook(desk.ctx, 2024)

    assert found is not None
    assert found.targets == Targets.DESIGN
    (group,) = found.groups
    # N = 2000: 96.036 / (1 + 95.036 / 2000) = 91.68
    assert (group.target, group.out_of_reach) == (92, True)


def test_target_of_the_plan_of_the_wave_comes_first(desk: Desk) -> None:
    waves = desk.ctx.study / "waves"
    waves.mkdir(exist_ok=True)
    (waves / "2024.yaml").write_text(
        'wave: 2024\nlanguages: [nl, en]\nmode: web\nopens: "2024-01-15"\ncloses: "2024-04-15"\n'
        "preload_from: []\ntarget: {asiel_: 12}\n",
        encoding="utf-8",
    )
    desk.draw(20)
    desk.rehearsed()
    desk.move(WaveStatus.OPEN)

    found = wave_outlook(desk.ctx, 2024)

    assert found is not None
    assert (found.targets, found.total.target) == (Targets.PLAN, 12)


def test_wave_that_is_not_in_the_field_has_no_outlook(desk: Desk) -> None:
    desk.draw(3)

    assert wave_outlook(desk.ctx, 2024) is None
    assert wave_outlook(desk.ctx, 2031) is None


def test_completed_interviews_are_in_order_and_by_group(desk: Desk) -> None:
    asylum = desk.draw(2)
    (family,) = desk.draw(1, frame={"fr_group": "gezin"})
    finish(desk, [asylum[1]], date(2024, 1, 20))
    finish(desk, [family, asylum[0]], date(2024, 1, 25))

    with desk.ctx.databases.research.read() as connection:
        found = completions.completed_at(connection, 2024, ("fr_group",))
        people = completions.people_stood_for(connection, 2024, ("fr_group",))

    assert {codes: [at.day for at in moments] for codes, moments in found.items()} == {
        ("asiel",): [20, 25],
        ("gezin",): [25],
    }
    assert people == {("asiel",): 200.0, ("gezin",): 100.0}


# --- costs --------------------------------------------------------------------------------------


def test_costs_are_what_was_sent_and_what_may_still_be(desk: Desk) -> None:
    first, *_others = desk.draw(4)
    desk.rehearsed()
    now = desk.clock.now()
    with desk.ctx.databases.research.write() as connection:
        new = NewMessage(first, 2024, "letter_1", Channel.LETTER, "invitation", "nl", now)
        messages.add_due(connection, [new], now=now)
        (made,) = messages.list_messages(connection, wave=2024)
        messages.change_status(connection, made.id, made.status, MessageStatus.SENT, now, {})

    found = wave_costs(desk.ctx, 2024)

    assert found is not None
    letters = next(one for one in found.channels if one.channel is Channel.LETTER)
    # A letter is 1.05 euro. Three still get the first, four each of two reminders.
    assert (letters.sent, letters.sent_cost) == (1, 10_500)
    assert (letters.to_come, letters.to_come_cost) == (11, 115_500)
    assert found.so_far == 10_500
