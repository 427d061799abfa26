"""In which one place a person of the sample is, in a wave and on a date.

A place follows from what was known on the date and from nothing later. One thing is meant to be
otherwise: who was erased is known as erased only, whatever the date. In a wave that a person has a
case in, the place follows from the outcome code (`app.panel.dispositions`), so that ledger and
response rates cannot disagree; between waves it follows from the rule by which people are carried
(`app.panel.eligibility`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.panel.case_history import CaseHistory, PersonFact
from app.panel.dispositions import (
    BREAK_OFF,
    COMPLETE,
    LOGGED_ON,
    NOT_ELIGIBLE,
    NOT_INVITED,
    PARTIAL,
    Disposition,
    Reason,
    disposition_at,
)
from app.panel.eligibility import LeftOut, Past, why_left_out
from app.panel.places import Place, Placed, Why
from app.panel.states import CaseStatus, Eligibility, PersonStatus, WaveStatus

LEFT: Mapping[str, Why] = {
    PersonStatus.DECEASED: Why.DECEASED,
    PersonStatus.MOVED_ABROAD: Why.MOVED_ABROAD,
    PersonStatus.DISPENSED: Why.DISPENSED,
    PersonStatus.EXEMPT: Why.EXEMPT,
    PersonStatus.FINISHED: Why.FINISHED,
}
"""States of who is out of the population when a next wave is drawn. Who finished civic integration
is among them: the population of the study are people who are obliged. Within a wave that they were
drawn for they still belong (`app.panel.dispositions.OUT_OF_POPULATION`)."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A draw with this person in it; batch 0 is in the sample, later ones are reserves."""

    at: datetime
    wave: int
    name: str
    batch: int = 0


@dataclass(frozen=True, slots=True)
class Consent:
    """An answer to whether one may be asked in later waves."""

    at: datetime
    answer: str


@dataclass(frozen=True, slots=True)
class Word:
    """What a person said about being asked again, in a questionnaire or outside of it."""

    at: datetime
    given: bool
    by_hand: bool
    """On the page of the own data or to staff: it counts instead of the answers."""


@dataclass(frozen=True, slots=True)
class Life:
    """A person of the sample, from the first draw on."""

    cases: Mapping[int, CaseHistory] = field(default_factory=dict)
    """By wave; cases that came by an open link are not the sample's."""
    drawn: tuple[Drawn, ...] = ()
    facts: tuple[PersonFact, ...] = ()
    """In the order in which they were put on record."""
    consents: Mapping[int, Consent] = field(default_factory=dict)
    """By the wave in which it was asked."""
    said: tuple[Word, ...] = ()
    """In the order in which they were put on record."""
    erased_at: datetime | None = None

    def entered(self, when: datetime) -> list[tuple[int, datetime]]:
        """Return the waves that the person was sampled or carried for until a moment."""
        found = [(one.wave, one.at) for one in self.drawn if one.batch == 0]
        found += [(wave, one.created_at) for wave, one in self.cases.items()]
        return sorted(one for one in found if one[1] <= when)


@dataclass(frozen=True, slots=True)
class WaveLife:
    """What happened to a wave."""

    year: int
    moves: tuple[tuple[datetime, WaveStatus], ...] = ()
    """Into which status it went, the earliest first."""
    carried_at: datetime | None = None
    """When the first person of an earlier wave got a case: who is asked was settled then."""

    def closed_at(self, when: datetime) -> datetime | None:
        """Return when the wave ended, if it is over at a moment."""
        ended: datetime | None = None
        for at, status in self.moves:
            if at > when:
                break
            over = status in (WaveStatus.CLOSED, WaveStatus.FROZEN)
            ended = (ended or at) if over else None
        return ended


def place_of(life: Life, wave: WaveLife, when: datetime) -> Placed:
    """Return the one place of a person in a wave, as known at a moment."""
    entered = life.entered(when)
    if not any(year <= wave.year for year, _ in entered):
        waiting = [one for one in life.drawn if one.batch and one.at <= when]
        since = [one.at for one in waiting if one.wave <= wave.year]
        return Placed(Place.RESERVE, None, min(since)) if since else Placed(Place.NOT_YET)
    if life.erased_at is not None:
        return Placed(Place.ERASED, None, life.erased_at)
    case = life.cases.get(wave.year)
    if case is not None and case.created_at <= when:
        return _in_wave(case, wave, when)
    for year, at in entered:
        if year == wave.year:
            return Placed(Place.NOT_ASKED, Why.NO_CASE, at)
    return _between(life, wave, when)


# --- with a case in the wave ----------------------------------------------------------------------

