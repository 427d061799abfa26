"""How a wave goes: what can be counted at once, and the figures worked out last, with their age.

The counts of cases are those of this moment. Rates, curves, times and pages come from the history
of every case; they are kept (`figure_shelf`) and worked out again when something happened. Of a
small wave that is done while somebody waits, of a large one by a job.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from threading import Lock
from typing import Any

from sqlalchemy import Connection

from app.panel.states import Entry
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.job_progress import Progress
from app.services.response import figure_shelf
from app.services.response.figure_shelf import Kept
from app.services.response.monitor_figures import make_figures
from app.storage import live_counts, waves
from app.storage.case_lists import STATES
from app.storage.live_counts import StateCount
from app.storage.waves import Wave

AT_ONCE = 5_000
"""A wave of so many cases is worked out while the page waits: under two seconds on two cores."""
REST = 20.0
"""Figures are not worked out again before they are so many times as old as it took."""

_making = Lock()
_known_states: dict[tuple[str, int], tuple[object, list[StateCount]]] = {}
"""By database and wave: what had happened by then, and how the cases stood."""


@dataclass(frozen=True)
class Monitor:
    """A wave with its counts and figures."""

    wave: Wave
    on: date | None
    """The day as of which it is told; ``None`` for now."""
    counts: Mapping[str, int]
    """Cases of the sample by state, now whatever the day: of `STATES`."""
    open_link: int
    """Cases that came by an open link."""
    figures: Mapping[str, Any] | None = field(repr=False)
    """What `make_figures` gives; ``None`` when nobody has worked it out yet."""
    made_at: datetime | None
    stale: bool
    """Something happened since the figures were worked out."""
    large: bool
    """Too large to be worked out while somebody waits."""

    @property
    def sampled(self) -> int:
        """Cases of the sample."""
        return sum(self.counts.values())

    @property
    def eligible(self) -> int:
        """Those in the population, as far as known."""
        return self.sampled - self.counts["not_eligible"]


def monitor(ctx: ServiceContext, year: int, on: date | None = None) -> Monitor | None:
    """Return how a wave goes, or went as known at the end of a day; ``None`` without such a wave.

    A day that is not over is now.
    """
    now = ctx.clock.now()
    if on is not None and on >= now.astimezone(STUDY_ZONE).date():
        on = None
    with ctx.databases.research.snapshot() as connection:
        wave = waves.load_wave(connection, year)
        if wave is None:
            return None
        counted = _states(ctx, connection, year)
        fingerprint = _fingerprint(connection, wave, counted)
    large = sum(one.cases for one in counted) > AT_ONCE
    kept = figure_shelf.take(ctx, _name(year, on))
    stale = kept is not None and not _holds(kept, fingerprint, on)
    if counted and not large and (kept is None or (stale and _rested(kept, now))):
        made = _make(ctx, year, on, wait=kept is None)
        kept, stale = made or kept, made is None and stale
    counts = Counter(dict.fromkeys(STATES, 0))
    for one in counted:
        if one.entry is Entry.PERSONAL:
            counts[one.state] += one.cases
    return Monitor(
        wave=wave,
        on=on,
        counts=counts,
        open_link=sum(one.cases for one in counted if one.entry is Entry.OPEN),
        figures=None if kept is None else kept.content,
        made_at=None if kept is None else kept.made_at,
        stale=stale,
        large=large,
    )


def work_out(
    ctx: ServiceContext, year: int, on: date | None = None, progress: Progress | None = None
) -> Kept:
    """Work the figures of a wave out and keep them.

    Raises
    ------
    LookupError
        If there is no such wave.
    """
    started = time.perf_counter()
    now = ctx.clock.now()
    with ctx.databases.research.snapshot() as connection:
        wave = waves.load_wave(connection, year)
        if wave is None:
            raise LookupError(year)
        counted = live_counts.count_states(connection, year)
        fingerprint = _fingerprint(connection, wave, counted)
        content = make_figures(ctx, connection, wave, end_of(on) or now, progress)
    kept = Kept(now, time.perf_counter() - started, fingerprint, content)
    figure_shelf.put(ctx, _name(year, on), kept)
    return kept


# --- what these share -----------------------------------------------------------------------------


def _make(ctx: ServiceContext, year: int, on: date | None, *, wait: bool) -> Kept | None:
    """Work it out unless another request is just doing so; ``None`` then."""
    if not _making.acquire(blocking=wait):
        return None
    try:
        return work_out(ctx, year, on)
    finally:
        _making.release()


def _states(ctx: ServiceContext, connection: Connection, year: int) -> list[StateCount]:
    """How the cases stand now; they are looked at again only when something happened.

    Whatever moves a case to another state leaves an event or changes the number of a status.
    """
    mark = (live_counts.last_numbers(connection), live_counts.count_statuses(connection, year))
    key = (ctx.settings.database_url, year)
    known = _known_states.get(key)
    if known is None or known[0] != mark:
        known = _known_states[key] = mark, live_counts.count_states(connection, year)
    return known[1]


def _rested(kept: Kept, now: datetime) -> bool:
    return now - kept.made_at >= timedelta(seconds=REST * kept.took_s)


def _holds(kept: Kept, fingerprint: str, on: date | None) -> bool:
    """Whether figures are as they would be now; of a day that is over nothing is added."""
    if on is not None:
        return True
    return kept.fingerprint == fingerprint


def _fingerprint(connection: Connection, wave: Wave, counted: Sequence[StateCount]) -> str:
    told = [
        wave.status.value,
        live_counts.last_numbers(connection),
        [[one.entry.value, one.state, one.cases] for one in counted],
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _name(year: int, on: date | None) -> str:
    return f"monitor-{year}-{on.isoformat() if on else 'now'}"


def end_of(on: date | None) -> datetime | None:
    """Return the end of a day in Amsterdam; ``None`` for no day, which is now."""
    if on is None:
        return None
    midnight = datetime.combine(on + timedelta(days=1), clock_time(), tzinfo=STUDY_ZONE)
    return midnight - timedelta(microseconds=1)
