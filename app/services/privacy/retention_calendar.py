"""When what is kept for a time only has to go: the policy of a study laid over its waves.

Dates of waves that are over are counted from the day they closed; of the others from the day their
plan says, and such a date is marked as planned: it moves with the wave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.panel.retention import Kept, RetentionPolicy, Since, Term
from app.services.content.study_calendar import WavePlanError, read_wave_plan
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.privacy import retention
from app.services.privacy.retention import Due, RetentionError
from app.storage import audit_pages, keeping
from app.storage.audit_pages import Entry, Wanted
from app.storage.waves import list_waves

__all__ = ["Calendar", "Done", "RetentionError", "When", "calendar"]

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class When:
    """A day on which one thing has to be gone."""

    term: Term
    on: date
    wave: int
    """The wave whose end it is counted from."""
    planned: bool
    """That wave is not over: the day is that of its plan."""
    over: bool
    """The day has come."""


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was destroyed by date."""

    at: datetime
    kept: str
    gone: int
    by: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is kept, until when, what is due now, and what was done."""

    policy: RetentionPolicy
    due: Sequence[Due]
    """Of every thing in the order of the policy."""
    days: Sequence[When]
    """The earliest first. Things that come and go every day have no day of their own."""
    done: Sequence[Done]
    """The latest first."""
    today: date

    @property
    def due_now(self) -> list[Due]:
        """What has to be destroyed today."""
        return [one for one in self.due if one.count]

    def next_of(self, kept: Kept) -> When | None:
        """Return the next day of a thing; ``None`` where it has none, or none is left."""
        return next((one for one in self.days if one.term.kept is kept and not one.over), None)


def calendar(ctx: ServiceContext) -> Calendar:
    """Return the calendar of the study; changes nothing.

    Raises
    ------
    RetentionError
        If the study says not how long it keeps things, or says it wrongly.
    """
    policy = retention.load_policy(ctx.study)
    today = ctx.clock.now().astimezone(STUDY_ZONE).date()
    with ctx.databases.research.snapshot() as connection:
        closed = {
            year: at.astimezone(STUDY_ZONE).date()
            for year, at in keeping.closed_waves(connection).items()
        }
        there = {wave.year for wave in list_waves(connection)}
        entries, _ = audit_pages.page_of(
            connection, Wanted(action="privacy.retention"), descending=True, offset=0, limit=_SHOWN
        )
    ends = {year: (day, False) for year, day in closed.items()}
    for year in sorted(there | _planned(ctx)):
        if year not in ends and (day := _closes_on(ctx, year)) is not None:
            ends[year] = (day, True)
    last = retention.last_wave(ctx.study)
    days = [
        When(term, term.over_on(day), year, planned, not planned and term.over_on(day) <= today)
        for term in policy.terms
        for year, (day, planned) in _counted(term, ends, last).items()
    ]
    return Calendar(
        policy,
        retention.due(ctx, policy),
        sorted(days, key=lambda one: (one.on, one.wave, one.term.kept)),
        [_done(one) for one in entries],
        today,
    )


def _counted(
    term: Term, ends: dict[int, tuple[date, bool]], last: int | None
) -> dict[int, tuple[date, bool]]:
    """The ends of waves that a thing is counted from."""
    match term.since:
        case Since.WAVE:
            return ends
        case Since.LAST_WAVE:
            return {year: end for year, end in ends.items() if year == last}
        case _:
            return {}


def _planned(ctx: ServiceContext) -> set[int]:
    return {int(path.stem) for path in (ctx.study / "waves").glob("[0-9]*.yaml")}


def _closes_on(ctx: ServiceContext, year: int) -> date | None:
    try:
        return read_wave_plan(ctx.study, year).closes_on
    except (WavePlanError, OSError):
        return None


def _done(entry: Entry) -> Done:
    return Done(
        entry.at,
        entry.subject,
        int(entry.detail.get("gone", 0)),
        entry.who or str(entry.detail.get("by", "")),
    )
