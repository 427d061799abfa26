"""People of earlier waves into the next one: who may be asked again, counted by reason if not."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from app.messages.statuses import PersonEventKind
from app.panel.eligibility import RECONTACT, Past, consents, why_left_out
from app.panel.privacy import Purpose
from app.panel.states import CaseStatus, Entry, PersonStatus, WaveStatus
from app.services.content.study_calendar import WavePlan
from app.services.context import ServiceContext
from app.services.fieldwork import enrolment
from app.services.fieldwork.draws import DrawError, language_for, sampled_counts
from app.services.fieldwork.enrolment import SampledPerson
from app.storage import audit, frame, waves
from app.storage import consents as consents_storage
from app.storage import people as people_storage
from app.storage.carried import PastCase, past_cases, people_in

_ALREADY = "already_in_wave"
_OVER = (WaveStatus.CLOSED, WaveStatus.FROZEN)


@dataclass(frozen=True, slots=True)
class Carried:
    """How many people got a case in a wave, and how many did not, by reason."""

    people: int
    left_out: dict[str, int]
    changed: int = 0
    """Of the people: those of whom the register says another thing than in the wave before."""


def carry(
    ctx: ServiceContext,
    plan: WavePlan,
    *,
    by: str,
    dry_run: bool = False,
    today: Mapping[UUID, Mapping[str, str]] | None = None,
) -> Carried:
    """Give the people of earlier waves who may be asked again a case in a wave; again does nothing.

    ``today`` is what a later register says of people (`frame.read_again`): their act may have
    changed, or their municipality. The cases of the new wave have it; those of earlier waves keep
    what was so then, and strata stay those of the draw, by which everybody is weighted.

    Raises
    ------
    DrawError
        If the wave is not there or over, or an earlier one still takes answers.
    """
    with frame.one_at_a_time(ctx.databases.research):
        with ctx.databases.research.snapshot() as connection:
            earlier = _earlier_waves(connection, plan.year)
            people, left_out, changed = _chosen(connection, plan, earlier, today or {})
        if not dry_run and people:
            _keep(ctx, plan, people, {"left_out": dict(left_out), "changed": changed}, by)
    return Carried(len(people), dict(sorted(left_out.items())), changed)


def _earlier_waves(connection: Connection, year: int) -> list[int]:
    listed = waves.list_waves(connection)
    this = next((one for one in listed if one.year == year), None)
    if this is None:
        raise DrawError(f"there is no wave {year}: publish it first")
    if this.status in _OVER:
        raise DrawError(f"wave {year} is {this.status}")
    earlier = [one for one in listed if one.year < year]
    open_ = [str(one.year) for one in earlier if one.status not in _OVER]
    if open_:
        raise DrawError(f"wave {', '.join(open_)} still takes answers: close it first")
    return [one.year for one in earlier]


def _chosen(
    connection: Connection,
    plan: WavePlan,
    earlier: Sequence[int],
    today: Mapping[UUID, Mapping[str, str]],
) -> tuple[list[SampledPerson], Counter[str], int]:
    known: dict[UUID, list[PastCase]] = {}
    for case in past_cases(connection, earlier, RECONTACT):
        known.setdefault(case.person_id, []).append(case)
    standing = people_storage.standings(connection, known)
    said = consents_storage.last_words(connection, Purpose.RECONTACT)
    already = people_in(connection, plan.year)
    drawn = sampled_counts(connection)
    left_out: Counter[str] = Counter()
    people, changed = [], 0
    for person_id, cases in sorted(known.items()):
        past = [_past(one) for one in cases]
        stands = standing[person_id]
        reason = (
            _ALREADY
            if person_id in already
            else why_left_out(
                PersonStatus(stands.status),
                past,
                refused_hard=stands.refused_hard,
                refused_soft=stands.refused_soft,
                untraceable=stands.tracing is PersonEventKind.UNTRACEABLE,
                said=said.get(person_id),
            )
        )
        if reason is not None:
            left_out[str(reason)] += 1
            continue
        last = max((one for one in cases if one.entry is Entry.PERSONAL), key=lambda one: one.wave)
        consenting = consents(past, said.get(person_id))
        news = today.get(person_id, {})
        changed += any(last.frame.get(name) != value for name, value in news.items())
        people.append(_person(last, plan, drawn, news, consenting=consenting))
    return people, left_out, changed


def _past(case: PastCase) -> Past:
    # Asked of who came to the end and had not said yes before; skipping it is no consent.
    ended = case.status is CaseStatus.COMPLETE and case.frame.get("fr_panel") != "yes"
    return Past(
        case.wave,
        case.status,
        case.entry,
        case.eligible,
        case.consent,
        asked=case.consent is not None or ended,
    )


def _person(
    last: PastCase,
    plan: WavePlan,
    drawn: dict[str, int],
    today: Mapping[str, str],
    *,
    consenting: bool,
) -> SampledPerson:
    asked_as = {"fr_entry": "personal", "fr_panel": "yes" if consenting else "no"}
    stratum, population, sample = last.stratum, last.stratum_population, last.stratum_sample
    if stratum is None or population is None or sample is None:
        raise DrawError("a drawn case lacks its stratum")
    return SampledPerson(
        person_id=last.person_id,
        stratum=stratum,
        stratum_population=population,
        # Draws may have been added since; people of before the frame keep what they had.
        stratum_sample=drawn.get(stratum, sample),
        frame={**last.frame, **today, **asked_as},
        language=language_for(last.answered_in or last.language, plan),
    )


def _keep(
    ctx: ServiceContext,
    plan: WavePlan,
    people: Sequence[SampledPerson],
    counted: Mapping[str, object],
    by: str,
) -> None:
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        # They have their random assignments since their first wave.
        enrolment.enrol_in(connection, ctx, plan.year, people, assigned=(), rng=random.Random(0))
        audit.append_audit(
            connection,
            at=now,
            staff_id=None,
            action="sample.carried",
            subject=f"wave {plan.year}",
            detail={"by": by, "people": len(people), **counted},
        )
