"""Rates of the panel over its waves: who stays, who comes back, who was found again.

SOURCES: Callegaro and DiSogra (2008), "Computing response metrics for online panels", *Public
Opinion Quarterly* 72(5), 1008-1032, for the cumulative response rate as a product of recruitment,
retention and completion; AAPOR, *Standard Definitions* (10th edition, 2023), on panels; ISO
20252:2019, which keeps "participation rate" for answers per invitation, a word not used here.

Death, emigration, dispensation, exemption and, from the next wave on, having finished civic
integration are exits from the population: those people are in no denominator from then on, and are
counted by themselves. Attrition is who belongs to the population
and does not answer any more, whatever the reason; who answers again later was missing from a wave.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.panel.case_history import CaseHistory
from app.panel.dispositions import OUT_OF_POPULATION, Category, Disposition, disposition_at
from app.panel.outcome_rates import Rate
from app.panel.states import Entry, PersonStatus


@dataclass(frozen=True, slots=True)
class Member:
    """A sampled person through the waves, as known at a moment."""

    person_id: UUID
    outcomes: Mapping[int, Disposition]
    """By wave in which the person had a case."""
    issued: frozenset[int]
    """Waves in which the person was to be asked: not settled before it began."""
    exits: Mapping[int, str] = field(default_factory=dict)
    """By wave: why the person was out of the population at its end."""
    sought: frozenset[int] = frozenset()
    """Waves in which somebody went looking for the person, and …"""
    found: frozenset[int] = frozenset()
    """… found the person."""

    @property
    def cohort(self) -> int:
        """The wave in which the person was drawn."""
        return min(self.outcomes)

    def responded(self, wave: int) -> bool:
        """Whether there is an interview, whole or partial."""
        return wave in self.outcomes and self.outcomes[wave].responded

    def belongs(self, wave: int) -> bool:
        """Whether the person belongs to the population of a wave, as far as known."""
        outcome = self.outcomes.get(wave)
        if outcome is not None and outcome.category is Category.NE:
            return False
        return wave not in self.exits or self.responded(wave)


@dataclass(frozen=True, slots=True)
class CumulativeResponse:
    """The way from a drawn person to an answer in a later wave, of one cohort."""

    recruitment: Rate
    """RECR: those who answered in the wave they were drawn for, of those who belong to it (RR2)."""
    retention: Rate
    """RETR: those who are still asked, of those who answered then and still belong."""
    completion: Rate
    """COMR: those who answer, of those who are still asked."""

    @property
    def value(self) -> float | None:
        """CUMRR = RECR x RETR x COMR, 0 to 1; ``None`` where one of them has no base.

        Callegaro and DiSogra's profile rate (PROR) is 1: there is no profile to fill in, the first
        interview is the recruitment.
        """
        rates = (self.recruitment.value, self.retention.value, self.completion.value)
        if None in rates:
            return None
        product = 1.0
        for one in rates:
            product *= one or 0.0
        return product


@dataclass(frozen=True, slots=True)
class WavePanelRates:
    """The panel rates of one wave; of the first wave only some have a base."""

    wave: int
    wave_response: Rate
    """Answered, of those who were to be asked in this wave and belong to its population."""
    retention: Mapping[int, Rate]
    """By cohort: answered in this wave, of those who answered in the cohort's first wave and still
    belong to the population. Who refused to be asked again is below the line."""
    cumulative: Mapping[int, CumulativeResponse]
    """By cohort."""
    reinterview: Rate
    """Answered in this wave and the one before, of those who answered then and still belong."""
    returned: Rate
    """Answered in this wave, of those who were asked, belong, and did not answer the one before."""
    attrition: Rate
    """Did not answer this wave nor any later one, of those who answered the one before and still
    belong. Not final: who answers later leaves it."""
    missed: Rate
    """Did not answer this wave but a later one, of the same people."""
    exits: Mapping[str, int]
    """People out of the population at the end of this wave who belonged in the wave before, by
    state: these are not attrition."""
    tracing: Rate
    """Found, of those whom somebody went looking for in this wave."""


def members_of(histories: Iterable[CaseHistory], when: datetime) -> list[Member]:
    """Return the sampled people of some waves with their outcomes as known at a moment.

    Who came in by an open link was never drawn and is in no rate.
    """
    cases: dict[UUID, list[CaseHistory]] = {}
    for one in histories:
        if one.entry is Entry.PERSONAL and one.created_at <= when:
            cases.setdefault(one.person_id, []).append(one)
    ends: dict[int, datetime] = {}
    for listed in cases.values():
        for one in listed:
            ends[one.wave] = min(when, one.closed_at or when)
    return [_member(person, listed, ends, when) for person, listed in sorted(cases.items())]


def _member(
    person_id: UUID, cases: Sequence[CaseHistory], ends: Mapping[int, datetime], when: datetime
) -> Member:
    outcomes = {one.wave: told for one in cases if (told := disposition_at(one, when)) is not None}
    facts = [fact for fact in cases[0].facts if fact.at <= when]
    exits: dict[int, str] = {}
    for wave, end in ends.items():
        states = [fact.to for fact in facts if fact.kind == "status" and fact.at <= end]
        state = states[-1] if states else None
        # Who finished belongs to a wave that they were drawn for, and to none after it.
        finished = state == PersonStatus.FINISHED and wave not in outcomes
        if state in OUT_OF_POPULATION or finished:
            exits[wave] = str(state)
    sought: set[int] = set()
    found: set[int] = set()
    for fact in facts:
        if fact.wave is not None and fact.kind in ("tracing_begun", "traced", "untraceable"):
            sought.add(fact.wave)
            (found.add if fact.kind == "traced" else found.discard)(fact.wave)
    issued = frozenset(one.wave for one in cases if _issued(one))
    return Member(person_id, outcomes, issued, exits, frozenset(sought), frozenset(found))


def _issued(case: CaseHistory) -> bool:
    """Whether the person was to be asked: the case was not made with an outcome.

    Who was erased has one from the start, and was asked all the same.
    """
    return all(one.at > case.created_at or one.reason == "erased" for one in case.settled)


def panel_rates(members: Sequence[Member], waves: Sequence[int]) -> list[WavePanelRates]:
    """Return the panel rates of waves, the earliest first; all of them count by people.

    Definitions and sources: see `WavePanelRates` and the module.
    """
    ordered = sorted(waves)
    return [
        _rates_of(members, wave, ordered[:at], ordered[at + 1 :]) for at, wave in enumerate(ordered)
    ]


def _rates_of(
    members: Sequence[Member], wave: int, earlier: Sequence[int], later: Sequence[int]
) -> WavePanelRates:
    belonging = [one for one in members if one.belongs(wave) and one.cohort <= wave]
    asked = [one for one in belonging if wave in one.issued]
    before = earlier[-1] if earlier else None
    stayed = [one for one in belonging if before is not None and one.responded(before)]
    silent = [
        one
        for one in asked
        if before is not None and before in one.outcomes and not one.responded(before)
    ]
    gone = [one for one in stayed if not one.responded(wave)]
    back = [one for one in gone if any(one.responded(year) for year in later)]
    cohorts = [year for year in earlier if any(one.cohort == year for one in members)]
    return WavePanelRates(
        wave=wave,
        wave_response=_share(asked, wave),
        retention={year: _share(_recruits(belonging, year), wave) for year in cohorts},
        cumulative={year: _cumulative(members, year, wave) for year in cohorts},
        reinterview=_share(stayed, wave),
        returned=_share(silent, wave),
        attrition=Rate(len(gone) - len(back), len(stayed)),
        missed=Rate(len(back), len(stayed)),
        exits=_exits(members, wave, before),
        tracing=Rate(
            sum(wave in one.found for one in members), sum(wave in one.sought for one in members)
        ),
    )


def _share(members: Sequence[Member], wave: int) -> Rate:
    return Rate(sum(one.responded(wave) for one in members), len(members))


def _recruits(members: Iterable[Member], cohort: int) -> list[Member]:
    return [one for one in members if one.cohort == cohort and one.responded(cohort)]


def _cumulative(members: Sequence[Member], cohort: int, wave: int) -> CumulativeResponse:
    drawn = [one for one in members if one.cohort == cohort and one.belongs(cohort)]
    panel = [one for one in _recruits(drawn, cohort) if one.belongs(wave)]
    asked = [one for one in panel if wave in one.issued]
    return CumulativeResponse(
        recruitment=_share(drawn, cohort),
        retention=Rate(len(asked), len(panel)),
        completion=_share(asked, wave),
    )


def _exits(members: Sequence[Member], wave: int, before: int | None) -> dict[str, int]:
    """Those who left since the wave before; in a first wave, those who had left by its end."""
    left: Counter[str] = Counter()
    for one in members:
        if one.cohort > wave or one.belongs(wave):
            continue
        if before is not None and one.cohort <= before and not one.belongs(before):
            continue
        outcome = one.outcomes.get(wave)
        left[one.exits.get(wave) or (outcome and outcome.reason) or "not_eligible"] += 1
    return dict(sorted(left.items()))
