"""Outcomes that only people can tell: staff gives a case a code, on record with its time."""

from __future__ import annotations

from uuid import UUID

from app.panel.dispositions import CODES, eligibility_of
from app.panel.states import CaseStatus, PersonStatus
from app.services.context import ServiceContext
from app.storage import audit, cases, people
from app.storage.case_facts import SETTLED
from app.storage.cases import CaseEvent

BY_STAFF = ("2.26", "2.27", "2.32", "2.33", "2.36", "4.81")
"""Codes that follow from no event of the program. Refusals, deaths, removals and returned post are
news about a person (`app.services.members.people_news`), interviews speak for themselves."""


class SettlingError(ValueError):
    """Nothing was put on record; the message names no person."""


def settle_case(
    ctx: ServiceContext, case_id: UUID, code: str, *, by: str, staff_id: UUID | None = None
) -> None:
    """Give a case an outcome code from now on; an interview that is answered later outranks it.

    Raises
    ------
    SettlingError
        If there is no such case, its questions were answered to the end, the person was erased, or
        the code is not one of `BY_STAFF`.
    """
    if code not in BY_STAFF:
        raise SettlingError(f"{code} is not for staff to give: {', '.join(BY_STAFF)}")
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        case = cases.load_case(connection, case_id)
        if case is None:
            raise SettlingError("there is no such case")
        if case.status in (CaseStatus.COMPLETE, CaseStatus.SCREENED_OUT):
            raise SettlingError("the questions of this case were answered to the end")
        standing = people.standings(connection, [case.person_id]).get(case.person_id)
        if standing is None or standing.status is PersonStatus.ERASED:
            raise SettlingError("this person was erased")
        told = CaseEvent(SETTLED, now, {"code": code, "by": by})
        cases.add_case_event(connection, case_id, told)
        # Reminders look here, and stop.
        cases.settle_case(connection, case_id, disposition=code, eligible=eligibility_of(code))
        audit.append_audit(
            connection,
            at=now,
            staff_id=staff_id,
            action="case.settled",
            subject=f"case {case_id.hex}",
            detail={"by": by, "code": code, "means": CODES[code].name},
        )
