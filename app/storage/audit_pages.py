"""The log of what staff did, read: a page by who, what, whom and when; and all of one subject.

Filters and order are on the database's side: a log of years is never loaded for a page of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from app.panel.states import Role
from app.storage import models
from app.storage.types import table_of

_audit = table_of(models.AuditEvent)
_staff = table_of(models.Staff)
_AT_A_TIME = 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the log with the account that did it."""

    seq: int
    at: datetime
    who: str | None
    """E-mail address of the account; ``None`` at the command line and for what goes by itself."""
    role: Role | None
    action: str
    subject: str
    detail: Mapping[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows; what is ``None`` or empty leaves all."""

    who: str = ""
    """An e-mail address as the log knows it, or ``-`` for rows without an account."""
    action: str = ""
    """An action, or the part before its point, which stands for all of that kind."""
    subject: str = ""
    """The beginning of a subject: ``person``, or with the id behind it."""
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is not wanted any more."""


NOBODY = "-"


def page_of(
    connection: Connection, wanted: Wanted, *, descending: bool, offset: int, limit: int
) -> tuple[list[Entry], int]:
    """Return some rows in the order of the log, and how many there are in all."""
    query = _entries(wanted).order_by(_audit.c.seq.desc() if descending else _audit.c.seq)
    rows = connection.execute(query.offset(offset).limit(limit))
    fitting = select(func.count()).select_from(_joined()).where(*_conditions(wanted))
    return [Entry(*row) for row in rows], int(connection.execute(fitting).scalar_one())


def all_of(connection: Connection, wanted: Wanted) -> Iterator[Entry]:
    """Yield the rows in the order of the log, without holding them all."""
    query = _entries(wanted).order_by(_audit.c.seq).execution_options(yield_per=_AT_A_TIME)
    with connection.execute(query) as rows:
        for row in rows:
            yield Entry(*row)


def entries_about(connection: Connection, subject: str, beginning: str = "") -> list[Entry]:
    """Return what is on record about exactly one subject, the earliest first.

    ``beginning`` is that of the actions, such as ``privacy.``.
    """
    query = _entries(Wanted()).where(_audit.c.subject == subject)
    if beginning:
        query = query.where(_audit.c.action.startswith(beginning, autoescape=True))
    return [Entry(*row) for row in connection.execute(query.order_by(_audit.c.seq))]


def kinds(connection: Connection) -> list[str]:
    """Return every action that stands in the log, in alphabetical order."""
    query = select(_audit.c.action).distinct().order_by(_audit.c.action)
    return list(connection.execute(query).scalars())


def accounts(connection: Connection) -> list[str]:
    """Return the accounts that have done something, in alphabetical order."""
    acted = select(_audit.c.staff_id).where(_audit.c.staff_id.is_not(None))
    query = select(_staff.c.email).where(_staff.c.id.in_(acted)).order_by(_staff.c.email)
    return list(connection.execute(query).scalars())


def count(connection: Connection) -> int:
    """Return how many rows the log has."""
    return int(connection.execute(select(func.count()).select_from(_audit)).scalar_one())


def _joined() -> Any:  # noqa: ANN401 - a join of SQLAlchemy
    return _audit.outerjoin(_staff, _staff.c.id == _audit.c.staff_id)


def _entries(wanted: Wanted) -> Select[Any]:
    return (
        select(
            _audit.c.seq, _audit.c.at, _staff.c.email, _staff.c.role, _audit.c.action,
            _audit.c.subject, _audit.c.detail, _audit.c.hash,
        )
        .select_from(_joined())
        .where(*_conditions(wanted))
    )  # fmt: skip


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.who == NOBODY:
        found.append(_audit.c.staff_id.is_(None))
    elif wanted.who:
        found.append(_staff.c.email == wanted.who)
    if wanted.action:
        kind = _audit.c.action.startswith(f"{wanted.action}.", autoescape=True)
        found.append(or_(_audit.c.action == wanted.action, kind))
    if wanted.subject:
        found.append(_audit.c.subject.startswith(wanted.subject, autoescape=True))
    if wanted.since is not None:
        found.append(_audit.c.at >= wanted.since)
    if wanted.until is not None:
        found.append(_audit.c.at < wanted.until)
    return found
