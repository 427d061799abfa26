"""Sampled people become panel members with a case in a wave, and cases get their codes."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection

from app.panel.access_code import generate
from app.panel.states import Eligibility
from app.questionnaire.model import AssignedVariable
from app.services.context import ServiceContext
from app.storage import cases, codes
from app.storage.types import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledPerson:
    """One person drawn for a wave; ``person_id`` is set when an earlier wave knew the person."""

    person_id: UUID | None = None
    unit_id: UUID | None = None
    """Of the frame, for a new person: becomes the person's own."""
    stratum: str
    stratum_population: int
    stratum_sample: int
    frame: Mapping[str, str] = field(repr=False)
    language: str
    eligible: Eligibility = Eligibility.UNKNOWN
    disposition: str | None = None

    @property
    def base_weight(self) -> float:
        """Inverse of the inclusion probability, N_h / n_h."""
        return self.stratum_population / self.stratum_sample


def enrol(
    ctx: ServiceContext,
    wave: int,
    sampled: Sequence[SampledPerson],
    *,
    assigned: Sequence[AssignedVariable],
    rng: random.Random,
) -> list[cases.Case]:
    """Store cases of a wave, with people who are new and what is drawn for them; all or nothing.

    A person's random assignments are drawn once and kept over waves.
    """
    with ctx.databases.research.write() as connection:
        return enrol_in(connection, ctx, wave, sampled, assigned=assigned, rng=rng)


def enrol_in(
    connection: Connection,
    ctx: ServiceContext,
    wave: int,
    sampled: Sequence[SampledPerson],
    *,
    assigned: Sequence[AssignedVariable],
    rng: random.Random,
) -> list[cases.Case]:
    """Do the same in the unit of whoever draws."""
    now = ctx.clock.now()
    synthetic = ctx.settings.synthetic
    people: list[cases.Person] = []
    drawn: list[cases.Assignment] = []
    made: list[cases.Case] = []
    for one in sampled:
        person_id = one.person_id
        if person_id is None:
            person = cases.Person(id=one.unit_id or new_id(), created_at=now, synthetic=synthetic)
            people.append(person)
            person_id = person.id
            drawn += [
                cases.Assignment(person_id, variable.var, rng.choice(variable.values))
                for variable in assigned
            ]
        made.append(
            cases.Case(
                person_id=person_id,
                wave=wave,
                stratum=one.stratum,
                stratum_population=one.stratum_population,
                stratum_sample=one.stratum_sample,
                base_weight=one.base_weight,
                frame=one.frame,
                language=one.language,
                eligible=one.eligible,
                disposition=one.disposition,
                created_at=now,
                synthetic=synthetic,
            )
        )
    cases.add_people(connection, people)
    cases.add_assignments(connection, drawn)
    cases.add_cases(connection, made)
    return made


def issue_codes(
    ctx: ServiceContext, case_ids: Iterable[UUID], *, rng: random.Random | None = None
) -> dict[UUID, str]:
    """Give each case a new code and return the codes: they cannot be read back later.

    Parameters
    ----------
    rng
        A seeded generator for synthetic cases; without it codes come from the system's.
    """
    now = ctx.clock.now()
    issued: dict[UUID, str] = {}
    taken: set[str] = set()
    for case_id in case_ids:
        code = generate(rng)
        while code in taken:
            code = generate(rng)
        taken.add(code)
        issued[case_id] = code
    # Hashing is slow on purpose: outside the unit of work.
    sealed = [ctx.codes.seal(new_id(), case_id, code, at=now) for case_id, code in issued.items()]
    with ctx.databases.research.write() as connection:
        codes.add_codes(connection, sealed)
    return issued
