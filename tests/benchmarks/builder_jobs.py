"""The table builder as people use it: whole pages, one table after another, at two sizes.

A demo is fielded once. Its live snapshot is replaced by the same people resampled to a size
(`larger_release`), so that the page, the record of tables shown and the weights are the real ones
and only the number of rows differs. Every request is another table: questions by breakdowns, in one
wave and as a trend, with letters and intervals, filters, row percentages and numbers of people. The
first request of a process reads the release and makes its weights; it is told apart. Processor time
is told beside the clock: on a busy machine people wait for others.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from app import create_app
from app.clock import FixedClock
from app.panel.states import Role
from app.services.bootstrap import make_context
from app.services.context import ServiceContext
from app.services.publication import table_sources
from app.services.publication.results import results_root, study_digest
from app.settings import Settings
from app.web import results, staff
from tests.benchmarks.book_jobs import fielded_demo
from tests.benchmarks.larger_release import enlarge
from tests.integration.staff.conftest import NOON, add_account
from tests.web.staff.desk import Desk

PEOPLE = 1_500
REQUESTS = 60
SIZES = {4_000: 1.0, 100_000: 3.0}
"""Respondents a wave, and the seconds that 95 of 100 pages may take."""
PAGE = "/staff/results/tables/new"
_QUESTIONS = ("q_tevreden", "e_meedoen", "d_nu", "e_grade", "q_docent", "l_spreken", "werkt")
_BY = ("by=r_route", "by=r_grp&by=sekse", "by=r_regime&by=leeftijd_klasse&by=sekse", "by=groep")
_NO_ROWS = {"d_nu", "e_grade"}
"""Several answers, or a number: there is no answer to take row percentages of."""
_REST = (
    "waves=2024&shows=column&letters=1&ci=1",
    "waves=2025&shows=column&letters=1&holm=1&ci=1&se=1",
    "waves=2024-2025&shows=column&letters=1&ci=1",
    "waves=2025&shows=column&letters=1&ci=1&if1=r_regime&if1c=r_regime.wi2021",
    "waves=2024&shows=people&ci=1",
    "waves=2025&shows=row&ci=1",
)


def measure() -> dict[str, Any]:
    """Ask for tables at each size; seconds, and whether the promise holds."""
    with tempfile.TemporaryDirectory(prefix="builder-") as name:
        folder = Path(name)
        release = fielded_demo(folder, people=PEOPLE)
        told = {}
        for size, promise in SIZES.items():
            larger = enlarge(release, folder / f"release-{size}", respondents=size)
            told[f"{size} respondents a wave"] = _measured(folder / "demo", larger, promise)
        return told


def _measured(data: Path, release: Path, promise: float) -> dict[str, Any]:
    settings = replace(Settings.from_environment(data_dir=data), synthetic=True)
    ctx = make_context(settings, FixedClock(NOON))
    _as_snapshot(ctx, release)
    desk = Desk(_app(ctx))
    desk.sign_in(add_account(ctx, Role.ANALYST, f"{release.name}@example.org"), NOON)
    seconds: list[float] = []
    processor: list[float] = []
    refused = []
    for address in islice(_addresses(), REQUESTS + 1):
        started, used = time.perf_counter(), time.process_time()
        response = desk.fetch(address)
        seconds.append(time.perf_counter() - started)
        processor.append(time.process_time() - used)
        if response.status_code != HTTPStatus.OK:
            refused.append(address)
    first, rest, busy = seconds[0], sorted(seconds[1:]), sorted(processor[1:])
    p95 = rest[int(0.95 * len(rest))]
    ctx.databases.close()
    return {
        "pages": len(rest),
        "not_made": refused,
        "p50_s": round(statistics.median(rest), 3),
        "p95_s": round(p95, 3),
        "slowest_s": round(rest[-1], 3),
        "processor_p50_s": round(statistics.median(busy), 3),
        "processor_p95_s": round(busy[int(0.95 * len(busy))], 3),
        "load_average": round(os.getloadavg()[0], 1),
        "first_page_of_a_process_s": round(first, 2),
        "targets": {f"p95 at most {promise:g} s": p95 <= promise},
    }


def _addresses() -> Iterator[str]:
    """Different tables, in an order in which related ones come soon after each other."""
    seen = set()
    for at in range(10_000):
        question = _QUESTIONS[at // len(_REST) % len(_QUESTIONS)]
        by = next(islice(cycle(_BY), at // (len(_REST) * len(_QUESTIONS)), None))
        address = f"{PAGE}?stub={question}&{by}&{_REST[at % len(_REST)]}"
        if question in _NO_ROWS and "shows=row" in address:
            continue
        if address not in seen:
            seen.add(address)
            yield address


def _as_snapshot(ctx: ServiceContext, release: Path) -> None:
    """Lay a release where the live snapshot is looked for, newer than any other."""
    root = results_root(ctx) / table_sources.SNAPSHOTS
    root.mkdir(parents=True, exist_ok=True)
    told = {
        "taken_at": ctx.clock.now().isoformat(),
        "saved_until": None,
        "study": study_digest(ctx.study),
        "waves": json.loads((release / "manifest.json").read_text(encoding="utf-8"))["waves"],
    }
    (release / table_sources.TAKEN).write_text(json.dumps(told), encoding="utf-8")
    release.rename(root / f"9{len(list(root.iterdir()))}-{release.name}")


def _app(ctx: ServiceContext) -> Any:
    app = create_app(ctx)
    if "staff" not in app.blueprints:
        staff.register(app)
        results.register(app)
    return app
