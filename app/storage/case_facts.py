"""What bears on the outcome of the cases of some waves, read at one go.

Use each function inside one snapshot. Nothing here depends on a moment: what came later than the
day that is asked about is left out by whoever asks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, exists, or_, select

from app.messages.channels import Channel
from app.messages.statuses import MessageStatus, PersonEventKind
from app.panel.privacy import Purpose
from app.panel.states import CaseStatus, Eligibility, Entry, Mode
from app.storage import models
from app.storage.types import table_of

_wave = table_of(models.Wave)
_case = table_of(models.SurveyCase)
_case_event = table_of(models.CaseEvent)
_interview = table_of(models.Interview)
_event = table_of(models.AnswerEvent)
_operation = table_of(models.Operation)
_message = table_of(models.Message)
_message_event = table_of(models.MessageEvent)
_person_event = table_of(models.PersonEvent)
_entry = table_of(models.OpenEntry)
_consent = table_of(models.ConsentEvent)

SETTLED = "disposition"
"""Kind of the case event by which somebody gives a case an outcome code."""
WENT_OUT = (
    MessageStatus.SENT,
    MessageStatus.DELIVERED,
    MessageStatus.RETURNED,
    # Nobody knows; it is never sent again, so it counts as sent.
    MessageStatus.UNKNOWN,
)
NOT_TAKEN = (MessageStatus.REFUSED, MessageStatus.FAILED)
_BEARING = (
    PersonEventKind.STATUS,
    PersonEventKind.REFUSED_SOFT,
    PersonEventKind.REFUSED_HARD,
    PersonEventKind.REFUSAL_UNDONE,
    PersonEventKind.OPTED_OUT,
    PersonEventKind.OPTED_IN,
    PersonEventKind.LETTER_RETURNED,
    PersonEventKind.MAIL_BOUNCED,
    PersonEventKind.NUMBER_UNKNOWN,
    PersonEventKind.ADDRESS_CHANGED,
    PersonEventKind.CONTACT_CHANGED,
    PersonEventKind.TRACING_BEGUN,
    PersonEventKind.TRACED,
    PersonEventKind.UNTRACEABLE,
)
_AT_A_TIME = 5_000


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case with its design and, once begun, its interview as it is now."""

    case_id: UUID
    person_id: UUID
    wave: int
    entry: Entry
    created_at: datetime
    language: str
    stratum: str | None
    base_weight: float | None
    frame: Mapping[str, Any] = field(repr=False)
    status: CaseStatus
    disposition: str | None
    eligible: Eligibility
    interview_id: UUID | None
    version_id: str | None
    spoken: str | None
    mode: Mode | None
    revision: int | None
    started_at: datetime | None
    last_saved_at: datetime | None
    submitted_at: datetime | None
    ended_as: CaseStatus | None
    device: str | None
    door: str | None


class PastEnding(NamedTuple):
    """A page that ended an interview which went on later."""

    page: str
    at: datetime
    taken_back_at: datetime


class MessageFact(NamedTuple):
    """A message that went out, or was tried in vain, and when it came back."""

    case_id: UUID
    channel: Channel
    status: MessageStatus
    at: datetime
    returned_at: datetime | None


class PersonEventFact(NamedTuple):
    """Something that happened to a person."""

    person_id: UUID
    wave: int | None
    kind: PersonEventKind
    at: datetime
    detail: Mapping[str, Any]


def case_facts(connection: Connection, waves: Sequence[int]) -> list[CaseFacts]:
    """Return the cases of some waves, by wave and id.

    Possible duplicates of an open link that do not count stay out.
    """
    columns: list[Any] = [
        _case.c[name]
        for name in (
            "id", "person_id", "wave", "entry", "created_at", "language", "stratum", "base_weight",
            "frame", "status", "disposition", "eligible",
        )
    ]  # fmt: skip
    columns += [
        _interview.c[name]
        for name in (
            "id", "version_id", "language", "mode", "revision", "started_at", "last_saved_at",
            "submitted_at", "ended_as", "device", "door",
        )
    ]  # fmt: skip
    query = (
        select(*columns)
        .outerjoin_from(_case, _interview, _interview.c.case_id == _case.c.id)
        .where(
            _case.c.wave.in_(waves),
            ~exists().where(_entry.c.case_id == _case.c.id, ~_entry.c.counts),
        )
        .order_by(_case.c.wave, _case.c.id)
    )
    return [CaseFacts(*row) for row in connection.execute(query)]


def first_answers(connection: Connection, waves: Sequence[int]) -> dict[UUID, datetime]:
    """Return when the first answer of an interview was saved; without one it is not in it."""
    first = (
        select(_event.c.saved_at)
        .where(_event.c.interview_id == _interview.c.id)
        .order_by(_event.c.id)
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(_interview.c.id, first)
        .join(_case, _case.c.id == _interview.c.case_id)
        .where(_case.c.wave.in_(waves))
    )
    return {row[0]: row[1] for row in connection.execute(query) if row[1] is not None}


