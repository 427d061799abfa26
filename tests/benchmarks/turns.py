"""Page turns a second of the real server, with the clients in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from app.services.bootstrap import make_context
from app.storage.engine import make_engine
from app.storage.migrate import upgrade
from tests import postgresql
from tests.benchmarks.machine import Sampler, Spent, held, spent
from tests.integration.reliability.gunicorn_server import RunningServer, running
from tests.journeys.fielding import open_wave, people_by_group, settings_of, write_codes

WAVE = 2024
CASES = 1200
CORES = len(os.sched_getaffinity(0))
TARGETS = {"sqlite": 200, "postgresql": 250}
"""Turns a second on two cores with the robots on them too; 95 of 100 within `TARGET_P95_MS`."""
TARGET_P95_MS = 500
NEARLY_ALL = 0.9
"""Of the processors' time: more than this in use means that they are what limits."""


@dataclass(frozen=True)
class Run:
    """What to measure: the server's size and the crowd before it."""

    workers: int = 2
    clients: int = 64
    warm_s: float = 4.0
    seconds: float = 20.0


@dataclass(frozen=True)
class Engine:
    """A database for a run: its addresses, the processes that are it, and how to look at it."""

    name: str
    urls: tuple[str, str]
    processes: tuple[int, ...]
    sampler: Sampler


def measure(name: str, run: Run) -> dict[str, Any]:
    """Return the figures of one engine, ``sqlite`` or ``postgresql``."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="turns-")))
        opened = sqlite(folder) if name == "sqlite" else postgres()
        engine = stack.enter_context(opened)
        settings = settings_of(folder, engine.urls)
        upgrade(settings.database_url, settings.contacts_url)
        codes = _field(folder, engine)
        server = stack.enter_context(running(folder, engine.urls, workers=run.workers))
        before = os.getloadavg()[0]
        figures = _put_under_load(server, engine, codes, run)
    return {
        "workers": run.workers,
        "clients": run.clients,
        "load_average_before": round(before, 2),
        "target": {"turns_per_s": TARGETS[name], "p95_ms": TARGET_P95_MS},
        "reached": figures["turns_per_s"] >= TARGETS[name]
        and figures["turn_ms"]["p95"] <= TARGET_P95_MS
        and not figures["errors"],
        **figures,
    }


def _field(folder: Path, engine: Engine) -> Path:
    ctx = make_context(settings_of(folder, engine.urls))
    groups = people_by_group()
    people = [one for listed in groups.values() for one in listed[: CASES // len(groups)]]
    invited = open_wave(ctx, WAVE, people)
    ctx.databases.close()
    return write_codes(folder, invited)


def _put_under_load(server: RunningServer, engine: Engine, codes: Path, run: Run) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.load", server.url, str(codes)]
    command += ["--clients", str(run.clients), "--warm", str(run.warm_s)]
    command += ["--seconds", str(run.seconds)]
    crowd = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    parts = {
        "server": [server.process.pid],
        "database": list(engine.processes),
        "robots": [crowd.pid],
    }
    output = crowd.stdout
    assert output is not None
    assert output.readline().strip() == "counting"
    first, started = spent(parts), time.perf_counter()
    engine.sampler.start()
    assert output.readline().strip() == "counted"
    last, elapsed = spent(parts), time.perf_counter() - started
    waits = engine.sampler.shares()
    figures: dict[str, Any] = json.loads(output.read())
    assert crowd.wait() == 0
    return {**figures, **_use(first, last, elapsed, figures["turns"]), "waits": waits}


def _use(first: Spent, last: Spent, elapsed: float, turns: int) -> dict[str, Any]:
    """How the processors were used, and the words that say what limits."""
    by_part = {name: last.by_part[name] - first.by_part[name] for name in first.by_part}
    everything = last.all_s - first.all_s
    others = max(everything - sum(by_part.values()), 0.0)
    busy = everything / (elapsed * CORES)
    told = ", ".join(
        f"{name} {seconds / (elapsed * CORES):.0%}"
        for name, seconds in {**by_part, "other processes": others}.items()
    )
    limit = "the processors" if busy >= NEARLY_ALL else "not the processors, see waits"
    return {
        "cpu_s": {name: round(seconds, 2) for name, seconds in by_part.items()},
        "cpu_ms_per_turn": {
            name: round(1000 * seconds / max(turns, 1), 2) for name, seconds in by_part.items()
        },
        "cpu_busy_share": round(busy, 2),
        "disk_wait_share": round(
            (last.waiting_for_disk_s - first.waiting_for_disk_s) / (elapsed * CORES), 3
        ),
        "limited_by": f"{limit} ({CORES} cores, {busy:.0%} in use: {told})",
    }


@contextmanager
def sqlite(folder: Path) -> Iterator[Engine]:
    """Files in a folder; the sampler tells how often the lock of the writers is held."""
    research = folder / "research.sqlite3"
    urls = f"sqlite:///{research}", f"sqlite:///{folder / 'contacts.sqlite3'}"
    queue = folder / "research.sqlite3-queue"
    yield Engine("sqlite", urls, (), Sampler(lambda: held(queue)))


@contextmanager
def postgres() -> Iterator[Engine]:
    """A server of its own, with fsync; the sampler tells what its back ends wait for."""
    server = postgresql.start(fsync="on")
    try:
        admin = make_engine(server.url("postgres")).execution_options(isolation_level="AUTOCOMMIT")
        names = [f"{schema}_{uuid4().hex}" for schema in ("research", "contacts")]
        with admin.connect() as connection:
            for name in names:
                connection.execute(text(f"CREATE DATABASE {name}"))
            master = int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
            sampler = Sampler(
                lambda: Counter({row.what: row.number for row in connection.execute(text(_WAITS))})
            )
            urls = server.url(names[0]), server.url(names[1])
            yield Engine("postgresql", urls, (master,), sampler)
        admin.dispose()
    finally:
        server.stop()


_WAITS = """
SELECT coalesce(wait_event_type || ' ' || wait_event, 'runs') AS what, count(*) AS number
FROM pg_stat_activity
WHERE backend_type = 'client backend' AND state <> 'idle' AND pid <> pg_backend_pid()
GROUP BY 1
"""
