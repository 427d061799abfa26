"""Messages that are due, with all that decides whether they may go, locked for whoever asks.

On PostgreSQL the message, its case and its person are locked without waiting; rows that somebody
else holds are left for the next time. What decides is read in a second statement: it sees what was
committed before the locks were had, so that an interview that just ended has ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    and_,
    func,
    or_,
    select,
    tuple_,
)

from app.messages.channels import Channel
from app.messages.providers import Claimed
from app.messages.sending_rules import GONE, OPEN_ONLY, Facts, SendingRules
from app.messages.statuses import MailingStatus, MessageStatus
from app.panel.states import WaveStatus
from app.storage import models
from app.storage.people import barrier
from app.storage.types import table_of

_message = table_of(models.Message)
_case = table_of(models.SurveyCase)
_person = table_of(models.Person)
_wave = table_of(models.Wave)
_mailing = table_of(models.Mailing)

_AT_A_TIME = 5_000
"""Ids in one statement: both engines have a limit, and it is not the same."""
_GOT = (
    MessageStatus.SENT,
    MessageStatus.DELIVERED,
    MessageStatus.RETURNED,
    MessageStatus.UNKNOWN,
)
"""What a person got or may have got."""


def lock_due(
    connection: Connection,
    channel: Channel,
    rules: SendingRules,
    now: datetime,
    *,
    limit: int,
    only: tuple[int, str] | None = None,
    due_by: datetime | None = None,
    fielded: frozenset[str] = OPEN_ONLY,
) -> list[tuple[Row[Any], Facts]]:
    """Return the messages that were due first, except those that only wait, with what is known.

    ``only`` is a wave and a step, ``due_by`` a moment after now, ``fielded`` the states of a wave
    in which it may go. A row has the columns that `claimed_from` needs.
    """
    steps = _live_steps(connection, rules, now, fielded)
    query = _candidates(channel, steps, due_by or now)
    if only is not None:
        query = query.where(_message.c.wave == only[0], _message.c.step == only[1])
    ids = list(connection.execute(query.limit(limit)).scalars())
    return [
        (row, _facts(row))
        for start in range(0, len(ids), _AT_A_TIME)
        for row in _known(connection, ids[start : start + _AT_A_TIME], rules, now)
    ]


def claimed_from(row: Row[Any], *, attempt: int, worker: str) -> Claimed:
    """Return a row of `lock_due` as what is composed and sent."""
    return Claimed(
        id=row.id,
        case_id=row.case_id,
        person_id=row.person_id,
        wave=row.wave,
        step=row.step,
        channel=row.channel,
        text=row.text,
        language=row.language,
        attempt=attempt,
        worker=worker,
    )


def _live_steps(
    connection: Connection, rules: SendingRules, now: datetime, fielded: frozenset[str]
) -> list[tuple[int, str]]:
    """Return wave and step of what may go, or is never to go; what waits is left out.

    It would stand in front of all the rest. There are a dozen steps: asking for them first lets
    the index of messages be read in order, from its beginning, and no further than needed.
    """
    today = now.astimezone(rules.zone).date()
    query = select(
        _mailing.c.wave,
        _mailing.c.step,
        _mailing.c.status,
        _wave.c.status.label("wave_status"),
        _wave.c.closes_on,
    ).select_from(_mailing.join(_wave, _wave.c.year == _mailing.c.wave))
    return [
        (row.wave, row.step)
        for row in connection.execute(query)
        if row.status is MailingStatus.STOPPED
        or (
            row.status is MailingStatus.RUNNING
            and row.wave_status in fielded
            and row.closes_on >= today
            and row.step in rules.steps
            # What goes once its wave is closed stands among the messages of closed waves.
            and row.step not in rules.between
        )
    ]


def _candidates(
    channel: Channel, steps: Sequence[tuple[int, str]], due_by: datetime
) -> Select[Any]:
    gone = select(_wave.c.year).where(_wave.c.status.in_(map(WaveStatus, GONE)))
    return (
        select(_message.c.id)
        .select_from(
            _message.join(_case, _case.c.id == _message.c.case_id).join(
                _person, _person.c.id == _case.c.person_id
            )
        )
        .where(
            _message.c.status == MessageStatus.DUE,
            _message.c.channel == channel,
            _message.c.not_before <= due_by,
            _message.c.print_batch_id.is_(None),
            or_(
                tuple_(_message.c.wave, _message.c.step).in_(steps),
                _message.c.wave.in_(gone),
            ),
        )
        .order_by(_message.c.not_before)
        # NO KEY UPDATE: rows that merely point at these need not wait.
        .with_for_update(of=[_message, _case, _person], skip_locked=True, key_share=True)
    )


def _joined() -> FromClause:
    same_step = and_(_mailing.c.wave == _message.c.wave, _mailing.c.step == _message.c.step)
    return (
        _message.join(_case, _case.c.id == _message.c.case_id)
        .join(_person, _person.c.id == _case.c.person_id)
        .join(_wave, _wave.c.year == _message.c.wave)
        .outerjoin(_mailing, same_step)
    )


def _known(
    connection: Connection, ids: Sequence[object], rules: SendingRules, now: datetime
) -> Sequence[Row[Any]]:
    columns = ("id", "case_id", "wave", "step", "channel", "text", "language", "attempts")
    query: Select[Any] = select(
        *(_message.c[name] for name in columns),
        _case.c.person_id,
        _case.c.status.label("case_status"),
        _wave.c.status.label("wave_status"),
        _wave.c.closes_on,
        _mailing.c.status.label("mailing"),
        barrier(_case.c.person_id, _message.c.channel, _message.c.wave).label("barrier"),
        _recent(rules, now).label("recent"),
    ).select_from(_joined())
    query = query.where(_message.c.id.in_(ids)).order_by(_message.c.not_before, _message.c.id)
    return connection.execute(query).all()


def _recent(rules: SendingRules, now: datetime) -> ColumnElement[int]:
    """Count what a person got or may have got lately, by any channel, in any wave."""
    other, of_case = _message.alias(), _case.alias()
    return (
        select(func.count())
        .select_from(other.join(of_case, of_case.c.id == other.c.case_id))
        .where(
            of_case.c.person_id == _case.c.person_id,
            or_(
                other.c.status == MessageStatus.SENDING,
                and_(other.c.status.in_(_GOT), other.c.settled_at > now - rules.capped_span),
            ),
        )
        .correlate(_case)
        .scalar_subquery()
    )


def _facts(row: Row[Any]) -> Facts:
    return Facts(
        step=row.step,
        case_status=row.case_status,
        wave_status=row.wave_status,
        closes_on=row.closes_on,
        mailing=row.mailing,
        barrier=row.barrier,
        recent=row.recent,
    )
