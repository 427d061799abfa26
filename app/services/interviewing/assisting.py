"""Somebody holds the pen for the person: an interviewer, or whoever sits beside the person.

How it was answered is kept with the interview: the mode (each answer bears it), who helped, in
which language. Each entrance says its mode anew, so that a person who goes on alone is on the web.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection

from app.messages.statuses import PersonEventKind
from app.panel.arrivals import Arrival
from app.panel.states import CaseStatus, Mode, WaveStatus
from app.services.accounts.staff import Visit
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.interviewing.entrances import Entered, Refused, enter, may_be_helped
from app.storage import audit, cases, interviews, openings, people, waves
from app.storage.cases import CaseEvent, add_case_event
from app.storage.people import PersonEvent

AT_MOST = timedelta(hours=4)
"""After this an interviewer who forgot to say so is no longer with the person."""
MODES = (Mode.ASSISTED, Mode.PHONE, Mode.INTERVIEW)


class Helper(StrEnum):
    """Who helps; of the person's own circle none is named closer than this."""

    INTERVIEWER = "interviewer"
    INTERPRETER = "interpreter"
    TEACHER = "teacher"
    LIBRARY = "library"
    SOCIAL_WORKER = "social_worker"
    FAMILY = "family"
    FRIEND = "friend"
    OTHER = "other"


OF_ONES_OWN = tuple(one for one in Helper if one is not Helper.INTERVIEWER)
"""Helpers who need no account."""


@dataclass(frozen=True, slots=True)
class Helping:
    """Whom a member of staff is with now."""

    person_id: UUID = field(repr=False)
    wave: int
    since: datetime
    mode: Mode
    interview_id: UUID


@dataclass(frozen=True, slots=True)
class Held:
    """An interview that a member of staff helped with; whose it was is not told again."""

    wave: int
    since: datetime
    until: datetime | None
    """When the person left; ``None`` while nobody said so."""
    mode: Mode
    language: str
    status: CaseStatus
    """How far the interview is now."""


class BusyError(Exception):
    """The member of staff is still with another person."""


def helping(ctx: ServiceContext, visit: Visit) -> Helping | None:
    """Return whom a member of staff is with, or ``None``."""
    with ctx.databases.research.read() as connection:
        return _with_whom(ctx, connection, visit)


def held_today(ctx: ServiceContext, visit: Visit) -> list[Held]:
    """Return the interviews a member of staff helped with today, the latest first; only the own."""
    here = ctx.clock.now().astimezone(STUDY_ZONE)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    found: list[Held] = []
    with ctx.databases.research.read() as connection:
        events = people.events_by(
            connection, PersonEventKind.ASSISTED, visit.email, since=midnight.astimezone(UTC)
        )
        for number, event in enumerate(events):
            if event.detail.get("step") != "begun" or event.wave is None:
                continue
            state = interviews.load_interview(connection, UUID(event.detail["interview"]))
            if state is None:
                continue
            after = events[number + 1] if number + 1 < len(events) else None
            left = after is not None and after.detail.get("step") == "ended"
            found.append(
                Held(
                    event.wave,
                    event.at,
                    after.at if after is not None and left else None,
                    Mode(event.detail["mode"]),
                    str(event.detail.get("language", "")),
                    state.status,
                )
            )
    return found[::-1]


def help_is_offered(ctx: ServiceContext) -> bool:
    """Tell whether the pages speak of helpers: not while only waves that forbid it are open."""
    with ctx.databases.research.read() as connection:
        listed = waves.list_waves(connection)
    running = [one.year for one in listed if one.status in (WaveStatus.OPEN, WaveStatus.PAUSED)]
    return not running or any(may_be_helped(ctx, year) for year in running)


def begin(
    ctx: ServiceContext,
    visit: Visit,
    typed: str,
    *,
    mode: Mode,
    language: str,
    address: str,
    arrival: Arrival | None = None,
) -> Entered | Refused:
    """Open the interview of a person's code as an interviewer, on record.

    Raises
    ------
    BusyError
        If the member of staff has not said that the person before has left.
    """
    if helping(ctx, visit) is not None:
        raise BusyError
    reply = enter(ctx, typed, address=address, language=language, mode=mode, arrival=arrival)
    if isinstance(reply, Refused):
        return reply
    with ctx.databases.research.write() as connection:
        if _with_whom(ctx, connection, visit) is not None:
            raise BusyError
        case_id = _note(ctx, connection, reply, mode, Helper.INTERVIEWER, by=visit.email)
        audit.append_audit(
            connection,
            at=ctx.clock.now(),
            staff_id=visit.staff_id,
            action="assist.begun",
            subject=f"case {case_id.hex}",
            detail={"mode": mode.value, "language": language},
        )
    return reply


def end(ctx: ServiceContext, visit: Visit) -> bool:
    """Say that the person has left; tell whether there was one."""
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        found = _with_whom(ctx, connection, visit)
        if found is None:
            return False
        openings.set_mode(connection, found.interview_id, Mode.WEB)
        detail = {"step": "ended", "mode": found.mode.value}
        event = PersonEvent(
            found.person_id, PersonEventKind.ASSISTED, now, visit.email, found.wave, detail
        )
        people.add_person_events(connection, [event])
        audit.append_audit(
            connection,
            at=now,
            staff_id=visit.staff_id,
            action="assist.ended",
            subject=f"person {found.person_id.hex}",
            detail={"mode": found.mode.value},
        )
    return True


def enter_with_help(
    ctx: ServiceContext,
    typed: str,
    helper: Helper,
    *,
    address: str,
    language: str | None,
    arrival: Arrival | None = None,
) -> Entered | Refused:
    """Open the interview of a code for a person and who sits beside them."""
    reply = enter(
        ctx, typed, address=address, language=language, mode=Mode.ASSISTED, arrival=arrival
    )
    if isinstance(reply, Entered):
        with ctx.databases.research.write() as connection:
            _note(ctx, connection, reply, Mode.ASSISTED, helper, by="helper")
    return reply


def _note(
    ctx: ServiceContext,
    connection: Connection,
    entered: Entered,
    mode: Mode,
    helper: Helper,
    *,
    by: str,
) -> UUID:
    """Put the help on record, for the case and for the person."""
    state = interviews.load_interview(connection, entered.interview_id)
    if state is None:
        raise LookupError(entered.interview_id)
    now = ctx.clock.now()
    told = {"mode": mode.value, "helper": helper.value, "language": entered.language}
    cases.set_case_mode(connection, state.case_id, mode)
    add_case_event(connection, state.case_id, CaseEvent("assisted", now, told))
    detail = {"step": "begun", "interview": entered.interview_id.hex, **told}
    event = PersonEvent(state.person_id, PersonEventKind.ASSISTED, now, by, state.wave, detail)
    people.add_person_events(connection, [event])
    return state.case_id


def _with_whom(ctx: ServiceContext, connection: Connection, visit: Visit) -> Helping | None:
    last = people.last_event_by(connection, PersonEventKind.ASSISTED, visit.email)
    if last is None or last.detail.get("step") != "begun" or last.wave is None:
        return None
    interview_id = UUID(last.detail["interview"])
    state = interviews.load_interview(connection, interview_id)
    over = state is None or state.ended_as is not None
    if over or ctx.clock.now() - last.at > AT_MOST:
        return None
    return Helping(last.person_id, last.wave, last.at, Mode(last.detail["mode"]), interview_id)
