"""The panel through its waves for a page: the ledger, kept as paths that people took together.

A ledger of 12,000 people takes seconds. What a page needs of it are counts: how many took which way
through the waves. These are kept without people (`figure_shelf`), and a ledger is made of them
again whose counts and flows are those of the whole one.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any
from uuid import UUID

from app.panel.attrition_ledger import Ledger, Line
from app.panel.places import Place, Placed, Why
from app.services.accounts.staff import Visit, record
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.response import figure_shelf
from app.services.response.attrition import ledger_in
from app.services.response.attrition_rows import flow_csv, ledger_csv
from app.services.response.figure_shelf import Kept
from app.services.response.monitor import AT_ONCE, REST, end_of
from app.storage import live_counts, panel_ledger, waves

BY = ("", "fr_group", "fr_act", "fr_sex")
"""What the ledger can be broken down by; nothing without."""

__all__ = ["BY", "PanelFlow", "flow_csv", "panel_flow", "take_out_ledger", "work_out_flow"]

_making = Lock()


@dataclass(frozen=True)
class PanelFlow:
    """The panel as known on a day."""

    on: date | None
    """``None`` for now."""
    by: str
    cases: int
    """In all waves together, now."""
    ledger: Ledger | None = field(repr=False)
    """Its people are nobody: only counts and flows mean anything. ``None`` when it was not made."""
    made_at: datetime | None
    stale: bool
    large: bool


def panel_flow(ctx: ServiceContext, on: date | None = None, by: str = "") -> PanelFlow:
    """Return where everybody was in each wave, as known at the end of a day, or now.

    Raises
    ------
    ValueError
        If ``by`` is not one of `BY`.
    """
    if by not in BY:
        raise ValueError(by)
    now = ctx.clock.now()
    if on is not None and on >= now.astimezone(STUDY_ZONE).date():
        on = None
    cases, fingerprint = _now(ctx)
    large = cases > AT_ONCE
    kept = figure_shelf.take(ctx, _name(on, by))
    stale = kept is not None and on is None and kept.fingerprint != fingerprint
    due = kept is None or (stale and now - kept.made_at >= timedelta(seconds=REST * kept.took_s))
    if cases and not large and due and _making.acquire(blocking=kept is None):
        try:
            kept, stale = work_out_flow(ctx, on, by), False
        finally:
            _making.release()
    return PanelFlow(
        on=on,
        by=by,
        cases=cases,
        ledger=None if kept is None else _ledger(kept.content),
        made_at=None if kept is None else kept.made_at,
        stale=stale,
        large=large,
    )


def work_out_flow(ctx: ServiceContext, on: date | None = None, by: str = "") -> Kept:
    """Make the ledger and keep its paths."""
    started, now = time.perf_counter(), ctx.clock.now()
    _cases, fingerprint = _now(ctx)
    with ctx.databases.research.snapshot() as connection:
        ledger = ledger_in(ctx, connection, end_of(on) or now, by=by)
    kept = Kept(now, time.perf_counter() - started, fingerprint, _paths(ledger))
    figure_shelf.put(ctx, _name(on, by), kept)
    return kept


def take_out_ledger(ctx: ServiceContext, visit: Visit, on: date | None = None) -> str:
    """Return the ledger with a row a person and wave, by pseudonym; that goes on record."""
    with ctx.databases.research.snapshot() as connection:
        ledger = ledger_in(ctx, connection, end_of(on) or ctx.clock.now(), by="fr_group")
    detail: dict[str, str | int | None] = {
        "rows": len(ledger.lines),
        "as_of": on.isoformat() if on else None,
    }
    record(ctx, visit, "panel.ledger_exported", "panel", detail)
    return ledger_csv(ledger.lines, groups=True)


# --- what these share -----------------------------------------------------------------------------


def _now(ctx: ServiceContext) -> tuple[int, str]:
    """How many cases there are, and a fingerprint of all that bears on the ledger."""
    with ctx.databases.research.snapshot() as connection:
        there = waves.list_waves(connection)
        counted = {one.year: live_counts.count_states(connection, one.year) for one in there}
        told = [
            [[one.year, one.status.value] for one in there],
            live_counts.last_numbers(connection),
            [
                [year, one.entry.value, one.state, one.cases]
                for year, of in counted.items()
                for one in of
            ],
            panel_ledger.units_counted(connection),
        ]
    cases = sum(one.cases for of in counted.values() for one in of)
    return cases, hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _paths(ledger: Ledger) -> dict[str, Any]:
    """How many people took each way: place and reason in every wave, with their group."""
    ways: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    groups: dict[UUID, str] = {}
    for line in ledger.lines:  # by wave
        why = line.placed.why.value if line.placed.why else ""
        ways[line.person_id].append((line.placed.place.value, why))
        groups[line.person_id] = line.group
    counted = Counter((groups[person], tuple(way)) for person, way in ways.items())
    return {
        "at": ledger.at.isoformat(),
        "waves": list(ledger.waves),
        "by": ledger.by,
        "problems": list(ledger.problems),
        "paths": [
            [group, [list(place) for place in way], people]
            for (group, way), people in sorted(counted.items())
        ],
    }


def _ledger(told: Mapping[str, Any]) -> Ledger:
    """A ledger of as many people as there were, each of them nobody."""
    years: Sequence[int] = told["waves"]
    lines: dict[int, list[Line]] = {year: [] for year in years}
    person = 0
    for group, way, people in told["paths"]:
        placed = [Placed(Place(place), Why(why) if why else None) for place, why in way]
        for _ in range(people):
            person += 1
            nobody = UUID(int=person)
            for year, where in zip(years, placed, strict=True):
                lines[year].append(Line(nobody, year, where, "", group))
    return Ledger(
        at=datetime.fromisoformat(told["at"]),
        waves=tuple(years),
        lines=tuple(line for year in years for line in lines[year]),
        by=told["by"],
        problems=tuple(told["problems"]),
    )


def _name(on: date | None, by: str) -> str:
    return f"panel-{by or 'all'}-{on.isoformat() if on else 'now'}"
