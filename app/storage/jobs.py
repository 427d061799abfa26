"""Jobs: asked for, taken by a process, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, insert, select, update

from app.storage import models
from app.storage.models.jobs import JobState
from app.storage.rows import columns_for
from app.storage.types import new_id, table_of

_job = table_of(models.Job)
_OPEN = (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class StoredJob:
    """A job as it stands in the database."""

    id: UUID
    kind: str
    arguments: Mapping[str, Any]
    language: str
    asked_by: UUID
    asked_at: datetime
    state: JobState
    started_at: datetime | None
    seen_at: datetime | None
    finished_at: datetime | None
    stop_asked_at: datetime | None
    share: float | None
    words: str
    leads_to: str | None


_COLUMNS = columns_for(StoredJob, _job)


def add_job(
    connection: Connection,
    kind: str,
    arguments: Mapping[str, Any],
    *,
    language: str,
    by: UUID,
    at: datetime,
) -> UUID:
    """Store a job that waits, and return its id."""
    job_id = new_id()
    connection.execute(
        insert(_job),
        {
            "id": job_id,
            "kind": kind,
            "arguments": dict(arguments),
            "language": language,
            "asked_by": by,
            "asked_at": at,
            "state": JobState.WAITING,
            "words": "",
        },
    )
    return job_id


def load_job(connection: Connection, job_id: UUID) -> StoredJob | None:
    """Return a job."""
    row = connection.execute(select(*_COLUMNS).where(_job.c.id == job_id)).one_or_none()
    return None if row is None else StoredJob(*row)


def list_jobs(
    connection: Connection, *, by: UUID | None = None, limit: int = 200
) -> list[StoredJob]:
    """Return jobs, the latest first; of one member of staff where ``by`` says whose."""
    query = select(*_COLUMNS).order_by(_job.c.asked_at.desc(), _job.c.id).limit(limit)
    if by is not None:
        query = query.where(_job.c.asked_by == by)
    return [StoredJob(*row) for row in connection.execute(query)]


def same_open(connection: Connection, kind: str, arguments: Mapping[str, Any]) -> list[StoredJob]:
    """Return jobs of a kind that wait or run for the same arguments."""
    query = select(*_COLUMNS).where(_job.c.kind == kind, _job.c.state.in_(_OPEN))
    found = [StoredJob(*row) for row in connection.execute(query)]
    return [one for one in found if dict(one.arguments) == dict(arguments)]


def next_waiting(connection: Connection) -> UUID | None:
    """Return the job that has waited longest."""
    return connection.execute(
        select(_job.c.id)
        .where(_job.c.state == JobState.WAITING)
        .order_by(_job.c.asked_at, _job.c.id)
        .limit(1)
    ).scalar_one_or_none()


def count_living(connection: Connection, *, since: datetime) -> int:
    """Return how many jobs run whose process has said so since a moment."""
    return int(
        connection.execute(
            select(func.count()).where(_job.c.state == JobState.RUNNING, _job.c.seen_at >= since)
        ).scalar_one()
    )


def take(connection: Connection, job_id: UUID, *, at: datetime) -> bool:
    """Mark a waiting job as running; false when another process was first."""
    taken = connection.execute(
        update(_job)
        .where(_job.c.id == job_id, _job.c.state == JobState.WAITING)
        .values(state=JobState.RUNNING, started_at=at, seen_at=at)
    )
    return taken.rowcount == 1


def note(
    connection: Connection, job_id: UUID, *, at: datetime, share: float | None, words: str
) -> bool:
    """Say how far a job is; return whether somebody asked it to stop."""
    connection.execute(
        update(_job).where(_job.c.id == job_id).values(seen_at=at, share=share, words=words)
    )
    asked = connection.execute(select(_job.c.stop_asked_at).where(_job.c.id == job_id))
    return asked.scalar_one() is not None


def beat(connection: Connection, job_id: UUID, *, at: datetime) -> None:
    """Say that the process of a job lives."""
    connection.execute(update(_job).where(_job.c.id == job_id).values(seen_at=at))


def finish(
    connection: Connection,
    job_id: UUID,
    state: JobState,
    *,
    at: datetime,
    words: str,
    leads_to: str | None = None,
) -> None:
    """Say how a job ended."""
    connection.execute(
        update(_job)
        .where(_job.c.id == job_id)
        .values(
            state=state,
            finished_at=at,
            seen_at=at,
            words=words,
            leads_to=leads_to,
            share=1.0 if state is JobState.DONE else _job.c.share,
        )
    )


def ask_to_stop(connection: Connection, job_id: UUID, *, at: datetime) -> None:
    """Ask a job to stop at its next step; one that still waits stops at once."""
    connection.execute(
        update(_job)
        .where(_job.c.id == job_id, _job.c.state == JobState.WAITING)
        .values(state=JobState.STOPPED, stop_asked_at=at, finished_at=at)
    )
    connection.execute(
        update(_job)
        .where(_job.c.id == job_id, _job.c.state == JobState.RUNNING)
        .values(stop_asked_at=at)
    )
