"""Who has a thank-you coming, and what became of it: at most one per case and rule.

At most once, as with messages: one is "sending" in a committed row before anybody calls a provider.
When its lease ends without an outcome nobody knows whether it went out; staff settles it. Its piece
stays reserved for it all the while, so that whatever is done later, it is the same code.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, case, func, insert, or_, select, update

from app.panel.incentives import IncentiveKind, IncentiveStatus, Way
from app.panel.states import PersonStatus
from app.storage import models
from app.storage.incentive_stock import Worth
from app.storage.rows import as_row, columns_for
from app.storage.types import new_id, table_of
from app.storage.upsert import keeping

_incentive = table_of(models.Incentive)
_event = table_of(models.IncentiveEvent)
_person = table_of(models.Person)
_add = keeping(_incentive)
_AT_A_TIME = 500
GONE = (PersonStatus.WITHDRAWN, PersonStatus.ERASED, PersonStatus.DECEASED)
"""People to whom nothing is sent any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incentive:
    """What one case has coming by one rule."""

    id: UUID = field(default_factory=new_id)
    case_id: UUID | None
    """``None`` after erasure."""
    person_id: UUID | None
    wave: int
    rule: str
    kind: IncentiveKind
    currency: str
    value_cents: int
    status: IncentiveStatus = IncentiveStatus.DUE
    way: Way | None = None
    language: str
    reason: str | None = None
    due_at: datetime
    not_before: datetime | None = None
    attempts: int = 0
    lease_until: datetime | None = None
    worker: str | None = None
    print_list: UUID | None = None
    settled_at: datetime | None = None

    @property
    def worth(self) -> Worth:
        """What piece fits it."""
        return Worth(self.kind, self.currency, self.value_cents)


def make_due(connection: Connection, incentives: Sequence[Incentive]) -> int:
    """Store what became due; what a case has already by the same rule stays. Return how many."""
    # Asked of the row itself: a count of rows is no news of a conflict on every engine.
    add = _add.on(connection).returning(_incentive.c.id)
    made = [
        one
        for one in incentives
        if connection.execute(add, as_row(one)).scalar_one_or_none() is not None
    ]
    _note(connection, {one.id: one.due_at for one in made}, IncentiveStatus.DUE, {})
    return len(made)


def load_of_case(
    connection: Connection, case_id: UUID, rule: str, *, lock: bool = False
) -> Incentive | None:
    """Return what a case has coming by a rule."""
    query = _all().where(_incentive.c.case_id == case_id, _incentive.c.rule == rule)
    rows = _found(connection, query.with_for_update() if lock else query)
    return rows[0] if rows else None


def load_incentive(
    connection: Connection, incentive_id: UUID, *, lock: bool = False
) -> Incentive | None:
    """Return one by its id."""
    query = _all().where(_incentive.c.id == incentive_id)
    rows = _found(connection, query.with_for_update() if lock else query)
    return rows[0] if rows else None


def lock_of_cases(connection: Connection, rule: str, case_ids: Sequence[UUID]) -> list[Incentive]:
    """Return what cases have coming by a rule, locked."""
    found = []
    for start in range(0, len(case_ids), _AT_A_TIME):
        some = case_ids[start : start + _AT_A_TIME]
        query = _all().where(_incentive.c.rule == rule, _incentive.c.case_id.in_(some))
        found += _found(connection, query.with_for_update())
    return found


def lock_of_person(connection: Connection, person_id: UUID) -> list[Incentive]:
    """Return all that a person has or had coming, locked."""
    return _found(connection, _all().where(_incentive.c.person_id == person_id).with_for_update())


def of_person(connection: Connection, person_id: UUID) -> list[Incentive]:
    """Return all that a person has or had coming, the earliest first."""
    query = _all().where(_incentive.c.person_id == person_id)
    return _found(connection, query.order_by(_incentive.c.due_at, _incentive.c.id))


def on_list(connection: Connection, print_list: UUID, *, lock: bool = False) -> list[Incentive]:
    """Return what is on a list for the post, or in a print batch, and not handed over."""
    query = (
        _all()
        .where(_incentive.c.print_list == print_list)
        .where(_incentive.c.status == IncentiveStatus.LISTED)
        .order_by(_incentive.c.id)
    )
    return _found(connection, query.with_for_update() if lock else query)


def lock_on_list(connection: Connection, print_list: UUID) -> list[Incentive]:
    """Return the same, locked."""
    return on_list(connection, print_list, lock=True)


