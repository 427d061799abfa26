"""Waves and the record of what happened to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from app.panel.states import WaveStatus
from app.storage import models
from app.storage.rows import as_row, columns_for
from app.storage.types import new_id, table_of

_wave = table_of(models.Wave)
_event = table_of(models.WaveEvent)


class WaveMovedError(Exception):
    """The wave was not in the status it was taken to be in; nothing was written."""


@dataclass(frozen=True, slots=True)
class Wave:
    """One round of the study."""

    year: int
    study: str
    status: WaveStatus
    version_id: str | None
    opens_on: date
    closes_on: date
    opened_at: datetime | None
    closed_at: datetime | None
    synthetic: bool


@dataclass(frozen=True, slots=True)
class WaveEvent:
    """A change of status, and on whose word."""

    from_status: WaveStatus | None
    to_status: WaveStatus
    at: datetime
    by: str
    note: str | None


def add_wave(
    connection: Connection,
    *,
    year: int,
    study: str,
    opens_on: date,
    closes_on: date,
    synthetic: bool,
    at: datetime,
    by: str,
) -> None:
    """Set up a wave as a draft."""
    connection.execute(
        insert(_wave),
        {
            "year": year,
            "study": study,
            "status": WaveStatus.DRAFT,
            "opens_on": opens_on,
            "closes_on": closes_on,
            "synthetic": synthetic,
        },
    )
    _record(connection, year, WaveEvent(None, WaveStatus.DRAFT, at, by, None))


def load_wave(connection: Connection, year: int) -> Wave | None:
    """Return a wave, or ``None`` when there is no such wave."""
    row = connection.execute(_waves().where(_wave.c.year == year)).one_or_none()
    return None if row is None else Wave(*row)


def list_waves(connection: Connection) -> list[Wave]:
    """Return all waves, the earliest first."""
    return [Wave(*row) for row in connection.execute(_waves().order_by(_wave.c.year))]


def field_version(connection: Connection, year: int, version_id: str) -> None:
    """Make a version the one that new interviews of a wave get."""
    connection.execute(update(_wave).where(_wave.c.year == year).values(version_id=version_id))


def move_wave(
    connection: Connection,
    year: int,
    *,
    from_status: WaveStatus,
    to_status: WaveStatus,
    at: datetime,
    by: str,
    note: str | None = None,
) -> None:
    """Change the status of a wave and record it; raise `WaveMovedError` when somebody was first.

    Whether the step is allowed is for the caller to know.
    """
    values: dict[str, object] = {"status": to_status}
    if to_status is WaveStatus.OPEN and from_status is not WaveStatus.PAUSED:
        values |= {"opened_at": at, "closed_at": None}
    elif to_status is WaveStatus.CLOSED:
        values |= {"closed_at": at}
    moved = connection.execute(
        update(_wave).where(_wave.c.year == year, _wave.c.status == from_status).values(**values)
    )
    if moved.rowcount != 1:
        raise WaveMovedError(f"wave {year} is not {from_status}")
    _record(connection, year, WaveEvent(from_status, to_status, at, by, note))


def wave_history(connection: Connection, year: int) -> list[WaveEvent]:
    """Return the changes of status of a wave, the earliest first."""
    rows = connection.execute(
        select(*columns_for(WaveEvent, _event)).where(_event.c.wave == year).order_by(_event.c.at)
    )
    return [WaveEvent(*row) for row in rows]


def _record(connection: Connection, year: int, event: WaveEvent) -> None:
    connection.execute(insert(_event), as_row(event) | {"id": new_id(), "wave": year})


def _waves() -> Select[Any]:
    return select(*columns_for(Wave, _wave))
