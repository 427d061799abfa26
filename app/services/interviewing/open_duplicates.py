"""Who may have answered twice: an open link is for anybody, once.

Nobody is told, and nothing is decided here. A case that may be somebody's second does not count
until staff says that it does. Two marks: a contact detail that is a panel member's or another
entrant's, and from one network address nearly the same answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from app.panel.states import CaseStatus
from app.services.context import ServiceContext
from app.services.members import contacting
from app.storage import audit, cases, open_links
from app.storage.cases import CaseEvent, add_case_event
from app.storage.open_links import Entrant

ENOUGH_IN_COMMON = 10
"""Questions that both answered: fewer are alike by chance."""
ALIKE = 0.9
"""Share of them with the same answer from which two interviews may be one person's."""


class UnknownEntrantError(LookupError):
    """No case with that id came by an open link."""


def flag_duplicates(ctx: ServiceContext, wave: int) -> int:
    """Look for second interviews of a wave; return how many cases were flagged now."""
    with ctx.databases.research.snapshot() as connection:
        came = open_links.entrants(connection, wave)
        answers = dict(open_links.answers_of_shared_sources(connection, wave))
    unflagged = [one for one in came if one.duplicate_of is None]
    position = {one.person_id: at for at, one in enumerate(unflagged)}
    entered = {one.person_id for one in came}
    alike = contacting.people_with_same_contact(ctx, [one.person_id for one in came], wave)
    found: list[tuple[Entrant, UUID, str]] = []
    for at, one in enumerate(unflagged):
        # Of two entrants the earlier one is the first; a panel member always is.
        first = [
            other
            for other in alike.get(one.person_id, ())
            if other not in entered or position.get(other, at) < at
        ]
        if first:
            found.append((one, first[0], "contact"))
        elif (same := _same_answers(one, unflagged[:at], answers)) is not None:
            found.append((one, same, "answers"))
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        open_links.flag(connection, [(one.case_id, other) for one, other, _ in found])
        for one, _, because in found:
            event = CaseEvent("possible_duplicate", now, {"because": because})
            add_case_event(connection, one.case_id, event)
    return len(found)


def undecided(ctx: ServiceContext, wave: int) -> list[Entrant]:
    """Return the cases of a wave that may be somebody's second and do not count."""
    with ctx.databases.research.read() as connection:
        came = open_links.entrants(connection, wave)
    return [one for one in came if one.duplicate_of is not None and not one.counts]


def decide(ctx: ServiceContext, case_id: UUID, *, counts: bool, by: str) -> None:
    """Say whether a case that came by an open link counts.

    Raises
    ------
    UnknownEntrantError
        If no such case came by an open link.
    """
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        if not open_links.decide(connection, case_id, counts=counts):
            raise UnknownEntrantError(case_id.hex)
        case = cases.load_case(connection, case_id)
        add_case_event(connection, case_id, CaseEvent("counts", now, {"counts": counts, "by": by}))
        audit.append_audit(
            connection,
            at=now,
            staff_id=None,
            action="link.case_counts" if counts else "link.case_left_out",
            subject=f"case {case_id.hex}",
            detail={"by": by, "wave": case.wave if case else None},
        )


def forget_sources(ctx: ServiceContext, wave: int) -> int:
    """Flag what is to be flagged, then forget from which addresses a wave was answered."""
    flag_duplicates(ctx, wave)
    with ctx.databases.research.write() as connection:
        return open_links.forget_sources(connection, wave)


def _same_answers(
    one: Entrant, before: list[Entrant], answers: Mapping[UUID, Mapping[str, str]]
) -> UUID | None:
    own = answers.get(one.case_id)
    if own is None or one.status is CaseStatus.OPEN:
        return None
    for other in before:
        if other.source_hash == one.source_hash != open_links.FORGOTTEN:
            theirs = answers.get(other.case_id, {})
            common = own.keys() & theirs.keys()
            same = sum(own[variable] == theirs[variable] for variable in common)
            if len(common) >= ENOUGH_IN_COMMON and same >= ALIKE * len(common):
                return other.person_id
    return None
