"""Freezing the preload of a wave: what earlier, closed waves say about each person in it.

Each freezing is a version with a number and a fingerprint. Until the wave opens it may be frozen
again, and the new version takes the place of the old one, of which the record stays. Afterwards
what was frozen stays as it is, and only people who came into the wave since then are added.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.panel.states import CaseStatus, WaveStatus
from app.questionnaire.answers import decode_all
from app.questionnaire.model import AssignedVariable, Instrument
from app.questionnaire.routing import Known, Preload, route
from app.services.context import ServiceContext
from app.services.fieldwork.preloads import (
    contact_variables,
    merge,
    preload_from_json,
    preload_of,
    preload_to_json,
)
from app.storage import audit, cases, waves
from app.storage import preloads as rows
from app.storage.preloads import PreloadVersion
from app.storage.releases import ReleasedCase, released_answers, released_cases
from app.storage.types import new_id
from app.storage.waves import Wave

_TELLS = (CaseStatus.COMPLETE, CaseStatus.PARTIAL)
"""Interviews that a later wave builds on; a refusal says nothing about a life."""
_OVER = (WaveStatus.CLOSED, WaveStatus.FROZEN)


class PreloadError(Exception):
    """What was asked of the preload of a wave cannot be done; nothing was changed."""


class EarlierWaveOpenError(PreloadError):
    """An earlier wave still takes answers: what it will say is not known yet."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a freezing came to."""

    version: PreloadVersion | None
    """The last version of the wave; ``None`` when it builds on nothing or nothing was known."""
    new: bool
    """False when everything was frozen just so before."""
    arms: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Arms of experiments that were drawn now: people by variable and value."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The answers that corrections keep out, by whom they are about (``None`` for everybody)."""

    before: Mapping[tuple[UUID | None, str], int]
    """By person and variable: answers of waves before this one are out."""

    def wave_of(self, person_id: UUID, variable: str) -> int | None:
        """Return the wave before which an answer is out, or ``None`` when none is."""
        found = [self.before.get((one, variable)) for one in (person_id, None)]
        return max((one for one in found if one is not None), default=None)

    def cut(self, person_id: UUID, known: Preload, contact: frozenset[str]) -> tuple[Preload, int]:
        """Return what is known of a person without these, and how many answers are out."""
        answers = {
            var: one
            for var, one in known.answers.items()
            if one.wave >= (self.wave_of(person_id, var) or one.wave)
        }
        out = {var: wave for var in contact if (wave := self.wave_of(person_id, var)) is not None}
        gone = len(known.answers) - len(answers)
        return replace(known, answers=answers, left_out=out), gone


def freeze_preloads(
    ctx: ServiceContext, year: int, earlier: Sequence[int], *, by: str, staff_id: UUID | None = None
) -> Frozen:
    """Freeze what a wave knows of its people, as a new version where that differs from the last.

    Before the wave opens all its cases are frozen again, and the arms of experiments are drawn for
    those who have none. Once it is or was open, cases without a preload and without an interview
    are added, under a number of their own.

    Parameters
    ----------
    earlier
        The waves that this one builds on; none freezes nothing.

    Raises
    ------
    EarlierWaveOpenError
        If one of the earlier waves is not closed.
    PreloadError
        If there is no such wave, it is over, or somebody else froze it at the same moment.
    """
    now = ctx.clock.now()
    if not earlier:
        return Frozen(None, new=False)
    with ctx.databases.research.snapshot() as connection:
        wave = _wave_to_freeze(connection, year, earlier)
        before = rows.list_versions(connection, year)
        there = rows.preload_hashes(connection, year)
        taken = set(there) | rows.begun_cases(connection, year) if fielded(wave) else set()
        instrument = _instrument(ctx, connection, wave)
        found, gone = _told_of(ctx, connection, wave, sorted(earlier), instrument, taken, now)
    fingerprint = fingerprint_of({one.case_id: one.hash for one in found})
    last = before[-1] if before else None
    if not found and (last is None or fielded(wave)):
        return Frozen(last, new=False)
    if last is not None and not fielded(wave) and fingerprint_of(there) == fingerprint:
        return Frozen(last, False, _draw_arms(ctx, wave, instrument, (), by, staff_id))
    counts = Counter(var for one in found for var in one.earlier["answers"])
    version = PreloadVersion(
        id=found[0].version_id if found else new_id(),
        wave=year,
        number=len(before) + 1,
        built_on=sorted(earlier),
        frozen_at=now,
        frozen_by=by,
        hash=fingerprint,
        cases=len(found),
        counts=dict(sorted(counts.items())),
        left_out=gone,
    )
    with ctx.databases.research.write() as connection:
        _refuse_a_race(connection, wave, before)
        rows.add_version(connection, version)
        if not fielded(wave):
            rows.drop_preloads(connection, year)
        rows.add_preloads(connection, found)
        audit.append_audit(
            connection,
            at=now,
            staff_id=staff_id,
            action="preload.frozen",
            subject=f"wave {year}",
            detail={
                "by": by,
                "number": version.number,
                "hash": version.hash,
                "cases": version.cases,
                "left_out": gone,
                "built_on": sorted(earlier),
            },
        )
    return Frozen(version, True, _draw_arms(ctx, wave, instrument, found, by, staff_id))


