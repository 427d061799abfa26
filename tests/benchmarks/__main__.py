"""``python -m tests.benchmarks``: all benchmarks as one JSON object; what goes on is on stderr."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from tests import postgresql
from tests.benchmarks import (
    book_jobs,
    builder_jobs,
    idle_ticks,
    letter_jobs,
    monitor_page,
    page_bytes,
    register_import,
    screens,
    turns,
)

PARTS = (
    "turns",
    "bytes",
    "screens",
    "analysis",
    "book",
    "letters",
    "register",
    "ticks",
    "builder",
    "monitor",
)
ANALYSIS = "tests.benchmarks.analysis_jobs"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(PARTS), help="Parts, such as turns,bytes.")
    parser.add_argument("--seconds", type=float, default=20.0, help="Of counting, per engine.")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    run = turns.Run(workers=given.workers, clients=given.clients, seconds=given.seconds)
    measures: dict[str, Callable[[], Any]] = {
        "turns": lambda: _turns(run),
        "bytes": page_bytes.measure,
        "screens": screens.measure,
        "analysis": _analysis,
        "book": book_jobs.measure,
        "letters": letter_jobs.measure,
        "register": register_import.measure,
        "ticks": idle_ticks.measure,
        "builder": builder_jobs.measure,
        "monitor": monitor_page.measure,
    }
    chosen = given.only.split(",")
    if unknown := set(chosen) - measures.keys():
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    told: dict[str, Any] = {"machine": _machine()}
    for name in chosen:
        started = time.perf_counter()
        print(f"{name} …", file=sys.stderr, flush=True)
        told[name] = measures[name]()
        took = time.perf_counter() - started
        print(f"{name}: {took:.0f} s", file=sys.stderr, flush=True)
    print(json.dumps(told, indent=1))


def _machine() -> dict[str, Any]:
    return {
        "cores": turns.CORES,
        "python": platform.python_version(),
        "system": platform.platform(),
        "load_average": [round(one, 2) for one in os.getloadavg()],
    }


def _turns(run: turns.Run) -> dict[str, Any]:
    found: dict[str, Any] = {"sqlite": turns.measure("sqlite", run)}
    if postgresql.server_binaries() is None:
        found["postgresql"] = "not measured: no PostgreSQL server is installed"
    else:
        found["postgresql"] = turns.measure("postgresql", run)
    return found


def _analysis() -> Any:
    """The analysis jobs, in a process of their own so that their memory is their own."""
    if find_spec(ANALYSIS) is None:
        return "not measured: there are no such jobs"
    done = subprocess.run(
        [sys.executable, "-m", ANALYSIS], stdout=subprocess.PIPE, check=True, text=True
    )
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
