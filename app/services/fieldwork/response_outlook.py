"""Response of an open wave by group against its target, with an outlook to the last day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.panel.response_outlook import (
    PACE_DAYS,
    Method,
    Outlook,
    by_earlier_wave,
    by_pace,
    needed,
    together,
)
from app.panel.states import WaveStatus
from app.services.content.study_calendar import WavePlanError, read_wave_plan
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.response.monitoring import GROUP, Response, WaveReport, wave_report
from app.storage import completions, waves
from app.storage.waves import Wave

__all__ = ["GroupOutlook", "Method", "Outlook", "Targets", "WaveOutlook", "wave_outlook"]

_DAY = timedelta(days=1)
_OVER = (WaveStatus.CLOSED, WaveStatus.FROZEN)
_Curve = Mapping[tuple[str | None, ...], Sequence[datetime]]


@dataclass(frozen=True, slots=True)
class GroupOutlook:
    """One group: its response so far, how many it needs, and where it will end."""

    codes: tuple[str | None, ...]
    """Of `monitoring.GROUP`; empty for everybody."""
    response: Response
    target: int
    outlook: Outlook

    @property
    def short(self) -> bool:
        """Whether even the higher end of the outlook stays below the target."""
        return self.outlook.high < self.target

    @property
    def out_of_reach(self) -> bool:
        """Whether the sample of the group is smaller than its target: drawn too small."""
        return self.response.eligible < self.target


class Targets:
    """Where targets come from."""

    PLAN = "plan"
    """The plan of the wave names them."""
    DESIGN = "design"
    """Worked out from the population of each group."""


@dataclass(frozen=True, slots=True)
class WaveOutlook:
    """How a wave in the field will end, if nothing changes."""

    wave: Wave
    day: int
    """Of the fieldwork, from 1."""
    days: int
    total: GroupOutlook
    groups: Sequence[GroupOutlook]
    compared_with: int | None
    """The earlier wave whose course is taken; ``None``: the rule of thumb."""
    targets: str
    """Of `Targets`."""


def wave_outlook(ctx: ServiceContext, year: int) -> WaveOutlook | None:
    """Return the outlook of a wave that is open or paused; ``None`` for any other.

    Groups are the combinations of `monitoring.GROUP` in the sample. An earlier wave is one that was
    opened and closed; the last of them is taken.
    """
    report = wave_report(ctx, year)
    if report is None or report.state.wave.opened_at is None:
        return None
    wave = report.state.wave
    if wave.status in _OVER or not report.by_group:
        return None
    now = ctx.clock.now()
    with ctx.databases.research.snapshot() as connection:
        listed = waves.list_waves(connection)
        earlier = [one for one in listed if one.year < year and one.opened_at and one.closed_at]
        curve = completions.completed_at(connection, year, GROUP)
        stood_for = completions.people_stood_for(connection, year, GROUP)
        before = completions.completed_at(connection, earlier[-1].year, GROUP) if earlier else {}
    past = _Past(wave_report(ctx, earlier[-1].year), before) if earlier else None
    named = _named_targets(ctx, year)
    groups = []
    for row in report.by_group:
        target = (
            needed(stood_for.get(row.codes, 0.0))
            if named is None
            else named.get("_".join(one or "" for one in row.codes), 0)
        )
        looked = _look_ahead(wave, row.codes, row.response, curve, past, now)
        groups.append(GroupOutlook(row.codes, row.response, target, looked))
    total = report.state.total
    whole = together(
        [one.outlook for one in groups],
        complete=total.complete,
        waiting=total.eligible - total.complete,
    )
    first, last = _first_day(wave), wave.closes_on
    return WaveOutlook(
        wave=wave,
        day=(now.astimezone(STUDY_ZONE).date() - first).days + 1,
        days=(last - first).days + 1,
        total=GroupOutlook((), total, sum(one.target for one in groups), whole),
        groups=groups,
        compared_with=earlier[-1].year if whole.method is Method.EARLIER_WAVE else None,
        targets=Targets.DESIGN if named is None else Targets.PLAN,
    )


@dataclass(frozen=True, slots=True)
class _Past:
    """What an earlier wave came to, by group."""

    report: WaveReport | None
    curve: _Curve

    def of(
        self, codes: tuple[str | None, ...], since: timedelta, until: timedelta
    ) -> tuple[int, int] | None:
        """Who completed between two moments of its fieldwork, and of how many; None: no group."""
        if self.report is None or self.report.state.wave.opened_at is None:
            return None
        row = next((one for one in self.report.by_group if one.codes == codes), None)
        if row is None or not row.response.eligible:
            return None
        opened, moments = self.report.state.wave.opened_at, self.curve.get(codes, ())
        by_then = bisect_right(moments, opened + since)
        by_the_end = bisect_right(moments, opened + until)
        return by_the_end - by_then, row.response.eligible - by_then


def _look_ahead(
    wave: Wave,
    codes: tuple[str | None, ...],
    response: Response,
    curve: _Curve,
    past: _Past | None,
    now: datetime,
) -> Outlook:
    complete, waiting = response.complete, response.eligible - response.complete
    opened = wave.opened_at or now
    end = _end(wave)
    if now >= end:
        return Outlook(complete, complete, complete, Method.OVER)
    known = past.of(codes, now - opened, end - opened) if past is not None else None
    if known is not None:
        return by_earlier_wave(complete, waiting, went_on=known[0], of=known[1])
    lately = sum(at > now - PACE_DAYS * _DAY for at in curve.get(codes, ()))
    return by_pace(complete, waiting, lately=lately, days_left=(end - now) / _DAY)


def _first_day(wave: Wave) -> date:
    opened = wave.opened_at
    return opened.astimezone(STUDY_ZONE).date() if opened is not None else wave.opens_on


def _end(wave: Wave) -> datetime:
    """The end of the last day, by the clock of the study."""
    return datetime.combine(wave.closes_on + _DAY, time(), tzinfo=STUDY_ZONE)


def _named_targets(ctx: ServiceContext, year: int) -> Mapping[str, int] | None:
    """Complete interviews by group that the plan of the wave asks for, if it does."""
    try:
        return read_wave_plan(ctx.study, year).target
    except (WavePlanError, OSError):
        return None