def fielded(wave: Wave) -> bool:
    """Tell whether a wave is or was open: people may have been shown what was frozen."""
    return wave.opened_at is not None


def fingerprint_of(hashes: Mapping[UUID, str]) -> str:
    """Return SHA-256 over the hashes of preloads with their cases, in hexadecimal."""
    told = "\n".join(f"{case.hex} {hash_}" for case, hash_ in sorted(hashes.items()))
    return hashlib.sha256(told.encode()).hexdigest()


def _wave_to_freeze(connection: Connection, year: int, earlier: Sequence[int]) -> Wave:
    listed = waves.list_waves(connection)
    for one in listed:
        if one.year in earlier and one.status not in _OVER:
            raise EarlierWaveOpenError(f"wave {one.year} is {one.status}")
    wave = next((one for one in listed if one.year == year), None)
    if wave is None:
        raise PreloadError(f"there is no wave {year}: publish it first")
    if wave.status in _OVER:
        raise PreloadError(f"wave {year} is {wave.status}: what was frozen stays")
    return wave


def _instrument(ctx: ServiceContext, connection: Connection, wave: Wave) -> Instrument | None:
    return ctx.instruments.get(connection, wave.version_id) if wave.version_id else None


def _refuse_a_race(connection: Connection, wave: Wave, before: Sequence[PreloadVersion]) -> None:
    rows.hold_wave(connection, wave.year)
    now = waves.load_wave(connection, wave.year)
    again = len(rows.list_versions(connection, wave.year)) != len(before)
    if now is None or again or fielded(now) != fielded(wave) or now.status in _OVER:
        raise PreloadError(f"somebody froze or moved wave {wave.year} just now: look again")


# --- what is known ------------------------------------------------------------------------------


def _told_of(
    ctx: ServiceContext,
    connection: Connection,
    wave: Wave,
    earlier: Sequence[int],
    instrument: Instrument | None,
    taken: set[UUID],
    now: datetime,
) -> tuple[list[rows.Preload], int]:
    """The preload of every case that has one to get, and how many answers were left out."""
    known, gave = _known(ctx, connection, earlier)
    left_out = standing_corrections(connection, wave.year)
    contact = contact_variables(instrument) if instrument is not None else frozenset[str]()
    version_id = new_id()
    frozen, gone = [], 0
    for case in cases.list_cases(connection, wave.year):
        preload = known.get(case.person_id)
        if case.id in taken or preload is None:
            continue
        kept, out = left_out.cut(case.person_id, preload, contact)
        gone += out
        if kept.answers or case.person_id in gave:
            stored, has_contact = preload_to_json(kept), case.person_id in gave
            text = json.dumps([stored, has_contact], sort_keys=True, ensure_ascii=False)
            fingerprint = hashlib.sha256(text.encode()).hexdigest()
            frozen.append(rows.Preload(case.id, version_id, now, stored, has_contact, fingerprint))
    return frozen, gone


