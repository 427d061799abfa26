"""Reading and writing as units: each commits as a whole or leaves nothing."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from app.storage.engine import make_engine


class NestedWriteError(Exception):
    """A write unit was opened inside another one on the same database: it would wait for itself."""


class Database:
    """One database, as units of work.

    Keep a unit short: while `write` is open on SQLite nobody else writes. Never hash a password,
    render a document or call a provider inside it.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._in_this_thread = threading.local()
        self._line: AbstractContextManager[object] = nullcontext()
        if engine.dialect.name == "sqlite":
            self._line = _Line(f"{engine.url.database}-queue")
            self._reader = self._snapshot = engine.execution_options(sqlite_begin="DEFERRED")
            self._writer = engine.execution_options(sqlite_begin="IMMEDIATE")
        else:
            # A read needs no transaction around its statements: at READ COMMITTED each sees its
            # own moment anyway, and BEGIN and COMMIT would be two round trips more.
            self._reader = engine.execution_options(isolation_level="AUTOCOMMIT")
            self._snapshot = engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            self._writer = engine.execution_options()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection for a few selects; each sees what is committed when it starts."""
        with self._reader.connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Give a connection on which all selects see one moment: for exports and counts."""
        with self._snapshot.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection that commits at the end, or rolls back when anything was raised."""
        if getattr(self._in_this_thread, "writes", False):
            raise NestedWriteError(self.engine.url.render_as_string(hide_password=True))
        self._in_this_thread.writes = True
        try:
            with self._line, self._writer.begin() as connection:
                yield connection
        finally:
            self._in_this_thread.writes = False

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


class _Line:
    """The line of those who wait to write to an SQLite database, over threads and processes.

    SQLite alone would be as safe, but its waiting is polling with ever longer naps: with 24
    writers the slowest commit waited 2.1 s, in line 0.1 s. The kernel lets go of the lock on the
    file when a process dies.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._thread = threading.Lock()
        self._descriptor = -1

    def __enter__(self) -> None:
        with ExitStack() as undo:
            undo.enter_context(self._thread)
            # Opened anew each time: the lock belongs to the opened file, which a fork would share.
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            undo.callback(os.close, self._descriptor)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            undo.pop_all()

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)
        self._thread.release()


@dataclass(frozen=True)
class Databases:
    """The two databases; no transaction spans both.

    A step that touches both commits contacts first, then research, and can be repeated. A write
    unit of contacts may be opened inside one of research, never the other way round.
    """

    research: Database
    contacts: Database

    def close(self) -> None:
        """Close all connections of both."""
        self.research.close()
        self.contacts.close()


def open_databases(research_url: str, contacts_url: str, *, pool_size: int = 8) -> Databases:
    """Return both databases, without connecting yet."""
    return Databases(
        Database(make_engine(research_url, pool_size=pool_size)),
        Database(make_engine(contacts_url, pool_size=pool_size)),
    )
