"""What a simulated study came to, as the program tells it and as it really was."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from app.clock import FixedClock
from app.services.context import ServiceContext
from app.services.invented.simulated_study import Design, Simulated
from app.services.messaging import outbox
from app.services.response.attrition import panel_ledger_at
from app.services.response.outcome_tables import wave_outcomes


def summary_of(ctx: ServiceContext, done: Simulated, design: Design) -> dict[str, Any]:
    """Return a summary, ready for JSON: per wave what the program counts and what really happened.

    Rates are of the last moment of the study and have no value without a base. ``minutes`` is how
    long the steps of a wave took, by the clock of the machine. ``ledger_problems`` are the ways in
    which the ledger did not balance on any of the dates it was asked of; expected are none.
    """
    end = done.dates[-1]
    ctx = replace(ctx, clock=FixedClock(end))
    ledger = panel_ledger_at(ctx, end)
    waves = {
        str(year): _wave(ctx, done, year)
        | {
            "places": dict(
                Counter(str(one.placed.place) for one in ledger.lines if one.wave == year)
            )
        }
        for year in done.truth.waves
    }
    problems = {str(day): panel_ledger_at(ctx, day).problems for day in sorted({*done.dates})}
    return {
        "synthetic": True,
        "people": design.people,
        "seed": design.seed,
        "from": str(done.dates[0].date()),
        "to": str(end.date()),
        "waves": waves,
        "withdrawn": len(done.truth.withdrawn),
        "erased": len(done.truth.erased),
        "ledger_asked_on": len(problems),
        "ledger_problems": {day: list(found) for day, found in problems.items() if found},
        "releases": [str(one) for one in done.releases],
    }


def _wave(ctx: ServiceContext, done: Simulated, year: int) -> dict[str, Any]:
    truth = done.truth.waves[year]
    told = wave_outcomes(ctx, year)
    rates, counts = told.total.rates, told.total.rates.counts
    panel = next((one for one in told.panel if one.wave == year), None)
    messages: Counter[str] = Counter()
    for row in outbox.counts(ctx, year):
        messages[f"{row.channel} {row.status}"] += row.messages
    return {
        "sampled": counts.sampled,
        "eligible": counts.sampled - counts.not_eligible,
        "complete": counts.complete,
        "RR1": rates["RR1"],
        "RR2": rates["RR2"],
        "retention": {}
        if panel is None
        else {str(cohort): rate.value for cohort, rate in panel.retention.items()},
        "messages": dict(sorted(messages.items())),
        "truth": {**truth.counts(), "RR1": truth.response},
        "minutes": round(done.seconds.get(year, 0.0) / 60, 2),
    }
