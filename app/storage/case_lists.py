"""The list of cases as staff leafs through it: filtered, sorted and cut by the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy import String as Text

from app.messages.channels import Channel
from app.messages.statuses import MessageStatus
from app.panel.dispositions import REFUSAL
from app.panel.states import CaseStatus, Eligibility, Entry
from app.storage import models
from app.storage.case_facts import WENT_OUT
from app.storage.types import table_of

_case = table_of(models.SurveyCase)
_interview = table_of(models.Interview)
_message = table_of(models.Message)
_wave = table_of(models.Wave)

STATES = ("open", "partial", "complete", "refused", "not_eligible")
"""What came of a case, as the page of its wave counts it; each case is in one."""
CAME_BACK = "came_back"
"""Instead of a channel: cases to which something was sent that did not arrive."""
SORTS = ("case", "wave", "state", "group", "language", "last")
_NOT_ARRIVED = (MessageStatus.RETURNED, MessageStatus.REFUSED, MessageStatus.FAILED)
_AT_A_TIME = 1_000


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases are listed; what is empty or ``None`` leaves all in."""

    wave: int | None = None
    state: str = ""
    """One of `STATES`."""
    group: str = ""
    """Value of ``fr_group``."""
    language: str = ""
    """In which the person is approached."""
    sent: str = ""
    """A channel by which something went out, or `CAME_BACK`."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list; nothing that was answered."""

    id: UUID
    person_id: UUID
    wave: int
    state: str
    """One of `STATES`."""
    status: CaseStatus
    disposition: str | None
    group: str | None
    act: str | None
    language: str
    entry: Entry
    last_saved_at: datetime | None
    """When the last page was saved; ``None`` when nothing was."""
    sent: Mapping[Channel, int]
    """How many messages went out by each channel."""
    came_back: int


def state_of() -> ColumnElement[str]:
    """Return, as SQL, which of `STATES` a case is in, as `response.monitoring` counts it."""
    refused_later = and_(
        _case.c.status == CaseStatus.OPEN,
        func.coalesce(_case.c.disposition, "").like(f"{REFUSAL}%"),
    )
    return case(
        (
            or_(
                _case.c.status == CaseStatus.SCREENED_OUT,
                _case.c.eligible == Eligibility.NO,
            ),
            literal("not_eligible"),
        ),
        (refused_later, literal("refused")),
        else_=cast(_case.c.status, Text),
    )


def count_listed(connection: Connection, which: CaseFilter) -> int:
    """Return how many cases a filter lets through."""
    query = select(func.count()).select_from(_case).where(*_wanted(which))
    return connection.execute(query).scalar_one()


def list_page(
    connection: Connection,
    which: CaseFilter,
    *,
    sort: str,
    descending: bool,
    offset: int,
    limit: int,
) -> list[CaseRow]:
    """Return one page of the cases that a filter lets through; ``sort`` is one of `SORTS`.

    Cases without the value that is sorted by come last either way; equals are by id.
    """
    by = {
        "case": _case.c.id,
        "wave": _case.c.wave,
        "state": state_of(),
        "group": _case.c.frame["fr_group"].as_string(),
        "language": _case.c.language,
        "last": _interview.c.last_saved_at,
    }[sort]
    order = by.desc() if descending else by.asc()
    query = _rows(which).order_by(order.nulls_last(), _case.c.id).offset(offset).limit(limit)
    return _with_messages(connection, connection.execute(query).all())


def all_listed(connection: Connection, which: CaseFilter) -> Iterator[CaseRow]:
    """Yield every case that a filter lets through, by wave and id."""
    rows = connection.execute(_rows(which).order_by(_case.c.wave.desc(), _case.c.id)).all()
    for start in range(0, len(rows), _AT_A_TIME):
        some = rows[start : start + _AT_A_TIME]
        yield from _with_messages(connection, some)


def values_of(connection: Connection) -> tuple[list[int], list[str], list[str]]:
    """Return what there is to choose: waves (the latest first), groups, languages of approach."""
    group = _case.c.frame["fr_group"].as_string()
    waves = connection.execute(select(_wave.c.year).order_by(_wave.c.year.desc()))
    marks = connection.execute(select(group, _case.c.language).distinct()).all()
    groups = sorted({row[0] for row in marks if row[0]})
    return list(waves.scalars()), groups, sorted({row[1] for row in marks})


def cases_by_wave(connection: Connection) -> list[tuple[int, int]]:
    """Return how many cases each wave has, from an index alone."""
    query = select(_case.c.wave, func.count()).group_by(_case.c.wave).order_by(_case.c.wave)
    return [(row[0], row[1]) for row in connection.execute(query)]


def cases_between(connection: Connection, first: UUID, last: UUID, limit: int) -> list[UUID]:
    """Return the cases whose id, or whose person's id, lies between two ids, ends included."""
    query = (
        select(_case.c.id)
        .where(or_(_case.c.id.between(first, last), _case.c.person_id.between(first, last)))
        .order_by(_case.c.wave.desc(), _case.c.id)
        .limit(limit)
    )
    return list(connection.execute(query).scalars())


def _wanted(which: CaseFilter) -> list[ColumnElement[bool]]:
    marks: list[ColumnElement[bool]] = []
    if which.wave is not None:
        marks.append(_case.c.wave == which.wave)
    if which.state:
        marks.append(state_of() == which.state)
    if which.group:
        marks.append(_case.c.frame["fr_group"].as_string() == which.group)
    if which.language:
        marks.append(_case.c.language == which.language)
    if which.sent:
        own = [_message.c.case_id == _case.c.id]
        if which.sent == CAME_BACK:
            own.append(_message.c.status.in_(_NOT_ARRIVED))
        else:
            own += [_message.c.channel == Channel(which.sent), _message.c.status.in_(WENT_OUT)]
        marks.append(exists(select(null()).where(*own)))
    return marks


def _rows(which: CaseFilter) -> Select[Any]:
    return (
        select(
            _case.c.id,
            _case.c.person_id,
            _case.c.wave,
            state_of().label("state"),
            _case.c.status,
            _case.c.disposition,
            _case.c.frame["fr_group"].as_string().label("group"),
            _case.c.frame["fr_act"].as_string().label("act"),
            _case.c.language,
            _case.c.entry,
            _interview.c.last_saved_at,
        )
        .outerjoin_from(_case, _interview, _interview.c.case_id == _case.c.id)
        .where(*_wanted(which))
    )


def _with_messages(connection: Connection, rows: Sequence[Row[Any]]) -> list[CaseRow]:
    sent: dict[UUID, dict[Channel, int]] = {}
    back: dict[UUID, int] = {}
    query = (
        select(_message.c.case_id, _message.c.channel, _message.c.status, func.count())
        .where(
            _message.c.case_id.in_([row.id for row in rows]),
            _message.c.status.in_((*WENT_OUT, *_NOT_ARRIVED)),
        )
        .group_by(_message.c.case_id, _message.c.channel, _message.c.status)
    )
    for case_id, channel, status, messages in connection.execute(query):
        if status in WENT_OUT:
            of = sent.setdefault(case_id, {})
            of[channel] = of.get(channel, 0) + messages
        if status in _NOT_ARRIVED:
            back[case_id] = back.get(case_id, 0) + messages
    return [
        CaseRow(**row._mapping, sent=sent.get(row.id, {}), came_back=back.get(row.id, 0))
        for row in rows
    ]