def lock_asked(
    connection: Connection, ways: Collection[Way], *, now: datetime, limit: int
) -> list[Incentive]:
    """Return what people asked for by some ways and may be sent now; locked, none that others hold.

    People who are gone are not among them.
    """
    query = (
        _all()
        .join(_person, _person.c.id == _incentive.c.person_id)
        .where(
            _incentive.c.status == IncentiveStatus.ASKED,
            _incentive.c.way.in_(ways),
            or_(_incentive.c.not_before.is_(None), _incentive.c.not_before <= now),
            _person.c.status.not_in(GONE),
        )
        .order_by(_incentive.c.due_at, _incentive.c.id)
        .limit(limit)
        .with_for_update(of=_incentive, skip_locked=True)
    )
    return _found(connection, query)


def lock_of_gone(connection: Connection) -> list[Incentive]:
    """Return what is due to, or asked for by, people who withdrew, were erased or died; locked."""
    open_ones = (IncentiveStatus.DUE, IncentiveStatus.ASKED)
    query = (
        _all()
        .join(_person, _person.c.id == _incentive.c.person_id)
        .where(_incentive.c.status.in_(open_ones), _person.c.status.in_(GONE))
        .with_for_update(of=_incentive)
    )
    return _found(connection, query)


def lock_lapsed(connection: Connection, now: datetime) -> list[Incentive]:
    """Return what is being sent by somebody whose lease ended; locked, none that others hold."""
    query = _all().where(
        _incentive.c.status == IncentiveStatus.SENDING, _incentive.c.lease_until < now
    )
    return _found(connection, query.with_for_update(skip_locked=True))


def still_ours(connection: Connection, claimed: Incentive) -> Incentive | None:
    """Lock what was taken; return it when the last claim on it is still this one."""
    query = _all().where(
        _incentive.c.id == claimed.id,
        _incentive.c.worker == claimed.worker,
        _incentive.c.attempts == claimed.attempts,
        _incentive.c.status.in_((IncentiveStatus.SENDING, IncentiveStatus.UNKNOWN)),
    )
    rows = _found(connection, query.with_for_update())
    return rows[0] if rows else None


def claim(
    connection: Connection, one: Incentive, worker: str, *, lease: timedelta, now: datetime
) -> Incentive:
    """Say that a worker calls a provider for it from now, and return it so."""
    values = {"worker": worker, "attempts": one.attempts + 1, "lease_until": now + lease}
    set_status(connection, [one.id], IncentiveStatus.SENDING, now, {"worker": worker}, **values)
    found = load_incentive(connection, one.id)
    if found is None:
        raise LookupError(str(one.id))
    return found


def set_status(
    connection: Connection,
    ids: Sequence[UUID],
    status: IncentiveStatus,
    now: datetime,
    detail: Mapping[str, Any],
    **values: object,
) -> None:
    """Change some, and note it; whoever calls has locked them and looked.

    A lease ends with "sending" and what is settled says when.
    """
    fixed: dict[str, object] = {"status": status}
    if status is not IncentiveStatus.SENDING:
        fixed["lease_until"] = None
    if status in (IncentiveStatus.SENT, IncentiveStatus.DECLINED, IncentiveStatus.VOID):
        fixed["settled_at"] = now
    for start in range(0, len(ids), _AT_A_TIME):
        some = list(ids[start : start + _AT_A_TIME])
        connection.execute(
            update(_incentive).where(_incentive.c.id.in_(some)).values(fixed | values)
        )
    _note(connection, dict.fromkeys(ids, now), status, detail)


def unlink(connection: Connection, ids: Sequence[UUID]) -> None:
    """Take case and person off some: what is left is a count."""
    for start in range(0, len(ids), _AT_A_TIME):
        connection.execute(
            update(_incentive)
            .where(_incentive.c.id.in_(list(ids[start : start + _AT_A_TIME])))
            .values(case_id=None, person_id=None)
        )


def presume_unknown(connection: Connection, *, now: datetime, reason: str) -> int:
    """Say of all that wait to be sent that nobody knows whether they were; return how many.

    For a database that comes back from a backup: what was sent since is due again there. Cards that
    go with letters share the fate of their batch.
    """
    statuses = (IncentiveStatus.ASKED, IncentiveStatus.SENDING, IncentiveStatus.LISTED)
    query = select(_incentive.c.id).where(
        _incentive.c.status.in_(statuses), _incentive.c.way != Way.LETTER
    )
    waiting = list(connection.execute(query).scalars())
    told = {"reason": reason}
    set_status(
        connection, waiting, IncentiveStatus.UNKNOWN, now, told, reason=reason, print_list=None
    )
    return len(waiting)


