"""Steps of a contact plan that were let go, rehearsals, and the cases that a step may go to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, exists, func, insert, null, select

from app.messages.channels import Channel
from app.messages.statuses import MailingStatus, MessageStatus
from app.panel.states import CaseStatus, Eligibility, Entry
from app.storage import models
from app.storage.people import barrier
from app.storage.rows import as_row, columns_for
from app.storage.types import table_of
from app.storage.upsert import replacing

_case = table_of(models.SurveyCase)
_code = table_of(models.AccessCode)
_interview = table_of(models.Interview)
_mailing = table_of(models.Mailing)
_message = table_of(models.Message)
_preload = table_of(models.Preload)
_rehearsal = table_of(models.Rehearsal)
_put_mailing = replacing(_mailing)

_TOOK_PART = (CaseStatus.COMPLETE, CaseStatus.PARTIAL)


@dataclass(frozen=True, slots=True)
class Mailing:
    """One step of the contact plan of a wave, and who let it go."""

    wave: int
    step: str
    channel: Channel
    status: MailingStatus
    due_at: datetime
    expected: int
    requested_by: str
    requested_at: datetime
    approved_by: str | None
    approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a wave would send, counted beforehand."""

    wave: int
    at: datetime
    by: str
    inputs: str
    counts: Mapping[str, Any]
    blockers: list[str]


@dataclass(frozen=True, slots=True)
class Addressee:
    """A sampled case of a wave as a step sees it."""

    case_id: UUID
    person_id: UUID
    language: str
    stratum: str | None
    frame: Mapping[str, Any] = field(repr=False)
    status: CaseStatus
    eligible: Eligibility
    disposition: str | None
    created_at: datetime
    last_saved_at: datetime | None
    submitted_at: datetime | None
    took_part: bool
    """In an earlier wave, wholly or in part."""
    has_code: bool
    """One that opens the questions of this wave."""


def addressees(connection: Connection, wave: int) -> list[Addressee]:
    """Return the sampled cases of a wave; nobody who came by an open link is written to."""
    earlier = _case.alias()
    took_part = exists(
        select(null()).where(
            earlier.c.person_id == _case.c.person_id,
            earlier.c.wave < _case.c.wave,
            earlier.c.status.in_(_TOOK_PART),
        )
    )
    has_code = exists(
        select(null()).where(_code.c.case_id == _case.c.id, _code.c.revoked_at.is_(None))
    )
    columns: list[Any] = [
        _case.c[name]
        for name in (
            "id",
            "person_id",
            "language",
            "stratum",
            "frame",
            "status",
            "eligible",
            "disposition",
            "created_at",
        )
    ]
    columns += [_interview.c.last_saved_at, _interview.c.submitted_at, took_part, has_code]
    rows = connection.execute(
        select(*columns)
        .join(_interview, _interview.c.case_id == _case.c.id, isouter=True)
        .where(_case.c.wave == wave, _case.c.entry == Entry.PERSONAL)
        .order_by(_case.c.id)
    )
    return [Addressee(*row) for row in rows]


def barriers(connection: Connection, wave: int, channel: Channel) -> dict[UUID, str]:
    """Return the people with a case in a wave who may not be sent anything by a channel, and why.

    Who is not in it may be tried.
    """
    why = barrier(_case.c.person_id, channel, wave)
    rows = connection.execute(
        select(_case.c.person_id, why).where(_case.c.wave == wave, why.is_not(None))
    )
    return {row[0]: row[1] for row in rows}


def sent_days(connection: Connection, wave: int, step: str) -> dict[UUID, datetime]:
    """Return the cases that have a message of a step, and from when on it may go."""
    rows = connection.execute(
        select(_message.c.case_id, _message.c.not_before).where(
            _message.c.wave == wave, _message.c.step == step
        )
    )
    return {row[0]: row[1] for row in rows}


def sent_words(
    connection: Connection,
    wave: int,
    channel: Channel,
    texts: Collection[str],
    *,
    not_of: Collection[str],
) -> set[UUID]:
    """Return the cases that got, or may have got, one of some texts by a channel.

    ``not_of`` are steps that do not count. What never went out (due, cancelled) does not count.
    """
    return set(
        connection.execute(
            select(_message.c.case_id).where(
                _message.c.wave == wave,
                _message.c.channel == channel,
                _message.c.text.in_(texts),
                _message.c.step.not_in(not_of),
                _message.c.status.not_in((MessageStatus.DUE, MessageStatus.CANCELLED)),
            )
        ).scalars()
    )


def steps_with_messages(connection: Connection, wave: int) -> dict[str, int]:
    """Return how many messages of each step of a wave went out, may have, or are due."""
    rows = connection.execute(
        select(_message.c.step, func.count())
        .where(_message.c.wave == wave, _message.c.status != MessageStatus.CANCELLED)
        .group_by(_message.c.step)
    )
    return {row[0]: row[1] for row in rows}


def count_unknown(connection: Connection) -> int:
    """Return of how many messages, of any wave, nobody knows whether they went out."""
    return connection.execute(
        select(func.count()).select_from(_message).where(_message.c.status == MessageStatus.UNKNOWN)
    ).scalar_one()


def count_preloads(connection: Connection, wave: int) -> int:
    """Return how many cases of a wave have a frozen preload."""
    return connection.execute(
        select(func.count())
        .select_from(_preload.join(_case, _case.c.id == _preload.c.case_id))
        .where(_case.c.wave == wave)
    ).scalar_one()


def put_mailing(connection: Connection, mailing: Mailing) -> None:
    """Store a mailing in the place of what was known of it."""
    connection.execute(_put_mailing.on(connection), as_row(mailing))


def load_mailing(
    connection: Connection, wave: int, step: str, *, for_update: bool = False
) -> Mailing | None:
    """Return a mailing, or ``None`` when the step was never asked for."""
    query = select(*columns_for(Mailing, _mailing)).where(
        _mailing.c.wave == wave, _mailing.c.step == step
    )
    row = connection.execute(query.with_for_update() if for_update else query).one_or_none()
    return None if row is None else Mailing(*row)


def list_mailings(
    connection: Connection,
    *,
    wave: int | None = None,
    statuses: Collection[MailingStatus] | None = None,
) -> list[Mailing]:
    """Return mailings by wave and the time they are due."""
    query = select(*columns_for(Mailing, _mailing))
    if wave is not None:
        query = query.where(_mailing.c.wave == wave)
    if statuses is not None:
        query = query.where(_mailing.c.status.in_(statuses))
    rows = connection.execute(query.order_by(_mailing.c.wave, _mailing.c.due_at, _mailing.c.step))
    return [Mailing(*row) for row in rows]


def add_rehearsal(connection: Connection, rehearsal: Rehearsal) -> None:
    """Store a rehearsal; earlier ones stay."""
    connection.execute(insert(_rehearsal), as_row(rehearsal))


def latest_rehearsal(connection: Connection, wave: int) -> Rehearsal | None:
    """Return the rehearsal of a wave that was stored last, whatever moment it bears."""
    row = connection.execute(
        select(*columns_for(Rehearsal, _rehearsal))
        .where(_rehearsal.c.wave == wave)
        .order_by(_rehearsal.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Rehearsal(*row)
