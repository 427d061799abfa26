"""What is known of people between waves: their state, their refusals, how they may be reached.

Who may be sent something is one expression, `barrier`: whoever claims a message selects it in the
statement that claims, so that nothing that was said in the meantime is missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    exists,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)

from app.messages.channels import Channel
from app.messages.statuses import PersonEventKind, Reach
from app.panel.states import PersonStatus
from app.storage import models
from app.storage.rows import as_row, columns_for
from app.storage.types import table_of
from app.storage.upsert import replacing

_person = table_of(models.Person)
_case = table_of(models.SurveyCase)
_reach = table_of(models.PersonReach)
_event = table_of(models.PersonEvent)

_put_reach = replacing(_reach)

_AT_A_TIME = 5_000
"""Ids in one statement: both engines have a limit, and it is not the same."""

REFUSED = "refused"
"""The `barrier` of a person who refused; that of a state is ``person_<state>``."""


class UnknownPersonError(Exception):
    """There is no such person, or the person was erased; nothing was written."""


@dataclass(frozen=True, slots=True)
class PersonEvent:
    """Something that happened to a person; ``detail`` holds no name, address or number."""

    person_id: UUID
    kind: PersonEventKind
    at: datetime
    by: str
    wave: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    """``channel`` for opting out and in; an `opted_in` without one takes every refusal back."""


@dataclass(frozen=True, slots=True)
class ReachChange:
    """What is known from now on about one channel of a person."""

    person_id: UUID
    channel: Channel
    status: Reach
    since: datetime
    reason: str
    """A code of ours such as ``letter_returned``, never words of anybody."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether and how a person may be asked again."""

    status: PersonStatus
    refused_hard: bool = False
    refused_soft: tuple[int | None, ...] = ()
    """The waves in which the person said "not now", the earliest first."""
    tracing: PersonEventKind | None = None
    """``tracing_begun``, ``traced`` or ``untraceable``: where looking for the person stands."""


def barrier(
    person_id: ColumnElement[UUID],
    channel: ColumnElement[Any] | Channel,
    wave: ColumnElement[int] | int,
) -> ColumnElement[str | None]:
    """Return, as SQL, why a person may not be sent anything by a channel in a wave.

    NULL when nothing stands in the way; else ``person_<state>``, ``refused``, ``opted_out`` or
    ``undeliverable``. ``person_id``, ``channel`` and ``wave`` are columns of the statement it
    stands in, or values.
    """
    person, reach = _person.alias(), _reach.alias()
    by_channel = channel.value if isinstance(channel, Channel) else channel
    not_active = (
        select(literal("person_") + person.c.status)
        .where(person.c.id == person_id, person.c.status != PersonStatus.ACTIVE)
        .scalar_subquery()
    )
    out_of_reach = (
        select(reach.c.status)
        .where(
            reach.c.person_id == person_id,
            reach.c.channel == by_channel,
            reach.c.status != Reach.OK,
        )
        .scalar_subquery()
    )
    return case(
        (not_active.is_not(None), not_active),
        (_refusal_stands(person_id, wave), literal(REFUSED)),
        else_=out_of_reach,
    )


def people_open_to(connection: Connection, channel: Channel, *, wave: int) -> set[UUID]:
    """Return the people with a case in a wave who may be sent something by a channel.

    Says nothing of the state of their case, nor whether there is an address to send to.
    """
    query = select(_case.c.person_id).where(
        _case.c.wave == wave, barrier(_case.c.person_id, channel, wave).is_(None)
    )
    return set(connection.execute(query).scalars())


def barrier_of(connection: Connection, person_id: UUID, channel: Channel, wave: int) -> str | None:
    """Return the `barrier` of one person."""
    query = select(barrier(_person.c.id, channel, wave)).where(_person.c.id == person_id)
    return connection.execute(query).scalar_one_or_none()


def reach_of(
    connection: Connection, person_ids: Iterable[UUID]
) -> dict[UUID, dict[Channel, Reach]]:
    """Return what is known of the channels of people; what is not in it may be tried."""
    found: dict[UUID, dict[Channel, Reach]] = {}
    for some in _batches(person_ids):
        query = select(_reach.c.person_id, _reach.c.channel, _reach.c.status)
        for person_id, channel, status in connection.execute(
            query.where(_reach.c.person_id.in_(some))
        ):
            found.setdefault(person_id, {})[channel] = status
    return found


def reach_changes(connection: Connection, person_id: UUID) -> list[ReachChange]:
    """Return what is known of the channels of one person, since when and why."""
    query = select(*columns_for(ReachChange, _reach)).where(_reach.c.person_id == person_id)
    return [ReachChange(*row) for row in connection.execute(query.order_by(_reach.c.channel))]


def standings(connection: Connection, person_ids: Iterable[UUID]) -> dict[UUID, Standing]:
    """Return how people stand; those who do not exist are not in it."""
    found: dict[UUID, Standing] = {}
    for some in _batches(person_ids):
        people = select(_person.c.id, _person.c.status).where(_person.c.id.in_(some))
        status_of = {row.id: row.status for row in connection.execute(people)}
        happened: dict[UUID, list[PersonEvent]] = {}
        for event in _events(connection, _event.c.person_id.in_(some)):
            happened.setdefault(event.person_id, []).append(event)
        for person_id, status in status_of.items():
            found[person_id] = standing_after(status, happened.get(person_id, ()))
    return found