def waiting_ids(connection: Connection) -> set[UUID]:
    """Return those whose destination is still needed."""
    statuses = (
        IncentiveStatus.ASKED,
        IncentiveStatus.LISTED,
        IncentiveStatus.SENDING,
        IncentiveStatus.UNKNOWN,
    )
    query = select(_incentive.c.id).where(_incentive.c.status.in_(statuses))
    return set(connection.execute(query).scalars())


def unknown_ids(connection: Connection) -> list[UUID]:
    """Return those of which nobody knows whether they went out."""
    query = select(_incentive.c.id).where(_incentive.c.status == IncentiveStatus.UNKNOWN)
    return list(connection.execute(query.order_by(_incentive.c.id)).scalars())


@dataclass(frozen=True, slots=True)
class Count:
    """How many thank-yous of a wave and rule are in a state, and go a way."""

    wave: int
    rule: str
    status: IncentiveStatus
    way: Way | None
    reason: str | None
    count: int
    cents: int


def counts(connection: Connection, wave: int | None = None) -> list[Count]:
    """Return counts by wave, rule, state, way and reason."""
    by = [_incentive.c[name] for name in ("wave", "rule", "status", "way", "reason")]
    query = select(*by, func.count(), func.sum(_incentive.c.value_cents)).group_by(*by)
    if wave is not None:
        query = query.where(_incentive.c.wave == wave)
    rows = connection.execute(query).all()
    found = [Count(*row[:6], int(row[6])) for row in rows]
    return sorted(found, key=lambda one: (one.wave, one.rule, one.status, str(one.way)))


@dataclass(frozen=True, slots=True)
class Asked:
    """How many thank-yous of one worth wait to go one way."""

    way: Way
    worth: Worth
    count: int
    later: int
    """Of those, how many may not be tried again yet."""


def asked_counts(connection: Connection, *, now: datetime) -> list[Asked]:
    """Return what people asked for and did not get yet, by way and worth; nobody who is gone."""
    by = [_incentive.c[name] for name in ("way", "kind", "currency", "value_cents")]
    later = case((_incentive.c.not_before > now, 1), else_=0)
    query = (
        select(*by, func.count(), func.sum(later))
        .join(_person, _person.c.id == _incentive.c.person_id)
        .where(_incentive.c.status == IncentiveStatus.ASKED, _person.c.status.not_in(GONE))
        .group_by(*by)
        .order_by(*by)
    )
    rows = connection.execute(query).all()
    return [Asked(row[0], Worth(*row[1:4]), row[4], int(row[5])) for row in rows]


@dataclass(frozen=True, slots=True)
class OpenList:
    """A list for the post that was neither handed over nor thrown away."""

    id: UUID
    made_at: datetime
    addresses: int


def open_lists(connection: Connection) -> list[OpenList]:
    """Return the lists for the post that wait to be handed over, the earliest first."""
    made_at = func.max(_event.c.at)
    query = (
        select(_incentive.c.print_list, made_at, func.count(_incentive.c.id.distinct()))
        .join(_event, _event.c.incentive_id == _incentive.c.id)
        .where(
            _incentive.c.status == IncentiveStatus.LISTED,
            _incentive.c.way == Way.POST,
            _event.c.status == IncentiveStatus.LISTED,
        )
        .group_by(_incentive.c.print_list)
        .order_by(made_at, _incentive.c.print_list)
    )
    return [OpenList(*row) for row in connection.execute(query)]


def _all() -> Select[Any]:
    return select(*columns_for(Incentive, _incentive))


def _found(connection: Connection, query: Select[Any]) -> list[Incentive]:
    return [Incentive(**row._mapping) for row in connection.execute(query)]


def _note(
    connection: Connection,
    at: Mapping[UUID, datetime],
    status: IncentiveStatus,
    detail: Mapping[str, Any],
) -> None:
    rows = [
        {"incentive_id": one, "at": moment, "status": status, "detail": dict(detail)}
        for one, moment in at.items()
    ]
    if rows:
        connection.execute(insert(_event), rows)


def ids(incentives: Iterable[Incentive]) -> list[UUID]:
    """Return the ids of some."""
    return [one.id for one in incentives]