def middle_saves(connection: Connection, waves: Sequence[int]) -> dict[UUID, datetime]:
    """Return when the middle one of the saved pages of an ended interview was saved."""
    query = (
        select(_operation.c.interview_id, _operation.c.saved_at)
        .join(_interview, _interview.c.id == _operation.c.interview_id)
        .join(_case, _case.c.id == _interview.c.case_id)
        .where(
            _case.c.wave.in_(waves),
            _interview.c.ended_as.is_not(None),
            _operation.c.revision == (_interview.c.revision + 1) // 2,
        )
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def saves_of(connection: Connection, interviews: Collection[UUID]) -> dict[UUID, list[datetime]]:
    """Return when the pages of some interviews were saved, the earliest first."""
    found: dict[UUID, list[datetime]] = {}
    left = iter(interviews)
    while some := list(islice(left, _AT_A_TIME)):
        query = select(_operation.c.interview_id, _operation.c.saved_at)
        rows = connection.execute(
            query.where(_operation.c.interview_id.in_(some)).order_by(_operation.c.revision)
        )
        for interview_id, saved_at in rows:
            found.setdefault(interview_id, []).append(saved_at)
    return found


def past_endings(
    connection: Connection, waves: Sequence[int], *, step: str
) -> dict[UUID, list[PastEnding]]:
    """Return the endings that were taken back, by interview; ``step`` is where an ending leads."""
    later = _operation.alias()
    query = (
        select(
            _operation.c.interview_id, _operation.c.page, _operation.c.saved_at, later.c.saved_at
        )
        .join(_interview, _interview.c.id == _operation.c.interview_id)
        .join(_case, _case.c.id == _interview.c.case_id)
        .join(
            later,
            (later.c.interview_id == _operation.c.interview_id)
            & (later.c.revision == _operation.c.revision + 1),
        )
        .where(
            _case.c.wave.in_(waves),
            _operation.c.location == step,
            _operation.c.revision < _interview.c.revision,
        )
        .order_by(_operation.c.revision)
    )
    found: dict[UUID, list[PastEnding]] = {}
    for interview_id, *rest in connection.execute(query):
        found.setdefault(interview_id, []).append(PastEnding(*rest))
    return found


def messages_out(connection: Connection, waves: Sequence[int]) -> Iterator[MessageFact]:
    """Yield the messages of some waves that went out or were given up, by when they did."""
    came_back = connection.execute(
        select(_message_event.c.message_id, _message_event.c.at)
        .join(_message, _message.c.id == _message_event.c.message_id)
        .where(_message.c.wave.in_(waves), _message_event.c.status == MessageStatus.RETURNED)
    )
    returned: dict[UUID, datetime] = {row[0]: row[1] for row in came_back}
    columns = [_message.c[name] for name in ("id", "case_id", "channel", "status", "settled_at")]
    query = (
        select(*columns)
        .where(
            _message.c.wave.in_(waves),
            _message.c.settled_at.is_not(None),
            or_(_message.c.status.in_(WENT_OUT), _message.c.status.in_(NOT_TAKEN)),
        )
        .order_by(_message.c.settled_at, _message.c.id)
    )
    for message_id, case_id, channel, status, at in connection.execute(query):
        back = returned.get(message_id) or (at if status in NOT_TAKEN else None)
        yield MessageFact(case_id, channel, status, at, back)


def waves_with_messages(connection: Connection) -> set[int]:
    """Return the waves of which it is on record what was sent."""
    return set(connection.execute(select(_message.c.wave).distinct()).scalars())


def person_facts(connection: Connection, waves: Sequence[int]) -> Iterator[PersonEventFact]:
    """Yield what happened to the people with a case in some waves, as it was put on record."""
    people = select(_case.c.person_id).where(_case.c.wave.in_(waves))
    query = (
        select(
            _person_event.c.person_id,
            _person_event.c.wave,
            _person_event.c.kind,
            _person_event.c.at,
            _person_event.c.detail,
        )
        .where(_person_event.c.kind.in_(_BEARING), _person_event.c.person_id.in_(people))
        .order_by(_person_event.c.id)
    )
    for row in connection.execute(query):
        yield PersonEventFact(*row)


def settlements(
    connection: Connection, waves: Sequence[int]
) -> Iterator[tuple[UUID, datetime, Mapping[str, Any]]]:
    """Yield the outcome codes that staff gave to cases, with ``code`` and ``reason``, in order."""
    query = (
        select(_case_event.c.case_id, _case_event.c.at, _case_event.c.detail)
        .join(_case, _case.c.id == _case_event.c.case_id)
        .where(_case.c.wave.in_(waves), _case_event.c.kind == SETTLED)
        .order_by(_case_event.c.at)
    )
    for row in connection.execute(query):
        yield row[0], row[1], row[2]


def recontact_words(connection: Connection, wave: int, until: datetime) -> dict[UUID, bool]:
    """Return what people said in a wave's questionnaire of being asked again, by case.

    The last word until a moment counts.
    """
    query = (
        select(_consent.c.case_id, _consent.c.given)
        .join(_case, _case.c.id == _consent.c.case_id)
        .where(
            _case.c.wave == wave,
            _consent.c.purpose == Purpose.RECONTACT,
            _consent.c.at <= until,
        )
        .order_by(_consent.c.id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}
