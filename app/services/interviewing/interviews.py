"""Answering: show a page, save a page, review, submit. Saved means committed.

A save is idempotent (the same operation sent again gives the same next step and no second event)
and version-checked (a page whose answer was changed in another window since it was made is told,
and overwrites nothing). Different pages posted at the same moment are both kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection

from app.panel.states import CaseStatus, PersonStatus, WaveStatus
from app.questionnaire.accept import Accepted, Ambiguous, Rejected, Unanswered, accept
from app.questionnaire.answers import decode_all, encode
from app.questionnaire.model import (
    Instrument,
    Item,
    Kind,
    Missing,
    Statement,
    Store,
    Value,
)
from app.questionnaire.routing import Known, Page, PageKind, Route, page_of, route
from app.services.context import ServiceContext
from app.services.fieldwork.preloads import preload_from_json
from app.services.interviewing import told_reach
from app.services.interviewing.posts import Post, Saved, find_repeat, overtaken
from app.services.members import contacting
from app.services.members.consents import Asking, note_answers
from app.storage import interviews as rows
from app.storage import openings
from app.storage.cases import CaseEvent, add_case_event
from app.storage.interviews import InterviewState, PageSave

REVIEW = "review"
DONE = "done"
"""The two steps that are no question page."""
_STOPPED = (PersonStatus.WITHDRAWN, PersonStatus.ERASED)
"""Who takes part no longer, in no window that is still open and with nobody's help."""


