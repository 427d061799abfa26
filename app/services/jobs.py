"""Long work: asked for on a page, done by a process of its own, looked at, left, and stopped.

A request that counts for a minute would hold one of the few threads that respondents need. So a
job is a row, and a process that begins with it (`begin`) does it, says every ten seconds that it
lives, and then takes the next one that waits. Two run at a time. A process that was killed leaves
a job that runs and is not heard of: `look` says so, and it can be asked for again.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from uuid import UUID

from app.clock import MovedClock
from app.i18n.catalogs import Catalogs
from app.i18n.locales import STAFF_DOMAIN
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.job_kinds import KINDS
from app.services.job_progress import JobRefusedError, JobStoppedError, Progress, Say
from app.storage import jobs
from app.storage.jobs import StoredJob
from app.storage.models.jobs import JobState

__all__ = ["Job", "JobState", "ask", "begin", "list_jobs", "look", "run_here", "stop"]

AT_ONCE = 2
BEATS_S = 10.0
SILENT_FOR = timedelta(seconds=60)
"""A process that has said nothing for so long is taken for dead."""
ROOT = Path(__file__).resolve().parents[2]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands, with its name in words."""

    stored: StoredJob
    title: str
    lost: bool
    """Its process is gone without a word: ask for it again."""

    @property
    def id(self) -> UUID:
        """Its id."""
        return self.stored.id

    @property
    def open(self) -> bool:
        """Whether it waits or runs."""
        return self.stored.state in (JobState.WAITING, JobState.RUNNING) and not self.lost


def ask(
    ctx: ServiceContext,
    kind: str,
    arguments: Mapping[str, Any],
    *,
    by: UUID,
    language: str = "nl",
    start: bool = True,
) -> UUID:
    """Store a job, have a process begin with it, and return its id.

    The same work that waits or runs already is not done twice: its id is returned. ``arguments``
    are JSON and name nobody. ``start=False`` leaves it to `run_here`.
    """
    if kind not in KINDS:
        raise LookupError(f"no such kind of job: {kind}")
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        same = jobs.same_open(connection, kind, arguments)
        there = next((one for one in same if not _lost(one, now)), None)
        job_id = (
            jobs.add_job(connection, kind, arguments, language=language, by=by, at=now)
            if there is None
            else there.id
        )
        room = jobs.count_living(connection, since=now - SILENT_FOR) < AT_ONCE
    # One that waits although there is room: the process that was to do it died.
    if start and room and (there is None or there.state is JobState.WAITING):
        begin(ctx)
    return job_id


def begin(ctx: ServiceContext) -> None:
    """Start a process that does what waits, and do not wait for it."""
    command = [sys.executable, "-m", "app", "jobs", "work"]
    if isinstance(ctx.clock, MovedClock):
        there = ctx.clock.now().astimezone(STUDY_ZONE)
        command += ["--as-of", there.strftime("%Y-%m-%dT%H:%M:%S")]
    process = subprocess.Popen(  # noqa: S603 - our own program, nothing of a request in it
        command,
        cwd=ROOT,
        env=ctx.settings.for_child(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    # Somebody has to ask how it ended, or it stays in the list of processes.
    threading.Thread(target=process.wait, name="job", daemon=True).start()


def work(ctx: ServiceContext) -> int:
    """Do all jobs that wait, one after the other, and return how many were done."""
    done = 0
    while True:
        with ctx.databases.research.read() as connection:
            waiting = jobs.next_waiting(connection)
        if waiting is None:
            return done
        done += run_here(ctx, waiting)


def run_here(ctx: ServiceContext, job_id: UUID) -> bool:
    """Do a job in this process; false when another has taken it, or it does not wait."""
    with ctx.databases.research.write() as connection:
        taken = jobs.take(connection, job_id, at=ctx.clock.now())
        stored = jobs.load_job(connection, job_id)
    if not taken or stored is None:
        return False
    say = _say(stored.language)
    progress = Progress(partial(_note, ctx, job_id), say, stored.language)
    leads_to = None
    with _beating(ctx, job_id):
        try:
            finished = KINDS[stored.kind].run(ctx, stored.arguments, progress)
            state, words, leads_to = JobState.DONE, finished.words, finished.leads_to
        except JobStoppedError:
            state, words = JobState.STOPPED, ""
        except JobRefusedError as refusal:
            state, words = JobState.FAILED, str(refusal)
        except Exception as error:  # the one place that must outlive any fault of a job
            # Lines of code, never the message, which may quote a person.
            frames = "".join(traceback.format_tb(error.__traceback__))
            logger.error("job failed: %s\n%s", type(error).__name__, frames)  # noqa: TRY400
            state, words = JobState.FAILED, type(error).__name__
    with ctx.databases.research.write() as connection:
        jobs.finish(connection, job_id, state, at=ctx.clock.now(), words=words, leads_to=leads_to)
    return True


def look(ctx: ServiceContext, job_id: UUID, language: str) -> Job | None:
    """Return how a job stands, or ``None`` when there is none."""
    with ctx.databases.research.read() as connection:
        stored = jobs.load_job(connection, job_id)
    return None if stored is None else _job(stored, language, ctx.clock.now())


def list_jobs(ctx: ServiceContext, language: str, *, by: UUID | None = None) -> list[Job]:
    """Return the last two hundred jobs, the latest first; only those of ``by`` where given."""
    with ctx.databases.research.read() as connection:
        found = jobs.list_jobs(connection, by=by)
    now = ctx.clock.now()
    return [_job(one, language, now) for one in found]


def stop(ctx: ServiceContext, job_id: UUID) -> None:
    """Ask a job to stop; it does so at its next step."""
    with ctx.databases.research.write() as connection:
        jobs.ask_to_stop(connection, job_id, at=ctx.clock.now())


def _job(stored: StoredJob, language: str, now: datetime) -> Job:
    kind = KINDS.get(stored.kind)
    title = kind.title(_say(language), stored.arguments) if kind else stored.kind
    return Job(stored, title, _lost(stored, now))


def _lost(stored: StoredJob, now: datetime) -> bool:
    heard = stored.seen_at
    return stored.state is JobState.RUNNING and (heard is None or now - heard > SILENT_FOR)


def _note(ctx: ServiceContext, job_id: UUID, share: float | None, words: str) -> None:
    with ctx.databases.research.write() as connection:
        stopping = jobs.note(connection, job_id, at=ctx.clock.now(), share=share, words=words[:300])
    if stopping:
        raise JobStoppedError


@contextmanager
def _beating(ctx: ServiceContext, job_id: UUID) -> Iterator[None]:
    """Say in the background that this process lives."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEATS_S):
            try:
                with ctx.databases.research.write() as connection:
                    jobs.beat(connection, job_id, at=ctx.clock.now())
            except Exception:  # a busy database is no reason to give the work up
                logger.warning("a job could not say that it lives")

    thread = threading.Thread(target=beat, name="job heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@lru_cache(maxsize=1)
def _catalogs() -> Catalogs:
    return Catalogs.load(ROOT / "translations", domain=STAFF_DOMAIN)


def _say(language: str) -> Say:
    return partial(_catalogs().gettext, language)
