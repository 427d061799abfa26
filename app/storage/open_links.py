"""Open links and the cases that came by them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import Connection, and_, func, insert, select, update

from app.panel.states import CaseStatus
from app.storage import models
from app.storage.rows import as_row, columns_for
from app.storage.types import table_of

_link = table_of(models.OpenLink)
_entry = table_of(models.OpenEntry)
_case = table_of(models.SurveyCase)
_interview = table_of(models.Interview)
_answer = table_of(models.Answer)

FORGOTTEN = ""
"""What is left of the hash of a network address when the wave is over."""


@dataclass(frozen=True, slots=True)
class OpenLink:
    """An address on a poster."""

    id: UUID
    wave: int
    slug: str
    name: str
    opened_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenEntry:
    """Which link a case came by."""

    case_id: UUID
    link_id: UUID
    source_hash: str
    duplicate_of: UUID | None = None
    """The other person this one may be."""
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Entrant:
    """A case that came by an open link, with its person."""

    case_id: UUID
    person_id: UUID
    link_id: UUID
    source_hash: str
    duplicate_of: UUID | None
    counts: bool
    status: CaseStatus
    created_at: datetime


def add_link(connection: Connection, link: OpenLink) -> None:
    """Store a link; its slug is nobody else's."""
    connection.execute(insert(_link), as_row(link))


def find_link(connection: Connection, slug: str) -> OpenLink | None:
    """Return the link of a slug, a closed one too."""
    query = select(*columns_for(OpenLink, _link)).where(_link.c.slug == slug)
    row = connection.execute(query).one_or_none()
    return None if row is None else OpenLink(*row)


def list_links(connection: Connection, wave: int | None = None) -> list[OpenLink]:
    """Return the links of a wave, or of all, in the order in which they were opened."""
    query = select(*columns_for(OpenLink, _link)).order_by(_link.c.opened_at, _link.c.slug)
    if wave is not None:
        query = query.where(_link.c.wave == wave)
    return [OpenLink(*row) for row in connection.execute(query)]


def close_link(connection: Connection, link_id: UUID, *, at: datetime) -> bool:
    """Close a link; tell whether it was open."""
    closed = connection.execute(
        update(_link).where(_link.c.id == link_id, _link.c.closed_at.is_(None)).values(closed_at=at)
    )
    return closed.rowcount == 1


def add_entry(connection: Connection, entry: OpenEntry) -> None:
    """Store by which link a case came."""
    connection.execute(insert(_entry), as_row(entry))


def entries_since(connection: Connection, source_hash: str, *, since: datetime) -> int:
    """Return how many came from a source since a moment."""
    query = (
        select(func.count())
        .select_from(_entry)
        .join(_case, _case.c.id == _entry.c.case_id)
        .where(_entry.c.source_hash == source_hash, _case.c.created_at >= since)
    )
    return connection.execute(query).scalar_one()


def entrants(connection: Connection, wave: int) -> list[Entrant]:
    """Return who came by the open links of a wave, the earliest first."""
    query = (
        select(
            _case.c.id,
            _case.c.person_id,
            _entry.c.link_id,
            _entry.c.source_hash,
            _entry.c.duplicate_of,
            _entry.c.counts,
            _case.c.status,
            _case.c.created_at,
        )
        .join_from(_entry, _case, _case.c.id == _entry.c.case_id)
        .where(_case.c.wave == wave)
        .order_by(_case.c.created_at, _case.c.id)
    )
    return [Entrant(*row) for row in connection.execute(query)]


def answers_of_shared_sources(
    connection: Connection, wave: int
) -> Iterator[tuple[UUID, Mapping[str, str]]]:
    """Yield the answers of the cases whose source another case has too."""
    shared = (
        select(_entry.c.source_hash)
        .join(_case, _case.c.id == _entry.c.case_id)
        .where(_case.c.wave == wave, _entry.c.source_hash != FORGOTTEN)
        .group_by(_entry.c.source_hash)
        .having(func.count() > 1)
    )
    query = (
        select(_entry.c.case_id, _answer.c.variable, _answer.c.value)
        .join_from(_entry, _case, _case.c.id == _entry.c.case_id)
        .join(_interview, _interview.c.case_id == _case.c.id)
        .join(_answer, _answer.c.interview_id == _interview.c.id)
        .where(_case.c.wave == wave, _entry.c.source_hash.in_(shared))
        .order_by(_entry.c.case_id)
    )
    for case_id, rows in groupby(connection.execute(query), key=lambda row: row.case_id):
        yield case_id, {row.variable: row.value for row in rows}


def flag(connection: Connection, duplicates: Iterable[tuple[UUID, UUID]]) -> None:
    """Note whose second each case may be; until staff decides it does not count."""
    for case_id, person_id in duplicates:
        connection.execute(
            update(_entry)
            .where(_entry.c.case_id == case_id, _entry.c.duplicate_of.is_(None))
            .values(duplicate_of=person_id, counts=False)
        )


def decide(connection: Connection, case_id: UUID, *, counts: bool) -> bool:
    """Set whether a case counts; tell whether it came by an open link."""
    decided = connection.execute(
        update(_entry).where(_entry.c.case_id == case_id).values(counts=counts)
    )
    return decided.rowcount == 1


def forget_sources(connection: Connection, wave: int) -> int:
    """Forget where the cases of a wave came from; return how many that was known of."""
    of_wave = select(_case.c.id).where(_case.c.wave == wave)
    forgotten = connection.execute(
        update(_entry)
        .where(and_(_entry.c.case_id.in_(of_wave), _entry.c.source_hash != FORGOTTEN))
        .values(source_hash=FORGOTTEN)
    )
    return forgotten.rowcount
