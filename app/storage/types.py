"""Column types and names that both databases share."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger, DateTime, Enum, Integer, MetaData, Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMING = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
"""Names of constraints, so that a migration can drop what an earlier one made."""

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""JSON objects; binary on PostgreSQL."""

Sequential = BigInteger().with_variant(Integer(), "sqlite")
"""A row number of 64 bits; SQLite numbers rows by itself only when the column says INTEGER."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: refuses naive datetimes, always gives back aware UTC.

    Plain ``DateTime(timezone=True)`` loses the zone on SQLite: aware in, naive out.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC; raise `ValueError` when it has no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored moment as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def word(states: type[StrEnum], name: str) -> Enum:
    """Return the type of a column that holds one of a few words, checked by the database.

    ``name`` is the column's; it names the CHECK constraint.
    """
    return Enum(
        states,
        name=name,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


def named_metadata() -> MetaData:
    """Return empty metadata with our naming convention."""
    return MetaData(naming_convention=NAMING)


def table_of(model: type[DeclarativeBase]) -> Table:
    """Return the table of a model, for statements that go past the ORM."""
    return cast(Table, model.__table__)


def new_id() -> UUID:
    """Return a random key.

    Not an ordered one (UUIDv7): the order of people and cases would tell the order of the sample
    file, which is sorted by name or address often enough.
    """
    return uuid4()


JsonObject = dict[str, Any]
"""What a JSON column holds."""
