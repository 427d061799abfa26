"""Requests about people's own data as the privacy officer handles them: filed, prolonged, answered.

What a person does alone, by code, is in `privacy_requests`; here it is for who called or wrote. The
month begins on the day that a letter reached us, not on the day somebody opened it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from app.panel.privacy import Asked, Longer, Outcome, Through, may_end_as
from app.panel.states import PersonStatus
from app.services.accounts.staff import Visit
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.members.case_lists import find_cases
from app.services.members.consents import ErasedError, require_person
from app.services.members.panel_members import find_people
from app.services.privacy import privacy_requests
from app.services.privacy.access_copies import AccessCopy, access_copy
from app.services.privacy.privacy_requests import Request, RequestError, due_on
from app.storage import audit, audit_pages, cases, people, privacy
from app.storage.audit_pages import Entry

OLDEST_DAYS = 366
"""A letter that lay longer is no slip of the pen: somebody has to look at it."""
MONTHS_AT_MOST = 3
"""One month and two more: GDPR article 12(3)."""
_NOON = time(12)


class ReceivedError(ValueError):
    """The day it reached us is in the future, or longer than a year ago."""


class TooLateError(Exception):
    """The month is over: the person had to be told before (GDPR article 12(3))."""


class AlreadyLongerError(Exception):
    """The time was made longer before, and can be once."""


class GroundError(ValueError):
    """The law does not let this kind of request end so."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A request with what its page needs."""

    request: Request
    longer: Longer | None
    """Why it takes two months more, where somebody said so."""
    days_left: int | None
    """Until it is due, negative when that day is past; ``None`` when it was handled."""
    erased: bool
    """The person was forgotten: nothing can be asked or copied any more."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One request, with the person's language and what was done about it."""

    standing: Standing
    language: str
    """Of the person's latest case: of the letters, unless somebody chooses another."""
    deeds: Sequence[Entry]
    """What the log says was done about the person's data, the earliest first."""
    others: Sequence[Request]
    """What else the person asked, the latest first."""


def list_standing(ctx: ServiceContext) -> list[Standing]:
    """Return every request there was: open ones first by the day they are due, then the others."""
    today = _today(ctx)
    with ctx.databases.research.snapshot() as connection:
        known = privacy.list_requests(connection, only_open=False)
        gone = privacy.erased_people(connection)
    found = [_standing(one, today, one.person_id in gone) for one in known]
    waiting = [one for one in found if one.days_left is not None]
    handled = [one for one in found if one.days_left is None]
    return waiting + sorted(handled, key=_handled_at, reverse=True)


def open_request(ctx: ServiceContext, request_id: UUID) -> Opened:
    """Return one request with all that was done about it.

    Raises
    ------
    RequestError
        If there is no such request.
    """
    with ctx.databases.research.snapshot() as connection:
        request = privacy.load_request(connection, request_id)
        if request is None:
            raise RequestError(request_id.hex)
        own = cases.cases_of_person(connection, request.person_id)
        status = people.standings(connection, [request.person_id]).get(request.person_id)
        deeds = audit_pages.entries_about(connection, f"person {request.person_id.hex}", "privacy.")
        others = privacy.requests_of(connection, request.person_id)
    erased = status is None or status.status is PersonStatus.ERASED
    latest = max(own, key=lambda one: one.wave, default=None)
    return Opened(
        _standing(request, _today(ctx), erased),
        latest.language if latest is not None else "nl",
        deeds,
        [one for one in others if one.id != request_id],
    )


def find_asker(ctx: ServiceContext, visit: Visit, typed: str) -> list[UUID]:
    """Return the people who may have asked, by what a letter or a call can name.

    A contact detail, the code of a letter (also one that has ended), the id of a person or case or
    its first characters; people who were erased too. Names are not searched: they are encrypted,
    and no index leads to them.
    """
    found = find_people(ctx, typed)
    if found:
        return found
    named = find_cases(ctx, visit, typed, by_contact=False)
    with ctx.databases.research.read() as connection:
        known = [cases.load_case(connection, one) for one in named]
    return list(dict.fromkeys(one.person_id for one in known if one is not None))


def file(
    ctx: ServiceContext,
    visit: Visit,
    person_id: UUID,
    asked: Asked,
    *,
    received_on: date | None = None,
    language: str = "nl",
) -> UUID:
    """Put on record what somebody asked by phone, letter or e-mail; return the request.

    A withdrawal is carried out at once, and an erasure begins with it: nothing is sent any more.
    Asked again while the first still waits, it is the first.

    Raises
    ------
    ErasedError
        If there is no such person, or the person was erased.
    ReceivedError
        If it cannot have been received on that day.
    """
    came = _received_at(ctx, received_on)
    match asked:
        case Asked.WITHDRAWAL:
            return privacy_requests.withdraw(
                ctx, person_id, language=language, through=Through.STAFF, by=visit.email,
                staff_id=visit.staff_id,
            ).request_id  # fmt: skip
        case Asked.ERASURE:
            return privacy_requests.ask_erasure(
                ctx, person_id, language=language, through=Through.STAFF, by=visit.email,
                staff_id=visit.staff_id, asked_at=came,
            ).request_id  # fmt: skip
        case Asked.ACCESS:
            return _file_access(ctx, visit, person_id, came)