def standing_corrections(connection: Connection, year: int) -> LeftOut:
    """Return what is left out of a wave: its own corrections, and those of waves before it.

    An answer that was found wrong before 2025 is not shown in 2027 either, unless it was given
    again in 2025.
    """
    before: dict[tuple[UUID | None, str], int] = {}
    for one, person_id in rows.corrections_up_to(connection, year):
        before[person_id, one.variable] = one.wave
    return LeftOut(before)


def _known(
    ctx: ServiceContext, connection: Connection, earlier: Sequence[int]
) -> tuple[dict[UUID, Preload], set[UUID]]:
    """What is known of each person after the earlier waves, and who gave contact answers."""
    known: dict[UUID, Preload] = {}
    contacts: set[UUID] = set()
    texts: dict[UUID, dict[str, str]] = {}
    for row in released_answers(connection, earlier):
        texts.setdefault(row.case_id, {})[row.variable] = row.value
    # Ordered by wave: what a later one says replaces what an earlier one said.
    for case in released_cases(connection, earlier):
        if case.has_contact_answers:
            contacts.add(case.person_id)
        if case.status in _TELLS and case.case_id in texts:
            told = _told(ctx, connection, case, texts[case.case_id])
            known[case.person_id] = merge(known.get(case.person_id, Preload()), told)
    return known, contacts


def _told(
    ctx: ServiceContext, connection: Connection, case: ReleasedCase, texts: dict[str, str]
) -> Preload:
    instrument = ctx.instruments.get(connection, str(case.version_id))
    walked = route(
        instrument,
        Known(
            frame=case.frame,
            assigned=case.assignments or {},
            preload=preload_from_json(instrument, case.earlier),
            interview_month=case.interview_month,
        ),
        decode_all(instrument.item_of, texts),
    )
    return preload_of(instrument, walked, case.interview_month)


# --- arms ---------------------------------------------------------------------------------------


def experiments_of(instrument: Instrument) -> list[AssignedVariable]:
    """Return the assigned variables that decide who is asked independently of earlier answers."""
    read = {
        name
        for item in instrument.items
        if item.repeat.independent is not None
        for name in item.repeat.independent.reads
    }
    return [one for one in instrument.assigned if one.var in read]


def _draw_arms(
    ctx: ServiceContext,
    wave: Wave,
    instrument: Instrument | None,
    found: Sequence[rows.Preload],
    by: str,
    staff_id: UUID | None,
) -> dict[str, dict[str, int]]:
    """Give the people of a wave that were drawn before an experiment was thought of their arm.

    The lot follows from the person and the variable: drawn again it falls the same way, and one
    experiment says nothing of another. What a person has already is kept; in an open wave only
    those who were added now draw, so that no interview changes its route.
    """
    drawn: dict[str, dict[str, int]] = {}
    if instrument is None or not (experiments := experiments_of(instrument)):
        return drawn
    only = {one.case_id for one in found} if fielded(wave) else None
    with ctx.databases.research.write() as connection:
        rows.hold_wave(connection, wave.year)
        new: list[cases.Assignment] = []
        for one in experiments:
            without = rows.people_without(connection, wave.year, one.var)
            for case_id, person_id in sorted(without.items(), key=lambda pair: pair[1]):
                if only is not None and case_id not in only:
                    continue
                rng = random.Random(f"{instrument.study} {one.var} {person_id.hex}")
                new.append(cases.Assignment(person_id, one.var, rng.choice(one.values)))
        if new:
            cases.add_assignments(connection, new)
            for assigned in new:
                of_variable = drawn.setdefault(assigned.variable, {})
                of_variable[assigned.value] = of_variable.get(assigned.value, 0) + 1
            audit.append_audit(
                connection,
                at=ctx.clock.now(),
                staff_id=staff_id,
                action="preload.arms_drawn",
                subject=f"wave {wave.year}",
                detail={"by": by, "people": drawn},
            )
    return drawn
