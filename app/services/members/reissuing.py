"""A new code for somebody who lost the letter; the old one dies at that moment."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from app.messages.statuses import PersonEventKind
from app.panel.access_code import generate
from app.panel.states import CaseStatus, Entry
from app.services.context import ServiceContext
from app.services.members import contacting
from app.storage import audit, cases, codes, people
from app.storage.people import PersonEvent
from app.storage.types import new_id


class Way(StrEnum):
    """How a new code comes to the person; no third: mail and messages are read by others."""

    PAPER = "paper"
    """The next letter bears it; nobody here gets to see it."""
    READ_OUT = "read_out"
    """To the person, of whom it was made sure that it is that person."""


class NoCodeError(Exception):
    """There is no such case, or it needs no code any more."""


def reissue(
    ctx: ServiceContext, case_id: UUID, way: Way, *, by: str, staff_id: UUID | None = None
) -> str | None:
    """Give a case a new code and end the old ones; return it to be read out, ``None`` on paper.

    Raises
    ------
    NoCodeError
        If there is no such case or it has ended; and for paper, if it came by an open link.
    """
    now = ctx.clock.now()
    code = generate()
    # Hashing is slow on purpose: outside the unit of work.
    sealed = ctx.codes.seal(new_id(), case_id, code, at=now)
    with ctx.databases.research.write() as connection:
        case = cases.load_case(connection, case_id)
        if case is None:
            raise NoCodeError("there is no such case")
        if case.status in (CaseStatus.COMPLETE, CaseStatus.SCREENED_OUT):
            raise NoCodeError("this case has ended")
        if case.entry is Entry.OPEN and way is Way.PAPER:
            raise NoCodeError("nobody knows where this person lives: read the code out")
        revoked = codes.revoke_codes(connection, case_id, at=now)
        codes.add_codes(connection, [sealed])
        event = PersonEvent(
            case.person_id, PersonEventKind.CODE_ISSUED, now, by, case.wave, {"way": way.value}
        )
        people.add_person_events(connection, [event])
        audit.append_audit(
            connection,
            at=now,
            staff_id=staff_id,
            action="code.reissued",
            subject=f"case {case_id.hex}",
            detail={"by": by, "way": way.value, "revoked": revoked},
        )
        if case.entry is Entry.PERSONAL:
            # A reminder must bear the code that works. Last, so that this commits just before.
            contacting.keep_code(ctx, case.person_id, case.wave, code, at=now)
    return code if way is Way.READ_OUT else None


def revoke(
    ctx: ServiceContext, case_id: UUID, *, by: str, reason: str = "", staff_id: UUID | None = None
) -> int:
    """End all codes of a case, and the sessions they opened; return how many there were.

    Raises
    ------
    NoCodeError
        If there is no such case.
    """
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        case = cases.load_case(connection, case_id)
        if case is None:
            raise NoCodeError("there is no such case")
        revoked = codes.revoke_codes(connection, case_id, at=now)
        if revoked:
            detail = {"reason": reason} if reason else {}
            event = PersonEvent(
                case.person_id, PersonEventKind.CODE_REVOKED, now, by, case.wave, detail
            )
            people.add_person_events(connection, [event])
            audit.append_audit(
                connection,
                at=now,
                staff_id=staff_id,
                action="code.revoked",
                subject=f"case {case_id.hex}",
                detail={"by": by, "revoked": revoked, **detail},
            )
        contacting.keep_code(ctx, case.person_id, case.wave, None, at=now)
    return revoked
