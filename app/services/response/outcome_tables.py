"""The rates of a wave as known on a day: of all, by group, of the panel; where people stop.

Internal: nothing is suppressed here, and small bases are marked by whoever shows them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.panel.case_history import CaseHistory
from app.panel.dispositions import COMPLETE, Category, Disposition, disposition_at
from app.panel.interview_times import BreakOff, Minutes, break_offs, median_minutes
from app.panel.outcome_rates import (
    EligibleShare,
    OutcomeRates,
    Rate,
    count_outcomes,
    outcome_rates,
)
from app.panel.panel_rates import WavePanelRates, members_of, panel_rates
from app.panel.representativity import Representativity, make_cells, representativity
from app.panel.states import Entry
from app.services.context import ServiceContext
from app.services.response.outcomes import load_histories
from app.storage import case_facts, interview_times, waves

MARKS = {
    "group": "fr_group",
    "act": "fr_act",
    "sex": "fr_sex",
    "edition": "fr_edition",
    "municipality": "fr_municipality",
}
"""Short names of frame variables; any ``fr_...`` may be named too."""
OTHER_MARKS = ("language", "channel", "device", "door", "mode", "stratum")
NOBODY = "-"
"""The device, door or mode of who never logged on; the channel of who was sent nothing."""
CELLS = ("fr_group", "fr_act")
"""Frame variables whose cells make the propensities of the R-indicator: the strata of the study."""


class OutcomesError(ValueError):
    """There is nothing to count; the message says why."""


@dataclass(frozen=True, slots=True)
class GroupRates:
    """The rates of the sampled cases with some marks."""

    codes: tuple[str, ...]
    """In the order of the marks counted by; none for everybody."""
    rates: OutcomeRates
    weighted: OutcomeRates
    """Each case counted by its base weight; ``e`` is worked out from the weighted counts too."""


@dataclass(frozen=True)
class WaveOutcomes:
    """Everything that is told of the response of a wave."""

    wave: int
    as_of: datetime
    by: tuple[str, ...]
    total: GroupRates
    groups: Sequence[GroupRates]
    dispositions: Sequence[tuple[str, str | None, int]]
    """Code, reason and number of sampled cases."""
    open_link: Sequence[tuple[str, str | None, int]]
    """The same of those who came by an open link: nobody drew them, they are in no rate."""
    panel: Sequence[WavePanelRates] = field(repr=False)
    """Of this wave and those before it."""
    representativity: Representativity | None
    """Of those who answered, among those not known to be outside the population."""
    break_offs: Sequence[BreakOff] = field(repr=False)
    minutes: Minutes = field(repr=False)
    """Of interviews that were sent."""
    recontact: Rate
    """Said yes to being asked again, of the sampled people who said anything to it in this wave.
    A refusal of that kind is no refusal of the interview."""


@dataclass(frozen=True, slots=True)
class ToldCase:
    """A case and how it stood at the moment that is asked about."""

    history: CaseHistory
    stood: Disposition


def wave_outcomes(
    ctx: ServiceContext,
    year: int,
    *,
    by: Sequence[str] = (),
    when: datetime | None = None,
    e: EligibleShare | None = None,
) -> WaveOutcomes:
    """Return the rates of a wave as known at a moment, now by default.

    Parameters
    ----------
    by
        Marks whose combinations are counted by: of `MARKS` or `OTHER_MARKS`, or ``fr_...``.
    e
        The share of the unknowns that is eligible; by proportional allocation without it, over the
        whole sample and for each group by itself.

    Raises
    ------
    OutcomesError
        If there is no such wave or mark, or nobody had a case in it at that moment.
    """
    moment = when or ctx.clock.now()
    names = [_mark(name) for name in by]
    with ctx.databases.research.snapshot() as connection:
        known = [one.year for one in waves.list_waves(connection) if one.year <= year]
        if year not in known:
            raise OutcomesError(f"there is no wave {year}")
        histories = load_histories(ctx, connection, known)
        minutes = interview_times.minutes_at_questions(connection, year, moment)
        passed = interview_times.pages_passed(connection, year, moment)
        steps = interview_times.last_steps(connection, year, moment)
        again = case_facts.recontact_words(connection, year, moment)
    told = [
        ToldCase(one, stood)
        for one in histories
        if one.wave == year and (stood := disposition_at(one, moment)) is not None
    ]
    sampled = [one for one in told if one.history.entry is Entry.PERSONAL]
    if not sampled:
        raise OutcomesError(f"nobody had been drawn for wave {year} on {moment:%Y-%m-%d %H:%M}")
    complete = {one.history.case_id for one in told if one.stood.code == COMPLETE}
    unfinished = {
        one.history.case_id
        for one in told
        if one.stood.category in (Category.P, Category.R)
        and not interview_ended(one.history, moment)
    }
    return WaveOutcomes(
        wave=year,
        as_of=moment,
        by=tuple(names),
        total=rates_of((), sampled, e),
        groups=rates_by(sampled, names, moment, e) if names else (),
        dispositions=codes_counted(sampled),
        open_link=codes_counted(one for one in told if one.history.entry is Entry.OPEN),
        panel=panel_rates(members_of(histories, moment), known),
        representativity=representativity_of(sampled),
        break_offs=break_offs(
            passed, Counter(step for case_id, step in steps.items() if case_id in unfinished)
        ),
        minutes=median_minutes([minutes[one] for one in sorted(complete) if one in minutes]),
        recontact=recontact_of(sampled, again),
    )


def _mark(name: str) -> str:
    if name in OTHER_MARKS or name.startswith("fr_"):
        return name
    if name not in MARKS:
        raise OutcomesError(f"cannot count by {name!r}: {', '.join([*MARKS, *OTHER_MARKS])}, fr_…")
    return MARKS[name]


def rates_of(
    codes: tuple[str, ...], told: Sequence[ToldCase], e: EligibleShare | None
) -> GroupRates:
    """Return the rates of some cases, counted and weighted."""
    letters = [(one.stood.category, one.history.base_weight or 1.0) for one in told]
    return GroupRates(
        codes,
        outcome_rates(count_outcomes((letter, 1) for letter, _ in letters), e),
        outcome_rates(count_outcomes(letters), e),
    )


def rates_by(
    told: Sequence[ToldCase], names: Sequence[str], when: datetime, e: EligibleShare | None
) -> list[GroupRates]:
    """Return the rates of cases by the values of some marks, in order."""
    groups: dict[tuple[str, ...], list[ToldCase]] = {}
    for one in told:
        codes = tuple(mark_of(one.history, name, when) for name in names)
        groups.setdefault(codes, []).append(one)
    return [rates_of(codes, groups[codes], e) for codes in sorted(groups)]


def mark_of(history: CaseHistory, name: str, when: datetime) -> str:
    """Return the value of a mark of a case as known at a moment; `NOBODY` where it has none."""
    if name.startswith("fr_"):
        return str(history.frame.get(name) or NOBODY)
    if name == "channel":
        return "+".join(history.channels_used(when)) or NOBODY
    if name in ("language", "stratum"):
        return str(getattr(history, name) or NOBODY)
    interview = history.interview
    if interview is None or interview.started_at > when:
        return NOBODY
    return str(getattr(interview, name) or "unknown")


def codes_counted(told: Iterable[ToldCase]) -> list[tuple[str, str | None, int]]:
    """Return how many cases have each outcome code and reason."""
    counts = Counter((one.stood.code, one.stood.reason) for one in told)
    return [
        (code, reason, counts[code, reason])
        for code, reason in sorted(counts, key=lambda one: (one[0], one[1] or ""))
    ]


def representativity_of(told: Sequence[ToldCase]) -> Representativity | None:
    """Return the R-indicator of those who answered, in the cells of `CELLS`."""
    people = (
        (
            tuple(str(one.history.frame.get(name) or NOBODY) for name in CELLS),
            one.history.base_weight or 1.0,
            one.stood.responded,
        )
        for one in told
        if one.stood.category is not Category.NE
    )
    return representativity(make_cells(people), CELLS)


def recontact_of(told: Sequence[ToldCase], words: Mapping[UUID, bool]) -> Rate:
    """Return the share that said yes to being asked again, of those who said anything."""
    said = [words[one.history.case_id] for one in told if one.history.case_id in words]
    return Rate(sum(said), len(said))


def interview_ended(history: CaseHistory, when: datetime) -> bool:
    """Tell whether an interview had come to an end at a moment; without one, too."""
    interview = history.interview
    return interview is None or any(
        one.at <= when and (one.taken_back_at is None or one.taken_back_at > when)
        for one in interview.endings
    )
