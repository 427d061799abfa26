"""Insert or update in one statement, on either engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = postgresql.Insert | sqlite.Insert


class Upsert:
    """An insert that settles conflicts on the primary key; built once, for both engines.

    ``settle`` gets the bare insert and returns it with its ON CONFLICT clause.
    """

    def __init__(self, table: Table, settle: Callable[[Insert], Insert]) -> None:
        self._of: Mapping[str, Insert] = {
            "sqlite": settle(sqlite.insert(table)),
            "postgresql": settle(postgresql.insert(table)),
        }

    def on(self, connection: Connection) -> Insert:
        """Return the statement for the engine of a connection."""
        return self._of[connection.dialect.name]


def replacing(table: Table) -> Upsert:
    """Return an upsert that overwrites all other columns of the row with the same key."""
    keys = [column.name for column in table.primary_key]

    def settle(insert: Insert) -> Insert:
        return insert.on_conflict_do_update(
            index_elements=keys,
            set_={c.name: insert.excluded[c.name] for c in table.columns if c.name not in keys},
        )

    return Upsert(table, settle)


def keeping(table: Table) -> Upsert:
    """Return an upsert that leaves the row that is there as it is."""
    return Upsert(table, lambda insert: insert.on_conflict_do_nothing())
