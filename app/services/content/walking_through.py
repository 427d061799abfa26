"""Walking through a questionnaire without being anybody: the pages of the site, and nothing stored.

What somebody has answered so far stands in the walk, which the page carries with it. Pages are
accepted, routed and led on by the functions that interviews are: there is no second way to do it.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from app.panel.states import CaseStatus, Entry, Mode, PersonStatus, WaveStatus
from app.questionnaire.accept import Accepted, Ambiguous, Form, Rejected, Unanswered, accept
from app.questionnaire.answers import decode_all, encode
from app.questionnaire.model import Instrument, Value
from app.questionnaire.paths import WorkedRespondent, skipped_to_the_end
from app.questionnaire.routing import Known, Page, Preload, Route, route, route_answered
from app.questionnaire.screen_counts import finished
from app.questionnaire.tracing import Traced, trace
from app.questionnaire.walk import as_preload, random_answer
from app.services.content.questionnaires import Edition
from app.services.context import ServiceContext
from app.services.fieldwork.preloads import preload_from_json, preload_to_json
from app.services.interviewing.interviews import DONE, REVIEW, Interview, page_for, step_after
from app.storage.interviews import InterviewState

STOPPED = "stopped"
"""The page after "stop now, go on later"."""
PANEL = "fr_panel"
"""Of the frame: whether somebody took part before."""
_NOBODY = UUID(int=0)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FEBRUARY = "{}-02"
Outcome = Unanswered | Ambiguous | Rejected


@dataclass(frozen=True)
class Walk:
    """Somebody invented who has come to a page of a questionnaire."""

    edition: Edition
    known: Known
    answers: Mapping[str, Value]
    page: str
    """A page id, ``review``, ``done`` or ``stopped``."""
    language: str
    beside: str | None = None

    @property
    def instrument(self) -> Instrument:
        """What is asked."""
        return self.edition.instrument

    @cached_property
    def route(self) -> Route:
        """The route of the answers given so far."""
        return route(self.instrument, self.known, self.answers)

    @cached_property
    def traced(self) -> list[Traced]:
        """Every question with how it stands and why."""
        return trace(self.instrument, self.known, self.answers, self.route)

    @property
    def month(self) -> str:
        """Month of the interview."""
        return self.known.interview_month or _FEBRUARY.format(self.instrument.wave)


@dataclass(frozen=True, slots=True)
class Person:
    """Who is to be played: what the frame says, what was drawn, whether they took part before."""

    frame: Mapping[str, str]
    assigned: Mapping[str, str]
    before: Edition | None = None
    """The questionnaire of an earlier wave that they answered."""
    seed: int = 1
    """Of what they answered then."""


def begin(edition: Edition, person: Person, language: str, beside: str | None = None) -> Walk:
    """Return a walk at its first page."""
    instrument = edition.instrument
    frame = {var: value for var, value in person.frame.items() if value}
    if any(one.var == PANEL for one in instrument.frame):
        frame[PANEL] = "yes" if person.before is not None else "no"
    known = Known(
        frame=frame,
        assigned={var: value for var, value in person.assigned.items() if value},
        preload=_remembered(person, frame),
        interview_month=_FEBRUARY.format(instrument.wave),
    )
    return _at_first_open(Walk(edition, known, {}, "", language, beside))


def _remembered(person: Person, frame: Mapping[str, str]) -> Preload:
    """What an invented person answered before: drawn at random, the same for the same seed."""
    if person.before is None:
        return Preload()
    instrument = person.before.instrument
    month = _FEBRUARY.format(instrument.wave)
    known = Known(frame, person.assigned, interview_month=month)
    walked = finished(instrument, known, random.Random(person.seed))
    return as_preload(instrument, walked, month)


def begin_worked(
    edition: Edition, worked: WorkedRespondent, language: str, beside: str | None = None
) -> Walk:
    """Return the walk of a worked respondent, with everything they say answered."""
    _, answers = skipped_to_the_end(edition.instrument, worked.known, worked.answers)
    return _at_first_open(Walk(edition, worked.known, answers, "", language, beside))


def _at_first_open(walk: Walk) -> Walk:
    return replace(walk, page=_step_of(walk))


def _step_of(walk: Walk) -> str:
    if walk.route.termination is not None:
        return DONE
    page = walk.route.first_open
    return page.id if page is not None else REVIEW


def answered(
    walk: Walk, page_id: str, form: Form, *, prompted: bool
) -> tuple[Walk, Outcome | None]:
    """Return the walk after a page was sent, or as it was with why the page is shown again."""
    page = page_of_walk(walk, page_id)
    if page is None:
        return _at_first_open(walk), None
    outcome = accept(
        walk.instrument,
        page,
        form,
        language=walk.language,
        interview_month=walk.month,
        prompted=prompted,
    )
    if not isinstance(outcome, Accepted):
        return replace(walk, page=page.id), outcome
    after = replace(walk, answers={**walk.answers, **outcome.answers})
    return replace(after, page=step_after(after.route, page.id, to_review=False)), None


def gone_back(walk: Walk, page_id: str) -> Walk:
    """Return the walk at the page before one."""
    if page_id == REVIEW:
        return replace(walk, page=walk.route.pages[-1].id)
    before = walk.route.before(page_id)
    return replace(walk, page=before.id if before else page_id)


def jumped(walk: Walk, page_id: str) -> Walk:
    """Return the walk at any page of the questionnaire, on its route or off it."""
    there = page_id in (REVIEW, DONE) or page_of_walk(walk, page_id) is not None
    return replace(walk, page=page_id) if there else walk


def filled_up_to(walk: Walk, page_id: str, seed: int = 1) -> Walk:
    """Return the walk with invented answers to what is still open before a page.

    An invented answer may lead past the page; then the walk is where the route ends.
    """
    rng = random.Random(seed)

    def reply(
        page: Page, _values: Mapping[str, Value], given: Mapping[str, Value]
    ) -> Mapping[str, Value] | None:
        if page.id == page_id:
            return None
        made = {var: random_answer(walk.instrument, page, rng) for var in page.variables}
        ends = walk.instrument.terminations_after.get(page.item.var, ())
        for _ in range(50 if ends else 0):
            tried = route(walk.instrument, walk.known, {**given, **made})
            if tried.termination is None:
                break
            made = {var: random_answer(walk.instrument, page, rng) for var in page.variables}
        return made

    _, answers = route_answered(walk.instrument, walk.known, walk.answers, reply)
    return _at_first_open(replace(walk, answers=answers))


def page_of_walk(walk: Walk, page_id: str) -> Page | None:
    """Return a page, on the route or off it; ``None`` for an unknown id."""
    try:
        return page_for(as_interview(walk), page_id)
    except LookupError:
        return None


def as_interview(walk: Walk) -> Interview:
    """Return the walk as the pages of the site know an interview; no such interview exists."""
    instrument = walk.instrument
    state = InterviewState(
        interview_id=_NOBODY,
        case_id=_NOBODY,
        version_id=walk.edition.version_id,
        language=walk.language,
        mode=Mode.WEB,
        revision=0,
        status=CaseStatus.PARTIAL,
        started_at=_EPOCH,
        last_saved_at=None,
        submitted_at=None,
        ended_as=None,
        interview_month=walk.month,
        has_contact_answers=False,
        person_id=_NOBODY,
        person_status=PersonStatus.ACTIVE,
        wave=instrument.wave,
        entry=Entry.PERSONAL,
        frame=walk.known.frame,
        synthetic=True,
        wave_status=WaveStatus.OPEN,
        code_revoked=False,
        earlier=None,
        contact_known=False,
        assignments=walk.known.assigned,
    )
    return Interview(state, instrument, walk.known, walk.answers, {}, walk.route)


# --- as a page carries it -------------------------------------------------------------------------


def to_json(walk: Walk) -> dict[str, Any]:
    """Return a walk as plain values, for the page that carries it."""
    known = walk.known
    return {
        "y": walk.edition.year,
        "e": walk.edition.key,
        "v": walk.edition.version_id,
        "f": {var: encode(value) for var, value in known.frame.items()},
        "a": dict(known.assigned),
        "h": preload_to_json(known.preload) if known.preload.answers else None,
        "m": known.interview_month,
        "x": {var: encode(value) for var, value in walk.answers.items()},
        "p": walk.page,
        "l": walk.language,
        "b": walk.beside,
    }


def from_json(edition: Edition, stored: Mapping[str, Any]) -> Walk | None:
    """Return the walk a page carried; ``None`` when its questionnaire is another one now."""
    if stored["v"] != edition.version_id:
        return None
    known = Known(
        frame=stored["f"],
        assigned=stored["a"],
        preload=preload_from_json(edition.instrument, stored["h"]),
        interview_month=stored["m"],
    )
    return Walk(
        edition=edition,
        known=known,
        answers=decode_all(edition.instrument.item_of, stored["x"]),
        page=stored["p"],
        language=stored["l"],
        beside=stored["b"],
    )


def typical_of(ctx: ServiceContext, walk: Walk) -> Mapping[str, float]:
    """Return the pages per item of a typical respondent, for "question 3 of about 57"."""
    panel = bool(walk.known.preload.answers)
    return ctx.instruments.typical(walk.edition.version_id, panel=panel)
