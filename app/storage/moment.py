"""The time as the database has it: the one clock that all workers share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection

Moment = Callable[[Connection], datetime]
"""Tells the present moment, asked on the connection of the unit that needs it."""

_ASK = {
    # Not now(): that is when the transaction began, before it waited for a lock.
    "postgresql": "SELECT clock_timestamp()",
    "sqlite": "SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')",
}


def database_now(connection: Connection) -> datetime:
    """Return the present moment of the database, in UTC."""
    found = connection.exec_driver_sql(_ASK[connection.dialect.name]).scalar_one()
    if isinstance(found, str):
        return datetime.fromisoformat(found).replace(tzinfo=UTC)
    moment: datetime = found
    return moment.astimezone(UTC)
