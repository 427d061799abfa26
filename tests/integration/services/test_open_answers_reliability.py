"""Two at once, and killed in between: every step is on record once, and nothing by halves."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Event
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select

from app.clock import FixedClock
from app.panel.open_answers import Step
from app.services.open_ended.open_answers import Cells, read_desk
from app.services.open_ended.open_answers_files import Line
from app.services.open_ended.open_answers_taking_in import BatchProblemsError, take_in
from app.storage import audit, models
from tests.builders import context
from tests.integration.services.conftest import ANALYST, NOON, RESEARCHER, OpenAnswerDesk

ANSWERS = 12


def steps_taken(desk: OpenAnswerDesk) -> dict[Step, int]:
    event = models.OpenAnswerEvent
    query = select(event.step, func.count()).group_by(event.step)
    with desk.ctx.databases.research.read() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def at_once(desk: OpenAnswerDesk, batches: Sequence[tuple[str, list[Cells]]]) -> list[object]:
    """Take batches in at the same moment; what came of each, or what was refused."""
    start = Barrier(len(batches))

    def work(email: str, rows: list[Cells]) -> object:
        start.wait()
        try:
            return desk.take(rows, email)
        except BatchProblemsError as refused:
            return refused

    with ThreadPoolExecutor(len(batches)) as pool:
        return [one.result() for one in [pool.submit(work, *batch) for batch in batches]]


def test_two_coders_at_once_are_both_on_record(desk: OpenAnswerDesk) -> None:
    for number in range(ANSWERS):
        desk.write(f"meer les {number}")
    desk.redact("original")
    first, second = desk.rows("code", RESEARCHER), desk.rows("code", ANALYST)

    at_once(
        desk,
        [
            (RESEARCHER, [{**row, "codes": "les"} for row in first]),
            (ANALYST, [{**row, "codes": "geld"} for row in reversed(second)]),
        ],
    )

    assert steps_taken(desk)[Step.CODED] == 2 * ANSWERS
    assert all(len(one.progress.codings) == 2 for one in desk.queue())


def test_of_two_redactors_at_once_one_wins_and_the_other_is_told(desk: OpenAnswerDesk) -> None:
    for number in range(ANSWERS):
        desk.write(f"Amina zegt {number}")
    first, second = desk.rows("redact"), desk.rows("redact")

    outcomes = at_once(
        desk,
        [
            (RESEARCHER, [{**row, "decision": "own", "redacted": "een"} for row in first]),
            (RESEARCHER, [{**row, "decision": "own", "redacted": "twee"} for row in second]),
        ],
    )

    assert sum(isinstance(one, BatchProblemsError) for one in outcomes) == 1
    assert steps_taken(desk)[Step.REDACTED] == ANSWERS
    assert len({one.progress.redacted for one in desk.queue()}) == 1


def test_the_same_file_twice_at_once_is_on_record_once(desk: OpenAnswerDesk) -> None:
    for number in range(ANSWERS):
        desk.write(f"meer les {number}")
    rows: list[Cells] = [{**row, "decision": "original"} for row in desk.rows("redact")]

    at_once(desk, [(RESEARCHER, rows), (RESEARCHER, rows)])

    assert steps_taken(desk)[Step.REDACTED] == ANSWERS


def take_in_and_hang(urls: tuple[str, str], study: Path, rows: list[Cells], written: Event) -> None:
    """Take a batch in as another process that hangs after writing, before it commits."""

    def hang(*_: object, **__: object) -> None:
        written.set()
        time.sleep(600)

    audit.append_audit = hang  # type: ignore[assignment]
    ctx = context(urls, FixedClock(NOON), study)
    lines = [Line(number, row) for number, row in enumerate(rows, 2)]
    take_in(ctx, read_desk(ctx), email=RESEARCHER, lines=lines)


@pytest.mark.timeout(120)
def test_a_batch_killed_halfway_leaves_nothing_and_can_be_taken_in_again(
    desk: OpenAnswerDesk, database_urls: tuple[str, str]
) -> None:
    for number in range(ANSWERS):
        desk.write(f"meer les {number}")
    rows: list[Cells] = [{**row, "decision": "original"} for row in desk.rows("redact")]
    processes = multiprocessing.get_context("spawn")
    written = processes.Event()
    other = processes.Process(
        target=take_in_and_hang, args=(database_urls, desk.ctx.study, rows, written)
    )
    other.start()
    assert written.wait(60)
    other.kill()
    other.join()

    assert steps_taken(desk) == {Step.SEEN: ANSWERS}
    assert sum(desk.take(rows).steps.values()) == ANSWERS
    assert steps_taken(desk)[Step.REDACTED] == ANSWERS