class Gate(StrEnum):
    """Whether answers are taken now."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    REVOKED = "revoked"


class UnknownInterviewError(LookupError):
    """The session points at an interview that does not exist."""


class UnknownPageError(LookupError):
    """No page of this instrument has that id."""


@dataclass(frozen=True)
class Interview:
    """One interview as it stands: what is known, what was answered, where the route goes."""

    state: InterviewState
    instrument: Instrument
    known: Known
    answers: Mapping[str, Value]
    saved: Mapping[str, Saved]
    route: Route

    @property
    def gate(self) -> Gate:
        """Whether this interview takes answers."""
        if self.state.code_revoked or self.state.person_status in _STOPPED:
            return Gate.REVOKED
        match self.state.wave_status:
            case WaveStatus.OPEN:
                return Gate.OPEN
            case WaveStatus.PAUSED:
                return Gate.PAUSED
            case _:
                return Gate.CLOSED

    @property
    def submitted(self) -> bool:
        """True once the answers were sent; refusals and screen-outs may still be changed."""
        return self.state.ended_as is CaseStatus.COMPLETE

    @property
    def next_step(self) -> str:
        """Where the person goes on: a page id, ``review`` or ``done``."""
        if self.submitted or self.route.termination is not None:
            return DONE
        page = self.route.first_open
        return page.id if page is not None else REVIEW


@dataclass(frozen=True, slots=True)
class PageSaved:
    """The page is on disk; ``step`` is a page id, ``review`` or ``done``."""

    step: str


@dataclass(frozen=True, slots=True)
class PageKept:
    """Nothing was saved: the page is shown again, with what was typed and what to mend."""

    interview: Interview
    page: Page
    outcome: Unanswered | Ambiguous | Rejected


@dataclass(frozen=True, slots=True)
class PageStale:
    """Another window answered this page first; its answer stands and nothing was overwritten."""

    interview: Interview
    page: Page


@dataclass(frozen=True, slots=True)
class NotOpen:
    """The wave does not take answers now, or the interview was already sent."""

    interview: Interview


PageReply = PageSaved | PageKept | PageStale | NotOpen


def load(ctx: ServiceContext, interview_id: UUID, code_id: UUID | None = None) -> Interview:
    """Return an interview.

    Raises
    ------
    UnknownInterviewError
        If there is none with that id.
    """
    with ctx.databases.research.read() as connection:
        state = rows.load_interview(connection, interview_id, code_id=code_id)
        return _read(ctx, connection, state)


def answer_page(
    ctx: ServiceContext, interview_id: UUID, post: Post, code_id: UUID | None = None
) -> PageReply:
    """Save a posted page, or say why not.

    Raises
    ------
    UnknownPageError
        If the instrument has no such page.
    UnknownInterviewError
        If there is no such interview.
    """
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        interview = _read(
            ctx, connection, rows.lock_interview(connection, interview_id, code_id=code_id)
        )
        page = page_for(interview, post.page_id)
        standing = [interview.saved[var] for var in page.variables if var in interview.saved]
        op_id, led_to = find_repeat(connection, interview.state, standing, post)
        if led_to is not None:
            return PageSaved(led_to)
        if interview.gate is not Gate.OPEN or interview.submitted:
            return NotOpen(interview)
        if overtaken(interview.state, standing, post):
            return PageStale(interview, page)
        month = interview.state.interview_month or ctx.month(now)
        outcome = _accept(interview.instrument, page, post, month)
        if not isinstance(outcome, Accepted):
            return PageKept(interview, page, outcome)
        return _save(ctx, connection, interview, page, replace(post, op_id=op_id), outcome, now)


def submit(
    ctx: ServiceContext, interview_id: UUID, op_id: str, language: str, code_id: UUID | None = None
) -> str:
    """Send the answers, once; return the next step (``done`` unless a page is still open)."""
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        interview = _read(
            ctx, connection, rows.lock_interview(connection, interview_id, code_id=code_id)
        )
        if interview.state.ended_as is not None:
            return DONE
        if interview.gate is not Gate.OPEN or interview.next_step != REVIEW:
            return interview.next_step
        page = PageSave(
            op_id=op_id,
            digest=REVIEW,
            page=REVIEW,
            location=DONE,
            language=language,
            saved_at=now,
            month=ctx.month(now),
        )
        rows.save_pages(connection, interview.state, [page], ended_as=CaseStatus.COMPLETE)
        return DONE


def speak(ctx: ServiceContext, interview_id: UUID, language: str) -> None:
    """Remember the language a person chose, and that it was switched; it saves nothing else."""
    with ctx.databases.research.write() as connection:
        state = rows.load_interview(connection, interview_id)
        if state is not None and state.language != language:
            openings.set_language(connection, interview_id, language)
            switched = CaseEvent(
                "language", ctx.clock.now(), {"from": state.language, "to": language}
            )
            add_case_event(connection, state.case_id, switched)


def page_for(interview: Interview, page_id: str) -> Page:
    """Return a page, on the route or off it (another window may have changed the route).

    Raises
    ------
    UnknownPageError
        If the instrument has no such page.
    """
    on_route = interview.route.page_by_id.get(page_id)
    if on_route is not None:
        return on_route
    found = page_of(interview.instrument, page_id)
    if found is None:
        raise UnknownPageError(page_id)
    item, kind = found
    statements = _screen(item, page_id)
    names = tuple(one.var for one in statements) or (
        (f"{item.var}_confirm",) if kind is PageKind.CONFIRM else (item.var,)
    )
    return Page(page_id, item, kind, names, statements)


def _screen(item: Item, page_id: str) -> tuple[Statement, ...]:
    if item.kind is not Kind.BATTERY:
        return ()
    _, _, rest = page_id.rpartition("-")
    at = (int(rest) - 1) * item.per_screen if page_id != item.var else 0
    return item.statements[at : at + item.per_screen]


def _accept(
    instrument: Instrument, page: Page, post: Post, month: str
) -> Accepted | Unanswered | Ambiguous | Rejected:
    """Return what a post means; whoever leaves a page skips nothing and does not end anything."""
    outcome = accept(
        instrument,
        page,
        post.form,
        language=post.language,
        interview_month=month,
        prompted=post.prompted or post.leaving,
    )
    if not post.leaving or not isinstance(outcome, Accepted):
        return outcome
    ends = {one.after for one in instrument.terminations}
    given = {var: value for var, value in outcome.answers.items() if value is not Missing.SKIP}
    if page.item.var in ends or page.item.kind is Kind.INFO or not given:
        return Unanswered(page.variables)
    return Accepted(given)


def _save(
    ctx: ServiceContext,
    connection: Connection,
    interview: Interview,
    page: Page,
    post: Post,
    outcome: Accepted,
    now: datetime,
) -> PageSaved:
    state = interview.state
    answers = {**interview.answers, **outcome.answers}
    after = route(interview.instrument, interview.known, answers)
    step = step_after(after, page.id, to_review=post.to_review)
    texts = {var: encode(value) for var, value in outcome.answers.items()}
    to_contacts = page.item.store is Store.CONTACT
    if to_contacts:
        # Contacts first: repeated after a crash it writes the same, under the same operation.
        contacting.save_answers(
            ctx, state.person_id, state.wave, texts, state.revision + 1, post.op_id, now
        )
    save = PageSave(
        op_id=post.op_id,
        digest=post.digest,
        page=page.id,
        location=step,
        language=post.language,
        saved_at=now,
        month=ctx.month(now),
        values={} if to_contacts else texts,
        has_contact_answers=to_contacts,
    )
    ended_as = CaseStatus(after.termination.status) if after.termination else None
    if state.ended_as is not None:
        state = rows.reopen_interview(connection, state)
    rows.save_pages(connection, state, [save], ended_as=ended_as)
    reached = told_reach.details_in(page.item, outcome.answers)
    told_reach.note_details(ctx, connection, state.person_id, state.wave, reached, post.op_id)
    if page.item.allows is not None:
        asking = Asking(
            state, interview.instrument, interview.known, interview.answers, page, post.language
        )
        note_answers(connection, asking, outcome.answers, now)
    return PageSaved(step)


def step_after(after: Route, page_id: str, *, to_review: bool) -> str:
    """Return where a person goes from a page that was just answered, by the route it gave."""
    if after.termination is not None:
        return DONE
    if to_review:
        # Back to the review, unless the change opened pages that have no answer yet.
        return after.first_open.id if after.first_open else REVIEW
    following = after.after(page_id)
    return following.id if following is not None else REVIEW


def _read(ctx: ServiceContext, connection: Connection, state: InterviewState | None) -> Interview:
    if state is None:
        raise UnknownInterviewError
    instrument = ctx.instruments.get(connection, state.version_id)
    current = rows.load_current(connection, state.interview_id)
    texts = {row.variable: row.value for row in current}
    saved = {row.variable: Saved(row.revision, row.op_id) for row in current}
    preload = preload_from_json(instrument, state.earlier)
    if state.has_contact_answers or state.contact_known:
        given, remembered = contacting.load_answers(ctx, state.person_id, state.wave)
        texts |= {var: row.value for var, row in given.items()}
        saved |= {var: Saved(row.revision, row.op_id) for var, row in given.items()}
        if state.contact_known:
            preload = contacting.with_contacts(instrument, preload, remembered)
    known = Known(
        frame=state.frame,
        assigned=state.assignments,
        preload=preload,
        interview_month=state.interview_month,
    )
    answers = decode_all(instrument.item_of, texts)
    return Interview(state, instrument, known, answers, saved, route(instrument, known, answers))
