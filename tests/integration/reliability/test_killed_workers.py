"""Nothing that was acknowledged is lost, whatever happens to the workers, and nothing is doubled.

Clients send a page again, as it was, until it is answered. What they were told is saved has to be
in the database, and nothing else.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, replace

import pytest

from app.robots.robot import Habits
from tests.integration.reliability.agreement import assert_agreement
from tests.integration.reliability.conftest import FieldMany
from tests.integration.reliability.crowd import CrowdReport, let_answer
from tests.integration.reliability.gunicorn_server import Killer, running

PLAIN = Habits(think_s=0.1)
FEARED = Habits(copies=3, changes_mind=0.06, second_tab=0.08, think_s=0.1)
"""Presses twice, goes back and answers otherwise, and has two tabs open."""

HABITS = pytest.mark.parametrize("habits", [PLAIN, FEARED], ids=["plain", "feared"])


@dataclass(frozen=True)
class Attack:
    """How many robots come, how many cases wait for them, and how often a worker dies."""

    robots: int
    cases: int
    kills: int


def answer_under_attack(field_many: FieldMany, habits: Habits, attack: Attack) -> CrowdReport:
    study = field_many(attack.cases)
    with running(study.folder, study.urls) as server:
        killer = Killer(server, kills=attack.kills, rng=random.Random(attack.kills))
        killer.start()
        try:
            report = let_answer(
                study.ctx,
                server.url,
                study.invited,
                at_once=attack.robots,
                enough=killer.done,
                habits=habits,
            )
        finally:
            killer.stop()
        assert killer.kills == attack.kills, "the robots were done before the killer was"
        assert "Traceback" not in server.log.read_text()
    assert report.repeats > 0
    assert_agreement(study.ctx, study.invited, report.outcomes)
    return report


@HABITS
def test_nothing_is_lost_while_workers_are_killed(field_many: FieldMany, habits: Habits) -> None:
    report = answer_under_attack(field_many, habits, Attack(robots=24, cases=240, kills=20))

    assert sum(one.ending == "complete" for one in report.outcomes.values()) >= 12
    if habits is FEARED:
        assert report.tally.edits > 0
        assert report.tally.tab_pairs > 0


@pytest.mark.soak
@pytest.mark.timeout(3600)
@HABITS
def test_nothing_is_lost_in_200_kills(field_many: FieldMany, habits: Habits) -> None:
    unhurried = replace(habits, think_s=2.0)

    report = answer_under_attack(field_many, unhurried, Attack(robots=200, cases=1800, kills=200))

    assert len(report.outcomes) >= 200


def test_double_sending_and_going_back_lose_nothing(field_many: FieldMany) -> None:
    study = field_many(24)
    with running(study.folder, study.urls) as server:
        report = let_answer(
            study.ctx,
            server.url,
            study.invited,
            at_once=12,
            enough=threading.Event(),
            habits=FEARED,
        )

    assert len(report.outcomes) == 24
    assert report.tally.edits > 0
    assert report.tally.tab_pairs > 0
    assert_agreement(study.ctx, study.invited, report.outcomes)
