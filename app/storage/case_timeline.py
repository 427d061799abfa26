"""Everything on record of one case but what was answered, read at one go."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, select

from app.panel.incentives import IncentiveKind, IncentiveStatus, Way
from app.panel.states import CaseStatus, DrawKind, Mode
from app.storage import mailings, messages, models, people, privacy, waves
from app.storage.cases import Case, CaseEvent, case_events, cases_of_person, load_case
from app.storage.consents import ConsentEvent, consent_events
from app.storage.mailings import Mailing
from app.storage.messages import PastEvent, StoredMessage
from app.storage.people import PersonEvent, Standing
from app.storage.privacy import Erasure, PrivacyRequest
from app.storage.types import table_of
from app.storage.waves import WaveEvent

_draw = table_of(models.SampleDraw)
_drawn = table_of(models.SampleDrawUnit)
_code = table_of(models.AccessCode)
_batch = table_of(models.PrintBatch)
_interview = table_of(models.Interview)
_operation = table_of(models.Operation)
_answer_event = table_of(models.AnswerEvent)
_incentive = table_of(models.Incentive)
_incentive_event = table_of(models.IncentiveEvent)
_audit = table_of(models.AuditEvent)
_staff = table_of(models.Staff)


class Draw(NamedTuple):
    """A draw that the person came out of."""

    wave: int
    number: int
    kind: DrawKind
    batch: int
    at: datetime
    by: str


class Code(NamedTuple):
    """The life of an access code; the code itself is nowhere."""

    made_at: datetime
    first_used_at: datetime | None
    ended_at: datetime | None


class Batch(NamedTuple):
    """A print batch that a letter was or is in."""

    id: UUID
    made_at: datetime
    made_by: str
    handed_over_at: datetime | None
    destroyed_at: datetime | None


class Talk(NamedTuple):
    """The interview, without its answers."""

    id: UUID
    started_at: datetime
    language: str
    mode: Mode
    device: str | None
    door: str | None
    submitted_at: datetime | None
    ended_as: CaseStatus | None


class Save(NamedTuple):
    """A saved page: when, and in which language and by whose hand where it bore an answer."""

    revision: int
    at: datetime
    ended: bool
    """Whether the interview ended with it, as it then was."""
    language: str | None
    mode: Mode | None


class Thanks(NamedTuple):
    """A change of a thank-you."""

    kind: IncentiveKind
    way: Way | None
    status: IncentiveStatus
    at: datetime
    by: str | None


class Look(NamedTuple):
    """A member of staff who looked at contact details or took them out."""

    action: str
    at: datetime
    by: str


@dataclass(frozen=True)
class CaseRecord:
    """A case with all that is on record of it and of its person."""

    case: Case
    standing: Standing
    cases: Sequence[Case]
    """Of the person, the earliest wave first; this one among them."""
    wave_moves: Sequence[WaveEvent]
    draws: Sequence[Draw]
    codes: Sequence[Code]
    messages: Sequence[StoredMessage]
    message_events: Mapping[UUID, Sequence[PastEvent]]
    batches: Mapping[UUID, Batch]
    mailings: Mapping[str, Mailing]
    """By step."""
    talk: Talk | None
    saves: Sequence[Save]
    person_events: Sequence[PersonEvent]
    case_events: Sequence[CaseEvent]
    consents: Sequence[ConsentEvent]
    requests: Sequence[PrivacyRequest]
    thanks: Sequence[Thanks]
    erasure: Erasure | None
    looks: Sequence[Look]


def load_record(
    connection: Connection, case_id: UUID, *, end: str, looked: Collection[str]
) -> CaseRecord | None:
    """Return what is on record of a case, or ``None`` when there is no such case.

    Use inside a snapshot. ``end`` is where the last page of an interview leads; ``looked`` are the
    actions on the audit log that count as looking at a person.
    """
    case = load_case(connection, case_id)
    if case is None:
        return None
    written = messages.messages_of_case(connection, case_id)
    events = {one.id: messages.message_events(connection, one.id) for one in written}
    talk = _talk(connection, case_id)
    person = case.person_id
    return CaseRecord(
        case=case,
        standing=people.standings(connection, [person])[person],
        cases=cases_of_person(connection, person),
        wave_moves=waves.wave_history(connection, case.wave),
        draws=_draws(connection, person),
        codes=_codes(connection, case_id),
        messages=written,
        message_events=events,
        batches=_batches(connection, written, events),
        mailings={one.step: one for one in mailings.list_mailings(connection, wave=case.wave)},
        talk=talk,
        saves=_saves(connection, talk.id, end) if talk else (),
        person_events=people.person_events(connection, person),
        case_events=case_events(connection, case_id),
        consents=consent_events(connection, person),
        requests=privacy.requests_of(connection, person),
        thanks=_thanks(connection, case_id),
        erasure=privacy.load_erasure(connection, person),
        looks=_looks(connection, person, looked),
    )


def _draws(connection: Connection, person_id: UUID) -> list[Draw]:
    query = (
        select(_draw.c.wave, _draw.c.number, _draw.c.kind, _drawn.c.batch, _draw.c.at, _draw.c.by)
        .join(_drawn, _drawn.c.draw_id == _draw.c.id)
        .where(_drawn.c.unit_id == person_id)
        .order_by(_draw.c.at)
    )
    return [Draw(*row) for row in connection.execute(query)]


def _codes(connection: Connection, case_id: UUID) -> list[Code]:
    query = (
        select(_code.c.created_at, _code.c.first_used_at, _code.c.revoked_at)
        .where(_code.c.case_id == case_id)
        .order_by(_code.c.created_at, _code.c.id)
    )
    return [Code(*row) for row in connection.execute(query)]


def _batches(
    connection: Connection,
    written: Sequence[StoredMessage],
    events: Mapping[UUID, Sequence[PastEvent]],
) -> dict[UUID, Batch]:
    wanted = {one.print_batch_id for one in written if one.print_batch_id is not None}
    for of in events.values():
        for event in of:
            for name in ("batch", "never_posted"):
                if name in event.detail:
                    wanted.add(UUID(event.detail[name]))
    query = select(
        _batch.c.id,
        _batch.c.made_at,
        _batch.c.made_by,
        _batch.c.handed_over_at,
        _batch.c.destroyed_at,
    ).where(_batch.c.id.in_(wanted))
    return {row[0]: Batch(*row) for row in connection.execute(query)}


def _talk(connection: Connection, case_id: UUID) -> Talk | None:
    query = select(*(_interview.c[name] for name in Talk._fields)).where(
        _interview.c.case_id == case_id
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else Talk(*row)


def _saves(connection: Connection, interview_id: UUID, end: str) -> list[Save]:
    # What was answered is not read, only in which language and by whose hand.
    ways: dict[int, tuple[str, Mode]] = {
        row[0]: (row[1], row[2])
        for row in connection.execute(
            select(_answer_event.c.revision, _answer_event.c.language, _answer_event.c.mode)
            .where(_answer_event.c.interview_id == interview_id)
            .distinct()
        )
    }
    query = (
        select(_operation.c.revision, _operation.c.saved_at, _operation.c.location == end)
        .where(_operation.c.interview_id == interview_id)
        .order_by(_operation.c.revision)
    )
    return [
        Save(revision, at, bool(ended), *ways.get(revision, (None, None)))
        for revision, at, ended in connection.execute(query)
    ]


def _thanks(connection: Connection, case_id: UUID) -> list[Thanks]:
    query = (
        select(
            _incentive.c.kind,
            _incentive.c.way,
            _incentive_event.c.status,
            _incentive_event.c.at,
            _incentive_event.c.detail,
        )
        .join(_incentive_event, _incentive_event.c.incentive_id == _incentive.c.id)
        .where(_incentive.c.case_id == case_id)
        .order_by(_incentive_event.c.id)
    )
    return [Thanks(*_worded(row)) for row in connection.execute(query)]


def _worded(row: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a row of the database
    by = row[4].get("by")
    return (*row[:4], None if by is None else str(by))


def _looks(connection: Connection, person_id: UUID, looked: Collection[str]) -> list[Look]:
    query = (
        select(_audit.c.action, _audit.c.at, _staff.c.email)
        .outerjoin(_staff, _staff.c.id == _audit.c.staff_id)
        .where(_audit.c.subject == f"person {person_id.hex}", _audit.c.action.in_(looked))
        .order_by(_audit.c.seq)
    )
    return [Look(action, at, email or "") for action, at, email in connection.execute(query)]
