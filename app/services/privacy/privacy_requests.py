"""What people ask about their own data: a copy, to stop, to be forgotten; by code and by staff.

A copy and a withdrawal are done at once, an erasure by the privacy officer: it cannot be undone,
destroys print files of others and is searched for afterwards. Each is due a month after it was
asked (GDPR article 12(3)). Answers given before a withdrawal stay (article 7(3): what was done
until then was lawful), unless the person asks to be forgotten.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection

from app.panel.privacy import Asked, Purpose, Through, shown_hash
from app.panel.states import PersonStatus, Role
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.members import contacting, people_news
from app.services.members.consents import SELF, ErasedError, require_person, take_back_all
from app.services.members.people_news import News, What
from app.services.privacy.access_copies import AccessCopy, Row, Section, access_copy
from app.storage import audit, cases, codes, privacy
from app.storage import staff as accounts
from app.storage.consents import ConsentEvent
from app.storage.privacy import PrivacyRequest as Request

__all__ = [
    "AccessCopy", "Asked", "ErasedError", "Request", "Requested", "Row", "Section", "Through",
    "Withdrawn", "access_copy", "ask_access", "ask_erasure", "due_on", "handle", "open_requests",
    "requests_of", "withdraw",
]  # fmt: skip

TOLD_BY_PERSON = "person"
OFFICERS = (Role.PRIVACY_OFFICER, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A person takes part no longer."""

    new: bool
    """False where that was so already."""
    request_id: UUID


@dataclass(frozen=True, slots=True)
class Requested:
    """An erasure that was asked."""

    new: bool
    """False where it had been asked and was not carried out yet."""
    request_id: UUID
    due_on: date


class RequestError(LookupError):
    """There is no such open request."""


def due_on(asked_at: datetime, *, months: int = 1) -> date:
    """Return the last day to do what was asked: the same day of the next month, or its last day.

    Source: GDPR article 12(3), "within one month of receipt"; a period of months ends on the day
    with the same number, or else on the last of the month (Regulation 1182/71, article 3(2)(c)).
    The day is that of Amsterdam.

    Parameters
    ----------
    months
        1, or 3 where the time was made longer: "that period may be extended by two further months".
    """
    day = asked_at.astimezone(STUDY_ZONE).date()
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def ask_access(
    ctx: ServiceContext,
    person_id: UUID,
    language: str,
    *,
    through: Through = Through.PAGE,
    by: str = SELF,
    staff_id: UUID | None = None,
) -> AccessCopy:
    """Return a copy of all that is known of a person, and put on record that it was asked.

    Asked again on the same day by the same way it is one request: a page may be looked at twice.

    Raises
    ------
    ErasedError
        If there is no such person, or the person was erased.
    """
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        require_person(connection, person_id)
        if not _asked_today(connection, person_id, through, now):
            request = Request(
                person_id, Asked.ACCESS, now, due_on(now), through, by, now, by,
                {"language": language},
            )  # fmt: skip
            privacy.add_request(connection, request)
            _log(connection, "privacy.access", person_id, now, by, staff_id, {"through": through})
        privacy.handle_open(
            connection, person_id, at=now, by=by, outcome={"copy": language}, asked=[Asked.ACCESS]
        )
    return access_copy(ctx, person_id, language)


def withdraw(
    ctx: ServiceContext,
    person_id: UUID,
    *,
    language: str,
    words: Sequence[str] = (),
    through: Through = Through.PAGE,
    by: str = SELF,
    staff_id: UUID | None = None,
) -> Withdrawn:
    """End a person's part in the study at once; the same again changes nothing.

    Nothing is sent any more, all codes end, an interview that runs takes no more answers, and every
    consent is taken back on record. Answers given before are kept.

    Parameters
    ----------
    words
        Every text that the person saw with the choice, in the order of the page.

    Raises
    ------
    ErasedError
        If there is no such person, or the person was erased.
    """
    now = ctx.clock.now()
    with ctx.databases.research.read() as connection:
        require_person(connection, person_id)
    news = News(person_id, What.WITHDRAWN, told_by=TOLD_BY_PERSON)
    new = people_news.record(ctx, [news], by=by, staff_id=staff_id).new > 0
    with ctx.databases.research.write() as connection:
        own = cases.cases_of_person(connection, person_id)
        ended = sum(codes.revoke_codes(connection, one.id, at=now) for one in own)
        said = ConsentEvent(
            person_id, None, Purpose.SURVEY, False, now, through, by, language, None,
            shown_hash(words),
        )  # fmt: skip
        taken_back = take_back_all(connection, said)
        outcome = {"codes_ended": ended, "consents_taken_back": taken_back, "answers": "kept"}
        request_id = _file_withdrawal(connection, person_id, new, now, through, by, outcome)
        if new:
            _log(connection, "privacy.withdrawn", person_id, now, by, staff_id, outcome)
        for one in own:
            # Last, so that these commit just before.
            contacting.keep_code(ctx, person_id, one.wave, None, at=now)
    return Withdrawn(new, request_id)