def standing_after(status: PersonStatus, events: Iterable[PersonEvent]) -> Standing:
    """Return how a person stands after events in their order."""
    hard, soft, tracing = False, list[int | None](), None
    for event in events:
        match event.kind:
            case PersonEventKind.REFUSED_HARD:
                hard = True
            case PersonEventKind.REFUSED_SOFT:
                soft.append(event.wave)
            case PersonEventKind.OPTED_IN | PersonEventKind.REFUSAL_UNDONE if takes_refusals_back(
                event
            ):
                hard, soft = False, []
            case (
                PersonEventKind.TRACING_BEGUN | PersonEventKind.TRACED | PersonEventKind.UNTRACEABLE
            ):
                tracing = event.kind
            case _:
                pass
    return Standing(status, hard, tuple(soft), tracing)


def takes_refusals_back(event: PersonEvent) -> bool:
    """Tell whether refusals before an event stand no more: taken back, or written by mistake."""
    if event.kind is PersonEventKind.OPTED_IN:
        return "channel" not in event.detail
    return event.kind is PersonEventKind.REFUSAL_UNDONE


def living_people(connection: Connection) -> frozenset[UUID]:
    """Return the ids of all people but those who were erased."""
    query = select(_person.c.id).where(_person.c.status != PersonStatus.ERASED)
    return frozenset(connection.execute(query).scalars())


def person_events(connection: Connection, person_id: UUID) -> list[PersonEvent]:
    """Return what happened to a person, the earliest first."""
    return list(_events(connection, _event.c.person_id == person_id))


def operations_of(connection: Connection, person_ids: Iterable[UUID]) -> frozenset[str]:
    """Return the pages, by the ids of their operations, that brought news about people.

    The people are locked until the unit of work ends: the same page sent twice at once waits here.
    """
    found: set[str] = set()
    for some in _batches(sorted(person_ids)):
        locked = select(_person.c.id).where(_person.c.id.in_(some)).order_by(_person.c.id)
        connection.execute(locked.with_for_update())
        for event in _events(connection, _event.c.person_id.in_(some)):
            found.add(str(event.detail.get("operation", "")))
    return frozenset(found - {""})


def last_event_by(connection: Connection, kind: PersonEventKind, by: str) -> PersonEvent | None:
    """Return the last event of a kind that somebody recorded, or ``None``."""
    query = (
        select(*columns_for(PersonEvent, _event))
        .where(_event.c.kind == kind, _event.c.by == by)
        .order_by(_event.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else PersonEvent(*row)


def events_by(
    connection: Connection, kind: PersonEventKind, by: str, *, since: datetime
) -> list[PersonEvent]:
    """Return the events of a kind that somebody recorded from a moment on, the earliest first."""
    return list(
        _events(connection, and_(_event.c.kind == kind, _event.c.by == by, _event.c.at >= since))
    )


def add_person_events(connection: Connection, events: Sequence[PersonEvent]) -> None:
    """Record what happened to people."""
    if events:
        connection.execute(insert(_event), [as_row(event) for event in events])


def set_reach(connection: Connection, changes: Sequence[ReachChange]) -> None:
    """Set what is known of channels; the event that tells of it is for the caller to add."""
    if changes:
        connection.execute(_put_reach.on(connection), [as_row(change) for change in changes])


def set_person_status(connection: Connection, person_id: UUID, status: PersonStatus) -> None:
    """Set the state of a person; raise `UnknownPersonError` also for one who was erased."""
    changed = connection.execute(
        update(_person)
        .where(_person.c.id == person_id, _person.c.status != PersonStatus.ERASED)
        .values(status=status)
    )
    if changed.rowcount != 1:
        raise UnknownPersonError(str(person_id))


def _refusal_stands(
    person_id: ColumnElement[UUID], wave: ColumnElement[int] | int
) -> ColumnElement[bool]:
    refusal, later = _event.alias(), _event.alias()
    taken_back = exists(
        select(null()).where(
            later.c.person_id == refusal.c.person_id,
            later.c.id > refusal.c.id,
            later.c.kind.in_((PersonEventKind.OPTED_IN, PersonEventKind.REFUSAL_UNDONE)),
            later.c.detail["channel"].as_string().is_(None),
        )
    )
    return exists(
        select(null()).where(
            refusal.c.person_id == person_id,
            or_(
                refusal.c.kind == PersonEventKind.REFUSED_HARD,
                and_(
                    refusal.c.kind == PersonEventKind.REFUSED_SOFT,
                    or_(refusal.c.wave == wave, refusal.c.wave.is_(None)),
                ),
            ),
            ~taken_back,
        )
    )


def _events(connection: Connection, which: ColumnElement[bool]) -> Iterator[PersonEvent]:
    query = select(*columns_for(PersonEvent, _event)).where(which).order_by(_event.c.id)
    for row in connection.execute(query):
        yield PersonEvent(*row)


def _batches(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    left = iter(ids)
    while some := list(islice(left, _AT_A_TIME)):
        yield some