_STATES: Mapping[str, Place] = {
    PersonStatus.PAUSED: Place.PAUSED,
    PersonStatus.WITHDRAWN: Place.WITHDRAWN,
    PersonStatus.ERASED: Place.ERASED,
}
_DEATH = "2.31"
_ANSWERED = {
    COMPLETE: Place.COMPLETE,
    PARTIAL: Place.PARTIAL,
    BREAK_OFF: Place.BROKEN_OFF,
}
_REFUSED: Mapping[str, Why] = {
    Reason.IN_QUESTIONNAIRE: Why.IN_QUESTIONNAIRE,
    Reason.REFUSED_SOFT: Why.SOFT,
    Reason.REFUSED_HARD: Why.HARD,
    Reason.OPTED_OUT: Why.OPTED_OUT,
}


def _in_wave(case: CaseHistory, wave: WaveLife, when: datetime) -> Placed:
    found = disposition_at(case, when)
    if found is None:
        raise ValueError("a case that is there has an outcome")
    closed = wave.closed_at(when)
    place, why = _named(found, case, over=closed is not None)
    if place in (Place.PARTIAL, Place.BROKEN_OFF) or why is Why.NO_ANSWER:
        return Placed(place, why, closed)
    return Placed(place, why, _since(case, found, when))


def _named(found: Disposition, case: CaseHistory, *, over: bool) -> tuple[Place, Why | None]:
    """The place that an outcome code is, in a wave that is over or not."""
    code, reason = found.code, found.reason or ""
    if code in (COMPLETE, PARTIAL, BREAK_OFF):
        if code != COMPLETE and not over:
            return Place.ANSWERING, None
        return _ANSWERED[code], None
    if code.startswith("4") or code == _DEATH:
        return _outside(code, reason, case)
    if reason in _STATES:
        return _STATES[reason], None
    if code == LOGGED_ON:
        return (Place.BROKEN_OFF if over else Place.OPEN), Why.LOGGED_ON
    if code.startswith("2.1"):
        # An outcome that the case was made with bears no reason: who said no before.
        return Place.REFUSED, _REFUSED.get(reason, Why.HARD)
    if code.startswith("2.3"):
        return Place.UNABLE, None
    return _silent(code, reason, over=over)


def _outside(code: str, reason: str, case: CaseHistory) -> tuple[Place, Why | None]:
    if code == NOT_ELIGIBLE and case.interview is not None and not case.settled:
        return Place.SCREENED_OUT, None
    return Place.OUT, Why.DECEASED if code == _DEATH else LEFT.get(reason, Why.NOT_ELIGIBLE)


def _silent(code: str, reason: str, *, over: bool) -> tuple[Place, Why | None]:
    place = Place.NOT_REACHED if over else Place.OPEN
    if code.startswith("2.2"):
        return place, Why.UNAVAILABLE
    if reason == Reason.UNTRACEABLE:
        return place, Why.UNTRACEABLE
    if code.startswith(("3.3", "3.4")):
        return place, Why.UNDELIVERED
    if code == NOT_INVITED:
        return place, Why.NOT_INVITED
    return place, Why.NO_ANSWER if over else None


def _since(case: CaseHistory, found: Disposition, when: datetime) -> datetime:
    """Since when the outcome has been what it is: back over everything that happened."""
    since = when
    for at in sorted(_moments(case, when), reverse=True):
        if disposition_at(case, at) != found:
            break
        since = at
    return since


def _moments(case: CaseHistory, when: datetime) -> Iterator[datetime]:
    told = [case.created_at, case.opened_at, *(one.at for one in case.settled)]
    told += [one.at for one in case.facts]
    for one in case.sent:
        told += [one.at, one.returned_at]
    if case.interview is not None:
        told += [case.interview.started_at, case.interview.first_answer_at, case.interview.half_at]
        for ending in case.interview.endings:
            told += [ending.at, ending.taken_back_at]
    yield from {at for at in told if at is not None and case.created_at <= at <= when}


# --- without one ----------------------------------------------------------------------------------


def _between(life: Life, wave: WaveLife, when: datetime) -> Placed:
    """Not in the wave: because of something, or because it is still to be drawn."""
    closed = wave.closed_at(when)
    until = when if closed is None else closed
    status, since = _state(life, until)
    if status in LEFT:
        return Placed(Place.OUT, LEFT[status], since)
    settled = wave.carried_at if wave.carried_at is not None and wave.carried_at <= until else None
    # What was so when it was settled decides; later news explains who was missed then.
    for moment in (settled, until):
        if moment is not None and (found := _left_out(life, wave, moment)) is not None:
            return found
    if closed is not None:
        return Placed(Place.NOT_ASKED, Why.NOT_CARRIED, closed)
    return Placed(Place.TO_COME, None, life.entered(when)[0][1])


