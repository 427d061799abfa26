"""Robots that answer for as long as somebody wants them to, each keeping a ledger."""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from app.questionnaire.compile import compile_wave
from app.robots.plain_client import PlainClient
from app.robots.robot import Habits, Robot, SyntheticChoice, Tally
from app.robots.wire import Patience
from app.services.context import ServiceContext
from tests.integration.reliability.agreement import Outcome
from tests.journeys.fielding import Invited, bank, respondent_of

PATIENCE = Patience(timeout_s=10, keep_trying_s=120)


@dataclass(frozen=True)
class CrowdReport:
    """What all robots came to, by code, and how often they had to send something again."""

    outcomes: Mapping[str, Outcome]
    repeats: int
    tally: Tally


def let_answer(
    ctx: ServiceContext,
    url: str,
    invited: list[Invited],
    *,
    at_once: int,
    enough: threading.Event,
    habits: Habits,
) -> CrowdReport:
    """Answer one interview after the other, so many at once, until enough was done.

    Interviews that were begun are finished. Whatever goes wrong in a robot is raised here.
    """
    instrument = compile_wave(bank(), invited[0].wave)
    month = ctx.month(ctx.clock.now())
    waiting = iter(invited)
    taking = threading.Lock()
    outcomes: dict[str, Outcome] = {}
    total = Tally()
    repeats = 0

    def answer_some(seed: int) -> None:
        nonlocal repeats
        while not enough.is_set():
            with taking:
                one = next(waiting, None)
            if one is None:
                return
            rng = random.Random(f"{seed}:{one.code}")
            client = PlainClient(url, patience=PATIENCE, rng=rng)
            known = {**one.person.frame(), "interview_month": month}
            choose = SyntheticChoice(respondent_of(one), instrument, known)
            robot = Robot(client, choose, habits=habits, rng=rng)
            walk = robot.answer(one.code)
            client.close()
            with taking:
                outcomes[one.code] = Outcome(walk.ending, robot.ledger)
                repeats += client.timings.repeats
                total.edits += robot.tally.edits
                total.tab_pairs += robot.tally.tab_pairs
                total.told += robot.tally.told

    with ThreadPoolExecutor(max_workers=at_once) as pool:
        for done in [pool.submit(answer_some, seed) for seed in range(at_once)]:
            done.result()
    return CrowdReport(outcomes, repeats, total)
