"""The figures of the monitor of a wave, from the histories of all its cases: as JSON to be kept.

Everything is as known at one moment. Internal: nothing is suppressed; small bases are marked by
whoever shows them. Of 100,000 cases it takes a while, so pages show what was kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from app.panel.case_history import CaseHistory
from app.panel.dispositions import COMPLETE, Category, disposition_at
from app.panel.interview_times import BreakOff, break_offs
from app.panel.outcome_rates import OutcomeRates
from app.panel.representativity import Representativity
from app.panel.response_curve import Response, quartiles, response_curve
from app.panel.states import CaseStatus, Entry
from app.questionnaire.routing import page_of
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.job_progress import Progress
from app.services.response.outcome_tables import (
    GroupRates,
    ToldCase,
    codes_counted,
    interview_ended,
    mark_of,
    rates_by,
    rates_of,
    recontact_of,
    representativity_of,
)
from app.services.response.outcomes import load_histories
from app.storage import case_facts, interview_times, live_counts
from app.storage.waves import Wave

MARKS = ("fr_group", "language", "channel", "device")
"""What response can be split by, one at a time."""
MOST_PAGES = 25
"""Pages of the list of where people stopped."""
LANGUAGES = ("nl", "en")

Json = dict[str, Any]


def make_figures(
    ctx: ServiceContext,
    connection: Connection,
    wave: Wave,
    when: datetime,
    progress: Progress | None = None,
) -> Json:
    """Return the figures of a wave as known at a moment; use inside a snapshot.

    With ``progress``, a job that was asked to stop ends here by `JobStoppedError`.
    """

    def at(share: float) -> None:
        if progress is not None:
            progress.at(share)

    at(0.02)
    histories = load_histories(ctx, connection, [wave.year])
    at(0.5)
    told = [
        ToldCase(one, stood)
        for one in histories
        if (stood := disposition_at(one, when)) is not None
    ]
    sampled = [one for one in told if one.history.entry is Entry.PERSONAL]
    minutes = interview_times.minutes_at_questions(connection, wave.year, when)
    at(0.65)
    passed = interview_times.pages_passed(connection, wave.year, when)
    at(0.75)
    steps = interview_times.last_steps(connection, wave.year, when)
    at(0.85)
    complete = {one.history.case_id for one in told if one.stood.code == COMPLETE}
    unfinished = {
        one.history.case_id
        for one in told
        if one.stood.category in (Category.P, Category.R) and not interview_ended(one.history, when)
    }
    stopped = break_offs(
        passed, Counter(step for case_id, step in steps.items() if case_id in unfinished)
    )
    seen = representativity_of(sampled)
    return {
        "cases": len(sampled),
        "curves": {mark: _curves(sampled, mark, wave, when) for mark in ("", *MARKS)},
        "rates": {
            "": [_group(rates_of((), sampled, None))],
            **{mark: _groups(sampled, mark, when) for mark in MARKS},
        },
        "outcomes": [list(one) for one in codes_counted(sampled)],
        "open_link": [
            list(one)
            for one in codes_counted(one for one in told if one.history.entry is Entry.OPEN)
        ],
        "representativity": None if seen is None else _representativity(seen),
        "recontact": _rate(
            recontact_of(sampled, case_facts.recontact_words(connection, wave.year, when))
        ),
        "minutes": _minutes([minutes[one] for one in sorted(complete) if one in minutes]),
        "break_offs": _pages(ctx, connection, wave, stopped[:MOST_PAGES]),
        "sent": _sent(told, when),
        "undelivered": [
            [one.channel.value, one.status.value, one.reason, one.messages]
            for one in live_counts.undelivered(connection, wave.year, when)
        ],
    }


# --- the curve ------------------------------------------------------------------------------------


def _curves(sampled: Sequence[ToldCase], mark: str, wave: Wave, when: datetime) -> list[Json]:
    """The curve of each group: who is eligible, and what was reached by the end of each day."""
    groups: dict[str, list[ToldCase]] = {}
    for one in sampled:
        code = mark_of(one.history, mark, when) if mark else ""
        groups.setdefault(code, []).append(one)
    found = []
    for code in sorted(groups):
        cases = groups[code]
        responses = [
            response for one in cases if (response := _response(one.history, when)) is not None
        ]
        first, last = _span(wave, responses, when)
        found.append(
            {
                "code": code,
                "eligible": sum(one.stood.category is not Category.NE for one in cases),
                "days": [
                    [day.on.isoformat(), day.began, day.finished]
                    for day in response_curve(responses, first, last)
                ],
            }
        )
    return found


def _response(history: CaseHistory, when: datetime) -> Response | None:
    interview = history.interview
    if interview is None or interview.first_answer_at is None or interview.first_answer_at > when:
        return None
    ends = [
        one.at
        for one in interview.endings
        if one.status is CaseStatus.COMPLETE
        and one.at <= when
        and (one.taken_back_at is None or one.taken_back_at > when)
    ]
    return Response(_day(interview.first_answer_at), _day(ends[-1]) if ends else None)


def _span(wave: Wave, responses: Sequence[Response], when: datetime) -> tuple[date, date]:
    """From the opening to the moment; a wave that is over ends with its last day or answer."""
    opened = _day(wave.opened_at) if wave.opened_at else wave.opens_on
    planned_end = _day(wave.closed_at) if wave.closed_at else wave.closes_on
    ends = [one.finished_on or one.began_on for one in responses]
    last = min(_day(when), max([planned_end, *ends]))
    return min(opened, last), last


def _day(at: datetime) -> date:
    return at.astimezone(STUDY_ZONE).date()


# --- rates ----------------------------------------------------------------------------------------


def _groups(sampled: Sequence[ToldCase], mark: str, when: datetime) -> list[Json]:
    return [_group(one) for one in rates_by(sampled, [mark], when, None)]


def _group(one: GroupRates) -> Json:
    return {
        "code": one.codes[0] if one.codes else "",
        "cases": one.rates.counts.sampled,
        "e": one.rates.e.value,
        "counts": _counts(one.rates),
        "rates": {name: [rate.above, rate.below] for name, rate in one.rates.rates.items()},
        "weighted": {name: rate.value for name, rate in one.weighted.rates.items()},
    }


def _counts(rates: OutcomeRates) -> list[float]:
    """In the order of AAPOR's letters: I, P, R, NC, O, UH, UO, NE."""
    counts = rates.counts
    return [
        counts.complete,
        counts.partial,
        counts.refusal,
        counts.non_contact,
        counts.other,
        counts.unknown,
        counts.unknown_other,
        counts.not_eligible,
    ]