def _file_access(ctx: ServiceContext, visit: Visit, person_id: UUID, came: datetime) -> UUID:
    with ctx.databases.research.write() as connection:
        require_person(connection, person_id)
        for known in privacy.requests_of(connection, person_id):
            if known.asked is Asked.ACCESS and known.handled_at is None:
                return known.id
        request = Request(person_id, Asked.ACCESS, came, due_on(came), Through.STAFF, visit.email)
        privacy.add_request(connection, request)
        audit.append_audit(
            connection,
            at=ctx.clock.now(),
            staff_id=visit.staff_id,
            action="privacy.access_asked",
            subject=f"person {person_id.hex}",
            detail={"by": visit.email, "due_on": request.due_on.isoformat()},
        )
    return request.id


def make_copy(ctx: ServiceContext, visit: Visit, request_id: UUID, language: str) -> AccessCopy:
    """Return all that is known of who asked, in a language; every copy goes on record.

    The first copy answers the request; it may be made again, as a letter may be lost.

    Raises
    ------
    RequestError
        If there is no such request for access, or it was refused.
    ErasedError
        If the person was forgotten meanwhile.
    """
    with ctx.databases.research.read() as connection:
        request = privacy.load_request(connection, request_id)
    if request is None or request.asked is not Asked.ACCESS or not _may_be_copied(request):
        raise RequestError(request_id.hex)
    # Made before it is on record: a copy that cannot be made answers nobody.
    copy = access_copy(ctx, request.person_id, language)
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        privacy.handle_request(
            connection, request_id, at=now, by=visit.email, outcome={"copy": language}
        )
        audit.append_audit(
            connection,
            at=now,
            staff_id=visit.staff_id,
            action="privacy.access",
            subject=f"person {request.person_id.hex}",
            detail={"by": visit.email, "through": str(Through.STAFF), "language": language},
        )
    return copy


def make_longer(ctx: ServiceContext, visit: Visit, request_id: UUID, why: Longer) -> date:
    """Give a request two months more, and return the day it is due now.

    Source: GDPR article 12(3): for its complexity or for the number of requests, and only when the
    person is told so, with the reason, within the first month.

    Raises
    ------
    RequestError
        If there is no such open request.
    AlreadyLongerError
        If it has the two months already.
    TooLateError
        If the first month is over.
    """
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        request = privacy.load_request(connection, request_id)
        if request is None or request.handled_at is not None:
            raise RequestError(request_id.hex)
        if longer_of(request) is not None:
            raise AlreadyLongerError(request_id.hex)
        if now.astimezone(STUDY_ZONE).date() > request.due_on:
            raise TooLateError(request_id.hex)
        until = due_on(request.asked_at, months=MONTHS_AT_MOST)
        outcome = {**request.outcome, "longer": str(why)}
        privacy.extend_request(connection, request_id, due_on=until, outcome=outcome)
        audit.append_audit(
            connection,
            at=now,
            staff_id=visit.staff_id,
            action="privacy.longer",
            subject=f"person {request.person_id.hex}",
            detail={"by": visit.email, "why": str(why), "due_on": until.isoformat()},
        )
    return until


def answer(ctx: ServiceContext, visit: Visit, request_id: UUID, outcome: Outcome) -> Request:
    """End a request that is not carried out here: refused on a ground of the law, or taken back.

    Raises
    ------
    RequestError
        If there is no such open request.
    GroundError
        If the law does not let a request of this kind end so.
    """
    with ctx.databases.research.read() as connection:
        request = privacy.load_request(connection, request_id)
    if request is None:
        raise RequestError(request_id.hex)
    if outcome not in may_end_as(request.asked):
        raise GroundError(outcome)
    return privacy_requests.handle(
        ctx, request_id, outcome=str(outcome), by=visit.email, staff_id=visit.staff_id
    )


def longer_of(request: Request) -> Longer | None:
    """Return why a request takes longer, where somebody said so."""
    said = request.outcome.get("longer")
    return Longer(said) if said in set(Longer) else None


def _may_be_copied(request: Request) -> bool:
    return request.handled_at is None or "copy" in request.outcome


def _received_at(ctx: ServiceContext, received_on: date | None) -> datetime:
    now, today = ctx.clock.now(), _today(ctx)
    if received_on is None or received_on == today:
        return now
    if not 0 < (today - received_on).days <= OLDEST_DAYS:
        raise ReceivedError(received_on.isoformat())
    return datetime.combine(received_on, _NOON, STUDY_ZONE)


def _standing(request: Request, today: date, erased: bool) -> Standing:
    left = (request.due_on - today).days if request.handled_at is None else None
    return Standing(request, longer_of(request), left, erased)


def _handled_at(one: Standing) -> datetime:
    return one.request.handled_at or one.request.asked_at


def _today(ctx: ServiceContext) -> date:
    return ctx.clock.now().astimezone(STUDY_ZONE).date()


__all__ = [
    "AlreadyLongerError", "ErasedError", "GroundError", "Opened", "ReceivedError", "RequestError",
    "Standing", "TooLateError", "answer", "file", "find_asker", "list_standing", "longer_of",
    "make_copy", "make_longer", "open_request",
]  # fmt: skip
