"""A worker that looks every minute reads all cases seldom, and misses nothing by it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from app.panel.states import CaseStatus, WaveStatus
from app.services.context import STUDY_ZONE
from app.services.fieldwork import watching, waves
from app.services.fieldwork.fieldwork_ticks import Ticked, tick
from app.services.fieldwork.watching import WHOLE_EVERY, Watch
from app.services.messaging import mailings
from tests.integration.mailings.field import CLOSES, OPENS, Desk

MINUTE = timedelta(minutes=1)


class Worker:
    """Looks once a minute, on the clock of the desk, and counts when it looked whole."""

    def __init__(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        self.desk = desk
        self.whole = 0
        self._watch = Watch(desk.ctx, moment=lambda _: desk.clock.now())

        def counted(*given, **named) -> Ticked:
            self.whole += 1
            return tick(*given, **named)

        monkeypatch.setattr(watching, "tick", counted)

    def minutes(self, number: int) -> list[Ticked]:
        looks = []
        for _ in range(number):
            self.desk.clock.advance(MINUTE)
            looks.append(self._watch())
        return looks


@pytest.fixture
def worker(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Worker:
    return Worker(desk, monkeypatch)


def test_hour_in_which_nothing_happens_is_looked_at_whole_six_times(
    desk: Desk, worker: Worker
) -> None:
    desk.draw(5)
    desk.rehearsed()
    desk.let_go("email_1")
    desk.go_to(OPENS + timedelta(days=1))
    worker.minutes(1)

    worker.minutes(60)

    assert worker.whole == 1 + 60 * MINUTE // WHOLE_EVERY


def test_messages_are_put_down_in_the_minute_in_which_they_are_due(
    desk: Desk, worker: Worker
) -> None:
    desk.draw(30)
    desk.rehearsed()
    desk.let_go("email_1")
    desk.go_to(OPENS + timedelta(days=7), 8, 51)

    before = worker.minutes(8)[-1]
    at_nine = worker.minutes(1)[0]

    assert f"{desk.clock.now().astimezone(STUDY_ZONE):%H:%M}" == "09:00"
    assert before.made == {}
    assert sum(at_nine.made.values()) > 0


def test_step_that_staff_let_go_is_seen_at_once(desk: Desk, worker: Worker) -> None:
    desk.draw(5)
    desk.rehearsed()
    desk.go_to(OPENS + timedelta(days=1))
    worker.minutes(2)

    desk.let_go("letter_1")

    assert worker.minutes(1)[0].made == {(2024, "letter_1"): 5}


def test_step_that_staff_stopped_and_asked_for_again_is_seen_at_once(
    desk: Desk, worker: Worker
) -> None:
    desk.draw(5)
    desk.rehearsed()
    desk.let_go("email_1")
    desk.go_to(OPENS + timedelta(days=20))
    worker.minutes(2)
    whole = worker.whole

    mailings.stop(desk.ctx, desk.year, "email_1", desk.member("f@onderzoek.nl"), why="a test")
    worker.minutes(1)
    desk.let_go("email_1")
    worker.minutes(1)

    assert worker.whole == whole + 2


def test_wave_opens_and_closes_in_the_minute_of_midnight(desk: Desk, worker: Worker) -> None:
    desk.draw(2)
    desk.rehearsed()
    seen = []
    for day in (OPENS, CLOSES + timedelta(days=1)):
        desk.go_to(day - timedelta(days=1), 23, 56)
        worker.minutes(3)
        wave = waves.find_wave(desk.ctx, desk.year)
        assert wave is not None
        seen.append(wave.status)
        done = worker.minutes(1)[0]
        assert [*done.opened, *done.closed] == [2024]

    assert seen == [WaveStatus.REHEARSED, WaveStatus.OPEN]


def test_what_a_person_did_meanwhile_is_seen_within_ten_minutes(desk: Desk, worker: Worker) -> None:
    (case_id,) = desk.draw(1)
    desk.edit("plan.yaml", "after: complete, days: 1", "after: complete, days: 0")
    desk.rehearsed()
    desk.let_go("email_thanks")
    desk.go_to(OPENS)
    worker.minutes(2)
    desk.answer(case_id, CaseStatus.COMPLETE)

    looks = worker.minutes(WHOLE_EVERY // MINUTE)

    assert sum(sum(one.made.values()) for one in looks) == 1


def test_look_that_broke_is_made_again_a_minute_later(
    desk: Desk, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.draw(5)
    desk.rehearsed()
    desk.let_go("letter_1")

    def broken(*given, **named) -> Ticked:
        raise RuntimeError("the database is gone")

    with monkeypatch.context() as patch:
        patch.setattr(watching, "tick", broken)
        with pytest.raises(RuntimeError):
            worker.minutes(1)

    assert worker.minutes(1)[0].made == {(2024, "letter_1"): 5}


def test_wave_watched_by_two_workers_gets_every_step_once(desk: Desk, worker: Worker) -> None:
    desk.draw(12)
    desk.rehearsed()
    desk.let_go("letter_1", "email_1", "letter_2", "sms_1")
    other = Watch(desk.ctx, moment=lambda _: desk.clock.now())
    desk.go_to(OPENS, 0)

    for _ in range(45 * 8):
        desk.clock.advance(timedelta(hours=3) - MINUTE)
        worker.minutes(1)
        other()

    counts = Counter(one.step for one in desk.messages())
    assert counts == {"letter_1": 12, "email_1": 12, "letter_2": 12, "sms_1": 12}
