"""The ledger of the panel: everybody who was drawn, through every wave, as known on any day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.panel.attrition import Consent, Drawn, Life, WaveLife, Word, place_of
from app.panel.attrition_ledger import Books, Ledger, Line, problems_of
from app.panel.case_history import CaseHistory, PersonFact
from app.panel.eligibility import RECONTACT
from app.panel.states import DrawKind, Entry, PersonStatus
from app.services.context import ServiceContext
from app.services.response.outcomes import load_histories
from app.storage import panel_ledger, waves
from app.storage.panel_ledger import DrawnUnit, WaveMove


class UnknownWaveError(Exception):
    """A ledger was asked of a wave that is not there."""


def panel_ledger_at(
    ctx: ServiceContext,
    when: datetime | None = None,
    *,
    years: Sequence[int] | None = None,
    by: str = "",
) -> Ledger:
    """Return where everybody of the sample was in each wave, as known at a moment.

    Parameters
    ----------
    when
        Now, unless given. Only what was on record then counts; who was erased since is known as
        erased only.
    years
        The waves, all unless given. Of the others what happened counts, and is not told.
    by
        A frame variable, such as ``fr_group``, to break the ledger down by. Each person has one
        value: of the latest wave that knew the person.

    Raises
    ------
    UnknownWaveError
        If there is no such wave.
    """
    moment = ctx.clock.now() if when is None else when
    with ctx.databases.research.snapshot() as connection:
        return ledger_in(ctx, connection, moment, years=years, by=by)


def ledger_in(
    ctx: ServiceContext,
    connection: Connection,
    when: datetime,
    *,
    years: Sequence[int] | None = None,
    by: str = "",
    histories: Sequence[CaseHistory] | None = None,
) -> Ledger:
    """Do the same inside a snapshot; ``histories`` of some waves spare loading them again."""
    there = [one.year for one in waves.list_waves(connection)]
    if unknown := sorted(set(years or ()) - set(there)):
        raise UnknownWaveError(f"there is no wave {', '.join(map(str, unknown))}")
    told = sorted(years) if years is not None else there
    known = list(histories or ())
    missing = sorted(set(there) - {one.wave for one in known})
    known += load_histories(ctx, connection, missing) if missing else []
    gathered = _gather(connection, known, there)
    lives = gathered.lives(when)
    calendar = _calendar(panel_ledger.wave_moves(connection), lives.values(), there)
    people = [
        (one, life, gathered.entered(life, when), gathered.group(one, life, by, when))
        for one, life in sorted(lives.items(), key=lambda one: one[0].int)
    ]
    lines = tuple(
        Line(person_id, year, place_of(life, calendar[year], when), entered, group)
        for year in told
        for person_id, life, entered, group in people
    )
    books = Books(
        people=lives.keys(),
        sampled=panel_ledger.first_waves(connection, when),
        cases=panel_ledger.cases_counted(connection, when),
        completes=panel_ledger.finished_counted(connection, when),
    )
    return Ledger(when, tuple(told), lines, by, tuple(problems_of(told, lines, books)))


@dataclass(frozen=True)
class _Gathered:
    """What is known of people, by person."""

    cases: Mapping[UUID, Mapping[int, CaseHistory]]
    drawn: Mapping[UUID, Sequence[DrawnUnit]]
    consents: Mapping[UUID, Mapping[int, Consent]]
    said: Mapping[UUID, Sequence[Word]]
    erased: Mapping[UUID, datetime]
    names: dict[tuple[int, int, DrawKind], str] = field(default_factory=dict)

    def lives(self, when: datetime) -> dict[UUID, Life]:
        """Return the life of everybody who was drawn or had a case at a moment."""
        people = {
            person
            for person, cases in self.cases.items()
            if any(one.created_at <= when for one in cases.values())
        }
        people |= {
            person for person, drawn in self.drawn.items() if any(one.at <= when for one in drawn)
        }
        return {person: self._life(person) for person in people}

    def _life(self, person_id: UUID) -> Life:
        cases = self.cases.get(person_id, {})
        facts = next((one.facts for one in cases.values()), ())
        return Life(
            cases=cases,
            drawn=tuple(
                Drawn(one.at, one.wave, self._name(one), one.batch)
                for one in self.drawn.get(person_id, ())
            ),
            facts=facts,
            consents=self.consents.get(person_id, {}),
            said=tuple(self.said.get(person_id, ())),
            erased_at=self.erased.get(person_id) or _erased(facts),
        )

    def _name(self, one: DrawnUnit) -> str:
        key = (one.wave, one.number, one.kind)
        return self.names.setdefault(key, f"{one.wave}/{one.number} {one.kind}")

    @staticmethod
    def entered(life: Life, when: datetime) -> str:
        """Return the draw that put a person in the sample, or else the first wave."""
        there = [one for one in life.drawn if one.at <= when]
        first = next((one for one in there if one.batch == 0), None) or next(iter(there), None)
        if first is not None:
            return first.name
        return str(min(year for year, one in life.cases.items() if one.created_at <= when))

    def group(self, person_id: UUID, life: Life, by: str, when: datetime) -> str:
        """Return the value of a frame variable as the latest wave has it."""
        if not by:
            return ""
        known = [one for _, one in sorted(life.cases.items()) if one.created_at <= when]
        for frame in (
            *(one.frame for one in reversed(known)),
            *(one.frame for one in self.drawn.get(person_id, ())),
        ):
            if frame.get(by):
                return str(frame[by])
        return ""


def _gather(
    connection: Connection, histories: Iterable[CaseHistory], years: Sequence[int]
) -> _Gathered:
    cases: dict[UUID, dict[int, CaseHistory]] = defaultdict(dict)
    for history in histories:
        if history.entry is Entry.PERSONAL:
            cases[history.person_id][history.wave] = history
    drawn: dict[UUID, list[DrawnUnit]] = defaultdict(list)
    for unit in panel_ledger.units_drawn(connection):
        drawn[unit.unit_id].append(unit)
    consents: dict[UUID, dict[int, Consent]] = defaultdict(dict)
    for answer in panel_ledger.consent_answers(connection, years, RECONTACT):
        consents[answer.person_id][answer.wave] = Consent(answer.at, answer.answer)
    said: dict[UUID, list[Word]] = defaultdict(list)
    for word in panel_ledger.recontact_words(connection):
        said[word.person_id].append(Word(word.at, word.given, word.by_hand))
    return _Gathered(cases, drawn, consents, said, panel_ledger.erasures(connection))


def _erased(facts: Iterable[PersonFact]) -> datetime | None:
    return next((one.at for one in facts if one.to == PersonStatus.ERASED), None)


def _calendar(
    moves: Iterable[WaveMove], lives: Iterable[Life], years: Sequence[int]
) -> dict[int, WaveLife]:
    of: dict[int, list[WaveMove]] = defaultdict(list)
    for move in moves:
        of[move.wave].append(move)
    carried: dict[int, datetime] = {}
    for life in lives:
        first = min(life.cases, default=None)
        for year, case in life.cases.items():
            if year != first:
                carried[year] = min(case.created_at, carried.get(year, case.created_at))
    return {
        year: WaveLife(year, tuple((one.at, one.status) for one in of[year]), carried.get(year))
        for year in years
    }
