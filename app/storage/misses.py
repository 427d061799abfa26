"""Counting wrong codes and failed sign-ins, without keeping an address.

A source (a network address, an account) is stored as a keyed hash whose key changes every day:
it slows a guesser down today and says nothing about anybody tomorrow.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, datetime

from sqlalchemy import Connection, Table, delete, func, select

from app.storage import models
from app.storage.types import table_of
from app.storage.upsert import Insert, Upsert


def hash_source(secret_key: str, source: str, *, on: date) -> str:
    """Return the hash of a source for one day; ``on`` is the date in UTC."""
    key_of_day = hmac.digest(secret_key.encode(), f"miss:{on:%Y-%m-%d}".encode(), hashlib.sha256)
    return hmac.new(key_of_day, source.encode(), hashlib.sha256).hexdigest()


class MissCounter:
    """Counts misses in one table, by source and window of time."""

    def __init__(self, table: Table) -> None:
        self._table = table

        def one_more(insert: Insert) -> Insert:
            return insert.on_conflict_do_update(
                index_elements=["source_hash", "window_start"],
                set_={"misses": table.c.misses + 1},
            )

        self._count = Upsert(table, one_more)

    def add(self, connection: Connection, source_hash: str, *, window_start: datetime) -> None:
        """Count one miss of a source."""
        connection.execute(
            self._count.on(connection),
            {"source_hash": source_hash, "window_start": window_start, "misses": 1},
        )

    def of_source(self, connection: Connection, source_hash: str, *, since: datetime) -> int:
        """Return the misses of a source in the windows that began at ``since`` or later."""
        table = self._table
        total = connection.execute(
            select(func.sum(table.c.misses)).where(
                table.c.source_hash == source_hash, table.c.window_start >= since
            )
        ).scalar_one()
        return int(total or 0)

    def of_all(self, connection: Connection, *, since: datetime) -> int:
        """Return the misses of all sources together."""
        table = self._table
        total = connection.execute(
            select(func.sum(table.c.misses)).where(table.c.window_start >= since)
        ).scalar_one()
        return int(total or 0)

    def forget(self, connection: Connection, *, before: datetime) -> None:
        """Drop the windows that began before a moment."""
        connection.execute(delete(self._table).where(self._table.c.window_start < before))


code_misses = MissCounter(table_of(models.CodeMiss))
sign_in_misses = MissCounter(table_of(models.SignInMiss))
