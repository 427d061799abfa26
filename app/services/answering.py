"""A respondent that is a program answers a whole interview, in one transaction.

The pages, the acceptance of what was typed, the route and the save are those of the site; only
HTTP is left out. A robot that comes over HTTP leaves the same rows (tests/journeys).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from app.panel.states import CaseStatus
from app.questionnaire.accept import Accepted, accept
from app.questionnaire.answers import encode
from app.questionnaire.model import Kind, Store, Value
from app.questionnaire.routing import Known, Page, PageKind, Preload, Route, route
from app.services import contacting
from app.services.context import ServiceContext
from app.services.preloads import preload_from_json
from app.storage import interviews as rows
from app.storage.interviews import PageSave
from app.synthetic.respondent import SyntheticRespondent
from app.synthetic.typing import Form, typed

SECONDS_A_PAGE = 17
"""A median interview of 57 pages takes 17 minutes in the pilot of the item bank."""
OPERATION = "synthetic-{}"


class AnswerRefusedError(Exception):
    """A page did not take what a synthetic respondent typed: one of the two is wrong."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What an interview came to: its status, its route, and the month it was in."""

    status: CaseStatus
    route: Route
    month: str | None


def page_form(respondent: SyntheticRespondent, page: Page, walked: Route, preload: Preload) -> Form:
    """Return what a respondent puts into the form of a page."""
    item = page.item
    if item.kind is Kind.INFO:
        return {}
    if page.kind is PageKind.CONFIRM:
        earlier = preload.answers.get(item.var)
        reply = respondent.confirm(item.var, earlier.value if earlier else None)
        return {page.variables[0]: [str(reply)]}
    form: Form = {}
    for var in page.variables:
        statement = next((one for one in page.statements if one.var == var), None)
        form |= typed(item, var, respondent.answer(item, statement, walked.values))
    return form


def answer_interview(
    ctx: ServiceContext,
    connection: Connection,
    interview_id: UUID,
    respondent: SyntheticRespondent,
    *,
    language: str,
    started_at: datetime,
    stop_after: int | None = None,
) -> Answered:
    """Answer an interview from its first page to its end, or up to some number of pages.

    Runs inside the caller's unit of work on the research database; contact answers are committed
    to the other one on the way.
    """
    state = rows.lock_interview(connection, interview_id)
    if state is None:
        raise LookupError(str(interview_id))
    instrument = ctx.instruments.get(connection, state.version_id)
    preload = preload_from_json(instrument, state.earlier)
    if state.contact_known:
        _, remembered = contacting.load_answers(ctx, state.person_id, state.wave)
        preload = contacting.with_contacts(instrument, preload, remembered)
    month = ctx.month(started_at)
    known = Known(state.frame, state.assignments, preload, month)
    answers: dict[str, Value] = {}
    saves: list[PageSave] = []
    walked = route(instrument, known, answers)
    while (page := walked.first_open) is not None and walked.termination is None:
        if stop_after is not None and len(saves) >= stop_after:
            break
        form = page_form(respondent, page, walked, preload)
        outcome = accept(
            instrument, page, form, language=language, interview_month=month, prompted=True
        )
        if not isinstance(outcome, Accepted):
            raise AnswerRefusedError(page.id)
        answers |= outcome.answers
        walked = route(instrument, known, answers)
        at = started_at + timedelta(seconds=SECONDS_A_PAGE * (len(saves) + 1))
        saves.append(_page_save(page, outcome, walked, language, at, month))
    for revision, save in enumerate(saves, state.revision + 1):
        if save.has_contact_answers:
            contacting.save_answers(
                ctx, state.person_id, state.wave, save.values, revision, save.op_id, save.saved_at
            )
    kept = [replace(one, values={}) if one.has_contact_answers else one for one in saves]
    status = _ending(walked)
    if status is CaseStatus.COMPLETE:
        kept.append(_final_save(kept[-1]))
    rows.save_pages(connection, state, kept, ended_as=status if status.ended else None)
    return Answered(status, walked, month)


def _page_save(
    page: Page, outcome: Accepted, walked: Route, language: str, at: datetime, month: str
) -> PageSave:
    following = walked.first_open
    return PageSave(
        op_id=OPERATION.format(page.id),
        digest=page.id,
        page=page.id,
        location=following.id if following is not None else "review",
        language=language,
        saved_at=at,
        month=month,
        values={var: encode(value) for var, value in outcome.answers.items()},
        has_contact_answers=page.item.store is Store.CONTACT,
    )


def _final_save(last: PageSave) -> PageSave:
    return replace(
        last,
        op_id=OPERATION.format("review"),
        digest="review",
        page="review",
        location="done",
        saved_at=last.saved_at + timedelta(seconds=SECONDS_A_PAGE),
        values={},
        has_contact_answers=False,
    )


def _ending(walked: Route) -> CaseStatus:
    if walked.termination is not None:
        return CaseStatus(walked.termination.status)
    return CaseStatus.COMPLETE if walked.complete else CaseStatus.PARTIAL
