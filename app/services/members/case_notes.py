"""Notes on a case: what fieldwork tried and heard, in words of ours to choose from.

No free text: it would hold names, addresses and illness before long, in the database that is not to
know who anybody is, and no erasure could be sure to have found it all.
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from app.services.context import ServiceContext
from app.storage import audit, cases
from app.storage.cases import CaseEvent

NOTE = "note"
"""Kind of the case event."""


class Note(StrEnum):
    """What can be noted; stored as these words."""

    NO_ANSWER = "no_answer"
    """Called, and nobody answered."""
    CALL_BACK = "call_back"
    SOMEBODY_ELSE = "somebody_else"
    """Reached, but somebody else."""
    WRONG_NUMBER = "wrong_number"
    NOT_AT_HOME = "not_at_home"
    HELP_ASKED = "help_asked"
    OTHER_LANGUAGE = "other_language"
    QUESTION_ANSWERED = "question_answered"
    LETTER_HANDED = "letter_handed"
    """A letter was given to the person by hand."""
    TWO_LETTERS = "two_letters"
    """Asked why there were two letters."""
    COMPLAINT = "complaint"
    WANTS_TO_ANSWER = "wants_to_answer"


class NoCaseError(Exception):
    """There is no such case."""


def note_case(
    ctx: ServiceContext, case_id: UUID, note: Note, *, by: str, staff_id: UUID | None = None
) -> None:
    """Put a note on record.

    Raises
    ------
    NoCaseError
        If there is no such case.
    """
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        if cases.load_case(connection, case_id) is None:
            raise NoCaseError(case_id.hex)
        told = CaseEvent(NOTE, now, {"note": note.value, "by": by})
        cases.add_case_event(connection, case_id, told)
        audit.append_audit(
            connection,
            at=now,
            staff_id=staff_id,
            action="case.noted",
            subject=f"case {case_id.hex}",
            detail={"by": by, "note": note.value},
        )
