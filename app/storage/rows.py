"""Between frozen values and rows whose columns have the names of their fields."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, ClassVar, Protocol

from sqlalchemy import Column, Table


class DataclassInstance(Protocol):
    """Any dataclass, as a value."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


def as_row(value: DataclassInstance) -> dict[str, Any]:
    """Return the fields of a dataclass by name; unlike ``asdict``, without copying."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def columns_for(kind: type[DataclassInstance], table: Table) -> list[Column[Any]]:
    """Return the columns of a table that fill a dataclass, in the order of its fields."""
    return [table.c[field.name] for field in fields(kind)]
