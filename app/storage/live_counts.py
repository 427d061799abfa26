"""What a page can count while somebody waits: how cases stand, and the last that happened.

A wave has 100,000 cases and millions of saved pages; nothing here looks at more than the cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from app.messages.channels import Channel
from app.messages.statuses import MessageStatus
from app.panel.states import Entry
from app.storage import models
from app.storage.case_lists import state_of
from app.storage.types import table_of

_case = table_of(models.SurveyCase)
_case_event = table_of(models.CaseEvent)
_message = table_of(models.Message)
_message_event = table_of(models.MessageEvent)
_NUMBERED = tuple(
    table_of(model)
    for model in (models.AnswerEvent, models.PersonEvent, models.MessageEvent, models.ConsentEvent)
)
"""Tables whose rows are numbered as they come: the last number says whether anything came."""
UNDELIVERED = (
    MessageStatus.RETURNED,
    MessageStatus.REFUSED,
    MessageStatus.FAILED,
    MessageStatus.UNKNOWN,
)
"""Messages that did not arrive, or of which nobody knows."""


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many cases of a wave are in a state (`app.storage.case_lists.STATES`)."""

    entry: Entry
    state: str
    cases: int


@dataclass(frozen=True, slots=True)
class Undelivered:
    """How many messages did not arrive, by channel, what became of them, and why."""

    channel: Channel
    status: MessageStatus
    reason: str | None
    messages: int


def count_states(connection: Connection, wave: int) -> list[StateCount]:
    """Return how the cases of a wave stand now."""
    state = state_of().label("state")
    query = (
        select(_case.c.entry, state, func.count())
        .where(_case.c.wave == wave)
        .group_by(_case.c.entry, state)
        .order_by(_case.c.entry, state)
    )
    return [StateCount(*row) for row in connection.execute(query)]


def count_statuses(connection: Connection, wave: int) -> list[tuple[str, int]]:
    """Return how many cases of a wave have each status, from an index alone."""
    query = select(_case.c.status, func.count()).where(_case.c.wave == wave)
    rows = connection.execute(query.group_by(_case.c.status).order_by(_case.c.status))
    return [(row[0].value, row[1]) for row in rows]


def last_numbers(connection: Connection) -> list[int]:
    """Return the number of the last answer, news, message and consent, and the events of cases.

    Equal numbers mean that nothing of these was added; they are of all waves together.
    """
    lasts = [select(func.max(table.c.id)).scalar_subquery() for table in _NUMBERED]
    events = select(func.count()).select_from(_case_event).scalar_subquery()
    row: Any = connection.execute(select(*lasts, events)).one()
    return [int(one or 0) for one in row]


def undelivered(connection: Connection, wave: int, until: datetime) -> list[Undelivered]:
    """Return what did not arrive as known at a moment, most messages first.

    The last that was known of a message then counts; its reason is the one on record now.
    """
    last = (
        select(_message_event.c.message_id, func.max(_message_event.c.id).label("id"))
        .join(_message, _message.c.id == _message_event.c.message_id)
        .where(_message.c.wave == wave, _message_event.c.at <= until)
        .group_by(_message_event.c.message_id)
        .subquery()
    )
    count = func.count().label("messages")
    marks = [_message.c.channel, _message_event.c.status, _message.c.reason]
    query = (
        select(*marks, count)
        .join_from(last, _message_event, _message_event.c.id == last.c.id)
        .join(_message, _message.c.id == last.c.message_id)
        .where(_message_event.c.status.in_(UNDELIVERED))
        .group_by(*marks)
        .order_by(count.desc(), *marks)
    )
    rows = connection.execute(query)
    return [Undelivered(row[0], row[1], row[2], row[3]) for row in rows]
