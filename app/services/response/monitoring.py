"""How a wave stands: its cases by group and language, with response rates, and its history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from app.panel.dispositions import REFUSAL
from app.panel.states import CaseStatus, Eligibility, Entry, WaveStatus
from app.services.context import ServiceContext
from app.storage import models, versions, waves
from app.storage.types import table_of
from app.storage.waves import Wave, WaveEvent

_case = table_of(models.SurveyCase)

GROUP = ("fr_group", "fr_act")
"""Frame variables whose combinations are the groups of the study; part of its sampling strata."""


@dataclass(frozen=True, slots=True)
class Response:
    """What came of some sampled cases: ``open`` to ``not_eligible`` add up to ``sampled``."""

    sampled: int = 0
    open: int = 0
    partial: int = 0
    complete: int = 0
    refused: int = 0
    """Said no in this wave, or in an earlier one and was not asked again."""
    not_eligible: int = 0
    """Screened out by their answers, or known not to be in the population: abroad, deceased."""

    @property
    def eligible(self) -> int:
        """Those in the population, as far as known."""
        return self.sampled - self.not_eligible

    @property
    def rr1(self) -> float | None:
        """Complete interviews per eligible case, 0 to 1; ``None`` without such cases.

        AAPOR, Standard Definitions, response rate 1. A sample from a register of people who have
        to integrate has no cases of unknown eligibility but those not heard of, and these count
        as eligible: no ``e`` has to be estimated.
        """
        return self.complete / self.eligible if self.eligible else None

    @property
    def rr2(self) -> float | None:
        """Complete and partial interviews per eligible case (AAPOR, response rate 2).

        Partial is here who saved a page and did not finish. The release draws AAPOR's line at half
        of the questions, which needs every route: its rate can be lower.
        """
        return (self.complete + self.partial) / self.eligible if self.eligible else None


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """The response of one group: its codes, in the order of the variables counted by."""

    codes: tuple[str | None, ...]
    response: Response


@dataclass(frozen=True, slots=True)
class WaveState:
    """A wave with its response so far."""

    wave: Wave
    total: Response
    """Of the sample."""
    open_link: Response
    """People who came in by the open link: nobody drew them, so they have no response rate."""


@dataclass(frozen=True, slots=True)
class WaveReport:
    """Everything the page of a wave tells."""

    state: WaveState
    by_group: Sequence[ResponseRow]
    by_language: Sequence[ResponseRow]
    """By the language in which people were approached: known for those who do not answer too."""
    history: Sequence[WaveEvent]
    version_number: int | None


@dataclass(frozen=True, slots=True)
class _Count:
    codes: tuple[str | None, ...]
    language: str
    entry: Entry
    status: CaseStatus
    disposition: str | None
    eligible: Eligibility
    cases: int

    @property
    def outcome(self) -> str:
        """The field of `Response` that these cases count in.

        A case that was settled without an interview still has the status open.
        """
        settled = self.disposition or ""
        if self.status is CaseStatus.SCREENED_OUT or self.eligible is Eligibility.NO:
            return "not_eligible"
        if self.status is CaseStatus.OPEN and settled.startswith(REFUSAL):
            return "refused"
        return str(self.status)


def wave_states(ctx: ServiceContext) -> list[WaveState]:
    """Return all waves with their response, the earliest first."""
    with ctx.databases.research.snapshot() as connection:
        return [
            _state(wave, _counts(connection, wave.year)) for wave in waves.list_waves(connection)
        ]


def wave_report(ctx: ServiceContext, year: int) -> WaveReport | None:
    """Return how a wave stands, or ``None`` when there is no wave of that year."""
    with ctx.databases.research.snapshot() as connection:
        wave = waves.load_wave(connection, year)
        if wave is None:
            return None
        counts = _counts(connection, year)
        history = waves.wave_history(connection, year)
        number = None
        if wave.version_id is not None:
            number = versions.load_version(connection, wave.version_id).number
    sampled = [one for one in counts if one.entry is Entry.PERSONAL]
    groups = {one.codes for one in sampled}
    languages = {one.language for one in sampled}
    return WaveReport(
        state=_state(wave, counts),
        by_group=[
            ResponseRow(codes, _response(one for one in sampled if one.codes == codes))
            for codes in sorted(groups, key=_missing_last)
        ],
        by_language=[
            ResponseRow((language,), _response(one for one in sampled if one.language == language))
            for language in sorted(languages)
        ],
        history=history,
        version_number=number,
    )


def is_fielded(wave: Wave) -> bool:
    """Tell whether a wave has had an opportunity to be answered."""
    return wave.version_id is not None and wave.status not in (
        WaveStatus.DRAFT,
        WaveStatus.CHECKED,
        WaveStatus.REHEARSED,
    )


def _state(wave: Wave, counts: Sequence[_Count]) -> WaveState:
    return WaveState(
        wave,
        total=_response(one for one in counts if one.entry is Entry.PERSONAL),
        open_link=_response(one for one in counts if one.entry is Entry.OPEN),
    )


def _counts(connection: Connection, year: int) -> list[_Count]:
    groups = [_case.c.frame[name].as_string().label(name) for name in GROUP]
    marks = [
        *groups,
        _case.c.language,
        _case.c.entry,
        _case.c.status,
        _case.c.disposition,
        _case.c.eligible,
    ]
    rows = connection.execute(
        select(*marks, func.count()).where(_case.c.wave == year).group_by(*marks)
    )
    return [_Count(tuple(row[: len(GROUP)]), *row[len(GROUP) :]) for row in rows]


def _response(counts: Iterable[_Count]) -> Response:
    cases: Counter[str] = Counter()
    for one in counts:
        cases[one.outcome] += one.cases
    return Response(sampled=cases.total(), **cases)


def _missing_last(codes: tuple[str | None, ...]) -> list[tuple[bool, str]]:
    return [(code is None, code or "") for code in codes]
