"""When pages were saved, counted in the database: a wave has hundreds of thousands of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Float, and_, case, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.panel.interview_times import LONGEST_PAUSE_MIN
from app.storage import models
from app.storage.types import table_of

_case = table_of(models.SurveyCase)
_interview = table_of(models.Interview)
_operation = table_of(models.Operation)


class _minutes_between(FunctionElement[float]):  # noqa: N801 - reads as an SQL function
    """Minutes from the first moment to the second."""

    type = Float()
    inherit_cache = True


@compiles(_minutes_between, "postgresql")
def _minutes_postgresql(element: _minutes_between, compiler: SQLCompiler, **kw: object) -> str:
    first, second = (compiler.process(one, **kw) for one in element.clauses)
    return f"(extract(epoch from {second} - {first})::float8 / 60)"


@compiles(_minutes_between, "sqlite")
def _minutes_sqlite(element: _minutes_between, compiler: SQLCompiler, **kw: object) -> str:
    first, second = (compiler.process(one, **kw) for one in element.clauses)
    return f"((julianday({second}) - julianday({first})) * 1440)"


def minutes_at_questions(connection: Connection, wave: int, until: datetime) -> dict[UUID, float]:
    """Return the minutes at the questions by case, of pages saved until a moment.

    As `app.panel.interview_times.active_minutes` has it; a millisecond is lost on SQLite.
    """
    before = func.lag(_operation.c.saved_at).over(
        partition_by=_operation.c.interview_id, order_by=_operation.c.revision
    )
    gaps = (
        select(
            _interview.c.case_id,
            _minutes_between(
                func.coalesce(before, _interview.c.started_at), _operation.c.saved_at
            ).label("gap"),
        )
        .join(_interview, _interview.c.id == _operation.c.interview_id)
        .join(_case, _case.c.id == _interview.c.case_id)
        .where(_case.c.wave == wave, _operation.c.saved_at <= until)
        .subquery()
    )
    at_work = case((gaps.c.gap <= LONGEST_PAUSE_MIN + _MILLISECOND, gaps.c.gap), else_=0.0)
    query = select(gaps.c.case_id, func.sum(at_work)).group_by(gaps.c.case_id)
    return {row[0]: float(row[1]) for row in connection.execute(query)}


_MILLISECOND = 1 / 60_000


def pages_passed(connection: Connection, wave: int, until: datetime) -> dict[str, int]:
    """Return how many interviews had saved a page at a moment, by page."""
    query = (
        select(_operation.c.page, func.count(_operation.c.interview_id.distinct()))
        .join(_interview, _interview.c.id == _operation.c.interview_id)
        .join(_case, _case.c.id == _interview.c.case_id)
        .where(_case.c.wave == wave, _operation.c.saved_at <= until)
        .group_by(_operation.c.page)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def last_steps(connection: Connection, wave: int, until: datetime) -> dict[UUID, str]:
    """Return where the last page saved until a moment led to, by case."""
    latest = (
        select(_operation.c.interview_id, func.max(_operation.c.revision).label("revision"))
        .join(_interview, _interview.c.id == _operation.c.interview_id)
        .join(_case, _case.c.id == _interview.c.case_id)
        .where(_case.c.wave == wave, _operation.c.saved_at <= until)
        .group_by(_operation.c.interview_id)
        .subquery()
    )
    columns: list[Any] = [_interview.c.case_id, _operation.c.location]
    query = (
        select(*columns)
        .join_from(
            latest,
            _operation,
            and_(
                _operation.c.interview_id == latest.c.interview_id,
                _operation.c.revision == latest.c.revision,
            ),
        )
        .join(_interview, _interview.c.id == latest.c.interview_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}
