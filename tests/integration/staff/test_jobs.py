"""Long work on both engines: asked for once, told how far it is, stopped, failed, lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.clock import FixedClock
from app.panel.states import Role
from app.services import job_kinds, jobs
from app.services.accounts import staff
from app.services.context import ServiceContext
from app.services.job_progress import Finished, JobKind, JobRefusedError, Progress
from app.services.jobs import JobState
from tests.integration.staff.conftest import add_account

SOMEBODY = ("Fatima", "Yilmaz")


@pytest.fixture
def me(ctx: ServiceContext) -> UUID:
    account = add_account(ctx, Role.RESEARCHER)
    with ctx.databases.research.read() as connection:
        found = staff.accounts.find_member(connection, account.email)
    assert found is not None
    return found.id


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Three kinds: one that counts, one that refuses, one with a fault that names somebody."""
    steps: list[float] = []

    def counts(ctx: ServiceContext, given: Mapping[str, Any], progress: Progress) -> Finished:
        for step in range(given["steps"]):
            progress.at(step / given["steps"], f"step {step}")
            steps.append(step)
            if given.get("stops_at") == step:
                jobs.stop(ctx, _only(ctx))
        return Finished("all counted", leads_to="/staff/waves/2024")

    def refuses(ctx: ServiceContext, given: Mapping[str, Any], progress: Progress) -> Finished:
        raise JobRefusedError("the wave is open")

    def breaks(ctx: ServiceContext, given: Mapping[str, Any], progress: Progress) -> Finished:
        raise ValueError(" ".join(SOMEBODY))

    def title(say: object, given: Mapping[str, Any]) -> str:
        return "a test"

    made = {
        "counts": JobKind(counts, title),
        "refuses": JobKind(refuses, title),
        "breaks": JobKind(breaks, title),
    }
    monkeypatch.setattr(job_kinds, "KINDS", made)
    monkeypatch.setattr(jobs, "KINDS", made)
    return steps


def _only(ctx: ServiceContext) -> UUID:
    (one,) = jobs.list_jobs(ctx, "en")
    return one.id


def ask(ctx: ServiceContext, me: UUID, kind: str, **given: Any) -> UUID:
    return jobs.ask(ctx, kind, given, by=me, language="en", start=False)


def test_job_is_done_and_leads_to_its_outcome(ctx: ServiceContext, me: UUID) -> None:
    job_id = ask(ctx, me, "counts", steps=4)
    waiting = jobs.look(ctx, job_id, "en")
    assert waiting is not None
    assert waiting.open

    assert jobs.run_here(ctx, job_id)

    done = jobs.look(ctx, job_id, "en")
    assert done is not None
    assert not done.open
    assert done.stored.state is JobState.DONE
    assert (done.stored.words, done.stored.leads_to) == ("all counted", "/staff/waves/2024")
    assert done.stored.share == 1


def test_same_work_asked_for_twice_is_done_once(ctx: ServiceContext, me: UUID) -> None:
    first = ask(ctx, me, "counts", steps=4)
    assert ask(ctx, me, "counts", steps=4) == first
    assert ask(ctx, me, "counts", steps=5) != first
    assert jobs.run_here(ctx, first)
    assert not jobs.run_here(ctx, first)
    assert ask(ctx, me, "counts", steps=4) != first


def test_work_whose_process_died_before_it_began_is_begun_when_it_is_asked_for_again(
    ctx: ServiceContext, me: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = jobs.ask(ctx, "counts", {"steps": 2}, by=me, start=False)
    begun: list[ServiceContext] = []
    monkeypatch.setattr(jobs, "begin", begun.append)

    assert jobs.ask(ctx, "counts", {"steps": 2}, by=me) == waits
    assert begun == [ctx]


def test_job_stops_at_its_next_step(ctx: ServiceContext, me: UUID, kinds: list[float]) -> None:
    job_id = ask(ctx, me, "counts", steps=9, stops_at=2)
    jobs.run_here(ctx, job_id)

    stopped = jobs.look(ctx, job_id, "en")
    assert stopped is not None
    assert stopped.stored.state is JobState.STOPPED
    assert kinds == [0, 1, 2]


def test_job_that_waits_is_stopped_before_it_begins(ctx: ServiceContext, me: UUID) -> None:
    job_id = ask(ctx, me, "counts", steps=9)
    jobs.stop(ctx, job_id)
    assert not jobs.run_here(ctx, job_id)


def test_refusal_says_why_and_a_fault_says_nothing_of_anybody(
    ctx: ServiceContext, me: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    refused, broken = ask(ctx, me, "refuses"), ask(ctx, me, "breaks")
    jobs.run_here(ctx, refused)
    jobs.run_here(ctx, broken)

    said = {one.id: one.stored for one in jobs.list_jobs(ctx, "en", by=me)}
    assert said[refused].words == "the wave is open"
    assert said[broken].state is JobState.FAILED
    assert said[broken].words == "ValueError"
    assert SOMEBODY[0] not in caplog.text


def test_job_whose_process_fell_silent_is_lost_and_may_be_asked_for_again(
    ctx: ServiceContext, me: UUID
) -> None:
    job_id = ask(ctx, me, "counts", steps=4)
    with ctx.databases.research.write() as connection:
        jobs.jobs.take(connection, job_id, at=ctx.clock.now())
    assert isinstance(ctx.clock, FixedClock)
    ctx.clock.advance(jobs.SILENT_FOR + timedelta(seconds=1))

    lost = jobs.look(ctx, job_id, "en")
    assert lost is not None
    assert lost.lost
    assert not lost.open
    assert ask(ctx, me, "counts", steps=4) != job_id


def test_work_takes_everything_that_waits(ctx: ServiceContext, me: UUID, tmp_path: Path) -> None:
    for steps in (1, 2, 3):
        ask(ctx, me, "counts", steps=steps)
    assert jobs.work(ctx) == 3
    assert jobs.work(ctx) == 0
