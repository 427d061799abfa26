"""Connections to SQLite and PostgreSQL that keep what they acknowledge."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import suppress
from typing import Any, cast

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_S = 15
IDLE_BEFORE_PING_S = 5.0

_SQLITE_ON_CONNECT = (
    "PRAGMA journal_mode = WAL",
    # FULL: a commit is on disk before it is acknowledged. NORMAL may lose the last commits of a
    # WAL database when the power fails.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # Deleted personal data are overwritten, not merely unlinked.
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -8000",
)

_POSTGRESQL_OPTIONS = "-c timezone=UTC -c synchronous_commit=on -c lock_timeout=15s"


def make_engine(url: str, *, pool_size: int = 8) -> Engine:
    """Return an engine whose transactions are durable and whose writers queue.

    ``pool_size`` is the number of threads that use it at the same time; more wait for a
    connection. Make it after a fork, never before.
    """
    name = make_url(url).get_backend_name()
    if name == "sqlite":
        engine = _pooled(url, pool_size, {"timeout": BUSY_TIMEOUT_S})
        event.listen(engine, "do_connect", _create_private)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif name == "postgresql":
        engine = _pooled(url, pool_size, {"options": _POSTGRESQL_OPTIONS})
        event.listen(engine, "checkin", _note_idle)
        event.listen(engine, "checkout", _ping_idle)
    else:
        raise ValueError(f"found a database of kind {name!r}, expected sqlite or postgresql")
    return engine


def _pooled(url: str, pool_size: int, connect_args: dict[str, object]) -> Engine:
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        # An error message must not quote the values of a statement: they may be answers.
        hide_parameters=True,
        connect_args=connect_args,
    )


def _create_private(
    _dialect: object, _entry: object, arguments: list[Any], _options: dict[str, Any]
) -> None:
    # SQLite would let everybody read what it creates; its journals take over the rights of the
    # file.
    file = str(arguments[0])
    if file not in ("", ":memory:") and not file.startswith("file:"):
        with suppress(FileExistsError, FileNotFoundError):
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    # The driver begins a transaction only before the first write, so that a value read first may
    # be stale by then: over a thousand of 1,200 counted updates were lost that way. We begin
    # ourselves, see below.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _SQLITE_ON_CONNECT:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A reader that turns into a writer fails at once when somebody wrote in between, and no
    # timeout helps; writers therefore take the lock at the start, IMMEDIATE.
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


def _note_idle(_connection: object, entry: ConnectionPoolEntry) -> None:
    entry.info["idle_since"] = time.monotonic()


def _ping_idle(
    connection: psycopg.Connection[object], entry: ConnectionPoolEntry, _proxy: object
) -> None:
    # The server may have been restarted overnight. Asking before every use would cost a round
    # trip per page; a connection in steady use finds out by itself.
    idle_since = cast("float | None", entry.info.get("idle_since"))
    if idle_since is None or time.monotonic() - idle_since < IDLE_BEFORE_PING_S:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.OperationalError as error:
        raise DisconnectionError from error
