"""SQL that the two engines spell differently."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.storage.types import Json


class json_map(FunctionElement[Any]):  # noqa: N801 - reads as an SQL function
    """Aggregate of (key, value) pairs as one JSON object; NULL keys are not allowed."""

    type = Json
    inherit_cache = True


@compiles(json_map, "postgresql")
def _json_map_postgresql(element: json_map, compiler: SQLCompiler, **kw: object) -> str:
    return f"jsonb_object_agg({compiler.process(element.clauses, **kw)})"


@compiles(json_map, "sqlite")
def _json_map_sqlite(element: json_map, compiler: SQLCompiler, **kw: object) -> str:
    return f"json_group_object({compiler.process(element.clauses, **kw)})"
