"""Rows of a table as lines of JSON and back: the same lines from SQLite and from PostgreSQL.

A backup in these lines can be restored to the other engine, which is also how a pilot on one
machine moves to a server.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from enum import Enum
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Table, column, func, insert, select, text
from sqlalchemy import Enum as EnumType
from sqlalchemy import table as clause

from app.storage.types import UtcDateTime

_AT_ONCE = 1_000
"""Rows held in memory."""


def lines_of(connection: Connection, table: Table) -> Iterator[bytes]:
    """Yield each row as a JSON list of its columns, in the order of the table's key."""
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=_AT_ONCE)
    with connection.execute(query) as rows:
        for row in rows:
            values = [_plain(value) for value in row]
            # PostgreSQL does not keep the order of the keys of an object.
            line = json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
            yield line.encode() + b"\n"


def _plain(value: Any) -> Any:  # noqa: ANN401 (a cell can be anything)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def insert_lines(
    connection: Connection, table: Table, columns: Sequence[str], lines: Iterable[bytes]
) -> int:
    """Insert rows in the order of their lines and return how many there were.

    Raises
    ------
    KeyError
        If the table no longer has one of the columns.
    ValueError
        If a line is no row of these columns.
    """
    targets = [table.c[name] for name in columns]
    # Not the table itself: it would fill in columns that a database of an older program lacks.
    own = clause(table.name, *(column(one.name, one.type) for one in targets))
    counted, coming = 0, iter(lines)
    while batch := list(islice(coming, _AT_ONCE)):
        rows = [_row(json.loads(line), targets) for line in batch]
        connection.execute(insert(own), rows)
        counted += len(rows)
    return counted


def _row(values: list[Any], columns: Sequence[Column[Any]]) -> dict[str, Any]:
    return {
        column.name: None if value is None else _typed(value, column)
        for value, column in zip(values, columns, strict=True)
    }


def _typed(value: Any, column: Column[Any]) -> Any:  # noqa: ANN401
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, EnumType) and column.type.enum_class is not None:
        return column.type.enum_class(value)
    try:
        kind = column.type.python_type
    except NotImplementedError:
        return value
    if kind is UUID:
        return UUID(value)
    if kind is bytes:
        return base64.b64decode(value, validate=True)
    if kind is date:
        return date.fromisoformat(value)
    return value


def continue_numbering(connection: Connection, tables: Iterable[Table]) -> None:
    """Let the next row that PostgreSQL numbers follow the last restored; SQLite does so itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        numbered = table.autoincrement_column
        if numbered is None:
            continue
        names = {"table": table.name, "column": numbered.name}
        query = text("SELECT pg_get_serial_sequence(:table, :column)")
        sequence = connection.execute(query, names).scalar()
        last = connection.execute(select(func.max(numbered))).scalar()
        if sequence is not None and last is not None:
            connection.execute(
                text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last}
            )
