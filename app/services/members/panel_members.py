"""One panel member as fieldwork sees it: found, how things stand, what happened; no answers."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.services.accounts.staff import Visit
from app.services.context import ServiceContext
from app.services.members import contacting
from app.storage import audit, cases, codes, people
from app.storage.cases import Case
from app.storage.people import PersonEvent, ReachChange, Standing

SEARCHED = ("email", "phone", "register_key")
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Member:
    """What is known of a person under a pseudonym."""

    person_id: UUID
    standing: Standing
    reach: list[ReachChange]
    events: list[PersonEvent]
    """The earliest first."""
    cases: list[Case]
    with_code: frozenset[UUID]
    """The cases that have a living code."""


def load_member(ctx: ServiceContext, person_id: UUID) -> Member | None:
    """Return a person, or ``None`` when there is no such person."""
    with ctx.databases.research.snapshot() as connection:
        standing = people.standings(connection, [person_id]).get(person_id)
        if standing is None:
            return None
        own = cases.cases_of_person(connection, person_id)
        return Member(
            person_id,
            standing,
            people.reach_changes(connection, person_id),
            people.person_events(connection, person_id),
            own,
            codes.with_living_code(connection, [one.id for one in own]),
        )


def find_people(ctx: ServiceContext, typed: str) -> list[UUID]:
    """Return the people with an id, a case of that id, an e-mail address, a number or a key.

    What cannot be any of these finds nobody.
    """
    wanted = typed.strip()[:_LONGEST].replace("\0", "")
    if not wanted:
        return []
    if (named := _uuid(wanted)) is not None:
        with ctx.databases.research.read() as connection:
            if named in people.standings(connection, [named]):
                return [named]
            case = cases.load_case(connection, named)
        return [case.person_id] if case else []
    found = [
        person_id
        for field in SEARCHED
        for person_id in contacting.find_by_contact(ctx, field, wanted)
    ]
    with ctx.databases.research.read() as connection:
        there = people.standings(connection, found)
    return [one for one in dict.fromkeys(found) if one in there]


def contact_for(ctx: ServiceContext, visit: Visit, person_id: UUID) -> dict[str, str]:
    """Return the contact details of a person; that somebody looked is put on record."""
    with ctx.databases.research.write() as connection:
        audit.append_audit(
            connection,
            at=ctx.clock.now(),
            staff_id=visit.staff_id,
            action="person.contact_seen",
            subject=f"person {person_id.hex}",
        )
    return contacting.contact_of(ctx, person_id)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