def _rate(rate: Any) -> list[float]:  # noqa: ANN401 - a Rate
    return [rate.above, rate.below]


def _representativity(seen: Representativity) -> Json:
    return {
        "r": seen.r_adjusted,
        "not_adjusted": seen.r,
        "error": seen.error,
        "cases": seen.cases,
        "cells": seen.cells,
        "small_cells": seen.small_cells,
        "partial": [
            [one.variable, one.unconditional, one.conditional, dict(one.categories)]
            for one in seen.partial
        ],
    }


# --- times, pages, messages -----------------------------------------------------------------------


def _minutes(minutes: Sequence[float]) -> Json:
    found = quartiles(minutes)
    return {"interviews": len(minutes), "quartiles": None if found is None else list(found)}


def _pages(
    ctx: ServiceContext, connection: Connection, wave: Wave, stopped: Sequence[BreakOff]
) -> list[list[Any]]:
    """Pages with how many stopped there and how many saw them, and the question in words."""
    words: Callable[[str], Mapping[str, str]] = lambda _page: {}  # noqa: E731
    if wave.version_id is not None:
        instrument = ctx.instruments.get(connection, wave.version_id)

        def words(page: str) -> Mapping[str, str]:
            found = page_of(instrument, page)
            if found is None:
                return {}
            text = found[0].text
            return {code: text[code] for code in LANGUAGES if code in text}

    return [
        [one.page, one.stopped.above, one.stopped.below, dict(words(one.page))] for one in stopped
    ]


def _sent(told: Sequence[ToldCase], when: datetime) -> list[list[Any]]:
    """Messages that went out, by day and channel."""
    counted: Counter[tuple[date, str]] = Counter()
    for case in told:
        for sent in case.history.sent:
            # What was refused by whoever was to carry it came back at the moment it was tried.
            if sent.at <= when and sent.returned_at != sent.at:
                counted[_day(sent.at), sent.channel] += 1
    return [[day.isoformat(), channel, counted[day, channel]] for day, channel in sorted(counted)]
