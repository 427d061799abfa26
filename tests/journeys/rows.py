"""What an interview left in both databases, for comparison."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Connection, select

from app.services.context import ServiceContext
from app.services.members import contacting
from app.storage.models import Answer, AnswerEvent, Interview, SurveyCase
from app.storage.types import table_of

_answer, _event = table_of(Answer), table_of(AnswerEvent)
_interview, _case = table_of(Interview), table_of(SurveyCase)


def interview_of(connection: Connection, case_id: UUID) -> Mapping[str, object]:
    """The row of the interview of a case, with the status of the case as ``case_status``."""
    return dict(
        connection.execute(
            select(_interview, _case.c.status.label("case_status"))
            .join(_case, _case.c.id == _interview.c.case_id)
            .where(_case.c.id == case_id)
        )
        .one()
        ._mapping
    )


def current_answers(connection: Connection, case_id: UUID) -> dict[str, str]:
    """The current answers of a case in the research database."""
    found = connection.execute(
        select(_answer.c.variable, _answer.c.value)
        .join(_interview, _interview.c.id == _answer.c.interview_id)
        .where(_interview.c.case_id == case_id)
    )
    return {row.variable: row.value for row in found}


def events_of(connection: Connection, case_id: UUID) -> list[tuple[str, str, str, str, str]]:
    """Variable, value, language, mode and operation of every event of a case, oldest first."""
    found = connection.execute(
        select(_event.c.variable, _event.c.value, _event.c.language, _event.c.mode, _event.c.op_id)
        .join(_interview, _interview.c.id == _event.c.interview_id)
        .where(_interview.c.case_id == case_id)
        .order_by(_event.c.revision, _event.c.id)
    )
    return [tuple(row) for row in found]


def contact_answers(ctx: ServiceContext, person_id: UUID, wave: int) -> dict[str, str]:
    """The contact answers that a person gave in a wave."""
    given, _ = contacting.load_answers(ctx, person_id, wave)
    return {variable: one.value for variable, one in given.items()}