def _file_withdrawal(
    connection: Connection,
    person_id: UUID,
    new: bool,
    now: datetime,
    through: Through,
    by: str,
    outcome: dict[str, object],
) -> UUID:
    """Put a withdrawal on record, done; return its id, or that of the one before."""
    known = [
        one for one in privacy.requests_of(connection, person_id) if one.asked is Asked.WITHDRAWAL
    ]
    if known and not new:
        return known[0].id
    request = Request(person_id, Asked.WITHDRAWAL, now, due_on(now), through, by, now, by, outcome)
    privacy.add_request(connection, request)
    return request.id


def ask_erasure(
    ctx: ServiceContext,
    person_id: UUID,
    *,
    language: str,
    words: Sequence[str] = (),
    through: Through = Through.PAGE,
    by: str = SELF,
    staff_id: UUID | None = None,
    asked_at: datetime | None = None,
) -> Requested:
    """File that a person wants to be forgotten, and end the person's part in the study at once.

    Parameters
    ----------
    words
        Every text that the person saw with the choice, in the order of the page.
    asked_at
        When it reached us, where that was before now: a letter. The month begins then.

    Raises
    ------
    ErasedError
        If there is no such person, or the person was erased.
    """
    now = ctx.clock.now()
    came = asked_at or now
    with ctx.databases.research.write() as connection:
        require_person(connection, person_id)
        known = [
            one
            for one in privacy.requests_of(connection, person_id)
            if one.asked is Asked.ERASURE and one.handled_at is None
        ]
        request = (
            known[0]
            if known
            else Request(person_id, Asked.ERASURE, came, due_on(came), through, by)
        )
        if not known:
            privacy.add_request(connection, request)
            _log(
                connection, "privacy.erasure_asked", person_id, now, by, staff_id,
                {"through": through, "due_on": request.due_on.isoformat()},
            )  # fmt: skip
    withdraw(
        ctx, person_id, language=language, words=words, through=through, by=by, staff_id=staff_id
    )
    return Requested(not known, request.id, request.due_on)


def requests_of(ctx: ServiceContext, person_id: UUID) -> tuple[Request, ...]:
    """Return what a person asked, the latest first; also of one who was erased."""
    with ctx.databases.research.read() as connection:
        return tuple(privacy.requests_of(connection, person_id))


def open_requests(ctx: ServiceContext, *, all_of_them: bool = False) -> tuple[Request, ...]:
    """Return the requests that wait, or all there were, by the day they are due."""
    with ctx.databases.research.read() as connection:
        return tuple(privacy.list_requests(connection, only_open=not all_of_them))


def handle(
    ctx: ServiceContext, request_id: UUID, *, outcome: str, by: str, staff_id: UUID | None = None
) -> Request:
    """Say of a request that it was done in another way, or why not; by a word of ours.

    For what the program cannot do: refused because nobody could be sure who asked, done on paper.
    What it can do, `ask_access`, `withdraw` and `erasing.erase` put on record themselves.

    Raises
    ------
    RequestError
        If there is no such request, or it was handled before.
    ValueError
        If the outcome is no single word of ours: a record holds no sentence about anybody.
    """
    if not people_news.WORD.fullmatch(outcome):
        raise ValueError("the outcome is a word such as done_on_paper or not_identified")
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        request = privacy.load_request(connection, request_id)
        if request is None or not privacy.handle_request(
            connection, request_id, at=now, by=by, outcome={"done": outcome}
        ):
            raise RequestError(request_id.hex)
        _log(
            connection, "privacy.handled", request.person_id, now, by, staff_id,
            {"asked": request.asked, "outcome": outcome},
        )  # fmt: skip
    return request


def officer(ctx: ServiceContext, email: str) -> UUID | None:
    """Return the account that may do what people ask here; ``None`` for any other."""
    with ctx.databases.research.read() as connection:
        member = accounts.find_member(connection, email.strip().lower())
    if member is None or member.disabled_at is not None or member.role not in OFFICERS:
        return None
    return member.id


def _asked_today(connection: Connection, person_id: UUID, through: Through, now: datetime) -> bool:
    today = now.astimezone(STUDY_ZONE).date()
    return any(
        one.asked is Asked.ACCESS
        and one.through is through
        and one.asked_at.astimezone(STUDY_ZONE).date() == today
        for one in privacy.requests_of(connection, person_id)
    )


def _log(
    connection: Connection,
    action: str,
    person_id: UUID,
    at: datetime,
    by: str,
    staff_id: UUID | None,
    detail: dict[str, object],
) -> None:
    audit.append_audit(
        connection,
        at=at,
        staff_id=staff_id,
        action=action,
        subject=f"person {person_id.hex}",
        detail={"by": by, **{name: _plain(value) for name, value in detail.items()}},
    )


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Through | Asked | PersonStatus) else value