def _left_out(life: Life, wave: WaveLife, until: datetime) -> Placed | None:
    status, since = _state(life, until)
    if status in _STATES:
        return Placed(_STATES[status], None, since)
    earlier = [
        one
        for year, one in sorted(life.cases.items())
        if year < wave.year and one.created_at <= until
    ]
    past = [_past(life, one, until) for one in earlier]
    hard, soft = _refusals(life, until)
    lost = _untraceable(life, until)
    said = _said(life, until)
    reason = why_left_out(
        PersonStatus.ACTIVE,
        past,
        refused_hard=hard is not None,
        refused_soft=[one.wave for one in soft],
        untraceable=lost is not None,
        said=None if said is None else said.given,
    )
    match reason:
        case LeftOut.REFUSED:
            return Placed(Place.NOT_ASKED, Why.HARD, hard)
        case LeftOut.UNTRACEABLE:
            return Placed(Place.NOT_ASKED, Why.UNTRACEABLE, lost)
        case LeftOut.REFUSED_AGAIN:
            again = [one.at for one in soft] + _ended(earlier, CaseStatus.REFUSED, until)
            return Placed(Place.NOT_ASKED, Why.REFUSED_AGAIN, max(again))
        case LeftOut.NOT_ELIGIBLE:
            found = _ended(earlier, CaseStatus.SCREENED_OUT, until)
            found += [one.at for case in earlier for one in case.settled if one.at <= until]
            return Placed(Place.OUT, Why.NOT_ELIGIBLE, max(found, default=None))
        case LeftOut.NO_CONSENT:
            lacks = _lacks_since(life, past, until) if said is None else said.at
            return Placed(Place.NOT_ASKED, Why.NO_CONSENT, lacks)
    return None


def _past(life: Life, case: CaseHistory, until: datetime) -> Past:
    found = disposition_at(case, until)
    status = _status_of(found, case, until)
    said = life.consents.get(case.wave)
    answer = said.answer if said is not None and said.at <= until else None
    settled = [one.code for one in case.settled if one.at <= until]
    return Past(
        wave=case.wave,
        status=status,
        entry=case.entry,
        eligible=Eligibility.NO if settled and settled[-1].startswith("4") else Eligibility.UNKNOWN,
        consent=answer,
        # Asked of who came to the end and had not said yes before; skipping it is no consent.
        asked=answer is not None
        or (status is CaseStatus.COMPLETE and case.frame.get("fr_panel") != "yes"),
    )


def _status_of(found: Disposition | None, case: CaseHistory, until: datetime) -> CaseStatus:
    if found is not None and found.code == COMPLETE:
        return CaseStatus.COMPLETE
    for status in (CaseStatus.SCREENED_OUT, CaseStatus.REFUSED):
        if _ended([case], status, until):
            return status
    return CaseStatus.OPEN


def _ended(cases: Sequence[CaseHistory], status: CaseStatus, until: datetime) -> list[datetime]:
    """When interviews ended so, as far as it still stood."""
    return [
        one.at
        for case in cases
        if case.interview is not None
        for one in case.interview.endings
        if one.status is status
        and one.at <= until
        and (one.taken_back_at is None or one.taken_back_at > until)
    ]


def _lacks_since(life: Life, past: Sequence[Past], until: datetime) -> datetime | None:
    wave = [one.wave for one in past if one.asked][-1]
    if (said := life.consents.get(wave)) is not None and said.at <= until:
        return said.at
    return max(_ended([life.cases[wave]], CaseStatus.COMPLETE, until), default=None)


def _said(life: Life, until: datetime) -> Word | None:
    """The last word on being asked again, where it was not an answer to a questionnaire."""
    known = [one for one in life.said if one.at <= until]
    return known[-1] if known and known[-1].by_hand else None


def _known(life: Life, until: datetime) -> Iterator[PersonFact]:
    return (one for one in life.facts if one.at <= until)


def _state(life: Life, until: datetime) -> tuple[PersonStatus, datetime | None]:
    changes = [one for one in _known(life, until) if one.kind == "status" and one.to]
    if not changes:
        return PersonStatus.ACTIVE, None
    return PersonStatus(str(changes[-1].to)), changes[-1].at


def _refusals(life: Life, until: datetime) -> tuple[datetime | None, list[PersonFact]]:
    """Since when "never again" stands, and every "not now" that does."""
    hard: datetime | None = None
    soft: list[PersonFact] = []
    for one in _known(life, until):
        if one.kind == "refused_hard":
            hard = one.at
        elif one.kind == "refused_soft":
            soft.append(one)
        elif one.kind == "refusal_undone" or (one.kind == "opted_in" and one.channel is None):
            hard, soft = None, []
    return hard, soft


def _untraceable(life: Life, until: datetime) -> datetime | None:
    traced = [
        one for one in _known(life, until) if one.kind in ("tracing_begun", "traced", "untraceable")
    ]
    return traced[-1].at if traced and traced[-1].kind == "untraceable" else None
