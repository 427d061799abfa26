"""A respondent that is a program answers a whole interview, in one transaction.

The pages, the acceptance of what was typed, the route and the save are those of the site; only
HTTP is left out. A robot that comes over HTTP leaves the same rows (tests/journeys).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from app.panel.states import CaseStatus
from app.questionnaire.accept import Accepted, accept
from app.questionnaire.answers import encode
from app.questionnaire.model import Kind, Store, Value
from app.questionnaire.routing import Known, Page, PageKind, Preload, Route, route_answered
from app.services.context import ServiceContext
from app.services.fieldwork.preloads import preload_from_json
from app.services.interviewing import told_reach
from app.services.members import contacting
from app.services.members.consents import Asking, consent_event
from app.storage import consents
from app.storage import interviews as rows
from app.storage.consents import ConsentEvent
from app.storage.interviews import InterviewState, PageSave
from app.synthetic.respondent import SyntheticRespondent
from app.synthetic.typing import Form, typed

SECONDS_A_PAGE = 17
"""A median interview of 57 pages takes 17 minutes in the pilot of the item bank."""
OPERATION = "synthetic-{}"
REVIEW = "review"


class AnswerRefusedError(Exception):
    """A page did not take what a synthetic respondent typed: one of the two is wrong."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What an interview came to: its status, its route, and the month it was in."""

    status: CaseStatus
    route: Route
    month: str | None


def page_form(
    respondent: SyntheticRespondent, page: Page, values: Mapping[str, Value], preload: Preload
) -> Form:
    """Return what a respondent puts into the form of a page, knowing what came before it."""
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
        form |= typed(item, var, respondent.answer(item, statement, values))
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
    saves: list[PageSave] = []
    said: list[ConsentEvent] = []
    reached: list[tuple[dict[str, str], str]] = []

    def reply(
        page: Page, values: Mapping[str, Value], answers: Mapping[str, Value]
    ) -> Mapping[str, Value] | None:
        if stop_after is not None and len(saves) >= stop_after:
            return None
        form = page_form(respondent, page, values, preload)
        outcome = accept(
            instrument, page, form, language=language, interview_month=month, prompted=True
        )
        if not isinstance(outcome, Accepted):
            raise AnswerRefusedError(page.id)
        at = started_at + timedelta(seconds=SECONDS_A_PAGE * (len(saves) + 1))
        asking = Asking(state, instrument, known, answers, page, language)
        if (event := consent_event(asking, outcome.answers, at)) is not None:
            said.append(event)
        saves.append(_page_save(page, outcome, language, at, month))
        if fields := told_reach.details_in(page.item, outcome.answers):
            reached.append((fields, saves[-1].op_id))
        return outcome.answers

    # One walk, and not a route after each page as the site has to: five times as fast.
    walked, _ = route_answered(instrument, known, {}, reply)
    saves = _leading_on(saves, walked)
    _keep_contacts(ctx, state, saves)
    kept = [replace(one, values={}) if one.has_contact_answers else one for one in saves]
    status = _ending(walked)
    if status is CaseStatus.COMPLETE:
        kept.append(_final_save(kept[-1]))
    rows.save_pages(connection, state, kept, ended_as=status if status.ended else None)
    consents.add_consents(connection, said)
    for fields, op_id in reached:
        told_reach.note_details(ctx, connection, state.person_id, state.wave, fields, op_id)
    return Answered(status, walked, month)


def _keep_contacts(ctx: ServiceContext, state: InterviewState, saves: Sequence[PageSave]) -> None:
    for revision, save in enumerate(saves, state.revision + 1):
        if save.has_contact_answers:
            contacting.save_answers(
                ctx, state.person_id, state.wave, save.values, revision, save.op_id, save.saved_at
            )


def _leading_on(saves: Sequence[PageSave], walked: Route) -> list[PageSave]:
    """Say of each save which page was shown next."""
    last = walked.first_open.id if walked.first_open is not None else REVIEW
    following = [*(one.page for one in saves[1:]), last]
    return [replace(one, location=page) for one, page in zip(saves, following, strict=True)]


def _page_save(page: Page, outcome: Accepted, language: str, at: datetime, month: str) -> PageSave:
    return PageSave(
        op_id=OPERATION.format(page.id),
        digest=page.id,
        page=page.id,
        location=REVIEW,
        language=language,
        saved_at=at,
        month=month,
        values={var: encode(value) for var, value in outcome.answers.items()},
        has_contact_answers=page.item.store is Store.CONTACT,
    )


def _final_save(last: PageSave) -> PageSave:
    return replace(
        last,
        op_id=OPERATION.format(REVIEW),
        digest=REVIEW,
        page=REVIEW,
        location="done",
        saved_at=last.saved_at + timedelta(seconds=SECONDS_A_PAGE),
        values={},
        has_contact_answers=False,
    )


def _ending(walked: Route) -> CaseStatus:
    if walked.termination is not None:
        return CaseStatus(walked.termination.status)
    return CaseStatus.COMPLETE if walked.complete else CaseStatus.PARTIAL
