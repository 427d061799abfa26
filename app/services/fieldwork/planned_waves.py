"""Waves that the study plans in its files and that nobody has begun: nothing is published yet."""

from __future__ import annotations

from app.services.content.study_calendar import WavePlan, WavePlanError, read_wave_plan
from app.services.context import ServiceContext
from app.storage.waves import list_waves


def waves_to_begin(ctx: ServiceContext) -> list[WavePlan]:
    """Return the plans of waves that are not set up, the earliest first.

    A plan that cannot be read is left out: the check of the study names its faults.
    """
    with ctx.databases.research.read() as connection:
        there = {one.year for one in list_waves(connection)}
    found = []
    for file in sorted((ctx.study / "waves").glob("*.yaml")):
        if file.stem.isdecimal() and int(file.stem) not in there:
            try:
                found.append(read_wave_plan(ctx.study, int(file.stem)))
            except (WavePlanError, OSError):
                continue
    return found


def wave_to_begin(ctx: ServiceContext, year: int) -> WavePlan | None:
    """Return the plan of a wave that is not set up; ``None`` when it is, or there is no plan."""
    return next((one for one in waves_to_begin(ctx) if one.year == year), None)
